import type { ExplainedWalk, StageGeometry, WalkGeometry, WalkStep } from 'emulator-core';
import type { WalkData } from './layout.ts';

export const title = 'A walk through both stages';

/** The descriptors that a walk read, a line each: stage, level, where, value, kind. */
type Steps = readonly (readonly [
	WalkStep['stage'],
	WalkStep['level'],
	bigint,
	bigint,
	WalkStep['kind']
])[];

/** Addresses have their own types in the machine; here they are written as numbers. */
function walkOf(
	steps: Steps,
	rest: { stage1: object | undefined; stage2: object | undefined; fault: object | undefined },
	geometry: WalkGeometry
): ExplainedWalk {
	const read = steps.map(([stage, level, at, desc, kind]) => ({ stage, level, at, desc, kind }));
	return { steps: read, geometry, ...rest } as unknown as ExplainedWalk;
}

const mair = 0xff_440c_0400n;
const stage2: StageGeometry = {
	register: 'VTTBR_EL2',
	table: 0x8827_c000n,
	granuleBits: 12,
	inputBits: 40,
	startLevel: 1
};
const guestKernel: StageGeometry = {
	register: 'TTBR1_EL1',
	table: 0x800b_c000n,
	granuleBits: 12,
	inputBits: 39,
	startLevel: 1
};
const guestProgram: StageGeometry = {
	register: 'TTBR0_EL1',
	table: 0x800d_8000n,
	granuleBits: 12,
	inputBits: 39,
	startLevel: 1
};
const hostKernel: StageGeometry = {
	register: 'TTBR1_EL1',
	table: 0x800b_c000n,
	granuleBits: 12,
	inputBits: 39,
	startLevel: 1
};

/** Walks of the standard run, as Machine.explainWalk gave them on the tree as shipped. */
export const examples: Record<string, WalkData> = {
	'A load of a program in the guest': {
		va: 0x7f_ffff_f3c0n,
		access: 'read',
		walk: walkOf(
			[
				[2, 1, 0x8827_c010n, 0x882b_5003n, 'table'],
				[2, 2, 0x882b_5000n, 0x882b_4003n, 'table'],
				[2, 3, 0x882b_46c0n, 0x8833_57ffn, 'page'],
				[1, 1, 0x8833_5ff8n, 0x800d_9003n, 'table'],
				[2, 1, 0x8827_c010n, 0x882b_5003n, 'table'],
				[2, 2, 0x882b_5000n, 0x882b_4003n, 'table'],
				[2, 3, 0x882b_46c8n, 0x8834_07ffn, 'page'],
				[1, 2, 0x8834_0ff8n, 0x800d_a003n, 'table'],
				[2, 1, 0x8827_c010n, 0x882b_5003n, 'table'],
				[2, 2, 0x882b_5000n, 0x882b_4003n, 'table'],
				[2, 3, 0x882b_46d0n, 0x8833_f7ffn, 'page'],
				[1, 3, 0x8833_fff8n, 0x60_0000_800d_bf53n, 'page'],
				[2, 1, 0x8827_c010n, 0x882b_5003n, 'table'],
				[2, 2, 0x882b_5000n, 0x882b_4003n, 'table'],
				[2, 3, 0x882b_46d8n, 0x8834_17ffn, 'page']
			],
			{
				stage1: {
					read: true,
					write: true,
					fetch: false,
					ipa: 0x800d_b3c0n,
					attr: 255,
					shareability: 3,
					level: 3,
					sizeBits: 12
				},
				stage2: {
					read: true,
					write: true,
					fetch: true,
					pa: 0x8834_13c0n,
					device: false,
					level: 3,
					sizeBits: 12
				},
				fault: undefined
			},
			{ stage1: guestProgram, stage2, mair }
		)
	},
	'The guest’s kernel: a block spares a row': {
		va: 0xffff_ffc0_000c_e010n,
		access: 'read',
		walk: walkOf(
			[
				[2, 1, 0x8827_c010n, 0x882b_5003n, 'table'],
				[2, 2, 0x882b_5000n, 0x882b_4003n, 'table'],
				[2, 3, 0x882b_45e0n, 0x882b_97ffn, 'page'],
				[1, 1, 0x882b_9800n, 0x800b_d003n, 'table'],
				[2, 1, 0x8827_c010n, 0x882b_5003n, 'table'],
				[2, 2, 0x882b_5000n, 0x882b_4003n, 'table'],
				[2, 3, 0x882b_45e8n, 0x882b_a7ffn, 'page'],
				[1, 2, 0x882b_a000n, 0x40_0000_8000_0711n, 'block'],
				[2, 1, 0x8827_c010n, 0x882b_5003n, 'table'],
				[2, 2, 0x882b_5000n, 0x882b_4003n, 'table'],
				[2, 3, 0x882b_4670n, 0x882e_27ffn, 'page']
			],
			{
				stage1: {
					read: true,
					write: true,
					fetch: true,
					ipa: 0x800c_e010n,
					attr: 255,
					shareability: 3,
					level: 2,
					sizeBits: 21
				},
				stage2: {
					read: true,
					write: true,
					fetch: true,
					pa: 0x882e_2010n,
					device: false,
					level: 3,
					sizeBits: 12
				},
				fault: undefined
			},
			{ stage1: guestKernel, stage2, mair }
		)
	},
	'A first touch': {
		va: 0xffff_ffc0_000c_e000n,
		access: 'write',
		walk: walkOf(
			[
				[2, 1, 0x8827_c010n, 0x882b_5003n, 'table'],
				[2, 2, 0x882b_5000n, 0x882b_4003n, 'table'],
				[2, 3, 0x882b_45e0n, 0x882b_97ffn, 'page'],
				[1, 1, 0x882b_9800n, 0x800b_d003n, 'table'],
				[2, 1, 0x8827_c010n, 0x882b_5003n, 'table'],
				[2, 2, 0x882b_5000n, 0x882b_4003n, 'table'],
				[2, 3, 0x882b_45e8n, 0x882b_a7ffn, 'page'],
				[1, 2, 0x882b_a000n, 0x40_0000_8000_0711n, 'block'],
				[2, 1, 0x8827_c010n, 0x882b_5003n, 'table'],
				[2, 2, 0x882b_5000n, 0x882b_4003n, 'table'],
				[2, 3, 0x882b_4670n, 0x0n, 'invalid']
			],
			{
				stage1: {
					read: true,
					write: true,
					fetch: true,
					ipa: 0x800c_e000n,
					attr: 255,
					shareability: 3,
					level: 2,
					sizeBits: 21
				},
				stage2: undefined,
				fault: { fault: 'translation', stage: 2, level: 3, s1ptw: false, ipa: 0x800c_e000n }
			},
			{ stage1: guestKernel, stage2, mair }
		)
	},
	'A write to what was only read so far': {
		va: 0xffff_ffc0_000a_3000n,
		access: 'write',
		walk: walkOf(
			[
				[2, 1, 0x8827_c010n, 0x882b_5003n, 'table'],
				[2, 2, 0x882b_5000n, 0x882b_4003n, 'table'],
				[2, 3, 0x882b_45e0n, 0x882b_97ffn, 'page'],
				[1, 1, 0x882b_9800n, 0x800b_d003n, 'table'],
				[2, 1, 0x8827_c010n, 0x882b_5003n, 'table'],
				[2, 2, 0x882b_5000n, 0x882b_4003n, 'table'],
				[2, 3, 0x882b_45e8n, 0x882b_a7ffn, 'page'],
				[1, 2, 0x882b_a000n, 0x40_0000_8000_0711n, 'block'],
				[2, 1, 0x8827_c010n, 0x882b_5003n, 'table'],
				[2, 2, 0x882b_5000n, 0x882b_4003n, 'table'],
				[2, 3, 0x882b_4518n, 0x880e_477fn, 'page']
			],
			{
				stage1: {
					read: true,
					write: true,
					fetch: true,
					ipa: 0x800a_3000n,
					attr: 255,
					shareability: 3,
					level: 2,
					sizeBits: 21
				},
				stage2: undefined,
				fault: { fault: 'permission', stage: 2, level: 3, s1ptw: false, ipa: 0x800a_3000n }
			},
			{ stage1: guestKernel, stage2, mair }
		)
	},
	'The console of lkvm: no memory, so a device': {
		va: 0xffff_ff80_0000_73f9n,
		access: 'write',
		walk: walkOf(
			[
				[2, 1, 0x8827_c010n, 0x882b_5003n, 'table'],
				[2, 2, 0x882b_5000n, 0x882b_4003n, 'table'],
				[2, 3, 0x882b_45e0n, 0x882b_97ffn, 'page'],
				[1, 1, 0x882b_9000n, 0x83ff_1003n, 'table'],
				[2, 1, 0x8827_c010n, 0x882b_5003n, 'table'],
				[2, 2, 0x882b_50f8n, 0x882b_7003n, 'table'],
				[2, 3, 0x882b_7f88n, 0x8831_b7ffn, 'page'],
				[1, 2, 0x8831_b000n, 0x83fb_0003n, 'table'],
				[2, 1, 0x8827_c010n, 0x882b_5003n, 'table'],
				[2, 2, 0x882b_50f8n, 0x882b_7003n, 'table'],
				[2, 3, 0x882b_7d80n, 0x8831_a7ffn, 'page'],
				[1, 3, 0x8831_a038n, 0x60_0000_0000_0707n, 'page'],
				[2, 1, 0x8827_c000n, 0x882a_f003n, 'table'],
				[2, 2, 0x882a_f000n, 0x0n, 'invalid']
			],
			{
				stage1: {
					read: true,
					write: true,
					fetch: false,
					ipa: 0x3f9n,
					attr: 4,
					shareability: 3,
					level: 3,
					sizeBits: 12
				},
				stage2: undefined,
				fault: { fault: 'translation', stage: 2, level: 2, s1ptw: false, ipa: 0x3f9n }
			},
			{ stage1: guestKernel, stage2, mair }
		)
	},
	'Before the guest has an MMU: stage 2 alone': {
		va: 0x800b_b000n,
		access: 'write',
		walk: walkOf(
			[
				[2, 1, 0x8827_c010n, 0x882b_5003n, 'table'],
				[2, 2, 0x882b_5000n, 0x882b_4003n, 'table'],
				[2, 3, 0x882b_45d8n, 0x0n, 'invalid']
			],
			{
				stage1: {
					ipa: 0x800b_b000n,
					read: true,
					write: true,
					fetch: true,
					attr: 0,
					shareability: 2,
					level: 0,
					sizeBits: 12
				},
				stage2: undefined,
				fault: { fault: 'translation', stage: 2, level: 3, s1ptw: false, ipa: 0x800b_b000n }
			},
			{ stage1: undefined, stage2, mair }
		)
	},
	'A table of the guest that stage 2 does not map': {
		va: 0x7f_ffff_f3c0n,
		access: 'read',
		walk: walkOf(
			[
				[2, 1, 0x8827_c010n, 0x882b_5003n, 'table'],
				[2, 2, 0x882b_5000n, 0x882b_4003n, 'table'],
				[2, 3, 0x882b_46c0n, 0x8833_57ffn, 'page'],
				[1, 1, 0x8833_5ff8n, 0x800d_9003n, 'table'],
				[2, 1, 0x8827_c010n, 0x882b_5003n, 'table'],
				[2, 2, 0x882b_5000n, 0x882b_4003n, 'table'],
				[2, 3, 0x882b_46c8n, 0x0n, 'invalid']
			],
			{
				stage1: undefined,
				stage2: undefined,
				fault: { fault: 'translation', stage: 2, level: 3, s1ptw: true, ipa: 0x800d_9ff8n }
			},
			{ stage1: guestProgram, stage2, mair }
		)
	},
	'A program reaches for the kernel': {
		va: 0xffff_ffc0_000c_e000n,
		access: 'read',
		walk: walkOf(
			[
				[2, 1, 0x8827_c010n, 0x882b_5003n, 'table'],
				[2, 2, 0x882b_5000n, 0x882b_4003n, 'table'],
				[2, 3, 0x882b_45e0n, 0x882b_97ffn, 'page'],
				[1, 1, 0x882b_9800n, 0x800b_d003n, 'table'],
				[2, 1, 0x8827_c010n, 0x882b_5003n, 'table'],
				[2, 2, 0x882b_5000n, 0x882b_4003n, 'table'],
				[2, 3, 0x882b_45e8n, 0x882b_a7ffn, 'page'],
				[1, 2, 0x882b_a000n, 0x40_0000_8000_0711n, 'block']
			],
			{
				stage1: undefined,
				stage2: undefined,
				fault: { fault: 'permission', stage: 1, level: 2, s1ptw: false, ipa: undefined }
			},
			{ stage1: guestKernel, stage2, mair }
		)
	},
	'An address in neither half': {
		va: 0x80_0000_0000_0000n,
		access: 'read',
		walk: walkOf(
			[],
			{
				stage1: undefined,
				stage2: undefined,
				fault: { fault: 'translation', stage: 1, level: 0, s1ptw: false, ipa: undefined }
			},
			{ stage1: guestKernel, stage2, mair }
		)
	},
	'The host: one stage': {
		va: 0xffff_ffc0_0826_fd80n,
		access: 'read',
		walk: walkOf(
			[
				[1, 1, 0x800b_c800n, 0x800b_d003n, 'table'],
				[1, 2, 0x800b_d208n, 0x40_0000_8820_0711n, 'block']
			],
			{
				stage1: {
					read: true,
					write: true,
					fetch: true,
					ipa: 0x8826_fd80n,
					attr: 255,
					shareability: 3,
					level: 2,
					sizeBits: 21
				},
				stage2: undefined,
				fault: undefined
			},
			{ stage1: hostKernel, stage2: undefined, mair }
		)
	}
};

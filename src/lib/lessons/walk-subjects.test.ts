import type { TrapRecord } from 'emulator-core';
import { describe, expect, it } from 'vitest';
import type { View } from '$lib/stepping/protocol.ts';
import { syndromeSubject, walkSubject } from './walk-subjects.ts';

/** The guest's first write to a page, and its exit; the shapes and values are those of a real run. */
const touch: TrapRecord = {
	at: 1_945_999,
	tick: 2_000_000,
	what: 'entry',
	cause: 'sync',
	fromEl: 1,
	toEl: 2,
	pc: 0xffff_ffc0_0008_8decn,
	esr: 0x93c8_8047,
	far: 0xffff_ffc0_000c_e000n,
	ipa: 0x800c_e000n,
	stage: 2,
	s1ptw: false,
	vmid: 1,
	outcome: 'host'
};
const back: TrapRecord = {
	...touch,
	at: 1_949_000,
	what: 'return',
	cause: 'eret',
	fromEl: 2,
	toEl: 1,
	esr: 0,
	far: 0n,
	ipa: undefined,
	stage: undefined
};
const write = { va: touch.far, access: 'write' };

/** The parts of a view that these functions look at. */
function view(over: {
	instruction: number;
	entered?: boolean;
	world?: View['world'];
	pc?: bigint;
	records?: readonly TrapRecord[];
	system?: Record<string, bigint>;
	fault?: { esr: bigint; far: bigint; hpfar: bigint };
}): View {
	const { instruction, entered = false, world = 'guest', pc = touch.pc, fault } = over;
	return {
		position: { instruction, entered },
		world,
		records: over.records ?? [touch, back],
		registers: { pc, system: over.system ?? {} },
		vcpu: fault && { fault }
	} as unknown as View;
}

describe('the address to walk', () => {
	it.each([
		['of the next instruction, which faults', { instruction: touch.at }, write],
		['in the host, of the exit', { instruction: touch.at + 900, world: 'host' as const }, write],
		['at EL2, of the exit', { instruction: touch.at + 1, world: 'hyp' as const }, write],
		['of what is tried again', { instruction: back.at + 1 }, write],
		[
			'is the instruction where nothing faults',
			{ instruction: back.at + 1, pc: 0x40_26e4n },
			{ va: 0x40_26e4n, access: 'fetch' }
		],
		[
			'is the instruction before the first exit',
			{ instruction: 5, world: 'host' as const, records: [] },
			{ va: touch.pc, access: 'fetch' }
		]
	])('%s', (_, over, subject) => expect(walkSubject(view(over))).toEqual(subject));

	it.each([
		[0x8200_0007, 'fetch'],
		[0x9388_0006, 'read'],
		[0x9388_0046, 'write'],
		// Cache maintenance counts as a write in WnR.
		[0x9200_0146, 'read'],
		[0x9600_0046, 'write']
	])('ESR %#x is a %s', (esr, access) => {
		const records = [{ ...touch, esr }];
		expect(walkSubject(view({ instruction: touch.at, records })).access).toBe(access);
	});

	it('an HVC is walked as the instruction that it is', () => {
		const records = [{ ...touch, esr: 0x5a00_0000 }];
		const at = { instruction: touch.at + 9, world: 'host' as const, pc: 1n, records };
		expect(walkSubject(view(at))).toEqual({ va: touch.pc, access: 'fetch' });
	});
});

describe('the syndrome to show', () => {
	it('of the next instruction', () =>
		expect(syndromeSubject(view({ instruction: touch.at }))).toEqual({
			esr: 0x93c8_8047,
			far: touch.far,
			hpfar: 0x80_0ce0n,
			register: 'ESR_EL2',
			noted: false,
			caption: 'as the next instruction will have it written'
		}));

	it('at EL2, of the registers', () => {
		const system = { ESR_EL2: 0x93c8_8047n, FAR_EL2: touch.far, HPFAR_EL2: 0x80_0ce0n };
		const at = { instruction: touch.at + 1, world: 'hyp' as const, system };
		expect(syndromeSubject(view(at))).toMatchObject({
			esr: 0x93c8_8047,
			hpfar: 0x80_0ce0n,
			noted: false
		});
	});

	it('in the host, of what KVM has noted', () => {
		const fault = { esr: 0x93c8_804fn, far: touch.far, hpfar: 0x80_0ce0n };
		const at = { instruction: touch.at + 900, world: 'host' as const, fault };
		expect(syndromeSubject(view(at))).toMatchObject({ esr: 0x93c8_804f, noted: true });
	});

	it('of the last exit of the guest', () =>
		expect(syndromeSubject(view({ instruction: back.at + 40 }))).toMatchObject({
			esr: 0x93c8_8047,
			caption: 'as the last exit had it'
		}));

	it('leaves HPFAR out after a permission fault, and all addresses where there is no abort', () => {
		const at = { instruction: touch.at };
		expect(
			syndromeSubject(view({ ...at, records: [{ ...touch, esr: 0x93c8_804f }] }))
		).toMatchObject({ far: touch.far, hpfar: undefined });
		const hvc = { ...touch, esr: 0x5a00_0000, ipa: undefined };
		expect(syndromeSubject(view({ ...at, records: [hvc] }))).toMatchObject({
			far: undefined,
			hpfar: undefined
		});
	});

	it('of an abort to the guest’s own kernel is that of EL1', () => {
		const own = { ...touch, toEl: 1, fromEl: 0, stage: 1 as const, ipa: undefined };
		expect(syndromeSubject(view({ instruction: touch.at, records: [own] }))).toMatchObject({
			register: 'ESR_EL1',
			hpfar: undefined
		});
	});

	it('is nothing before the first', () =>
		expect(syndromeSubject(view({ instruction: 5, records: [] }))).toBeUndefined());
});

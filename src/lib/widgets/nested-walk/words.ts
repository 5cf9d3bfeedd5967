import type { Access, Fault } from 'emulator-core';
import { hexInFours } from '../../ui/hex.ts';
import type { Cell, NestedWalk, Row, WalkData } from './layout.ts';

export const accessNames: Record<Access, string> = {
	read: 'load',
	write: 'store',
	fetch: 'instruction fetch'
};

/** `4 KB`, `2 MB`, `1 GB`. */
export function sizeName(bits: number): string {
	const unit = bits >= 30 ? 'GB' : bits >= 20 ? 'MB' : 'KB';
	return `${2 ** (bits % 10)} ${unit}`;
}

/** How many descriptors one access cost, and why. */
export function countInWords({ access, walk }: WalkData, { reads }: NestedWalk): string {
	const { geometry } = walk;
	const what = accessNames[access];
	const all = `${reads.all} ${reads.all === 1 ? 'read' : 'reads'}`;
	if (geometry.stage1 === undefined && geometry.stage2 === undefined)
		return `No reads: both stages are off, and the address is the physical one.`;
	if (walk.fault !== undefined) return reads.all === 0 ? `No reads` : `${all}, then a fault`;
	const split =
		geometry.stage2 === undefined
			? 'stage 2 is off, so what stage 1 gives is a physical address'
			: geometry.stage1 === undefined
				? 'stage 1 is off, so the address is an IPA already'
				: `${reads.stage1} descriptors of stage 1, ${reads.stage2} of stage 2`;
	return `${all} for one ${what}: ${split}`;
}

const faultNames: Record<Fault['fault'], string> = {
	'address-size': 'Address size fault',
	translation: 'Translation fault',
	'access-flag': 'Access flag fault',
	permission: 'Permission fault',
	external: 'External abort',
	'walk-external': 'External abort on the walk'
};

/** A fault's name as the manual has it, what was wrong, and who hears of it. */
export interface FaultWords {
	readonly name: string;
	readonly why: string;
	readonly then: string;
}

export function faultInWords(data: WalkData): FaultWords | undefined {
	const { fault } = data.walk;
	if (fault === undefined) return undefined;
	const level = fault.fault === 'external' ? '' : `, level ${fault.level}`;
	return {
		name: `${faultNames[fault.fault]}, stage ${fault.stage}${level}`,
		why: whyOf(fault, data),
		then: thenOf(fault, data)
	};
}

function whyOf(fault: Fault, { va, access, walk }: WalkData): string {
	const { geometry } = walk;
	const shape = fault.stage === 1 ? geometry.stage1 : geometry.stage2;
	switch (fault.fault) {
		case 'translation': {
			if (walk.steps.at(-1)?.kind === 'invalid') return 'The entry is invalid: its bit 0 is 0.';
			if (fault.stage === 2)
				return `The IPA is beyond the ${shape?.inputBits ?? 0} bits that VTCR_EL2 allows.`;
			const bits = shape?.inputBits ?? 64;
			const top = BigInt.asUintN(56, va) >> BigInt(bits);
			const inHalf = top === 0n || top === (1n << BigInt(56 - bits)) - 1n;
			return inHalf
				? `${shape?.register ?? 'This half'} is not walked: TCR_EL1 switches its half off.`
				: `The address lies in neither half: its bits 63 to ${bits} must be all 0 or all 1.`;
		}
		case 'permission':
			return `The entry is valid, but allows no ${accessNames[access]} here.`;
		case 'access-flag':
			return 'The entry is valid, but its access flag (AF) is 0.';
		case 'address-size':
			return shape === undefined
				? 'The address is larger than any that the processor has.'
				: `The entry points beyond the addresses that ${fault.stage === 1 ? 'TCR_EL1' : 'VTCR_EL2'} allows.`;
		case 'external':
		case 'walk-external':
			return 'No memory answers where the entry should be.';
	}
}

function thenOf(fault: Fault, { walk: { geometry } }: WalkData): string {
	if (fault.stage === 2) {
		if (fault.s1ptw)
			return 'It came while an entry of the guest’s own tables was to be read (S1PTW). The guest traps to EL2.';
		if (fault.fault === 'permission') return 'The guest traps to EL2: KVM decides whether it may.';
		return 'The guest traps to EL2: KVM must map the page, or play a device.';
	}
	if (geometry.stage1?.register === 'TTBR0_EL2') return 'EL2 takes the abort itself.';
	return geometry.stage2 === undefined
		? 'The kernel at EL1 takes the abort.'
		: 'The guest’s own kernel takes the abort at EL1. KVM never hears of it.';
}

/** `Stage 2, level 3`, or what the access is. */
export function cellTitle(cell: Cell, { access }: WalkData): string {
	if (cell.stage === undefined) return `The ${accessNames[access]} itself`;
	return `Stage ${cell.stage}, level ${cell.level}`;
}

/** Why this entry was read, and what it gave: two or three sentences. */
export function cellStory(cell: Cell, row: Row, data: WalkData): string[] {
	const { stage, step, bits, index, input, gives } = cell;
	if (stage === undefined || bits === undefined || input === undefined) return [];
	const space = stage === 1 && data.walk.geometry.stage2 !== undefined ? 'IPA' : 'PA';
	const of = stage === 1 ? 'the VA' : `the IPA ${hexInFours(input)}`;
	const picked = `Bits ${bits[0]} to ${bits[1]} of ${of} are ${index}`;
	if (step === undefined) return [`${picked}, but no entry was read.`];
	const entry = stage === 1 ? (row.ipa ?? step.at) : step.at;
	const table = hexInFours(entry - 8n * BigInt(index!));
	const where = entry === step.at ? '' : `, which stage 2 finds at PA ${hexInFours(step.at)}`;
	const story = [
		`${picked}: entry ${index} of the table at ${space} ${table} is at ${space} ${hexInFours(entry)}${where}.`
	];
	const target = gives === undefined ? '' : `${space} ${hexInFours(gives)}`;
	if (step.kind === 'table') story.push(`It points to the next table, at ${target}.`);
	if (step.kind === 'page') story.push(`It maps a page of ${sizeName(bits[1])}, at ${target}.`);
	if (step.kind === 'block')
		story.push(
			`It maps a block of ${sizeName(bits[1])}, at ${target}: no further level is needed.`
		);
	return story;
}

/** `read, write, execute`, or `nothing`. */
export function rightsInWords(may: { read: boolean; write: boolean; fetch: boolean }): string {
	const names = [may.read && 'read', may.write && 'write', may.fetch && 'execute'];
	return names.filter(Boolean).join(', ') || 'nothing';
}

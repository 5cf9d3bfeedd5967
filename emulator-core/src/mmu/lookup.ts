import type { Ipa, Pa } from '../bus/device.ts';
import { fault, isFault, type Fault, type Level, type Stage } from './faults.ts';

/** log2 of the translation granule: 4 KB, 16 KB or 64 KB. */
export type GranuleBits = 12 | 14 | 16;

/** One descriptor read, as a page-walk picture draws it. */
export interface WalkStep {
	readonly stage: Stage;
	readonly level: Level;
	/** Where the descriptor was read. */
	readonly at: Pa;
	readonly desc: bigint;
	readonly kind: DescriptorKind;
}

export type DescriptorKind = 'invalid' | 'table' | 'block' | 'page';

/** A walk through one stage's tables: what is fixed while it goes down the levels. */
export interface Walk {
	readonly stage: Stage;
	readonly granuleBits: GranuleBits;
	/** The address to translate, already cut to the size of the input range. */
	readonly input: bigint;
	readonly startLevel: Level;
	/** The first table; stage 2 may have several side by side (concatenated). */
	readonly table: bigint;
	/** Output addresses must fit in so many bits. */
	readonly outputBits: number;
	/** Where a stage-1 table really lies; at stage 2, the address itself. */
	throughStage2(address: Ipa): Pa | Fault;
	/** Undefined where no memory answers. */
	read64(at: Pa): bigint | undefined;
	readonly trace: WalkStep[] | undefined;
}

/** A block or page descriptor reached at the end of a walk. */
export interface Leaf {
	readonly desc: bigint;
	readonly level: Level;
	/** The output address of the input address, offset included. */
	readonly output: bigint;
	/** log2 of the bytes that the descriptor maps. */
	readonly sizeBits: number;
	/** Bits 63:59 of the tables on the way, ORed together: NSTable, APTable, XNTable, PXNTable. */
	readonly tableAttributes: bigint;
}

const addressMask = 0x0000_ffff_ffff_f000n;

/** Bits of the input below the index of `level`. */
export function levelShift(granuleBits: GranuleBits, level: Level): number {
	return granuleBits + (granuleBits - 3) * (3 - level);
}

/** The level at which a stage-1 walk over `inputBits` starts. */
export function stage1StartLevel(granuleBits: GranuleBits, inputBits: number): Level {
	return (4 - Math.ceil((inputBits - granuleBits) / (granuleBits - 3))) as Level;
}

function descriptorKind(desc: bigint, level: Level, granuleBits: GranuleBits): DescriptorKind {
	if ((desc & 1n) === 0n) return 'invalid';
	const two = (desc & 2n) !== 0n;
	if (level === 3) return two ? 'page' : 'invalid';
	if (two) return 'table';
	const blocks = granuleBits === 12 ? level === 1 || level === 2 : level === 2;
	return blocks ? 'block' : 'invalid';
}

function descriptorAddress(desc: bigint, bits: number): bigint {
	return desc & addressMask & ~((1n << BigInt(bits)) - 1n);
}

/** One level of a table walk. A stage-1 table lives at an IPA, so reading it walks stage 2. */
export function lookup(walk: Walk, table: bigint, level: Level): WalkStep | Fault {
	const shift = BigInt(levelShift(walk.granuleBits, level));
	const stride = BigInt(walk.granuleBits - 3);
	// The first table takes all the bits above: fewer than a stride, or more when concatenated.
	const above = walk.input >> shift;
	const index = level === walk.startLevel ? above : above & ((1n << stride) - 1n);

	const at = walk.throughStage2((table + (index << 3n)) as Ipa);
	if (isFault(at)) return { ...at, s1ptw: true };
	const desc = walk.read64(at);
	if (desc === undefined) return fault('walk-external', walk.stage, level);

	const step = { stage: walk.stage, level, at, desc, kind: 'invalid' as DescriptorKind };
	step.kind = descriptorKind(desc, level, walk.granuleBits);
	walk.trace?.push(step);
	if (step.kind === 'invalid') return fault('translation', walk.stage, level);
	const bits = step.kind === 'block' ? Number(shift) : walk.granuleBits;
	if (descriptorAddress(desc, bits) >> BigInt(walk.outputBits))
		return fault('address-size', walk.stage, level);
	return step;
}

/** Goes down the tables to a block or page. Says nothing of permissions: that is each stage's own. */
export function walkTables(walk: Walk): Leaf | Fault {
	let table = walk.table;
	let tableAttributes = 0n;
	for (let level = walk.startLevel; ; level = (level + 1) as Level) {
		const step = lookup(walk, table, level);
		if (isFault(step)) return step;
		if (step.kind === 'table') {
			table = descriptorAddress(step.desc, walk.granuleBits);
			tableAttributes |= step.desc >> 59n;
			continue;
		}
		const sizeBits = levelShift(walk.granuleBits, level);
		const offset = walk.input & ((1n << BigInt(sizeBits)) - 1n);
		const output = descriptorAddress(step.desc, sizeBits) | offset;
		// Access flag: no hardware management in Armv8.0.
		if ((step.desc & (1n << 10n)) === 0n) return fault('access-flag', walk.stage, level);
		return { desc: step.desc, level, output, sizeBits, tableAttributes };
	}
}

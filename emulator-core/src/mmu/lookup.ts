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
	/** Output addresses must lie below this. */
	readonly outputEnd: bigint;
	/** Where a stage-1 table really lies; at stage 2, the address itself. */
	readonly throughStage2: (address: Ipa) => Pa | Fault;
	/** Undefined where no memory answers. */
	readonly read64: (at: Pa) => bigint | undefined;
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
	/** Bits 63:59 of the tables on the way, ORed together: NSTable 4, APTable 3:2, XNTable 1, PXNTable 0. */
	readonly tableAttributes: number;
}

/** Bits of the input below the index of `level`. */
export function levelShift(granuleBits: GranuleBits, level: Level): number {
	return granuleBits + (granuleBits - 3) * (3 - level);
}

/** What a level of one granule needs, worked out once: bigint conversions are dear. */
interface LevelConstants {
	readonly shift: bigint;
	/** The bits of an index, for levels below the first. */
	readonly indexMask: bigint;
	/** The output address of a block or page here, and what the input adds to it. */
	readonly outputMask: bigint;
	readonly offsetMask: bigint;
}

const addressBits = 0x0000_ffff_ffff_f000n;

function levelConstants(granuleBits: GranuleBits): readonly LevelConstants[] {
	return ([0, 1, 2, 3] as const).map((level) => {
		const shift = BigInt(levelShift(granuleBits, level));
		const offsetMask = (1n << shift) - 1n;
		const indexMask = (1n << BigInt(granuleBits - 3)) - 1n;
		return { shift, indexMask, outputMask: addressBits & ~offsetMask, offsetMask };
	});
}

const constants = { 12: levelConstants(12), 14: levelConstants(14), 16: levelConstants(16) };
/** The address of the next table: aligned to the granule, like a page's. */
const tableMask = (granuleBits: GranuleBits) => constants[granuleBits][3]!.outputMask;

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

/** One level of a table walk. A stage-1 table lives at an IPA, so reading it walks stage 2. */
export function lookup(walk: Walk, table: bigint, level: Level): WalkStep | Fault {
	const { shift, indexMask, outputMask } = constants[walk.granuleBits][level]!;
	// The first table takes all the bits above: fewer than a stride, or more when concatenated.
	const above = walk.input >> shift;
	const index = level === walk.startLevel ? above : above & indexMask;

	const at = walk.throughStage2((table + (index << 3n)) as Ipa);
	if (isFault(at)) return { ...at, s1ptw: true };
	const desc = walk.read64(at);
	if (desc === undefined) return fault('walk-external', walk.stage, level);

	const kind = descriptorKind(desc, level, walk.granuleBits);
	const step: WalkStep = { stage: walk.stage, level, at, desc, kind };
	walk.trace?.push(step);
	if (kind === 'invalid') return fault('translation', walk.stage, level);
	const output = desc & (kind === 'block' ? outputMask : tableMask(walk.granuleBits));
	return output < walk.outputEnd ? step : fault('address-size', walk.stage, level);
}

/** Goes down the tables to a block or page. Says nothing of permissions: that is each stage's own. */
export function walkTables(walk: Walk): Leaf | Fault {
	let table = walk.table;
	let tableAttributes = 0;
	for (let level = walk.startLevel; ; level = (level + 1) as Level) {
		const step = lookup(walk, table, level);
		if (isFault(step)) return step;
		if (step.kind === 'table') {
			table = step.desc & tableMask(walk.granuleBits);
			tableAttributes |= Number(step.desc >> 59n);
			continue;
		}
		const { outputMask, offsetMask } = constants[walk.granuleBits][level]!;
		const output = (step.desc & outputMask) | (walk.input & offsetMask);
		const sizeBits = levelShift(walk.granuleBits, level);
		// Access flag: no hardware management in Armv8.0.
		if ((step.desc & (1n << 10n)) === 0n) return fault('access-flag', walk.stage, level);
		return { desc: step.desc, level, output, sizeBits, tableAttributes };
	}
}

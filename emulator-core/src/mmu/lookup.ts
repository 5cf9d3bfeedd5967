import type { Pa } from '../bus/device.ts';
import { fault, type Fault, type Level, type Stage } from './faults.ts';

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

/** Reads the 8 bytes at a physical address as two unsigned halves. */
export type DescriptorReader = (at: number, into: Descriptor) => boolean;

/** A descriptor in halves: a walk works on numbers, because bigints are dear. */
export interface Descriptor {
	low: number;
	high: number;
}

/** A walk through one stage's tables: what is fixed while it goes down the levels. */
export interface Walk {
	readonly stage: Stage;
	readonly granuleBits: GranuleBits;
	/** The address to translate, already cut to the size of the input range. Addresses are below 2^48. */
	readonly input: number;
	readonly startLevel: Level;
	/** The first table; stage 2 may have several side by side (concatenated). */
	readonly table: number;
	/** Output addresses must lie below this. */
	readonly outputEnd: number;
	/** Where a stage-1 table really lies; at stage 2, the address itself. */
	readonly throughStage2: (address: number) => number | Fault;
	/** False where no memory answers. */
	readonly readDescriptor: DescriptorReader;
	readonly trace: WalkStep[] | undefined;
}

/** A block or page descriptor reached at the end of a walk. */
export interface Leaf {
	/** Its descriptor, unsigned halves. */
	readonly low: number;
	readonly high: number;
	readonly level: Level;
	/** The output address of the input address, offset included. */
	readonly output: number;
	/** log2 of the bytes that the descriptor maps. */
	readonly sizeBits: number;
	/** Bits 63:59 of the tables on the way, ORed together: NSTable 4, APTable 3:2, XNTable 1, PXNTable 0. */
	readonly tableAttributes: number;
}

/** Bits of the input below the index of `level`. */
export function levelShift(granuleBits: GranuleBits, level: Level): number {
	return granuleBits + (granuleBits - 3) * (3 - level);
}

/** Bits 47:12 of a descriptor. */
const addressOf = (low: number, high: number) =>
	(high & 0xffff) * 0x1_0000_0000 + ((low & 0xffff_f000) >>> 0);

/** 2^n: an operator for it is a call of a function until V8 has optimized the walk. */
const powers = Array.from({ length: 64 }, (_, n) => 2 ** n);

const alignDown = (address: number, bits: number) => address - (address % powers[bits]!);

/** The level at which a stage-1 walk over `inputBits` starts. */
export function stage1StartLevel(granuleBits: GranuleBits, inputBits: number): Level {
	return (4 - Math.ceil((inputBits - granuleBits) / (granuleBits - 3))) as Level;
}

function descriptorKind(low: number, level: Level, granuleBits: GranuleBits): DescriptorKind {
	if ((low & 1) === 0) return 'invalid';
	const two = (low & 2) !== 0;
	if (level === 3) return two ? 'page' : 'invalid';
	if (two) return 'table';
	const blocks = granuleBits === 12 ? level === 1 || level === 2 : level === 2;
	return blocks ? 'block' : 'invalid';
}

/**
 * One level of a table walk: the kind of the descriptor that is read into `desc`. A stage-1 table lives
 * at an IPA, so reading it walks stage 2.
 */
export function lookup(
	walk: Walk,
	table: number,
	level: Level,
	desc: Descriptor
): DescriptorKind | Fault {
	const { granuleBits } = walk;
	// The first table takes all the bits above: fewer than a stride, or more when concatenated.
	const above = Math.floor(walk.input / powers[levelShift(granuleBits, level)]!);
	const index = level === walk.startLevel ? above : above % powers[granuleBits - 3]!;

	const at = walk.throughStage2(table + 8 * index);
	if (typeof at !== 'number') return { ...at, s1ptw: true };
	if (!walk.readDescriptor(at, desc)) return fault('walk-external', walk.stage, level);

	const kind = descriptorKind(desc.low, level, granuleBits);
	if (walk.trace !== undefined) {
		const whole = (BigInt(desc.high) << 32n) | BigInt(desc.low);
		walk.trace.push({ stage: walk.stage, level, at: BigInt(at) as Pa, desc: whole, kind });
	}
	if (kind === 'invalid') return fault('translation', walk.stage, level);
	const bits = kind === 'block' ? levelShift(granuleBits, level) : granuleBits;
	const output = alignDown(addressOf(desc.low, desc.high), bits);
	return output < walk.outputEnd ? kind : fault('address-size', walk.stage, level);
}

/** Goes down the tables to a block or page. Says nothing of permissions: that is each stage's own. */
export function walkTables(walk: Walk): Leaf | Fault {
	const desc: Descriptor = { low: 0, high: 0 };
	let table = walk.table;
	let tableAttributes = 0;
	for (let level = walk.startLevel; ; level = (level + 1) as Level) {
		const kind = lookup(walk, table, level, desc);
		if (typeof kind !== 'string') return kind;
		const { low, high } = desc;
		if (kind === 'table') {
			table = alignDown(addressOf(low, high), walk.granuleBits);
			tableAttributes |= high >>> 27;
			continue;
		}
		const sizeBits = levelShift(walk.granuleBits, level);
		const output = alignDown(addressOf(low, high), sizeBits) + (walk.input % powers[sizeBits]!);
		// Access flag: no hardware management in Armv8.0.
		if ((low & (1 << 10)) === 0) return fault('access-flag', walk.stage, level);
		return { low, high, level, output, sizeBits, tableAttributes };
	}
}

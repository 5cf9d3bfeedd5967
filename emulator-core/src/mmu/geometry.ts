import type { Level } from './faults.ts';
import { levelShift, type GranuleBits } from './lookup.ts';
import type { Stage1, TableRange } from './stage1.ts';
import type { Stage2 } from './stage2.ts';

/** How one stage cuts its input address into table indices, and where its first table lies. */
export interface StageGeometry {
	/** The register with the address of the first table. */
	readonly register: 'TTBR0_EL1' | 'TTBR1_EL1' | 'TTBR0_EL2' | 'VTTBR_EL2';
	/** An IPA at stage 1 of a guest, a physical address otherwise. */
	readonly table: bigint;
	/** log2 of a page: 12, 14 or 16. */
	readonly granuleBits: GranuleBits;
	/** Bits of the address that are translated. */
	readonly inputBits: number;
	readonly startLevel: Level;
}

/** What a walk from one address has ahead of it; a stage that is off is undefined. */
export interface WalkGeometry {
	readonly stage1: StageGeometry | undefined;
	readonly stage2: StageGeometry | undefined;
	/** MAIR_ELx, out of which a stage-1 entry chooses its memory type. */
	readonly mair: bigint;
}

/** The shape of a walk from `va`. */
export function walkGeometry(va: bigint, stage1: Stage1, stage2: Stage2 | undefined): WalkGeometry {
	return {
		stage1: stage1.on ? ofStage1(va, stage1) : undefined,
		stage2: stage2 && {
			register: 'VTTBR_EL2',
			table: BigInt(stage2.table),
			granuleBits: stage2.granuleBits,
			inputBits: stage2.inputEnd.toString(2).length - 1,
			startLevel: stage2.startLevel
		},
		mair: stage1.mair
	};
}

function ofStage1(va: bigint, { low, high, el2 }: Stage1): StageGeometry {
	if (high !== undefined && (va & (1n << 55n)) !== 0n) return ofRange(high, 'TTBR1_EL1');
	return ofRange(low, el2 ? 'TTBR0_EL2' : 'TTBR0_EL1');
}

function ofRange(range: TableRange, register: StageGeometry['register']): StageGeometry {
	return {
		register,
		table: BigInt(range.table),
		granuleBits: range.granuleBits,
		inputBits: range.inputMask.toString(2).length,
		startLevel: range.startLevel
	};
}

/**
 * The bits of an address that index the table of `level`: [high, low]. First tables that lie side by
 * side (concatenated, at stage 2) are indexed as one.
 */
export function indexBits(stage: StageGeometry, level: Level): readonly [number, number] {
	const low = levelShift(stage.granuleBits, level);
	const high = level === stage.startLevel ? stage.inputBits - 1 : low + stage.granuleBits - 4;
	return [high, low];
}

/** Which entry of the table of `level` an address means. */
export function tableIndex(stage: StageGeometry, level: Level, address: bigint): number {
	const [high, low] = indexBits(stage, level);
	return Number((address >> BigInt(low)) & ((1n << BigInt(high - low + 1)) - 1n));
}

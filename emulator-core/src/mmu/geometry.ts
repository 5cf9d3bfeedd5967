import type { Level } from './faults.ts';
import { levelShift, type GranuleBits } from './lookup.ts';
import {
	stage1El1,
	stage1El2,
	stage2Enabled,
	stage2Of,
	type TranslationRegisters
} from './regime.ts';
import type { TableRange } from './stage1.ts';

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
}

/**
 * The shape of a walk from `va`, as `el` would begin it: to be asked together with explainWalk.
 *
 * @param system values by register name, as RegisterSnapshot.system has them; one left out counts as 0
 */
export function walkGeometry(
	system: Readonly<Record<string, bigint>>,
	va: bigint,
	el: 0 | 1 | 2
): WalkGeometry {
	const registers = Object.fromEntries(
		names.map((name) => [name, system[name] ?? 0n])
	) as unknown as TranslationRegisters;
	const stage1 = el === 2 ? stage1El2(registers) : stage1El1(registers);
	const upper = stage1.high !== undefined && (va & (1n << 55n)) !== 0n;
	const low = el === 2 ? 'TTBR0_EL2' : 'TTBR0_EL1';
	const behind = el !== 2 && stage2Enabled(registers.HCR_EL2) ? stage2Of(registers) : undefined;
	return {
		stage1: !stage1.on
			? undefined
			: upper
				? ofRange(stage1.high!, 'TTBR1_EL1')
				: ofRange(stage1.low, low),
		stage2: behind && {
			register: 'VTTBR_EL2',
			table: BigInt(behind.table),
			granuleBits: behind.granuleBits,
			inputBits: behind.inputEnd.toString(2).length - 1,
			startLevel: behind.startLevel
		}
	};
}

const names: readonly (keyof TranslationRegisters)[] = [
	'SCTLR_EL1',
	'TTBR0_EL1',
	'TTBR1_EL1',
	'TCR_EL1',
	'MAIR_EL1',
	'SCTLR_EL2',
	'TTBR0_EL2',
	'TCR_EL2',
	'MAIR_EL2',
	'HCR_EL2',
	'VTCR_EL2',
	'VTTBR_EL2'
];

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

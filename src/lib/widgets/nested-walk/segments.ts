import { indexBits, tableIndex, type Level, type StageGeometry } from 'emulator-core';

/** A part of an address: what stands above the tables' bits, an index, or the offset in the page. */
export interface Segment {
	readonly kind: 'top' | 'index' | 'offset';
	readonly level: Level | undefined;
	/** High and low, both inclusive. */
	readonly bits: readonly [number, number];
	/** As the strip writes it: an index in binary, the rest in hexadecimal or as what all bits are. */
	readonly digits: string;
	/** `entry 511`, `0x3c0 in the page`. */
	readonly means: string;
}

/**
 * An address cut up as its tables are indexed, high bits first.
 *
 * @param leaf level of the block or page that ends the walk: what lies below it is offset
 */
export function segments(
	address: bigint,
	stage: StageGeometry,
	leaf: Level | undefined
): Segment[] {
	const top = BigInt.asUintN(64, address) >> BigInt(stage.inputBits);
	const levels = ([0, 1, 2, 3] as const).filter(
		(level) => level >= stage.startLevel && level <= (leaf ?? 3)
	);
	const parts: Segment[] = [];
	if (stage.register !== 'VTTBR_EL2' || top !== 0n) parts.push(topOf(top, stage));
	const input = BigInt.asUintN(stage.inputBits, address);
	for (const level of levels) {
		const bits = indexBits(stage, level);
		const index = tableIndex(stage, level, input);
		const width = bits[0] - bits[1] + 1;
		const digits = index.toString(2).padStart(width, '0');
		parts.push({ kind: 'index', level, bits, digits, means: `entry ${index}` });
	}
	const size = indexBits(stage, levels.at(-1)!)[1];
	const offset =
		'0x' +
		BigInt.asUintN(size, address)
			.toString(16)
			.padStart(Math.ceil(size / 4), '0');
	const unit = leaf !== undefined && leaf < 3 ? 'block' : 'page';
	parts.push({
		kind: 'offset',
		level: undefined,
		bits: [size - 1, 0],
		digits: offset,
		means: `in the ${unit}`
	});
	return parts;
}

function topOf(top: bigint, { inputBits, register }: StageGeometry): Segment {
	const ones = (1n << BigInt(64 - inputBits)) - 1n;
	const same = top === 0n ? 'all 0' : top === ones ? 'all 1' : undefined;
	return {
		kind: 'top',
		level: undefined,
		bits: [63, inputBits],
		digits: same ?? '0x' + top.toString(16),
		means: same === undefined ? 'no half' : register
	};
}

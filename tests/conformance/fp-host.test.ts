import { describe, expect, it } from 'vitest';
import { runFp, type FpOperationName } from '../../emulator-core/src/fp/index.ts';
import { randomOperands } from './fp-operands.ts';
import { Random } from './random.ts';

/**
 * Our floating point against the host's own, which rounds to nearest as FPCR's default does. JavaScript
 * tells nothing of flags, and one NaN from another not at all.
 */
const random = new Random(2);
const view = new DataView(new ArrayBuffer(8));

function asNumber(bits: bigint, size: 32 | 64): number {
	view.setBigUint64(0, bits);
	return size === 64 ? view.getFloat64(0) : view.getFloat32(4);
}

const operations: [FpOperationName, (a: number, b: number) => number][] = [
	['add', (a, b) => a + b],
	['sub', (a, b) => a - b],
	['mul', (a, b) => a * b],
	['nMul', (a, b) => -(a * b)],
	['div', (a, b) => a / b],
	['sqrt', (a) => Math.sqrt(a)],
	['max', (a, b) => Math.max(a, b)],
	['min', (a, b) => Math.min(a, b)],
	['compareEQ', (a, b) => Number(a === b)],
	['compareGE', (a, b) => Number(a >= b)],
	['compareGT', (a, b) => Number(a > b)],
	['roundToIntegral_POSINF', (a) => Math.ceil(a)],
	['roundToIntegral_NEGINF', (a) => Math.floor(a)],
	['roundToIntegral_ZERO', (a) => Math.trunc(a)]
];

describe(`the host's own arithmetic (SEED=${random.seed})`, () => {
	// A double has more than twice a single's digits: rounding twice, it and fround, loses nothing.
	it.each(
		operations.flatMap(([name, host]) => ([64, 32] as const).map((size) => ({ name, size, host })))
	)('has the same $name of $size bits', ({ name, size, host }) => {
		const differences: string[] = [];
		for (let n = 0; n < 2000; n++) {
			const operands = randomOperands(random, name, size);
			const { bits } = runFp(name, size, operands, 0);
			const mine = name.startsWith('compare') ? Number(bits) : asNumber(bits, size);
			const [a, b] = operands.map((operand) => asNumber(operand, size));
			const exact = host(a!, b ?? 0);
			const theirs = size === 64 ? exact : Math.fround(exact);
			if (!Object.is(mine, theirs)) differences.push(`${a} and ${b}: ${mine}, the host ${theirs}`);
		}
		expect(differences.slice(0, 5)).toEqual([]);
	});
});

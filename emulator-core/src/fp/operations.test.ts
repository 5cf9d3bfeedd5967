import { describe, expect, it } from 'vitest';
import { fpOperationList, fpOperations, runFp, runFpInto, sayFp } from './operations.ts';

describe('the list of operations', () => {
	it('numbers each by its place and finds it by its name', () => {
		for (const [number, operation] of fpOperationList.entries()) {
			expect(operation.number).toBe(number);
			expect(fpOperations[operation.name]).toBe(operation);
		}
	});

	it('names every operand but a number of fraction bits in words', () => {
		for (const { words, operands, name } of fpOperationList)
			operands.forEach((kind, index) =>
				expect(words.includes(`{${index}}`), name).toBe(kind !== 'fractionBits')
			);
	});

	it('says what an operation does', () => {
		expect(sayFp(fpOperations.add, ['D1', 'D2'])).toBe('the sum of D1 and D2');
		expect(sayFp(fpOperations.mulAdd, ['D3', 'D1', 'D2'])).toBe(
			'D3 plus the product of D1 and D2, rounded once'
		);
		expect(sayFp(fpOperations.toUnsigned32_TIEAWAY, ['S0'])).toBe(
			'S0 as an unsigned integer of 32 bits, rounded to the nearest, ties away from zero'
		);
		expect(sayFp(fpOperations.roundToIntegral_NEGINF, ['S0'])).toBe(
			'S0 rounded down to an integer'
		);
	});
});

describe('running one', () => {
	it('ignores what lies above the width of an operand', () => {
		expect(runFp('add', 32, [0xffff_ffff_3f80_0000n, 0xaaaa_aaaa_4000_0000n], 0).bits).toBe(
			0x4040_0000n
		);
		expect(runFp('fromSigned32', 64, [0x1234_5678_0000_0001n, 0n], 0).bits).toBe(
			0x3ff0_0000_0000_0000n
		);
	});

	it('puts the answer into what it is given, flags of this operation alone', () => {
		const result = { bits: 7n, flags: 0xff };
		runFpInto(result, fpOperations.div, 32, 0x3f80_0000n, 0n, 0n, 0);
		expect(result).toEqual({ bits: 0x7f80_0000n, flags: 0b10 });
		runFpInto(result, fpOperations.mul, 32, 0x3f80_0000n, 0n, 0n, 0);
		expect(result).toEqual({ bits: 0n, flags: 0 });
	});

	it('says what an operation has if it is asked for something else', () => {
		expect(() => runFp('add', 16, [0n, 0n], 0)).toThrow('add of 16 bits: it has 32 and 64');
		expect(() => runFp('add', 64, [0n], 0)).toThrow('add takes 2 operands');
	});
});

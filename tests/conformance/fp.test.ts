import { describe, expect, it } from 'vitest';
import { fpOperationList } from '../../emulator-core/src/fp/index.ts';
import { fpInstructions, ours } from './fp-instructions.ts';
import { randomFpcr, randomOperands } from './fp-operands.ts';
import { FpOracle, type FpAnswer, type FpCase } from './fp-oracle.ts';
import { requireTool } from './oracle.ts';
import { Random } from './random.ts';

/**
 * Our floating point against qemu-aarch64: each operation by the instructions that use it, with operands
 * biased to where something happens, all of FPCR's modes, bits and flags compared.
 * CASES and SEED in the environment make it longer or other: `CASES=10000000 SEED=7 npx vitest …`.
 */
const cases = Number(process.env['CASES'] ?? 240_000);
const random = new Random(1);
const chunk = 40_000;

/** Instructions with a constant of fraction bits are many: as a family they get the share of ten. */
const plain = fpInstructions.map((_, n) => n).filter((n) => !fpInstructions[n]!.fractionBits);
const fractional = fpInstructions.map((_, n) => n).filter((n) => fpInstructions[n]!.fractionBits);

function randomCase(index: number): FpCase {
	const turn = index % (plain.length + 10);
	const instruction = plain[turn] ?? random.pick(fractional);
	const { operation, size } = fpInstructions[instruction]!;
	const operands = randomOperands(random, operation, size);
	return { instruction, fpcr: randomFpcr(random), operands };
}

const hex = (n: bigint | number) => '0x' + n.toString(16);

function describeCase({ instruction, fpcr, operands }: FpCase, mine: FpAnswer, other: FpAnswer) {
	const { assembly, operation } = fpInstructions[instruction]!;
	return (
		`${assembly[0]} (${operation}) of ${operands.map(hex).join(', ')} with FPCR ${hex(fpcr)}: ` +
		`${hex(mine.bits)} FPSR ${hex(mine.flags)}, QEMU ${hex(other.bits)} FPSR ${hex(other.flags)}`
	);
}

describe('the instructions asked', () => {
	it('show every operation in every size', () => {
		const asked = new Set(fpInstructions.map(({ operation, size }) => `${operation} ${size}`));
		const all = fpOperationList.flatMap(({ name, sizes }) =>
			sizes.map((size) => `${name} ${size}`)
		);
		expect(all.filter((one) => !asked.has(one))).toEqual([]);
	});
});

describe.runIf(requireTool('qemu-aarch64') && requireTool('aarch64-linux-gnu-gcc'))(
	`floating point as qemu-aarch64 has it (SEED=${random.seed})`,
	() => {
		it(
			`gives the same bits and flags for ${cases} operations`,
			() => {
				const oracle = new FpOracle(fpInstructions);
				const differences: string[] = [];
				let at = 0;
				while (at < cases && differences.length < 10) {
					const length = Math.min(chunk, cases - at);
					const asked = Array.from({ length }, (_, index) => randomCase(at + index));
					const answers = oracle.ask(asked);
					asked.forEach((one, index) => {
						const mine = ours(fpInstructions[one.instruction]!, one.operands, one.fpcr);
						const other = answers[index]!;
						if (mine.bits !== other.bits || mine.flags !== other.flags)
							differences.push(describeCase(one, mine, other));
					});
					at += length;
				}
				expect(differences.slice(0, 10)).toEqual([]);
			},
			60_000 + cases / 20
		);
	}
);

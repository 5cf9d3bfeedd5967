import { runFp, type FpOperationName, type FpSize } from '../../emulator-core/src/fp/index.ts';

/** An instruction that shows what one of our operations should do. */
export interface FpInstruction {
	readonly operation: FpOperationName;
	readonly size: FpSize;
	/** At most three. Operands are in D0, D1 and D2, the first in X0 too; the result goes to X0. */
	readonly assembly: readonly string[];
	/** The operand that is a constant of the instruction. */
	readonly fractionBits?: number;
	/** What an instruction does to operands before, and to the result after, our operation. */
	readonly before?: (operands: bigint[]) => bigint[];
	readonly after?: (bits: bigint) => bigint;
}

const letters = { 16: 'h', 32: 's', 64: 'd' } as const;

/** An instruction in single and in double: `f0` in its text is S0 or D0. */
function both(
	operation: FpOperationName,
	text: string,
	more: Partial<FpInstruction> = {}
): FpInstruction[] {
	return ([32, 64] as const).map((size) => ({
		operation,
		size,
		assembly: [text.replace(/\bf([012])/g, `${letters[size]}$1`), moveOut(size)],
		...more
	}));
}

const moveOut = (size: FpSize) => (size === 64 ? 'fmov x0, d0' : 'fmov w0, s0');

/** The negations that FMSUB and its kin make before FPMulAdd, and absolute values. */
function signsOf(size: 32 | 64) {
	const sign = 1n << BigInt(size - 1);
	return {
		flip: (bits: bigint) => bits ^ sign,
		clear: (bits: bigint) => bits & ~sign & (2n * sign - 1n)
	};
}

const withSigns = ([32, 64] as const).flatMap((size): FpInstruction[] => {
	const { flip, clear } = signsOf(size);
	const f = letters[size];
	const arithmetic = (operation: FpOperationName, text: string, more: Partial<FpInstruction>) => ({
		operation,
		size,
		assembly: [text.replace(/\bf([012])/g, `${f}$1`), moveOut(size)],
		...more
	});
	const mask = [moveOut(size), 'and x0, x0, #1'];
	const compare = (operation: FpOperationName, text: string) => ({
		operation,
		size,
		assembly: [text.replace(/\bf([012])/g, `${f}$1`), ...mask]
	});
	return [
		arithmetic('mulAdd', 'fmsub f0, f1, f2, f0', { before: ([a, n, m]) => [a!, flip(n!), m!] }),
		arithmetic('mulAdd', 'fnmadd f0, f1, f2, f0', {
			before: ([a, n, m]) => [flip(a!), flip(n!), m!]
		}),
		arithmetic('mulAdd', 'fnmsub f0, f1, f2, f0', { before: ([a, n, m]) => [flip(a!), n!, m!] }),
		arithmetic('sub', 'fabd f0, f0, f1', { after: clear }),
		compare('compareEQ', 'fcmeq f0, f0, f1'),
		compare('compareGE', 'fcmge f0, f0, f1'),
		compare('compareGT', 'fcmgt f0, f0, f1'),
		{ ...compare('compareGE', 'facge f0, f0, f1'), before: (operands) => operands.map(clear) },
		{ ...compare('compareGT', 'facgt f0, f0, f1'), before: (operands) => operands.map(clear) },
		...(['fcmp', 'fcmpe'] as const).map((name): FpInstruction => ({
			operation: name === 'fcmp' ? 'compare' : 'compareSignalling',
			size,
			assembly: [`${name} ${f}0, ${f}1`, 'mrs x0, nzcv', 'lsr x0, x0, #28']
		}))
	];
});

const conversions = (
	[
		['toHalf', 32, 16],
		['toHalf', 64, 16],
		['toSingle', 16, 32],
		['toSingle', 64, 32],
		['toDouble', 16, 64],
		['toDouble', 32, 64]
	] as const
).map(([operation, size, to]): FpInstruction => ({
	operation,
	size,
	assembly: [`fcvt ${letters[to]}0, ${letters[size]}0`, moveOut(to)]
}));

const integers = [
	{ title: 'Signed32', letter: 's', register: 'w0', bits: 32 },
	{ title: 'Signed64', letter: 's', register: 'x0', bits: 64 },
	{ title: 'Unsigned32', letter: 'u', register: 'w0', bits: 32 },
	{ title: 'Unsigned64', letter: 'u', register: 'x0', bits: 64 }
] as const;
const modes = [
	['n', 'TIEEVEN'],
	['p', 'POSINF'],
	['m', 'NEGINF'],
	['z', 'ZERO'],
	['a', 'TIEAWAY']
] as const;

const fixedPoint = ([32, 64] as const).flatMap((size) =>
	integers.flatMap(({ title, letter, register, bits }): FpInstruction[] => {
		const f = `${letters[size]}0`;
		const fractions = Array.from({ length: bits }, (_, index) => index + 1);
		return [
			...modes.map(([mode, rounding]): FpInstruction => ({
				operation: `to${title}_${rounding}`,
				size,
				assembly: [`fcvt${mode}${letter} ${register}, ${f}`],
				fractionBits: 0
			})),
			{
				operation: `from${title}`,
				size,
				assembly: [`${letter}cvtf ${f}, ${register}`, moveOut(size)],
				fractionBits: 0
			},
			...fractions.flatMap((fractionBits): FpInstruction[] => [
				{
					operation: `to${title}_ZERO`,
					size,
					assembly: [`fcvtz${letter} ${register}, ${f}, #${fractionBits}`],
					fractionBits
				},
				{
					operation: `from${title}`,
					size,
					assembly: [`${letter}cvtf ${f}, ${register}, #${fractionBits}`, moveOut(size)],
					fractionBits
				}
			])
		];
	})
);

/** Every operation in every size by at least one instruction. */
export const fpInstructions: readonly FpInstruction[] = [
	...both('add', 'fadd f0, f0, f1'),
	...both('sub', 'fsub f0, f0, f1'),
	...both('mul', 'fmul f0, f0, f1'),
	...both('mulX', 'fmulx f0, f0, f1'),
	...both('nMul', 'fnmul f0, f0, f1'),
	...both('div', 'fdiv f0, f0, f1'),
	...both('sqrt', 'fsqrt f0, f0'),
	...both('mulAdd', 'fmadd f0, f1, f2, f0'),
	...both('max', 'fmax f0, f0, f1'),
	...both('min', 'fmin f0, f0, f1'),
	...both('maxNum', 'fmaxnm f0, f0, f1'),
	...both('minNum', 'fminnm f0, f0, f1'),
	...both('recipEstimate', 'frecpe f0, f0'),
	...both('rsqrtEstimate', 'frsqrte f0, f0'),
	...both('recpX', 'frecpx f0, f0'),
	...both('recipStep', 'frecps f0, f0, f1'),
	...both('rsqrtStep', 'frsqrts f0, f0, f1'),
	...both('roundToIntegral', 'frinti f0, f0'),
	...both('roundToIntegralExact', 'frintx f0, f0'),
	...modes.flatMap(([mode, rounding]) =>
		both(`roundToIntegral_${rounding}`, `frint${mode} f0, f0`)
	),
	...withSigns,
	...conversions,
	{ operation: 'toSingleOdd', size: 64, assembly: ['fcvtxn s0, d0', 'fmov w0, s0'] },
	{
		operation: 'unsignedRecipEstimate',
		size: 32,
		assembly: ['urecpe v0.2s, v0.2s', 'fmov w0, s0']
	},
	{
		operation: 'unsignedRsqrtEstimate',
		size: 32,
		assembly: ['ursqrte v0.2s, v0.2s', 'fmov w0, s0']
	},
	...fixedPoint
];

/** What we say that the instruction does to the operands it is given. */
export function ours(instruction: FpInstruction, operands: readonly bigint[], fpcr: number) {
	const { operation, size, fractionBits, before, after } = instruction;
	const given = before === undefined ? [...operands] : before([...operands]);
	if (fractionBits !== undefined) given[1] = BigInt(fractionBits);
	const result = runFp(operation, size, given, fpcr);
	if (after !== undefined) result.bits = after(result.bits);
	return result;
}

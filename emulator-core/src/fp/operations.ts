import * as arithmetic from './arithmetic.ts';
import * as comparison from './compare.ts';
import { convert, fromFixed, roundToIntegral, toFixed, type IntegerType } from './convert.ts';
import { FpEnvironment, type Rounding } from './environment.ts';
import * as estimate from './estimate.ts';
import { double, fpFormats, half, single, type FpFormat, type FpSize } from './format.ts';

/** What an operand is: a value of the operation's size, an integer, or a number of fraction bits. */
export type FpOperand = 'value' | 'int32' | 'int64' | 'fractionBits';

/** What comes out. `nzcv` has N in bit 3; `truth` is 1 or 0, out of which FCMEQ makes all ones or zero. */
export type FpResultKind =
	'value' | 'half' | 'single' | 'double' | 'int32' | 'int64' | 'nzcv' | 'truth';

type Run = (env: FpEnvironment, format: FpFormat, a: bigint, b: bigint, c: bigint) => bigint;

/** One operation of the floating-point unit, for each of its sizes. */
export interface FpOperation {
	/** Where it stands in `fpOperationList`: how generated code names it. */
	readonly number: number;
	readonly name: FpOperationName;
	/** The function of Arm's pseudocode that says what it does. */
	readonly arm: string;
	/** Widths of `value`: for conversions that of the operand, unless the operand is an integer. */
	readonly sizes: readonly FpSize[];
	readonly operands: readonly FpOperand[];
	readonly result: FpResultKind;
	/** In words, with {0}, {1} and {2} for the operands. */
	readonly words: string;
	readonly run: Run;
}

type Description = Omit<FpOperation, 'name' | 'number'>;

const both: readonly FpSize[] = [32, 64];

/** An operation on as many values as it takes, in single and double. */
function onValues(count: 1 | 2 | 3, arm: string, words: string, run: Run): Description {
	const operands = Array<FpOperand>(count).fill('value');
	return { arm, sizes: both, operands, result: 'value', words, run };
}

function comparing(result: FpResultKind, arm: string, words: string, run: Run): Description {
	return { arm, sizes: both, operands: ['value', 'value'], result, words, run };
}

const roundingWords: Record<Rounding, string> = {
	TIEEVEN: 'to the nearest, ties to even',
	POSINF: 'up',
	NEGINF: 'down',
	ZERO: 'toward zero',
	TIEAWAY: 'to the nearest, ties away from zero',
	ODD: 'to odd'
};

/** The modes that FRINTN, P, M, Z and A name, and FCVTNS and its kin. */
const named = ['TIEEVEN', 'POSINF', 'NEGINF', 'ZERO', 'TIEAWAY'] as const;
type Named = (typeof named)[number];

const basic = {
	add: onValues(2, 'FPAdd', 'the sum of {0} and {1}', arithmetic.add),
	sub: onValues(2, 'FPSub', 'the difference of {0} and {1}', arithmetic.sub),
	mul: onValues(2, 'FPMul', 'the product of {0} and {1}', arithmetic.mul),
	mulX: onValues(
		2,
		'FPMulX',
		'the product of {0} and {1}, where zero times infinity is 2',
		arithmetic.mulX
	),
	nMul: onValues(2, 'FPMul', 'the negated product of {0} and {1}', arithmetic.nMul),
	div: onValues(2, 'FPDiv', 'the quotient of {0} and {1}', arithmetic.div),
	sqrt: onValues(1, 'FPSqrt', 'the square root of {0}', arithmetic.sqrt),
	mulAdd: onValues(
		3,
		'FPMulAdd',
		'{0} plus the product of {1} and {2}, rounded once',
		arithmetic.mulAdd
	),
	max: onValues(2, 'FPMax', 'the larger of {0} and {1}', comparison.max),
	min: onValues(2, 'FPMin', 'the smaller of {0} and {1}', comparison.min),
	maxNum: onValues(
		2,
		'FPMaxNum',
		'the larger of {0} and {1}, a number before a NaN',
		comparison.maxNum
	),
	minNum: onValues(
		2,
		'FPMinNum',
		'the smaller of {0} and {1}, a number before a NaN',
		comparison.minNum
	),
	compare: comparing('nzcv', 'FPCompare', '{0} compared with {1}', comparison.compare),
	compareSignalling: comparing(
		'nzcv',
		'FPCompare',
		'{0} compared with {1}, where any NaN is an invalid operation',
		comparison.compareSignalling
	),
	compareEQ: comparing('truth', 'FPCompareEQ', 'whether {0} is equal to {1}', comparison.compareEQ),
	compareGE: comparing('truth', 'FPCompareGE', 'whether {0} is at least {1}', comparison.compareGE),
	compareGT: comparing(
		'truth',
		'FPCompareGT',
		'whether {0} is more than {1}',
		comparison.compareGT
	),
	recipEstimate: onValues(1, 'FPRecipEstimate', 'an estimate of 1 / {0}', estimate.recipEstimate),
	rsqrtEstimate: onValues(
		1,
		'FPRSqrtEstimate',
		'an estimate of 1 / the square root of {0}',
		estimate.rsqrtEstimate
	),
	recpX: onValues(1, 'FPRecpX', 'a power of two near 1 / {0}', estimate.recpX),
	recipStep: onValues(
		2,
		'FPRecipStepFused',
		'2 minus the product of {0} and {1}, rounded once',
		estimate.recipStep
	),
	rsqrtStep: onValues(
		2,
		'FPRSqrtStepFused',
		'half of 3 minus the product of {0} and {1}, rounded once',
		estimate.rsqrtStep
	),
	unsignedRecipEstimate: {
		arm: 'UnsignedRecipEstimate',
		sizes: [32],
		operands: ['int32'],
		result: 'int32',
		words: 'an estimate of 1 / {0} as a fraction',
		run: estimate.unsignedRecipEstimate
	},
	unsignedRsqrtEstimate: {
		arm: 'UnsignedRSqrtEstimate',
		sizes: [32],
		operands: ['int32'],
		result: 'int32',
		words: 'an estimate of 1 / the square root of {0} as a fraction',
		run: estimate.unsignedRsqrtEstimate
	},
	toHalf: converting([32, 64], 'half', half),
	toSingle: converting([16, 64], 'single', single),
	toDouble: converting([16, 32], 'double', double),
	toSingleOdd: {
		arm: 'FPConvert',
		sizes: [64],
		operands: ['value'],
		result: 'single',
		words: `{0} as a single, rounded ${roundingWords.ODD}`,
		run: (env, format, a) => convert(env, format, single, a, 'ODD')
	},
	roundToIntegral: integral(undefined, false),
	roundToIntegralExact: integral(undefined, true)
} satisfies Record<string, Description>;

function converting(
	sizes: readonly FpSize[],
	result: 'half' | 'single' | 'double',
	to: FpFormat
): Description {
	const run: Run = (env, format, a) => convert(env, format, to, a);
	return { arm: 'FPConvert', sizes, operands: ['value'], result, words: `{0} as a ${result}`, run };
}

/** FRINTI and FRINTX round as FPCR says. */
function integral(mode: Rounding | undefined, exact: boolean): Description {
	const how = mode === undefined ? '' : ` ${roundingWords[mode]}`;
	return onValues(1, 'FPRoundInt', `{0} rounded${how} to an integer`, (env, format, a) =>
		roundToIntegral(env, format, a, mode ?? env.rounding, exact)
	);
}

type IntegralName = `roundToIntegral_${Named}`;
const integrals = Object.fromEntries(
	named.map((mode) => [`roundToIntegral_${mode}`, integral(mode, false)])
) as Record<IntegralName, Description>;

const integers: readonly IntegerType[] = [
	{ signed: true, bits: 32 },
	{ signed: true, bits: 64 },
	{ signed: false, bits: 32 },
	{ signed: false, bits: 64 }
];
const titles = (type: IntegerType) =>
	`${type.signed ? 'Signed' : 'Unsigned'}${type.bits}` as `${'Signed' | 'Unsigned'}${32 | 64}`;
const integerWords = (type: IntegerType) =>
	`${type.signed ? 'a signed' : 'an unsigned'} integer of ${type.bits} bits`;

/** FCVTNS and its kin. The second operand is the number of fraction bits, 0 for an integer. */
type ToFixedName = `to${ReturnType<typeof titles>}_${Named}`;
const toFixeds = Object.fromEntries(
	integers.flatMap((type) =>
		named.map((mode): [string, Description] => [
			`to${titles(type)}_${mode}`,
			{
				arm: 'FPToFixed',
				sizes: both,
				operands: ['value', 'fractionBits'],
				result: type.bits === 32 ? 'int32' : 'int64',
				words: `{0} as ${integerWords(type)}, rounded ${roundingWords[mode]}`,
				run: (env, format, a, fractionBits) =>
					toFixed(env, format, type, a, Number(fractionBits), mode)
			}
		])
	)
) as Record<ToFixedName, Description>;

/** SCVTF and UCVTF. The second operand is the number of fraction bits. */
type FromFixedName = `from${ReturnType<typeof titles>}`;
const fromFixeds = Object.fromEntries(
	integers.map((type): [string, Description] => [
		`from${titles(type)}`,
		{
			arm: 'FixedToFP',
			sizes: both,
			operands: [type.bits === 32 ? 'int32' : 'int64', 'fractionBits'],
			result: 'value',
			words: `{0}, ${integerWords(type)}, as a floating-point number`,
			run: (env, format, a, fractionBits) => fromFixed(env, format, type, a, Number(fractionBits))
		}
	])
) as Record<FromFixedName, Description>;

const descriptions = { ...basic, ...integrals, ...toFixeds, ...fromFixeds };
export type FpOperationName = keyof typeof descriptions;

/** All operations by number. */
export const fpOperationList: readonly FpOperation[] = Object.entries<Description>(
	descriptions
).map(([name, description], number) => ({
	...description,
	name: name as FpOperationName,
	number
}));

/** All operations by name: what the interpreter calls and what the explanation of an instruction says. */
export const fpOperations = Object.fromEntries(
	fpOperationList.map((operation) => [operation.name, operation])
) as Record<FpOperationName, FpOperation>;

/** What an operation does to operands that are given in words: "the sum of D1 and D2". */
export function sayFp(operation: FpOperation, operands: readonly string[]): string {
	return operation.words.replace(/\{(\d)\}/g, (_, index: string) => operands[Number(index)] ?? '');
}

/** A pattern, and the bits of FPSR to be set. */
export interface FpResult {
	bits: bigint;
	flags: number;
}

const widths: Record<FpOperand, number> = { value: 0, int32: 32, int64: 64, fractionBits: 8 };
const environment = new FpEnvironment();

/**
 * Runs an operation on patterns and puts the answer into `result`. What lies above the width of an
 * operand is ignored, as it is in a V register; operands that the operation does not take may be 0.
 * `size` must be one of the operation's.
 */
export function runFpInto(
	result: FpResult,
	operation: FpOperation,
	size: FpSize,
	a: bigint,
	b: bigint,
	c: bigint,
	fpcr: number
): void {
	environment.configure(fpcr);
	const [first, second] = operation.operands;
	const x = BigInt.asUintN(widths[first!] || size, a);
	const y = second === undefined ? b : BigInt.asUintN(widths[second] || size, b);
	const z = BigInt.asUintN(size, c);
	result.bits = operation.run(environment, fpFormats[size], x, y, z);
	result.flags = environment.flags;
}

/** Runs an operation on patterns of `size` bits with FPCR as it is. */
export function runFp(
	operation: FpOperationName,
	size: FpSize,
	operands: readonly bigint[],
	fpcr: number
): FpResult {
	const found = fpOperations[operation];
	if (!found.sizes.includes(size))
		throw new RangeError(`${operation} of ${size} bits: it has ${found.sizes.join(' and ')}`);
	if (operands.length !== found.operands.length)
		throw new RangeError(`${operation} takes ${found.operands.length} operands`);
	const result = { bits: 0n, flags: 0 };
	runFpInto(result, found, size, operands[0]!, operands[1] ?? 0n, operands[2] ?? 0n, fpcr);
	return result;
}

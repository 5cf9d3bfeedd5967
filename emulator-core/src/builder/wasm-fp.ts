import type { FpOperationName } from '../fp/index.ts';
import type { FunctionWriter, WasmValue } from './function-writer.ts';
import { op, sizedOp } from './opcodes.ts';
import { F32, F64, I32, I64, type ValueType } from './wasm-module.ts';

/**
 * Floating point as WebAssembly does it, where that is what Arm does too: FPCR is zero (round to nearest,
 * subnormals and NaNs as IEEE 754 has them), the result is an ordinary number, and the only flag that it
 * could raise, inexact, is raised already. Everything else is fp/'s.
 */

/** Opcodes for [single, double]. */
const arithmetic: Partial<Record<FpOperationName, readonly [number, number]>> = {
	add: [0x92, 0xa0],
	sub: [0x93, 0xa1],
	mul: [0x94, 0xa2],
	div: [0x95, 0xa3],
	sqrt: [0x91, 0x9f]
};

const floatOp = {
	/** From the pattern in an integer, and back. */
	fromBits: [0xbe, 0xbf],
	toBits: [0xbc, 0xbd],
	eq: [0x5b, 0x61],
	lt: [0x5d, 0x63]
} as const;

/** IXC of FPSR. */
const inexact = 0x10;

/** A result, as 64 bits, and whether it holds; both are computed. */
export interface FastFp {
	readonly value: WasmValue;
	readonly holds: WasmValue;
}

/** Undefined where there is no fast way. `args` are patterns in 64 bits; the registers 32-bit loads. */
export function fastFp(
	f: FunctionWriter,
	operation: FpOperationName,
	bits: number,
	args: readonly WasmValue[],
	fpcr: () => WasmValue,
	fpsr: () => WasmValue
): FastFp | undefined {
	if (bits === 16) return undefined;
	const n = bits === 64 ? 1 : 0;
	const [integer, float]: [ValueType, ValueType] = n ? [I64, F64] : [I32, F32];
	const constant = (value: bigint) => (n ? f.const64(value) : f.const32(Number(value)));
	const pattern = (arg: WasmValue) => (n ? arg : f.value(I32, [op.i32_wrap_i64], [arg]));
	const number = (arg: WasmValue) => f.value(float, [floatOp.fromBits[n]], [pattern(arg)]);
	const and = (a: WasmValue, b: WasmValue) => f.value(I32, [sizedOp.and[0]], [a, b]);
	const isZero = (a: WasmValue) => f.value(I32, [op.i32_eqz], [a]);

	if (operation === 'compare' || operation === 'compareSignalling') {
		const [a, b] = args as [WasmValue, WasmValue];
		const compare = (how: 'eq' | 'lt', x: WasmValue, y: WasmValue) =>
			f.value(I32, [floatOp[how][n]], [number(x), number(y)]);
		// A NaN is the one thing that is not equal to itself.
		const numbers = and(compare('eq', a, a), compare('eq', b, b));
		const flag = (condition: WasmValue, weight: number) =>
			f.value(I32, [sizedOp.mul[0]], [condition, f.const32(weight)]);
		const or = (x: WasmValue, y: WasmValue) => f.value(I32, [sizedOp.or[0]], [x, y]);
		// Less: N. Equal: Z and C. Greater: C.
		const nzcv = or(
			or(flag(compare('lt', a, b), 8), flag(compare('eq', a, b), 6)),
			flag(compare('lt', b, a), 2)
		);
		const value = f.value(I64, [op.i64_extend_i32_u], [nzcv]);
		return { value, holds: and(numbers, isZero(fpcr())) };
	}

	const opcode = arithmetic[operation]?.[n];
	if (opcode === undefined) return undefined;
	const made = f.value(float, [opcode], args.map(number));
	const result = f.value(integer, [floatOp.toBits[n]], [made]);
	// Neither zero, subnormal, infinite nor NaN; nor the smallest normal, which may have been rounded up to.
	const [fraction, exponents] = n ? [52n, 0x7ffn] : [23n, 0xffn];
	const exponent = f.value(
		integer,
		[sizedOp.and[n]],
		[f.value(integer, [sizedOp.shr_u[n]], [result, constant(fraction)]), constant(exponents)]
	);
	const above = f.value(integer, [sizedOp.sub[n]], [exponent, constant(2n)]);
	const ordinary = f.value(I32, [sizedOp.lt_u[n]], [above, constant(exponents - 2n)]);
	const known = and(
		f.value(I32, [sizedOp.shr_u[0]], [fpsr(), f.const32(Math.log2(inexact))]),
		f.const32(1)
	);
	const value = n ? result : f.value(I64, [op.i64_extend_i32_u], [result]);
	return { value, holds: and(and(ordinary, known), isZero(fpcr())) };
}

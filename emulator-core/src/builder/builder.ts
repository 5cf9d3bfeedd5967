/**
 * The operations that an instruction's semantics are written in. Two engines implement it: the
 * interpreter reads operands from the instruction word when the instruction runs, the JIT knows them
 * as constants. Semantics see no difference, because an operand is opaque.
 */

import type { VectorBuilder } from './vector-builder.ts';

declare const operandBrand: unique symbol;
declare const valueBrand: unique symbol;

/** A field of the instruction. Not a number: it is known only when the instruction runs. */
export interface Operand {
	readonly [operandBrand]: true;
}

/** An SSA value of 32 or 64 bits, computed when the instruction runs. */
export interface Value {
	readonly [valueBrand]: true;
}

export type Width = 32 | 64;

/** Where a field lies in the instruction word. What an Operand is at run time, for engines only. */
export interface FieldBits {
	readonly name: string;
	readonly shift: number;
	readonly width: number;
}

/** How a load or store is to be done; `rt`, `sixtyFour` and `signed` only feed the syndrome of an abort. */
export interface AccessOptions {
	/** Rt, where a stage-2 abort has a valid syndrome (ISV); left out where it has none. */
	rt?: Operand;
	sixtyFour?: boolean;
	signed?: boolean;
	/** With EL0's permissions (LDTR, STTR). */
	unprivileged?: boolean;
	/** Acquire or release: alignment is always checked. */
	ordered?: boolean;
	exclusive?: boolean;
}

/** One unit of a load or store: a pair is two units, a Q register two of 8 bytes. */
export interface Access extends AccessOptions {
	/** Bytes of one unit. */
	unit: 1 | 2 | 4 | 8;
	/** Units, one after another, 64 bytes at most; 1 if left out. They are translated together. */
	count?: number;
	/** Alignment in bytes where alignment is checked; that of one unit if left out. */
	align?: number;
}

/**
 * Calls to the slow paths, with `i` for a 32-bit and `l` for a 64-bit argument, and the result. The
 * frequent ones have no `l`, which TypeScript would see as bigint: an address is its two halves, low
 * first, and the data of `load` and `store` is in cpuState.transfer.
 */
export const slowCalls = {
	load: 'iiii:',
	store: 'iiii:',
	fetch: 'l:i',
	markExclusive: 'li:',
	storeExclusive: 'llliii:i',
	readSystemRegister: 'ii:l',
	writeSystemRegister: 'ili:',
	system: 'ili:',
	writePstateField: 'ii:',
	callException: 'ii:',
	undefined: 'i:',
	simdTrapped: ':',
	spMisaligned: ':',
	eret: ':',
	wfi: ':',
	wfe: ':',
	sev: 'i:',
	probe: ':i',
	lanes: 'ii:',
	block: 'ii:',
	fp: 'ii:'
} as const;
export type SlowCall = keyof typeof slowCalls;

/** What `callException` counts by: its first argument is an index here. */
export const exceptionCalls = ['svc', 'hvc', 'smc', 'brk', 'hlt'] as const;

export interface Builder extends VectorBuilder {
	/** An operand as a number, zero-extended, shifted left by `shift`. */
	imm(field: Operand, width: Width, shift?: number): Value;
	/** An operand as a signed number of its own width, times 2^`shift`. */
	simm(field: Operand, width: Width, shift?: number): Value;
	/** Operands put together, the first the most significant, as one number. */
	join(fields: readonly Operand[], width: Width): Value;
	/** The mask that N:immr:imms stand for (DecodeBitMasks of the Arm ARM). */
	bitMask(n: Operand, immr: Operand, imms: Operand, width: Width): Value;
	constant(value: number | bigint, width: Width): Value;

	/** Xn or Wn; register 31 reads as zero and ignores writes. Writing 32 bits clears the upper half. */
	x(field: Operand, width: Width): Value;
	setX(field: Operand, value: Value): void;
	/** The same, but register 31 is the stack pointer. */
	xsp(field: Operand, width: Width): Value;
	setXsp(field: Operand, value: Value): void;
	/** X30 := value. */
	setLink(value: Value): void;
	/** One 64-bit half of Vn: 0 is the low one. */
	v(field: Operand, half: 0 | 1): Value;
	setV(field: Operand, low: Value, high: Value): void;
	/** Only the high half: FMOV Vd.D[1], Xn. */
	setVHigh(field: Operand, value: Value): void;
	/** The instruction's own address, 64 bits. */
	pc(): Value;

	add(a: Value, b: Value): Value;
	sub(a: Value, b: Value): Value;
	mul(a: Value, b: Value): Value;
	/** The upper 64 bits of a 64 by 64 bit product. */
	mulHigh(a: Value, b: Value, signed: boolean): Value;
	/** As SDIV and UDIV: by zero gives zero, the most negative number by -1 gives itself. */
	div(a: Value, b: Value, signed: boolean): Value;
	and(a: Value, b: Value): Value;
	or(a: Value, b: Value): Value;
	xor(a: Value, b: Value): Value;
	not(a: Value): Value;
	neg(a: Value): Value;
	/** Shifts take the amount modulo the width, as Arm's variable shifts do. */
	shl(a: Value, amount: Value | number): Value;
	lshr(a: Value, amount: Value | number): Value;
	ashr(a: Value, amount: Value | number): Value;
	ror(a: Value, amount: Value | number): Value;
	clz(a: Value): Value;
	popcount(a: Value): Value;
	/** Comparisons give a 32-bit 0 or 1. */
	eqz(a: Value): Value;
	eq(a: Value, b: Value): Value;
	ltU(a: Value, b: Value): Value;
	ltS(a: Value, b: Value): Value;
	/** `a` where `condition` (32 bits) is not zero, else `b`. Both are computed. */
	select(condition: Value, a: Value, b: Value): Value;
	/** Does `then` where `condition` is not zero. */
	if(condition: Value, then: () => void, otherwise?: () => void): void;
	zext(a: Value, width: Width): Value;
	sext(a: Value, width: Width): Value;
	/** The low 32 bits. */
	truncate(a: Value): Value;
	/** Sign-extends the low `bits` bits within the value's own width. */
	signExtend(a: Value, bits: 8 | 16 | 32): Value;

	/** a + b + carry (0 or 1, 32 bits; 0 if left out), setting N, Z, C and V. */
	addSetFlags(a: Value, b: Value, carry?: Value): Value;
	/** a - b, setting N, Z, C (no borrow) and V. */
	subSetFlags(a: Value, b: Value): Value;
	/** N and Z from a result, C and V zero. */
	setFlagsLogical(result: Value): void;
	/** All four flags from four bits N:Z:C:V. */
	setNzcv(bits: Value): void;
	/** N:Z:C:V as four bits. */
	nzcv(): Value;
	/** The carry flag, 32 bits. */
	carry(): Value;
	/** A condition code (0 to 15) as 32-bit 0 or 1. */
	condition(code: number): Value;

	/** Loads `count` units, each zero-extended to 64 bits. A fault ends the instruction here. */
	load(va: Value, access: Access): Value[];
	/** Stores the low bytes of each 64-bit value; nothing is written unless all can be. */
	store(va: Value, values: readonly Value[], access: Access): void;

	/** Goes on at PC + 4 * the signed operand. Ends the instruction. */
	branchBy(words: Operand): void;
	/** Goes on at an address. Ends the instruction. */
	branchTo(address: Value): void;
	/** Asks the slow path; if it takes an exception, the instruction ends here. The result may be undefined. */
	slow(call: SlowCall, ...args: Value[]): Value;
	/** MRS and MSR (register); `key` is the instruction's o0:op1:CRn:CRm:op2. */
	readSystemRegister(key: Operand, rt: Operand): void;
	writeSystemRegister(key: Operand, rt: Operand): void;
	/** MSR (immediate): `field` is op1:op2. */
	writePstateField(field: Value, imm: Operand): void;
	/** Opens the exclusive monitor (CLREX). */
	clearMonitor(): void;
	/** Ends the instruction with the SIMD trap where the CPU traps access to the V registers. */
	needSimd(): void;
}

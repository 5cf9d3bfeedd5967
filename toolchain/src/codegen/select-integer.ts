import type { Instruction, Value } from '../ir/module.ts';
import { isAddImmediate, isLogicalImmediate, isLowMask, isPowerOfTwo, log2 } from './immediates.ts';
import type { View } from './machine.ts';
import { bitsOf, type Operand, type Selector } from './selector.ts';
import { chain } from './select-condition.ts';
import { alignmentOf } from './select-memory.ts';
import { highPart, selectWide } from './select-wide.ts';

/** Arithmetic on integers of up to 64 bits. Bits above a narrow value's width are left as they fall. */
export function selectBinary(s: Selector, insn: Instruction): void {
	const bits = bitsOf(insn);
	if (bits > 64) return selectWide(s, insn);
	const view: View = bits <= 32 ? 'w' : 'x';
	const d = s.result(insn);
	const [a, b] = insn.operands as [Value, Value];
	const truth = bits === 1 && s.unit.optimize ? chain(s, insn) : undefined;
	if (truth !== undefined) return void s.alu('cset', 'w', d, truth);
	switch (insn.op) {
		case 'add':
		case 'sub':
			if (bits === 1) return logical(s, 'eor', view, d, a, b, bits);
			return addOrSubtract(s, insn.op, view, d, a, b, bits);
		case 'and':
			return selectAnd(s, view, d, a, b, bits);
		case 'or':
			return logical(s, 'orr', view, d, a, b, bits);
		case 'xor':
			return logical(s, 'eor', view, d, a, b, bits);
		case 'mul':
			if (bits === 1) return logical(s, 'and', view, d, a, b, bits);
			return multiply(s, view, d, a, b, bits);
		case 'shl':
		case 'lshr':
		case 'ashr':
			return shift(s, insn.op, view, d, a, b, bits);
		case 'udiv':
		case 'sdiv':
		case 'urem':
		case 'srem':
			return divide(s, insn.op, view, d, a, b, bits);
	}
}

const commutes = (s: Selector, a: Value, b: Value): [Value, Value] =>
	s.constantOf(a) !== undefined && s.constantOf(b) === undefined ? [b, a] : [a, b];

/** `x << n` or an extension that the second operand of ADD, SUB and CMP takes for free. */
export function shiftedOperand(
	s: Selector,
	value: Value,
	view: View,
	logical = false
): Operand[] | undefined {
	const shl = s.onlyUse(value);
	if (!shl) return undefined;
	const width = view === 'w' ? 32 : 64;
	if (bitsOf(shl) === width && (shl.op === 'shl' || shl.op === 'lshr' || shl.op === 'ashr')) {
		const amount = s.constantOf(shl.operands[1]!);
		if (amount === undefined || amount >= BigInt(width)) return undefined;
		const name = shl.op === 'shl' ? 'lsl' : shl.op === 'lshr' ? 'lsr' : 'asr';
		return [s.use(shl.operands[0]!), `${name} #${amount}`];
	}
	if (logical || (shl.op !== 'sext' && shl.op !== 'zext')) return undefined;
	const inner = shl.operands[0]!;
	const from = bitsOf(inner);
	if (s.constantOf(inner) !== undefined) return undefined;
	const load = s.onlyUse(inner, 'load');
	if (load && load.block === shl.block && shl.op === 'sext') return undefined;
	const letter = { 8: 'b', 16: 'h', 32: 'w' }[from];
	if (letter === undefined || bitsOf(shl) !== width || from >= width) return undefined;
	return [[s.use(inner), 'w'], `${shl.op === 'sext' ? 's' : 'u'}xt${letter}`];
}

function addOrSubtract(
	s: Selector,
	op: 'add' | 'sub',
	view: View,
	d: number,
	a: Value,
	b: Value,
	bits: number
): void {
	if (op === 'add') [a, b] = commutes(s, a, b);
	const constant = s.constantOf(b);
	if (constant !== undefined) {
		const signed = BigInt.asIntN(bits, op === 'add' ? constant : -constant);
		if (signed === 0n) return s.move(d, s.use(a));
		if (isAddImmediate(signed)) return void s.alu('add', view, d, s.use(a), `#${signed}`);
		if (isAddImmediate(-signed)) return void s.alu('sub', view, d, s.use(a), `#${-signed}`);
	}
	const product = s.onlyUse(b, 'mul') ?? (op === 'add' ? s.onlyUse(a, 'mul') : undefined);
	if (product && bitsOf(product) === bits && !isShiftable(s, product)) {
		const other = product.result === b ? a : b;
		const [m, n] = product.operands.map((operand) => s.use(operand));
		s.alu(op === 'add' ? 'madd' : 'msub', view, d, m!, n!, s.useOrZero(other));
		return;
	}
	let folded = shiftedOperand(s, b, view);
	if (!folded && op === 'add') {
		folded = shiftedOperand(s, a, view);
		if (folded) a = b;
	}
	if (folded) return void s.alu(op, view, d, s.use(a), ...folded);
	if (op === 'sub') return void s.alu('sub', view, d, s.useOrZero(a), s.use(b));
	s.alu('add', view, d, s.use(a), s.use(b));
}

const isShiftable = (s: Selector, product: Instruction) => {
	const constant = s.constantOf(product.operands[1]!);
	return constant !== undefined && isPowerOfTwo(constant);
};

function selectAnd(s: Selector, view: View, d: number, a: Value, b: Value, bits: number): void {
	[a, b] = commutes(s, a, b);
	const mask = s.unsignedConstant(b, bits);
	if (mask !== undefined && isLowMask(mask)) {
		const width = log2(mask + 1n);
		const shr = s.onlyUse(a, 'lshr') ?? s.onlyUse(a, 'ashr');
		const amount = shr && s.constantOf(shr.operands[1]!);
		if (shr && amount !== undefined && Number(amount) + width <= bits) {
			s.alu('ubfx', view, d, s.use(shr.operands[0]!), `#${amount}`, `#${width}`);
			return;
		}
	}
	logical(s, 'and', view, d, a, b, bits);
}

const inverted = { and: 'bic', orr: 'orn', eor: 'eon' };

function logical(
	s: Selector,
	op: 'and' | 'orr' | 'eor',
	view: View,
	d: number,
	a: Value,
	b: Value,
	bits: number
): void {
	[a, b] = commutes(s, a, b);
	const width = view === 'w' ? 32 : 64;
	const constant = s.unsignedConstant(b, bits);
	if (constant !== undefined) {
		const all = (1n << BigInt(bits)) - 1n;
		if (op === 'eor' && constant === all && bits > 1) {
			const folded = shiftedOperand(s, a, view, true);
			s.alu('mvn', view, d, ...(folded ?? [s.use(a)]));
			return;
		}
		if (constant === 0n)
			return op === 'and'
				? s.copies([{ destination: d, source: { kind: 'constant', value: 0n } }])
				: s.move(d, s.use(a));
		// A narrow value's upper bits are free: try the constant extended either way.
		for (const candidate of [constant, BigInt.asUintN(width, BigInt.asIntN(bits, constant))])
			if (isLogicalImmediate(candidate, width)) {
				s.alu(op, view, d, s.use(a), `#0x${candidate.toString(16)}`);
				return;
			}
	}
	for (const [x, y] of [
		[a, b],
		[b, a]
	] as const) {
		const not = s.onlyUse(y, 'xor');
		if (!not || bitsOf(not) === 1) continue;
		const ones = s.constantOf(not.operands[1]!);
		if (ones === undefined || BigInt.asIntN(bits, ones) !== -1n) continue;
		s.alu(inverted[op], view, d, s.use(x), s.use(not.operands[0]!));
		return;
	}
	const folded = shiftedOperand(s, b, view, true);
	if (folded) return void s.alu(op, view, d, s.use(a), ...folded);
	const other = shiftedOperand(s, a, view, true);
	if (other) return void s.alu(op, view, d, s.use(b), ...other);
	s.alu(op, view, d, s.use(a), s.use(b));
}

function multiply(s: Selector, view: View, d: number, a: Value, b: Value, bits: number): void {
	[a, b] = commutes(s, a, b);
	const constant = s.unsignedConstant(b, bits);
	if (constant !== undefined && isPowerOfTwo(constant)) {
		const amount = log2(constant);
		return amount === 0 ? s.move(d, s.use(a)) : void s.alu('lsl', view, d, s.use(a), `#${amount}`);
	}
	if (constant !== undefined && constant > 2n && isPowerOfTwo(constant - 1n)) {
		const m = s.use(a);
		s.alu('add', view, d, m, m, `lsl #${log2(constant - 1n)}`);
		return;
	}
	s.alu('mul', view, d, s.use(a), s.use(b));
}

function shift(
	s: Selector,
	op: 'shl' | 'lshr' | 'ashr',
	view: View,
	d: number,
	a: Value,
	b: Value,
	bits: number
): void {
	const width = view === 'w' ? 32 : 64;
	const amount = s.constantOf(b);
	if (bits === 1) return s.move(d, s.use(a));
	if (amount !== undefined) {
		const n = Number(BigInt.asUintN(bits, amount)) % width;
		if (n === 0) return s.move(d, op === 'shl' ? s.use(a) : s.useExtended(a, op === 'ashr', width));
		if (op === 'shl') return void s.alu('lsl', view, d, s.use(a), `#${n}`);
		if (n >= bits) return s.copies([{ destination: d, source: { kind: 'constant', value: 0n } }]);
		const signed = op === 'ashr';
		// (x << k) >> n, alone: one bit-field move.
		const left = s.onlyUse(a, 'shl');
		const k = left && bits === width ? s.constantOf(left.operands[1]!) : undefined;
		if (left && k !== undefined && Number(k) <= n) {
			s.alu(
				signed ? 'sbfx' : 'ubfx',
				view,
				d,
				s.use(left.operands[0]!),
				`#${n - Number(k)}`,
				`#${width - n}`
			);
			return;
		}
		if (bits === width) return void s.alu(signed ? 'asr' : 'lsr', view, d, s.use(a), `#${n}`);
		s.alu(signed ? 'sbfx' : 'ubfx', view, d, s.use(a), `#${n}`, `#${bits - n}`);
		return;
	}
	const value = op === 'shl' ? s.use(a) : s.useExtended(a, op === 'ashr', width);
	s.alu(op === 'shl' ? 'lsl' : op === 'lshr' ? 'lsr' : 'asr', view, d, value, s.use(b));
}

function divide(
	s: Selector,
	op: string,
	view: View,
	d: number,
	a: Value,
	b: Value,
	bits: number
): void {
	const width = view === 'w' ? 32 : 64;
	const signed = op.startsWith('s');
	const constant = signed ? undefined : s.unsignedConstant(b, bits);
	if (constant !== undefined && isPowerOfTwo(constant)) {
		const amount = log2(constant);
		const n = s.useExtended(a, false, width);
		if (op === 'udiv') {
			if (amount === 0) s.move(d, n);
			else s.alu('lsr', view, d, n, `#${amount}`);
		} else if (amount === 0)
			s.copies([{ destination: d, source: { kind: 'constant', value: 0n } }]);
		else s.alu('and', view, d, n, `#0x${(constant - 1n).toString(16)}`);
		return;
	}
	const n = s.useExtended(a, signed, width);
	const m = s.useExtended(b, signed, width);
	const name = signed ? 'sdiv' : 'udiv';
	if (op.endsWith('div')) return void s.alu(name, view, d, n, m);
	const quotient = s.fresh();
	s.alu(name, view, quotient, n, m);
	s.alu('msub', view, d, quotient, m, n);
}

/** trunc to i1 keeps one bit; others were looked through. zext and sext extend. */
export function selectExtension(s: Selector, insn: Instruction): void {
	const value = insn.operands[0]!;
	const from = bitsOf(value);
	const to = bitsOf(insn);
	if (insn.op === 'trunc') {
		s.alu('and', 'w', s.result(insn), s.use(value), '#0x1');
		return;
	}
	const signed = insn.op === 'sext';
	if (to > 64) {
		const d = s.asked(insn.result);
		const high = s.asked(insn.result, 1);
		if (d !== undefined || high !== undefined) {
			const low = d ?? s.fresh();
			extendInto(s, insn, low, value, from, signed, 64);
			if (high !== undefined) {
				if (from > 64) s.move(high, highPart(s, value, signed));
				else if (signed) s.alu('asr', 'x', high, low, '#63');
				else s.copies([{ destination: high, source: { kind: 'constant', value: 0n } }]);
			}
		}
		if (to > 128) throw new Error(`${insn.op} to ${to} bits is not supported`);
		return;
	}
	extendInto(s, insn, s.result(insn), value, from, signed, to <= 32 ? 32 : 64);
}

function extendInto(
	s: Selector,
	insn: Instruction,
	d: number,
	value: Value,
	from: number,
	signed: boolean,
	to: 32 | 64
): void {
	if (s.constantOf(value) !== undefined) {
		const constant = s.constantOf(value)!;
		const exact = signed ? BigInt.asIntN(from, constant) : BigInt.asUintN(from, constant);
		s.copies([{ destination: d, source: { kind: 'constant', value: BigInt.asUintN(to, exact) } }]);
		return;
	}
	const load = signed && from !== 1 ? s.onlyUse(value, 'load') : undefined;
	if (
		load &&
		load.block === insn.block &&
		from <= 32 &&
		(from & (from - 1)) === 0 &&
		from >= 8 &&
		!load.ordering &&
		alignmentOf(s, load) >= from / 8
	) {
		s.signedLoads.set(load.result!, { register: d, view: to === 64 ? 'x' : 'w' });
		return;
	}
	if (from > 64 || from === to) return s.move(d, s.use(value));
	if (!signed && s.knownWidth(value) <= from) return s.move(d, s.use(value));
	if (signed && from === 1) {
		s.alu('neg', to === 64 ? 'x' : 'w', d, s.use(value));
		return;
	}
	s.extend(d, s.use(value), from, signed, to);
}

import type { Instruction, Value } from '../ir/module.ts';
import { intType } from '../ir/types.ts';
import { zeroRegister } from './machine.ts';
import { bitsOf, type Selector } from './selector.ts';
import { callRuntime } from './select-call.ts';

/** Integers of 65 to 128 bits, as two registers: part 0 is the low one. */
export function selectWide(s: Selector, insn: Instruction): void {
	if (bitsOf(insn) > 128) return selectHuge(s, insn);
	const [a, b] = insn.operands as [Instruction['operands'][0], Instruction['operands'][0]];
	const d0 = s.result(insn, 0);
	const d1 = s.result(insn, 1);
	switch (insn.op) {
		case 'add':
		case 'sub': {
			const [low, high] = insn.op === 'add' ? ['adds', 'adc'] : ['subs', 'sbc'];
			const operands = [s.use(a, 0), s.use(b, 0), s.useOrZero(a, 1), s.useOrZero(b, 1)] as const;
			// The first result must not land on what the second still reads.
			const t = s.fresh();
			s.alu(low!, 'x', t, operands[0], operands[1]);
			s.alu(high!, 'x', d1, operands[2], operands[3]);
			s.move(d0, t);
			return;
		}
		case 'and':
		case 'or':
		case 'xor': {
			const op = { and: 'and', or: 'orr', xor: 'eor' }[insn.op];
			s.alu(op, 'x', d0, s.use(a, 0), s.use(b, 0));
			s.alu(op, 'x', d1, s.use(a, 1), s.use(b, 1));
			return;
		}
		case 'mul': {
			const [a0, a1, b0, b1] = [s.use(a, 0), s.useOrZero(a, 1), s.use(b, 0), s.useOrZero(b, 1)];
			let high = s.fresh();
			s.alu('umulh', 'x', high, a0, b0);
			// A factor that was extended with zeros has no upper half to multiply.
			for (const [x, y] of [
				[a0, b1],
				[a1, b0]
			] as const) {
				if (x === zeroRegister || y === zeroRegister) continue;
				const sum = s.fresh();
				s.alu('madd', 'x', sum, x, y, high);
				high = sum;
			}
			s.move(d1, high);
			s.alu('mul', 'x', d0, a0, b0);
			return;
		}
		case 'shl':
		case 'lshr':
		case 'ashr':
			return wideShift(s, insn);
		default: {
			const name = { udiv: '__udivti3', sdiv: '__divti3', urem: '__umodti3', srem: '__modti3' }[
				insn.op
			];
			if (name === undefined)
				throw new Error(`${insn.op} on ${bitsOf(insn)} bits is not supported`);
			callRuntime(s, name, insn);
		}
	}
}

/** The topmost register of a value of more than 64 bits, with the bits above its width filled in. */
export function highPart(s: Selector, value: Value, signed: boolean): number {
	const bits = bitsOf(value);
	const part = Math.ceil(bits / 64) - 1;
	const width = bits - 64 * part;
	if (width === 64) return s.useOrZero(value, part);
	const constant = s.constantOf(value, part);
	if (constant !== undefined) {
		const high = (signed ? BigInt.asIntN : BigInt.asUintN)(width, constant);
		return s.useOrZero({ kind: 'int', type: intType(64), value: high });
	}
	const d = s.fresh();
	s.alu(signed ? 'sbfx' : 'ubfx', 'x', d, s.use(value, part), '#0', `#${width}`);
	return d;
}

function wideShift(s: Selector, insn: Instruction): void {
	const [a, b] = insn.operands as [Instruction['operands'][0], Instruction['operands'][0]];
	const d0 = s.result(insn, 0);
	const d1 = s.result(insn, 1);
	const low = s.use(a, 0);
	const high = insn.op === 'shl' ? s.use(a, 1) : highPart(s, a, insn.op === 'ashr');
	const amount = s.constantOf(b);
	const left = insn.op === 'shl';
	const signed = insn.op === 'ashr';
	const far = signed ? 'asr' : 'lsr';
	if (amount !== undefined) {
		const n = Number(BigInt.asUintN(128, amount)) % 128;
		if (n === 0) {
			s.move(d0, low);
			s.move(d1, high);
		} else if (left && n >= 64) {
			if (n === 64) s.move(d1, low);
			else s.alu('lsl', 'x', d1, low, `#${n - 64}`);
			s.copies([{ destination: d0, source: { kind: 'constant', value: 0n } }]);
		} else if (left) {
			s.alu('extr', 'x', d1, high, low, `#${64 - n}`);
			s.alu('lsl', 'x', d0, low, `#${n}`);
		} else if (n >= 64) {
			if (n === 64) s.move(d0, high);
			else s.alu(far, 'x', d0, high, `#${n - 64}`);
			if (signed) s.alu('asr', 'x', d1, high, '#63');
			else s.copies([{ destination: d1, source: { kind: 'constant', value: 0n } }]);
		} else {
			s.alu('extr', 'x', d0, high, low, `#${n}`);
			s.alu(far, 'x', d1, high, `#${n}`);
		}
		return;
	}
	// Shift both, carry the bits between them, then choose by bit 6 of the amount.
	const n = s.use(b, 0);
	const [near, other] = left ? [high, low] : [low, high];
	const [one, carry, inverse] = [s.fresh(), s.fresh(), s.fresh()];
	const [joined, moved, whole, gone] = [s.fresh(), s.fresh(), s.fresh(), s.fresh()];
	s.alu(left ? 'lsr' : 'lsl', 'x', one, other, '#1');
	s.alu('mvn', 'w', inverse, n);
	s.alu(left ? 'lsr' : 'lsl', 'x', carry, one, inverse);
	s.alu(left ? 'lsl' : 'lsr', 'x', joined, near, n);
	s.alu('orr', 'x', moved, joined, carry);
	s.alu(left ? 'lsl' : far, 'x', whole, other, n);
	if (signed) s.alu('asr', 'x', gone, other, '#63');
	else s.copies([{ destination: gone, source: { kind: 'constant', value: 0n } }]);
	s.plain('tst', 'x', n, '#64');
	const [nearResult, otherResult] = left ? [d1, d0] : [d0, d1];
	const chosen = s.fresh();
	s.alu('csel', 'x', chosen, whole, moved, 'ne');
	s.alu('csel', 'x', otherResult, gone, whole, 'ne');
	s.move(nearResult, chosen);
}

/** Runs of packed bit-fields come as one integer of any width: what Clang does to those, no more. */
function selectHuge(s: Selector, insn: Instruction): void {
	const [a, b] = insn.operands as [Value, Value];
	const bits = bitsOf(insn);
	const count = Math.ceil(bits / 64);
	const d = Array.from({ length: count }, (_, i) => s.result(insn, i));
	const logical = { and: 'and', or: 'orr', xor: 'eor' }[insn.op];
	if (logical !== undefined) {
		for (const [i, register] of d.entries())
			s.alu(logical, 'x', register, s.use(a, i), s.use(b, i));
		return;
	}
	if (insn.op === 'add' || insn.op === 'sub') {
		const sources = d.map((_, i) => [s.use(a, i), s.use(b, i)] as const);
		// Fresh registers: no result may land on an operand that is still to be read.
		const sums = d.map(() => s.fresh());
		const [first, next] = insn.op === 'add' ? ['adds', 'adcs'] : ['subs', 'sbcs'];
		for (const [i, [x, y]] of sources.entries())
			s.alu(i === 0 ? first! : next!, 'x', sums[i]!, x, y);
		for (const [i, register] of d.entries()) s.move(register, sums[i]!);
		return;
	}
	const amount = s.constantOf(b);
	if (!['shl', 'lshr', 'ashr'].includes(insn.op) || amount === undefined)
		throw new Error(`${insn.op} on ${bits} bits is not supported`);
	const [words, rest] = [Number(amount) >> 6, Number(amount) & 63];
	const left = insn.op === 'shl';
	const source = d.map((_, i) => s.use(a, i));
	let beyond = zeroRegister;
	if (!left) {
		const top = s.fresh();
		const width = bits - 64 * (count - 1);
		const signed = insn.op === 'ashr';
		s.alu(signed ? 'sbfx' : 'ubfx', 'x', top, source[count - 1]!, '#0', `#${width}`);
		source[count - 1] = top;
		if (signed) s.alu('asr', 'x', (beyond = s.fresh()), top, '#63');
	}
	const word = (i: number) => source[i] ?? (i < 0 ? zeroRegister : beyond);
	for (const [i, register] of d.entries()) {
		const from = left ? i - words : i + words;
		if (rest === 0) s.move(register, word(from));
		else if (left) s.alu('extr', 'x', register, word(from), word(from - 1), `#${64 - rest}`);
		else s.alu('extr', 'x', register, word(from + 1), word(from), `#${rest}`);
	}
}

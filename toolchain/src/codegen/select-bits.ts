import type { Instruction, Value } from '../ir/module.ts';
import { ref, type View } from './machine.ts';
import { bitsOf, type Selector } from './selector.ts';

export const widthOf = (bits: number): { view: View; width: 32 | 64 } =>
	bits <= 32 ? { view: 'w', width: 32 } : { view: 'x', width: 64 };

function zero(s: Selector, d: number): void {
	s.copies([{ destination: d, source: { kind: 'constant', value: 0n } }]);
}

export function countLeading(s: Selector, insn: Instruction): void {
	const value = insn.operands[0]!;
	const bits = bitsOf(insn);
	const d = s.result(insn);
	if (bits > 64) {
		const [low, high, a, b] = [s.use(value, 0), s.use(value, 1), s.fresh(), s.fresh()];
		s.alu('clz', 'x', a, low);
		s.alu('add', 'x', b, a, '#64');
		const c = s.fresh();
		s.alu('clz', 'x', c, high);
		s.plain('cmp', 'x', high, '#0');
		s.alu('csel', 'x', d, b, c, 'eq');
		zero(s, s.result(insn, 1));
		return;
	}
	const { view, width } = widthOf(bits);
	const n = s.useExtended(value, false, width);
	if (bits === width) return void s.alu('clz', view, d, n);
	const t = s.fresh();
	s.alu('clz', view, t, n);
	s.alu('sub', view, d, t, `#${width - bits}`);
}

export function countTrailing(s: Selector, insn: Instruction): void {
	const value = insn.operands[0]!;
	const bits = bitsOf(insn);
	const d = s.result(insn);
	if (bits > 64) {
		const [low, high, r, a] = [s.use(value, 0), s.use(value, 1), s.fresh(), s.fresh()];
		const [t, b, c] = [s.fresh(), s.fresh(), s.fresh()];
		s.alu('rbit', 'x', r, low);
		s.alu('clz', 'x', a, r);
		s.alu('rbit', 'x', t, high);
		s.alu('clz', 'x', b, t);
		s.alu('add', 'x', c, b, '#64');
		s.plain('cmp', 'x', low, '#0');
		s.alu('csel', 'x', d, c, a, 'eq');
		zero(s, s.result(insn, 1));
		return;
	}
	const { view, width } = widthOf(bits);
	let n = s.use(value);
	if (bits < width) {
		// A one just above the value bounds the count.
		const bounded = s.fresh();
		s.alu('orr', view, bounded, n, `#0x${(1n << BigInt(bits)).toString(16)}`);
		n = bounded;
	}
	const t = s.fresh();
	s.alu('rbit', view, t, n);
	s.alu('clz', view, d, t);
}

/** Without vector registers: sums in ever wider fields. */
export function countOnes(s: Selector, insn: Instruction): void {
	const value = insn.operands[0]!;
	const bits = bitsOf(insn);
	const d = s.result(insn);
	if (bits > 64) {
		const [a, b] = [onesIn(s, s.use(value, 0), 'x'), onesIn(s, s.use(value, 1), 'x')];
		s.alu('add', 'x', d, a, b);
		zero(s, s.result(insn, 1));
		return;
	}
	const { view, width } = widthOf(bits);
	s.move(d, onesIn(s, s.useExtended(value, false, width), view));
}

function onesIn(s: Selector, n: number, view: View): number {
	const repeat = (byte: bigint) =>
		s.constant(view === 'x' ? byte * 0x0101_0101_0101_0101n : byte * 0x0101_0101n);
	const step = (op: string, ...operands: (number | string)[]) => {
		const d = s.fresh();
		s.alu(op, view, d, ...operands);
		return d;
	};
	const [fives, threes, fifteens] = [repeat(0x55n), repeat(0x33n), repeat(0x0fn)];
	const twos = step('sub', n, step('and', step('lsr', n, '#1'), fives));
	const fours = step(
		'add',
		step('and', twos, threes),
		step('and', step('lsr', twos, '#2'), threes)
	);
	const eights = step('and', step('add', fours, fours, 'lsr #4'), fifteens);
	const sum = step('mul', eights, repeat(1n));
	return step('lsr', sum, view === 'x' ? '#56' : '#24');
}

export function swapBytes(s: Selector, insn: Instruction): void {
	const value = insn.operands[0]!;
	const bits = bitsOf(insn);
	const d = s.result(insn);
	if (bits === 16) s.alu('rev16', 'w', d, s.use(value));
	else if (bits === 32) s.alu('rev', 'w', d, s.use(value));
	else if (bits === 64) s.alu('rev', 'x', d, s.use(value));
	else if (bits === 128) {
		const [low, high] = [s.use(value, 0), s.use(value, 1)];
		const t = s.fresh();
		s.alu('rev', 'x', t, high);
		s.alu('rev', 'x', s.result(insn, 1), low);
		s.move(d, t);
	} else {
		const t = s.fresh();
		s.alu('rev', 'x', t, s.use(value));
		s.alu('lsr', 'x', d, t, `#${64 - bits}`);
	}
}

export function reverseBits(s: Selector, insn: Instruction): void {
	const bits = bitsOf(insn);
	const { view, width } = widthOf(bits);
	if (bits > 64) throw new Error('bitreverse of 128 bits is not supported');
	const t = s.fresh();
	s.alu('rbit', view, t, s.use(insn.operands[0]!));
	if (bits === width) s.move(s.result(insn), t);
	else s.alu('lsr', view, s.result(insn), t, `#${width - bits}`);
}

export function absolute(s: Selector, insn: Instruction): void {
	const value = insn.operands[0]!;
	const { view, width } = widthOf(bitsOf(insn));
	if (bitsOf(insn) > 64) {
		const [low, high, sign, a, b, t] = [
			s.use(value, 0),
			s.use(value, 1),
			s.fresh(),
			s.fresh(),
			s.fresh(),
			s.fresh()
		];
		s.alu('asr', 'x', sign, high, '#63');
		s.alu('eor', 'x', a, low, sign);
		s.alu('eor', 'x', b, high, sign);
		s.alu('subs', 'x', t, a, sign);
		s.alu('sbc', 'x', s.result(insn, 1), b, sign);
		s.move(s.result(insn), t);
		return;
	}
	const n = s.useExtended(value, true, width);
	s.plain('cmp', view, n, '#0');
	s.alu('cneg', view, s.result(insn), n, 'mi');
}

export function minMax(s: Selector, insn: Instruction, signed: boolean, condition: string): void {
	const [a, b] = insn.operands as [Value, Value];
	if (bitsOf(insn) > 64) {
		const [a0, a1, b0, b1] = [s.use(a, 0), s.use(a, 1), s.use(b, 0), s.use(b, 1)];
		s.plain('cmp', 'x', a0, b0);
		s.emit(['sbcs xzr, ', ref(a1, 'x'), ', ', ref(b1, 'x')], [], [a1, b1]);
		// a < b after subtracting with borrow; equal values may be taken from either side.
		const less = signed ? 'lt' : 'lo';
		const [x0, y0, x1, y1] =
			condition === 'gt' || condition === 'hi' ? [b0, a0, b1, a1] : [a0, b0, a1, b1];
		const t = s.fresh();
		s.alu('csel', 'x', t, x0, y0, less);
		s.alu('csel', 'x', s.result(insn, 1), x1, y1, less);
		s.move(s.result(insn), t);
		return;
	}
	const { view, width } = widthOf(bitsOf(insn));
	const [x, y] = [s.useExtended(a, signed, width), s.useExtended(b, signed, width)];
	s.plain('cmp', view, x, y);
	s.alu('csel', view, s.result(insn), x, y, condition);
}

export function threeWay(s: Selector, insn: Instruction, signed: boolean): void {
	const [a, b] = insn.operands as [Value, Value];
	const { view, width } = widthOf(bitsOf(a));
	const t = s.fresh();
	s.plain('cmp', view, s.useExtended(a, signed, width), s.useExtended(b, signed, width));
	s.alu('cset', 'w', t, signed ? 'gt' : 'hi');
	s.emit(
		['csinv ', ref(s.result(insn), 'x'), ', ', ref(t, 'x'), `, xzr, ${signed ? 'ge' : 'hs'}`],
		[s.result(insn)],
		[t]
	);
}

export function funnelShift(s: Selector, insn: Instruction): void {
	const [high, low, by] = insn.operands as [Value, Value, Value];
	const bits = bitsOf(insn);
	const left = (insn.callee as { name: string }).name.includes('fshl');
	const d = s.result(insn);
	const { view, width } = widthOf(bits);
	const constant = s.unsignedConstant(by, bits);
	if (bits === width && constant !== undefined) {
		const n = Number(constant) % bits;
		if (n === 0) return s.move(d, s.use(left ? high : low));
		s.alu('extr', view, d, s.use(high), s.use(low), `#${left ? bits - n : n}`);
		return;
	}
	if (bits > 64) throw new Error('funnel shifts of 128 bits are not supported');
	if (bits === width && s.resolve(high).value === s.resolve(low).value) {
		let n = s.use(by);
		if (left) {
			const negative = s.fresh();
			s.alu('neg', view, negative, n);
			n = negative;
		}
		s.alu('ror', view, d, s.use(high), n);
		return;
	}
	if (bits === width) {
		// (high << n) | (low >> 1 >> (~n)), the other way round for fshr.
		const n = s.use(by);
		const [inverse, one, a, b] = [s.fresh(), s.fresh(), s.fresh(), s.fresh()];
		s.alu('mvn', view, inverse, n);
		if (left) {
			s.alu('lsr', view, one, s.use(low), '#1');
			s.alu('lsr', view, a, one, inverse);
			s.alu('lsl', view, b, s.use(high), n);
		} else {
			s.alu('lsl', view, one, s.use(high), '#1');
			s.alu('lsl', view, a, one, inverse);
			s.alu('lsr', view, b, s.use(low), n);
		}
		s.alu('orr', view, d, a, b);
		return;
	}
	// Narrow: both halves side by side in one register, then one shift.
	const [h, l] = [s.use(high), s.useExtended(low, false, 64)];
	const [joined, n] = [s.fresh(), s.fresh()];
	const amount = s.useExtended(by, false, 64);
	const remainder = s.fresh();
	if ((bits & (bits - 1)) === 0) s.alu('and', 'x', n, amount, `#0x${(bits - 1).toString(16)}`);
	else {
		const size = s.constant(BigInt(bits));
		s.alu('udiv', 'x', remainder, amount, size);
		s.alu('msub', 'x', n, remainder, size, amount);
	}
	if (bits > 32) throw new Error(`funnel shifts of ${bits} bits are not supported`);
	s.alu('orr', 'x', joined, l, h, `lsl #${bits}`);
	if (!left) return void s.alu('lsr', 'x', d, joined, n);
	const shifted = s.fresh();
	s.alu('lsl', 'x', shifted, joined, n);
	s.alu('lsr', 'x', d, shifted, `#${bits}`);
}

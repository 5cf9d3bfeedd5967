import type { Instruction, Value } from '../ir/module.ts';
import { ref, zeroRegister, type View } from './machine.ts';
import { widthOf } from './select-bits.ts';
import { bitsOf, type Selector } from './selector.ts';

/** `sadd`, `umul` …: what stands behind `llvm.`. */
const operationOf = (insn: Instruction) =>
	(insn.callee as { name: string }).name.slice('llvm.'.length).slice(0, 4);

export function overflow(s: Selector, insn: Instruction): void {
	const [a, b] = insn.operands as [Value, Value];
	const bits = bitsOf(a);
	const op = operationOf(insn);
	const signed = op.startsWith('s');
	const multiply = op.endsWith('mul');
	if (bits > 64) return wideOverflow(s, insn, op);
	const d = s.asked(insn.result, 0) ?? s.fresh();
	const flag = s.asked(insn.result, 1) ?? s.fresh();
	const { view, width } = widthOf(bits);
	if (bits < width || (multiply && width === 32)) {
		// The next wider register holds the exact result.
		const to = multiply || bits > 31 ? 64 : 32;
		const wide: View = to === 64 ? 'x' : 'w';
		const [x, y] = [s.useExtended(a, signed, to), s.useExtended(b, signed, to)];
		const exact = s.fresh();
		s.alu(op.slice(1), wide, exact, x, y);
		const back = s.fresh();
		s.extend(back, exact, bits, signed, to);
		s.move(d, exact);
		s.plain('cmp', wide, exact, back);
		s.alu('cset', 'w', flag, 'ne');
		return;
	}
	const [x, y] = [s.use(a), s.use(b)];
	if (multiply) {
		const high = s.fresh();
		const low = s.fresh();
		s.alu(signed ? 'smulh' : 'umulh', 'x', high, x, y);
		s.alu('mul', 'x', low, x, y);
		if (signed) s.plain('cmp', 'x', high, low, 'asr #63');
		else s.plain('cmp', 'x', high, zeroRegister);
		s.alu('cset', 'w', flag, 'ne');
		s.move(d, low);
		return;
	}
	s.alu(op.endsWith('add') ? 'adds' : 'subs', view, d, x, y);
	s.alu('cset', 'w', flag, signed ? 'vs' : op.endsWith('add') ? 'hs' : 'lo');
}

function wideOverflow(s: Selector, insn: Instruction, op: string): void {
	const [a, b] = insn.operands as [Value, Value];
	if (op.endsWith('mul')) throw new Error('overflow of 128-bit products is not supported');
	const [a0, a1, b0, b1] = [s.use(a, 0), s.use(a, 1), s.use(b, 0), s.use(b, 1)];
	const add = op.endsWith('add');
	const [low, high] = [s.fresh(), s.fresh()];
	s.alu(add ? 'adds' : 'subs', 'x', low, a0, b0);
	s.alu(add ? 'adcs' : 'sbcs', 'x', high, a1, b1);
	const flag = s.asked(insn.result, 2);
	if (flag !== undefined) s.alu('cset', 'w', flag, op.startsWith('s') ? 'vs' : add ? 'hs' : 'lo');
	const copies: [number | undefined, number][] = [
		[s.asked(insn.result, 0), low],
		[s.asked(insn.result, 1), high]
	];
	for (const [d, from] of copies) if (d !== undefined) s.move(d, from);
}

export function saturate(s: Selector, insn: Instruction): void {
	const [a, b] = insn.operands as [Value, Value];
	const bits = bitsOf(insn);
	const op = operationOf(insn);
	const signed = op.startsWith('s');
	const add = op.endsWith('add');
	const d = s.result(insn);
	if (bits > 64) throw new Error('saturation of 128 bits is not supported');
	// A sum of two of 31 bits does not show its sign in 32.
	const { view, width } = widthOf(bits === 31 ? 64 : bits);
	const [x, y] = [s.useExtended(a, signed, width), s.useExtended(b, signed, width)];
	const t = s.fresh();
	if (bits === width) {
		if (!signed) {
			s.alu(add ? 'adds' : 'subs', view, t, x, y);
			if (add) s.emit(['csinv ', ref(d, view), ', ', ref(t, view), `, ${view}zr, lo`], [d], [t]);
			else s.emit(['csel ', ref(d, view), ', ', ref(t, view), `, ${view}zr, hs`], [d], [t]);
			return;
		}
		// On overflow the result's sign is wrong: the limit is the other end of the range.
		const [sign, limit] = [s.fresh(), s.fresh()];
		const smallest = s.constant(1n << BigInt(bits - 1), width);
		s.alu(add ? 'adds' : 'subs', view, t, x, y);
		s.alu('asr', view, sign, t, `#${bits - 1}`);
		s.alu('eor', view, limit, sign, smallest);
		s.alu('csel', view, d, limit, t, 'vs');
		return;
	}
	s.alu(add ? 'add' : 'sub', view, t, x, y);
	const top = s.constant(signed ? (1n << BigInt(bits - 1)) - 1n : (1n << BigInt(bits)) - 1n, width);
	const bottom = signed ? s.constant(-(1n << BigInt(bits - 1)), width) : zeroRegister;
	const u = s.fresh();
	s.plain('cmp', view, t, top);
	s.alu('csel', view, u, t, top, 'lt');
	s.plain('cmp', view, u, bottom);
	s.alu('csel', view, d, u, bottom, 'gt');
}

import type { Instruction, Value } from '../ir/module.ts';
import { intType } from '../ir/types.ts';
import { incomingSlot, ref, zeroRegister, type MachineInstruction, type View } from './machine.ts';
import { callRuntime } from './select-call.ts';
import { floatView } from './select-float.ts';
import {
	addressOf,
	addressText,
	loadPiece,
	pieces,
	slotAddress,
	storePiece,
	type Address
} from './select-memory.ts';
import { bitsOf, type Selector } from './selector.ts';

type Rule = (s: Selector, insn: Instruction) => void;

const none: Rule = () => undefined;

/** Intrinsics by the name between `llvm.` and the type suffix. */
const rules: Record<string, Rule> = {
	'lifetime.start': none,
	'lifetime.end': none,
	'dbg.declare': none,
	'dbg.value': none,
	assume: none,
	'experimental.noalias.scope.decl': none,
	'fake.use': none,
	va_end: none,
	'invariant.start': none,
	donothing: none,
	prefetch: none,
	expect: (s, insn) => s.move(s.result(insn), s.use(insn.operands[0]!)),
	'is.constant': (s, insn) =>
		s.copies([{ destination: s.result(insn), source: { kind: 'constant', value: 0n } }]),
	objectsize: (s, insn) =>
		s.copies([
			{
				destination: s.result(insn),
				source: {
					kind: 'constant',
					value: s.constantOf(insn.operands[1]!) === 1n ? 0n : 0xffff_ffff_ffff_ffffn
				}
			}
		]),
	trap: (s) => void s.emit(['brk #0x1'], [], []),
	debugtrap: (s) => void s.emit(['brk #0xf000'], [], []),
	memcpy: (s, insn) => copyMemory(s, insn, false),
	'memcpy.inline': (s, insn) => copyMemory(s, insn, false),
	memmove: (s, insn) => copyMemory(s, insn, true),
	memset: setMemory,
	va_start: vaStart,
	va_copy: vaCopy,
	ctlz: countLeading,
	cttz: countTrailing,
	ctpop: countOnes,
	bswap: swapBytes,
	bitreverse: reverseBits,
	abs: absolute,
	smax: (s, insn) => minMax(s, insn, true, 'gt'),
	smin: (s, insn) => minMax(s, insn, true, 'lt'),
	umax: (s, insn) => minMax(s, insn, false, 'hi'),
	umin: (s, insn) => minMax(s, insn, false, 'lo'),
	scmp: (s, insn) => threeWay(s, insn, true),
	ucmp: (s, insn) => threeWay(s, insn, false),
	fshl: funnelShift,
	fshr: funnelShift,
	'sadd.with.overflow': overflow,
	'uadd.with.overflow': overflow,
	'ssub.with.overflow': overflow,
	'usub.with.overflow': overflow,
	'smul.with.overflow': overflow,
	'umul.with.overflow': overflow,
	'uadd.sat': saturate,
	'usub.sat': saturate,
	'sadd.sat': saturate,
	'ssub.sat': saturate,
	stacksave: (s, insn) => {
		const d = s.result(insn);
		s.emit(['mov ', ref(d, 'x'), ', sp'], [d], []);
	},
	stackrestore: (s, insn) => {
		const value = s.use(insn.operands[0]!);
		s.machine.dynamicStack = true;
		s.emit(['mov sp, ', ref(value, 'x')], [], [value]);
	},
	frameaddress: frameAddress,
	returnaddress: frameAddress,
	ptrmask: (s, insn) => {
		const [pointer, mask] = insn.operands as [Value, Value];
		s.alu('and', 'x', s.result(insn), s.use(pointer), s.use(mask));
	},
	read_register: readRegister,
	write_register: writeRegister,
	fabs: (s, insn) => s.alu('fabs', floatView(insn), s.result(insn), s.use(insn.operands[0]!)),
	sqrt: (s, insn) => s.alu('fsqrt', floatView(insn), s.result(insn), s.use(insn.operands[0]!)),
	floor: (s, insn) => s.alu('frintm', floatView(insn), s.result(insn), s.use(insn.operands[0]!)),
	ceil: (s, insn) => s.alu('frintp', floatView(insn), s.result(insn), s.use(insn.operands[0]!)),
	trunc: (s, insn) => s.alu('frintz', floatView(insn), s.result(insn), s.use(insn.operands[0]!)),
	rint: (s, insn) => s.alu('frintx', floatView(insn), s.result(insn), s.use(insn.operands[0]!)),
	nearbyint: (s, insn) =>
		s.alu('frinti', floatView(insn), s.result(insn), s.use(insn.operands[0]!)),
	round: (s, insn) => s.alu('frinta', floatView(insn), s.result(insn), s.use(insn.operands[0]!)),
	fma: fusedMultiply,
	fmuladd: fusedMultiply,
	copysign: copySign,
	minnum: (s, insn) => floatPair(s, insn, 'fminnm'),
	maxnum: (s, insn) => floatPair(s, insn, 'fmaxnm'),
	minimumnum: (s, insn) => floatPair(s, insn, 'fminnm'),
	maximumnum: (s, insn) => floatPair(s, insn, 'fmaxnm'),
	'fptosi.sat': saturatingConversion,
	'fptoui.sat': saturatingConversion
};

/** Intrinsics that change something besides their result, and so are never left out. */
const pure =
	/^(?:ctlz|cttz|ctpop|bswap|bitreverse|abs|[su](?:max|min|cmp)|fsh[lr]|[su](?:add|sub|mul)\.|ptrmask|fabs|sqrt|floor|ceil|trunc|rint|nearbyint|round|fma|fmuladd|copysign|min|max|fpto|expect|is\.constant|objectsize|frameaddress|returnaddress)/;

export const intrinsicName = (name: string) => name.slice('llvm.'.length);

function ruleFor(name: string): [string, Rule | undefined] {
	// The type suffixes come last: try ever shorter names.
	let stem = intrinsicName(name);
	while (!(stem in rules) && stem.includes('.')) stem = stem.slice(0, stem.lastIndexOf('.'));
	return [stem, rules[stem]];
}

export function selectIntrinsic(s: Selector, insn: Instruction, name: string): void {
	const [stem, rule] = ruleFor(name);
	if (!rule) throw new Error(`the intrinsic ${name} is not supported`);
	if (pure.test(stem) && !s.isAsked(insn.result)) return;
	rule(s, insn);
}

// --- memory ---------------------------------------------------------------------------------------

const inlineLimit = 128;

/** Pieces of a block: pairs of 8 bytes where the alignment allows, smaller ones for the rest. */
function chunks(
	s: Selector,
	bytes: number,
	aligns: readonly number[]
): { at: number; size: number }[] {
	const align = s.unit.strictAlign ? Math.min(...aligns) : 16;
	return pieces(bytes, align >= 8 ? 16 : align, 16);
}

const argumentAlign = (insn: Instruction, i: number) => insn.arguments![i]!.align ?? 1;

/** An address that takes offsets up to `bytes` in any access, pairs included. */
function flatAddress(s: Selector, pointer: Value, bytes: number): Address {
	const address = addressOf(s, pointer, 1, bytes);
	if (address.kind === 'slot' || (address.kind === 'register' && address.offset === 0n))
		return address;
	const base = s.fresh();
	if (address.kind !== 'register') return { kind: 'register', base: s.use(pointer), offset: 0n };
	s.alu(
		'add',
		'x',
		base,
		address.base,
		address.offset < 0n ? s.constant(address.offset) : `#${address.offset}`
	);
	return { kind: 'register', base, offset: 0n };
}

function pair(
	s: Selector,
	op: 'ldp' | 'stp',
	a: number,
	b: number,
	address: Address,
	at: number
): void {
	const uses: number[] = op === 'stp' ? [a, b] : [];
	const where = addressText(address, at, 8, uses);
	if (typeof where[0] === 'object') where[0].pair = true;
	s.emit(
		[`${op} `, ref(a, 'x'), ', ', ref(b, 'x'), ', ', ...where],
		op === 'ldp' ? [a, b] : [],
		uses
	);
}

function copyMemory(s: Selector, insn: Instruction, overlapping: boolean): void {
	const [to, from, count] = insn.operands as [Value, Value, Value];
	const bytes = s.constantOf(count);
	if (bytes === 0n) return;
	if (bytes === undefined || bytes > BigInt(overlapping ? 64 : inlineLimit)) {
		callRuntime(s, overlapping ? 'memmove' : 'memcpy', insn, [to, from, count]);
		return;
	}
	const parts = chunks(s, Number(bytes), [argumentAlign(insn, 0), argumentAlign(insn, 1)]);
	if (parts.length > 16) {
		callRuntime(s, overlapping ? 'memmove' : 'memcpy', insn, [to, from, count]);
		return;
	}
	const source = flatAddress(s, from, Number(bytes));
	const target = flatAddress(s, to, Number(bytes));
	const stores: (() => void)[] = [];
	for (const { at, size } of parts) {
		const [a, b] = [s.fresh(), s.fresh()];
		const view: View = size >= 8 ? 'x' : 'w';
		if (size === 16) pair(s, 'ldp', a, b, source, at);
		else loadPiece(s, a, view, source, at, size);
		const store = () =>
			size === 16 ? pair(s, 'stp', a, b, target, at) : storePiece(s, a, view, target, at, size);
		if (overlapping) stores.push(store);
		else store();
	}
	for (const store of stores) store();
}

function setMemory(s: Selector, insn: Instruction): void {
	const [to, fill, count] = insn.operands as [Value, Value, Value];
	const bytes = s.constantOf(count);
	if (bytes === 0n) return;
	const parts =
		bytes === undefined || bytes > BigInt(inlineLimit)
			? []
			: chunks(s, Number(bytes), [argumentAlign(insn, 0)]);
	if (bytes === undefined || parts.length === 0 || parts.length > 16) {
		callRuntime(s, 'memset', insn, [
			to,
			// memset takes an int.
			s.constantOf(fill) === undefined
				? fill
				: { kind: 'int', type: intType(32), value: s.unsignedConstant(fill, 8)! },
			count
		]);
		return;
	}
	const byte = s.unsignedConstant(fill, 8);
	let register: number;
	if (byte === 0n) register = zeroRegister;
	else if (byte !== undefined) register = s.constant(byte * 0x0101_0101_0101_0101n);
	else {
		register = s.fresh();
		s.alu('mul', 'x', register, s.useExtended(fill, false, 64), s.constant(0x0101_0101_0101_0101n));
	}
	const target = flatAddress(s, to, Number(bytes));
	for (const { at, size } of parts)
		if (size === 16) pair(s, 'stp', register, register, target, at);
		else storePiece(s, register, size >= 8 ? 'x' : 'w', target, at, size);
}

// --- variable arguments -----------------------------------------------------------------------------

/** Filled in by the function selector: where the register save areas lie. */
export interface VarargsFrame {
	generalSlot: number;
	generalBytes: number;
	vectorSlot: number;
	vectorBytes: number;
	stack: number;
}
export const varargsFrames = new WeakMap<Selector, VarargsFrame>();

/** struct va_list: stack, gr_top, vr_top, gr_offs, vr_offs. */
function vaStart(s: Selector, insn: Instruction): void {
	const frame = varargsFrames.get(s)!;
	const list = flatAddress(s, insn.operands[0]!, 32);
	const stack = s.fresh();
	slotAddress(s, stack, incomingSlot, frame.stack);
	storePiece(s, stack, 'x', list, 0, 8);
	const general = s.fresh();
	if (frame.generalBytes) slotAddress(s, general, frame.generalSlot, frame.generalBytes);
	else s.move(general, stack);
	storePiece(s, general, 'x', list, 8, 8);
	const vector = s.fresh();
	if (frame.vectorBytes) slotAddress(s, vector, frame.vectorSlot, frame.vectorBytes);
	else s.move(vector, stack);
	storePiece(s, vector, 'x', list, 16, 8);
	storePiece(s, s.constant(BigInt(-frame.generalBytes), 32), 'w', list, 24, 4);
	storePiece(s, s.constant(BigInt(-frame.vectorBytes), 32), 'w', list, 28, 4);
}

function vaCopy(s: Selector, insn: Instruction): void {
	const [to, from] = insn.operands as [Value, Value];
	const source = flatAddress(s, from, 32);
	const target = flatAddress(s, to, 32);
	for (const at of [0, 16]) {
		const [a, b] = [s.fresh(), s.fresh()];
		pair(s, 'ldp', a, b, source, at);
		pair(s, 'stp', a, b, target, at);
	}
}

// --- bits -----------------------------------------------------------------------------------------

const widthOf = (bits: number): { view: View; width: 32 | 64 } =>
	bits <= 32 ? { view: 'w', width: 32 } : { view: 'x', width: 64 };

function zero(s: Selector, d: number): void {
	s.copies([{ destination: d, source: { kind: 'constant', value: 0n } }]);
}

function countLeading(s: Selector, insn: Instruction): void {
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

function countTrailing(s: Selector, insn: Instruction): void {
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
function countOnes(s: Selector, insn: Instruction): void {
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

function swapBytes(s: Selector, insn: Instruction): void {
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

function reverseBits(s: Selector, insn: Instruction): void {
	const bits = bitsOf(insn);
	const { view, width } = widthOf(bits);
	if (bits > 64) throw new Error('bitreverse of 128 bits is not supported');
	const t = s.fresh();
	s.alu('rbit', view, t, s.use(insn.operands[0]!));
	if (bits === width) s.move(s.result(insn), t);
	else s.alu('lsr', view, s.result(insn), t, `#${width - bits}`);
}

function absolute(s: Selector, insn: Instruction): void {
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

function minMax(s: Selector, insn: Instruction, signed: boolean, condition: string): void {
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

function threeWay(s: Selector, insn: Instruction, signed: boolean): void {
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

function funnelShift(s: Selector, insn: Instruction): void {
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

// --- overflow and saturation ------------------------------------------------------------------------

const operationOf = (insn: Instruction) =>
	intrinsicName((insn.callee as { name: string }).name).slice(0, 4);

function overflow(s: Selector, insn: Instruction): void {
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

function saturate(s: Selector, insn: Instruction): void {
	const [a, b] = insn.operands as [Value, Value];
	const bits = bitsOf(insn);
	const op = operationOf(insn);
	const signed = op.startsWith('s');
	const add = op.endsWith('add');
	const d = s.result(insn);
	if (bits > 64) throw new Error('saturation of 128 bits is not supported');
	const { view, width } = widthOf(bits);
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

// --- the rest ---------------------------------------------------------------------------------------

function frameAddress(s: Selector, insn: Instruction): void {
	const depth = Number(s.constantOf(insn.operands[0]!) ?? 0n);
	const d = s.result(insn);
	s.machine.hasCalls = true;
	s.machine.framePointer = true;
	let frame = 29;
	for (let i = 0; i < depth; i++) {
		const next = s.fresh();
		s.emit(
			['ldr ', ref(next, 'x'), ', [', ref(frame, 'x'), ']'],
			[next],
			frame === 29 ? [] : [frame]
		);
		frame = next;
	}
	const uses = frame === 29 ? [] : [frame];
	if ((insn.callee as { name: string }).name.includes('returnaddress'))
		s.emit(['ldr ', ref(d, 'x'), ', [', ref(frame, 'x'), ', #8]'], [d], uses);
	else s.emit(['mov ', ref(d, 'x'), ', ', ref(frame, 'x')], [d], uses);
}

function registerOperand(insn: Instruction): string {
	const operand = insn.operands[0]!;
	return /"([^"]*)"/.exec(operand.kind === 'metadata' ? operand.text : '')?.[1] ?? 'sp';
}

function readRegister(s: Selector, insn: Instruction): void {
	const d = s.result(insn);
	s.emit(['mov ', ref(d, 'x'), `, ${registerOperand(insn)}`], [d], []);
}

function writeRegister(s: Selector, insn: Instruction): void {
	const value = s.use(insn.operands[1]!);
	s.emit([`mov ${registerOperand(insn)}, `, ref(value, 'x')], [], [value]);
}

function fusedMultiply(s: Selector, insn: Instruction): void {
	const [a, b, c] = insn.operands as [Value, Value, Value];
	s.alu('fmadd', floatView(insn), s.result(insn), s.use(a), s.use(b), s.use(c));
}

function floatPair(s: Selector, insn: Instruction, op: string): void {
	const [a, b] = insn.operands as [Value, Value];
	s.alu(op, floatView(insn), s.result(insn), s.use(a), s.use(b));
}

function copySign(s: Selector, insn: Instruction): void {
	const [a, b] = insn.operands as [Value, Value];
	const view = floatView(insn);
	const general: View = view === 's' ? 'w' : 'x';
	const [x, y, joined] = [s.fresh(), s.fresh(), s.fresh()];
	const d = s.result(insn);
	const [from, sign] = [s.use(a), s.use(b)];
	s.alu('fmov', general, x, [from, view]);
	s.alu('fmov', general, y, [sign, view]);
	const shifted = s.fresh();
	s.alu('lsr', general, shifted, y, view === 's' ? '#31' : '#63');
	s.move(joined, x);
	const bfi: MachineInstruction = s.alu(
		'bfi',
		general,
		joined,
		shifted,
		view === 's' ? '#31' : '#63',
		'#1'
	);
	bfi.uses.push(joined);
	s.alu('fmov', view, d, [joined, general]);
}

function saturatingConversion(s: Selector, insn: Instruction): void {
	const value = insn.operands[0]!;
	const bits = bitsOf(insn);
	if (bits !== 32 && bits !== 64) throw new Error('a saturating conversion to odd widths');
	const name = (insn.callee as { name: string }).name.includes('fptosi') ? 'fcvtzs' : 'fcvtzu';
	s.alu(name, bits === 32 ? 'w' : 'x', s.result(insn), [s.use(value), floatView(value)]);
}

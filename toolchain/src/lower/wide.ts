import type { Block, FunctionIr, Instruction, Value } from '../ir/module.ts';
import { intType, voidType, type Type } from '../ir/types.ts';
import { freshLocal, i1, i128, i64, intValue, type Builder } from './builder.ts';

const widthOf = (type: Type) => (type.kind === 'int' ? type.bits : 0);

/** Operations on integers whose width no instruction sequence of the selector has. */
export function lowerWide(b: Builder, insn: Instruction): boolean {
	const name = insn.op === 'call' && 'name' in insn.callee! ? insn.callee.name : '';
	if (name.startsWith('llvm.')) return lowerIntrinsic(b, insn, name);
	const bits = widthOf(insn.type);
	const from = insn.operands[0] ? widthOf(insn.operands[0].type) : 0;
	switch (insn.op) {
		case 'udiv':
		case 'urem':
		case 'sdiv':
		case 'srem': {
			if (bits <= 64 || bits >= 128) return false;
			inWider(b, insn, insn.op, i128, insn.op.startsWith('s'));
			return true;
		}
		case 'sitofp':
		case 'uitofp': {
			if (from <= 64 || from >= 128) return false;
			const wide = b.extend(insn.operands[0]!, i128, insn.op === 'sitofp');
			b.emit(insn.op, insn.type, [wide], { result: insn.result! });
			return true;
		}
		case 'fptosi':
		case 'fptoui': {
			if (bits <= 64 || bits >= 128) return false;
			const wide = b.emit(insn.op, i128, insn.operands);
			b.emit('trunc', insn.type, [wide], { result: insn.result! });
			return true;
		}
		default:
			return false;
	}
}

/** The same operation on extended operands; the result is cut off again. */
function inWider(b: Builder, insn: Instruction, op: string, type: Type, signed: boolean): void {
	const operands = insn.operands.map((value) => b.extend(value, type, signed));
	const result = b.emit(op, type, operands);
	b.emit('trunc', insn.type, [result], { result: insn.result! });
}

function lowerIntrinsic(b: Builder, insn: Instruction, name: string): boolean {
	const value = insn.operands[0];
	const bits = value ? widthOf(value.type) : 0;
	const result = insn.result!;
	const type = insn.type;
	const stem = name.split('.')[1]!;
	if (bits > 128) throw new Error(`${name} of ${bits} bits is not supported`);
	switch (stem) {
		case 'ctlz': {
			if (bits <= 64 || bits === 128) return false;
			const wide = b.extend(value!, i128, false);
			const count = b.call('llvm.ctlz.i128', i128, [wide, intValue(i1, 0)]);
			const less = b.emit('sub', i128, [count, intValue(i128, 128 - bits)]);
			b.emit('trunc', type, [less], { result });
			return true;
		}
		case 'cttz': {
			if (bits <= 64 || bits === 128) return false;
			const bound = intValue(i128, 1n << BigInt(bits));
			const wide = b.emit('or', i128, [b.extend(value!, i128, false), bound]);
			b.emit('trunc', type, [b.call('llvm.cttz.i128', i128, [wide, intValue(i1, 0)])], { result });
			return true;
		}
		case 'ctpop':
		case 'abs':
		case 'smax':
		case 'smin':
		case 'umax':
		case 'umin': {
			if (bits <= 64 || bits === 128) return false;
			const signed = stem === 'abs' || stem.startsWith('s');
			const operands = insn.operands.map((operand) =>
				widthOf(operand.type) === 1 ? operand : b.extend(operand, i128, signed)
			);
			b.emit('trunc', type, [b.call(`llvm.${stem}.i128`, i128, operands)], { result });
			return true;
		}
		case 'bswap':
			if (bits <= 64 || bits === 128) return false;
			reversed(b, insn, 'bswap', bits);
			return true;
		case 'bitreverse':
			if (bits <= 64) return false;
			reversed(b, insn, 'bitreverse', bits);
			return true;
		case 'scmp':
		case 'ucmp': {
			if (bits <= 64) return false;
			const [a, c] = insn.operands as [Value, Value];
			const sign = stem[0];
			const more = b.extend(b.icmp(`${sign}gt`, a, c), type, false);
			const less = b.extend(b.icmp(`${sign}lt`, a, c), type, false);
			b.emit('sub', type, [more, less], { result });
			return true;
		}
		case 'fshl':
		case 'fshr':
			if (bits <= 32 || bits === 64) return false;
			funnelShift(b, insn, stem === 'fshl', bits);
			return true;
		case 'fptosi':
		case 'fptoui':
			return saturatingConversion(b, insn, stem);
		default:
			return overflowing(b, insn, name, bits);
	}
}

/** The halves reversed and exchanged; what a narrower value has too much is shifted out. */
function reversed(b: Builder, insn: Instruction, stem: string, bits: number): void {
	const wide = b.extend(insn.operands[0]!, i128, false);
	const low = b.cast('trunc', wide, i64);
	const high = b.cast('trunc', b.emit('lshr', i128, [wide, intValue(i128, 64)]), i64);
	const turn = (half: Value) => b.extend(b.call(`llvm.${stem}.i64`, i64, [half]), i128, false);
	const top = b.emit('shl', i128, [turn(low), intValue(i128, 64)]);
	const whole = b.emit('or', i128, [top, turn(high)]);
	if (bits === 128) return b.define(insn.result, whole);
	const moved = b.emit('lshr', i128, [whole, intValue(i128, 128 - bits)]);
	b.emit('trunc', insn.type, [moved], { result: insn.result! });
}

function funnelShift(b: Builder, insn: Instruction, left: boolean, bits: number): void {
	const { type } = insn;
	const [high, low, by] = insn.operands as [Value, Value, Value];
	const size = intValue(type, bits);
	const n = b.emit('urem', type, [by, size]);
	const back = b.emit('sub', type, [size, n]);
	const [near, far] = left ? [n, back] : [back, n];
	const joined = b.emit('or', type, [
		b.emit('shl', type, [high, near]),
		b.emit('lshr', type, [low, far])
	]);
	// A shift by nothing would shift the other half by all of its bits.
	const none = b.icmp('eq', n, intValue(type, 0));
	b.emit('select', type, [none, left ? high : low, joined], { result: insn.result! });
}

function saturatingConversion(b: Builder, insn: Instruction, stem: string): boolean {
	const bits = widthOf(insn.type);
	if (bits === 32 || bits === 64) return false;
	if (bits > 64) throw new Error(`a saturating conversion to ${bits} bits is not supported`);
	const signed = stem === 'fptosi';
	const wide = intType(bits < 32 ? 32 : 64);
	const n = BigInt(bits);
	const [least, most] = signed ? [-(1n << (n - 1n)), (1n << (n - 1n)) - 1n] : [0n, (1n << n) - 1n];
	const letter = signed ? 's' : 'u';
	const suffix = `i${widthOf(wide)}`;
	let value: Value = b.call(`llvm.${stem}.sat.${suffix}.f`, wide, insn.operands);
	value = b.call(`llvm.${letter}min.${suffix}`, wide, [value, intValue(wide, most)]);
	if (signed) value = b.call(`llvm.smax.${suffix}`, wide, [value, intValue(wide, least)]);
	b.emit('trunc', insn.type, [value], { result: insn.result! });
	return true;
}

/** `llvm.smul.with.overflow.i128` and the saturating operations. */
function overflowing(b: Builder, insn: Instruction, name: string, bits: number): boolean {
	const match = /^llvm\.([su])(add|sub|mul)\.(with\.overflow|sat)\./.exec(name);
	if (!match || bits <= 32 || bits === 64) return false;
	const [, sign, op, kind] = match as unknown as [string, string, string, string];
	const signed = sign === 's';
	const type = insn.operands[0]!.type;
	// The sum of two of 63 bits does not show its sign in 64.
	const plain =
		bits < 64
			? op !== 'mul' && !(bits === 63 && kind === 'sat')
			: bits === 128 && op !== 'mul' && kind !== 'sat';
	if (plain) return false;
	let value: Value;
	let flag: Value;
	let negative: Value | undefined;
	if (bits < 128) {
		const operands = insn.operands.map((operand) => b.extend(operand, i128, signed));
		const pair = structType2(i128);
		const wide = b.call(`llvm.${sign}${op}.with.overflow.i128`, pair, operands);
		const exact = b.emit('extractvalue', i128, [wide], { indices: [0] });
		const over = b.emit('extractvalue', i1, [wide], { indices: [1] });
		value = b.cast('trunc', exact, type);
		flag = b.emit('or', i1, [over, b.icmp('ne', b.extend(value, i128, signed), exact)]);
		negative = b.icmp('slt', exact, intValue(i128, 0));
	} else if (op === 'mul') [value, flag] = multiply(b, insn, signed);
	else {
		const wide = b.call(`llvm.${sign}${op}.with.overflow.i128`, structType2(i128), insn.operands);
		value = b.emit('extractvalue', i128, [wide], { indices: [0] });
		flag = b.emit('extractvalue', i1, [wide], { indices: [1] });
	}
	if (kind !== 'sat') b.aggregate(insn.type, [value, flag], insn.result!);
	else {
		const smallest = 1n << BigInt(bits - 1);
		// On overflow the sign of 128 bits is wrong.
		negative ??= b.icmp('sge', value, intValue(type, 0));
		const limit = signed
			? b.select(negative, intValue(type, smallest), intValue(type, smallest - 1n))
			: intValue(type, op === 'add' ? 2n * smallest - 1n : 0n);
		b.emit('select', type, [flag, limit, value], { result: insn.result! });
	}
	return true;
}

const structType2 = (type: Type): Type => ({
	kind: 'struct',
	members: [type, i1],
	offsets: [0, type.size],
	size: type.size + type.align,
	align: type.align
});

/** 128 by 128 bits: the product of the magnitudes from their halves, then its sign. */
function multiply(b: Builder, insn: Instruction, signed: boolean): [Value, Value] {
	const [x, y] = insn.operands as [Value, Value];
	if (!signed) return multiplyMagnitudes(b, x, y);
	const zero = intValue(i128, 0);
	const magnitude = (value: Value) => b.call('llvm.abs.i128', i128, [value, intValue(i1, 0)]);
	const [product, over] = multiplyMagnitudes(b, magnitude(x), magnitude(y));
	const negative = b.icmp('slt', b.emit('xor', i128, [x, y]), zero);
	const value = b.select(negative, b.emit('sub', i128, [zero, product]), product);
	// The sign of what came out is wrong, but for a product of zero.
	const sign = b.icmp('slt', value, zero);
	const wrong = b.emit('xor', i1, [sign, negative]);
	const nonzero = b.icmp('ne', value, zero);
	return [value, b.emit('or', i1, [over, b.emit('and', i1, [wrong, nonzero])])];
}

function multiplyMagnitudes(b: Builder, x: Value, y: Value): [Value, Value] {
	const zero = intValue(i64, 0);
	const low = (value: Value) => b.cast('trunc', value, i64);
	const high = (value: Value) =>
		b.cast('trunc', b.emit('lshr', i128, [value, intValue(i128, 64)]), i64);
	const [xl, xh, yl, yh] = [low(x), high(x), low(y), high(y)];
	const cross = (a: Value, c: Value): [Value, Value] => {
		const both = b.call('llvm.umul.with.overflow.i64', structType2(i64), [a, c]);
		return [
			b.emit('extractvalue', i64, [both], { indices: [0] }),
			b.emit('extractvalue', i1, [both], { indices: [1] })
		];
	};
	const bothHigh = b.emit('and', i1, [b.icmp('ne', xh, zero), b.icmp('ne', yh, zero)]);
	const [one, over1] = cross(xh, yl);
	const [two, over2] = cross(xl, yh);
	const value = b.emit('mul', i128, [x, y]);
	// The sum of the crosses and the low product's upper half must fit into 64 bits.
	const lowProduct = b.emit('mul', i128, [b.extend(xl, i128, false), b.extend(yl, i128, false)]);
	const carry = b.emit('lshr', i128, [lowProduct, intValue(i128, 64)]);
	const crosses = b.emit('add', i128, [b.extend(one, i128, false), b.extend(two, i128, false)]);
	const sum = b.emit('add', i128, [crosses, carry]);
	const beyond = b.icmp('ugt', sum, intValue(i128, (1n << 64n) - 1n));
	const over = [over1, over2, beyond].reduce<Value>(
		(all, flag) => b.emit('or', i1, [all, flag]),
		bothHigh
	);
	return [value, over];
}

/** A switch over more than 64 bits is a chain of comparisons, each in a block of its own. */
export function splitWideSwitches(fn: FunctionIr): boolean {
	let changed = false;
	for (const block of [...fn.blocks]) {
		const last = block.instructions.at(-1)!;
		if (last.op !== 'switch' || widthOf(last.operands[0]!.type) <= 64) continue;
		changed = true;
		const [otherwise, ...targets] = last.targets!;
		const { location, line } = last;
		const value = last.operands[0]!;
		block.instructions.pop();
		const sources = new Map<Block, Block[]>();
		let at = block;
		for (const [i, target] of targets.entries()) {
			const result = freshLocal(i1);
			const constant = intValue(value.type, last.cases![i]!);
			const next: Block =
				i === targets.length - 1
					? otherwise!
					: { label: `case${i}.${block.label}`, instructions: [], addressTaken: false, index: -1 };
			const common = { type: voidType, block: at, location, line };
			result.def = {
				...common,
				op: 'icmp',
				type: i1,
				operands: [value, constant],
				predicate: 'eq',
				result
			};
			at.instructions.push(result.def, {
				...common,
				op: 'br',
				operands: [result],
				targets: [target, next]
			});
			sources.set(target, [...(sources.get(target) ?? []), at]);
			if (next === otherwise) sources.set(next, [...(sources.get(next) ?? []), at]);
			else fn.blocks.splice(fn.blocks.indexOf(at) + 1, 0, next);
			at = next;
		}
		for (const [target, from] of sources) replaceIncoming(target, block, [...new Set(from)]);
	}
	return changed;
}

function replaceIncoming(target: Block, old: Block, from: readonly Block[]): void {
	for (const phi of target.instructions) {
		if (phi.op !== 'phi') return;
		const value = phi.operands[phi.targets!.indexOf(old)];
		if (!value) continue;
		const kept = phi.targets!.map((block, i) => ({ block, value: phi.operands[i]! }));
		const entries = [
			...kept.filter(({ block }) => block !== old),
			...from.map((block) => ({ block, value }))
		];
		phi.targets = entries.map(({ block }) => block);
		phi.operands = entries.map((entry) => entry.value);
	}
}

import type { Instruction, Value } from '../ir/module.ts';
import { intType, type Type } from '../ir/types.ts';
import { i1, intValue, type Builder } from './builder.ts';

/** Bits of exponent and fraction. */
const formats: Partial<Record<Type['kind'], [exponent: number, fraction: number]>> = {
	half: [5, 10],
	float: [8, 23],
	double: [11, 52],
	fp128: [15, 112]
};

/** In `llvm.is.fpclass`'s mask: the bit of a class with a minus, and of the same with a plus. */
const signedClasses: readonly [name: Class, minus: number, plus: number][] = [
	['infinite', 2, 9],
	['normal', 3, 8],
	['subnormal', 4, 7],
	['zero', 5, 6]
];

type Class = 'infinite' | 'normal' | 'subnormal' | 'zero' | 'quiet' | 'signalling';

/** `llvm.is.fpclass`: is the number of one of the classes in the mask? Questions about its bits. */
export function lowerFloatClass(b: Builder, insn: Instruction): boolean {
	const name = insn.op === 'call' && 'name' in insn.callee! ? insn.callee.name : '';
	if (!name.startsWith('llvm.is.fpclass.')) return false;
	const [value, mask] = insn.operands as [Value, Value];
	const format = formats[value.type.kind];
	if (!format || mask.kind !== 'int') throw new Error(`${name} is not supported`);
	const has = (bit: number) => ((mask.value >> BigInt(bit)) & 1n) !== 0n;
	const type = intType(1 + format[0] + format[1]);
	const bits = b.cast('bitcast', value, type);
	const sign = 1n << BigInt(format[0] + format[1]);
	const size = b.emit('and', type, [bits, intValue(type, sign - 1n)]);
	const question = (of: Value, kind: Class) => isOf(b, of, kind, format);
	let answer: Value = intValue(i1, 0);
	const orIf = (condition: Value) => (answer = b.emit('or', i1, [answer, condition]));
	if (has(0)) orIf(question(size, 'signalling'));
	if (has(1)) orIf(question(size, 'quiet'));
	for (const [kind, minus, plus] of signedClasses)
		if (has(minus) && has(plus)) orIf(question(size, kind));
		else if (has(plus)) orIf(question(bits, kind));
		else if (has(minus)) orIf(question(b.emit('xor', type, [bits, intValue(type, sign)]), kind));
	b.define(insn.result, answer);
	return true;
}

/** Of the bits of a number without its sign; with one, no question is answered yes. */
function isOf(b: Builder, bits: Value, kind: Class, [e, f]: [number, number]): Value {
	const { type } = bits;
	const least = 1n << BigInt(f);
	const infinity = ((1n << BigInt(e)) - 1n) << BigInt(f);
	const quiet = infinity | (1n << BigInt(f - 1));
	const end = 1n << BigInt(e + f);
	/** From `first` up to and without `last`, in one comparison. */
	const within = (first: bigint, last: bigint) => {
		const above = b.emit('sub', type, [bits, intValue(type, first)]);
		return b.icmp('ult', above, intValue(type, last - first));
	};
	switch (kind) {
		case 'zero':
			return b.icmp('eq', bits, intValue(type, 0));
		case 'subnormal':
			return within(1n, least);
		case 'normal':
			return within(least, infinity);
		case 'infinite':
			return b.icmp('eq', bits, intValue(type, infinity));
		case 'signalling':
			return within(infinity + 1n, quiet);
		case 'quiet':
			return within(quiet, end);
	}
}

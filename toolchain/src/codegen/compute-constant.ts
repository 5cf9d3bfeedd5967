import type { Value } from '../ir/module.ts';
import { addConstant } from './add-constant.ts';
import { constantOffset } from './constant-address.ts';
import { bitsOf, type Selector } from './selector.ts';

/** Constant expressions of addresses that no relocation has a form for: computed when they are needed. */
export function computeConstant(s: Selector, value: Value): number {
	switch (value.kind) {
		case 'cast':
			return cut(s, value);
		case 'binary':
			return binary(s, value);
		case 'gep':
			return step(s, value);
		default:
			throw new Error(`a constant of kind ${value.kind} has no address`);
	}
}

/** Bits above a value's width are unspecified, but for those of truth values. */
function cut(s: Selector, value: Value & { kind: 'cast' }): number {
	const register = s.use(value.operand);
	if (bitsOf(value) !== 1) return register;
	const d = s.fresh();
	s.alu('and', 'w', d, register, '#1');
	return d;
}

function binary(s: Selector, { op, operands, type }: Value & { kind: 'binary' }): number {
	const name = { add: 'add', sub: 'sub', xor: 'eor', and: 'and', or: 'orr', mul: 'mul' }[op];
	if (name === undefined || type.kind !== 'int' || type.bits > 64)
		throw new Error(`the constant expression '${op}' of addresses is not supported`);
	const [a, b] = [s.use(operands[0]), s.use(operands[1])];
	const d = s.fresh();
	s.alu(name, 'x', d, a, b);
	return d;
}

/** Indices that are addresses themselves are multiplied by what they step over. */
function step(s: Selector, { source, operands }: Value & { kind: 'gep' }): number {
	const [base, ...indices] = operands as [Value, ...Value[]];
	const numbers = indices.map((index): Value =>
		isNumber(index) ? index : { kind: 'zero', type: index.type }
	);
	let sum = s.use(base);
	for (const [i, index] of indices.entries()) {
		if (isNumber(index)) continue;
		const one: Value = { kind: 'int', type: index.type, value: 1n };
		const next = numbers.with(i, one);
		const size = constantOffset(source, next)! - constantOffset(source, numbers)!;
		const d = s.fresh();
		s.alu('madd', 'x', d, s.use(index), s.constant(size), sum);
		sum = d;
	}
	const d = s.fresh();
	addConstant(s, d, sum, constantOffset(source, numbers)!);
	return d;
}

const isNumber = ({ kind }: Value) => kind === 'int' || kind === 'zero' || kind === 'undef';

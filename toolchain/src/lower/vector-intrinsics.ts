import type { Instruction, Value } from '../ir/module.ts';
import { structType, type Type } from '../ir/types.ts';
import { i1, intValue, type Builder } from './builder.ts';
import { isVector, type VectorType } from './carriers.ts';
import type { Vectors } from './vectors.ts';

/** Intrinsics that do to a vector what they do to each of its lanes. */
const laneByLane =
	/^llvm\.(?:ctlz|cttz|ctpop|bswap|bitreverse|abs|[su](?:max|min|cmp)|fsh[lr]|[su](?:add|sub)\.sat|fabs|sqrt|floor|ceil|trunc|rint|nearbyint|round|roundeven|fma|fmuladd|copysign|m(?:in|ax)(?:num|imum|imumnum)|fpto[su]i\.sat)\./;

const combining: Record<string, string> = {
	add: 'add',
	mul: 'mul',
	and: 'and',
	or: 'or',
	xor: 'xor',
	fadd: 'fadd',
	fmul: 'fmul'
};
const choosing: Record<string, string> = {
	smax: 'smax',
	smin: 'smin',
	umax: 'umax',
	umin: 'umin',
	fmax: 'maxnum',
	fmin: 'minnum',
	fmaximum: 'maximum',
	fminimum: 'minimum'
};

/** `llvm.smax.v4i32` to `llvm.smax.i32`: the rules look at the name before the suffix only. */
const laneName = (name: string) => name.replace(/\.v[0-9]+([a-z])/g, '.$1');

export function vectorIntrinsic(
	vectors: Vectors,
	b: Builder,
	insn: Instruction,
	name: string
): void {
	const reduction = /^llvm\.vector\.reduce\.([a-z]+)\./.exec(name)?.[1];
	if (reduction !== undefined) return reduce(vectors, b, insn, reduction);
	if (name.startsWith('llvm.fake.use') || name.startsWith('llvm.dbg.')) return;
	if (name.includes('.with.overflow.')) return overflowing(vectors, b, insn, name);
	if (!laneByLane.test(name) || !isVector(insn.type))
		throw new Error(`the intrinsic ${name} is not supported`);
	const { count, element } = insn.type;
	const operands = insn.operands.map((value) => isVector(value.type) && vectors.lanesOf(value));
	const lanes: Value[] = [];
	for (let i = 0; i < count; i++) {
		const own = insn.operands.map((value, j) => (operands[j] ? operands[j][i]! : value));
		lanes.push(b.call(laneName(name), element, own));
	}
	vectors.set(insn, lanes);
}

/** Two vectors come out: of results, and of whether each was too large. */
function overflowing(vectors: Vectors, b: Builder, insn: Instruction, name: string): void {
	const [one, two] = insn.operands.map((value) => vectors.lanesOf(value));
	const { element } = insn.operands[0]!.type as VectorType;
	const pair = structType([element, i1], false);
	const both = one!.map((lane, i) => b.call(laneName(name), pair, [lane, two![i]!]));
	const part = (type: Type, index: number) =>
		both.map((each) => b.emit('extractvalue', type, [each], { indices: [index] }));
	vectors.setMembers(b, insn, [part(element, 0), part(i1, 1)]);
}

function reduce(vectors: Vectors, b: Builder, insn: Instruction, name: string): void {
	const vector = insn.operands.at(-1)!;
	const lanes = [...vectors.lanesOf(vector)];
	const { element } = vector.type as VectorType;
	// Sums and products of floats have a value to start from, and keep their order.
	let sum = insn.operands.length > 1 ? insn.operands[0]! : lanes.shift()!;
	const op = combining[name];
	const choice = choosing[name];
	for (const lane of lanes) {
		if (op !== undefined) sum = b.emit(op, element, [sum, lane]);
		else if (choice !== undefined)
			sum =
				element === i1
					? b.select(b.icmp('ne', lane, intValue(i1, 0)), lane, sum)
					: b.call(`llvm.${choice}.lane`, element, [sum, lane]);
		else throw new Error(`the reduction of a vector by '${name}' is not supported`);
	}
	b.define(insn.result, sum);
}

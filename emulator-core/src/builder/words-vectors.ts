import type { FieldBits, Operand, Value } from './builder.ts';
import { blockOperations, type BlockOperationName } from '../vectors/block-operations.ts';
import {
	laneOperations,
	type LaneBits,
	type LaneOperationName
} from '../vectors/lane-operations.ts';
import { fpOperations, sayFp, type FpOperationName, type FpSize } from '../fp/index.ts';
import type { Vector, VectorBits, VectorBuilder } from './vector-builder.ts';
import {
	addLane,
	constantOf,
	elementOf,
	extended,
	filled,
	fold,
	inner,
	joined,
	letters,
	looked,
	made,
	numberText,
	saidOf,
	shuffled,
	signsOf,
	suffix,
	vectorOf,
	type Said
} from './words-said.ts';
import {
	fromSource,
	isConstant,
	node,
	nodeOf,
	sourcesOf,
	valueOf,
	type Node
} from './words-value.ts';

/** Says what happens in vectors: "V0 = V1 + V2 in each 32-bit lane". */
export abstract class WordsVectors implements VectorBuilder {
	protected abstract fieldValue(field: Operand): number;
	/** A clause of the sentence. */
	protected abstract clause(
		text: string,
		reads: ReadonlySet<string>,
		writes: string,
		bytes?: number
	): void;
	protected abstract scalar(value: Value): string;
	/** Lanes that have been taken out of vectors, by the value that they became. */
	readonly #lanes = new Map<Node, { readonly of: Said; readonly bits: LaneBits }>();

	vector(field: Operand, bits: VectorBits, after = 0): Vector {
		const register = (this.fieldValue(field) + after) % 32;
		const text = letters[bits] + register;
		return vectorOf({ text, whole: true, reads: new Set([`V${register}`]), register, width: bits });
	}
	setVector(field: Operand, value: Vector, bits: VectorBits, after = 0): void {
		const said = saidOf(value);
		const register = (this.fieldValue(field) + after) % 32;
		const { upper } = said;
		if (upper && said.register === register)
			return this.clause(
				`upper V${register} = ${upper.text}${suffix(upper, 64)}`,
				upper.reads,
				`V${register}`
			);
		this.clause(
			`${letters[bits]}${register} = ${said.text}${suffix(said, bits)}`,
			said.reads,
			`V${register}`
		);
	}
	vectorConstant(low: bigint, high: bigint): Vector {
		return vectorOf(constantOf(low, high));
	}
	lanes(operation: LaneOperationName, bits: LaneBits, ...args: Vector[]): Vector {
		const said = args.map(saidOf);
		const special =
			fold(operation, bits, said) ?? looked(operation, said) ?? signsOf(operation, bits, said);
		if (special) return vectorOf(special);
		const { says } = laneOperations[operation];
		const distance = said[1]?.distance;
		if (says.includes('(>> if negative)') && distance !== undefined) {
			const shift = distance < 0n ? `>> ${-distance}` : `<< ${distance}`;
			const known = says.replace('<< {b} (>> if negative)', shift);
			return vectorOf(made(filled(known, said), said, bits));
		}
		const text = filled(says, said, bits);
		return vectorOf(made(text, said, bitwise.has(operation) ? undefined : bits));
	}
	block(operation: BlockOperationName, ...args: Vector[]): Vector {
		const said = args.map(saidOf);
		return vectorOf(made(filled(blockOperations[operation].says, said), said));
	}
	shiftLanes(how: 'shl' | 'lshr' | 'ashr', bits: LaneBits, a: Vector, amount: Value): Vector {
		const sign = how === 'shl' ? '<<' : '>>';
		const distance = nodeOf(amount);
		const by = isConstant(distance) ? String(distance.value) : this.scalar(amount);
		if (by === '0') return a;
		const signed = how === 'ashr' ? ', signed' : '';
		return vectorOf(made(`${inner(saidOf(a))} ${sign} ${by}${signed}`, [saidOf(a)], bits));
	}
	extendLanes(bits: 8 | 16 | 32, signed: boolean, half: 0 | 1, a: Vector): Vector {
		return vectorOf(extended(saidOf(a), bits, signed, half));
	}
	shuffle(a: Vector, b: Vector, bytes: readonly number[]): Vector {
		return vectorOf(shuffled(saidOf(a), saidOf(b), bytes));
	}
	lookUp(table: Vector, indices: Vector): Vector {
		const [from, by] = [saidOf(table), saidOf(indices)];
		const lookUp = { tables: [from], indices: by.less ?? by };
		const text = `the bytes of ${inner(from)} that ${inner(lookUp.indices)} numbers, else 0`;
		return vectorOf({ ...made(text, [from, by]), lookUp });
	}
	splat(bits: LaneBits, value: Value): Vector {
		const reads = new Set([...sourcesOf(nodeOf(value))].map(({ key }) => key));
		const { value: constant, width } = nodeOf(value);
		const distance = isConstant(nodeOf(value)) ? BigInt.asIntN(width, constant) : undefined;
		const text = distance === undefined ? this.#low(value, bits) : inner(constantOf(constant, 0n));
		const whole = /^-?[\w.[\]]+$/.test(text);
		return vectorOf({
			...{ text, whole, reads, bits, splat: true },
			...(distance !== undefined && { distance })
		});
	}
	/** The low bits of a general register are those of W. */
	#low(value: Value, bits: LaneBits): string {
		const { source } = nodeOf(value);
		return source && !source.load && bits < 64 ? source.names[32] : this.scalar(value);
	}
	lane(a: Vector, bits: LaneBits, index: number): Value {
		const said = saidOf(a);
		const name =
			said.register === undefined
				? `${bits}-bit lane ${index} of ${said.text}`
				: elementOf(said.register, bits, index);
		const key = [...said.reads][0] ?? 'lane';
		const taken = fromSource({ key, names: { 32: name, 64: name } }, 64);
		if (index === 0) this.#lanes.set(taken, { of: said, bits });
		return valueOf(taken);
	}
	withLane(a: Vector, bits: LaneBits, index: number, value: Value): Vector {
		const half = this.#lanes.get(nodeOf(value));
		if (half?.bits === 64 && bits === 64 && index === 1)
			return vectorOf(joined(saidOf(a), half.of));
		const reads = new Set([...sourcesOf(nodeOf(value))].map(({ key }) => key));
		return vectorOf(addLane(saidOf(a), bits, index, this.scalar(value), reads));
	}
	element(field: Operand, bits: LaneBits, index: Value, after = 0): Value {
		const register = (this.fieldValue(field) + after) % 32;
		const name = elementOf(register, bits, indexOf(index));
		const source = { key: `V${register}`, names: { 32: name, 64: name }, number: bits };
		return valueOf(fromSource(source, 64, bits));
	}
	setElement(field: Operand, bits: LaneBits, index: Value, value: Value, after = 0): void {
		const register = (this.fieldValue(field) + after) % 32;
		const name = elementOf(register, bits, indexOf(index));
		const reads = new Set([...sourcesOf(nodeOf(value))].map(({ key }) => key));
		// Of what was loaded, the bytes are said.
		const text = this.scalar(value);
		const { load } = nodeOf(value).source ?? {};
		this.clause(
			`${name} = ${load ? text : this.#low(value, bits)}`,
			reads,
			`V${register}`,
			load?.bytes
		);
	}
	fp(operation: FpOperationName, bits: FpSize, ...args: Value[]): Value {
		const { result } = fpOperations[operation];
		const names = args.map((arg) => this.number(nodeOf(arg)).text);
		const name = foldOfFp(names) ?? this.#sayFp(operation, names, args);
		const key = args.flatMap((arg) => [...sourcesOf(nodeOf(arg))])[0]?.key ?? 'fp';
		const number = { value: bits, half: 16, single: 32, double: 64 }[result as string];
		return valueOf(
			fromSource({ key, names: { 32: name, 64: name }, ...(number && { number }) }, 64, bits)
		);
	}
	fpLanes(
		operation: FpOperationName,
		bits: 32 | 64,
		_count: number,
		...args: (Vector | { readonly all: Value })[]
	): Vector {
		const vectors = args.filter((arg): arg is Vector => !('all' in arg)).map(saidOf);
		const names = args.map((arg) => ('all' in arg ? this.scalar(arg.all) : inner(saidOf(arg))));
		const values = args.map((arg) => ('all' in arg ? arg.all : undefined));
		return vectorOf(made(this.#sayFp(operation, names, values), vectors, bits));
	}
	/** Fixed point is a number times a power of two. */
	#sayFp(
		operation: FpOperationName,
		names: readonly string[],
		args: readonly (Value | undefined)[]
	): string {
		const { operands, result } = fpOperations[operation];
		const bits = operands.indexOf('fractionBits');
		const given = bits < 0 ? undefined : args[bits];
		const by = given && nodeOf(given).value;
		if (!by) return sayFp(fpOperations[operation], names);
		const [a, ...others] = names;
		return result === 'value'
			? `${sayFp(fpOperations[operation], names)}, divided by 2^${by}`
			: sayFp(fpOperations[operation], [`${a} * 2^${by}`, ...others]);
	}

	/** A floating-point number in the low bits of a 64-bit value: its words, and its bytes. */
	protected number(value: Node): { readonly text: string; readonly bytes: number } {
		const said = (of: Node) => this.scalar(valueOf(of));
		if (value.op === 'zext' && value.args[0]!.width === 32)
			return { text: said(value.args[0]!), bytes: 4 };
		if (value.source) return { text: said(value), bytes: (value.source.number ?? 64) / 8 };
		if ((value.op === 'xor' || value.op === 'and') && isConstant(value.args[1]!)) {
			const { text, bytes } = this.number(value.args[0]!);
			const changed = numberText(value.op, value.args[1].value, 8 * bytes, text);
			if (changed) return { text: changed, bytes };
		}
		const [condition, a, b] = value.args;
		if (value.op === 'select' && a!.op === 'zext' && b!.op === 'zext')
			return {
				text: said(node('select', 32, [condition!, a!.args[0]!, b!.args[0]!])),
				bytes: 4
			};
		return { text: said(value), bytes: 8 };
	}
}

/** These know no lanes. */
const bitwise: ReadonlySet<LaneOperationName> = new Set<LaneOperationName>([
	...(['and', 'andNot', 'or', 'xor', 'not', 'choose'] as const)
]);

/** `the larger of V1.S[0] and V1.S[1]` and the larger of the other two: `the largest of V1's lanes`. */
function foldOfFp([a, b]: readonly string[]): string | undefined {
	const pair = /^the (larg|small)er of (V\d+)\.S\[(\d)\] and V\d+\.S\[\d\](.*)$/;
	const [left, right] = [pair.exec(a ?? ''), pair.exec(b ?? '')];
	if (!left || left[2] !== right?.[2] || left[3] === right?.[3]) return undefined;
	return `the ${left[1]}est of the 32-bit lanes of ${left[2]}${left[4]}`;
}

const indexOf = (index: Value) =>
	isConstant(nodeOf(index)) ? Number(nodeOf(index).value) : undefined;

/** The number in a field of an instruction word. */
export const fieldIn = (word: number, field: Operand): number => {
	const { shift, width } = field as unknown as FieldBits;
	return (word >>> shift) & (0xffff_ffff >>> (32 - width));
};

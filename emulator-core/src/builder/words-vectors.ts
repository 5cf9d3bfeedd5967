import type { FieldBits, Operand, Value } from './builder.ts';
import { blockOperations, type BlockOperationName } from './block-operations.ts';
import { laneOperations, type LaneBits, type LaneOperationName } from './lane-operations.ts';
import { fpOperations, sayFp, type FpOperationName, type FpSize } from '../fp/index.ts';
import type { Vector, VectorBits, VectorBuilder } from './vector-builder.ts';
import { fromSource, isConstant, nodeOf, sourcesOf, valueOf } from './words-value.ts';

/** A vector as words, and the registers that they speak of. */
interface Said {
	readonly text: string;
	/** One word, or in parentheses: it needs none more. */
	readonly whole: boolean;
	readonly reads: ReadonlySet<string>;
	/** The lanes that the words speak of; undefined where it makes no difference. */
	readonly bits?: LaneBits | undefined;
}

const letters = { 8: 'B', 16: 'H', 32: 'S', 64: 'D', 128: 'V' } as const;
const vectorOf = (said: Said) => said as unknown as Vector;
const saidOf = (vector: Vector) => vector as unknown as Said;
const inner = ({ text, whole }: Said) => (whole ? text : `(${text})`);

/** Operands in the places of a phrase: `{a} + {b}`. */
const filled = (says: string, args: readonly Vector[]) =>
	['{a}', '{b}', '{c}'].reduce(
		(all, place, i) => (args[i] ? all.replaceAll(place, inner(saidOf(args[i]))) : all),
		says
	);

/** Says what happens in vectors: "V0 = V1 + V2 in each of the 32-bit lanes". */
export abstract class WordsVectors implements VectorBuilder {
	protected abstract fieldValue(field: Operand): number;
	/** A clause of the sentence. */
	protected abstract clause(text: string, reads: ReadonlySet<string>, writes: string): void;
	protected abstract scalar(value: Value): string;

	#made(text: string, from: readonly Vector[], bits?: LaneBits, whole = false): Vector {
		const reads = new Set(from.flatMap((vector) => [...saidOf(vector).reads]));
		return vectorOf({
			text,
			whole,
			reads,
			bits: bits ?? from.map(saidOf).find((s) => s.bits)?.bits
		});
	}

	vector(field: Operand, bits: VectorBits, after = 0): Vector {
		const number = (this.fieldValue(field) + after) % 32;
		const text = letters[bits] + number;
		return vectorOf({ text, whole: true, reads: new Set([`V${number}`]) });
	}
	setVector(field: Operand, value: Vector, bits: VectorBits, after = 0): void {
		const said = saidOf(value);
		const number = (this.fieldValue(field) + after) % 32;
		const lanes = said.bits && said.bits < bits ? ` in each ${said.bits}-bit lane` : '';
		const name = letters[bits] + number;
		this.clause(`${name} = ${said.text}${lanes}`, said.reads, `V${number}`);
	}
	vectorConstant(low: bigint, high: bigint): Vector {
		const whole = (BigInt.asUintN(64, high) << 64n) | BigInt.asUintN(64, low);
		const text = whole === 0n ? '0' : '0x' + whole.toString(16);
		return vectorOf({ text, whole: true, reads: new Set() });
	}
	lanes(operation: LaneOperationName, bits: LaneBits, ...args: Vector[]): Vector {
		return this.#made(filled(laneOperations[operation].says, args), args, bits);
	}
	block(operation: BlockOperationName, ...args: Vector[]): Vector {
		return this.#made(filled(blockOperations[operation].says, args), args);
	}
	shiftLanes(how: 'shl' | 'lshr' | 'ashr', bits: LaneBits, a: Vector, amount: Value): Vector {
		const sign = how === 'shl' ? '<<' : '>>';
		const by = this.scalar(amount);
		if (by === '0') return a;
		const signed = how === 'ashr' ? ', signed' : '';
		return this.#made(`${inner(saidOf(a))} ${sign} ${by}${signed}`, [a], bits);
	}
	extendLanes(bits: 8 | 16 | 32, signed: boolean, half: 0 | 1, a: Vector): Vector {
		const text =
			`the ${half === 0 ? 'low' : 'high'} ${bits}-bit lanes of ${inner(saidOf(a))}, ` +
			`${signed ? 'sign' : 'zero'}-extended`;
		return this.#made(text, [a], (2 * bits) as LaneBits);
	}
	shuffle(a: Vector, b: Vector, bytes: readonly number[]): Vector {
		const from = bytes.every((n) => n < 16) ? [a] : bytes.every((n) => n > 15) ? [b] : [a, b];
		const names = [...new Set(from.map((each) => inner(saidOf(each))))].join(' and ');
		return this.#made(`the bytes of ${names} in another order`, from);
	}
	lookUp(table: Vector, indices: Vector): Vector {
		const text = `the bytes of ${inner(saidOf(table))} that ${inner(saidOf(indices))} names`;
		return this.#made(text, [table, indices]);
	}
	splat(bits: LaneBits, value: Value): Vector {
		const reads = new Set([...sourcesOf(nodeOf(value))].map(({ key }) => key));
		return vectorOf({ text: this.scalar(value), whole: false, reads, bits });
	}
	lane(a: Vector, bits: LaneBits, index: number): Value {
		const { text, reads } = saidOf(a);
		const name = `${bits}-bit lane ${index} of ${text}`;
		const key = [...reads][0] ?? 'lane';
		return valueOf(fromSource({ key, names: { 32: name, 64: name } }, 64));
	}
	withLane(a: Vector, bits: LaneBits, index: number, value: Value): Vector {
		const text = `${saidOf(a).text} with ${this.scalar(value)} in ${bits}-bit lane ${index}`;
		return this.#made(text, [a]);
	}
	#elementName(field: Operand, bits: LaneBits, index: Value, after: number): string {
		const at = isConstant(nodeOf(index)) ? Number(nodeOf(index).value) : '?';
		return `V${(this.fieldValue(field) + after) % 32}.${{ 8: 'B', 16: 'H', 32: 'S', 64: 'D' }[bits]}[${at}]`;
	}
	element(field: Operand, bits: LaneBits, index: Value, after = 0): Value {
		const name = this.#elementName(field, bits, index, after);
		const key = `V${this.fieldValue(field)}`;
		return valueOf(fromSource({ key, names: { 32: name, 64: name } }, 64));
	}
	setElement(field: Operand, bits: LaneBits, index: Value, value: Value, after = 0): void {
		const name = this.#elementName(field, bits, index, after);
		const reads = new Set([...sourcesOf(nodeOf(value))].map(({ key }) => key));
		this.clause(`${name} = ${this.scalar(value)}`, reads, `V${this.fieldValue(field)}`);
	}
	fp(operation: FpOperationName, bits: FpSize, ...args: Value[]): Value {
		const name = sayFp(
			fpOperations[operation],
			args.map((arg) => this.scalar(arg))
		);
		const key = args.flatMap((arg) => [...sourcesOf(nodeOf(arg))])[0]?.key ?? 'fp';
		return valueOf(fromSource({ key, names: { 32: name, 64: name } }, 64, bits));
	}
	fpLanes(
		operation: FpOperationName,
		bits: 32 | 64,
		_count: number,
		...args: (Vector | { readonly all: Value })[]
	): Vector {
		const vectors = args.filter((arg): arg is Vector => !('all' in arg));
		const names = args.map((arg) => ('all' in arg ? this.scalar(arg.all) : inner(saidOf(arg))));
		return this.#made(sayFp(fpOperations[operation], names), vectors, bits);
	}
}

/** The number in a field of an instruction word. */
export const fieldIn = (word: number, field: Operand): number => {
	const { shift, width } = field as unknown as FieldBits;
	return (word >>> shift) & (0xffff_ffff >>> (32 - width));
};

import { hex } from '../fields.ts';
import type { LaneBits, LaneOperationName } from '../vectors/lane-operations.ts';
import type { Vector } from './vector-builder.ts';
import { narrowed, orderInWords } from './words-shuffle.ts';

/** A vector as words, and what it takes to say more with it later. */
export interface Said {
	readonly text: string;
	/** One word, or in parentheses: it needs none more. */
	readonly whole: boolean;
	/** The registers that the words speak of. */
	readonly reads: ReadonlySet<string>;
	/** The lanes that the words speak of; undefined where it makes no difference. */
	readonly bits?: LaneBits | undefined;
	/** The lanes of the operands, where they are others. */
	readonly from?: LaneBits | undefined;
	/** It is this V register, or its low `width` bits. */
	readonly register?: number;
	readonly width?: number;
	/** In place of its upper half. */
	readonly upper?: Said;
	/** All lanes alike. */
	readonly splat?: boolean;
	/** By this number all lanes are shifted. */
	readonly distance?: bigint;
	readonly constant?: { readonly low: bigint; readonly high: bigint };
	/** This vector in another order. */
	readonly order?: { readonly of: Said; readonly bytes: readonly number[] };
	/** One half of this vector in wider lanes. */
	readonly half?: { readonly of: Said; readonly signed: boolean; readonly half: 0 | 1 };
	/** All lanes of a vector, in words that say their bits: what a fold begins with. */
	readonly lanes?: string;
	readonly folded?: boolean;
	/** TBL: the tables so far. */
	readonly lookUp?: { readonly tables: readonly Said[]; readonly indices: Said };
	/** It is this vector less a constant. */
	readonly less?: Said;
	/** Lanes that were put in one by one. */
	readonly put?: { readonly bits: LaneBits; readonly texts: readonly string[] };
}

export const letters = { 8: 'B', 16: 'H', 32: 'S', 64: 'D', 128: 'V' } as const;
export const vectorOf = (said: Said) => said as unknown as Vector;
export const saidOf = (vector: Vector) => vector as unknown as Said;

/** `V3.H[1]`. */
export const elementOf = (register: number, bits: LaneBits, index: number | undefined) =>
	`V${register}.${letters[bits]}[${index ?? '?'}]`;

export function made(text: string, from: readonly Said[], bits?: LaneBits): Said {
	const other = from.map((said) => said.from).find((each) => each);
	return {
		text,
		whole: /^(\|[^|]*\||[~-]\w+)$/.test(text),
		reads: new Set(from.flatMap(({ reads }) => [...reads])),
		bits: bits ?? from.map((said) => said.bits).find((each) => each),
		...(other && { from: other })
	};
}

/** Fit to stand beside an operator; of a constant, what it is in each lane of `bits`. */
export function inner({ text, whole, constant }: Said, bits: LaneBits = 64): string {
	if (!constant) return whole ? text : `(${text})`;
	const lanes = Array.from({ length: 64 / bits }, (_, i) =>
		BigInt.asUintN(bits, constant.low >> BigInt(i * bits))
	);
	const alike = constant.low === constant.high && lanes.every((lane) => lane === lanes[0]);
	if (!alike) return text;
	const [lane] = lanes as [bigint];
	return lane === BigInt.asUintN(bits, -1n) ? '~0' : lane < 10n ? String(lane) : hex(lane);
}

/** Operands in the places of a phrase: `{a} + {b}`. */
export function filled(says: string, args: readonly Said[], bits: LaneBits = 64): string {
	return ['{a}', '{b}', '{c}'].reduce(
		(all, place, i) => (args[i] ? all.replaceAll(place, inner(args[i], bits)) : all),
		says
	);
}

/** The sign alone changed, or taken away, in each lane: what FNEG and FABS do. */
export function signsOf(
	operation: LaneOperationName,
	bits: LaneBits,
	[a, b]: readonly Said[]
): Said | undefined {
	if (!a || !b?.constant || inner(b, bits) !== hex(1n << BigInt(bits - 1))) return undefined;
	if (operation === 'xor') return made(`-${inner(a)}`, [a], bits);
	return operation === 'andNot' ? made(`|${a.text}|`, [a], bits) : undefined;
}

/** The sign of a number changed, or taken away, by a mask; undefined for other masks. */
export function numberText(
	op: 'xor' | 'and',
	mask: bigint,
	bits: number,
	text: string
): string | undefined {
	const sign = 1n << BigInt(bits - 1);
	if (op === 'xor')
		return mask === sign ? `-${/^[\w.[\]]+$/.test(text) ? text : `(${text})`}` : undefined;
	return mask === sign - 1n ? `|${text}|` : undefined;
}

/** What comes after the words: the lanes of which they are true. */
export function suffix({ text, bits, from }: Said, width: number): string {
	if (!bits || bits >= width) return '';
	const operands = from && from !== bits ? `, from lanes of ${from} bits` : '';
	return `${text.includes(', ') ? ',' : ''} in each ${bits}-bit lane${operands}`;
}

export function constantOf(low: bigint, high: bigint): Said {
	low = BigInt.asUintN(64, low);
	high = BigInt.asUintN(64, high);
	const whole = (high << 64n) | low;
	const text = whole < 10n ? String(whole) : whole === (1n << 128n) - 1n ? '~0' : hex(whole);
	return { text, whole: true, reads: new Set(), constant: { low, high } };
}

const sizeOf = (...said: readonly Said[]) =>
	said.every(({ width, constant }) => constant || (width !== undefined && width <= 64)) ? 8 : 16;

export function extended(a: Said, bits: 8 | 16 | 32, signed: boolean, half: 0 | 1): Said {
	const cast = signed ? '(signed)' : '(unsigned)';
	const one = a.splat === true || sizeOf(a) === 8;
	const part = one ? '' : half === 0 ? 'lower ' : 'upper ';
	return {
		...made(`${cast} ${part}${inner(a)}`, [a], (2 * bits) as LaneBits),
		whole: true,
		from: bits,
		half: { of: a, signed, half },
		...(one && { lanes: allLanes(inner(a), bits, signed) })
	};
}

const allLanes = (name: string, bits: number, signed: boolean) =>
	`the ${signed ? 'signed ' : ''}${bits}-bit lanes of ${name}`;

export function shuffled(a: Said, b: Said, bytes: readonly number[]): Said {
	// The upper half of `a` replaced by the lower one of `b`.
	if (bytes.every((byte, i) => byte === (i < 8 ? i : 8 + i)) && a !== b && a.register !== undefined)
		return joined(a, b);
	const order = { bytes, a: inner(a), b: inner(b), size: sizeOf(a, b) } as const;
	const bits = narrowed(order);
	const reads = new Set([...a.reads, ...(bytes.some((byte) => byte > 15) ? b.reads : [])]);
	if (bits) return { ...made(a.text, [a], bits), whole: a.whole, from: (2 * bits) as LaneBits };
	return {
		...orderInWords(order),
		reads,
		...(a.bits && { bits: a.bits }),
		...(a === b && { order: { of: a, bytes } })
	};
}

/** `a` with another upper half. */
export function joined(a: Said, upper: Said): Said {
	return { ...a, ...made(`lower ${inner(a)}, then ${inner(upper)}`, [a, upper]), upper };
}

/** How a fold over all lanes is called. */
const folds: Partial<Record<LaneOperationName, readonly [string, string]>> = {
	add: ['the sum of', ''],
	minSigned: ['the smallest of', ', signed'],
	minUnsigned: ['the smallest of', ', unsigned'],
	maxSigned: ['the largest of', ', signed'],
	maxUnsigned: ['the largest of', ', unsigned']
};

/**
 * Lanes put together: `a` and the same with lane k at 0, again and again; or the two halves of one vector
 * extended, which a fold goes on with.
 */
export function fold(
	operation: LaneOperationName,
	bits: LaneBits,
	[a, b]: readonly Said[]
): Said | undefined {
	const words = folds[operation];
	if (!words || !a || !b) return undefined;
	if (b.order?.of === a && b.order.bytes[0] !== 0) {
		if (a.folded) return a;
		const lanes = a.lanes ?? allLanes(inner(a), bits, false);
		const text = `${words[0]} ${lanes}${words[1]}`;
		return { text, whole: false, reads: a.reads, folded: true };
	}
	if (operation !== 'add' || !a.half || a.half.of !== b.half?.of || a.half.half === b.half.half)
		return undefined;
	const { of, signed } = a.half;
	return {
		...made(`${a.text} + ${b.text}`, [a, b], bits),
		lanes: allLanes(inner(of), bits / 2, signed)
	};
}

/** TBL and TBX: look-ups in one table after another. */
export function looked(operation: LaneOperationName, [a, b, c]: readonly Said[]): Said | undefined {
	if (operation === 'sub' && a && b?.splat)
		return { ...made(`${a.text} - ${b.text}`, [a, b], 8), less: a };
	if (operation === 'or' && a?.lookUp && b?.lookUp && a.lookUp.indices === b.lookUp.indices) {
		const lookUp = { ...a.lookUp, tables: [...a.lookUp.tables, ...b.lookUp.tables] };
		return { ...made(`${tableWords(lookUp)}, else 0`, [a, b]), bits: undefined, lookUp };
	}
	if (operation === 'choose' && a?.lookUp && b && c)
		return { ...made(`${tableWords(a.lookUp)}, else those of ${b.text}`, [a, b]), bits: undefined };
	return undefined;
}

function tableWords({ tables, indices }: NonNullable<Said['lookUp']>): string {
	const names = tables.map(inner1);
	const all = names.length > 2 ? `${names[0]} to ${names.at(-1)}` : names.join(' and ');
	return `the bytes of ${all} that ${inner(indices)} numbers`;
}
const inner1 = (said: Said) => inner(said);

/** One more lane put in: alike ones are said once. */
export function addLane(
	a: Said,
	bits: LaneBits,
	index: number,
	text: string,
	reads: ReadonlySet<string>
): Said {
	const before = a.constant ? [] : a.put?.bits === bits ? a.put.texts : undefined;
	const all = new Set([...a.reads, ...reads]);
	if (before?.length !== index)
		return {
			text: `${a.text} with ${text} in ${bits}-bit lane ${index}`,
			whole: false,
			reads: all
		};
	const texts = [...before, text];
	return { ...alike(texts, bits), reads: all, put: { bits, texts } };
}

/** `V1.S[0] as a half`, `V1.S[1] as a half` is `V1 as a half` in each lane. */
function alike(
	texts: readonly string[],
	bits: LaneBits
): Pick<Said, 'text' | 'whole' | 'bits' | 'from'> {
	const element = /V(\d+)\.([BHSD])\[(\d+)\]/;
	const [first] = texts as [string];
	const found = element.exec(first);
	const start = Number(found?.[3]);
	const general = (text: string, i: number) =>
		text.replace(element, (all, register: string, letter: string, index: string) =>
			Number(index) === start + i ? `V${register}.${letter}` : all
		);
	if (!found || !texts.every((text, i) => general(text, i) === general(first, 0)))
		return { text: texts.join(', then '), whole: texts.length === 1 && /^\w+$/.test(first) };
	const from = ({ B: 8, H: 16, S: 32, D: 64 } as const)[found[2] as 'B' | 'H' | 'S' | 'D'];
	const part = from === bits ? '' : start > 0 ? 'upper ' : from < bits ? 'lower ' : '';
	const text = first.replace(element, `${part}V${found[1]}`);
	return { text, whole: false, bits, from };
}

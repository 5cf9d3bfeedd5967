import type { Builder, Operand, Value } from '../../builder/builder.ts';
import type { LaneBits } from '../../vectors/lane-operations.ts';
import type { Vector } from '../../builder/vector-builder.ts';
import { insn, type Instruction } from '../instruction.ts';
import { arrangement, laneBits, letterOf, vectorBits } from './arrangements.ts';

/**
 * LD1 to LD4 and ST1 to ST4: arrays of structures of one to four elements, taken apart into as many
 * registers and put together again.
 */

const letters = { '0': 'st', '1': 'ld' } as const;

/** How the address goes on: not at all, by the bytes that were moved, or by Xm. */
const addressing = [
	{ suffix: '', bit: '0', rm: '00000', asm: () => '{Rn|base}' },
	{ suffix: '_post', bit: '1', rm: '11111', asm: (bytes: number) => `{Rn|basethen:${bytes}}` },
	{ suffix: '_post_reg', bit: '1', rm: 'Rm:5', asm: () => '{Rn Rm|basethen}' }
] as const;
type Addressing = (typeof addressing)[number];

type Fields = Readonly<Record<string, Operand>>;

/** Rn after the access; a no-op without write-back. */
function writeBack(
	b: Builder,
	{ suffix }: Addressing,
	base: Value,
	bytes: number,
	f: Fields
): void {
	if (suffix === '') return;
	const step = suffix === '_post' ? b.constant(bytes, 64) : b.x(f['Rm']!, 64);
	b.setXsp(f['Rn']!, b.add(base, step));
}

/** Rm is 31 in the form with an immediate, so the one with a register excludes it. */
const notImmediate = ({ Rm }: Readonly<Record<string, number>>) => Rm !== 31;

/** Any bytes of up to four vectors, by number from the first's lowest; undefined where it does not matter. */
function gather(
	b: Builder,
	from: readonly Vector[],
	bytes: readonly (number | undefined)[]
): Vector {
	const sources = [...new Set(bytes.flatMap((byte) => byte ?? []).map((byte) => byte >> 4))];
	const [first, second, ...others] = sources;
	if (second === undefined && bytes.every((byte, i) => byte === undefined || (byte & 15) === i))
		return from[first!]!;
	const own = (byte: number | undefined, vector: number) =>
		byte !== undefined && byte >> 4 === vector;
	let made = b.shuffle(
		from[first!]!,
		from[second ?? first!]!,
		bytes.map((byte) => ((byte ?? 0) & 15) + (second !== undefined && own(byte, second) ? 16 : 0))
	);
	for (const vector of others)
		made = b.shuffle(
			made,
			from[vector]!,
			bytes.map((byte, i) => (own(byte, vector) ? 16 + (byte! & 15) : i))
		);
	return made;
}

const elements = { 8: 'bytes', 16: 'halfwords', 32: 'words', 64: 'doublewords' } as const;

/** What a row does, in words: `sem` has shuffles. `bytes` are those of each register. */
function words(
	{ suffix }: Addressing,
	registers: number,
	bytes: (Q: number, bits: LaneBits) => number,
	clause: (names: readonly string[], base: string, total: number, bits: LaneBits) => string
) {
	return (fields: Readonly<Record<string, number>>): string => {
		const { Q, size, Rn, Rm, Rt } = fields as Record<'Q' | 'size' | 'Rn' | 'Rm' | 'Rt', number>;
		const base = Rn === 31 ? 'SP' : `X${Rn}`;
		const total = bytes(Q, laneBits(size)) * registers;
		const names = numbers(registers).map((e) => `${Q ? 'V' : 'D'}${(Rt + e) % 32}`);
		const said = clause(names, base, total, laneBits(size));
		return suffix === ''
			? said
			: `${said}, then ${base} += ${suffix === '_post' ? total : `X${Rm}`}`;
	};
}

const numbers = (count: number) => Array.from({ length: count }, (_, i) => i);

const wordsOfWhole = (load: boolean, how: Addressing, registers: number, interleave: boolean) =>
	words(
		how,
		registers,
		(Q) => vectorBits(Q) / 8,
		(names, base, total, bits) => {
			const list = names.join(', ');
			if (!interleave)
				return load
					? `${list} = ${total} bytes from [${base}]`
					: `[${base}] = ${list}, ${total} bytes`;
			const which = `elements ${numbers(registers).join(', ')}`;
			const count = total / registers / (bits / 8);
			const what = `${count} structures of ${registers} ${elements[bits]}`;
			return load
				? `${list} = ${which} of ${what} at [${base}]`
				: `[${base}] = ${what}: ${which} from ${list}`;
		}
	);

const wordsOfReplicated = (how: Addressing, registers: number) =>
	words(
		how,
		registers,
		(_, bits) => bits / 8,
		(names, base, _, bits) => {
			const places = names.map((_, e) => `[${base}${e ? ` + ${(e * bits) / 8}` : ''}]`);
			return `${names.join(', ')} = ${places.join(', ')} in all ${bits}-bit lanes`;
		}
	);

/** Bytes of memory as vectors of 16, the last filled up with zeros. */
function loadVectors(b: Builder, at: Value, bytes: number, bits: LaneBits): Vector[] {
	const units = b.load(at, { unit: 8, count: bytes / 8, align: bits / 8 });
	const vectors: Vector[] = [];
	for (let i = 0; i < units.length; i += 2) {
		const low = b.withLane(b.vectorConstant(0n, 0n), 64, 0, units[i]!);
		vectors.push(i + 1 < units.length ? b.withLane(low, 64, 1, units[i + 1]!) : low);
	}
	return vectors;
}

function storeVectors(
	b: Builder,
	at: Value,
	vectors: readonly Vector[],
	bytes: number,
	bits: LaneBits
) {
	const units = Array.from({ length: bytes / 8 }, (_, i) => b.lane(vectors[i >> 1]!, 64, i & 1));
	b.store(at, units, { unit: 8, count: units.length, align: bits / 8 });
}

const sixteen = Array.from({ length: 16 }, (_, i) => i);

/**
 * Element e of structure s lies in lane s of register e. Where nothing is interleaved, a register is
 * one element.
 */
function arranged(bits: 8 | 16 | 32 | 64 | 128, width: 64 | 128, count: number) {
	const bytes = bits / 8;
	return {
		/** Where in memory the bytes of register `e` are. */
		apart: (e: number) =>
			sixteen.map((i) =>
				i < width / 8 ? (Math.floor(i / bytes) * count + e) * bytes + (i % bytes) : undefined
			),
		/** Where in the registers the bytes of the 16 at 16 * `k` in memory are. */
		together: (k: number) =>
			sixteen.map((i) => {
				const element = Math.floor((16 * k + i) / bytes);
				const lane = Math.floor(element / count) * bytes + (i % bytes);
				return lane < width / 8 ? 16 * (element % count) + lane : undefined;
			})
	};
}

/** Whole registers. `interleave`: LD2 and further; LD1 moves its registers one after another. */
function multiple(opcode: string, name: string, registers: number, interleave: boolean) {
	return (['0', '1'] as const).flatMap((L) =>
		addressing.map((how) =>
			insn(
				`${letters[L].toUpperCase()}${name}_${registers}${how.suffix}`,
				`0 Q:1 001100${how.bit} ${L} 0 ${how.rm} ${opcode} size:2 Rn:5 Rt:5` as 'Q:1 size:2 Rn:5 Rt:5',
				{
					variants: ['Q', 'size'],
					...(how.suffix === '_post_reg' && { where: notImmediate }),
					asm: ({ Q, size }) => {
						const bits = laneBits(size);
						if (interleave && bits === 64 && !Q) return undefined;
						const bytes = (vectorBits(Q) / 8) * registers;
						const list = `{Rt|list:${registers} ${arrangement(Q, bits)}}`;
						return `${letters[L]}${name} ${list}, ${how.asm(bytes)}`;
					},
					says: wordsOfWhole(L === '1', how, registers, interleave),
					sem: (b, fields) => {
						const { Q, size } = fields;
						const f = fields as unknown as Fields;
						b.needSimd();
						const [bits, width] = [laneBits(size), vectorBits(Q)];
						const bytes = (width / 8) * registers;
						const order = arranged(interleave ? bits : width, width, registers);
						const base = b.xsp(f['Rn']!, 64);
						if (L === '1') {
							const memory = loadVectors(b, base, bytes, bits);
							writeBack(b, how, base, bytes, f);
							for (let e = 0; e < registers; e++)
								b.setVector(f['Rt']!, gather(b, memory, order.apart(e)), width, e);
						} else {
							const values = Array.from({ length: registers }, (_, e) =>
								b.vector(f['Rt']!, width, e)
							);
							const vectors = Array.from({ length: Math.ceil(bytes / 16) }, (_, k) =>
								gather(b, values, order.together(k))
							);
							storeVectors(b, base, vectors, bytes, bits);
							writeBack(b, how, base, bytes, f);
						}
					}
				}
			)
		)
	);
}

/** One lane of each register, which Q, S and size name. */
const singles = [
	{ bits: 8, opcode: '00', index: 'S:1 size:2' },
	{ bits: 16, opcode: '01', index: 'S:1 size:1 0' },
	{ bits: 32, opcode: '10', index: 'S:1 00' },
	{ bits: 64, opcode: '10', index: '0 01' }
] as const;

const indexFields = {
	8: ['Q', 'S', 'size'],
	16: ['Q', 'S', 'size'],
	32: ['Q', 'S'],
	64: ['Q']
} as const;

function single(count: number): Instruction[] {
	// opcode bit 0 and R together are the number of registers less one.
	const [low, R] = [(count - 1) >> 1, ((count - 1) & 1).toString()];
	return singles.flatMap(({ bits, opcode, index }) =>
		(['0', '1'] as const).flatMap((L) =>
			addressing.map((how) =>
				insn(
					`${letters[L].toUpperCase()}${count}_lane_${bits}${how.suffix}`,
					`0 Q:1 001101${how.bit} ${L} ${R} ${how.rm} ${opcode}${low} ${index} Rn:5 Rt:5` as 'Q:1 Rn:5 Rt:5',
					{
						...(how.suffix === '_post_reg' && { where: notImmediate }),
						asm:
							`${letters[L]}${count} ` +
							`{Rt ${indexFields[bits].join(' ')}|listlane:${count} ${letterOf(bits)}}, ` +
							how.asm((bits / 8) * count),
						sem: (b, fields) => {
							const f = fields as unknown as Fields;
							b.needSimd();
							const bytes = (bits / 8) * count;
							const base = b.xsp(f['Rn']!, 64);
							const at = b.join(
								indexFields[bits].map((name) => f[name]!),
								32
							);
							const access = { unit: (bits / 8) as 1 | 2 | 4 | 8, count };
							const own = Array.from({ length: count }, (_, e) => e);
							if (L === '1') {
								const values = b.load(base, access);
								writeBack(b, how, base, bytes, f);
								for (const e of own) b.setElement(f['Rt']!, bits, at, values[e]!, e);
							} else {
								const values = own.map((e) => b.element(f['Rt']!, bits, at, e));
								b.store(base, values, access);
								writeBack(b, how, base, bytes, f);
							}
						}
					}
				)
			)
		)
	);
}

/** LD1R and its kin: one structure, each element in all lanes of its register. */
function replicate(count: number): Instruction[] {
	const [low, R] = [(count - 1) >> 1, ((count - 1) & 1).toString()];
	return addressing.map((how) =>
		insn(
			`LD${count}R${how.suffix}`,
			`0 Q:1 001101${how.bit} 1 ${R} ${how.rm} 11${low} 0 size:2 Rn:5 Rt:5` as 'Q:1 size:2 Rn:5 Rt:5',
			{
				variants: ['Q', 'size'],
				...(how.suffix === '_post_reg' && { where: notImmediate }),
				asm: ({ Q, size }) =>
					`ld${count}r {Rt|list:${count} ${arrangement(Q, laneBits(size))}}, ` +
					how.asm((laneBits(size) / 8) * count),
				says: wordsOfReplicated(how, count),
				sem: (b, fields) => {
					const { Q, size } = fields;
					const f = fields as unknown as Fields;
					b.needSimd();
					const bits = laneBits(size);
					const base = b.xsp(f['Rn']!, 64);
					const values = b.load(base, { unit: (bits / 8) as 1 | 2 | 4 | 8, count });
					writeBack(b, how, base, (bits / 8) * count, f);
					values.forEach((value, e) =>
						b.setVector(f['Rt']!, b.splat(bits, value), vectorBits(Q), e)
					);
				}
			}
		)
	);
}

export const structures: readonly Instruction[] = [
	...multiple('0111', '1', 1, false),
	...multiple('1010', '1', 2, false),
	...multiple('0110', '1', 3, false),
	...multiple('0010', '1', 4, false),
	...multiple('1000', '2', 2, true),
	...multiple('0100', '3', 3, true),
	...multiple('0000', '4', 4, true),
	...([1, 2, 3, 4] as const).flatMap((count) => [...single(count), ...replicate(count)])
];

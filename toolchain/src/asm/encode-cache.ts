import type { A64Assembler, A64Context, A64Encoded, A64Error } from './a64.ts';
import { continuesName } from './cursor.ts';

/** Enough for the distinct instructions of a large tree, without keeping every text ever seen. */
const mostEntries = 50_000;

/**
 * Compilers write the same instructions again and again. What the encoder answers without asking for
 * a symbol depends on the text alone and is kept; so is the word of an instruction that ends with a
 * symbol's name (`bl printk`, `ldr x0, [x0, :lo12:jiffies]`), for other names in the same place.
 */
export class EncodeCache {
	static readonly #caches = new WeakMap<A64Assembler, EncodeCache>();
	readonly #a64: A64Assembler;
	readonly #texts = new Map<string, A64Encoded>();
	readonly #shapes = new Map<string, A64Encoded>();

	constructor(a64: A64Assembler) {
		this.#a64 = a64;
	}

	/** The cache of an encoder: it lasts as long as the encoder does. */
	static of(a64: A64Assembler): EncodeCache {
		let cache = EncodeCache.#caches.get(a64);
		if (!cache) EncodeCache.#caches.set(a64, (cache = new EncodeCache(a64)));
		return cache;
	}

	encode(mnemonic: string, operands: string, context: AskedContext): A64Encoded | A64Error {
		const text = `${mnemonic} ${operands}`;
		const known = this.#texts.get(text);
		if (known) return known;
		const [from, to] = lastName(operands);
		const name = operands.slice(from, to);
		const shape =
			from < to && !maybeRegister.test(name)
				? `${mnemonic} ${operands.slice(0, from)}\n${operands.slice(to)}`
				: undefined;
		const alike = shape === undefined ? undefined : this.#shapes.get(shape);
		if (alike) return { word: alike.word, fixup: { kind: alike.fixup!.kind, expression: name } };

		const encoded = this.#a64.encode(mnemonic, operands, context);
		if ('error' in encoded || context.wasAsked) return encoded;
		if (!encoded.fixup) keep(this.#texts, text, encoded);
		else if (shape !== undefined && encoded.fixup.expression === name)
			keep(this.#shapes, shape, encoded);
		return encoded;
	}
}

/** Remembers whether it was asked: then the word may be another one next time. */
export interface AskedContext extends A64Context {
	readonly wasAsked: boolean;
}

const maybeRegister = /^(?:[a-z]\d*|[wx]zr|w?sp|lr|fp)$/i;

function keep(map: Map<string, A64Encoded>, key: string, encoded: A64Encoded): void {
	if (map.size >= mostEntries) map.clear();
	map.set(key, encoded);
}

/** Where the name at the end of the operands stands, before a `]` perhaps. */
function lastName(operands: string): [from: number, to: number] {
	const to = operands.endsWith(']') ? operands.length - 1 : operands.length;
	let from = to;
	while (from > 0 && continuesName(operands.charCodeAt(from - 1))) from--;
	const first = operands.charCodeAt(from);
	const isNumber = first >= 48 && first <= 57;
	return isNumber && !/^\d+[bf]$/.test(operands.slice(from, to)) ? [to, to] : [from, to];
}

import type { Metadata, MetadataNode } from './module.ts';

/** Metadata lines by their number, parsed when first asked for. */
export class LazyMetadata implements Metadata {
	readonly #text: string;
	/** Start and end of each node's text after ` = `. */
	readonly #spans: number[] = [];
	readonly #named = new Map<string, string[]>();
	readonly #parsed: MetadataNode[] = [];

	constructor(text: string) {
		this.#text = text;
	}

	addLine(start: number, end: number): void {
		const text = this.#text;
		let at = start + 1;
		let id = 0;
		for (let c = text.charCodeAt(at); c >= 48 && c <= 57; c = text.charCodeAt(++at))
			id = id * 10 + c - 48;
		if (at === start + 1) {
			const [name, list] = text.slice(at, end).split(' = ');
			this.#named.set(name!, list?.match(/![0-9]+/g) ?? []);
			return;
		}
		this.#spans[2 * id] = at + 3;
		this.#spans[2 * id + 1] = end;
	}

	named(name: string): string[] {
		return this.#named.get(name) ?? [];
	}

	node(id: number): MetadataNode | undefined {
		if (this.#spans[2 * id] === undefined) return undefined;
		return (this.#parsed[id] ??= parseNode(
			this.#text.slice(this.#spans[2 * id], this.#spans[2 * id + 1])
		));
	}
}

const fieldPattern = /([A-Za-z]+): ("(?:[^"\\]|\\.)*"|[^,()]+(?:\([^)]*\))?)/g;

function parseNode(text: string): MetadataNode {
	const head = /^(?:distinct )?!([A-Za-z]*)/.exec(text)!;
	const open = head[0].length;
	const body = text.slice(open + 1, text.lastIndexOf(text[open] === '{' ? '}' : ')'));
	const node: MetadataNode = { tag: head[1]!, fields: {}, items: [] };
	if (node.tag === '') node.items = splitItems(body);
	else
		for (const [, name, value] of body.matchAll(fieldPattern))
			node.fields[name!] = value!.startsWith('"') ? unescapeString(value!.slice(1, -1)) : value!;
	return node;
}

function splitItems(body: string): string[] {
	return body.match(/!"(?:[^"\\]|\\.)*"|[^,]+/g)?.map((item) => item.trim()) ?? [];
}

/** LLVM's strings escape a byte as a backslash and two hex digits. */
export function unescapeBytes(text: string): Uint8Array {
	if (!text.includes('\\')) {
		const plain = new Uint8Array(text.length);
		let ascii = true;
		for (let i = 0; i < text.length; i++) {
			plain[i] = text.charCodeAt(i);
			ascii &&= text.charCodeAt(i) < 0x80;
		}
		return ascii ? plain : new TextEncoder().encode(text);
	}
	const out: number[] = [];
	for (let i = 0; i < text.length; i++) {
		if (text[i] !== '\\') out.push(...new TextEncoder().encode(text[i]));
		else if (text[i + 1] === '\\') {
			out.push(0x5c);
			i++;
		} else {
			out.push(Number.parseInt(text.slice(i + 1, i + 3), 16));
			i += 2;
		}
	}
	return Uint8Array.from(out);
}

export function unescapeString(text: string): string {
	return text.includes('\\') ? new TextDecoder().decode(unescapeBytes(text)) : text;
}

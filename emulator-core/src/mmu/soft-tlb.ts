import type { CpuViews } from '../bus/device.ts';
import { deviceMirror, softTlb } from '../layout.ts';

export type TlbTable = 'read' | 'write' | 'fetch';

const indexMask = softTlb.entries - 1;
const wordsPerEntry = softTlb.entryBytes / 4;

/**
 * The three direct-mapped tables that generated code looks up in line (layout.ts). They hold nothing
 * of their own: each entry repeats a page that a translation context knows.
 */
export class SoftTlb {
	#words: Uint32Array;
	readonly #base: Record<TlbTable, number>;

	constructor(memory: ArrayBufferLike) {
		this.#words = new Uint32Array(memory);
		this.#base = { read: softTlb.read / 4, write: softTlb.write / 4, fetch: softTlb.fetch / 4 };
		this.clear();
	}

	/** From now on the tables lie there: Cpu.moveTo. */
	moveTo({ unsigned }: CpuViews): void {
		this.#words = unsigned;
	}

	/** `page` is VA >> 12 as an unsigned 52-bit number; `value` an address in the machine's memory. */
	insert(table: TlbTable, page: number, context: number, value: number): void {
		const at = this.#slot(table, page, context);
		this.#words[at] = (page << 12) | (context << 3);
		this.#words[at + 1] = Math.floor(page / 0x10_0000);
		this.#words[at + 2] = value;
	}

	/** The page is the one that the mirror of a device shows. */
	insertMirrored(page: number, context: number): void {
		this.insert('read', page, context, 0);
		this.#words[this.#slot('read', page, context)]! |= deviceMirror.tagBit;
	}

	drop(page: number, context: number): void {
		for (const table of ['read', 'write', 'fetch'] as const) {
			const at = this.#slot(table, page, context);
			const low = this.#words[at]! & ~deviceMirror.tagBit;
			if (low === ((page << 12) | (context << 3))) this.#empty(at);
		}
	}

	/** Drops the entries whose value is `value`: a page of RAM that may no longer be written here. */
	dropValue(table: TlbTable, value: number): void {
		const first = this.#base[table];
		for (let i = 0; i < softTlb.entries; i++)
			if (this.#words[first + i * wordsPerEntry + 2] === value)
				this.#empty(first + i * wordsPerEntry);
	}

	/** Drops all entries of one context. */
	dropContext(context: number): void {
		for (const table of ['read', 'write', 'fetch'] as const) {
			const first = this.#base[table];
			for (let i = 0; i < softTlb.entries; i++) {
				const at = first + i * wordsPerEntry;
				if (((this.#words[at]! >>> 3) & (softTlb.contexts - 1)) === context) this.#empty(at);
			}
		}
	}

	clear(): void {
		this.clearTable('read');
		this.clearTable('write');
		this.clearTable('fetch');
	}

	clearTable(table: TlbTable): void {
		const first = this.#base[table];
		this.#words.fill(0xffff_ffff, first, first + softTlb.entries * wordsPerEntry);
	}

	#slot(table: TlbTable, page: number, context: number): number {
		return this.#base[table] + ((page ^ (context << 2)) & indexMask) * wordsPerEntry;
	}

	#empty(at: number): void {
		this.#words[at] = 0xffff_ffff;
		this.#words[at + 1] = 0xffff_ffff;
	}
}

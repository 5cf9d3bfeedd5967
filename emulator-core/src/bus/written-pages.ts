const pageBytes = 4096;
const ever = 1;
const lately = 2;

/**
 * Which pages of RAM have been written: since the machine was made (all others are zero), and since
 * the last checkpoint. A page may be listed without having changed, but never the other way round.
 * Pages are numbered by where they lie in the machine's memory: address / 4096.
 */
export class WrittenPages {
	readonly #marks: Uint8Array;
	#lately: number[] = [];
	/** Those that were settled since `takeSettled`. */
	#settled = new Set<number>();
	/** Pages of which every store is to be told, and who is. */
	#watched: ReadonlySet<number> | undefined;
	#onStore: ((at: number, size: number) => void) | undefined;

	constructor(memoryBytes: number) {
		this.#marks = new Uint8Array(Math.ceil(memoryBytes / pageBytes));
	}

	/** A store to the page of this address in the machine's memory happens now, or can from now on. */
	mark(at: number): void {
		const page = at >>> 12;
		if ((this.#marks[page]! & lately) !== 0) return;
		this.#marks[page] = ever | lately;
		this.#lately.push(page);
	}

	markRange(at: number, length: number): void {
		for (let page = at - (at % pageBytes); page < at + length; page += pageBytes) this.mark(page);
	}

	/** Written since `settle` was last called, in no order. */
	get lately(): readonly number[] {
		return this.#lately;
	}

	/** What is written from now on is news. Whoever calls this makes sure that it is seen. */
	settle(): void {
		for (const page of this.#lately) {
			this.#marks[page] = ever;
			this.#settled.add(page);
		}
		this.#lately = [];
	}

	/** What `settle` was called for since this was last asked. */
	takeSettled(): ReadonlySet<number> {
		const settled = this.#settled;
		this.#settled = new Set();
		return settled;
	}

	/** Tells of stores to some pages, from now on; of none with undefined. */
	watch(
		pages: ReadonlySet<number> | undefined,
		onStore?: (at: number, size: number) => void
	): void {
		this.#watched = pages;
		this.#onStore = onStore;
	}

	/** Every store to the page of this address has to be told of: it may not become writable unseen. */
	watches(at: number): boolean {
		return this.#watched !== undefined && this.#watched.has(at >>> 12);
	}

	/** Bytes are written now. Whoever writes RAM says so, but for stores to pages that are writable unseen. */
	stored(at: number, size: number): void {
		if (this.#watched === undefined) return;
		for (let page = at >>> 12; page <= (at + size - 1) >>> 12; page++)
			if (this.#watched.has(page)) return this.#onStore?.(at, size);
	}

	/** Every page that is not sure to be zero, in order. */
	get all(): number[] {
		const pages: number[] = [];
		for (let page = 0; page < this.#marks.length; page++)
			if (this.#marks[page] !== 0) pages.push(page);
		return pages;
	}
}

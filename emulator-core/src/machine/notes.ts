const maxNotes = 1000;

/** The first note of each kind, up to a bound: a loop must not fill the memory. */
export class Notes {
	readonly list: string[] = [];
	#known = new Set<string>();

	add(text: string): void {
		if (this.#known.size >= maxNotes || this.#known.has(text)) return;
		this.#known.add(text);
		this.list.push(text);
	}

	replace(list: readonly string[]): void {
		if (list.length === this.list.length && list.every((text) => this.#known.has(text))) return;
		this.list.splice(0, this.list.length, ...list);
		this.#known = new Set(list);
	}
}

import { filePatch, treePatch } from './patch.ts';
import { openStore, type Store } from './store.ts';

type Files = ReadonlyMap<string, string>;

/**
 * The student's tree: the files as shipped and the edits over them. Edits are stored as they are made
 * and survive a reload; a file whose text equals the original is no edit.
 */
export class TreeFiles {
	#original = $state.raw<Files>(new Map());
	#edits = $state.raw<Files>(new Map());
	#problem = $state<string>();
	#store: Store | undefined;
	readonly paths = $derived([...this.#original.keys()].sort());
	readonly changed = $derived([...this.#edits.keys()].sort());

	/** Takes the files as shipped and reads back what was stored. */
	async load(original: Files): Promise<void> {
		this.#original = original;
		this.#store = await openStore();
		this.#problem = this.#store.problem;
		const edits = new Map<string, string>();
		const damaged: string[] = [];
		for (const [path, value] of await this.#read()) {
			if (typeof value !== 'string' || !original.has(path)) damaged.push(path);
			else if (value !== original.get(path)) edits.set(path, value);
		}
		this.#edits = edits;
		if (damaged.length > 0)
			this.#problem =
				`What was stored for ${damaged.join(', ')} cannot be used: it is damaged, or the file is no ` +
				'longer part of the tree. The original is shown; all other changes are as you left them.';
	}

	async #read(): Promise<[string, unknown][]> {
		try {
			return await this.#store!.all('edits');
		} catch (error) {
			this.#problem = `Your stored changes could not be read (${String(error)}). Nothing was deleted.`;
			return [];
		}
	}

	/** What went wrong with storing, in words for the student. */
	get problem(): string | undefined {
		return this.#problem;
	}

	get original(): Files {
		return this.#original;
	}

	get edits(): Files {
		return this.#edits;
	}

	get loaded(): boolean {
		return this.#original.size > 0;
	}

	text(path: string): string {
		return this.#edits.get(path) ?? this.#original.get(path) ?? '';
	}

	isChanged(path: string): boolean {
		return this.#edits.has(path);
	}

	edit(path: string, text: string): void {
		if (!this.#original.has(path) || text === this.text(path)) return;
		if (text === this.#original.get(path)) return this.reset(path);
		this.#edits = new Map(this.#edits).set(path, text);
		this.#keep((store) => store.put('edits', path, text));
	}

	reset(path: string): void {
		const edits = new Map(this.#edits);
		edits.delete(path);
		this.#edits = edits;
		this.#keep((store) => store.remove('edits', path));
	}

	resetAll(): void {
		for (const path of this.changed) this.reset(path);
	}

	/** All edits as one patch against the tree's root. */
	patch(): string {
		return treePatch(this.#original, this.#edits);
	}

	filePatch(path: string): string {
		return filePatch(path, this.#original.get(path) ?? '', this.text(path));
	}

	#keep(write: (store: Store) => Promise<void>): void {
		if (!this.#store) return;
		write(this.#store).catch((error: unknown) => {
			this.#problem =
				`The last change could not be stored (${String(error)}). It is still in the editor: ` +
				'download your patch before you leave the page.';
		});
	}
}

import { applyTreePatch, filePatch, treePatch } from './patch.ts';
import { openStore, type Store } from './store.ts';

type Files = ReadonlyMap<string, string>;

/** How an edit is stored: its text, and which shipped file it was made from. */
interface StoredEdit {
	readonly text: string;
	/** `fingerprint` of the original. */
	readonly base: number;
}

const isStoredEdit = (value: unknown): value is StoredEdit =>
	typeof value === 'object' && value !== null && 'text' in value && typeof value.text === 'string';

/** FNV-1a of 32 bits: tells two versions of a file apart, no more. */
function fingerprint(text: string): number {
	let hash = 0x811c_9dc5;
	for (let i = 0; i < text.length; i++)
		hash = Math.imul(hash ^ text.charCodeAt(i), 0x0100_0193) >>> 0;
	return hash;
}

/**
 * The student's tree: the files as shipped and the edits over them. Edits are stored as they are made
 * and survive a reload; a file whose text equals the original is no edit.
 */
export class TreeFiles {
	#original = $state.raw<Files>(new Map());
	#edits = $state.raw<Files>(new Map());
	/** Edits of files that have been shipped anew since. */
	#outdated = $state.raw<ReadonlySet<string>>(new Set());
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
		const outdated = new Set<string>();
		const damaged: string[] = [];
		for (const [path, value] of await this.#read()) {
			const shipped = original.get(path);
			if (!isStoredEdit(value) || shipped === undefined) damaged.push(path);
			else if (value.text !== shipped) {
				edits.set(path, value.text);
				if (value.base !== fingerprint(shipped)) outdated.add(path);
			}
		}
		this.#edits = edits;
		this.#outdated = outdated;
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

	/** The edit was made to an earlier version of the file than the one shipped now. */
	isOutdated(path: string): boolean {
		return this.#outdated.has(path);
	}

	/** The student keeps an outdated edit: from now on it counts as one of the file as shipped now. */
	keepOutdated(path: string): void {
		this.#outdated = new Set([...this.#outdated].filter((each) => each !== path));
		this.#put(path, this.text(path));
	}

	edit(path: string, text: string): void {
		if (!this.#original.has(path) || text === this.text(path)) return;
		if (text === this.#original.get(path)) return this.reset(path);
		this.#edits = new Map(this.#edits).set(path, text);
		if (!this.isOutdated(path)) this.#put(path, text);
		else this.#keep((store) => store.put('edits', path, { text, base: -1 }));
	}

	#put(path: string, text: string): void {
		const edit: StoredEdit = { text, base: fingerprint(this.#original.get(path) ?? '') };
		this.#keep((store) => store.put('edits', path, edit));
	}

	reset(path: string): void {
		const edits = new Map(this.#edits);
		edits.delete(path);
		this.#edits = edits;
		this.#outdated = new Set([...this.#outdated].filter((each) => each !== path));
		this.#keep((store) => store.remove('edits', path));
	}

	resetAll(): void {
		for (const path of this.changed) this.reset(path);
	}

	/** All edits as one patch against the tree's root. */
	patch(): string {
		return treePatch(this.#original, this.#edits);
	}

	/**
	 * The files as a patch against the shipped tree makes them; `edit` takes them over.
	 *
	 * @throws {Error} in words for the student
	 */
	readPatch(patch: string): Map<string, string> {
		return applyTreePatch(this.#original, patch);
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

import { BuildState } from '$lib/build/BuildState.svelte.ts';
import type { SteppingState } from '$lib/stepping/SteppingState.svelte.ts';
import { TreeFiles } from '$lib/workbench/files.svelte.ts';
import { openStore } from '$lib/workbench/store.ts';

/** Where a lesson's machine comes from. */
interface Place {
	/** Address of the site's root, with a slash at its end. */
	readonly site: string;
	/** `chapter/lesson`. */
	readonly lesson: string;
}

/**
 * Which tree the machine of a stepped lesson was made of: the one that was shipped, or the student's,
 * which is built when it is asked for. A build that fails leaves the machine as it is.
 */
export class TreeChoice {
	readonly #machine: SteppingState;
	readonly #place: Place;
	readonly #build = new BuildState();
	#original: ReadonlyMap<string, string> | undefined;
	#edits = $state(0);
	#tree = $state<'shipped' | 'yours'>('shipped');
	#busy = $state(false);
	#problem = $state<string>();
	#files = $state.raw<ReadonlyMap<string, string>>();

	constructor(machine: SteppingState, place: Place) {
		this.#machine = machine;
		this.#place = place;
	}

	get tree(): 'shipped' | 'yours' {
		return this.#tree;
	}

	/** The sources that the machine was made of, by path; undefined until they are loaded. */
	get files(): ReadonlyMap<string, string> | undefined {
		return this.#files;
	}

	/** How many files of the tree the student has changed. */
	get edits(): number {
		return this.#edits;
	}

	get busy(): boolean {
		return this.#busy;
	}

	/** Why the student's tree could not be had, in words. */
	get problem(): string | undefined {
		return this.#problem;
	}

	/** Loads the sources, and looks whether there is a choice at all. */
	async look(): Promise<void> {
		const { treeFiles } = await import('./tree-files.ts');
		this.#original = treeFiles;
		if (this.#tree === 'shipped') this.#files = treeFiles;
		const store = await openStore();
		this.#edits = (await store.all('edits').catch(() => [])).length;
	}

	async shipped(): Promise<void> {
		this.#problem = undefined;
		this.#tree = 'shipped';
		this.#files = this.#original;
		await this.#machine.open({ kind: 'shipped', ...this.#place });
	}

	/** Builds the student's tree and opens a machine of it. */
	async yours(): Promise<void> {
		if (this.#busy) return;
		this.#busy = true;
		this.#problem = undefined;
		try {
			const { treeFiles } = await import('./tree-files.ts');
			const files = new TreeFiles();
			await files.load(treeFiles);
			this.#build.tree = treeFiles;
			const edits = files.edits;
			const product = await this.#build.build([...edits], this.#place.site);
			if (!product?.stepping) {
				this.#problem = this.#build.failure ?? this.#firstMessage();
				return;
			}
			const { kernel, initrd, stepping } = product;
			// The text as it was built: edits that are made meanwhile have other lines.
			this.#files = new Map([...treeFiles, ...edits]);
			this.#original = treeFiles;
			this.#tree = 'yours';
			await this.#machine.open({ kind: 'built', kernel, initrd, ...stepping, ...this.#place });
		} catch (error) {
			this.#problem = `Your tree could not be built (${String(error)}).`;
		} finally {
			this.#busy = false;
		}
	}

	#firstMessage(): string {
		const error = this.#build.messages.find(({ severity }) => severity === 'error');
		if (!error) return 'Your tree could not be built.';
		const place = error.file === undefined ? '' : `${error.file}, line ${error.line}: `;
		return `Your tree does not compile. ${place}${error.message}`;
	}

	dispose(): void {
		this.#build.dispose();
	}
}

import { standardRun } from 'checks';
import { BuildState } from '../build/BuildState.svelte.ts';
import { MachineState } from '../machine/MachineState.svelte.ts';
import type { Marker } from '../editor/types.ts';
import type { Product } from '../build/protocol.ts';
import { Definitions } from './definitions.ts';
import { TreeFiles } from './files.svelte.ts';

/** What lies outside the workbench: where the site is, and how the tree is fetched. */
export interface Surroundings {
	/** Address of the site's root, with a slash at its end. */
	readonly site: string;
	readonly loadTree: () => Promise<ReadonlyMap<string, string>>;
	/** What the kernel has counted is judged. */
	readonly judges: boolean;
}

/** The student's desk: files, compiler and machine, and which file is open where. */
export class Workbench {
	readonly files = new TreeFiles();
	readonly build = new BuildState();
	readonly machine = new MachineState();
	readonly #around: Surroundings;
	#tabs = $state.raw<readonly string[]>([]);
	#active = $state<string>();
	#goto = $state.raw<{ line: number; column: number }>();
	#problem = $state<string>();
	#subject = $state<'shipped' | 'edited'>();
	#opening = $state(false);
	diff = $state(false);
	/** Names in messages lead to these places. */
	readonly definitions = $derived(new Definitions(this.files.original));

	/** Messages of the last build by file, for the editor's margin. */
	readonly markers = $derived.by(() => {
		const byFile = new Map<string, Marker[]>(this.#tabs.map((file) => [file, []]));
		for (const { file, ...marker } of this.build.messages)
			if (file !== undefined) byFile.set(file, [...(byFile.get(file) ?? []), marker]);
		return byFile;
	});

	constructor(around: Surroundings) {
		this.#around = around;
	}

	get tabs(): readonly string[] {
		return this.#tabs;
	}

	get active(): string | undefined {
		return this.#active;
	}

	get goto(): { line: number; column: number } | undefined {
		return this.#goto;
	}

	/** What the kernel has counted is judged; otherwise a run is just over. */
	get judges(): boolean {
		return this.#around.judges;
	}

	/** What the machine runs or ran last: the tree as shipped, or the student's. */
	get subject(): 'shipped' | 'edited' | undefined {
		return this.#subject;
	}

	/** The run that the lesson opens on has not been judged yet: what can wait lets it go first. */
	get opening(): boolean {
		return this.#opening;
	}

	/** A build or an experiment is under way. */
	get busy(): boolean {
		return this.build.status === 'building' || this.machine.status === 'running';
	}

	/** There is something to stop. */
	get stoppable(): boolean {
		return this.busy || this.machine.on;
	}

	/** What went wrong outside any one part, in words for the student. */
	get problem(): string | undefined {
		return this.#problem ?? this.files.problem;
	}

	/** Fetches the tree and opens a first file. */
	async start(focus: string | undefined): Promise<void> {
		try {
			const tree = await this.#around.loadTree();
			this.build.tree = tree;
			await this.files.load(tree);
			this.openFile(focus ?? this.files.paths[0] ?? '');
		} catch (error) {
			this.#problem = `The tree’s files could not be loaded (${String(error)}). Reload the page.`;
		}
	}

	openFile(path: string, line?: number, column = 1): void {
		if (!this.files.original.has(path)) return;
		if (!this.#tabs.includes(path)) this.#tabs = [...this.#tabs, path];
		this.#active = path;
		this.#goto = line === undefined ? undefined : { line, column };
	}

	/** Opens a file at the line that defines a name, or first mentions it. */
	openAt(path: string, name: string): void {
		const here = new Definitions(new Map([[path, this.files.text(path)]])).find(name);
		if (here) return this.openFile(path, here.line);
		const word = new RegExp(`\\b${name}\\b`);
		const lines = this.files.text(path).split('\n');
		this.openFile(path, lines.findIndex((text) => word.test(text)) + 1 || 1);
	}

	closeFile(path: string): void {
		const at = this.#tabs.indexOf(path);
		this.#tabs = this.#tabs.filter((tab) => tab !== path);
		if (this.#active === path) this.#active = this.#tabs[Math.min(at, this.#tabs.length - 1)];
	}

	async buildAndRun(): Promise<void> {
		const shipped = this.files.edits.size === 0;
		const product = await this.build.build([...this.files.edits], this.#around.site);
		if (!product) return;
		await this.#boot(product, shipped);
	}

	/** Boots the tree as shipped, as the site's own build made it: no compiler is needed. */
	async runShipped(): Promise<void> {
		this.#opening = true;
		this.machine.warm();
		try {
			const product = await this.build.shipped(this.#around.site);
			// Whoever has pressed Build and run meanwhile wants that.
			if (product && !this.busy && this.machine.status === 'off') await this.#boot(product, true);
		} catch (error) {
			this.#problem = `The shipped tree’s machine could not be started (${(error as Error).message}) Build and run makes one.`;
		} finally {
			this.#opening = false;
		}
	}

	async #boot({ kernel, initrd, symbols }: Product, shipped: boolean): Promise<void> {
		this.#subject = shipped ? 'shipped' : 'edited';
		await this.machine.boot({ ...standardRun, kernel, initrd, symbols, shipped });
	}

	/** Messages as one types, once the compiler is there. */
	checkActive(): void {
		if (this.#active) this.build.check(this.#active, [...this.files.edits], this.#around.site);
	}

	stop(): void {
		this.build.stop();
		if (this.machine.on) this.machine.stop();
	}

	dispose(): void {
		this.build.dispose();
		this.machine.dispose();
	}
}

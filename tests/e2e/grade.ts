import { execFile } from 'node:child_process';
import {
	mkdirSync,
	mkdtempSync,
	readdirSync,
	readFileSync,
	rmSync,
	statSync,
	writeFileSync
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, sep } from 'node:path';
import { promisify } from 'node:util';
import { applyEdits, type StudentPatch } from '../lessons/patches.ts';

const root = join(import.meta.dirname, '../..');
const treeFolder = join(root, 'lessons/VM_HW2');

/** The tree as shipped. */
export const shipped: ReadonlyMap<string, Uint8Array> = new Map(
	readdirSync(treeFolder, { recursive: true, encoding: 'utf8' })
		.filter((name) => statSync(join(treeFolder, name)).isFile())
		.map((name) => [
			name.split(sep).join('/'),
			new Uint8Array(readFileSync(join(treeFolder, name)))
		])
);

export const shippedText = (file: string) => new TextDecoder().decode(shipped.get(file));

/** The files that a patch changes, as they are with it. */
export function patchedTexts({ edits }: StudentPatch): Map<string, string> {
	const patched = applyEdits(shipped, edits);
	const files = new Set(edits.map(([file]) => file));
	return new Map([...files].map((file) => [file, new TextDecoder().decode(patched.get(file))]));
}

type Counts = Record<'cpu' | 'mem' | 'io', number>;

/** What `trapline grade --json` says of one submission. */
export interface Grade {
	passed: boolean;
	verdict: {
		passed: boolean;
		findings: { code: string; title: string; text: string }[];
		table: { phase: string; student?: Counts; machine: Counts }[];
	};
}

/** So many patches go to one process: the first grade must not wait for the last. */
const batch = 4;

/**
 * Grades on the command line: the same patches, the same checks, another computer than the page. Who
 * asks for a grade has the next ones made too, in the background; `stop` ends it.
 */
export class Grading {
	readonly #patches: readonly StudentPatch[];
	readonly #batches: Promise<Grade[]>[] = [];
	#last: Promise<unknown> = Promise.resolve();
	readonly #folder = mkdtempSync(join(tmpdir(), 'trapline-e2e-'));
	readonly #stopped = new AbortController();

	constructor(patches: readonly StudentPatch[]) {
		this.#patches = patches;
	}

	async of(patch: StudentPatch): Promise<Grade> {
		const i = this.#patches.indexOf(patch);
		const grades = this.#batch(Math.floor(i / batch));
		if (i + batch < this.#patches.length) void this.#batch(Math.floor(i / batch) + 1);
		return (await grades)[i % batch]!;
	}

	/** One after another: the page needs a core, too. */
	#batch(n: number): Promise<Grade[]> {
		const known = this.#batches[n];
		if (known) return known;
		const part = this.#patches.slice(n * batch, (n + 1) * batch);
		const grades = this.#last.then(() => this.#grade(part, n * batch));
		this.#last = grades.catch(() => {});
		return (this.#batches[n] = grades);
	}

	stop(): void {
		this.#stopped.abort();
		rmSync(this.#folder, { recursive: true });
	}

	async #grade(patches: readonly StudentPatch[], first: number): Promise<Grade[]> {
		const submissions = patches.map((patch, i) => {
			const folder = join(this.#folder, String(first + i));
			for (const [file, text] of patchedTexts(patch)) {
				const path = join(folder, file);
				mkdirSync(dirname(path), { recursive: true });
				writeFileSync(path, text);
			}
			return folder;
		});
		// Not all pass, so the exit code is 1; the grades are on stdout all the same.
		const run = promisify(execFile)(
			process.execPath,
			[join(root, 'cli/bin/trapline.js'), 'grade', '--json', ...submissions],
			{ maxBuffer: 2 ** 28, signal: this.#stopped.signal }
		);
		const { stdout, stderr } = await run.catch(
			(error: { stdout: string; stderr: string }) => error
		);
		if (!stdout?.startsWith('[')) throw new Error(stderr);
		return JSON.parse(stdout) as Grade[];
	}
}

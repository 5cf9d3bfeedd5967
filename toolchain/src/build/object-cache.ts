import { contentHash } from './content-hash.ts';

/** A file that a result was made from, and its contents' hash at the time. */
export type Dependency = readonly [path: string, hash: string];

interface Entry {
	readonly dependencies: readonly Dependency[];
	readonly result: Uint8Array;
}

type Files = ReadonlyMap<string, Uint8Array>;

/** So many results of one unit are kept: going back to an earlier text is as quick as staying. */
const keptPerUnit = 4;
const MAGIC = 'TLOC1\n';

/**
 * Results of earlier steps of a build. A result may be used again where every file that it was made
 * from has the contents it had then. Saved with the site, so that a first build compiles only what
 * was edited.
 */
export class ObjectCache {
	readonly #units = new Map<string, Entry[]>();

	/** The result of `unit` (the step's name with its flags) for these files, if there is one. */
	find(unit: string, files: Files): Uint8Array | undefined {
		const fresh = ([path, hash]: Dependency) => {
			const bytes = files.get(path);
			return bytes !== undefined && contentHash(bytes) === hash;
		};
		return this.#units.get(unit)?.find((entry) => entry.dependencies.every(fresh))?.result;
	}

	keep(unit: string, files: Files, paths: readonly string[], result: Uint8Array): void {
		const dependencies = paths
			.filter((path) => files.has(path))
			.map((path): Dependency => [path, contentHash(files.get(path)!)]);
		const entries = this.#units.get(unit) ?? [];
		this.#units.set(unit, [{ dependencies, result }, ...entries].slice(0, keptPerUnit));
	}

	/** Everything as bytes: a line of magic, a JSON index, the results end to end. */
	save(): Uint8Array<ArrayBuffer> {
		let at = 0;
		const results: Uint8Array[] = [];
		const index = [...this.#units].flatMap(([unit, entries]) =>
			entries.slice(0, 1).map(({ dependencies, result }) => {
				results.push(result);
				const range = [at, result.length];
				at += result.length;
				return { unit, dependencies, range };
			})
		);
		const head = new TextEncoder().encode(MAGIC + JSON.stringify(index) + '\n');
		const out = new Uint8Array(head.length + at);
		out.set(head);
		at = head.length;
		for (const result of results) {
			out.set(result, at);
			at += result.length;
		}
		return out;
	}

	/** Takes up what `save` gave. Damaged or foreign bytes give false and change nothing. */
	load(bytes: Uint8Array): boolean {
		const head = bytes.indexOf(10, MAGIC.length);
		const text = new TextDecoder().decode(bytes.subarray(0, Math.max(head, 0)));
		if (!text.startsWith(MAGIC)) return false;
		try {
			const index = JSON.parse(text.slice(MAGIC.length)) as {
				unit: string;
				dependencies: Dependency[];
				range: [number, number];
			}[];
			const entries = index.map(({ unit, dependencies, range: [start, length] }) => {
				const from = head + 1 + start;
				if (from + length > bytes.length) throw new Error('cut off');
				return [unit, [{ dependencies, result: bytes.subarray(from, from + length) }]] as const;
			});
			for (const [unit, list] of entries) this.#units.set(unit, [...list]);
			return true;
		} catch {
			return false;
		}
	}
}

import { existsSync, statSync } from 'node:fs';
import { dirname, join, relative, resolve, sep } from 'node:path';
import { readInput } from '../files.ts';

/** Names in `#include`, `__has_include`, a `#define` of either, `.include` and `.incbin`. */
const includePattern =
	/^[ \t]*#.*?["<]([^">\n]+)[">]|^[ \t]*\.(?:include|incbin)[ \t]+"([^"\n]+)"/gm;

/**
 * The files that a compilation may read. The compiler has no disk: it is handed a map, and the paths in
 * it are relative to the folder that holds all of them, the current one if possible.
 */
export class SourceFiles {
	readonly files = new Map<string, Uint8Array>();
	readonly #base: string;
	readonly #names = new Map<string, string>();

	/**
	 * @param sources C and assembly, as the user named them
	 * @param folders where includes are looked for besides the including file's own folder
	 */
	constructor(sources: readonly string[], folders: readonly string[], forced: readonly string[]) {
		const searched = folders.map((folder) => resolve(folder));
		const found = new Map<string, Uint8Array>();
		const asAssemblerNames = new Map<string, Uint8Array>();
		const queue = sources.map((name) => ({
			path: resolve(name),
			bytes: readInput(name, 'the file')
		}));
		const include = (name: string, from: string) => {
			for (const folder of [from, ...searched]) {
				const path = resolve(folder, name);
				if (found.has(path) || !isFile(path)) continue;
				const bytes = readInput(path, 'the included file');
				queue.push({ path, bytes });
				if (!name.endsWith('.h')) asAssemblerNames.set(name, bytes);
			}
		};
		for (const name of forced) include(name, resolve('.'));
		for (let next = queue.shift(); next; next = queue.shift()) {
			if (found.has(next.path)) continue;
			found.set(next.path, next.bytes);
			const text = new TextDecoder('latin1').decode(next.bytes);
			for (const [, quoted, data] of text.matchAll(includePattern))
				include((quoted ?? data)!, dirname(next.path));
		}
		this.#base = commonFolder([resolve('.'), ...searched, ...[...found.keys()].map(dirname)]);
		for (const [path, bytes] of found) this.files.set(this.inside(path), bytes);
		for (const [name, bytes] of asAssemblerNames)
			if (!this.files.has(name)) this.files.set(name, bytes);
		for (const name of sources) this.#names.set(this.inside(name), name);
	}

	/** The compiler's path of a file or folder of the user. */
	inside(path: string): string {
		return relative(this.#base, resolve(path)).split(sep).join('/') || '.';
	}

	/** The user's name of a path in a message; paths of the compiler itself stay as they are. */
	shown(path: string): string {
		const named = this.#names.get(path);
		if (named !== undefined || !this.files.has(path)) return named ?? path;
		return relative('.', join(this.#base, path));
	}
}

const isFile = (path: string) => existsSync(path) && statSync(path).isFile();

function commonFolder(folders: readonly string[]): string {
	return folders.reduce((common, folder) => {
		let above = common;
		while (folder !== above && !folder.startsWith(above.endsWith(sep) ? above : above + sep))
			above = dirname(above);
		return above;
	});
}

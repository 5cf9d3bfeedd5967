/** Where a name is defined in the tree. */
export interface Place {
	readonly file: string;
	readonly line: number;
}

/**
 * Finds functions, structures and files of the tree by the names that messages call them by. It reads
 * definitions in the kernel's style: they begin in the first column and are no declarations.
 */
export class Definitions {
	readonly #names = new Map<string, Place>();
	readonly #files: readonly string[];

	constructor(tree: ReadonlyMap<string, string>) {
		this.#files = [...tree.keys()];
		for (const [file, text] of tree)
			if (/\.[chS]$/.test(file))
				text.split('\n').forEach((line, i) => {
					for (const name of definedIn(line))
						if (this.#isBetter(name, file)) this.#names.set(name, { file, line: i + 1 });
				});
	}

	/** The kernel's own definition wins over one of a user program. */
	#isBetter(name: string, file: string): boolean {
		const known = this.#names.get(name);
		return !known || (isKernel(file) && !isKernel(known.file));
	}

	/** A function `name` or `name()`, a structure, or a file by the end of its path, with `:line` or not. */
	find(text: string): Place | undefined {
		const file = /^([\w./-]+\.[chS])(?::(\d+))?$/.exec(text);
		if (!file) return this.#names.get(text.replace('()', ''));
		const path = this.#files.find((each) => each === file[1] || each.endsWith('/' + file[1]));
		return path === undefined ? undefined : { file: path, line: Number(file[2] ?? 1) };
	}

	/** Cuts a text into plain parts and parts that name a place. */
	link(text: string): { text: string; place?: Place }[] {
		const parts: { text: string; place?: Place }[] = [];
		let from = 0;
		for (const match of text.matchAll(/[\w./-]+\.[chS]\b(?::\d+)?|\b[a-z_]\w*\(\)|\b\w+_\w+\b/gi)) {
			const place = this.find(match[0]);
			if (!place) continue;
			parts.push({ text: text.slice(from, match.index) }, { text: match[0], place });
			from = match.index + match[0].length;
		}
		parts.push({ text: text.slice(from) });
		return parts.filter((part) => part.text !== '');
	}
}

const isKernel = (file: string) => file.startsWith('linux-kvm-arm/');

function definedIn(line: string): string[] {
	const assembly = /^(?:ENTRY\((\w+)\)|(\w+):)/.exec(line);
	if (assembly) return [assembly[1] ?? assembly[2]!];
	// The macro makes the function that callers name.
	const event = /^TRACE_EVENT\((\w+)/.exec(line)?.[1];
	if (event !== undefined) return [event, `trace_${event}`];
	if (!/^[a-z]/i.test(line) || /;\s*$/.test(line)) return [];
	const named =
		/^(?:typedef )?(?:struct|union|enum) (\w+) \{/.exec(line) ??
		/^(?:static |const )*[\w *]+?\b(\w+)\[\w*\] = \{/.exec(line) ??
		/^[a-z][\w *]*?\b(\w+)\(/i.exec(line);
	return named ? [named[1]!] : [];
}

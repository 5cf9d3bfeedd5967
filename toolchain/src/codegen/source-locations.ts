import type { Metadata } from '../ir/module.ts';

export interface SourceLocation {
	file: string;
	line: number;
	column: number;
	/** The line is text of an asm statement at this place. */
	inlineAsm?: boolean;
}

/** Debug metadata as file, line and column, each node looked up once. */
export class SourceLocations {
	readonly #metadata: Metadata;
	readonly #cache = new Map<number, SourceLocation | undefined>();
	readonly #files = new Map<string, number>();
	readonly #scopeFiles = new Map<number, string | undefined>();

	constructor(metadata: Metadata) {
		this.#metadata = metadata;
	}

	/** Of a DILocation node. An inlined instruction is where its text stands. */
	at(node: number): SourceLocation | undefined {
		if (node < 0) return undefined;
		if (this.#cache.has(node)) return this.#cache.get(node);
		const fields = this.#metadata.node(node)?.fields;
		const file = fields && this.#fileOf(reference(fields['scope']));
		const found =
			fields && file !== undefined
				? { file, line: Number(fields['line'] ?? 0), column: Number(fields['column'] ?? 0) }
				: undefined;
		this.#cache.set(node, found);
		return found;
	}

	/** Is this DILocation one of a function that became part of its caller? */
	isInlined(node: number): boolean {
		return this.#metadata.node(node)?.fields['inlinedAt'] !== undefined;
	}

	/** Of a DISubprogram: the line of its opening brace. */
	ofFunction(node: number): SourceLocation | undefined {
		const fields = node < 0 ? undefined : this.#metadata.node(node)?.fields;
		const file = fields && this.#fileOf(node);
		if (!fields || file === undefined) return undefined;
		return { file, line: Number(fields['scopeLine'] ?? fields['line'] ?? 0), column: 0 };
	}

	#fileOf(scope: number): string | undefined {
		if (this.#scopeFiles.has(scope)) return this.#scopeFiles.get(scope);
		const fields = this.#metadata.node(scope)?.fields;
		let name: string | undefined;
		if (fields?.['filename'] !== undefined) name = fields['filename'];
		else if (fields?.['file'] !== undefined) name = this.#fileOf(reference(fields['file']));
		else if (fields?.['scope'] !== undefined) name = this.#fileOf(reference(fields['scope']));
		this.#scopeFiles.set(scope, name);
		return name;
	}

	fileNumber(file: string): number {
		let number = this.#files.get(file);
		if (number === undefined) this.#files.set(file, (number = this.#files.size + 1));
		return number;
	}

	fileDirectives(): string[] {
		return [...this.#files].map(([file, number]) => `.file ${number} ${JSON.stringify(file)}`);
	}
}

const reference = (text: string | undefined) =>
	text?.startsWith('!') ? Number(text.slice(1)) : -1;

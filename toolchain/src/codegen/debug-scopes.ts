import type { Metadata } from '../ir/module.ts';
import { metadataReference } from './debug-types.ts';
import type { EmittedLine } from './emit.ts';

/** A function, a block in it, or a function that became part of it, with the code that belongs to it. */
export interface Scope {
	/** DISubprogram or DILexicalBlock. */
	node: number;
	/** DILocation of the call that was replaced by this code; -1 for the function's own scopes. */
	inlinedAt: number;
	children: Scope[];
	/** Runs of lines: from the first up to, not including, the second. */
	ranges: [from: number, to: number][];
}

/** The scopes of one function, found by the places that its lines come from. */
export class FunctionScopes {
	readonly root: Scope;
	readonly #metadata: Metadata;
	readonly #scopes = new Map<string, Scope>();

	constructor(metadata: Metadata, subprogram: number, lines: readonly EmittedLine[]) {
		this.#metadata = metadata;
		this.root = { node: subprogram, inlinedAt: -1, children: [], ranges: [] };
		this.#scopes.set(`${subprogram} -1`, this.root);
		let current: Scope = this.root;
		lines.forEach(({ location }, i) => {
			current = this.at(location) ?? current;
			this.#mark(current, i);
		});
	}

	/** The scope that a DILocation stands in. */
	at(location: number): Scope | undefined {
		const fields = location < 0 ? undefined : this.#metadata.node(location)?.fields;
		if (!fields) return undefined;
		return this.#scope(metadataReference(fields['scope']), metadataReference(fields['inlinedAt']));
	}

	/** The scope that a variable is declared in, if a DILocation in it or inside of it is known. */
	ofVariable(variable: number, location: number): Scope {
		const scope = metadataReference(this.#metadata.node(variable)?.fields['scope']);
		if (scope < 0) return this.root;
		return this.#scope(
			scope,
			metadataReference(this.#metadata.node(location)?.fields['inlinedAt'])
		);
	}

	#scope(node: number, inlinedAt: number): Scope {
		const found = this.#metadata.node(node);
		// A file change within a block makes no scope of its own.
		if (found?.tag === 'DILexicalBlockFile')
			return this.#scope(metadataReference(found.fields['scope']), inlinedAt);
		const key = `${node} ${inlinedAt}`;
		const known = this.#scopes.get(key);
		if (known) return known;
		const scope: Scope = { node, inlinedAt, children: [], ranges: [] };
		this.#scopes.set(key, scope);
		this.#outer(scope).children.push(scope);
		return scope;
	}

	#outer({ node, inlinedAt }: Scope): Scope {
		const found = this.#metadata.node(node);
		if (found?.tag === 'DILexicalBlock')
			return this.#scope(metadataReference(found.fields['scope']), inlinedAt);
		return this.at(inlinedAt) ?? this.root;
	}

	/** A line belongs to its scope and to all around it. */
	#mark(scope: Scope, line: number): void {
		for (
			let at: Scope | undefined = scope;
			at;
			at = at === this.root ? undefined : this.#outer(at)
		) {
			const last = at.ranges.at(-1);
			if (last?.[1] === line) last[1] = line + 1;
			else at.ranges.push([line, line + 1]);
		}
	}
}

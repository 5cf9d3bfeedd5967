import type { Node } from './words-value.ts';

/** One effect of an instruction. */
export interface Statement {
	readonly text: string;
	/** Keys of the registers that it reads, as they were before the instruction. */
	readonly reads?: ReadonlySet<string>;
	readonly writes?: string;
	/** Of an access to memory: the bytes of one unit; 8 go without saying. */
	readonly bytes?: number;
	readonly how?: readonly string[];
	/** It sets flags from this value. */
	readonly flagsOf?: Node;
}

/** Puts the effects of an instruction together. */
export class Sentence {
	readonly #statements: Statement[] = [];
	/** Said if there is no effect at all. */
	nothing = '';

	add(statement: Statement): void {
		this.#statements.push(statement);
	}

	get setsFlags(): boolean {
		return this.#statements.some(({ flagsOf }) => flagsOf);
	}

	/** The value whose flags were set has gone into a register: that is said first. */
	flagsFollow(result: Node): void {
		const at = this.#statements.findIndex(({ flagsOf }) => flagsOf === result);
		if (at < 0) return;
		const [{ text }] = this.#statements.splice(at, 1) as [Statement];
		this.#statements.push({ text: text.replace(/ from .*?(?=, C = V|$)/, ' from the result') });
	}

	/**
	 * `X3 = [X2 + 24], then X2 = [X2 + 16]`: a comma where the order does not matter, `then` where a
	 * clause overwrites what one before it reads.
	 */
	text(): string {
		const ordered = this.#ordered();
		if (ordered.length === 0) return this.nothing;
		let said = '';
		ordered.forEach((statement, i) => {
			const before = ordered.slice(0, i);
			const { writes } = statement;
			const after = writes !== undefined && before.some(({ reads }) => reads?.has(writes));
			if (i > 0) said += after ? ', then ' : ', ';
			said += statement.text;
			const alike = before.filter((other) => suffix(other) === suffix(statement)).length;
			const next = ordered[i + 1];
			if (next && suffix(next) === suffix(statement)) return;
			if (suffix(statement)) said += `, ${suffix(statement, alike > 0)}`;
		});
		return said;
	}

	/** Who reads a register goes before who writes it; the rest stays as it is. */
	#ordered(): Statement[] {
		const rest = [...this.#statements];
		const result: Statement[] = [];
		while (rest.length > 0) {
			const ready = rest.findIndex(
				(statement) =>
					!rest.some(
						(other) =>
							other !== statement &&
							statement.writes !== undefined &&
							other.reads?.has(statement.writes)
					)
			);
			result.push(...rest.splice(Math.max(ready, 0), 1));
		}
		return result;
	}
}

/** What is said about an access after it. */
function suffix({ bytes, how }: Statement, each = false): string {
	const size =
		bytes === undefined || bytes === 8 ? [] : [bytes === 1 ? '1 byte' : `${bytes} bytes`];
	if (each && size.length > 0) size[0] += ' each';
	return [...size, ...(how ?? [])].join(', ');
}

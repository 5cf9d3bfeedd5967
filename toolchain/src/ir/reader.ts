import { IrError } from './ir-error.ts';

const isWordCode = new Uint8Array(128);
for (const c of 'abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789._$-')
	isWordCode[c.charCodeAt(0)] = 1;

/** A cursor over the IR text: the few token shapes LLVM's printer uses. */
export class Reader {
	readonly text: string;
	pos = 0;

	constructor(text: string) {
		this.text = text;
	}

	/** Line number of a position, counted when a message needs it. */
	lineOf(pos: number): number {
		let line = 1;
		for (
			let at = this.text.indexOf('\n');
			at >= 0 && at < pos;
			at = this.text.indexOf('\n', at + 1)
		)
			line++;
		return line;
	}

	fail(message: string): never {
		const start = this.text.lastIndexOf('\n', this.pos - 1) + 1;
		const end = this.text.indexOf('\n', this.pos);
		throw new IrError(
			message,
			this.lineOf(this.pos),
			this.text.slice(start, end < 0 ? undefined : end)
		);
	}

	/** Spaces and line ends. */
	skip(): void {
		for (;;) {
			const c = this.text.charCodeAt(this.pos);
			if (c === 32 || c === 10 || c === 9 || c === 13) this.pos++;
			else if (c === 59) this.toLineEnd();
			else return;
		}
	}

	spaces(): void {
		while (this.text.charCodeAt(this.pos) === 32) this.pos++;
	}

	toLineEnd(): void {
		const end = this.text.indexOf('\n', this.pos);
		this.pos = end < 0 ? this.text.length : end;
	}

	peek(): number {
		this.spaces();
		return this.text.charCodeAt(this.pos);
	}

	/** Takes a punctuation character if it is next. */
	accept(char: string): boolean {
		this.spaces();
		if (!this.text.startsWith(char, this.pos)) return false;
		this.pos += char.length;
		return true;
	}

	expect(char: string): void {
		if (!this.accept(char)) this.fail(`expected '${char}'`);
	}

	/** Letters, digits, `.`, `_`, `$`, `-`; empty when something else is next. */
	word(): string {
		this.spaces();
		const start = this.pos;
		while (isWordCode[this.text.charCodeAt(this.pos)]) this.pos++;
		return this.text.slice(start, this.pos);
	}

	peekWord(): string {
		this.spaces();
		const start = this.pos;
		const word = this.word();
		this.pos = start;
		return word;
	}

	acceptWord(word: string): boolean {
		this.spaces();
		const end = this.pos + word.length;
		if (!this.text.startsWith(word, this.pos) || isWordCode[this.text.charCodeAt(end)])
			return false;
		this.pos = end;
		return true;
	}

	integer(): number {
		const word = this.word();
		const value = Number(word);
		if (word === '' || !Number.isInteger(value)) this.fail(`expected a number, found '${word}'`);
		return value;
	}

	/** A quoted string's raw text, escapes kept. */
	quoted(): string {
		this.expect('"');
		const end = this.text.indexOf('"', this.pos);
		if (end < 0) this.fail('a string without its end');
		const raw = this.text.slice(this.pos, end);
		this.pos = end + 1;
		return raw;
	}

	/** Name after `%` or `@`, quoted or plain. */
	name(): string {
		return this.text.charCodeAt(this.pos) === 34 ? this.quoted() : this.word();
	}

	/** Skips a group in parentheses, nested ones included. */
	skipParentheses(): void {
		this.expect('(');
		for (let depth = 1; depth > 0; this.pos++) {
			const c = this.text.charCodeAt(this.pos);
			if (c === 40) depth++;
			else if (c === 41) depth--;
			else if (Number.isNaN(c)) this.fail('a parenthesis without its end');
		}
	}
}

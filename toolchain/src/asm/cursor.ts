import { AsmError } from './diagnostics.ts';
import { endOfString } from './lines.ts';

const isNameStart = charTable('ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz_.$');
const isNamePart = charTable('ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz_.$0123456789');

function charTable(chars: string): Uint8Array {
	const table = new Uint8Array(128);
	for (const char of chars) table[char.charCodeAt(0)] = 1;
	return table;
}

/** May this character code begin a symbol? Letters beyond ASCII may. */
export function startsName(code: number): boolean {
	return code > 127 || isNameStart[code] === 1;
}

/** May this character code stand inside a symbol? */
export function continuesName(code: number): boolean {
	return code > 127 || isNamePart[code] === 1;
}

/** Reads one statement from left to right. `at` and `end` are offsets into `text`. */
export class Cursor {
	readonly text: string;
	readonly end: number;
	at: number;

	constructor(text: string, at = 0, end = text.length) {
		this.text = text;
		this.at = at;
		this.end = end;
	}

	skipSpace(): void {
		while (this.at < this.end && isSpace(this.text.charCodeAt(this.at))) this.at++;
	}

	/** Is nothing left but blanks? */
	get done(): boolean {
		this.skipSpace();
		return this.at >= this.end;
	}

	/** The next character that is no blank, not taken; '' at the end. */
	peek(): string {
		this.skipSpace();
		return this.at < this.end ? this.text[this.at] : '';
	}

	/** Takes `token` if it comes next. */
	accept(token: string): boolean {
		this.skipSpace();
		if (!this.text.startsWith(token, this.at) || this.at + token.length > this.end) return false;
		this.at += token.length;
		return true;
	}

	expect(token: string, why: string): void {
		if (!this.accept(token)) throw this.error(`"${token}" is missing here: ${why}`);
	}

	/** Takes a symbol name (quoted ones too), or returns undefined and takes nothing. */
	name(): string | undefined {
		this.skipSpace();
		const start = this.at;
		if (start >= this.end) return undefined;
		if (this.text[start] === '"') return this.string();
		if (!startsName(this.text.charCodeAt(start))) return undefined;
		while (this.at < this.end && continuesName(this.text.charCodeAt(this.at))) this.at++;
		return this.text.slice(start, this.at);
	}

	expectName(what: string): string {
		const name = this.name();
		if (name === undefined) throw this.error(`${what} is missing here`);
		return name;
	}

	/** Takes a string literal and returns its characters, one for each byte. */
	string(): string {
		this.skipSpace();
		const start = this.at;
		if (this.text[start] !== '"' || start >= this.end)
			throw this.error('A string in double quotes is missing here');
		const end = endOfString(this.text, start);
		if (end > this.end || this.text[end - 1] !== '"' || end === start + 1)
			throw new AsmError('This string has no closing quote (")', start, this.end);
		this.at = end;
		const body = this.text.slice(start + 1, end - 1);
		return body.includes('\\') || !isAscii(body) ? unescape(body) : body;
	}

	/** The rest of the statement without surrounding blanks. */
	rest(): string {
		const text = this.text.slice(this.at, this.end).trim();
		this.at = this.end;
		return text;
	}

	/** Up to the next comma outside brackets and strings, or the end; surrounding blanks dropped. */
	untilComma(): string {
		const start = this.at;
		let depth = 0;
		for (; this.at < this.end; this.at++) {
			const char = this.text[this.at];
			if (char === '"') this.at = endOfString(this.text, this.at) - 1;
			else if (char === '(' || char === '[') depth++;
			else if (char === ')' || char === ']') depth--;
			else if (char === ',' && depth <= 0) break;
		}
		return this.text.slice(start, this.at).trim();
	}

	/** An error about what stands here: the next word or character. */
	error(message: string): AsmError {
		this.skipSpace();
		let end = this.at;
		while (end < this.end && continuesName(this.text.charCodeAt(end))) end++;
		return new AsmError(message, this.at, Math.max(end, this.at + 1));
	}

	/** Complains if something is left over. */
	expectEnd(): void {
		if (!this.done) throw this.error(`"${this.rest()}" is more than this statement takes`);
	}
}

function isSpace(code: number): boolean {
	return code === 32 || code === 9 || code === 13 || code === 12;
}

function isAscii(text: string): boolean {
	for (let i = 0; i < text.length; i++) if (text.charCodeAt(i) > 127) return false;
	return true;
}

const escapes: Record<string, string> = { n: '\n', t: '\t', r: '\r', b: '\b', f: '\f' };

/** Resolves backslash escapes; other characters become their UTF-8 bytes, one character each. */
function unescape(body: string): string {
	let result = '';
	for (let i = 0; i < body.length; i++) {
		const char = body[i];
		if (char !== '\\') {
			result += char.charCodeAt(0) < 128 ? char : utf8(body, i);
			if (char >= '\ud800' && char < '\udc00') i++;
			continue;
		}
		const rest = body.slice(i + 1, i + 12);
		const octal = /^[0-7]{1,3}/.exec(rest)?.[0];
		const hex = /^[xX]([0-9a-fA-F]+)/.exec(rest);
		if (octal !== undefined) {
			result += String.fromCharCode(parseInt(octal, 8) & 255);
			i += octal.length;
		} else if (hex) {
			result += String.fromCharCode(parseInt(hex[1].slice(-2), 16));
			i += hex[0].length;
		} else {
			result += escapes[rest[0]] ?? rest[0] ?? '\\';
			i += 1;
		}
	}
	return result;
}

function utf8(text: string, at: number): string {
	const point = String.fromCodePoint(text.codePointAt(at)!);
	return String.fromCharCode(...new TextEncoder().encode(point));
}

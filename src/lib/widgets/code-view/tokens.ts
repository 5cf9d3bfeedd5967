/** A piece of a line, for its colour. */
export interface Token {
	readonly kind: 'plain' | 'comment' | 'keyword' | 'string' | 'number' | 'register' | 'name';
	readonly text: string;
}

export type Language = 'c' | 'assembly';

/** By the ending of the file's name: `.S` and `.s` are assembly. */
export function languageOf(file: string): Language {
	return /\.s$/i.test(file) ? 'assembly' : 'c';
}

const keywords = new Set(
	(
		'auto break case char const continue default do double else enum extern float for goto if inline ' +
		'int long register return short signed sizeof static struct switch typedef union unsigned void ' +
		'volatile while bool true false NULL u8 u16 u32 u64 s8 s16 s32 s64'
	).split(' ')
);

const register = /^(?:[wx](?:[12]?\d|30|zr)|w?sp|[bhsdqv](?:[12]?\d|3[01])|lr|\w+_el[0-3])$/i;
const piece =
	/\/\/.*|\/\*|"(?:[^"\\]|\\.)*"?|'(?:[^'\\]|\\.)*'?|#[ \t]*[a-z]+|\.?[A-Za-z_]\w*|\d\w*|\s+|[^\s\w]/g;
const directives = /^#\s*(?:include|define|undef|if|ifdef|ifndef|elif|else|endif|error|pragma)$/;

/**
 * The lines of a file, or of a part of it, in pieces. A part that begins inside a comment is known by
 * the comment's end. Nothing here needs to be exact: it is colour.
 */
export function tokenize(lines: readonly string[], language: Language): Token[][] {
	let inComment = beginsInComment(lines);
	return lines.map((line) => {
		const tokens: Token[] = [];
		let rest = line;
		while (rest !== '') {
			if (inComment) {
				const end = rest.indexOf('*/');
				const length = end < 0 ? rest.length : end + 2;
				tokens.push({ kind: 'comment', text: rest.slice(0, length) });
				rest = rest.slice(length);
				inComment = end < 0;
				continue;
			}
			const start = tokenizeCode(rest, language, tokens);
			inComment = start !== undefined;
			rest = start === undefined ? '' : rest.slice(start);
		}
		return joinPlain(tokens);
	});
}

function beginsInComment(lines: readonly string[]): boolean {
	for (const line of lines) {
		const open = line.indexOf('/*');
		const close = line.indexOf('*/');
		if (close >= 0 && (open < 0 || close < open)) return true;
		if (open >= 0) return false;
	}
	return false;
}

/** Up to a comment of several lines, whose place is returned. */
function tokenizeCode(text: string, language: Language, tokens: Token[]): number | undefined {
	// In assembly the first word of a line, behind a label, is what it does.
	let first = language === 'assembly';
	for (const match of text.matchAll(piece)) {
		const [word] = match;
		if (word === '/*') return match.index;
		const kind = kindOf(word, language, first, text[match.index + word.length]);
		if (first && /\S/.test(word) && kind !== 'name' && word !== ':') first = false;
		tokens.push({ kind, text: word });
	}
	return undefined;
}

function kindOf(word: string, language: Language, first: boolean, next: string | undefined) {
	if (word.startsWith('//')) return 'comment';
	if (word.startsWith('"') || word.startsWith("'")) return 'string';
	if (directives.test(word)) return 'keyword';
	if (first && next === ':') return 'name';
	if (/^\d/.test(word)) return 'number';
	if (!/^[.A-Za-z_]/.test(word)) return 'plain';
	if (language === 'c') {
		if (keywords.has(word)) return 'keyword';
		return next === '(' ? 'name' : 'plain';
	}
	if (first) return 'keyword';
	return register.test(word) ? 'register' : 'plain';
}

/** Fewer pieces mean fewer elements. */
function joinPlain(tokens: readonly Token[]): Token[] {
	const joined: Token[] = [];
	for (const token of tokens) {
		const last = joined.at(-1);
		const blank = token.text.trim() === '';
		if (last && (last.kind === token.kind || blank))
			joined[joined.length - 1] = { kind: last.kind, text: last.text + token.text };
		else joined.push(blank ? { kind: 'plain', text: token.text } : token);
	}
	return joined;
}

import { continuesName, Cursor } from './cursor.ts';
import { AsmError } from './diagnostics.ts';
import { endOfString } from './lines.ts';

export interface Macro {
	readonly name: string;
	readonly parameters: readonly Parameter[];
	readonly body: readonly string[];
}

export interface Parameter {
	readonly name: string;
	readonly fallback: string;
	readonly kind: 'plain' | 'required' | 'vararg';
}

/** Reads what follows `.macro`: the name and the parameters `a, b=1, c:req, d:vararg`. */
export function readMacroHead(cursor: Cursor): { name: string; parameters: Parameter[] } {
	const name = cursor.expectName('The name of the macro').toLowerCase();
	const parameters: Parameter[] = [];
	cursor.accept(',');
	while (!cursor.done) {
		const parameter = cursor.expectName('The name of a macro parameter');
		if (parameters.some((known) => known.name === parameter))
			throw cursor.error(`Macro "${name}" has two parameters named "${parameter}"`);
		let kind: Parameter['kind'] = 'plain';
		let fallback = '';
		if (cursor.accept(':')) {
			const qualifier = cursor.expectName('A qualifier (req or vararg)');
			if (qualifier !== 'req' && qualifier !== 'vararg')
				throw cursor.error(`A parameter is marked :req or :vararg, not :${qualifier}`);
			kind = qualifier === 'req' ? 'required' : 'vararg';
		}
		if (cursor.accept('=')) fallback = readArgument(cursor);
		parameters.push({ name: parameter, fallback, kind });
		cursor.accept(',');
	}
	return { name, parameters };
}

/** Matches the arguments of a call with the parameters: by position or as `name=value`. */
export function bindArguments(
	macro: Macro,
	cursor: Cursor,
	read: (cursor: Cursor) => string
): Map<string, string> {
	const values = new Map<string, string>();
	let position = 0;
	while (!cursor.done) {
		const start = cursor.at;
		const named = keyword(macro, cursor);
		const parameter = named ?? macro.parameters[position];
		if (!parameter)
			throw new AsmError(
				`Macro "${macro.name}" takes ${macro.parameters.length} argument${macro.parameters.length === 1 ? '' : 's'}; this is one too many`,
				start,
				cursor.end
			);
		if (parameter.kind === 'vararg') {
			values.set(parameter.name, collapse(cursor.rest()));
			break;
		}
		const value = read(cursor);
		if (named && values.get(named.name))
			throw new AsmError(`Parameter "${named.name}" is given twice`, start, cursor.at);
		values.set(parameter.name, value);
		if (!named) position++;
		cursor.accept(',');
	}
	for (const { name, fallback, kind } of macro.parameters) {
		if (values.has(name) && values.get(name) !== '') continue;
		if (kind === 'required')
			throw new AsmError(`Macro "${macro.name}" needs a value for its parameter "${name}"`);
		values.set(name, fallback);
	}
	return values;
}

function keyword(macro: Macro, cursor: Cursor): Parameter | undefined {
	const start = cursor.at;
	if (cursor.peek() === '"') return undefined;
	const name = cursor.name();
	const parameter =
		name !== undefined && cursor.peek() === '=' && cursor.text[cursor.at + 1] !== '='
			? macro.parameters.find((known) => known.name === name)
			: undefined;
	if (parameter) cursor.accept('=');
	else cursor.at = start;
	return parameter;
}

/**
 * One argument: up to a comma, or to a blank between two names or numbers (blanks beside an operator
 * do not count). Within brackets blanks do not end it. A whole string loses its quotes.
 */
export function readArgument(cursor: Cursor): string {
	if (cursor.peek() === '"') {
		const end = endOfString(cursor.text, cursor.at);
		const body = cursor.text.slice(cursor.at + 1, end - 1);
		cursor.at = end;
		return body;
	}
	let value = '';
	let depth = 0;
	while (cursor.at < cursor.end) {
		const char = cursor.text[cursor.at];
		if (char === ',') break;
		if (isBlank(char)) {
			cursor.skipSpace();
			const next = cursor.at < cursor.end ? cursor.text[cursor.at] : ',';
			if (depth === 0 && isWordy(value[value.length - 1]) && isWordy(next)) break;
			continue;
		}
		if (char === '"') {
			const end = endOfString(cursor.text, cursor.at);
			value += cursor.text.slice(cursor.at, end);
			cursor.at = end;
			continue;
		}
		if (char === '(' || char === '[') depth++;
		if (char === ')' || char === ']') depth--;
		value += char;
		cursor.at++;
	}
	return value;
}

function isBlank(char: string): boolean {
	return char === ' ' || char === '\t' || char === '\r';
}

/** Would a blank between this and another such character be kept? */
function isWordy(char: string | undefined): boolean {
	return (
		char !== undefined &&
		(continuesName(char.charCodeAt(0)) || char === '\\' || char === '"' || char === '#')
	);
}

function collapse(text: string): string {
	return text.replace(/[ \t\r]+/g, ' ');
}

const placeholder = /\\(\(\)|@|[A-Za-z_.$][A-Za-z0-9_.$]*)/g;

/** The body with `\name` replaced by values, `\@` by the count of expansions, `\()` by nothing. */
export function substitute(
	body: readonly string[],
	values: ReadonlyMap<string, string>,
	count: number
): string[] {
	return body.map((line) =>
		line.includes('\\')
			? line.replace(placeholder, (whole, name: string) => {
					if (name === '()') return '';
					if (name === '@') return String(count);
					return values.get(name) ?? whole;
				})
			: line
	);
}

/**
 * An argument in the alternate mode: `<text>` is the text, `!` before a character takes it as it is, and
 * `%expression` is its value. Others are as usual.
 */
export function readAlternateArgument(cursor: Cursor, valueOf: (cursor: Cursor) => bigint): string {
	const first = cursor.peek();
	if (first === '%') {
		cursor.accept('%');
		return String(valueOf(cursor));
	}
	if (first !== '<') return readArgument(cursor);
	const start = cursor.at;
	let value = '';
	let depth = 0;
	while (cursor.at < cursor.end) {
		const char = cursor.text[cursor.at++]!;
		if (char === '!' && cursor.at < cursor.end) {
			value += cursor.text[cursor.at++];
			continue;
		}
		if (char === '>' && --depth === 0) return value;
		if (char === '<' && depth++ === 0) continue;
		value += char;
	}
	throw new AsmError('This argument begins with < and has no closing >', start, cursor.end);
}

const localLine = /^\s*local\s+(.*)$/i;
const named = /\\(?:\(\)|@|[A-Za-z_.$][A-Za-z0-9_.$]*)|[A-Za-z_.$][A-Za-z0-9_.$]*/g;

/**
 * The body in the alternate mode: parameters stand in it without a backslash, too, even in strings, and `LOCAL a, b` makes
 * names of its own for each expansion.
 */
export function substituteAlternate(
	body: readonly string[],
	values: ReadonlyMap<string, string>,
	count: number,
	localName: () => string
): string[] {
	const all = new Map(values);
	const lines: string[] = [];
	for (const line of body) {
		const locals = localLine.exec(line)?.[1];
		if (locals === undefined)
			lines.push(
				line.replace(named, (word) =>
					word.startsWith('\\') ? substitute([word], all, count)[0]! : (all.get(word) ?? word)
				)
			);
		else for (const name of locals.split(/[\s,]+/).filter(Boolean)) all.set(name, localName());
	}
	return lines;
}

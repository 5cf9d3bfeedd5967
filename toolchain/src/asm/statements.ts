import type { Assembly } from './assembly.ts';
import { Cursor } from './cursor.ts';
import { AsmError } from './diagnostics.ts';
import { conditionDirectives } from './directives/conditions.ts';
import { callMacro } from './directives/expansions.ts';
import { directives } from './directives/index.ts';
import { define } from './directives/symbols.ts';
import { assembleInstruction, emitRemembered } from './instructions.ts';

/** Obeys every statement of the text, in order. An error ends its statement and nothing else. */
export function assembleStatements(asm: Assembly): void {
	const { input } = asm;
	while (input.advance()) {
		try {
			assembleStatement(asm);
		} catch (error) {
			if (!(error instanceof AsmError)) throw error;
			asm.report(error);
			if (asm.isGivenUp) return;
		}
	}
	for (const { place } of asm.conditions)
		asm.report('.endif is missing: the condition that begins here has no end', place);
	for (const section of asm.sections) for (const sub of section.subsections) asm.flushLiterals(sub);
}

function assembleStatement(asm: Assembly): void {
	const { input } = asm;
	if (asm.active && input.isWholeLine) {
		const remembered = asm.encodedLines.get(input.line);
		if (remembered) {
			emitRemembered(asm, remembered);
			return;
		}
	}
	const cursor = new Cursor(input.line, input.start, input.end);
	if (cursor.done) return;
	if (cursor.peek() === '#') {
		// A marker of the preprocessor, or a comment: both take the whole line.
		if (input.start === 0) input.takeLineMarker();
		input.skipRestOfLine();
		return;
	}
	if (!asm.active) {
		skipStatement(asm, cursor);
		return;
	}
	while (takeLabel(asm, cursor)) if (cursor.done) return;

	const start = cursor.at;
	const name = cursor.text[start] === '"' ? undefined : cursor.name();
	if (name === undefined) {
		if (cursor.peek() === '"' && takeAssignment(asm, cursor.string(), cursor)) return;
		throw cursor.error(
			`"${cursor.peek()}" cannot begin a statement: a label, a directive or an instruction is needed`
		);
	}
	const lower = name.toLowerCase();
	const macro = asm.macros.size > 0 ? asm.macros.get(lower) : undefined;
	if (macro) {
		callMacro(asm, macro, cursor);
	} else if (lower.charCodeAt(0) === 46 /* . */) {
		const directive = directives.get(lower);
		if (directive) directive(asm, cursor);
		else if (!takeAssignment(asm, name, cursor))
			throw new AsmError(
				`There is no directive ${name}${suggestion(lower, directives.keys())}`,
				start,
				cursor.at
			);
	} else if (!takeAssignment(asm, name, cursor) && !takeAlias(asm, name, cursor)) {
		assembleInstruction(asm, lower, start, cursor);
	}
}

/** In a branch not taken only the conditionals count. */
function skipStatement(asm: Assembly, cursor: Cursor): void {
	const name = cursor.name()?.toLowerCase();
	if (name && Object.hasOwn(conditionDirectives, name)) conditionDirectives[name](asm, cursor);
}

/** Takes `name:` or `1:` if one comes next. */
function takeLabel(asm: Assembly, cursor: Cursor): boolean {
	cursor.skipSpace();
	const { text, at: start } = cursor;
	const first = text.charCodeAt(start);
	if (first >= 48 && first <= 57) {
		let end = start + 1;
		while (text.charCodeAt(end) >= 48 && text.charCodeAt(end) <= 57) end++;
		cursor.at = end;
		if (!cursor.accept(':'))
			throw new AsmError('A number begins a statement only as a label, like 1:', start, end);
		asm.defineLabel(asm.symbols.nextNumeric(String(Number(text.slice(start, end)))));
		return true;
	}
	const name = cursor.name();
	if (name === undefined || cursor.text[cursor.at] !== ':') {
		cursor.at = start;
		return false;
	}
	cursor.at++;
	const symbol = asm.symbols.get(name);
	if (symbol.isDefined)
		throw new AsmError(`"${name}" is defined a second time in this file`, start, cursor.at - 1);
	asm.defineLabel(symbol);
	return true;
}

/** `name = value` */
function takeAssignment(asm: Assembly, name: string, cursor: Cursor): boolean {
	if (cursor.peek() !== '=') return false;
	cursor.accept('=');
	cursor.accept('=');
	if (name === '.') throw new AsmError('"." is set by .org: write .org and the offset to go to');
	define(asm, asm.symbols.get(name), cursor);
	return true;
}

/** `name .req x0`, in both cases of the name, as GNU as has it. */
function takeAlias(asm: Assembly, name: string, cursor: Cursor): boolean {
	if (cursor.peek() !== '.' || !/^\.req\s/i.test(cursor.text.slice(cursor.at, cursor.end)))
		return false;
	cursor.name();
	const register = cursor.rest();
	if (!/^[\w.\\]+$/.test(register))
		throw new AsmError('.req gives a register another name, like: base .req x0');
	const known = asm.aliases.get(register) ?? register;
	for (const spelling of [name, name.toLowerCase(), name.toUpperCase()])
		asm.aliases.set(spelling, known);
	asm.encodedLines.clear();
	return true;
}

/** The known name that is nearest, as a question; '' if none is near. */
export function suggestion(wrong: string, known: Iterable<string>): string {
	let best: string | undefined;
	let bestDistance = Math.min(3, wrong.length / 2);
	for (const name of known) {
		if (Math.abs(name.length - wrong.length) >= bestDistance) continue;
		const distance = editDistance(wrong, name);
		if (distance < bestDistance) {
			best = name;
			bestDistance = distance;
		}
	}
	return best === undefined ? '' : `; did you mean ${best}?`;
}

function editDistance(a: string, b: string): number {
	let row = Array.from({ length: b.length + 1 }, (_, i) => i);
	for (let i = 1; i <= a.length; i++) {
		const next = [i];
		for (let j = 1; j <= b.length; j++) {
			const change = row[j - 1] + (a[i - 1] === b[j - 1] ? 0 : 1);
			next.push(Math.min(change, row[j] + 1, next[j - 1] + 1));
		}
		row = next;
	}
	return row[b.length];
}

import type { Assembly } from '../assembly.ts';
import { Cursor } from '../cursor.ts';
import { AsmError } from '../diagnostics.ts';
import {
	bindArguments,
	readAlternateArgument,
	readArgument,
	readMacroHead,
	substitute,
	substituteAlternate,
	type Macro
} from '../macros.ts';
import { splitLines } from '../lines.ts';
import type { Directive } from './index.ts';
import { update } from './conditions.ts';

/** Macros and repetitions: text that is read again. */
export const expansionDirectives: Record<string, Directive> = {
	'.macro': (asm, cursor) => {
		const place = asm.input.place();
		const head = readMacroHead(cursor);
		const body = collectBody(asm, /^\s*(?:[\w.$]+:\s*)?\.macro\b/i, /^\s*\.endm\b/i, '.endm');
		if (asm.macros.has(head.name)) {
			asm.report(`Macro "${head.name}" is defined already: .purgem ${head.name} forgets it`, place);
			return;
		}
		asm.macros.set(head.name, { ...head, body });
		asm.encodedLines.clear();
	},
	'.endm': () => {
		throw new AsmError('.endm without a .macro before it');
	},
	'.endr': () => {
		throw new AsmError('.endr without a .rept, .irp or .irpc before it');
	},
	'.purgem': (asm, cursor) => {
		const name = cursor.expectName('The name of a macro');
		if (!asm.macros.delete(name.toLowerCase()))
			throw new AsmError(`There is no macro "${name}" to forget`);
	},
	'.altmacro': (asm) => {
		asm.isAlternate = true;
	},
	'.noaltmacro': (asm) => {
		asm.isAlternate = false;
	},
	'.exitm': (asm) => {
		if (!asm.input.top.expansion) throw new AsmError('.exitm outside a macro');
		asm.conditions.length = asm.input.pop().conditions;
		update(asm);
	},
	'.rept': repeat,
	'.rep': repeat,
	'.irp': (asm, cursor) => iterate(asm, cursor, '.irp'),
	'.irpc': (asm, cursor) => iterate(asm, cursor, '.irpc'),
	'.include': (asm, cursor) => {
		const name = cursor.string();
		const bytes = asm.options.files?.get(name);
		if (!bytes)
			throw new AsmError(
				`.include: there is no file "${name}" among the files given to the assembler`
			);
		expand(asm, splitLines(new TextDecoder().decode(bytes)), `"${name}"`);
	}
};

/** Expands a macro call; the cursor stands after the macro's name. */
export function callMacro(asm: Assembly, macro: Macro, cursor: Cursor): void {
	const values = bindArguments(macro, cursor, argumentReader(asm));
	const count = asm.expansions++;
	const localName = () => `.LL${(asm.localNames++).toString(16).padStart(4, '0')}`;
	const lines = asm.isAlternate
		? substituteAlternate(macro.body, values, count, localName)
		: substitute(macro.body, values, count);
	expand(asm, lines, `macro "${macro.name}"`);
}

function argumentReader(asm: Assembly): (cursor: Cursor) => string {
	if (!asm.isAlternate) return readArgument;
	return (cursor) => readAlternateArgument(cursor, (at) => asm.constant(at));
}

function expand(asm: Assembly, lines: readonly string[], name: string): void {
	asm.expandedLines += lines.length;
	if (asm.expandedLines > mostExpandedLines) {
		asm.isGivenUp = true;
		throw new AsmError(`Macros and repetitions have made more than ${mostExpandedLines} lines`);
	}
	if (!asm.input.push(lines, name, asm.input.place(), asm.conditions.length))
		throw new AsmError(
			`${name} is nested too deeply here: does it call itself without an end? An .if must stop it`
		);
}

const mostExpandedLines = 5_000_000;
const mostRepetitions = 1_000_000;

function repeat(asm: Assembly, cursor: Cursor): void {
	const count = asm.boundedConstant(cursor, 'The number of repetitions', 0, mostRepetitions);
	const body = collectRepetition(asm);
	if (count * body.length > mostRepetitions)
		throw new AsmError(
			`This repeats ${body.length} lines ${count} times: more than a million lines`
		);
	const lines: string[] = [];
	const isFlat = !body.some((line) => line.includes('\\@'));
	for (let i = 0; i < count; i++)
		lines.push(...(isFlat ? body : substitute(body, new Map(), asm.expansions++)));
	expand(asm, lines, '.rept');
}

function iterate(asm: Assembly, cursor: Cursor, directive: '.irp' | '.irpc'): void {
	const name = cursor.expectName('The name that takes the values');
	cursor.accept(',');
	const values: string[] = [];
	const read = argumentReader(asm);
	if (directive === '.irpc') {
		values.push(...readArgument(cursor));
	} else {
		while (!cursor.done) {
			values.push(read(cursor));
			cursor.accept(',');
		}
	}
	if (values.length === 0) values.push('');
	const body = collectRepetition(asm);
	const lines = values.flatMap((value) =>
		substitute(body, new Map([[name, value]]), asm.expansions++)
	);
	expand(asm, lines, directive);
}

function collectRepetition(asm: Assembly): string[] {
	return collectBody(asm, /^\s*(?:[\w.$]+:\s*)?\.(?:rept?|irpc?)\b/i, /^\s*\.endr\b/i, '.endr');
}

/** The statements up to the directive that closes what is open; it is taken, too. */
function collectBody(asm: Assembly, opens: RegExp, closes: RegExp, closing: string): string[] {
	const { input } = asm;
	const start = input.place();
	const depth = input.frames.length;
	const body: string[] = [];
	let nesting = 1;
	while (input.advance()) {
		if (input.frames.length < depth) break;
		const statement = input.line.slice(input.start, input.end);
		if (opens.test(statement)) nesting++;
		else if (closes.test(statement) && --nesting === 0) return body;
		body.push(statement);
	}
	asm.report(`${closing} is missing: what begins here has no end`, start);
	return body;
}

import * as elf from '../../elf/constants.ts';
import type { Assembly } from '../assembly.ts';
import type { Cursor } from '../cursor.ts';
import { AsmError } from '../diagnostics.ts';
import { reduce } from '../evaluate.ts';
import { binary, constant, type Expression } from '../expression.ts';
import type { AsmSymbol } from '../symbols.ts';
import type { Directive } from './index.ts';

/** Directives that define symbols or say something about them, and messages. */
export const symbolDirectives: Record<string, Directive> = {
	'.set': setDirective,
	'.equ': setDirective,
	'.equiv': (asm, cursor) => {
		const symbol = asm.symbols.get(cursor.expectName('The name of a symbol'));
		if (symbol.isDefined) throw new AsmError(`.equiv: "${symbol.name}" is defined already`);
		cursor.expect(',', '.equiv takes a name and a value.');
		define(asm, symbol, cursor);
	},
	'.global': eachName((symbol) => (symbol.binding = elf.STB_GLOBAL)),
	'.globl': eachName((symbol) => (symbol.binding = elf.STB_GLOBAL)),
	'.weak': eachName((symbol) => (symbol.binding = elf.STB_WEAK)),
	'.local': eachName((symbol) => (symbol.binding = elf.STB_LOCAL)),
	'.hidden': eachName((symbol) => (symbol.visibility = elf.STV_HIDDEN)),
	'.internal': eachName((symbol) => (symbol.visibility = elf.STV_INTERNAL)),
	'.protected': eachName((symbol) => (symbol.visibility = elf.STV_PROTECTED)),
	'.extern': (_, cursor) => void cursor.rest(),
	'.weakref': (asm, cursor) => {
		const alias = asm.symbols.get(cursor.expectName('The name of a symbol'));
		cursor.expect(',', '.weakref takes a name and the symbol that it stands for.');
		const target = asm.symbols.get(cursor.expectName('The symbol that it stands for'));
		cursor.expectEnd();
		if (alias.sub || alias.common)
			throw new AsmError(`"${alias.name}" is defined already and cannot stand for another`);
		target.mentions--;
		target.isWeakTarget = true;
		alias.isWeakReference = true;
		alias.equate = { kind: 'symbol', symbol: target };
	},
	'.reloc': (asm, cursor) => {
		const sub = asm.current;
		const at = asm.expression(cursor);
		cursor.expect(',', '.reloc takes a place, the name of a relocation and a value.');
		const start = cursor.at;
		const name = cursor.expectName('The name of a relocation');
		const type = (elf.R_AARCH64 as Record<string, number>)[name.replace(/^R_AARCH64_/, '')];
		if (type === undefined)
			throw new AsmError(`The relocation "${name}" is not known`, start, cursor.at);
		const value = cursor.accept(',') ? asm.expression(cursor) : constant(0n);
		cursor.expectEnd();
		asm.wantedRelocations.push({ sub, at, type, value, place: asm.input.place() });
	},
	'.type': (asm, cursor) => {
		const symbol = asm.symbols.get(cursor.expectName('The name of a symbol'));
		cursor.accept(',');
		if (!cursor.accept('@') && !cursor.accept('%')) cursor.accept('#');
		const start = cursor.at;
		const name = cursor.expectName('The type of the symbol');
		const type = types[name.toLowerCase()];
		if (type === undefined)
			throw new AsmError(
				`Symbol type "${name}" is not known; known are function, object, notype, tls_object, gnu_indirect_function`,
				start,
				cursor.at
			);
		symbol.type = type;
	},
	'.size': (asm, cursor) => {
		const symbol = asm.symbols.get(cursor.expectName('The name of a symbol'));
		cursor.expect(',', '.size takes a symbol and its size, like .size main, .-main');
		symbol.size = asm.expression(cursor);
		symbol.sizePlace = asm.input.place();
		cursor.expectEnd();
	},
	'.comm': (asm, cursor) => {
		const { symbol, size, alignment } = readCommon(asm, cursor);
		if (symbol.isDefined && !symbol.common)
			throw new AsmError(`"${symbol.name}" is defined already and cannot be common`);
		if (symbol.binding === elf.STB_LOCAL) {
			reserveInBss(asm, symbol, size, alignment ?? naturalAlignment(size));
			return;
		}
		symbol.binding ??= elf.STB_GLOBAL;
		symbol.type = elf.STT_OBJECT;
		symbol.common = { size, alignment: BigInt(alignment ?? naturalAlignment(size)) };
	},
	'.lcomm': (asm, cursor) => {
		const { symbol, size, alignment } = readCommon(asm, cursor);
		reserveInBss(asm, symbol, size, alignment ?? naturalAlignment(size));
	},
	'.unreq': (asm, cursor) => {
		const name = cursor.expectName('The name of a register alias');
		if (!asm.aliases.delete(name) && !asm.aliases.delete(name.toLowerCase()))
			throw new AsmError(`There is no register alias "${name}" to forget`);
		asm.aliases.delete(name.toUpperCase());
		asm.encodedLines.clear();
	},
	'.error': (_, cursor) => {
		throw new AsmError(cursor.done ? '.error directive' : cursor.string());
	},
	'.err': () => {
		throw new AsmError('.err directive: this source must not be assembled');
	},
	'.warning': (asm, cursor) => {
		asm.report(cursor.done ? '.warning directive' : cursor.string(), undefined, 'warning');
	},
	'.print': (_, cursor) => void cursor.rest(),
	'.end': (asm) => {
		while (asm.input.frames.length > 1) asm.input.pop();
		asm.input.top.next = asm.input.top.lines.length;
	}
};

const types: Record<string, number> = {
	function: elf.STT_FUNC,
	object: elf.STT_OBJECT,
	notype: elf.STT_NOTYPE,
	tls_object: elf.STT_TLS,
	common: elf.STT_OBJECT,
	stt_func: elf.STT_FUNC,
	stt_object: elf.STT_OBJECT,
	stt_notype: elf.STT_NOTYPE,
	gnu_indirect_function: elf.STT_GNU_IFUNC,
	gnu_unique_object: elf.STT_OBJECT
};

function setDirective(asm: Assembly, cursor: Cursor): void {
	const symbol = asm.symbols.get(cursor.expectName('The name of a symbol'));
	cursor.expect(',', '.set takes a name and a value.');
	define(asm, symbol, cursor);
}

/** Gives a symbol the value that the cursor stands before; `name = value`, too. */
export function define(asm: Assembly, symbol: AsmSymbol, cursor: Cursor): void {
	if (symbol.sub || symbol.common)
		throw new AsmError(`"${symbol.name}" is a label already and cannot become a constant`);
	const expression = asm.expression(cursor);
	cursor.expectEnd();
	symbol.equate = settle(expression);
	asm.encodedLines.clear();
}

/** What is known now is computed now: a later .set of a symbol in it shall not matter. */
function settle(expression: Expression): Expression {
	const value = reduce(expression, 'now');
	if (typeof value === 'string') return expression;
	let settled = constant(value.constant);
	if (value.sub) settled = binary('-', settled, { kind: 'symbol', symbol: value.sub });
	if (value.add) settled = binary('+', { kind: 'symbol', symbol: value.add }, settled);
	return settled;
}

function eachName(apply: (symbol: AsmSymbol) => void): Directive {
	return (asm, cursor) => {
		do {
			const symbol = asm.symbols.get(cursor.expectName('The name of a symbol'));
			symbol.used = true;
			apply(symbol);
		} while (cursor.accept(','));
		cursor.expectEnd();
	};
}

function readCommon(asm: Assembly, cursor: Cursor) {
	const symbol = asm.symbols.get(cursor.expectName('The name of a symbol'));
	cursor.accept(',');
	const size = asm.constant(cursor);
	let alignment: number | undefined;
	if (cursor.accept(',')) alignment = asm.boundedConstant(cursor, 'An alignment', 1, 2 ** 30);
	cursor.expectEnd();
	if (size < 0n) throw new AsmError(`The size of "${symbol.name}" is negative`);
	return { symbol, size, alignment };
}

function naturalAlignment(size: bigint): number {
	let alignment = 1;
	while (alignment < 16 && BigInt(alignment * 2) <= size) alignment *= 2;
	return alignment;
}

function reserveInBss(asm: Assembly, symbol: AsmSymbol, size: bigint, alignment: number): void {
	// Subsection 1, as GNU as has it: behind what the text itself puts into .bss.
	const sub = asm.section('.bss').subsection(1);
	sub.section.alignment = Math.max(sub.section.alignment, alignment);
	if (alignment > 1) asm.dependsOnLater = true;
	sub.fill(-(sub.base + sub.size) & (alignment - 1), 0);
	if (symbol.isDefined) throw new AsmError(`"${symbol.name}" is defined already`);
	symbol.sub = sub;
	symbol.offset = sub.size;
	symbol.type = elf.STT_OBJECT;
	symbol.size = constant(size);
	sub.fill(Number(size), 0);
}

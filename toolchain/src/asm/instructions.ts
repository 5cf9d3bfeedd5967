import { STT_TLS } from '../elf/constants.ts';
import type { A64Context, A64Encoded } from './a64.ts';
import type { Assembly, CachedLine } from './assembly.ts';
import { Cursor, continuesName } from './cursor.ts';
import { AsmError } from './diagnostics.ts';
import { EncodeCache, type AskedContext } from './encode-cache.ts';
import { reduce } from './evaluate.ts';
import { readExpression, symbolExpression, type Expression } from './expression.ts';
import { linkerRelocations, type Fixup, type LinkerKind } from './fixups.ts';

/**
 * Assembles one instruction statement; the cursor stands after the mnemonic, which began at `start`.
 * A line whose word can never change is remembered: compilers write the same lines again and again.
 */
export function assembleInstruction(
	asm: Assembly,
	mnemonic: string,
	start: number,
	cursor: Cursor
): void {
	cursor.skipSpace();
	const operandsStart = cursor.at;
	const operands = cursor.rest();
	asm.markCode();
	if (operands.includes('=') && assembleLiteralLoad(asm, mnemonic, operands, operandsStart)) return;
	if (operands.includes(':') && assembleLinkerAccess(asm, mnemonic, operands, operandsStart))
		return;

	const context = new Context(asm, operandsStart);
	const named = asm.aliases.size > 0 ? replaceAliases(asm, operands) : operands;
	const text = secondNames.test(named) ? withFirstNames(mnemonic, named) : named;
	const name = insertAtZero.test(operands) ? (extractOf[mnemonic] ?? mnemonic) : mnemonic;
	const encoded = encode(asm, name, text, context, start, operandsStart, operands);
	// A line with a label in front defines it each time.
	const isFixed = !context.wasAsked && text === operands && isBlank(asm.input.line, start);
	const { word, fixup } = encoded;
	const symbol = emit(asm, encoded, operandsStart, fixup?.kind);
	if (!isFixed || (fixup && !symbol) || !asm.input.isWholeLine) return;
	const [from, to] = operandPlace(asm, fixup?.expression ?? '', operandsStart);
	remember(asm, { word, kind: fixup?.kind, symbol, from, to });
}

function isBlank(line: string, end: number): boolean {
	for (let at = 0; at < end; at++) if (line.charCodeAt(at) > 32) return false;
	return true;
}

/** Emits a line that was assembled before. */
export function emitRemembered(asm: Assembly, line: CachedLine): void {
	const { word, kind, symbol } = line;
	asm.markCode();
	const sub = asm.current;
	if (kind && symbol)
		asm.fixups.push({
			sub,
			offset: sub.size,
			kind,
			expression: symbolExpression(symbol),
			place: asm.input.place(line.from, line.to)
		});
	sub.word(word);
}

/** Enough for the common lines of a large file without keeping every text ever seen. */
const mostRemembered = 20_000;

function remember(asm: Assembly, line: CachedLine): void {
	if (asm.encodedLines.size >= mostRemembered) asm.encodedLines.clear();
	asm.encodedLines.set(asm.input.line, line);
}

function encode(
	asm: Assembly,
	mnemonic: string,
	text: string,
	context: Context,
	start: number,
	operandsStart: number,
	written: string
): A64Encoded {
	const encoded = EncodeCache.of(asm.options.a64).encode(mnemonic, text, context);
	if (!('error' in encoded)) return encoded;
	if (context.problem) throw context.problem;
	if (encoded.column < 0) throw new AsmError(encoded.error, start, start + mnemonic.length);
	if (text !== written)
		throw new AsmError(encoded.error, operandsStart, operandsStart + written.length);
	const from = Math.min(encoded.column, written.length);
	throw new AsmError(
		encoded.error,
		operandsStart + from,
		operandsStart + operandEnd(written, from)
	);
}

/** The end of the operand that `from` lies in. */
function operandEnd(operands: string, from: number): number {
	const comma = operands.indexOf(',', from);
	const end = comma < 0 ? operands.length : comma;
	return Math.max(end, from + 1);
}

/** Where the statement has the text of an operand; the whole statement if a macro changed it. */
function operandPlace(asm: Assembly, text: string, operandsStart: number): [number, number] {
	const { line, start, end } = asm.input;
	const from = line.indexOf(text, operandsStart);
	return from < 0 ? [start, end] : [from, from + text.length];
}

/** Appends the word, and a fixup if one is needed; returns its symbol if it is one alone. */
function emit(
	asm: Assembly,
	{ word, fixup }: A64Encoded,
	operandsStart: number,
	kind: Fixup['kind'] | undefined
) {
	const sub = asm.current;
	if (fixup && kind) {
		const expression = parse(asm, fixup.expression, operandsStart);
		const place = asm.input.place(...operandPlace(asm, fixup.expression, operandsStart));
		if (kind.includes('tprel') && expression.kind === 'symbol') expression.symbol.type = STT_TLS;
		asm.fixups.push({ sub, offset: sub.size, kind, expression, place });
		sub.word(word);
		const isName = expression.kind === 'symbol' && expression.symbol.name === fixup.expression;
		return isName ? expression.symbol : undefined;
	}
	sub.word(word);
	return undefined;
}

function parse(asm: Assembly, text: string, operandsStart: number): Expression {
	const cursor = new Cursor(text);
	try {
		const expression = readExpression(cursor, asm);
		cursor.expectEnd();
		return expression;
	} catch (error) {
		if (!(error instanceof AsmError)) throw error;
		const shift = asm.input.line.indexOf(text, operandsStart);
		throw shift < 0
			? new AsmError(error.message)
			: new AsmError(error.message, (error.start ?? 0) + shift, (error.end ?? 1) + shift);
	}
}

/** Answers what the encoder asks about symbols in operands. */
class Context implements AskedContext {
	readonly #asm: Assembly;
	readonly #operandsStart: number;
	/** The word may be another one next time. */
	wasAsked = false;
	/** An expression that could not even be read: a better message than the encoder can give. */
	problem: AsmError | undefined;

	constructor(asm: Assembly, operandsStart: number) {
		this.#asm = asm;
		this.#operandsStart = operandsStart;
	}

	symbol(text: string): number | bigint | undefined {
		this.wasAsked = true;
		let expression: Expression;
		try {
			expression = parse(this.#asm, text.replace(/^#\s*/, ''), this.#operandsStart);
		} catch (error) {
			if (!(error instanceof AsmError)) throw error;
			this.problem = error;
			return undefined;
		}
		const now = reduce(expression, 'now');
		if (typeof now !== 'string' && !now.add && !now.sub) return small(now.constant);
		// A single address is for the linker; a distance to a later label is for the next pass.
		const guess = reduce(expression, 'guess');
		if (typeof guess !== 'string' && !guess.add && !guess.sub) {
			this.#asm.dependsOnLater = true;
			return small(guess.constant);
		}
		if (typeof now !== 'string' && !now.sub) {
			if (!now.add?.isDefined) this.#asm.mayBeConstantLater = true;
			return undefined;
		}
		this.#asm.dependsOnLater = true;
		if (this.#asm.isFirstPass) return 0;
		this.problem = new AsmError(typeof now === 'string' ? now : 'This distance is not known');
		return undefined;
	}
}

function small(value: bigint): number | bigint {
	return value >= -0x8000_0000n && value <= 0xffff_ffffn ? Number(value) : value;
}

/** `ldr x0, =expression`: the value goes into the literals before the next .ltorg. */
function assembleLiteralLoad(
	asm: Assembly,
	mnemonic: string,
	operands: string,
	operandsStart: number
): boolean {
	const match = /^\s*(\\?[\w$.]+)\s*,\s*=\s*(.+)$/.exec(operands);
	if (!match) return false;
	const valueStart = operandsStart + operands.length - match[2].length;
	const register = asm.aliases.get(match[1]) ?? match[1];
	const size = literalSize(mnemonic, register.toLowerCase());
	if (size === undefined)
		throw new AsmError(
			'"=" loads a constant into a register: it works with ldr and a w, x, s, d or q register, and with ldrsw',
			operandsStart,
			operandsStart + operands.length
		);
	const label = asm.literal(parse(asm, match[2], valueStart), size);
	const encoded = asm.options.a64.encode(mnemonic, `${register}, .Lliteral`, nothingKnown);
	if ('error' in encoded)
		throw new AsmError(encoded.error, operandsStart, operandsStart + match[1].length);
	asm.fixups.push({
		sub: asm.current,
		offset: asm.current.size,
		kind: 'ld_prel_lo19',
		expression: { kind: 'symbol', symbol: label },
		place: asm.input.place()
	});
	asm.current.word(encoded.word);
	return true;
}

function literalSize(mnemonic: string, register: string): number | undefined {
	if (mnemonic === 'ldrsw') return 4;
	if (mnemonic !== 'ldr') return undefined;
	return { x: 8, d: 8, w: 4, s: 4, q: 16, l: 8 }[register[0]];
}

const nothingKnown: A64Context = { symbol: () => undefined };

/** Names that the procedure call standard gives to registers. */
const secondNames = /\b(?:fp|lr|ip0|ip1)\b/i;
const firstNames: Record<string, string> = { fp: 'x29', lr: 'x30', ip0: 'x16', ip1: 'x17' };
/** The last operand of these is an address, and there a C function may well be called `fp`. */
const toAddress = /^(?:bl?|b\..+|cbn?z|tbn?z|adrp?)$/;
const loadOfLiteral = /^(?:ldr|ldrsw|prfm)$/;

function withFirstNames(mnemonic: string, operands: string): string {
	const isAddressed =
		toAddress.test(mnemonic) || (loadOfLiteral.test(mnemonic) && !operands.includes('['));
	const end = isAddressed ? operands.lastIndexOf(',') + 1 : operands.length;
	const registers = operands
		.slice(0, end)
		.replace(/(?<![\w.$:])(fp|lr|ip0|ip1)(?![\w.$])/gi, (name) => firstNames[name.toLowerCase()]);
	return registers + operands.slice(end);
}

/** To insert at bit 0 is to extract from bit 0: one encoding, which the table has under the other name. */
const insertAtZero = /,\s*#?\s*0\s*,[^,]+$/;
const extractOf: Record<string, string> = { bfi: 'bfxil', sbfiz: 'sbfx', ubfiz: 'ubfx' };

const linkerOperators: Record<string, LinkerKind> = {
	'adrp got': 'adr_got_page',
	'ldr got_lo12': 'ld64_got_lo12',
	'ldr gotpage_lo15': 'ld64_gotpage_lo15',
	'adrp pg_hi21_nc': 'adr_prel_pg_hi21_nc',
	'adrp gottprel': 'adr_gottprel_page',
	'ldr gottprel_lo12': 'ld64_gottprel_lo12',
	'add tprel_hi12': 'add_tprel_hi12',
	'add tprel_lo12': 'add_tprel_lo12',
	'add tprel_lo12_nc': 'add_tprel_lo12_nc'
};

function linkerKind(mnemonic: string, operator: string): LinkerKind | undefined {
	if (!/^mov[nzk]$/.test(mnemonic)) return linkerOperators[`${mnemonic} ${operator}`];
	const kind = `movw_${operator}`;
	return Object.hasOwn(linkerRelocations, kind) ? (kind as LinkerKind) : undefined;
}

/** `adrp x0, :got:symbol`, `movz x0, #:prel_g1:symbol` and the like, which are left to the linker. */
function assembleLinkerAccess(
	asm: Assembly,
	mnemonic: string,
	operands: string,
	operandsStart: number
): boolean {
	const match = /#?:(\w+):/.exec(operands);
	const kind = match && linkerKind(mnemonic, match[1]);
	if (!match || !kind) return false;
	// To the encoder it is an ordinary page, an ordinary offset in one, or a piece of an address.
	const ordinary =
		mnemonic === 'adrp'
			? ''
			: mnemonic.startsWith('mov')
				? match[0].replace('prel', 'abs')
				: ':lo12:';
	const text = operands.replace(match[0], ordinary);
	const encoded = asm.options.a64.encode(mnemonic, text, nothingKnown);
	if ('error' in encoded)
		throw new AsmError(encoded.error, operandsStart, operandsStart + operands.length);
	const shifted = kind === 'add_tprel_hi12' ? 1 << 22 : 0;
	emit(asm, { ...encoded, word: encoded.word | shifted }, operandsStart, kind);
	return true;
}

/** Puts registers for the names that .req gave them. */
function replaceAliases(asm: Assembly, operands: string): string {
	let result = '';
	let at = 0;
	while (at < operands.length) {
		if (!continuesName(operands.charCodeAt(at))) {
			result += operands[at++];
			continue;
		}
		const start = at;
		while (at < operands.length && continuesName(operands.charCodeAt(at))) at++;
		const word = operands.slice(start, at);
		result += asm.aliases.get(word) ?? word;
	}
	return result;
}

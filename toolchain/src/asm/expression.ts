import { continuesName, startsName, type Cursor } from './cursor.ts';
import type { Subsection } from './sections.ts';
import { AsmSymbol, type SymbolTable } from './symbols.ts';

/**
 * Expressions as trees, constants folded while reading. A name that is an equate at that moment is
 * replaced by what it stands for, so a later `.set` of the same name does not change it.
 */
export type Expression =
	| { readonly kind: 'constant'; readonly value: bigint }
	| { readonly kind: 'symbol'; readonly symbol: AsmSymbol }
	| { readonly kind: 'unary'; readonly operator: string; readonly operand: Expression }
	| {
			readonly kind: 'binary';
			readonly operator: string;
			readonly left: Expression;
			readonly right: Expression;
	  };

/** What reading needs to know: the symbols, and where `.` is. */
export interface ExpressionScope {
	readonly symbols: SymbolTable;
	readonly current: Subsection;
}

/** GNU as's order of precedence, the tightest first; operators of one level bind to the left. */
const levels: readonly (readonly string[])[] = [
	['*', '/', '%', '<<', '>>'],
	['|', '&', '^', '!'],
	['+', '-'],
	['==', '!=', '<>', '<=', '>=', '<', '>'],
	['&&'],
	['||']
];

/** Reads an expression from the cursor. @throws {AsmError} at the place where none can be read. */
export function readExpression(cursor: Cursor, scope: ExpressionScope): Expression {
	return readLevel(cursor, scope, levels.length - 1);
}

export function constant(value: bigint): Expression {
	return { kind: 'constant', value: BigInt.asIntN(64, value) };
}

/**
 * The symbol, or what it stands for. A global alias stays itself, for the linker may replace it; a
 * local alias of a global label is the place of that label, which the linker cannot replace.
 */
export function symbolExpression(symbol: AsmSymbol): Expression {
	const { equate } = symbol;
	if (!equate) return { kind: 'symbol', symbol };
	if (equate.kind === 'constant') return equate;
	if (symbol.isPreemptible) return { kind: 'symbol', symbol };
	if (symbol.isWeakReference) return equate;
	if (equate.kind === 'symbol') return { kind: 'symbol', symbol: localAlias(equate.symbol) };
	const isPlace =
		equate.kind === 'binary' &&
		equate.operator === '+' &&
		equate.left.kind === 'symbol' &&
		equate.right.kind === 'constant';
	if (!isPlace || equate.left.kind !== 'symbol') return equate;
	return { ...equate, left: { kind: 'symbol', symbol: localAlias(equate.left.symbol) } };
}

/** A nameless label at the place of a global one; the symbol itself if it is not global. */
export function localAlias(symbol: AsmSymbol): AsmSymbol {
	if (!symbol.sub || !symbol.isPreemptible) return symbol;
	const alias = new AsmSymbol('');
	alias.sub = symbol.sub;
	alias.offset = symbol.offset;
	return alias;
}

/** A nameless label at the end of what is emitted so far: `.` */
export function here(current: Subsection): Expression {
	const symbol = new AsmSymbol('');
	symbol.sub = current;
	symbol.offset = current.size;
	return { kind: 'symbol', symbol };
}

export function binary(operator: string, left: Expression, right: Expression): Expression {
	if (left.kind === 'constant' && right.kind === 'constant') {
		const value = compute(operator, left.value, right.value);
		if (value !== undefined) return constant(value);
	}
	return { kind: 'binary', operator, left, right };
}

/** Bounds on the tree, so that no text can exhaust the stack. */
const longest = 1000;
const deepest = 100;
let depth = 0;

function readLevel(cursor: Cursor, scope: ExpressionScope, level: number): Expression {
	if (level < 0) return readUnary(cursor, scope);
	let length = 0;
	let left = readLevel(cursor, scope, level - 1);
	for (;;) {
		const operator = operatorAt(cursor, level);
		if (operator === undefined) return left;
		if (++length > longest) throw cursor.error('This expression has too many terms');
		cursor.at += operator.length;
		left = binary(operator, left, readLevel(cursor, scope, level - 1));
	}
}

/** The operator of that level that stands here: `<` of `<<` does not count. */
function operatorAt(cursor: Cursor, level: number): string | undefined {
	cursor.skipSpace();
	if (cursor.at >= cursor.end) return undefined;
	const two = cursor.text.slice(cursor.at, Math.min(cursor.at + 2, cursor.end));
	const operator = levels.some((operators) => operators.includes(two)) ? two : two[0];
	return levels[level].includes(operator) ? operator : undefined;
}

function readUnary(cursor: Cursor, scope: ExpressionScope): Expression {
	const char = cursor.peek();
	if (char === '-' || char === '~' || char === '!' || char === '+') {
		cursor.at++;
		const operand = nested(cursor, () => readUnary(cursor, scope));
		if (char === '+') return operand;
		if (operand.kind === 'constant') return constant(computeUnary(char, operand.value));
		return { kind: 'unary', operator: char, operand };
	}
	return readPrimary(cursor, scope, char);
}

function nested(cursor: Cursor, read: () => Expression): Expression {
	if (depth >= deepest) throw cursor.error('This expression is nested too deeply');
	depth++;
	try {
		return read();
	} finally {
		depth--;
	}
}

function readPrimary(cursor: Cursor, scope: ExpressionScope, char: string): Expression {
	if (char === '(') {
		cursor.at++;
		const inner = nested(cursor, () => readExpression(cursor, scope));
		cursor.expect(')', 'the bracket that was opened is not closed.');
		return inner;
	}
	if (char === "'") return readCharacter(cursor);
	if (char >= '0' && char <= '9') return readNumber(cursor, scope);
	if (char === '.' && !continuesName(cursor.text.charCodeAt(cursor.at + 1))) {
		cursor.at++;
		return here(scope.current);
	}
	if (char !== '' && (char === '"' || startsName(char.charCodeAt(0))))
		return symbolExpression(scope.symbols.get(cursor.name()!));
	throw cursor.error(
		char === ''
			? 'A value is missing here: a number, a symbol or an expression'
			: `"${char}" cannot begin a value: a number, a symbol or an expression is needed here`
	);
}

function readCharacter(cursor: Cursor): Expression {
	let at = cursor.at + 1;
	let char = cursor.text[at];
	if (char === '\\') {
		char =
			({ n: '\n', t: '\t', r: '\r', 0: '\0' } as Record<string, string>)[cursor.text[++at]] ??
			cursor.text[at];
	}
	if (char === undefined || at >= cursor.end) throw cursor.error("A character is missing after '");
	at++;
	if (cursor.text[at] === "'") at++;
	cursor.at = at;
	return constant(BigInt(char.charCodeAt(0)));
}

const numberAt = /0[xX][0-9a-fA-F]+|0[bB][01]+|\d+/y;

function readNumber(cursor: Cursor, scope: ExpressionScope): Expression {
	numberAt.lastIndex = cursor.at;
	const digits = numberAt.exec(cursor.text)![0];
	const start = cursor.at;
	const next = cursor.text[start + digits.length];
	const isWhole = !continuesName(cursor.text.charCodeAt(start + digits.length + 1));
	if ((next === 'b' || next === 'f') && isWhole && /^\d+$/.test(digits)) {
		const symbol = scope.symbols.numeric(digits, next);
		if (!symbol)
			throw cursor.error(`There is no label ${digits}: before this line; ${digits}f looks ahead`);
		cursor.at += digits.length + 1;
		return { kind: 'symbol', symbol };
	}
	cursor.at += digits.length;
	if (continuesName(cursor.text.charCodeAt(cursor.at)) && cursor.at < cursor.end) {
		cursor.at = start;
		throw cursor.error(
			'This is neither a number (12, 0x1f, 0b101, 017) nor a numeric label (1b, 1f)'
		);
	}
	const isOctal = /^0[0-7]+$/.test(digits);
	return constant(BigInt(isOctal ? '0o' + digits.slice(1) : digits));
}

export function computeUnary(operator: string, value: bigint): bigint {
	if (operator === '-') return -value;
	if (operator === '~') return ~value;
	return value === 0n ? 1n : 0n;
}

/** Comparisons give all ones for true, as in GNU as; undefined: division by zero. */
export function compute(operator: string, a: bigint, b: bigint): bigint | undefined {
	const truth = (is: boolean) => (is ? -1n : 0n);
	switch (operator) {
		case '+':
			return a + b;
		case '-':
			return a - b;
		case '*':
			return a * b;
		case '/':
			return b === 0n ? undefined : a / b;
		case '%':
			return b === 0n ? undefined : a % b;
		case '<<':
			return b < 0n || b > 63n ? 0n : a << b;
		case '>>':
			return b < 0n || b > 63n ? 0n : BigInt.asUintN(64, a) >> b;
		case '|':
			return a | b;
		case '&':
			return a & b;
		case '^':
			return a ^ b;
		case '!':
			return a | ~b;
		case '==':
			return truth(a === b);
		case '!=':
		case '<>':
			return truth(a !== b);
		case '<':
			return truth(a < b);
		case '>':
			return truth(a > b);
		case '<=':
			return truth(a <= b);
		case '>=':
			return truth(a >= b);
		case '&&':
			return a !== 0n && b !== 0n ? 1n : 0n;
		case '||':
			return a !== 0n || b !== 0n ? 1n : 0n;
		default:
			return undefined;
	}
}

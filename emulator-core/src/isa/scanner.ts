import type { AssemblyContext } from './assembler.ts';

/** Thrown while operands are parsed: not an Error, because most are caught and another form is tried. */
export interface OperandFailure {
	readonly error: string;
	readonly column: number;
}

export type Expression =
	| { readonly value: bigint; readonly column: number }
	| { readonly symbolic: string; readonly column: number };

const registerName = /^(?:[wxbhsdqv]\d{1,2}|w?sp|[wx]zr)$/i;

/** Reads operands from left to right. Columns count from the start of the operand text. */
export class Scanner {
	readonly text: string;
	readonly #at: AssemblyContext;
	position = 0;

	constructor(text: string, at: AssemblyContext) {
		this.text = text;
		this.#at = at;
	}

	fail(error: string, column = this.skip()): never {
		const failure: OperandFailure = { error, column };
		throw failure;
	}

	/** Skips blanks and says where the next thing starts. */
	skip(): number {
		while (this.text[this.position] === ' ' || this.text[this.position] === '\t') this.position++;
		return this.position;
	}

	get atEnd(): boolean {
		return this.skip() === this.text.length;
	}

	accept(literal: string): boolean {
		this.skip();
		if (!this.text.startsWith(literal, this.position)) return false;
		this.position += literal.length;
		return true;
	}

	expect(literal: string): void {
		if (this.accept(literal)) return;
		const found = this.atEnd ? 'the end of the line' : `"${this.text.slice(this.position)}"`;
		this.fail(`expected "${literal}" before ${found}`);
	}

	/** The next word (letters, digits, `_`, `.`, `$`), in lower case, or '' where there is none. */
	peekWord(): string {
		this.skip();
		return /^[\w.$]+/.exec(this.text.slice(this.position))?.[0].toLowerCase() ?? '';
	}

	word(): string {
		const word = this.peekWord();
		this.position += word.length;
		return word;
	}

	/** The text up to the next comma, bracket or end that is not in parentheses. */
	#expressionText(): string {
		const start = this.skip();
		let depth = 0;
		let quoted = false;
		let at = start;
		for (; at < this.text.length; at++) {
			const character = this.text[at]!;
			if (quoted || character === "'") {
				quoted = !quoted && character === "'";
				continue;
			}
			if (character === '(') depth++;
			else if (character === ')') depth--;
			else if (depth === 0 && (character === ',' || character === ']' || character === '[')) break;
		}
		this.position = at;
		return this.text.slice(start, at).trim();
	}

	/**
	 * An expression, evaluated if it can be. A `#` before it has been taken by the caller. Where only an
	 * address can stand, a register's name is a symbol's: a C function may be called `d3`.
	 */
	expression(isAddress = false): Expression {
		const column = this.skip();
		const text = this.#expressionText();
		if (text === '') this.fail('expected a number or an expression', column);
		const tokens = text.replace(/'\\?.'?/g, '0').match(/[\w.$]+/g) ?? [];
		const symbols = tokens.filter((token) => !/^(?:0x[\da-f]+|0b[01]+|\d+)$/i.test(token));
		const register = isAddress ? undefined : symbols.find((name) => registerName.test(name));
		if (register) this.fail(`a register (${register}) cannot stand here`, column);
		if (symbols.length > 0) {
			const value = this.#at.symbol(text);
			return value === undefined ? { symbolic: text, column } : { value: BigInt(value), column };
		}
		return { value: evaluate(text, column), column };
	}

	/** A constant, with or without `#`. */
	constant(what: string): { value: bigint; column: number } {
		const column = this.skip();
		this.accept('#');
		const parsed = this.expression();
		if ('symbolic' in parsed)
			this.fail(
				`${what} must be known here, but "${parsed.symbolic}" has no constant value`,
				column
			);
		return { value: parsed.value, column };
	}

	/** A constant within bounds, as a number. */
	bounded(what: string, least: number, most: number, step = 1): number {
		const { value, column } = this.constant(what);
		if (value < BigInt(least) || value > BigInt(most))
			this.fail(`${what} must be from ${least} to ${most}, not ${value}`, column);
		if (value % BigInt(step) !== 0n)
			this.fail(`${what} must be a multiple of ${step}, not ${value}`, column);
		return Number(value);
	}
}

/** GNU as's operators, the tightest last. */
const levels: readonly (readonly string[])[] = [
	['+', '-'],
	['|', '&', '^'],
	['*', '/', '%', '<<', '>>']
];

/** Evaluates an expression of numbers only. Columns in messages are shifted by `offset`. */
export function evaluate(text: string, offset = 0): bigint {
	const tokens = [...text.matchAll(/\s*(0[xX][\da-fA-F]+|0[bB][01]+|\d+|'\\?.'?|<<|>>|.)/g)];
	let at = 0;
	const fail = (error: string): never => {
		const failure: OperandFailure = { error, column: offset + (tokens[at]?.index ?? text.length) };
		throw failure;
	};
	const peek = () => tokens[at]?.[1];

	const primary = (): bigint => {
		const token = peek();
		if (token === undefined) return fail('the expression ends too early');
		at++;
		if (token === '-') return -primary();
		if (token === '+') return primary();
		if (token === '~') return ~primary();
		if (token === '(') {
			const value = binary(0);
			if (peek() !== ')') return fail('expected ")"');
			at++;
			return value;
		}
		if (token[0] === "'") {
			const code = characterCode(token);
			return Number.isNaN(code) ? fail("a character is missing after '") : BigInt(code);
		}
		if (/^0[0-7]+$/.test(token)) return BigInt('0o' + token.slice(1));
		if (/^\d/.test(token)) return BigInt(token.toLowerCase());
		at--;
		return fail(`"${token}" cannot stand in an expression`);
	};
	const binary = (level: number): bigint => {
		if (level === levels.length) return primary();
		let left = binary(level + 1);
		for (;;) {
			const operator = peek();
			if (operator === undefined || !levels[level]!.includes(operator)) return left;
			at++;
			const right = binary(level + 1);
			if ((operator === '/' || operator === '%') && right === 0n) return fail('division by zero');
			if ((operator === '<<' || operator === '>>') && (right < 0n || right > 127n))
				return fail('a shift amount must be from 0 to 127');
			left = apply(operator, left, right);
		}
	};
	const value = binary(0);
	if (at < tokens.length) fail(`"${peek()}" cannot stand here`);
	return value;
}

function characterCode(token: string): number {
	const escapes: Record<string, number> = { n: 10, t: 9, r: 13, '0': 0 };
	return token[1] === '\\' ? (escapes[token[2]!] ?? token.charCodeAt(2)) : token.charCodeAt(1);
}

function apply(operator: string, a: bigint, b: bigint): bigint {
	switch (operator) {
		case '+':
			return a + b;
		case '-':
			return a - b;
		case '|':
			return a | b;
		case '&':
			return a & b;
		case '^':
			return a ^ b;
		case '*':
			return a * b;
		case '/':
			return a / b;
		case '%':
			return a % b;
		case '<<':
			return a << b;
		default:
			return a >> b;
	}
}

import { bind, type OperandKind, type ParseContext } from './operand-kind.ts';
import type { Scanner } from './scanner.ts';

type Letter = 'w' | 'x';

export function registerName(number: number, letter: Letter, sp: boolean): string {
	if (number < 31) return letter + number;
	if (!sp) return letter + 'zr';
	return letter === 'x' ? 'sp' : 'wsp';
}

/** Reads a general register, or undefined (and moves nothing) where there is none. */
export function readRegister(
	input: Scanner,
	sp: boolean
): { number: number; letter: Letter; column: number } | undefined {
	const column = input.skip();
	const name = input.peekWord();
	const found = /^([wx])(\d{1,2}|zr)$/.exec(name);
	let number: number;
	let letter: Letter;
	if (found) {
		letter = found[1] as Letter;
		number = found[2] === 'zr' ? 31 : Number(found[2]);
		if (number === 31 && (found[2] !== 'zr' || sp)) return undefined;
		if (number > 31) return undefined;
	} else if (sp && (name === 'sp' || name === 'wsp')) {
		letter = name === 'sp' ? 'x' : 'w';
		number = 31;
	} else if (!sp && name === 'lr') return undefined;
	else return undefined;
	input.word();
	return { number, letter, column };
}

function expectRegister(input: Scanner, sp: boolean, what: string) {
	const found = readRegister(input, sp);
	if (found) return found;
	const name = input.peekWord();
	const hint =
		name === 'sp' || name === 'wsp'
			? '; the stack pointer is not allowed here'
			: /^[wx]zr$/.test(name)
				? '; the zero register is not allowed here'
				: '';
	return input.fail(`expected ${what}, not "${name || input.text.slice(input.position)}"${hint}`);
}

function general(letter: Letter, sp: boolean): OperandKind {
	const bits = letter === 'w' ? 32 : 64;
	const what = `a ${bits}-bit register${sp ? ' or the stack pointer' : ''}`;
	const first = letter === 'w' ? /^[wW]/ : /^[xXsS]/;
	return {
		what,
		mayBe: (operands, isFirst) => !isFirst || first.test(operands),
		print: ([number]) => registerName(number!, letter, sp),
		parse: (input) => {
			const register = expectRegister(input, sp, what);
			if (register.letter !== letter)
				input.fail(`expected ${what}, not a ${96 - bits}-bit one`, register.column);
			return [register.number];
		}
	};
}

/** Reads a register of the width that `sf` says, or says what `sf` is. */
export function readSized(input: Scanner, context: ParseContext, sp: boolean): number {
	const register = expectRegister(input, sp, sp ? 'a register or the stack pointer' : 'a register');
	bind(
		input,
		context,
		'sf',
		register.letter === 'x' ? 1 : 0,
		'the registers must have the same width (all w or all x)',
		register.column
	);
	return register.number;
}

function sized(sp: boolean): OperandKind {
	return {
		what: sp ? 'a register or the stack pointer' : 'a register',
		print: ([number], { fields }) => registerName(number!, fields['sf'] ? 'x' : 'w', sp),
		parse: (input, context) => [readSized(input, context, sp)]
	};
}

function vector(letter: 'b' | 'h' | 's' | 'd' | 'q'): OperandKind {
	const bits = { b: 8, h: 16, s: 32, d: 64, q: 128 }[letter];
	return {
		what: `a ${bits}-bit SIMD register`,
		mayBe: (operands, isFirst) => !isFirst || operands[0]?.toLowerCase() === letter,
		print: ([number]) => letter + number,
		parse: (input) => {
			const column = input.skip();
			const found = new RegExp(`^${letter}(\\d{1,2})$`).exec(input.peekWord());
			if (!found || Number(found[1]) > 31)
				input.fail(`expected a ${bits}-bit SIMD register (${letter}0 to ${letter}31)`, column);
			input.word();
			return [Number(found![1])];
		}
	};
}

export const registerKinds: Readonly<Record<string, OperandKind>> = {
	/** W or X by the field sf; 31 is the zero register. */
	r: sized(false),
	/** The same, but 31 is the stack pointer. */
	rsp: sized(true),
	w: general('w', false),
	x: general('x', false),
	b: vector('b'),
	h: vector('h'),
	s: vector('s'),
	d: vector('d'),
	q: vector('q'),
	/** One register that stands in two fields. */
	rsame: {
		what: 'a register',
		print: ([number], { fields }) => registerName(number!, fields['sf'] ? 'x' : 'w', false),
		parse: (input, context) => {
			const number = readSized(input, context, false);
			return [number, number];
		}
	},
	/** The register of TBZ: W, or X where the bit number needs it. */
	rbit: {
		what: 'a register',
		print: ([number], { fields }) => registerName(number!, fields['b5'] ? 'x' : 'w', false),
		parse: (input, context) => {
			const register = expectRegister(input, false, 'a register');
			if (register.letter === 'w') context.fields['b5'] = 0;
			return [register.number];
		}
	},
	/** The upper half of a V register, as FMOV names it. */
	vhigh: {
		what: 'the upper half of a SIMD register',
		print: ([number]) => `v${number}.d[1]`,
		parse: (input) => {
			const column = input.skip();
			const found = /^v(\d{1,2})\.d$/.exec(input.peekWord());
			if (!found || Number(found[1]) > 31) input.fail('expected v0.d[1] to v31.d[1]', column);
			input.word();
			input.expect('[');
			input.expect('1');
			input.expect(']');
			return [Number(found![1])];
		}
	}
};

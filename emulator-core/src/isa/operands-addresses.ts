import type { FixupKind } from './assembler.ts';
import { signed, type OperandKind } from './operand-kind.ts';
import { readFixup } from './operands-immediates.ts';
import { readRegister, registerName } from './operands-registers.ts';
import type { Scanner } from './scanner.ts';

/** Everything in square brackets, with what may follow them. */

const baseName = (number: number) => registerName(number, 'x', true);

function readBase(input: Scanner): number {
	input.expect('[');
	const register = readRegister(input, true);
	if (!register) return input.fail('expected the base, an x register or sp');
	if (register.letter !== 'x') input.fail('the base must be an x register or sp', register.column);
	return register.number;
}

const ends = (with_: string) => (operands: string) => operands.endsWith(with_);

/** `[x0]`, `[x0, #16]`, `[x0, :lo12:symbol]`: unsigned and scaled, or nine bits signed. */
function address(parameter: string): OperandKind {
	const unsigned = parameter !== '';
	const scale = unsigned ? Number(parameter) : 1;
	const [least, most] = unsigned ? [0, 4095 * scale] : [-256, 255];
	const fixup = `ldst${8 * scale}_lo12` as FixupKind;
	return {
		what: 'an address: a base and an offset',
		mayBe: ends(']'),
		print: ([Rn, imm]) => {
			const offset = unsigned ? imm! * scale : signed(imm!, 9);
			return offset === 0 ? `[${baseName(Rn!)}]` : `[${baseName(Rn!)}, #${offset}]`;
		},
		parse: (input, context) => {
			const Rn = readBase(input);
			let offset = 0;
			if (input.accept(',')) {
				rejectIndex(input);
				const relocated = unsigned && readFixup(input, context, { lo12: fixup });
				if (!relocated) offset = input.bounded('the offset', least, most, scale);
			}
			input.expect(']');
			return [Rn, unsigned ? offset / scale : offset & 0x1ff];
		}
	};
}

/** A register where a number is expected: the caller's form is not meant. */
function rejectIndex(input: Scanner): void {
	const column = input.skip();
	if (readRegister(input, true)) input.fail('an index register cannot stand here', column);
}

/** The signed scaled offset of a pair: seven bits. */
function signedAddress(parameter: string): OperandKind {
	const scale = Number(parameter);
	return {
		what: 'an address: a base and an offset',
		mayBe: ends(']'),
		print: ([Rn, imm7]) => {
			const offset = signed(imm7!, 7) * scale;
			return offset === 0 ? `[${baseName(Rn!)}]` : `[${baseName(Rn!)}, #${offset}]`;
		},
		parse: (input) => {
			const Rn = readBase(input);
			let offset = 0;
			if (input.accept(',')) offset = input.bounded('the offset', -64 * scale, 63 * scale, scale);
			input.expect(']');
			return [Rn, (offset / scale) & 0x7f];
		}
	};
}

/** `[x0, #16]!` and `[x0], #16`: nine bits, or seven scaled ones for pairs. */
function indexedWriteBack(parameter: string, pre: boolean): OperandKind {
	const bits = parameter === '' ? 9 : 7;
	const scale = parameter === '' ? 1 : Number(parameter);
	const limit = 2 ** (bits - 1);
	const readOffset = (input: Scanner) => {
		rejectIndex(input);
		const offset = input.bounded('the offset', -limit * scale, (limit - 1) * scale, scale);
		return (offset / scale) & (2 ** bits - 1);
	};
	return {
		what: `an address: the base is moved ${pre ? 'before' : 'after'} the access`,
		mayBe: pre ? ends('!') : (operands) => /\]\s*,/.test(operands),
		print: ([Rn, imm]) => {
			const offset = `#${signed(imm!, bits) * scale}`;
			return pre ? `[${baseName(Rn!)}, ${offset}]!` : `[${baseName(Rn!)}], ${offset}`;
		},
		parse: (input) => {
			const Rn = readBase(input);
			let offset: number;
			if (pre) {
				input.expect(',');
				offset = readOffset(input);
				input.expect(']');
				input.expect('!');
			} else {
				input.expect(']');
				input.expect(',');
				offset = readOffset(input);
			}
			return [Rn, offset];
		}
	};
}

const extends_: Readonly<Record<number, string>> = { 2: 'uxtw', 3: 'lsl', 6: 'sxtw', 7: 'sxtx' };

/** `[x0, x1, lsl #3]`: fields Rn, Rm, option, S. */
function indexed(parameter: string): OperandKind {
	const log = Math.log2(Number(parameter));
	return {
		what: 'an address: a base and an index register',
		mayBe: ends(']'),
		print: ([Rn, Rm, option, S]) => {
			const index = registerName(Rm!, option! & 1 ? 'x' : 'w', false);
			const name = extends_[option!]!;
			const tail = S ? `, ${name} #${log}` : option === 3 ? '' : `, ${name}`;
			return `[${baseName(Rn!)}, ${index}${tail}]`;
		},
		parse: (input) => {
			const Rn = readBase(input);
			input.expect(',');
			const register = readRegister(input, false);
			if (!register) return input.fail('expected an index register or an offset');
			const { option, S } = readExtend(input, log, register.letter);
			input.expect(']');
			return [Rn, register.number, option, S];
		}
	};
}

function readExtend(input: Scanner, log: number, letter: 'w' | 'x') {
	if (!input.accept(',')) {
		if (letter === 'w') input.fail('a w register as index needs uxtw or sxtw');
		return { option: 3, S: 0 };
	}
	const column = input.skip();
	const name = input.word();
	const option = Number(
		Object.keys(extends_).find((key) => extends_[Number(key)] === (name === 'uxtx' ? 'lsl' : name))
	);
	if (Number.isNaN(option)) input.fail('expected lsl, uxtw, sxtw or sxtx', column);
	if ((option & 1) !== (letter === 'x' ? 1 : 0))
		input.fail(
			letter === 'x'
				? 'an x register as index takes lsl or sxtx'
				: 'a w register as index takes uxtw or sxtw',
			column
		);
	input.skip();
	if (input.text[input.position] === ']') {
		if (name === 'lsl') input.fail('lsl needs an amount');
		return { option, S: 0 };
	}
	const at = input.skip();
	const amount = Number(input.constant('the shift amount').value);
	if (amount !== 0 && amount !== log)
		input.fail(`the shift amount must be 0 or ${log} (the size of the access)`, at);
	// For bytes, #0 written out is S = 1, as GNU as has it.
	return { option, S: log === 0 ? 1 : amount === log ? 1 : 0 };
}

/** Only a base: `[x0]`, or `[x0, #0]`. */
const base: OperandKind = {
	what: 'an address: a base without an offset',
	mayBe: ends(']'),
	print: ([Rn]) => `[${baseName(Rn!)}]`,
	parse: (input) => {
		const Rn = readBase(input);
		if (input.accept(',')) input.bounded('the offset', 0, 0);
		input.expect(']');
		return [Rn];
	}
};

/** `[x0], #32` where the parameter is 32, or `[x0], x1`: fields Rn, or Rn and Rm. */
function baseThen(parameter: string): OperandKind {
	return {
		what: 'an address: the base is moved after the access',
		mayBe: (operands) => operands.includes('],'),
		print: ([Rn, Rm]) =>
			`[${baseName(Rn!)}], ${parameter ? `#${parameter}` : registerName(Rm!, 'x', false)}`,
		parse: (input) => {
			const Rn = readBase(input);
			input.expect(']');
			input.expect(',');
			if (parameter) {
				input.bounded('the bytes of the access', Number(parameter), Number(parameter));
				return [Rn];
			}
			const register = readRegister(input, false);
			if (register?.letter !== 'x' || register.number === 31)
				return input.fail('expected x0 to x30, or the bytes of the access as a number');
			return [Rn, register.number];
		}
	};
}

export const addressKinds: Readonly<Record<string, (parameter: string) => OperandKind>> = {
	base: () => base,
	basethen: baseThen,
	address,
	saddress: signedAddress,
	pre: (parameter) => indexedWriteBack(parameter, true),
	post: (parameter) => indexedWriteBack(parameter, false),
	indexed
};

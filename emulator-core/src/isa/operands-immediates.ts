import type { FixupKind } from './assembler.ts';
import { decodeBitMask, encodeBitMask } from './bit-masks.ts';
import {
	bind,
	joined,
	signed,
	split,
	type OperandKind,
	type ParseContext,
	type PrintContext
} from './operand-kind.ts';
import { readRegister, readSized, registerName } from './operands-registers.ts';
import type { Scanner } from './scanner.ts';

const hex = (value: number | bigint) => '#0x' + value.toString(16);
const sizeOf = (fields: Readonly<Record<string, number>>) => (fields['sf'] ? 64 : 32);

/** `:lo12:` and the like before a symbol; undefined where there is none. */
export function readModifier(input: Scanner): string | undefined {
	input.accept('#');
	if (!input.accept(':')) return undefined;
	const name = input.word();
	input.expect(':');
	return name;
}

/** The rest of an operand after its modifier: always text, even if it is a number. */
function symbolText(input: Scanner): string {
	const column = input.skip();
	const parsed = input.expression(true);
	return 'symbolic' in parsed ? parsed.symbolic : input.text.slice(column, input.position).trim();
}

export function readFixup(
	input: Scanner,
	context: ParseContext,
	kinds: Readonly<Record<string, FixupKind>>
): string | undefined {
	const column = input.skip();
	const modifier = readModifier(input);
	if (modifier === undefined) {
		input.position = column;
		return undefined;
	}
	const kind = kinds[modifier];
	if (!kind) {
		const known = Object.keys(kinds).map((name) => `:${name}:`);
		input.fail(`:${modifier}: cannot stand here; possible are ${known.join(' ')}`, column);
	}
	context.fixup(kind, symbolText(input));
	return modifier;
}

/** A value of 32 or 64 bits, written signed or unsigned, as unsigned. */
function readValue(input: Scanner, size: number): { value: bigint; column: number } {
	const { value, column } = input.constant('the value');
	const limit = 1n << BigInt(size);
	if (value >= limit || value < -(limit / 2n))
		input.fail(`the value does not fit ${size} bits`, column);
	return { value: BigInt.asUintN(size, value), column };
}

function number(print: (value: number) => string): OperandKind {
	return {
		what: 'a number',
		print: (values, { widths }) => print(joined(values, widths)),
		parse: (input, { widths }) => {
			const bits = widths.reduce((sum, width) => sum + width, 0);
			return split(input.bounded('the number', 0, 2 ** bits - 1), widths);
		}
	};
}

const shiftNames = ['lsl', 'lsr', 'asr', 'ror'];
const extendNames = ['uxtb', 'uxth', 'uxtw', 'uxtx', 'sxtb', 'sxth', 'sxtw', 'sxtx'];

/** `x1` or `x1, lsl #3`: fields Rm, shift, imm6. */
function shifted(types: number): OperandKind {
	return {
		what: 'a register, shifted or not',
		print: ([Rm, shift, amount], { fields }) => {
			const name = registerName(Rm!, fields['sf'] ? 'x' : 'w', false);
			return shift === 0 && amount === 0 ? name : `${name}, ${shiftNames[shift!]} #${amount}`;
		},
		parse: (input, context) => {
			const Rm = readSized(input, context, false);
			if (!input.accept(',')) return [Rm, 0, 0];
			const column = input.skip();
			const type = shiftNames.indexOf(input.word());
			if (type < 0 || type >= types)
				input.fail(`expected ${shiftNames.slice(0, types).join(', ')}`, column);
			return [Rm, type, input.bounded('the shift amount', 0, sizeOf(context.fields) - 1)];
		}
	};
}

/** `w1, uxtw #2`: fields Rm, option, imm3. LSL is how UXTX (UXTW for W) is written beside SP. */
const extended: OperandKind = {
	what: 'a register, extended or not',
	print: ([Rm, option, amount], { fields, word }) => {
		const wide = (option! & 3) === 3 && fields['sf'] === 1;
		const name = registerName(Rm!, wide ? 'x' : 'w', false);
		const setsFlags = ((word >>> 29) & 1) === 1;
		const besideSp = fields['Rn'] === 31 || (fields['Rd'] === 31 && !setsFlags);
		const plain = option === (fields['sf'] ? 3 : 2);
		if (besideSp && plain) return amount === 0 ? name : `${name}, lsl #${amount}`;
		return `${name}, ${extendNames[option!]}${amount === 0 ? '' : ` #${amount}`}`;
	},
	parse: (input, context) => {
		const register = readRegister(input, false);
		if (!register) return input.fail('expected a register');
		const { sf } = context.fields;
		const plain = sf ? 3 : 2;
		const checked = (option: number, amount: number) => {
			if (sf === 0 && register.letter === 'x')
				input.fail('the registers must have the same width (all w or all x)', register.column);
			if (sf === 1 && (register.letter === 'x') !== ((option & 3) === 3))
				input.fail(
					register.letter === 'x'
						? 'an x register takes lsl, uxtx or sxtx here'
						: 'a w register needs uxtb, uxth, uxtw, sxtb, sxth or sxtw here',
					register.column
				);
			return [register.number, option, amount];
		};
		if (!input.accept(',')) return checked(plain, 0);
		const column = input.skip();
		const name = input.word();
		const option = name === 'lsl' ? plain : extendNames.indexOf(name);
		if (option < 0) input.fail(`expected lsl or one of ${extendNames.join(', ')}`, column);
		return checked(option, input.atEnd ? 0 : input.bounded('the shift amount', 0, 4));
	}
};

/** imm12 and sh of ADD and SUB. `sign` -1: the opposite instruction is meant (add x0, x0, #-4). */
function addImmediate(sign: 1n | -1n): OperandKind {
	return {
		what: 'a number of 12 bits, shifted by 12 or not',
		print: ([imm12, sh]) => hex(imm12!) + (sh ? ', lsl #12' : ''),
		parse: (input, context) => {
			if (sign === 1n && readFixup(input, context, { lo12: 'add_abs_lo12' })) return [0, 0];
			const parsed = input.constant('the number');
			const value = parsed.value * sign;
			const misfit = () =>
				input.fail(
					`${parsed.value} does not fit: 0 to 4095, or a multiple of 4096 up to 0xfff000`,
					parsed.column
				);
			// The negative form must not take 0: CMP with 0 sets the carry, CMN with 0 does not.
			if (sign === -1n && value <= 0n) return misfit();
			if (input.accept(',')) {
				const column = input.skip();
				if (input.word() !== 'lsl') input.fail('expected lsl #0 or lsl #12', column);
				const shift = input.bounded('the shift', 0, 12, 12);
				if (value < 0n || value > 0xfffn)
					input.fail(`a shifted number must be from 0 to 4095, not ${value}`, parsed.column);
				return [Number(value), shift ? 1 : 0];
			}
			if (value >= 0n && value <= 0xfffn) return [Number(value), 0];
			if (value >= 0n && value <= 0xfff000n && value % 4096n === 0n)
				return [Number(value >> 12n), 1];
			return misfit();
		}
	};
}

/** The 64-bit pattern that a register-sized value repeats. */
const repeated = (value: bigint, size: number) => (size === 64 ? value : value | (value << 32n));

function printMask([n, immr, imms]: readonly number[], { fields }: PrintContext) {
	const mask = decodeBitMask(n!, immr!, imms!);
	return mask === undefined ? undefined : BigInt.asUintN(sizeOf(fields), mask);
}

function readMask(input: Scanner, context: ParseContext, inverted = false): number[] {
	const size = sizeOf(context.fields);
	const { value: written, column } = readValue(input, size);
	const value = inverted ? BigInt.asUintN(size, ~written) : written;
	const encoding = encodeBitMask(repeated(value, size));
	if (encoding === undefined)
		return input.fail(
			`0x${value.toString(16)} is no logical immediate: it must be a run of ones, rotated, in an element of 2 to ${size} bits that repeats`,
			column
		);
	return [encoding >> 12, (encoding >> 6) & 63, encoding & 63];
}

/** imm16 and hw that make `value`, if one halfword is enough. */
function asMoveWide(value: bigint, size: number): [number, number] | undefined {
	for (let hw = 0; hw < size / 16; hw++) {
		const shift = BigInt(16 * hw);
		if ((value & ~(0xffffn << shift)) === 0n) return [Number(value >> shift), hw];
	}
	return undefined;
}

function moveAlias(inverted: boolean): OperandKind {
	const value = (raw: bigint, size: number) => BigInt.asUintN(size, inverted ? ~raw : raw);
	return {
		what: 'a number with one halfword that is not ' + (inverted ? 'all ones' : 'zero'),
		print: ([imm16, hw], { fields }) =>
			hex(value(BigInt(imm16!) << BigInt(16 * hw!), sizeOf(fields))),
		parse: (input, context) => {
			const size = sizeOf(context.fields);
			const parsed = readValue(input, size);
			const made = asMoveWide(value(parsed.value, size), size);
			return (
				made ?? input.fail('one mov cannot make this number: use movz and movk', parsed.column)
			);
		}
	};
}

const wideModifiers = (mnemonic: string): Record<string, FixupKind> => ({
	abs_g0: 'movw_uabs_g0',
	abs_g0_nc: 'movw_uabs_g0_nc',
	abs_g1: 'movw_uabs_g1',
	abs_g1_nc: 'movw_uabs_g1_nc',
	abs_g2: 'movw_uabs_g2',
	abs_g2_nc: 'movw_uabs_g2_nc',
	abs_g3: 'movw_uabs_g3',
	...(mnemonic === 'movk'
		? {}
		: { abs_g0_s: 'movw_sabs_g0', abs_g1_s: 'movw_sabs_g1', abs_g2_s: 'movw_sabs_g2' })
});

/** `#5`, `#5, lsl #16` or `#:abs_g1:symbol`: imm16 and hw. */
function wide(mnemonic: string): OperandKind {
	return {
		what: 'a number of 16 bits, shifted or not',
		print: ([imm16, hw]) => hex(imm16!) + (hw ? `, lsl #${16 * hw}` : ''),
		parse: (input, context) => {
			const modifier = readFixup(input, context, wideModifiers(mnemonic));
			if (modifier) return [0, Number(modifier[5])];
			const value = input.bounded('the number', 0, 0xffff);
			if (!input.accept(',')) return [value, 0];
			const column = input.skip();
			if (input.word() !== 'lsl') input.fail('expected lsl', column);
			return [value, input.bounded('the shift', 0, sizeOf(context.fields) - 16, 16) / 16];
		}
	};
}

/** immr and imms written as lowest bit and width. */
function bitfield(inserts: boolean): OperandKind {
	return {
		what: 'the lowest bit and the width of a bit field',
		print: ([immr, imms], { fields }) =>
			inserts
				? `#${-immr! & (sizeOf(fields) - 1)}, #${imms! + 1}`
				: `#${immr}, #${imms! - immr! + 1}`,
		parse: (input, context) => {
			const size = sizeOf(context.fields);
			const lsb = input.bounded('the lowest bit', 0, size - 1);
			input.expect(',');
			const width = input.bounded('the width', 1, size - lsb);
			return inserts ? [-lsb & (size - 1), width - 1] : [lsb, lsb + width - 1];
		}
	};
}

/** A distance from the PC, in units of `scale` bytes. The assembler always leaves a fixup. */
export function label(kind: FixupKind, scale: number, page = 0n): OperandKind {
	return {
		what: 'a label',
		mayBe: (operands) => !operands.includes('['),
		print: (values, { widths, pc }) => {
			const bits = widths.reduce((sum, width) => sum + width, 0);
			const distance = BigInt(signed(joined(values, widths), bits)) * BigInt(scale);
			return '0x' + BigInt.asUintN(64, (pc & ~page) + distance).toString(16);
		},
		parse: (input, context) => {
			const column = input.skip();
			if (page && input.accept(':')) {
				if (input.word() !== 'pg_hi21') input.fail('only :pg_hi21: can stand here', column);
				input.expect(':');
			}
			if (input.peekWord() === '' && /^[[=]/.test(input.text.slice(input.position)))
				input.fail('expected a label', column);
			context.fixup(kind, symbolText(input));
			return context.widths.map(() => 0);
		}
	};
}

export const immediateKinds: Readonly<Record<string, (parameter: string) => OperandKind>> = {
	imm: () => number((value) => `#${value}`),
	hex: () => number((value) => hex(value)),
	addimm: () => addImmediate(1n),
	negaddimm: () => addImmediate(-1n),
	shifted: (parameter) => shifted(parameter === 'ror' ? 4 : 3),
	extended: () => extended,
	bitmask: () => ({
		what: 'a logical immediate',
		print: (values, context) => {
			const mask = printMask(values, context);
			return mask === undefined ? undefined : hex(mask);
		},
		parse: (input, context) => readMask(input, context)
	}),
	/** For `bic`, `orn` and `eon` with an immediate: the complement is encoded. Never printed. */
	invertedmask: () => ({
		what: 'a logical immediate',
		print: () => undefined,
		parse: (input, context) => readMask(input, context, true)
	}),
	/** ORR's mov: only for what MOVZ and MOVN cannot make. */
	movmask: () => ({
		what: 'a logical immediate',
		print: (values, context) => {
			const mask = printMask(values, context);
			const size = sizeOf(context.fields);
			if (mask === undefined || asMoveWide(mask, size)) return undefined;
			if (asMoveWide(BigInt.asUintN(size, ~mask), size)) return undefined;
			return hex(mask);
		},
		parse: (input, context) => readMask(input, context)
	}),
	wide,
	movwide: () => moveAlias(false),
	movinverted: () => moveAlias(true),
	lsl: () => ({
		what: 'a shift amount',
		print: ([, imms], { fields }) => `#${sizeOf(fields) - 1 - imms!}`,
		parse: (input, { fields }) => {
			const size = sizeOf(fields);
			const amount = input.bounded('the shift amount', 0, size - 1);
			return [-amount & (size - 1), size - 1 - amount];
		}
	}),
	insertlsb: () => bitfield(true),
	extractlsb: () => bitfield(false),
	bitnumber: () => ({
		what: 'a bit number',
		print: ([b5, b40]) => `#${b5! * 32 + b40!}`,
		parse: (input, context) => {
			const column = input.skip();
			const number = input.bounded('the bit number', 0, 63);
			bind(input, context, 'b5', number >> 5, 'a w register has no such bit', column);
			return [number >> 5, number & 31];
		}
	}),
	label: (kind) => label(kind as FixupKind, 4),
	adr: () => label('adr_prel_lo21', 1),
	adrp: () => label('adr_prel_pg_hi21', 4096, 0xfffn)
};

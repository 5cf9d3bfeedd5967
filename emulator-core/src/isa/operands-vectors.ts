import { joined, split, type OperandKind } from './operand-kind.ts';

/** A V register as lanes: `v3.16b`. */
function lanesOf(arrangement: string): OperandKind {
	const what = `a SIMD register with .${arrangement}`;
	return {
		what,
		mayBe: (operands, isFirst) => !isFirst || /^v/i.test(operands),
		print: ([number]) => `v${number}.${arrangement}`,
		parse: (input) => {
			const column = input.skip();
			const found = /^v(\d{1,2})\.(\w+)$/.exec(input.peekWord());
			if (!found || Number(found[1]) > 31 || found[2] !== arrangement)
				input.fail(`expected ${what} (v0.${arrangement} to v31.${arrangement})`, column);
			input.word();
			return [Number(found![1])];
		}
	};
}

/** One lane: `v3.s[1]`. The first field is the register, the others are the index. */
function laneOf(letter: string): OperandKind {
	const what = `a lane of a SIMD register (v0.${letter}[0])`;
	return {
		what,
		mayBe: (operands) => operands.includes('['),
		print: ([number, ...index], { widths }) =>
			`v${number}.${letter}[${joined(index, widths.slice(1))}]`,
		parse: (input, { widths }) => {
			const column = input.skip();
			const found = /^v(\d{1,2})\.(\w+)$/.exec(input.peekWord());
			const limit = 2 ** widths[0]!;
			if (!found || Number(found[1]) > 31 || found[2] !== letter)
				input.fail(`expected ${what}`, column);
			if (Number(found![1]) >= limit)
				input.fail(`a lane of 16 bits can only be one of v0 to v${limit - 1} here`, column);
			input.word();
			input.expect('[');
			const bits = widths.slice(1).reduce((sum, width) => sum + width, 0);
			const index = input.bounded('the index', 0, 2 ** bits - 1);
			input.expect(']');
			return [Number(found![1]), ...split(index, widths.slice(1))];
		}
	};
}

/** A shift to the right by 1 to `bits`, encoded as `bits` minus it. */
function shiftRight(bits: number): OperandKind {
	return {
		what: `a shift by 1 to ${bits}`,
		print: ([value]) => `#${bits - value!}`,
		parse: (input) => [bits - input.bounded('the shift', 1, bits)]
	};
}

/** Two fields that name the same register. */
function sameLanes(arrangement: string): OperandKind {
	const { what, print, parse } = lanesOf(arrangement);
	return {
		what,
		print: ([first, second], context) => (first === second ? print([first!], context) : undefined),
		parse: (input, context) => {
			const [number] = parse(input, context);
			return [number!, number!];
		}
	};
}

/** A number that the mnemonic fixes but that is written all the same; it fills no field. */
function exactly(value: number): OperandKind {
	return {
		what: `the number ${value}`,
		print: () => `#${value}`,
		parse: (input) => {
			input.bounded('the number', value, value);
			return [];
		}
	};
}

/** Consecutive registers in braces; the field is the first of them, and V0 follows V31. */
function list(count: number, arrangement: string): OperandKind {
	const what = `a list of ${count} SIMD register${count > 1 ? 's' : ''} with .${arrangement}`;
	const name = (number: number) => `v${number % 32}.${arrangement}`;
	return {
		what,
		mayBe: (operands) => operands.includes('{'),
		print: ([first]) => {
			const last = first! + count - 1;
			if (count > 2 && last < 32) return `{${name(first!)}-${name(last)}}`;
			return `{${Array.from({ length: count }, (_, i) => name(first! + i)).join(', ')}}`;
		},
		parse: (input) => {
			const column = input.skip();
			const one = () => {
				input.skip();
				const found = /^v(\d{1,2})\.(\w+)$/.exec(input.peekWord());
				if (!found || Number(found[1]) > 31 || found[2] !== arrangement)
					input.fail(`expected ${what}`, column);
				input.word();
				return Number(found![1]);
			};
			input.expect('{');
			const first = one();
			let taken = 1;
			if (input.accept('-')) taken += (one() - first + 32) % 32;
			else
				while (input.accept(',')) {
					if (one() !== (first + taken) % 32)
						input.fail('the registers of a list follow one another', column);
					taken++;
				}
			input.expect('}');
			if (taken !== count) input.fail(`expected ${what}, not of ${taken}`, column);
			return [first];
		}
	};
}

/** One lane of consecutive registers: `{v0.s, v1.s}[1]`. Fields: the first register, then the index. */
function listLane(count: number, letter: string): OperandKind {
	const whole = list(count, letter);
	return {
		what: `one lane of ${count} SIMD register${count > 1 ? 's' : ''}`,
		mayBe: (operands) => operands.includes('{'),
		print: ([first, ...index], context) =>
			`${whole.print([first!], context)}[${joined(index, context.widths.slice(1))}]`,
		parse: (input, context) => {
			const [first] = whole.parse(input, context);
			const widths = context.widths.slice(1);
			input.expect('[');
			const bits = widths.reduce((sum, width) => sum + width, 0);
			const index = input.bounded('the index', 0, 2 ** bits - 1);
			input.expect(']');
			return [first!, ...split(index, widths)];
		}
	};
}

/** LSL or MSL by an amount that the form fixes; it fills no field. */
function fixedShift(how: 'lsl' | 'msl', by: number): OperandKind {
	return {
		what: `${how} #${by}`,
		print: () => `${how} #${by}`,
		parse: (input) => {
			const column = input.skip();
			if (input.peekWord() !== how) input.fail(`expected ${how} #${by}`, column);
			input.word();
			input.bounded('the shift', by, by);
			return [];
		}
	};
}

/** A 64-bit number of bytes that are 0x00 or 0xff, one bit of the fields for each. */
const byteMask: OperandKind = {
	what: 'a number whose bytes are 0x00 or 0xff',
	print: (values, { widths }) => {
		const bits = joined(values, widths);
		let mask = 0n;
		for (let i = 0; i < 8; i++) if ((bits >> i) & 1) mask |= 0xffn << BigInt(8 * i);
		return '#0x' + mask.toString(16);
	},
	parse: (input, { widths }) => {
		const { value, column } = input.constant('the number');
		const whole = BigInt.asUintN(64, value);
		let bits = 0;
		for (let i = 0; i < 8; i++) {
			const byte = (whole >> BigInt(8 * i)) & 0xffn;
			if (byte !== 0n && byte !== 0xffn)
				input.fail('each byte of the number must be 0x00 or 0xff', column);
			if (byte) bits |= 1 << i;
		}
		return split(bits, widths);
	}
};

/** A byte, in hexadecimal. */
const hexNumber: OperandKind = {
	what: 'a number from 0 to 255',
	print: (values, { widths }) => '#0x' + joined(values, widths).toString(16),
	parse: (input, { widths }) => split(input.bounded('the number', 0, 255), widths)
};

/** What the eight bits of FMOV stand for: +-n/16 * 2^r, n from 16 to 31, r from -3 to 4. */
export function expandedFp(bits: number): number {
	const exponent = ((bits >> 4) & 7) ^ 4;
	const magnitude = ((16 + (bits & 15)) / 16) * 2 ** (exponent - 3);
	return bits & 0x80 ? -magnitude : magnitude;
}

const fpImmediate: OperandKind = {
	what: 'a number n / 16 * 2^r, with n from 16 to 31 and r from -3 to 4',
	print: (values, { widths }) => {
		const [mantissa, exponent] = expandedFp(joined(values, widths)).toExponential(18).split('e');
		const power = Number(exponent);
		return `#${mantissa}e${power < 0 ? '-' : '+'}${String(Math.abs(power)).padStart(2, '0')}`;
	},
	parse: (input, { widths }) => {
		input.accept('#');
		const column = input.skip();
		const text = /^[-+]?[0-9]*\.?[0-9]+(?:[eE][-+]?[0-9]+)?/.exec(input.text.slice(input.position));
		const bits = Array.from({ length: 256 }, (_, i) => i).find(
			(i) => text !== null && expandedFp(i) === Number(text[0])
		);
		if (bits === undefined) input.fail(`expected ${fpImmediate.what}`, column);
		input.position += text![0].length;
		return split(bits!, widths);
	}
};

/** The zero that floating-point comparisons write. */
const fpZero: OperandKind = {
	what: 'the number 0.0',
	print: () => '#0.0',
	parse: (input) => {
		input.accept('#');
		const column = input.skip();
		const text = /^0(?:\.0*)?(?![\w.])/.exec(input.text.slice(input.position));
		if (!text) input.fail('expected #0.0', column);
		input.position += text![0].length;
		return [];
	}
};

export const vectorKinds: Readonly<Record<string, (parameter: string) => OperandKind>> = {
	v: lanesOf,
	vsame: sameLanes,
	ve: laneOf,
	list: (parameter) => {
		const [count, arrangement] = parameter.split(' ');
		return list(Number(count), arrangement!);
	},
	listlane: (parameter) => {
		const [count, letter] = parameter.split(' ');
		return listLane(Number(count), letter!);
	},
	lslby: (by) => fixedShift('lsl', Number(by)),
	msl: (by) => fixedShift('msl', Number(by)),
	bytemask: () => byteMask,
	fpimm: () => fpImmediate,
	fpzero: () => fpZero,
	hexnumber: () => hexNumber,
	zero: () => exactly(0),
	exactly: (value) => exactly(Number(value)),
	shiftright: (bits) => shiftRight(Number(bits))
};

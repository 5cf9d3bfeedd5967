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

export const vectorKinds: Readonly<Record<string, (parameter: string) => OperandKind>> = {
	v: lanesOf,
	vsame: sameLanes,
	ve: laneOf,
	zero: () => exactly(0),
	exactly: (value) => exactly(Number(value)),
	shiftright: (bits) => shiftRight(Number(bits))
};

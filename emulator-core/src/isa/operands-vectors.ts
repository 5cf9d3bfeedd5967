import type { OperandKind } from './operand-kind.ts';

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

export const vectorKinds: Readonly<Record<string, (parameter: string) => OperandKind>> = {
	v: lanesOf
};

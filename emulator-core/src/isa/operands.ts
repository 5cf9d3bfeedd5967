import type { OperandKind } from './operand-kind.ts';
import { addressKinds } from './operands-addresses.ts';
import { immediateKinds } from './operands-immediates.ts';
import { registerKinds } from './operands-registers.ts';
import { systemKinds } from './operands-system.ts';
import { vectorKinds } from './operands-vectors.ts';

/**
 * The closed set of operand kinds. A template names one as `{fields|kind}` or `{fields|kind:parameter}`;
 * each kind both parses and prints its operand.
 */
const kinds: Readonly<Record<string, (parameter: string) => OperandKind>> = {
	...Object.fromEntries(Object.entries(registerKinds).map(([name, kind]) => [name, () => kind])),
	...immediateKinds,
	...addressKinds,
	...systemKinds,
	...vectorKinds
};

const made = new Map<string, OperandKind>();

export function operandKind(name: string, parameter: string): OperandKind {
	const key = `${name}:${parameter}`;
	let kind = made.get(key);
	if (!kind) {
		const make = kinds[name];
		if (!make) throw new Error(`There is no operand kind "${name}"`);
		made.set(key, (kind = make(parameter)));
	}
	return kind;
}

import type { FieldBits } from '../builder/builder.ts';
import type { Instruction } from './instruction.ts';
import type { OperandKind } from './operand-kind.ts';
import { operandKind } from './operands.ts';

/** An operand of a template: its kind and the fields that it fills. */
export interface TemplateOperand {
	readonly fields: readonly FieldBits[];
	readonly widths: readonly number[];
	readonly kind: OperandKind;
}

/** `mnemonic {Rd|r}, {Rn|r}`: operands are separated by commas and nothing else. */
export interface Template {
	readonly mnemonic: string;
	readonly operands: readonly TemplateOperand[];
}

export function parseTemplate(row: Instruction, asm: string): Template {
	const [mnemonic, ...rest] = asm.split(' ');
	const operands = [...rest.join(' ').matchAll(/\{([^|}]*)\|([^:}]+):?([^}]*)\}/g)].map(
		([, names, kind, parameter]) => {
			const fields = (names === '' ? [] : names!.split(' ')).map((name) => {
				const field = row.fields.find((f) => f.name === name);
				if (!field) throw new Error(`${row.name}: "${asm}" names no field of the pattern: ${name}`);
				return field;
			});
			return {
				fields,
				widths: fields.map((field) => field.width),
				kind: operandKind(kind!, parameter!)
			};
		}
	);
	return { mnemonic: mnemonic!, operands };
}

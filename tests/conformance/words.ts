import { fieldsOf, type Form } from '../../emulator-core/src/isa/instruction.ts';
import { tableDecoder } from '../../emulator-core/src/isa/table.ts';
import type { Random } from './random.ts';

/** A random allocated encoding of a form, or undefined if none was found. */
export function randomWord(form: Form, random: Random): number | undefined {
	for (let tries = 0; tries < 200; tries++) {
		const word = ((random.word() & ~form.mask) | form.value | form.row.ignored) >>> 0;
		if (form.row.where(fieldsOf(form.row, word))) return word;
	}
	return undefined;
}

/** `perForm` random words of every form that `wanted` takes. */
export function sampleWords(
	random: Random,
	perForm: number,
	wanted: (form: Form) => boolean = () => true
): number[] {
	return tableDecoder()
		.forms.filter(wanted)
		.flatMap((form) =>
			Array.from({ length: perForm }, () => randomWord(form, random)).filter((w) => w !== undefined)
		);
}

import {
	everywhere,
	fieldOf,
	fieldsOf,
	formsOf,
	type Form,
	type Instruction
} from './instruction.ts';

/** All forms of a table, numbered, with the way from a word to its form. */
export class Decoder {
	readonly forms: readonly Form[];
	readonly #rows: readonly Row[];
	/** Rows that may match, by the word's bits 31:21. */
	readonly #buckets: readonly (readonly Row[])[];

	constructor(table: readonly Instruction[]) {
		const forms: Form[] = [];
		this.#rows = table.map((instruction) => {
			const numbers = formsOf(instruction).map((form) => (form ? forms.push(form) - 1 : -1));
			return { instruction, numbers };
		});
		this.forms = forms;
		const buckets: Row[][] = Array.from({ length: 2048 }, () => []);
		for (const row of this.#rows) {
			const { mask, value } = row.instruction;
			const free = ~mask >>> 21;
			// Every value of the free bits, by counting down through their subsets.
			for (let subset = free; ; subset = (subset - 1) & free) {
				buckets[(value >>> 21) | subset]!.push(row);
				if (subset === 0) break;
			}
		}
		this.#buckets = buckets;
	}

	/** The number of the form of `word` in `forms`, or -1 where the encoding is unallocated. */
	decode(word: number): number {
		for (const { instruction, numbers } of this.#buckets[word >>> 21]!) {
			if (((word ^ instruction.value) & instruction.mask) !== 0) continue;
			let combination = 0;
			for (const field of instruction.variants)
				combination = (combination << field.width) | fieldOf(field, word);
			const number = numbers[combination]!;
			// Another row may have the combinations that this one does not.
			if (number < 0) continue;
			if (instruction.where === everywhere) return number;
			return instruction.where(fieldsOf(instruction, word)) ? number : -1;
		}
		return -1;
	}
}

interface Row {
	readonly instruction: Instruction;
	/** Form numbers by combination of the variant fields; -1 where unallocated. */
	readonly numbers: readonly number[];
}

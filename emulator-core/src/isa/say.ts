import { WordsBuilder } from '../builder/words-builder.ts';
import type { WordsContext } from '../builder/words-system.ts';
import { decodeBitMask } from './bit-masks.ts';
import { fieldsOf, type Form } from './instruction.ts';

/** Names and purposes that the sentences use; they live with their descriptions in cpu/. */
export type Words = Pick<
	WordsContext,
	'registerName' | 'registerPurpose' | 'operationPurpose' | 'nameOf'
>;

/**
 * What one instruction does, as a sentence without its full stop, for a reader who knows C:
 * `X4 = [X2 + 16], X5 = [X2 + 24]`. Brackets are memory, 8 bytes unless it says otherwise. It is made
 * from the row's semantics; a row adds only what semantics cannot say (`note`, `named`).
 */
export function say({ row, variant }: Form, word: number, pc: bigint, words: Words): string {
	const whole = row.says?.(fieldsOf(row, word));
	if (whole) return whole;
	const builder = new WordsBuilder({
		...words,
		word,
		pc,
		bitMask: (n, immr, imms) => decodeBitMask(n, immr, imms) ?? 0n,
		named: row.named
	});
	const fields = Object.fromEntries(
		row.fields.map((field) => [field.name, variant[field.name] ?? field])
	);
	row.sem(builder, fields as unknown as Parameters<typeof row.sem>[1]);
	const effects = builder.finish();
	const note = row.note(fieldsOf(row, word));
	const text = effects && note ? `${effects} (${note})` : effects || note || 'nothing';
	return text[0]!.toUpperCase() + text.slice(1);
}

import type { Assembly } from '../assembly.ts';
import type { Cursor } from '../cursor.ts';
import { AsmError } from '../diagnostics.ts';
import { constant } from '../expression.ts';
import type { Directive } from './index.ts';

/** .file and .loc fill the line table. */
export const debugDirectives: Record<string, Directive> = {
	'.file': file,
	'.loc': loc,
	// Statements about the processor and about listings change nothing here.
	...ignored(
		'.arch .cpu .arch_extension .ident .addrsig .addrsig_sym ' +
			'.eject .list .nolist .title .sbttl .psize .version .variant_pcs .symver ' +
			'.loc_mark_labels .gnu_attribute'
	),
	'.bundle_align_mode': () => {
		throw new AsmError('.bundle_align_mode is not supported: AArch64 code is not bundled');
	}
};

function ignored(names: string): Record<string, Directive> {
	const skip: Directive = (_, cursor) => void (cursor.at = cursor.end);
	return Object.fromEntries(names.split(' ').map((name) => [name, skip]));
}

/** `.file "name"`, or `.file 1 ["directory"] "name" [md5 0x…]` */
function file(asm: Assembly, cursor: Cursor): void {
	if (cursor.peek() === '"') {
		asm.sourceFileName = cursor.string();
		cursor.expectEnd();
		return;
	}
	const number = asm.boundedConstant(cursor, 'The number of a file', 0, 1_000_000);
	const first = cursor.string();
	const second = cursor.peek() === '"' ? cursor.string() : undefined;
	cursor.rest(); // md5 0x…, source "…"
	asm.lineNotes.files.set(
		number,
		second === undefined
			? { directory: undefined, name: first }
			: { directory: first, name: second }
	);
}

/** `.loc file line [column] [prologue_end] [is_stmt 0] …`: where the next instruction comes from. */
function loc(asm: Assembly, cursor: Cursor): void {
	const notes = asm.lineNotes;
	const fileStart = cursor.at;
	const fileNumber = asm.boundedConstant(cursor, 'The number of a file', 0, 1_000_000);
	if (!notes.files.has(fileNumber))
		throw new AsmError(
			`.loc names file ${fileNumber}, but no .file ${fileNumber} comes before it`,
			fileStart,
			cursor.at
		);
	const line = asm.boundedConstant(cursor, 'A line', 0, 0x7fff_ffff);
	const digit = /\d/.test(cursor.peek());
	const column = digit ? asm.boundedConstant(cursor, 'A column', 0, 0x7fff_ffff) : 0;
	let prologueEnd = false;
	let epilogueBegin = false;
	while (!cursor.done) {
		const word = cursor.expectName('An option of .loc');
		if (word === 'prologue_end') prologueEnd = true;
		else if (word === 'epilogue_begin') epilogueBegin = true;
		else if (word === 'is_stmt')
			notes.isStatement = asm.boundedConstant(cursor, 'is_stmt', 0, 1) === 1;
		else if (word === 'isa' || word === 'discriminator') asm.constant(cursor);
		else if (word === 'view') view(asm, cursor);
		else if (word !== 'basic_block')
			throw new AsmError(`.loc has no option "${word}"`, cursor.at - word.length, cursor.at);
	}
	const { isStatement } = notes;
	notes.loc({ file: fileNumber, line, column, isStatement, prologueEnd, epilogueBegin });
}

/** `view .LVU3` numbers the rows of one address, for location lists: we keep one row, number 0. */
function view(asm: Assembly, cursor: Cursor): void {
	if (/[-\d]/.test(cursor.peek())) {
		asm.constant(cursor);
		return;
	}
	asm.symbols.get(cursor.expectName('The name of a view')).equate = constant(0n);
}

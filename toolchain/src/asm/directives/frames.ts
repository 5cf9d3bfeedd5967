import { ulebBytes, slebBytes } from '../../dwarf/leb128.ts';
import type { Assembly } from '../assembly.ts';
import type { Cursor } from '../cursor.ts';
import { AsmError } from '../diagnostics.ts';
import { DW_CFA, savedAt, stackRegister, valueAt } from '../frames.ts';
import type { Directive } from './index.ts';

/** .cfi_…: how to find the caller's registers from any instruction of a function. */
export const frameDirectives: Record<string, Directive> = {
	'.cfi_startproc': (asm, cursor) => {
		const isSimple = !cursor.done && cursor.name() === 'simple';
		cursor.expectEnd();
		asm.frameNotes.begin(asm, isSimple);
	},
	'.cfi_endproc': (asm, cursor) => {
		cursor.expectEnd();
		asm.frameNotes.end(asm);
	},
	'.cfi_sections': (asm, cursor) => {
		const names: string[] = [];
		while (!cursor.done) {
			const name = cursor.expectName('.eh_frame or .debug_frame');
			if (name !== '.eh_frame' && name !== '.debug_frame')
				throw new AsmError(`.cfi_sections knows .eh_frame and .debug_frame, not ${name}`);
			names.push(name);
			cursor.accept(',');
		}
		asm.frameNotes.sections = names;
	},
	'.cfi_def_cfa': (asm, cursor) => {
		const register = readRegister(asm, cursor);
		const offset = afterComma(cursor, () => readOffset(asm, cursor));
		asm.frameNotes.cfaOffset = offset;
		asm.frameNotes.add(asm, [DW_CFA.def_cfa, register, ...ulebBytes(offset)]);
	},
	'.cfi_def_cfa_register': (asm, cursor) =>
		asm.frameNotes.add(asm, [DW_CFA.def_cfa_register, readRegister(asm, cursor)]),
	'.cfi_def_cfa_offset': (asm, cursor) => setOffset(asm, readOffset(asm, cursor)),
	'.cfi_adjust_cfa_offset': (asm, cursor) =>
		setOffset(asm, asm.frameNotes.cfaOffset + readOffset(asm, cursor)),
	'.cfi_offset': (asm, cursor) => {
		const register = readRegister(asm, cursor);
		const offset = afterComma(cursor, () => readSlot(asm, cursor));
		asm.frameNotes.add(asm, savedAt(register, offset));
	},
	'.cfi_rel_offset': (asm, cursor) => {
		const register = readRegister(asm, cursor);
		const offset = afterComma(cursor, () => readSlot(asm, cursor));
		asm.frameNotes.add(asm, savedAt(register, offset - asm.frameNotes.cfaOffset));
	},
	'.cfi_val_offset': (asm, cursor) => {
		const register = readRegister(asm, cursor);
		const offset = afterComma(cursor, () => readSlot(asm, cursor));
		asm.frameNotes.add(asm, valueAt(register, offset));
	},
	'.cfi_register': (asm, cursor) => {
		const from = readRegister(asm, cursor);
		const to = afterComma(cursor, () => readRegister(asm, cursor));
		asm.frameNotes.add(asm, [DW_CFA.register, ...ulebBytes(from), ...ulebBytes(to)]);
	},
	'.cfi_undefined': eachRegister((register) => [DW_CFA.undefined, ...ulebBytes(register)]),
	'.cfi_same_value': eachRegister((register) => [DW_CFA.same_value, ...ulebBytes(register)]),
	'.cfi_restore': eachRegister((register) =>
		register < 64 ? [DW_CFA.restore | register] : [DW_CFA.restore_extended, ...ulebBytes(register)]
	),
	'.cfi_remember_state': (asm) => asm.frameNotes.remember(asm),
	'.cfi_restore_state': (asm) => asm.frameNotes.restore(asm),
	'.cfi_negate_ra_state': negateReturnAddress,
	'.cfi_window_save': negateReturnAddress,
	'.cfi_signal_frame': (asm) => augment(asm, 'S'),
	'.cfi_b_key_frame': (asm) => augment(asm, 'B'),
	'.cfi_return_column': (asm, cursor) => {
		if (readRegister(asm, cursor) !== 30)
			throw new AsmError('.cfi_return_column: on AArch64 the return address is in x30');
	},
	'.cfi_escape': (asm, cursor) => {
		const bytes: number[] = [];
		do bytes.push(asm.boundedConstant(cursor, 'A byte', 0, 255));
		while (cursor.accept(','));
		cursor.expectEnd();
		asm.frameNotes.add(asm, bytes, false);
	},
	// For C++ exceptions, which nothing here throws.
	'.cfi_personality': ignore,
	'.cfi_lsda': ignore
};

function ignore(_: Assembly, cursor: Cursor): void {
	cursor.at = cursor.end;
}

function negateReturnAddress(asm: Assembly): void {
	asm.frameNotes.add(asm, [DW_CFA.AARCH64_negate_ra_state]);
}

function augment(asm: Assembly, letter: string): void {
	const { open } = asm.frameNotes;
	if (!open) throw new AsmError('This .cfi directive is outside a function: see .cfi_startproc');
	if (!open.augmentation.includes(letter)) open.augmentation += letter;
}

function setOffset(asm: Assembly, offset: number): void {
	asm.frameNotes.cfaOffset = offset;
	asm.frameNotes.add(
		asm,
		offset >= 0
			? [DW_CFA.def_cfa_offset, ...ulebBytes(offset)]
			: [DW_CFA.def_cfa_offset_sf, ...slebBytes(offset / -8)]
	);
}

function eachRegister(instruction: (register: number) => number[]): Directive {
	return (asm, cursor) => {
		do asm.frameNotes.add(asm, instruction(readRegister(asm, cursor)));
		while (cursor.accept(','));
		cursor.expectEnd();
	};
}

function afterComma<T>(cursor: Cursor, read: () => T): T {
	cursor.expect(',', 'the directive takes two values.');
	const value = read();
	cursor.expectEnd();
	return value;
}

function readOffset(asm: Assembly, cursor: Cursor): number {
	return asm.boundedConstant(cursor, 'An offset', -(2 ** 31), 2 ** 31 - 1);
}

/** Registers are saved in slots of eight bytes. */
function readSlot(asm: Assembly, cursor: Cursor): number {
	cursor.skipSpace();
	const start = cursor.at;
	const offset = readOffset(asm, cursor);
	if (offset % 8 !== 0)
		throw new AsmError(
			`A register is saved at a multiple of 8, not at ${offset}`,
			start,
			cursor.at
		);
	return offset;
}

/** A DWARF register number, or a register's name ("DWARF for the Arm 64-bit Architecture"). */
function readRegister(asm: Assembly, cursor: Cursor): number {
	cursor.skipSpace();
	const start = cursor.at;
	if (/[\d(]/.test(cursor.peek())) return asm.boundedConstant(cursor, 'A register', 0, 127);
	const written = cursor.expectName('A register').toLowerCase();
	const name = (asm.aliases.get(written) ?? written).toLowerCase();
	if (name === 'sp' || name === 'wsp') return stackRegister;
	if (name === 'lr') return 30;
	const match = /^([xwbhsdqv])(\d+)$/.exec(name);
	const number = match ? Number(match[2]) : 99;
	const isGeneral = match?.[1] === 'x' || match?.[1] === 'w';
	if (number > (isGeneral ? 30 : 31))
		throw new AsmError(`"${written}" is no register, like x29 or d8`, start, cursor.at);
	return isGeneral ? number : 64 + number;
}

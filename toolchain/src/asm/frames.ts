import { slebBytes, ulebBytes } from '../dwarf/leb128.ts';
import type { Assembly } from './assembly.ts';
import { AsmError, type Place } from './diagnostics.ts';
import { assembleStatements } from './statements.ts';
import type { Subsection } from './sections.ts';

/**
 * Call frame information: from the .cfi_… directives to .eh_frame and .debug_frame ("DWARF 5", chapter
 * "Call Frame Information"; for .eh_frame "Linux Standard Base Core", chapter "Exception Frames").
 */
export const DW_CFA = {
	advance_loc: 0x40,
	offset: 0x80,
	restore: 0xc0,
	advance_loc1: 0x02,
	advance_loc2: 0x03,
	advance_loc4: 0x04,
	offset_extended: 0x05,
	restore_extended: 0x06,
	undefined: 0x07,
	same_value: 0x08,
	register: 0x09,
	remember_state: 0x0a,
	restore_state: 0x0b,
	def_cfa: 0x0c,
	def_cfa_register: 0x0d,
	def_cfa_offset: 0x0e,
	offset_extended_sf: 0x11,
	def_cfa_offset_sf: 0x13,
	val_offset: 0x14,
	val_offset_sf: 0x15,
	AARCH64_negate_ra_state: 0x2d
} as const;

const codeAlignment = 4;
const dataAlignment = -8;
const linkRegister = 30;
export const stackRegister = 31;

interface FrameInstruction {
	/** Bytes of code from the function's beginning to where it holds. */
	offset: number;
	bytes: number[];
	/** May it stand before all functions that begin alike? */
	isShareable: boolean;
}

/** What lies between .cfi_startproc and .cfi_endproc. */
interface FrameDescription {
	sub: Subsection;
	start: number;
	size: number;
	instructions: FrameInstruction[];
	/** `S`: a signal handler's frame; `B`: return addresses are signed with key B. */
	augmentation: string;
	place: Place;
}

export class FrameNotes {
	readonly finished: FrameDescription[] = [];
	sections: readonly string[] = ['.eh_frame'];
	open: FrameDescription | undefined;
	/** Of the canonical frame address, for .cfi_adjust_cfa_offset and .cfi_rel_offset. */
	cfaOffset = 0;
	readonly #remembered: number[] = [];

	begin(asm: Assembly, isSimple: boolean): void {
		if (this.open)
			throw new AsmError('.cfi_startproc within a .cfi_startproc: .cfi_endproc ends it');
		const { current: sub } = asm;
		const place = asm.input.place();
		this.open = {
			sub,
			start: sub.size,
			size: 0,
			instructions: [],
			augmentation: '',
			place
		};
		this.cfaOffset = 0;
		this.#remembered.length = 0;
		if (!isSimple) this.add(asm, [DW_CFA.def_cfa, stackRegister, 0]);
	}

	end(asm: Assembly): void {
		const { open } = this;
		if (!open) throw new AsmError('.cfi_endproc without a .cfi_startproc before it');
		if (open.sub !== asm.current)
			throw new AsmError('.cfi_endproc must be in the section of its .cfi_startproc');
		open.size = open.sub.size - open.start;
		this.finished.push(open);
		this.open = undefined;
	}

	add(asm: Assembly, bytes: number[], isShareable = true): void {
		const { open } = this;
		if (!open)
			throw new AsmError(
				'This .cfi directive is outside a function: .cfi_startproc begins one, .cfi_endproc ends it'
			);
		open.instructions.push({ offset: asm.current.size - open.start, bytes, isShareable });
	}

	remember(asm: Assembly): void {
		this.add(asm, [DW_CFA.remember_state], false);
		this.#remembered.push(this.cfaOffset);
	}

	restore(asm: Assembly): void {
		const offset = this.#remembered.pop();
		if (offset === undefined)
			throw new AsmError('.cfi_restore_state without a .cfi_remember_state before it');
		this.add(asm, [DW_CFA.restore_state], false);
		this.cfaOffset = offset;
	}
}

/** Where a register is saved, `offset` bytes from the canonical frame address. */
export function savedAt(register: number, offset: number): number[] {
	const factored = offset / dataAlignment;
	if (factored < 0) return [DW_CFA.offset_extended_sf, register, ...slebBytes(factored)];
	if (register < 64) return [DW_CFA.offset | register, ...ulebBytes(factored)];
	return [DW_CFA.offset_extended, ...ulebBytes(register), ...ulebBytes(factored)];
}

export function valueAt(register: number, offset: number): number[] {
	const factored = offset / dataAlignment;
	return factored < 0
		? [DW_CFA.val_offset_sf, ...ulebBytes(register), ...slebBytes(factored)]
		: [DW_CFA.val_offset, ...ulebBytes(register), ...ulebBytes(factored)];
}

/** Writes the sections, when the whole text is read. */
export function addFrames(asm: Assembly): void {
	const { frameNotes: notes } = asm;
	if (notes.open)
		asm.report('.cfi_endproc is missing: what begins here has no end', notes.open.place);
	if (notes.finished.length === 0) return;
	const lines = notes.sections.flatMap((section) => sectionText(asm, notes.finished, section));
	asm.input.push(lines, 'call frame information', asm.input.place(), 0);
	asm.lineNotes.hasLoc = true;
	assembleStatements(asm);
}

interface CommonEntry {
	label: string;
	augmentation: string;
	instructions: number[][];
}

function sectionText(asm: Assembly, frames: FrameDescription[], section: string): string[] {
	const isEh = section === '.eh_frame';
	const prefix = `.Lframe${isEh ? '_eh' : ''}`;
	const common: CommonEntry[] = [];
	const lines = [`.section ${section},"${isEh ? 'a' : ''}",@progbits`, '.balign 8'];
	frames.forEach((frame, i) => {
		let entry = common.findLast((known) => begins(frame, known));
		if (!entry) {
			entry = newCommonEntry(frame, `${prefix}_common${common.length}`);
			common.push(entry);
			lines.push(...commonText(entry, `${prefix}_c${common.length}`, isEh));
		}
		const start = `${prefix}_start${i}`;
		const symbol = asm.symbols.get(start);
		symbol.sub = frame.sub;
		symbol.offset = frame.start;
		const end = `${prefix}_end${i}`;
		const isLast = i === frames.length - 1;
		lines.push(
			`.4byte ${end} - 1f`,
			`1: .4byte ${isEh ? '. - ' : ''}${entry.label}`,
			isEh ? `.4byte ${start} - .` : `.8byte ${start}`,
			isEh ? `.4byte ${frame.size}; .byte 0` : `.8byte ${frame.size}`,
			...instructionsText(frame, entry.instructions.length),
			`.balign ${isEh && !isLast ? 4 : 8}`,
			`${end}:`
		);
	});
	return lines;
}

/** Does the function begin with all that the common entry says? */
function begins(frame: FrameDescription, { augmentation, instructions }: CommonEntry): boolean {
	return (
		frame.augmentation === augmentation &&
		instructions.every((bytes, i) => {
			const own = frame.instructions[i];
			return own?.offset === 0 && own.isShareable && own.bytes.join() === bytes.join();
		})
	);
}

function newCommonEntry(frame: FrameDescription, label: string): CommonEntry {
	const { augmentation, instructions } = frame;
	const end = instructions.findIndex(({ offset, isShareable }) => offset > 0 || !isShareable);
	const initial = end < 0 ? instructions : instructions.slice(0, end);
	return { label, augmentation, instructions: initial.map(({ bytes }) => bytes) };
}

function commonText(
	{ label, augmentation, instructions }: CommonEntry,
	end: string,
	isEh: boolean
) {
	const factors = [...ulebBytes(codeAlignment), ...slebBytes(dataAlignment), linkRegister];
	return [
		`${label}:`,
		`.4byte ${end} - 1f`,
		`1: .4byte ${isEh ? '0' : '0xffffffff'}`,
		`.byte 1`,
		`.asciz "${isEh ? 'zR' : ''}${augmentation}"`,
		`.byte ${factors.join(', ')}`,
		...(isEh ? ['.byte 1, 0x1b'] : []), // addresses: relative, 4 bytes, signed
		...instructions.map((bytes) => `.byte ${bytes.join(', ')}`),
		`.balign ${isEh ? 4 : 8}`,
		`${end}:`
	];
}

function instructionsText({ instructions }: FrameDescription, from: number): string[] {
	let at = 0;
	return instructions.slice(from).map(({ offset, bytes }) => {
		const moved = advance((offset - at) / codeAlignment);
		at = offset;
		return `.byte ${[...moved, ...bytes].join(', ')}`;
	});
}

function advance(instructions: number): number[] {
	if (instructions === 0) return [];
	if (instructions < 64) return [DW_CFA.advance_loc | instructions];
	if (instructions < 256) return [DW_CFA.advance_loc1, instructions];
	const low = [instructions & 255, (instructions >> 8) & 255];
	if (instructions < 65536) return [DW_CFA.advance_loc2, ...low];
	return [DW_CFA.advance_loc4, ...low, (instructions >> 16) & 255, instructions >>> 24];
}

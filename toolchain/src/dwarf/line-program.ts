/**
 * The line number program: .debug_line of DWARF version 5 ("DWARF Debugging Information Format,
 * Version 5", chapter "Line Number Information").
 */

export interface LineRow {
	/** Byte offset from the beginning of the sequence; a multiple of 4. */
	offset: number;
	file: number;
	line: number;
	column: number;
	isStatement: boolean;
	prologueEnd: boolean;
	epilogueBegin: boolean;
}

/** Rows in ascending order of offset, of code that stays together. */
export interface LineSequence {
	rows: readonly LineRow[];
	/** Bytes of code: where the last row ends. */
	size: number;
}

export interface LineFiles {
	/** Directory 0 is the one that the compiler ran in. */
	directories: readonly string[];
	/** File 0 is the unit's own. */
	files: readonly { name: string; directory: number }[];
}

export interface LineProgram {
	bytes: Uint8Array;
	/** Where, in `bytes`, the 8-byte start address of each sequence goes. */
	addresses: number[];
}

export const DW_LNS = {
	copy: 1,
	advance_pc: 2,
	advance_line: 3,
	set_file: 4,
	set_column: 5,
	negate_stmt: 6,
	set_basic_block: 7,
	const_add_pc: 8,
	fixed_advance_pc: 9,
	set_prologue_end: 10,
	set_epilogue_begin: 11,
	set_isa: 12
} as const;

export const DW_LNE = { end_sequence: 1, set_address: 2, set_discriminator: 4 } as const;
export const DW_LNCT = { path: 1, directory_index: 2 } as const;
const DW_FORM = { string: 0x08, udata: 0x0f } as const;

const lineBase = -5;
const lineRange = 14;
const opcodeBase = 13;
const instructionLength = 4;

/** Writes one unit's line number program. */
export function writeLineProgram(
	{ directories, files }: LineFiles,
	sequences: readonly LineSequence[]
): LineProgram {
	const out = new ByteWriter();
	out.u32(0); // unit length, put in at the end
	out.u16(5);
	out.u8(8); // bytes of an address
	out.u8(0); // bytes of a segment selector
	const headerLengthAt = out.length;
	out.u32(0);
	out.u8(instructionLength);
	out.u8(1); // operations of an instruction
	out.u8(1); // rows are statements by default
	out.u8(lineBase);
	out.u8(lineRange);
	out.u8(opcodeBase);
	for (const operands of [0, 1, 1, 1, 1, 0, 0, 0, 1, 0, 0, 1]) out.u8(operands);
	out.u8(1);
	out.uleb(DW_LNCT.path);
	out.uleb(DW_FORM.string);
	out.uleb(directories.length);
	for (const directory of directories) out.string(directory);
	out.u8(2);
	out.uleb(DW_LNCT.path);
	out.uleb(DW_FORM.string);
	out.uleb(DW_LNCT.directory_index);
	out.uleb(DW_FORM.udata);
	out.uleb(files.length);
	for (const { name, directory } of files) {
		out.string(name);
		out.uleb(directory);
	}
	out.setU32(headerLengthAt, out.length - headerLengthAt - 4);
	const addresses = sequences.map((sequence) => writeSequence(out, sequence));
	out.setU32(0, out.length - 4);
	return { bytes: out.bytes(), addresses };
}

function writeSequence(out: ByteWriter, { rows, size }: LineSequence): number {
	out.u8(0);
	out.uleb(9);
	out.u8(DW_LNE.set_address);
	const addressAt = out.length;
	for (let i = 0; i < 8; i++) out.u8(0);

	let at = { offset: 0, file: 1, line: 1, column: 0, isStatement: true };
	for (const row of rows) {
		if (row.file !== at.file) {
			out.u8(DW_LNS.set_file);
			out.uleb(row.file);
		}
		if (row.column !== at.column) {
			out.u8(DW_LNS.set_column);
			out.uleb(row.column);
		}
		if (row.isStatement !== at.isStatement) out.u8(DW_LNS.negate_stmt);
		if (row.prologueEnd) out.u8(DW_LNS.set_prologue_end);
		if (row.epilogueBegin) out.u8(DW_LNS.set_epilogue_begin);
		writeAdvance(out, (row.offset - at.offset) / instructionLength, row.line - at.line);
		at = row;
	}
	out.u8(DW_LNS.advance_pc);
	out.uleb((size - at.offset) / instructionLength);
	out.u8(0);
	out.uleb(1);
	out.u8(DW_LNE.end_sequence);
	return addressAt;
}

/** Moves on and adds a row: in one byte where line and address moved little. */
function writeAdvance(out: ByteWriter, instructions: number, lines: number): void {
	if (lines < lineBase || lines >= lineBase + lineRange) {
		out.u8(DW_LNS.advance_line);
		out.sleb(lines);
		lines = 0;
	}
	const special = lines - lineBase + lineRange * instructions + opcodeBase;
	if (special <= 255) {
		out.u8(special);
		return;
	}
	out.u8(DW_LNS.advance_pc);
	out.uleb(instructions);
	out.u8(lines - lineBase + opcodeBase);
}

/** A growing buffer of little-endian values. */
class ByteWriter {
	#bytes = new Uint8Array(1024);
	length = 0;

	bytes(): Uint8Array {
		return this.#bytes.slice(0, this.length);
	}

	u8(value: number): void {
		if (this.length === this.#bytes.length) {
			const bytes = new Uint8Array(this.length * 2);
			bytes.set(this.#bytes);
			this.#bytes = bytes;
		}
		this.#bytes[this.length++] = value;
	}

	u16(value: number): void {
		this.u8(value);
		this.u8(value >> 8);
	}

	u32(value: number): void {
		this.u16(value);
		this.u16(value >>> 16);
	}

	setU32(at: number, value: number): void {
		new DataView(this.#bytes.buffer).setUint32(at, value, true);
	}

	uleb(value: number): void {
		while (value > 127) {
			this.u8((value & 127) | 128);
			value = Math.floor(value / 128);
		}
		this.u8(value);
	}

	sleb(value: number): void {
		for (;;) {
			const low = value & 127;
			value >>= 7;
			const isLast = value === ((low & 64) !== 0 ? -1 : 0);
			this.u8(isLast ? low : low | 128);
			if (isLast) return;
		}
	}

	string(text: string): void {
		for (const byte of new TextEncoder().encode(text)) this.u8(byte);
		this.u8(0);
	}
}

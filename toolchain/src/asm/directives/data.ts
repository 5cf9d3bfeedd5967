import type { Assembly } from '../assembly.ts';
import type { Cursor } from '../cursor.ts';
import { AsmError } from '../diagnostics.ts';
import type { Directive } from './index.ts';

/** Directives that put bytes into the section. */
export const dataDirectives: Record<string, Directive> = {
	'.byte': values(1),
	'.hword': values(2),
	'.short': values(2),
	'.2byte': values(2),
	'.half': values(2),
	'.word': values(4),
	'.long': values(4),
	'.int': values(4),
	'.4byte': values(4),
	'.quad': values(8),
	'.xword': values(8),
	'.dword': values(8),
	'.8byte': values(8),
	'.octa': values(16),
	'.float': floats(4),
	'.single': floats(4),
	'.double': floats(8),
	'.uleb128': leb128(false),
	'.sleb128': leb128(true),
	'.ascii': strings(''),
	'.asciz': strings('\0'),
	'.string': strings('\0'),
	'.inst': (asm, cursor) => {
		do {
			asm.markCode();
			asm.current.word(asm.boundedConstant(cursor, 'An instruction word', 0, 0xffff_ffff));
		} while (cursor.accept(','));
		cursor.expectEnd();
	},
	'.incbin': includeBinary
};

const plainNumber = /\s*(-?(?:0[xX][0-9a-fA-F]{1,13}|(?:0|[1-9]\d{0,14})))\s*(,|$)/y;

function values(bytes: number): Directive {
	const least = -(2 ** (8 * bytes - 1));
	const beyond = 2 ** (8 * bytes);
	return (asm, cursor) => {
		if (cursor.done) return;
		asm.markData();
		do {
			// The common case, a number alone, needs no expression tree.
			plainNumber.lastIndex = cursor.at;
			const match = cursor.end === cursor.text.length ? plainNumber.exec(cursor.text) : null;
			const value = match ? numberOf(match[1]) : NaN;
			if (match && value >= least && value < beyond) {
				asm.current.smallNumber(value, bytes);
				cursor.at = plainNumber.lastIndex - match[2].length;
				continue;
			}
			emitOne(asm, cursor, bytes);
		} while (cursor.accept(','));
		cursor.expectEnd();
	};
}

function numberOf(text: string): number {
	return text.startsWith('-') ? -Number(text.slice(1)) : Number(text);
}

function emitOne(asm: Assembly, cursor: Cursor, bytes: number): void {
	cursor.skipSpace();
	const start = cursor.at;
	if (bytes === 16) {
		const digits = cursor.untilComma();
		if (!/^-?(0x[0-9a-fA-F]+|\d+)$/.test(digits))
			throw new AsmError('.octa takes plain numbers only', start, cursor.at);
		const value = digits.startsWith('-') ? -BigInt(digits.slice(1)) : BigInt(digits);
		asm.current.bigNumber(value, 16);
		return;
	}
	const expression = asm.expression(cursor);
	try {
		asm.emitValue(expression, bytes);
	} catch (error) {
		if (error instanceof AsmError && error.start === undefined)
			throw new AsmError(error.message, start, cursor.at);
		throw error;
	}
}

function floats(bytes: 4 | 8): Directive {
	return (asm, cursor) => {
		asm.markData();
		do {
			cursor.skipSpace();
			const start = cursor.at;
			const text = cursor.untilComma().replace(/^0[fFdDrReE]/, '');
			const value = Number(text);
			if (text === '' || (Number.isNaN(value) && !/^[-+]?nan$/i.test(text)))
				throw new AsmError(
					'A floating-point number is needed here, like 1.5 or -2e10',
					start,
					cursor.at
				);
			const view = new DataView(new ArrayBuffer(bytes));
			if (bytes === 4) view.setFloat32(0, value, true);
			else view.setFloat64(0, value, true);
			asm.current.append(new Uint8Array(view.buffer));
		} while (cursor.accept(','));
		cursor.expectEnd();
	};
}

function leb128(isSigned: boolean): Directive {
	return (asm, cursor) => {
		asm.markData();
		do {
			cursor.skipSpace();
			const start = cursor.at;
			let value = asm.sizeOf(asm.expression(cursor));
			if (typeof value === 'string') throw new AsmError(value, start, cursor.at);
			if (!isSigned) value = BigInt.asUintN(64, value);
			asm.current.append(leb128Bytes(value, isSigned));
		} while (cursor.accept(','));
		cursor.expectEnd();
	};
}

/** Seven bits a byte, the lowest first ("DWARF 5", appendix "Variable Length Data"). */
export function leb128Bytes(value: bigint, isSigned: boolean): Uint8Array {
	const bytes: number[] = [];
	for (;;) {
		const low = Number(value & 0x7fn);
		value >>= 7n;
		const signBit = (low & 0x40) !== 0;
		const isLast = isSigned
			? (value === 0n && !signBit) || (value === -1n && signBit)
			: value === 0n;
		bytes.push(isLast ? low : low | 0x80);
		if (isLast) return Uint8Array.from(bytes);
	}
}

function strings(terminator: string): Directive {
	return (asm, cursor) => {
		if (cursor.done) return;
		asm.markData();
		do {
			let text = cursor.string();
			while (cursor.peek() === '"') text += cursor.string();
			asm.current.characters(text + terminator);
		} while (cursor.accept(','));
		cursor.expectEnd();
	};
}

/** `.incbin "file" [, skip [, count]]` */
function includeBinary(asm: Assembly, cursor: Cursor): void {
	cursor.skipSpace();
	const start = cursor.at;
	const name = cursor.string();
	const bytes = asm.options.files?.get(name);
	if (!bytes)
		throw new AsmError(
			`.incbin: there is no file "${name}" among the files given to the assembler`,
			start,
			cursor.at
		);
	let skip = 0;
	let count = bytes.length;
	if (cursor.accept(',')) skip = asm.boundedConstant(cursor, 'The offset', 0, bytes.length);
	if (cursor.accept(',')) count = asm.boundedConstant(cursor, 'The count', 0, bytes.length - skip);
	cursor.expectEnd();
	asm.markData();
	asm.current.append(bytes.subarray(skip, skip + count));
}

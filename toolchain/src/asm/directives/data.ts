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
	'.string8': strings('\0'),
	'.string16': strings('\0', 2),
	'.string32': strings('\0', 4),
	'.float16': halfFloats,
	'.dc': values(2),
	'.dc.a': values(8),
	'.dc.b': values(1),
	'.dc.w': values(2),
	'.dc.l': values(4),
	'.dc.s': floats(4),
	'.dc.d': floats(8),
	'.dcb': repeated(2),
	'.dcb.b': repeated(1),
	'.dcb.w': repeated(2),
	'.dcb.l': repeated(4),
	'.ds': room(2),
	'.ds.b': room(1),
	'.ds.w': room(2),
	'.ds.l': room(4),
	'.ds.d': room(8),
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

/** `.float16`: rounded to half precision, ties to even. */
function halfFloats(asm: Assembly, cursor: Cursor): void {
	asm.markData();
	do {
		cursor.skipSpace();
		const start = cursor.at;
		const value = Number(cursor.untilComma());
		if (Number.isNaN(value))
			throw new AsmError('A floating-point number is needed here, like 1.5', start, cursor.at);
		asm.current.smallNumber(halfBits(value), 2);
	} while (cursor.accept(','));
	cursor.expectEnd();
}

function halfBits(value: number): number {
	const sign = value < 0 || Object.is(value, -0) ? 0x8000 : 0;
	const size = Math.abs(value);
	if (size >= 65520) return sign | 0x7c00;
	const exponent = Math.max(Math.floor(Math.log2(size || 2 ** -24)), -14);
	const scaled = size / 2 ** (exponent - 10);
	const low = Math.floor(scaled);
	const rest = scaled - low;
	const rounded = low + (rest > 0.5 || (rest === 0.5 && low % 2 === 1) ? 1 : 0);
	return sign | (((exponent + 14) << 10) + rounded);
}

/** `.dcb count, value` */
function repeated(bytes: number): Directive {
	return (asm, cursor) => {
		const count = asm.boundedConstant(cursor, 'A count', 0, 2 ** 24);
		const value = cursor.accept(',') ? asm.constant(cursor) : 0n;
		cursor.expectEnd();
		asm.markData();
		for (let i = 0; i < count; i++) asm.current.bigNumber(value, bytes);
	};
}

/** `.ds count`: zeros. */
function room(bytes: number): Directive {
	return (asm, cursor) => {
		const count = asm.boundedConstant(cursor, 'A count', 0, 2 ** 24);
		cursor.expectEnd();
		if (count > 0) asm.current.fill(count * bytes, 0);
	};
}

function strings(terminator: string, width = 1): Directive {
	return (asm, cursor) => {
		if (cursor.done) return;
		asm.markData();
		do {
			let text = cursor.string();
			while (cursor.peek() === '"') text += cursor.string();
			const whole = text + terminator;
			asm.current.characters(
				width === 1 ? whole : [...whole].map((char) => char.padEnd(width, '\0')).join('')
			);
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

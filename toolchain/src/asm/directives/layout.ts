import { SHT_NOBITS } from '../../elf/constants.ts';
import type { Assembly } from '../assembly.ts';
import type { Cursor } from '../cursor.ts';
import { AsmError } from '../diagnostics.ts';
import { reduce } from '../evaluate.ts';
import { here, binary } from '../expression.ts';
import type { Directive } from './index.ts';

/** Directives that move the place where the next bytes go. */
export const layoutDirectives: Record<string, Directive> = {
	'.align': (asm, cursor) => alignPower(asm, cursor),
	'.p2align': (asm, cursor) => alignPower(asm, cursor),
	'.p2alignw': (asm, cursor) => alignPower(asm, cursor, 2),
	'.p2alignl': (asm, cursor) => alignPower(asm, cursor, 4),
	'.balign': (asm, cursor) => alignBytes(asm, cursor),
	'.balignw': (asm, cursor) => alignBytes(asm, cursor, 2),
	'.balignl': (asm, cursor) => alignBytes(asm, cursor, 4),
	'.zero': (asm, cursor) => skip(asm, cursor),
	'.skip': (asm, cursor) => skip(asm, cursor),
	'.space': (asm, cursor) => skip(asm, cursor),
	'.fill': (asm, cursor) => {
		const count = roomFor(asm, cursor);
		const size = cursor.accept(',') ? asm.boundedConstant(cursor, 'A size', 0, 8) : 1;
		const value = cursor.accept(',') ? asm.constant(cursor) : 0n;
		cursor.expectEnd();
		if (count * size > mostRoom) throw new AsmError('This fills more than 256 MiB');
		if (value === 0n) {
			emitFill(asm, count * size, 0);
			return;
		}
		asm.markData();
		// Only four bytes of the value count, as in GNU as.
		const low = BigInt.asUintN(8 * Math.min(size, 4), value);
		for (let i = 0; i < count; i++) asm.current.bigNumber(low, size);
	},
	'.org': org,
	'.ltorg': (asm, cursor) => {
		cursor.expectEnd();
		asm.flushLiterals();
	},
	'.pool': (asm, cursor) => {
		cursor.expectEnd();
		asm.flushLiterals();
	}
};

const mostRoom = 2 ** 28;
const nop = 0xd503_201f;

function alignPower(asm: Assembly, cursor: Cursor, width = 1): void {
	const power = cursor.done ? 0 : asm.boundedConstant(cursor, 'An alignment (a power of 2)', 0, 30);
	align(asm, cursor, 2 ** power, width);
}

function alignBytes(asm: Assembly, cursor: Cursor, width = 1): void {
	cursor.skipSpace();
	const start = cursor.at;
	const bytes = asm.boundedConstant(cursor, 'An alignment in bytes', 0, 2 ** 30);
	if ((bytes & (bytes - 1)) !== 0)
		throw new AsmError(`An alignment is a power of 2; ${bytes} is none`, start, cursor.at);
	align(asm, cursor, Math.max(bytes, 1), width);
}

/**
 * `[, fill [, most]]` after the alignment; code is filled with NOPs unless a value is given, which has
 * `width` bytes.
 */
function align(asm: Assembly, cursor: Cursor, bytes: number, width: number): void {
	let fill: number | undefined;
	let most = Infinity;
	if (cursor.accept(',')) {
		if (cursor.peek() !== ',' && !cursor.done)
			fill = asm.boundedConstant(
				cursor,
				'The fill value',
				-(2 ** (8 * width - 1)),
				2 ** (8 * width) - 1
			);
		if (cursor.accept(',')) most = asm.boundedConstant(cursor, 'The most to skip', 0, 2 ** 30);
	}
	cursor.expectEnd();
	const sub = asm.current;
	sub.section.alignment = Math.max(sub.section.alignment, bytes);
	const isFirst = sub.section.subsections[0] === sub;
	if (!isFirst) asm.dependsOnLater = true;
	const padding = -(sub.base + sub.size) & (bytes - 1);
	if (padding === 0 || padding > most) return;
	if (!sub.section.isCode || fill !== undefined) {
		if (width === 1 || fill === undefined) return emitFill(asm, padding, fill ?? 0);
		if (padding % width !== 0)
			throw new AsmError(
				`${padding} bytes are to be filled here, which is no multiple of the value's ${width}`
			);
		asm.markData();
		for (let i = 0; i < padding; i += width)
			sub.bigNumber(BigInt.asUintN(8 * width, BigInt(fill)), width);
		return;
	}
	if (padding & 3) {
		asm.markData();
		sub.fill(padding & 3, 0);
	}
	if (padding < 4) return;
	const { pending } = asm.lineNotes;
	asm.lineNotes.pending = undefined; // a .loc belongs to the instruction after the padding
	asm.markCode();
	asm.lineNotes.pending = pending;
	for (let i = padding & 3; i < padding; i += 4) sub.word(nop);
}

/** `.skip count [, fill]` */
function skip(asm: Assembly, cursor: Cursor): void {
	const count = roomFor(asm, cursor);
	const fill = cursor.accept(',') ? asm.boundedConstant(cursor, 'The fill value', -128, 255) : 0;
	cursor.expectEnd();
	emitFill(asm, count, fill);
}

function roomFor(asm: Assembly, cursor: Cursor): number {
	cursor.skipSpace();
	const start = cursor.at;
	const count = asm.size(cursor);
	if (count < 0)
		throw new AsmError(
			`There is no room of ${count} bytes: the count is negative`,
			start,
			cursor.at
		);
	if (count > mostRoom)
		throw new AsmError(
			`${count} bytes is more than the 256 MiB that one directive may reserve`,
			start,
			cursor.at
		);
	return count;
}

function emitFill(asm: Assembly, count: number, value: number): void {
	if (count === 0) return;
	const { isCode, type } = asm.current.section;
	if (value === 0 && (!isCode || type === SHT_NOBITS)) {
		asm.current.fill(count, 0);
		return;
	}
	asm.markData();
	asm.current.fill(count, value);
}

/** `.org offset [, fill]`: forward to an offset of this section. */
function org(asm: Assembly, cursor: Cursor): void {
	cursor.skipSpace();
	const start = cursor.at;
	const target = asm.expression(cursor);
	const now = reduce(target, 'now');
	const isOffset = typeof now !== 'string' && !now.add && !now.sub;
	const distance = isOffset
		? now.constant - BigInt(asm.current.size)
		: asm.sizeOf(binary('-', target, here(asm.current)));
	if (typeof distance === 'string') throw new AsmError(distance, start, cursor.at);
	if (distance < 0n)
		throw new AsmError(
			`.org cannot go back: the place reached is ${-distance} bytes behind its target`,
			start,
			cursor.at
		);
	if (distance > mostRoom)
		throw new AsmError(`.org would skip ${distance} bytes: more than 256 MiB`, start, cursor.at);
	const fill = cursor.accept(',') ? asm.boundedConstant(cursor, 'The fill value', -128, 255) : 0;
	cursor.expectEnd();
	emitFill(asm, Number(distance), fill);
}

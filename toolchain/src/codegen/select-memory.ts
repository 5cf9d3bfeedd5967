import type { Instruction, Local, Value } from '../ir/module.ts';
import type { Type } from '../ir/types.ts';
import { alignTo } from '../ir/types.ts';
import { foldAddress } from './constant-address.ts';
import { addConstant } from './add-constant.ts';
import { isPowerOfTwo, log2 } from './immediates.ts';
import { dynamicSlot, ref, type Piece, type View } from './machine.ts';
import { partsOf, viewOf, type Part } from './parts.ts';
import { wideAtomicLoad, wideAtomicStore } from './select-atomic-wide.ts';
import { bitsOf, type Operand, type Selector } from './selector.ts';

/** Where an access goes. */
export type Address =
	| { kind: 'slot'; slot: number; offset: number }
	| { kind: 'register'; base: number; offset: bigint }
	| { kind: 'index'; base: number; index: Operand[] }
	| { kind: 'symbol'; base: number; symbol: string; offset: bigint };

const isAlloca = (s: Selector, value: Value): boolean => s.slots.has(value as Local);

/** Base pointer and constant offset behind a chain of getelementptr. */
function splitOffset(s: Selector, pointer: Value): { base: Value; offset: bigint } {
	let offset = 0n;
	for (;;) {
		const { value } = s.resolve(pointer);
		pointer = value;
		if (value.kind !== 'local' || value.def?.op !== 'getelementptr') return { base: value, offset };
		const step = walkIndices(s, value.def);
		if (step.variable.length > 0) return { base: value, offset };
		offset += step.offset;
		pointer = value.def.operands[0]!;
	}
}

interface Steps {
	offset: bigint;
	variable: { index: Value; scale: bigint }[];
}

function walkIndices(s: Selector, gep: Instruction): Steps {
	const steps: Steps = { offset: 0n, variable: [] };
	let type = gep.source!;
	for (let i = 1; i < gep.operands.length; i++) {
		const index = gep.operands[i]!;
		if (i > 1) {
			if (type.kind === 'struct') {
				const member = Number(s.constantOf(index));
				steps.offset += BigInt(type.offsets[member]!);
				type = type.members[member]!;
				continue;
			}
			if (type.kind !== 'array' && type.kind !== 'vector') throw new Error('index into a scalar');
			type = type.element;
		}
		const constant = s.constantOf(index);
		if (constant !== undefined)
			steps.offset += BigInt.asIntN(bitsOf(index), constant) * BigInt(type.size);
		else if (type.size > 0) steps.variable.push({ index, scale: BigInt(type.size) });
	}
	return steps;
}

/**
 * The address of an access of `size` bytes, as far folded as the load or store can take it. `span` is
 * what further offsets will be added, for accesses in several pieces: 0 for a single one.
 */
export function addressOf(s: Selector, pointer: Value, size: number, span = 0): Address {
	const { base, offset } = splitOffset(s, pointer);
	if (isAlloca(s, base))
		return { kind: 'slot', slot: s.slots.get(base as Local)!, offset: Number(offset) };
	if (base.kind !== 'local') {
		const address = foldAddress(base, s.unit);
		if (!address) return registerAddress(s, s.use(base), offset, size, span);
		const total = address.offset + offset;
		const symbol = address.symbol;
		const anchor =
			symbol === undefined || address.minus !== undefined ? undefined : s.anchors.get(symbol);
		if (anchor !== undefined) return registerAddress(s, anchor, total, size, span);
		if (
			symbol !== undefined &&
			address.minus === undefined &&
			span === 0 &&
			!s.unit.isWeakUndefined(symbol) &&
			s.unit.alignmentOf(symbol) >= size &&
			total % BigInt(size) === 0n &&
			total >= 0n &&
			total < 1n << 20n
		) {
			const page = s.fresh();
			s.copies([{ destination: page, source: { kind: 'page', of: symbolText(symbol, total) } }]);
			return { kind: 'symbol', base: page, symbol, offset: total };
		}
		const source = s.addressSource({ ...address, offset: total });
		if (source.kind === 'register') return { kind: 'register', base: source.register, offset: 0n };
		const d = s.fresh();
		s.copies([{ destination: d, source }]);
		return { kind: 'register', base: d, offset: 0n };
	}
	if (span === 0 && offset === 0n && base.kind === 'local' && base.def?.op === 'getelementptr') {
		const indexed = indexedAddress(s, base.def, size);
		if (indexed) return indexed;
	}
	return registerAddress(s, s.use(base), offset, size, span);
}

/** An offset that is too far for the access goes into a register of its own. */
function registerAddress(
	s: Selector,
	base: number,
	offset: bigint,
	size: number,
	span: number
): Address {
	if (span === 0 ? fits(offset, size) : offset >= -256n && offset + BigInt(span) < 256n)
		return { kind: 'register', base, offset };
	const d = s.fresh();
	addConstant(s, d, base, offset);
	return { kind: 'register', base: d, offset: 0n };
}

const symbolText = (symbol: string, offset: bigint) =>
	offset === 0n ? symbol : `${symbol}${offset > 0n ? '+' : ''}${offset}`;

function fits(offset: bigint, size: number): boolean {
	if (offset >= -256n && offset < 256n) return true;
	return offset >= 0n && offset % BigInt(size) === 0n && offset < 4096n * BigInt(size);
}

/** `[base, index, lsl #n]`, when the one variable index is scaled by 1 or the access size. */
function indexedAddress(s: Selector, gep: Instruction, size: number): Address | undefined {
	const steps = walkIndices(s, gep);
	if (steps.offset !== 0n || steps.variable.length !== 1) return undefined;
	const { index, scale } = steps.variable[0]!;
	if (scale !== 1n && scale !== BigInt(size)) return undefined;
	const amount = scale === 1n ? 0 : log2(scale);
	if (isAlloca(s, s.resolve(gep.operands[0]!).value) && !s.unit.optimize) return undefined;
	const base = s.use(gep.operands[0]!);
	const extend = s.onlyUse(index);
	const inner = extend?.operands[0];
	if (
		extend &&
		inner &&
		(extend.op === 'sext' || extend.op === 'zext') &&
		bitsOf(inner) === 32 &&
		bitsOf(extend) === 64 &&
		s.constantOf(inner) === undefined &&
		!(extend.op === 'sext' && s.onlyUse(inner, 'load'))
	) {
		const name = extend.op === 'sext' ? 'sxtw' : 'uxtw';
		return {
			kind: 'index',
			base,
			index: [[s.use(inner), 'w'], amount ? `${name} #${amount}` : name]
		};
	}
	if (bitsOf(index) === 32)
		return {
			kind: 'index',
			base,
			index: [[s.use(index), 'w'], amount ? `sxtw #${amount}` : 'sxtw']
		};
	if (bitsOf(index) !== 64) return undefined;
	return { kind: 'index', base, index: amount ? [s.use(index), `lsl #${amount}`] : [s.use(index)] };
}

/** getelementptr whose value is needed as such. */
export function selectGep(s: Selector, insn: Instruction): void {
	const d = s.result(insn);
	const { variable, offset } = walkIndices(s, insn);
	if (variable.length === 0) {
		const split = splitOffset(s, insn.result!);
		if (isAlloca(s, split.base))
			return slotAddress(s, d, s.slots.get(split.base as Local)!, Number(split.offset));
		return addConstant(s, d, s.use(split.base), split.offset);
	}
	let at = s.use(insn.operands[0]!);
	for (const [i, { index, scale }] of variable.entries()) {
		const last = i === variable.length - 1 && offset === 0n;
		const next = last ? d : s.fresh();
		addScaled(s, next, at, index, scale);
		at = next;
	}
	if (offset !== 0n) addConstant(s, d, at, offset);
}

function addScaled(s: Selector, d: number, base: number, index: Value, scale: bigint): void {
	const extend = s.onlyUse(index, 'sext') ?? s.onlyUse(index, 'zext');
	const inner = extend?.operands[0];
	const fromWord =
		extend !== undefined &&
		inner !== undefined &&
		bitsOf(inner) === 32 &&
		s.constantOf(inner) === undefined &&
		!(extend.op === 'sext' && s.onlyUse(inner, 'load'));
	if (isPowerOfTwo(scale) && scale <= 16n) {
		const amount = log2(scale);
		if (fromWord || bitsOf(index) === 32) {
			const name = extend?.op === 'zext' ? 'uxtw' : 'sxtw';
			const register = s.use(fromWord ? inner : index);
			s.alu('add', 'x', d, base, [register, 'w'], amount ? `${name} #${amount}` : name);
			return;
		}
	}
	const register = bitsOf(index) < 64 ? s.useExtended(index, true, 64) : s.use(index);
	if (isPowerOfTwo(scale)) {
		const amount = log2(scale);
		if (amount) s.alu('add', 'x', d, base, register, `lsl #${amount}`);
		else s.alu('add', 'x', d, base, register);
	} else s.alu('madd', 'x', d, register, s.constant(scale), base);
}

export function slotAddress(s: Selector, d: number, slot: number, offset: number): void {
	s.emit([], [d], []).slotAddress = { slot, offset };
}

// --- loads and stores -----------------------------------------------------------------------------

const loadNames: Record<number, string> = { 1: 'ldrb', 2: 'ldrh', 4: 'ldr', 8: 'ldr', 16: 'ldr' };
const storeNames: Record<number, string> = { 1: 'strb', 2: 'strh', 4: 'str', 8: 'str', 16: 'str' };

/** Prints `[…]` for an address plus `more` bytes; `uses` gets the registers. */
export function addressText(address: Address, more: number, size: number, uses: number[]): Piece[] {
	switch (address.kind) {
		case 'slot':
			return [{ slot: address.slot, offset: address.offset + more, size }];
		case 'symbol':
			uses.push(address.base);
			return [
				'[',
				ref(address.base, 'x'),
				`, :lo12:${symbolText(address.symbol, address.offset)}]`
			];
		case 'index': {
			uses.push(address.base);
			const out: Piece[] = ['[', ref(address.base, 'x')];
			for (const operand of address.index) {
				out.push(', ');
				if (typeof operand === 'string') out.push(operand);
				else {
					const [register, view] = typeof operand === 'number' ? [operand, 'x' as View] : operand;
					uses.push(register);
					out.push(ref(register, view));
				}
			}
			out.push(']');
			return out;
		}
		case 'register': {
			uses.push(address.base);
			const offset = address.offset + BigInt(more);
			return offset === 0n
				? ['[', ref(address.base, 'x'), ']']
				: ['[', ref(address.base, 'x'), `, #${offset}]`];
		}
	}
}

/** `ldr` with an offset that is negative or unaligned is `ldur`. */
export function unscaled(name: string, address: Address, more: number, size: number): string {
	if (address.kind !== 'register') return name;
	const offset = address.offset + BigInt(more);
	return offset < 0n || offset % BigInt(size) !== 0n
		? name.slice(0, 2) + 'u' + name.slice(2)
		: name;
}

export function loadPiece(
	s: Selector,
	d: number,
	view: View,
	address: Address,
	more: number,
	size: number,
	name = loadNames[size]!
): void {
	const uses: number[] = [];
	if (view === 'h') name = 'ldr';
	const where = addressText(address, more, size, uses);
	s.emit([unscaled(name, address, more, size) + ' ', ref(d, view), ', ', ...where], [d], uses);
}

export function storePiece(
	s: Selector,
	value: number,
	view: View,
	address: Address,
	more: number,
	size: number
): void {
	const uses: number[] = [value];
	const where = addressText(address, more, size, uses);
	const name = view === 'h' ? 'str' : storeNames[size]!;
	s.emit([unscaled(name, address, more, size) + ' ', ref(value, view), ', ', ...where], [], uses);
}

/** Alignment that counts: without the strict rule any access may lie anywhere. */
export const alignmentOf = (s: Selector, insn: Instruction) =>
	s.unit.strictAlign ? (insn.align ?? 16) : 16;

const bytesOf = (part: Part) => Math.ceil(part.bits / 8);

export function selectLoad(s: Selector, insn: Instruction): void {
	const pointer = insn.operands[0]!;
	const extend = insn.result && s.signedLoads.get(insn.result);
	if (extend) {
		const size = insn.type.size;
		const name =
			size === 1 ? 'ldrsb' : size === 2 ? 'ldrsh' : extend.view === 'x' ? 'ldrsw' : 'ldr';
		loadPiece(s, extend.register, extend.view, addressOf(s, pointer, size), 0, size, name);
		return;
	}
	if (insn.ordering && insn.type.size > 8) return wideAtomicLoad(s, insn);
	if (insn.ordering && insn.ordering !== 'monotonic' && insn.ordering !== 'unordered') {
		const size = insn.type.size;
		const base = s.use(pointer);
		const d = s.result(insn);
		const name = size === 1 ? 'ldarb' : size === 2 ? 'ldarh' : 'ldar';
		s.emit([name + ' ', ref(d, size === 8 ? 'x' : 'w'), ', [', ref(base, 'x'), ']'], [d], [base]);
		return;
	}
	const parts = partsOf(insn.type);
	const wanted = parts.filter(
		(_, i) => insn.volatile === true || s.asked(insn.result, i) !== undefined
	);
	const single =
		parts.length === 1 &&
		isPowerOfTwo(BigInt(bytesOf(parts[0]!))) &&
		alignmentOf(s, insn) >= Math.min(8, bytesOf(parts[0]!));
	const address = addressOf(
		s,
		pointer,
		wanted[0] ? accessSize(wanted[0]) : 1,
		single ? 0 : spanOf(insn.type)
	);
	for (const [i, part] of parts.entries()) {
		if (!wanted.includes(part)) continue;
		loadPart(s, s.result(insn, i), part, address, alignmentOf(s, insn));
	}
}

const spanOf = (type: Type) => Math.max(1, type.size);

function accessSize(part: Part): number {
	const bytes = bytesOf(part);
	return isPowerOfTwo(BigInt(bytes)) ? bytes : 1;
}

/** Loads one part at its place in memory; odd widths are put together from their bytes' groups. */
export function loadPart(s: Selector, d: number, part: Part, address: Address, align = 16): void {
	const bytes = bytesOf(part);
	if (isPowerOfTwo(BigInt(bytes)) && align >= Math.min(bytes, 8))
		return loadPiece(s, d, viewOf(part), address, part.offset, bytes);
	let have: number | undefined;
	for (const { at, size } of pieces(bytes, align)) {
		const t = s.fresh();
		loadPiece(s, t, size === 8 ? 'x' : 'w', address, part.offset + at, size);
		if (have === undefined) have = t;
		else {
			const joined = at + size === bytes ? d : s.fresh();
			s.alu('orr', 'x', joined, have, t, `lsl #${8 * at}`);
			have = joined;
		}
	}
}

export function pieces(bytes: number, align: number, widest = 8): { at: number; size: number }[] {
	const out: { at: number; size: number }[] = [];
	for (let at = 0; at < bytes;) {
		const left = bytes - at;
		let size = widest;
		while (size > left || (size > align && size > 1)) size >>= 1;
		out.push({ at, size });
		at += size;
	}
	return out;
}

export function selectStore(s: Selector, insn: Instruction): void {
	const [value, pointer] = insn.operands as [Value, Value];
	if (insn.ordering && value.type.size > 8) return wideAtomicStore(s, insn);
	if (insn.ordering && insn.ordering !== 'monotonic' && insn.ordering !== 'unordered') {
		const size = value.type.size;
		const register = s.useOrZero(value);
		const base = s.use(pointer);
		const name = size === 1 ? 'stlrb' : size === 2 ? 'stlrh' : 'stlr';
		s.emit(
			[name + ' ', ref(register, size === 8 ? 'x' : 'w'), ', [', ref(base, 'x'), ']'],
			[],
			[register, base]
		);
		return;
	}
	const parts = partsOf(value.type);
	if (parts.length === 0) return;
	const single =
		parts.length === 1 &&
		isPowerOfTwo(BigInt(bytesOf(parts[0]!))) &&
		alignmentOf(s, insn) >= Math.min(8, bytesOf(parts[0]!));
	// A store of "nothing in particular" still needs no register.
	if (value.kind === 'undef' && insn.volatile !== true) return;
	const address = addressOf(s, pointer, accessSize(parts[0]!), single ? 0 : spanOf(value.type));
	for (const [i, part] of parts.entries())
		storePart(s, value, i, part, address, alignmentOf(s, insn));
}

export function storePart(
	s: Selector,
	value: Value,
	i: number,
	part: Part,
	address: Address,
	align = 16
): void {
	const bytes = bytesOf(part);
	const leaf = s.resolve(value, i).value;
	if (part.float && leaf.kind === 'float' && bytes <= 8 && align >= bytes) {
		// A constant goes through a general register: same bits.
		const bits = leaf.bits === 0n ? 31 : s.constant(leaf.bits);
		return storePiece(s, bits, bytes === 8 ? 'x' : 'w', address, part.offset, bytes);
	}
	const register = s.useOrZero(value, i);
	if (isPowerOfTwo(BigInt(bytes)) && align >= Math.min(bytes, 8))
		return storePiece(s, register, viewOf(part), address, part.offset, bytes);
	for (const { at, size } of pieces(bytes, align)) {
		let from = register;
		if (at > 0) {
			from = s.fresh();
			s.alu('lsr', 'x', from, register, `#${8 * at}`);
		}
		storePiece(s, from, size === 8 ? 'x' : 'w', address, part.offset + at, size);
	}
}

/** alloca outside the entry block, or of a size known only at run time. */
export function selectDynamicAlloca(s: Selector, insn: Instruction): void {
	s.machine.dynamicStack = true;
	s.machine.hasCalls = true;
	const d = s.result(insn);
	const count = insn.operands[0];
	const bytes = s.fresh();
	const element = BigInt(insn.source!.size);
	const constant = count && s.constantOf(count);
	if (!count || constant !== undefined) {
		const size = alignTo(Number(element * (constant ?? 1n)), 16);
		s.copies([{ destination: bytes, source: { kind: 'constant', value: BigInt(size) } }]);
	} else {
		const n = s.useExtended(count, false, 64);
		const scaled = s.fresh();
		s.alu('mul', 'x', scaled, n, s.constant(element));
		const padded = s.fresh();
		s.alu('add', 'x', padded, scaled, '#15');
		s.alu('and', 'x', bytes, padded, '#0xfffffffffffffff0');
	}
	const align = insn.align ?? 16;
	if (align > 16) return alignedAlloca(s, d, bytes, align);
	const lower = s.fresh();
	s.emit(['sub ', ref(lower, 'x'), ', sp, ', ref(bytes, 'x')], [lower], [bytes]);
	const aligned = s.fresh();
	s.move(aligned, lower);
	s.emit(['mov sp, ', ref(aligned, 'x')], [], [aligned]);
	// The outgoing arguments stay at the very bottom: the new space lies above them.
	s.emit([], [d], []).slotAddress = { slot: dynamicSlot, offset: 0 };
}

/** It is the address above the outgoing arguments that must be aligned: SP follows from it. */
function alignedAlloca(s: Selector, d: number, bytes: number, align: number): void {
	const [top, lower, distance, next] = [s.fresh(), s.fresh(), s.fresh(), s.fresh()];
	s.emit([], [top], []).slotAddress = { slot: dynamicSlot, offset: 0 };
	s.alu('sub', 'x', lower, top, bytes);
	s.alu('and', 'x', d, lower, `#0x${BigInt.asUintN(64, -BigInt(align)).toString(16)}`);
	s.alu('sub', 'x', distance, top, d);
	s.emit(['sub ', ref(next, 'x'), ', sp, ', ref(distance, 'x')], [next], [distance]);
	s.emit(['mov sp, ', ref(next, 'x')], [], [next]);
}

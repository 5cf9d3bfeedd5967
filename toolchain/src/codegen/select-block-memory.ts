import type { Instruction, Value } from '../ir/module.ts';
import { intType } from '../ir/types.ts';
import { ref, zeroRegister, type View } from './machine.ts';
import { callRuntime } from './select-call.ts';
import {
	addressOf,
	addressText,
	loadPiece,
	pieces,
	storePiece,
	type Address
} from './select-memory.ts';
import type { Selector } from './selector.ts';

const inlineLimit = 128;

/** Pieces of a block: pairs of 8 bytes where the alignment allows, smaller ones for the rest. */
function chunks(
	s: Selector,
	bytes: number,
	aligns: readonly number[]
): { at: number; size: number }[] {
	const align = s.unit.strictAlign ? Math.min(...aligns) : 16;
	return pieces(bytes, align >= 8 ? 16 : align, 16);
}

const argumentAlign = (insn: Instruction, i: number) => insn.arguments![i]!.align ?? 1;

/** An address that takes offsets up to `bytes` in any access, pairs included. */
export function flatAddress(s: Selector, pointer: Value, bytes: number): Address {
	const address = addressOf(s, pointer, 1, bytes);
	if (address.kind === 'slot' || (address.kind === 'register' && address.offset === 0n))
		return address;
	const base = s.fresh();
	if (address.kind !== 'register') return { kind: 'register', base: s.use(pointer), offset: 0n };
	s.alu(
		'add',
		'x',
		base,
		address.base,
		address.offset < 0n ? s.constant(address.offset) : `#${address.offset}`
	);
	return { kind: 'register', base, offset: 0n };
}

export function pair(
	s: Selector,
	op: 'ldp' | 'stp',
	a: number,
	b: number,
	address: Address,
	at: number
): void {
	const uses: number[] = op === 'stp' ? [a, b] : [];
	const where = addressText(address, at, 8, uses);
	if (typeof where[0] === 'object') where[0].pair = true;
	s.emit(
		[`${op} `, ref(a, 'x'), ', ', ref(b, 'x'), ', ', ...where],
		op === 'ldp' ? [a, b] : [],
		uses
	);
}

export function copyMemory(s: Selector, insn: Instruction, overlapping: boolean): void {
	const [to, from, count] = insn.operands as [Value, Value, Value];
	const bytes = s.constantOf(count);
	if (bytes === 0n) return;
	if (bytes === undefined || bytes > BigInt(overlapping ? 64 : inlineLimit)) {
		callRuntime(s, overlapping ? 'memmove' : 'memcpy', insn, [to, from, count]);
		return;
	}
	const parts = chunks(s, Number(bytes), [argumentAlign(insn, 0), argumentAlign(insn, 1)]);
	if (parts.length > 16) {
		callRuntime(s, overlapping ? 'memmove' : 'memcpy', insn, [to, from, count]);
		return;
	}
	const source = flatAddress(s, from, Number(bytes));
	const target = flatAddress(s, to, Number(bytes));
	const stores: (() => void)[] = [];
	for (const { at, size } of parts) {
		const [a, b] = [s.fresh(), s.fresh()];
		const view: View = size >= 8 ? 'x' : 'w';
		if (size === 16) pair(s, 'ldp', a, b, source, at);
		else loadPiece(s, a, view, source, at, size);
		const store = () =>
			size === 16 ? pair(s, 'stp', a, b, target, at) : storePiece(s, a, view, target, at, size);
		if (overlapping) stores.push(store);
		else store();
	}
	for (const store of stores) store();
}

export function setMemory(s: Selector, insn: Instruction): void {
	const [to, fill, count] = insn.operands as [Value, Value, Value];
	const bytes = s.constantOf(count);
	if (bytes === 0n) return;
	const parts =
		bytes === undefined || bytes > BigInt(inlineLimit)
			? []
			: chunks(s, Number(bytes), [argumentAlign(insn, 0)]);
	if (bytes === undefined || parts.length === 0 || parts.length > 16) {
		callRuntime(s, 'memset', insn, [
			to,
			// memset takes an int.
			s.constantOf(fill) === undefined
				? fill
				: { kind: 'int', type: intType(32), value: s.unsignedConstant(fill, 8)! },
			count
		]);
		return;
	}
	const byte = s.unsignedConstant(fill, 8);
	let register: number;
	if (byte === 0n) register = zeroRegister;
	else if (byte !== undefined) register = s.constant(byte * 0x0101_0101_0101_0101n);
	else {
		register = s.fresh();
		s.alu('mul', 'x', register, s.useExtended(fill, false, 64), s.constant(0x0101_0101_0101_0101n));
	}
	const target = flatAddress(s, to, Number(bytes));
	for (const { at, size } of parts)
		if (size === 16) pair(s, 'stp', register, register, target, at);
		else storePiece(s, register, size >= 8 ? 'x' : 'w', target, at, size);
}

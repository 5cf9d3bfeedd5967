import type { Instruction, Value } from '../ir/module.ts';
import { incomingSlot } from './machine.ts';
import { flatAddress, pair } from './select-block-memory.ts';
import { slotAddress, storePiece } from './select-memory.ts';
import type { Selector } from './selector.ts';

/** Filled in by the function selector: where the register save areas lie. */
export interface VarargsFrame {
	generalSlot: number;
	generalBytes: number;
	vectorSlot: number;
	vectorBytes: number;
	stack: number;
}
export const varargsFrames = new WeakMap<Selector, VarargsFrame>();

/** struct va_list: stack, gr_top, vr_top, gr_offs, vr_offs. */
export function vaStart(s: Selector, insn: Instruction): void {
	const frame = varargsFrames.get(s)!;
	const list = flatAddress(s, insn.operands[0]!, 32);
	const stack = s.fresh();
	slotAddress(s, stack, incomingSlot, frame.stack);
	storePiece(s, stack, 'x', list, 0, 8);
	const general = s.fresh();
	if (frame.generalBytes) slotAddress(s, general, frame.generalSlot, frame.generalBytes);
	else s.move(general, stack);
	storePiece(s, general, 'x', list, 8, 8);
	const vector = s.fresh();
	if (frame.vectorBytes) slotAddress(s, vector, frame.vectorSlot, frame.vectorBytes);
	else s.move(vector, stack);
	storePiece(s, vector, 'x', list, 16, 8);
	storePiece(s, s.constant(BigInt(-frame.generalBytes), 32), 'w', list, 24, 4);
	storePiece(s, s.constant(BigInt(-frame.vectorBytes), 32), 'w', list, 28, 4);
}

export function vaCopy(s: Selector, insn: Instruction): void {
	const [to, from] = insn.operands as [Value, Value];
	const source = flatAddress(s, from, 32);
	const target = flatAddress(s, to, 32);
	for (const at of [0, 16]) {
		const [a, b] = [s.fresh(), s.fresh()];
		pair(s, 'ldp', a, b, source, at);
		pair(s, 'stp', a, b, target, at);
	}
}

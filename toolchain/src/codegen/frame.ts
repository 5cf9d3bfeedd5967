import { alignTo } from '../ir/types.ts';
import type { Allocation } from './allocate.ts';
import {
	dynamicSlot,
	firstVector,
	frameRegister,
	incomingSlot,
	linkRegister,
	outgoingSlot,
	type MachineFunction
} from './machine.ts';

/**
 * The frame, from the stack pointer up: outgoing arguments, X29 and X30, saved registers, slots; above
 * it the caller's outgoing arguments. Slots are reached from SP, or from X29 where alloca moves SP.
 */
export interface Frame {
	size: number;
	/** X29 and X30 are saved, and X29 points at them. */
	record: boolean;
	saved: { register: number; offset: number }[];
	/** Register and offset of a slot. */
	locate(slot: number): { base: 'sp' | 'x29'; offset: number };
}

export function layOutFrame(machine: MachineFunction, allocation: Allocation): Frame {
	const record = machine.hasCalls || machine.dynamicStack || machine.framePointer;
	const outgoing = machine.outgoing;
	let at = outgoing + (record ? 16 : 0);
	const saved = allocation.saved
		.filter((register) => register !== frameRegister && register !== linkRegister)
		.map((register) => {
			const offset = at;
			at += 8;
			return { register, offset };
		});
	// Small slots first: their offsets then fit into the instructions.
	const order = [...machine.slots.keys()].sort(
		(a, b) => machine.slots[a]!.size - machine.slots[b]!.size || a - b
	);
	for (const index of order) {
		const slot = machine.slots[index]!;
		at = alignTo(at, slot.align);
		slot.offset = at;
		at += slot.size;
	}
	const size = alignTo(at, 16);
	const base = machine.dynamicStack ? 'x29' : 'sp';
	const bias = machine.dynamicStack ? outgoing : 0;
	return {
		size,
		record,
		saved,
		locate(slot) {
			if (slot === outgoingSlot) return { base: 'sp', offset: 0 };
			if (slot === dynamicSlot) return { base: 'sp', offset: outgoing };
			if (slot === incomingSlot) return { base, offset: size - bias };
			return { base, offset: machine.slots[slot]!.offset - bias };
		}
	};
}

const name = (register: number) =>
	register >= firstVector ? `d${register - firstVector}` : `x${register}`;

/** Adds to or subtracts from SP; X16 is free at both ends of a function. */
function moveStack(op: 'add' | 'sub', bytes: number): string[] {
	if (bytes === 0) return [];
	if (bytes < 4096) return [`${op} sp, sp, #${bytes}`];
	const out: string[] = [];
	if (bytes >= 0x100_0000) {
		out.push(`movz x16, #${bytes & 0xffff}`, `movk x16, #${Math.floor(bytes / 65536)}, lsl #16`);
		return [...out, `${op} sp, sp, x16`];
	}
	out.push(`${op} sp, sp, #${bytes >> 12}, lsl #12`);
	if (bytes & 4095) out.push(`${op} sp, sp, #${bytes & 4095}`);
	return out;
}

function* pairs(frame: Frame): Generator<{ registers: number[]; offset: number }> {
	for (let i = 0; i < frame.saved.length;) {
		const { register, offset } = frame.saved[i]!;
		const next = frame.saved[i + 1];
		const same = next && next.register >= firstVector === register >= firstVector;
		yield { registers: same ? [register, next.register] : [register], offset };
		i += same ? 2 : 1;
	}
}

export function prologue(machine: MachineFunction, frame: Frame): string[] {
	const out: string[] = [];
	const folded = frame.record && machine.outgoing === 0 && frame.size <= 504;
	if (folded) out.push(`stp x29, x30, [sp, #-${frame.size}]!`, 'mov x29, sp');
	else {
		out.push(...moveStack('sub', frame.size));
		if (frame.record) {
			out.push(...storeRecord('stp', machine.outgoing));
			out.push(machine.outgoing ? `add x29, sp, #${machine.outgoing}` : 'mov x29, sp');
		}
	}
	for (const { registers, offset } of pairs(frame))
		out.push(
			`${registers.length === 2 ? 'stp' : 'str'} ${registers.map(name).join(', ')}, [sp, #${offset}]`
		);
	return out;
}

function storeRecord(op: 'stp' | 'ldp', offset: number): string[] {
	if (offset <= 504) return [`${op} x29, x30, [sp${offset ? `, #${offset}` : ''}]`];
	return [`add x16, sp, #${offset}`, `${op} x29, x30, [x16]`];
}

export function epilogue(machine: MachineFunction, frame: Frame): string[] {
	const out: string[] = [];
	if (machine.dynamicStack)
		out.push(machine.outgoing ? `sub sp, x29, #${machine.outgoing}` : 'mov sp, x29');
	for (const { registers, offset } of pairs(frame))
		out.push(
			`${registers.length === 2 ? 'ldp' : 'ldr'} ${registers.map(name).join(', ')}, [sp, #${offset}]`
		);
	if (frame.record && machine.outgoing === 0 && frame.size <= 504)
		out.push(`ldp x29, x30, [sp], #${frame.size}`);
	else {
		if (frame.record) out.push(...storeRecord('ldp', machine.outgoing));
		out.push(...moveStack('add', frame.size));
	}
	return out;
}

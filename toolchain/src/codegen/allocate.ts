import { calleeSavedGeneral, calleeSavedVector } from './calling-convention.ts';
import type { Liveness } from './liveness.ts';
import { firstVector, firstVirtual, type MachineFunction } from './machine.ts';

/** Register of each virtual register, or its spill slot. */
export interface Allocation {
	/** By virtual register minus `firstVirtual`: a physical register, or -1 - slot. */
	places: Int32Array;
	/** Callee-saved registers in use. */
	saved: number[];
}

const range = (from: number, to: number) => Array.from({ length: to - from }, (_, i) => from + i);
const callerGeneral = [...range(8, 16), ...range(0, 8).reverse()];
const callerVector = [
	...range(firstVector + 16, firstVector + 29),
	...range(firstVector, firstVector + 8)
];

/**
 * Colours the live ranges: the most used, shortest values choose first, and what finds no free
 * register lives in memory. A value that crosses a call may only take a callee-saved register.
 * Copies name wishes: when both ends get one register the copy vanishes.
 */
export function allocateRegisters(machine: MachineFunction, liveness: Liveness): Allocation {
	const { ranges, weights } = liveness;
	const count = machine.classes.length;
	const places = new Int32Array(count).fill(-1);
	const occupied = ranges.slice(0, firstVirtual);
	const used = new Set<number>();
	for (const register of [...calleeSavedGeneral, ...calleeSavedVector])
		if (occupied[register]!.length > 0) used.add(register);
	const wishes = collectWishes(machine);
	const order: { register: number; weight: number }[] = [];
	for (let i = 0; i < count; i++) {
		const register = firstVirtual + i;
		const list = ranges[register]!;
		if (list.length === 0) continue;
		let length = 1;
		for (let r = 0; r < list.length; r += 2) length += list[r + 1]! - list[r]!;
		const weight = machine.pinned.has(register) ? Infinity : weights[register]! / length;
		order.push({ register, weight });
	}
	order.sort((a, b) => b.weight - a.weight || a.register - b.register);
	const assigned = new Map<number, number>();
	for (const { register, weight } of order) {
		const list = ranges[register]!;
		const crossing = crossesCall(list, liveness.calls);
		const vector = machine.classOf(register) === 'vector';
		const candidates = vector
			? crossing
				? machine.wide.has(register)
					? []
					: calleeSavedVector
				: [...callerVector, ...calleeSavedVector]
			: crossing
				? calleeSavedGeneral
				: [...callerGeneral, ...calleeSavedGeneral];
		const choice = choose(register, candidates, crossing);
		if (choice === undefined) {
			if (weight === Infinity)
				throw new Error('an asm statement or atomic operation needs more registers than there are');
			const wide = machine.wide.has(register);
			places[register - firstVirtual] = -1 - machine.slot(wide ? 16 : 8, wide ? 16 : 8);
			continue;
		}
		occupy(occupied[choice]!, list);
		assigned.set(register, choice);
		places[register - firstVirtual] = choice;
		if (calleeSavedGeneral.includes(choice) || calleeSavedVector.includes(choice)) used.add(choice);
	}
	return { places, saved: [...used].sort((a, b) => a - b) };

	function choose(
		register: number,
		candidates: readonly number[],
		crossing: boolean
	): number | undefined {
		const list = ranges[register]!;
		const free = (candidate: number) => !intersects(occupied[candidate]!, list);
		for (const wish of wishes.get(register) ?? []) {
			const physical = wish < firstVirtual ? wish : assigned.get(wish);
			if (physical !== undefined && candidates.includes(physical) && free(physical))
				return physical;
		}
		// A callee-saved register costs a save and a restore: first those already paid for.
		if (crossing)
			for (const candidate of candidates)
				if (used.has(candidate) && free(candidate)) return candidate;
		for (const candidate of candidates) if (free(candidate)) return candidate;
		return undefined;
	}
}

function collectWishes(machine: MachineFunction): Map<number, number[]> {
	const wishes = new Map<number, number[]>();
	const wish = (a: number, b: number) => {
		if (a < firstVirtual) return;
		const list = wishes.get(a);
		if (list) list.push(b);
		else wishes.set(a, [b]);
	};
	for (const block of machine.blocks)
		for (const insn of block.instructions)
			for (const { destination, source } of insn.copies ?? [])
				if (source.kind === 'register') {
					wish(destination, source.register);
					wish(source.register, destination);
				}
	return wishes;
}

function crossesCall(list: readonly number[], calls: readonly number[]): boolean {
	for (let r = 0; r < list.length; r += 2) {
		const at = lowerBound(calls, list[r]!);
		if (at < calls.length && calls[at]! < list[r + 1]!) return true;
	}
	return false;
}

/** Index of the first element that is not below `value`. */
function lowerBound(list: readonly number[], value: number): number {
	let low = 0;
	let high = list.length;
	while (low < high) {
		const middle = (low + high) >> 1;
		if (list[middle]! < value) low = middle + 1;
		else high = middle;
	}
	return low;
}

/** Index (even) of the first range that ends after `position`. */
function firstEndingAfter(list: readonly number[], position: number): number {
	let low = 0;
	let high = list.length >> 1;
	while (low < high) {
		const middle = (low + high) >> 1;
		if (list[2 * middle + 1]! <= position) low = middle + 1;
		else high = middle;
	}
	return 2 * low;
}

function intersects(busy: readonly number[], list: readonly number[]): boolean {
	for (let r = 0; r < list.length; r += 2) {
		const at = firstEndingAfter(busy, list[r]!);
		if (at < busy.length && busy[at]! < list[r + 1]!) return true;
	}
	return false;
}

function occupy(busy: number[], list: readonly number[]): void {
	for (let r = 0; r < list.length; r += 2) {
		const at = firstEndingAfter(busy, list[r]!);
		busy.splice(at, 0, list[r]!, list[r + 1]!);
	}
}

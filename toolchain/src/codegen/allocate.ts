import { calleeSavedGeneral, calleeSavedVector } from './calling-convention.ts';
import { coalesce, type Group } from './coalesce.ts';
import type { Liveness } from './liveness.ts';
import { firstVector, firstVirtual, type MachineFunction } from './machine.ts';
import { costOf } from './share-constants.ts';
import { intersects, lowerBound, occupy, type Ranges } from './ranges.ts';

/** Register of each virtual register, or its spill slot. */
export interface Allocation {
	/** By virtual register minus `firstVirtual`: a physical register, -1 - slot, or `remadePlace`. */
	places: Int32Array;
	/** Callee-saved registers in use. */
	saved: number[];
}

/** Place of a value that is made again wherever it is used. */
export const remadePlace = -0x4000_0000;

/** A value that costs fewer instructions in all is not worth saving and restoring a register. */
const worthSaving = 4;

const isSaved = (register: number) =>
	calleeSavedGeneral.includes(register) || calleeSavedVector.includes(register);

interface Candidate extends Group {
	/** Uses for each position that it is alive. */
	density: number;
}

const range = (from: number, to: number) => Array.from({ length: to - from }, (_, i) => from + i);
const callerGeneral = [...range(8, 16), ...range(0, 8).reverse()];
const callerVector = [
	...range(firstVector + 16, firstVector + 29),
	...range(firstVector, firstVector + 8)
];

/**
 * Colours the live ranges: the most used, shortest values choose first, and what finds no free
 * register lives in memory. Values that copies join are coloured as one, if that is possible. A value that crosses a call may only take a callee-saved register.
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
	const weigh = (group: Group): Candidate => {
		let length = 1;
		for (let r = 0; r < group.ranges.length; r += 2)
			length += group.ranges[r + 1]! - group.ranges[r]!;
		const pinned = machine.pinned.has(group.members[0]!);
		return { ...group, density: pinned ? Infinity : group.weight / length };
	};
	const order = (a: Candidate, b: Candidate) =>
		b.density - a.density || a.members[0]! - b.members[0]!;
	const queue = coalesce(machine, liveness).map(weigh).sort(order);
	const assigned = new Map<number, number>();
	for (let at = 0; at < queue.length; at++) {
		const { members, ranges: list, density } = queue[at]!;
		const register = members[0]!;
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
		let choice = choose(members, list, candidates, crossing);
		const remade = machine.remade.get(register);
		if (remade && choice !== undefined && isSaved(choice) && !used.has(choice))
			if (weights[register]! * costOf(remade) < worthSaving) choice = undefined;
		if (choice !== undefined) {
			occupy(occupied[choice]!, list);
			for (const member of members) {
				assigned.set(member, choice);
				places[member - firstVirtual] = choice;
			}
			if (isSaved(choice)) used.add(choice);
		} else if (remade) places[register - firstVirtual] = remadePlace;
		else if (members.length > 1) {
			const apart = members.map((member) =>
				weigh({ members: [member], ranges: ranges[member]!, weight: weights[member]! })
			);
			queue.splice(at + 1, 0, ...apart.sort(order));
		} else if (density === Infinity)
			throw new Error('an asm statement or atomic operation needs more registers than there are');
		else {
			const wide = machine.wide.has(register);
			places[register - firstVirtual] = -1 - machine.slot(wide ? 16 : 8, wide ? 16 : 8);
		}
	}
	return { places, saved: [...used].sort((a, b) => a - b) };

	function choose(
		members: readonly number[],
		list: Ranges,
		candidates: readonly number[],
		crossing: boolean
	): number | undefined {
		const free = (candidate: number) => !intersects(occupied[candidate]!, list);
		for (const member of members)
			for (const wish of wishes.get(member) ?? []) {
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

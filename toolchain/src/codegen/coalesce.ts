import type { Liveness } from './liveness.ts';
import { firstVirtual, type MachineFunction } from './machine.ts';
import { intersects, occupy, type Ranges } from './ranges.ts';

/** Virtual registers that are to share one place, because copies join them. */
export interface Group {
	members: number[];
	ranges: Ranges;
	weight: number;
}

/**
 * Joins the two ends of copies wherever both are never alive at once: the copies of phis on a loop's
 * way back then cost nothing. The copies that run most often choose first. A group that finds no
 * register is taken apart again by the allocator, so that joining never causes a spill by itself.
 */
export function coalesce(machine: MachineFunction, liveness: Liveness): Group[] {
	const { ranges, weights } = liveness;
	const groups = new Map<number, Group>();
	for (let i = 0; i < machine.classes.length; i++) {
		const register = firstVirtual + i;
		if (ranges[register]!.length === 0) continue;
		groups.set(register, {
			members: [register],
			ranges: ranges[register]!,
			weight: weights[register]!
		});
	}
	for (const { a, b } of joinable(machine)) {
		const [one, two] = [groups.get(a), groups.get(b)];
		if (!one || !two || one === two || intersects(one.ranges, two.ranges)) continue;
		const [large, small] = one.members.length >= two.members.length ? [one, two] : [two, one];
		// Single registers keep the ranges that liveness gave them.
		if (large.members.length === 1) large.ranges = [...large.ranges];
		occupy(large.ranges, small.ranges);
		large.weight += small.weight;
		large.members.push(...small.members);
		for (const member of small.members) groups.set(member, large);
	}
	return [...new Set(groups.values())];
}

/** Pairs of registers of one kind that a copy joins, the most frequent copies first. */
function joinable(machine: MachineFunction): { a: number; b: number; weight: number }[] {
	const out: { a: number; b: number; weight: number }[] = [];
	for (const { instructions, frequency } of machine.blocks)
		for (const insn of instructions)
			for (const { destination, source } of insn.copies ?? []) {
				if (source.kind !== 'register') continue;
				const [a, b] = [destination, source.register];
				if (a < firstVirtual || b < firstVirtual || a === b) continue;
				if (isFixed(machine, a) || isFixed(machine, b)) continue;
				if (machine.classOf(a) !== machine.classOf(b)) continue;
				if (machine.wide.has(a) !== machine.wide.has(b)) continue;
				out.push({ a, b, weight: frequency });
			}
	return out.sort((x, y) => y.weight - x.weight);
}

const isFixed = (machine: MachineFunction, register: number) =>
	machine.pinned.has(register) || machine.remade.has(register);

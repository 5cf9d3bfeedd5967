import { comparePositions } from './hits.ts';
import type { Machine, Position } from './machine.ts';
import type { What } from './searches.ts';
import { Timeline } from './timeline.ts';

/** For tests of searches: the same question answered by a run that goes step by step and tries things. */

/** Something that can be read, and be given another value. */
export interface Place {
	readonly what: What;
	read(machine: Machine): bigint;
	/** Left out: changes alone are looked for. */
	write?(machine: Machine, value: bigint): void;
	/** Those of one group are given other values together: none decides whether another is written. */
	readonly group?: string;
}

export interface SteppedRun {
	readonly positions: readonly Position[];
	/** For each place, the positions just before it was written. */
	readonly writes: readonly (readonly Position[])[];
	/** Positions at which nobody knows whether the place is written. */
	readonly unknown: readonly ReadonlySet<string>[];
}

export const nameOf = ({ instruction, entered }: Position) => `${instruction}${entered ? '+' : ''}`;

const odd = 0x5a5a_1234_9876_a5a5n;

/**
 * Runs to the end. A place is written by a step that changes it; or that, where it had another value before,
 * does not leave that. So a write of what is there already shows too, but for `v0 += 0`.
 */
export function goStepByStep(machine: Machine, places: readonly Place[]): SteppedRun {
	const timeline = new Timeline(machine);
	const positions: Position[] = [];
	const writes: Position[][] = places.map(() => []);
	const unknown = places.map(() => new Set<string>());
	const groups = [...new Set(places.map(({ group }, n) => group ?? String(n)))].map((name) =>
		places.filter(({ group }, n) => (group ?? String(n)) === name)
	);
	for (;;) {
		const here = timeline.position;
		positions.push(here);
		const before = places.map(({ read }) => read(machine));
		const tried = new Map(groups.flatMap((group) => [...tryOthers(machine, group)]));
		const { total } = machine.trapLog;
		if (timeline.step() !== 'budget') return { positions, writes, unknown };
		const trapped = machine.trapLog.total > total;
		places.forEach((place, n) => {
			const other = tried.get(place);
			if (place.read(machine) !== before[n]) writes[n]!.push(here);
			else if (other === undefined || other.trapped !== trapped) unknown[n]!.add(nameOf(here));
			else if (other.left !== other.given) writes[n]!.push(here);
		});
	}
}

interface Tried {
	readonly given: bigint;
	readonly left: bigint;
	readonly trapped: boolean;
}

/** What a step leaves in places that are given other values first. */
function tryOthers(machine: Machine, places: readonly Place[]): Map<Place, Tried> {
	const tried = new Map<Place, Tried>();
	if (places.every(({ write }) => write === undefined)) return tried;
	const { entered } = machine.position;
	const had = places.map(({ read }) => read(machine));
	machine.whatIf((scratch) => {
		for (const { write } of places) write?.(scratch, odd);
		const given = places.map(({ read }) => read(scratch));
		const { total } = scratch.trapLog;
		if (entered || !scratch.takeInterrupt()) scratch.step();
		const trapped = scratch.trapLog.total > total;
		places.forEach((place, n) => {
			if (given[n] !== had[n])
				tried.set(place, { given: given[n]!, left: place.read(scratch), trapped });
		});
	});
	return tried;
}

/**
 * Asks a timeline from anywhere, and compares. Returns how many of the searches found something. `alsoWrites`:
 * the instruction that comes writes the place, though nothing shows it.
 */
export function compareSearches(
	timeline: Timeline,
	{ positions, writes, unknown }: SteppedRun,
	places: readonly Place[],
	times: number,
	random: (below: number) => number,
	alsoWrites: (machine: Machine, place: Place) => boolean = () => false
): number {
	const { machine } = timeline;
	const end = positions.at(-1)!;
	let found = 0;
	for (let i = 0; i < times; i++) {
		const here = positions[random(positions.length)]!;
		timeline.seek(here);
		const hash = machine.hash();
		const n = random(places.length);
		const back = random(3) > 0;
		const { what } = places[n]!;
		const sure = back
			? writes[n]!.findLast((each) => comparePositions(each, here) < 0)
			: writes[n]!.find((each) => comparePositions(each, here) > 0);
		const { position } = back
			? timeline.back(what)
			: timeline.forward(what, { within: end.instruction - here.instruction });
		const text = `${back ? 'back' : 'ahead'} from ${nameOf(here)}: ${JSON.stringify(what)}`;
		const expected = sure && nameOf(sure);
		const name = position && nameOf(position);
		const other = position !== undefined && alsoWrites(machine, places[n]!);
		if (name !== expected && !other && !(name !== undefined && unknown[n]!.has(name)))
			throw new Error(`${text}: found ${name}, step by step ${expected}`);
		if (position === undefined && machine.hash() !== hash)
			throw new Error(`${text}: the machine is not where it was`);
		if (position !== undefined) found++;
	}
	return found;
}

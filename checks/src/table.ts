import { classOf, exitKinds, type Counts, type ExitKind, type TrapClass } from './exits.ts';
import type { Observation, TracepointCall } from './observer.ts';

/** One phase of the guest's life: what the machine saw, and by how much the student's totals grew. */
export interface PhaseRow {
	readonly phase: string;
	readonly machine: Counts;
	readonly kinds: Record<ExitKind, number>;
	/** Undefined while the tracepoint has not been called in the phase. */
	readonly student: Counts | undefined;
}

/**
 * The table of a run. Phases are named boot, mem, io; a second run of a program is `mem 2`. What the
 * shell costs between them is a phase of its own and counts, since the totals never stop. The machine's
 * side counts by the rule that the student follows, or by C.
 */
export function phaseTable(seen: Observation, rule: Rule = 'c'): PhaseRow[] {
	const runs: Record<string, number> = {};
	let last: TracepointCall | undefined;
	let handled = 0;
	return seen.phases
		.filter((phase) => phase.to.exits > phase.from.exits)
		.map((phase) => {
			const n = (runs[phase.name] = (runs[phase.name] ?? 0) + 1);
			const call = seen.calls.filter((c) => c.exits <= phase.to.exits).at(-1);
			// The machine's side ends where the student's does: at the last call of the tracepoint.
			const until = call && call.exits > phase.from.exits ? call.exits : phase.to.exits;
			const kinds = Object.fromEntries(exitKinds.map((kind) => [kind, 0])) as Record<
				ExitKind,
				number
			>;
			for (const exit of seen.exits.slice(handled, until)) if (!exit.retry) kinds[exit.kind]++;
			handled = until;
			const student = call && growth(call, last);
			last = call ?? last;
			return {
				phase: n > 1 ? `${phase.name} ${n}` : phase.name,
				machine: byClass(kinds, rule),
				kinds,
				student
			};
		});
}

/** The two right ways of counting: at the branch (B), or where the work is done (C). */
export type Rule = 'b' | 'c';

/** The class of a kind of exit by a rule; they differ in one kind. */
export const classBy: Record<Rule, (kind: ExitKind) => TrapClass | undefined> = {
	b: (kind) => (kind === 'fetch-outside' ? 'io' : classOf[kind]),
	c: (kind) => classOf[kind]
};

function byClass(kinds: Record<ExitKind, number>, rule: Rule): Counts {
	const counts: Counts = { cpu: 0, mem: 0, io: 0 };
	for (const kind of exitKinds) {
		const c = classBy[rule](kind);
		if (c) counts[c] += kinds[kind];
	}
	return counts;
}

/** Running totals at a dump of the trace: the machine's, and those of the tracepoint's last line. */
export interface Dump {
	readonly phase: 'boot' | 'mem' | 'io';
	readonly machine: Counts;
	readonly student: Counts;
}

/** What a dump of the trace shows if it is made now. */
export function dumpNow(seen: Observation, phase: Dump['phase']): Dump {
	const call = seen.calls.at(-1);
	const kinds = Object.fromEntries(exitKinds.map((kind) => [kind, 0])) as Record<ExitKind, number>;
	for (const exit of seen.exits.slice(0, call?.exits ?? 0)) if (!exit.retry) kinds[exit.kind]++;
	const student = call ? growth(call, undefined) : { cpu: 0, mem: 0, io: 0 };
	return { phase, machine: byClass(kinds, 'c'), student };
}

function growth(call: TracepointCall, before: TracepointCall | undefined): Counts {
	const by = (c: 'cpu' | 'mem' | 'io') => Number(BigInt.asIntN(64, call[c] - (before?.[c] ?? 0n)));
	return { cpu: by('cpu'), mem: by('mem'), io: by('io') };
}

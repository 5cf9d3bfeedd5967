import { exitKinds, trapClasses, type ExitKind, type TrapClass } from './exits.ts';
import { sideEvents, type SideEvent, type Window } from './windows.ts';

/** By how much one exit of a kind raises each of the student's counters; undefined: not one steady number. */
export type Column = Partial<Record<ExitKind, number | undefined>>;

/** What was learnt of one of the student's counters. */
export interface Attribution {
	/** For every kind that occurred: what one such exit adds. */
	readonly perExit: Column;
	/** Side events that the counter counts too (a mistaken rule): what each adds. */
	readonly side: Partial<Record<SideEvent, number>>;
	/** Every window is explained exactly. */
	readonly exact: boolean;
}

/** Sets of side events that are tried, simplest first, when exits alone do not explain a counter. */
const candidates: SideEvent[][] = [
	[],
	['host-call'],
	['retry'],
	['host-call', 'retry'],
	['finished-user-read'],
	['finished-user-write'],
	['finished-user-read', 'finished-user-write'],
	['stale-exit-reason'],
	['stale-at-trap']
];

/**
 * Reads off what the student's counter counts: because the tracepoint is called after each exit, every
 * window holds (nearly always) one exit, and the growth is what that exit added. Where the same kind
 * of exit adds different amounts, side events are tried as an explanation, each with weight 1 or 2.
 */
export function attribute(windows: readonly Window[], c: TrapClass): Attribution {
	for (const set of candidates) {
		for (const weight of set.length ? [1, 2] : [0]) {
			// Before its first guest the host has called EL2 to set it up: those calls no vcpu counted.
			const usable = set.includes('host-call') ? windows.slice(1) : windows;
			const rest = usable.map((w) => w.grew[c] - weight * sum(set.map((s) => w.side[s] ?? 0)));
			const perExit = steady(usable, rest);
			if (explains(usable, rest, perExit)) {
				const side = Object.fromEntries(set.map((s) => [s, weight]));
				return { perExit, side, exact: true };
			}
		}
	}
	const grown = windows.map((w) => w.grew[c]);
	return { perExit: steady(windows, grown), side: {}, exact: false };
}

/** The one amount that windows with just one exit of each kind show; undefined where they differ. */
function steady(windows: readonly Window[], grown: readonly number[]): Column {
	const column: Column = {};
	windows.forEach((window, i) => {
		const kinds = Object.keys(window.kinds) as ExitKind[];
		const kind = kinds[0];
		if (kinds.length !== 1 || kind === undefined || window.kinds[kind] !== 1) return;
		if (!(kind in column)) column[kind] = grown[i];
		else if (column[kind] !== grown[i]) column[kind] = undefined;
	});
	return column;
}

function explains(windows: readonly Window[], grown: readonly number[], column: Column): boolean {
	return windows.every((window, i) => {
		const terms = (Object.entries(window.kinds) as [ExitKind, number][]).map(([kind, n]) => {
			const each = column[kind];
			return each === undefined ? NaN : each * n;
		});
		return sum(terms) === grown[i];
	});
}

const sum = (numbers: readonly number[]) => numbers.reduce((a, b) => a + b, 0);

/** All three counters. */
export const attributeAll = (windows: readonly Window[]): Record<TrapClass, Attribution> =>
	Object.fromEntries(trapClasses.map((c) => [c, attribute(windows, c)])) as Record<
		TrapClass,
		Attribution
	>;

/** The kinds that the run contained, in the order of all tables. */
export const kindsSeen = (windows: readonly Window[]): ExitKind[] =>
	exitKinds.filter((kind) => windows.some((w) => w.kinds[kind]));

export { sideEvents };

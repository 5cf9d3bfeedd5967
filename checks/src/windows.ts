import { exitKinds, trapClasses, type Counts, type ExitKind } from './exits.ts';
import type { Observation } from './observer.ts';

/**
 * Things other than the exit itself that a wrong patch can count: each is a number per window, and a
 * patch that counts them follows one of the mistaken rules of `mistakes.ts`.
 */
export const sideEvents = [
	/** The KVM_RUN that starts in this window finishes an MMIO read (write) of the last one. */
	'finished-user-read',
	'finished-user-write',
	/** run->exit_reason still says KVM_EXIT_MMIO in this KVM_RUN, from this exit or an earlier one. */
	'stale-exit-reason',
	/** The same, but looked at only where a handler ran: not at interrupts. */
	'stale-at-trap',
	/** HVCs by which the host kernel calls its own EL2 code. */
	'host-call',
	/** Exits that EL2 sent straight back to the guest. */
	'retry'
] as const;
export type SideEvent = (typeof sideEvents)[number];

/** What happened between two calls of the tracepoint, and by how much the student's totals grew. */
export interface Window {
	readonly at: number;
	readonly kinds: Readonly<Partial<Record<ExitKind, number>>>;
	readonly side: Readonly<Partial<Record<SideEvent, number>>>;
	readonly grew: Counts;
}

const isMmio = (kind: ExitKind) => kind.startsWith('io-');

/**
 * Cuts an observation into windows, one a call of the tracepoint. `shift` is 1 for a patch that calls
 * the tracepoint before handle_exit(): what an exit added is then seen one call later.
 */
export function windowsOf(seen: Observation, shift: 0 | 1 = 0): Window[] {
	const side = sideCounter(seen);
	return seen.calls.slice(0, seen.calls.length - shift).map((call, i) => {
		const previous = i > 0 ? seen.calls[i - 1]! : undefined;
		const kinds: Partial<Record<ExitKind, number>> = {};
		for (const exit of seen.exits.slice(previous?.exits ?? 0, call.exits)) {
			if (!exit.retry) kinds[exit.kind] = (kinds[exit.kind] ?? 0) + 1;
		}
		const after = seen.calls[i + shift]!;
		const before = i + shift > 0 ? seen.calls[i + shift - 1]! : undefined;
		const grew = Object.fromEntries(
			trapClasses.map((c) => [c, Number(BigInt.asIntN(64, after[c] - (before?.[c] ?? 0n)))])
		) as Counts;
		return { at: call.at, kinds, side: side(i), grew };
	});
}

function sideCounter(seen: Observation) {
	return (i: number): Partial<Record<SideEvent, number>> => {
		const call = seen.calls[i]!;
		const previous = i > 0 ? seen.calls[i - 1]! : { exits: 0, runs: 0, hostCalls: 0 };
		const newRun = call.runs > previous.runs;
		const last = lastHandled(seen, previous.exits);
		const runStart = call.runs > 0 ? seen.runs[call.runs - 1]! : 0;
		const stale = seen.exits.slice(runStart, call.exits).some((exit) => isMmio(exit.kind));
		const trapped = seen.exits[call.exits - 1]?.kind !== 'irq';
		return {
			'finished-user-read': Number(newRun && last === 'io-user-read'),
			'finished-user-write': Number(newRun && last === 'io-user-write'),
			'stale-exit-reason': Number(stale),
			'stale-at-trap': Number(stale && trapped),
			'host-call': call.hostCalls - previous.hostCalls,
			retry: seen.exits.slice(previous.exits, call.exits).filter((exit) => exit.retry).length
		};
	};
}

function lastHandled(seen: Observation, before: number): ExitKind | undefined {
	for (let i = before - 1; i >= 0; i--) if (!seen.exits[i]!.retry) return seen.exits[i]!.kind;
	return undefined;
}

/** Sums of a list of windows, for tables. */
export function total(windows: readonly Window[]): {
	kinds: Record<ExitKind, number>;
	grew: Counts;
} {
	const kinds = Object.fromEntries(exitKinds.map((kind) => [kind, 0])) as Record<ExitKind, number>;
	const grew: Counts = { cpu: 0, mem: 0, io: 0 };
	for (const window of windows) {
		for (const kind of exitKinds) kinds[kind] += window.kinds[kind] ?? 0;
		for (const c of trapClasses) grew[c] += window.grew[c];
	}
	return { kinds, grew };
}

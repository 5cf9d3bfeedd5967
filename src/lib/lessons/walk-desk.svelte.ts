import type { ExplainedWalk, WalkStep } from 'emulator-core';
import type { SteppingState } from '$lib/stepping/SteppingState.svelte.ts';
import type { View } from '$lib/stepping/protocol.ts';
import type { WalkSubject } from './walk-subjects.ts';

/** A walk through the tables as they were at one view of the machine. */
export interface ShownWalk extends WalkSubject {
	readonly view: View;
	readonly walk: ExplainedWalk;
}

/**
 * What the blocks about translation share in one lesson: the walk that is shown, and the descriptor of
 * it that is looked at.
 */
export class WalkDesk {
	shown = $state.raw<ShownWalk>();
	/** Chosen in `shown.walk`; of another walk it counts for nothing. */
	chosen = $state.raw<WalkStep>();

	/** The descriptor to look at: the chosen one, or the last that the walk read. */
	get descriptor(): WalkStep | undefined {
		const steps = this.shown?.walk.steps ?? [];
		return steps.find((step) => step === this.chosen) ?? steps.at(-1);
	}
}

const desks = new WeakMap<SteppingState, WalkDesk>();

/** The one desk of a stepped machine. */
export function walkDesk(machine: SteppingState): WalkDesk {
	const known = desks.get(machine);
	if (known !== undefined) return known;
	const desk = new WalkDesk();
	desks.set(machine, desk);
	return desk;
}

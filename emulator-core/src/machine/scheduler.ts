import type { Clock } from '../bus/device.ts';
import type { HotState } from '../cpu/hot-state.ts';

/** Something that is due at a tick. */
export interface ScheduledEvent {
	readonly key: string;
	readonly when: number;
	readonly callback: () => void;
}

/**
 * The machine's time and what is due when. A tick is an instruction, or one of those that a WFI slept
 * through; within a run of the engine the time follows from the fuel that is left.
 */
export class Scheduler implements Clock {
	readonly #hot: HotState;
	/** Due events by tick, and by key where ticks are equal: the order must not depend on history. */
	#events: ScheduledEvent[] = [];
	#instructions = 0;
	#slept = 0;
	/** Fuel given to the engine, 0 while it does not run. */
	#given = 0;

	/** `hot` is the running CPU's, whichever it is: the state in the machine's memory. */
	constructor(hot: HotState) {
		this.#hot = hot;
	}

	now(): number {
		return this.instructions + this.#slept;
	}

	/** Instructions executed since reset. */
	get instructions(): number {
		return this.#instructions + (this.#given === 0 ? 0 : this.#given - this.#hot.fuel);
	}

	schedule(key: string, when: number | undefined, callback: () => void): void {
		// Timers ask at every world switch: no splice, which makes an array each time.
		const events = this.#events;
		let at = 0;
		while (at < events.length && events[at]!.key !== key) at++;
		if (at < events.length) {
			for (; at + 1 < events.length; at++) events[at] = events[at + 1]!;
			events.pop();
		}
		if (when === undefined) return;
		const event = { key, when, callback };
		events.push(event);
		for (at = events.length - 1; at > 0 && isAfter(events[at - 1]!, event); at--)
			events[at] = events[at - 1]!;
		events[at] = event;
		// The engine may have fuel beyond the new event.
		if (this.#given !== 0) this.#hot.leaveSoon();
	}

	/** The tick of the next event, if there is one. */
	get nextDue(): number | undefined {
		return this.#events[0]?.when;
	}

	/** Calls what is due now, and what that makes due. */
	runDue(): void {
		while (this.#events.length > 0 && this.#events[0]!.when <= this.now())
			this.#events.shift()!.callback();
	}

	/** Runs the engine on `fuel` instructions and counts those it used. */
	execute(fuel: number, engine: { run(fuel: number): void }): void {
		this.#given = fuel;
		this.#hot.fuel = fuel;
		try {
			engine.run(fuel);
		} finally {
			this.#instructions += fuel - this.#hot.fuel;
			this.#given = 0;
		}
	}

	/** Sleeps until a tick that is not in the past. */
	sleepUntil(tick: number): void {
		this.#slept += Math.max(0, tick - this.now());
	}

	snapshotState(): { instructions: number; slept: number } {
		return { instructions: this.#instructions, slept: this.#slept };
	}

	/** What is due when, to be put back with `replaceEvents`. */
	get events(): readonly ScheduledEvent[] {
		return [...this.#events];
	}
	replaceEvents(events: readonly ScheduledEvent[]): void {
		this.#events = [...events];
	}

	/** Drops all events: devices ask anew when their state is restored, after this. */
	restoreState(state: { instructions: number; slept: number }): void {
		this.#events = [];
		this.#instructions = state.instructions;
		this.#slept = state.slept;
	}
}

function isAfter(a: ScheduledEvent, b: ScheduledEvent): boolean {
	return a.when > b.when || (a.when === b.when && a.key > b.key);
}

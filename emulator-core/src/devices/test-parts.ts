import type { Clock, IrqLine } from '../bus/device.ts';

/** An interrupt wire that remembers its level. */
export class Wire implements IrqLine {
	level = false;
	set(level: boolean): void {
		this.level = level;
	}
}

/** A clock that a test moves by hand; events fire in order of their tick, ties in order of asking. */
export class HandClock implements Clock {
	#now = 0;
	readonly #events = new Map<string, { when: number; callback: () => void }>();

	now(): number {
		return this.#now;
	}
	schedule(key: string, when: number | undefined, callback: () => void): void {
		this.#events.delete(key);
		if (when !== undefined) this.#events.set(key, { when, callback });
	}

	/** When the next event is due. */
	get next(): number | undefined {
		const whens = [...this.#events.values()].map(({ when }) => when);
		return whens.length > 0 ? Math.min(...whens) : undefined;
	}

	/** Moves time to `tick` and fires what falls due on the way, each at its own tick. */
	runTo(tick: number): void {
		for (let next = this.next; next !== undefined && next <= tick; next = this.next) {
			this.#now = Math.max(this.#now, next);
			const [key, event] = [...this.#events].find(([, { when }]) => when === next)!;
			this.#events.delete(key);
			event.callback();
		}
		this.#now = tick;
	}
}

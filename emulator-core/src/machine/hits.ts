import type { Position } from './run-loop.ts';
import type { Hits } from './searches.ts';

/** Negative if `a` comes before `b` in a run. */
export function comparePositions(a: Position, b: Position): number {
	return a.instruction - b.instruction || Number(a.entered) - Number(b.entered);
}

/** The last hit of a stretch, before an end. */
export class LastHit implements Hits {
	readonly #where: () => Position;
	readonly #from: number;
	readonly #end: Position;
	/** The latest two, the later first: it may still be cancelled. */
	#latest: Position[] = [];

	constructor(where: () => Position, from: number, end: Position) {
		this.#where = where;
		this.#from = from;
		this.#end = end;
	}

	get position(): Position | undefined {
		return this.#latest[0];
	}

	hit(here = this.#where()): void {
		if (here.instruction < this.#from || comparePositions(here, this.#end) >= 0) return;
		const [last] = this.#latest;
		if (last === undefined) this.#latest = [here];
		else if (comparePositions(last, here) !== 0) this.#latest = [here, last];
	}

	cancel(): void {
		const [last] = this.#latest;
		if (last && comparePositions(last, this.#where()) === 0) this.#latest.shift();
	}
}

/** The first hit, if need be behind a position; the machine is asked to pause there. */
export class FirstHit implements Hits {
	position: Position | undefined;
	readonly #where: () => Position;
	readonly #begin: Position | undefined;
	readonly #pause: () => void;

	constructor(where: () => Position, begin: Position | undefined, pause: () => void) {
		this.#where = where;
		this.#begin = begin;
		this.#pause = pause;
	}

	hit(here = this.#where()): void {
		if (this.position !== undefined) return;
		if (this.#begin !== undefined && comparePositions(here, this.#begin) <= 0) return;
		this.position = here;
		this.#pause();
	}

	cancel(): void {
		if (this.position && comparePositions(this.position, this.#where()) === 0)
			this.position = undefined;
	}
}

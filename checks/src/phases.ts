/** A moment of the run: instructions retired, and how many guest exits had happened by then. */
export interface Mark {
	readonly at: number;
	readonly exits: number;
}

/** A part of the guest's life: its boot, one run of `mem` or `io`, or the shell between them. */
export interface Phase {
	readonly name: 'boot' | 'mem' | 'io' | 'shell';
	readonly from: Mark;
	readonly to: Mark;
}

const counted: Record<string, 'mem' | 'io'> = { mem: 'mem', io: 'io' };
const baseName = (path: string) => path.slice(path.lastIndexOf('/') + 1);

/**
 * Cuts the guest's run into phases by the programs that start and end in it. Booting lasts until the
 * first `mem` or `io` starts, so that what the prompt costs belongs to it.
 */
export class PhaseBook {
	#done: Phase[] = [];
	#name: Phase['name'] = 'boot';
	#from: Mark = { at: 0, exits: 0 };

	started(path: string, mark: Mark): void {
		const name = counted[baseName(path)];
		if (name) this.#turn(name, mark);
	}

	ended(comm: string, mark: Mark): void {
		if (counted[baseName(comm)] === this.#name) this.#turn('shell', mark);
	}

	/** All phases so far, the one that is under way closed at `now`. */
	list(now: Mark): Phase[] {
		return [...this.#done, { name: this.#name, from: this.#from, to: now }];
	}

	#turn(name: Phase['name'], mark: Mark): void {
		this.#done.push({ name: this.#name, from: this.#from, to: mark });
		this.#name = name;
		this.#from = mark;
	}
}

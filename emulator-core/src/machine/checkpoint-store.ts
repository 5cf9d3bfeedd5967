import type { Machine } from './machine.ts';
import type { Checkpoint } from './memory-checkpoint.ts';
import { PageLedger } from './ram-keeper.ts';

/** What a checkpoint takes beside its pages and the TLB's, roughly. */
const fixedBytes = 64 * 1024;
/** An entry of a Map. */
const bytesForEntry = 40;
/**
 * What the interpreter does in less than half a second, in instructions: as far apart as old checkpoints
 * may come to lie while there is memory for that.
 */
const reach = 20_000_000;
/**
 * Where more pages than a few change from one to the next, each puts the next one off by so many
 * instructions: copying takes a tenth of the time, at most.
 */
const instructionsForPage = 600;
const fewPages = 256;
/** So many are left on the way to somewhere before the oldest of them goes. */
const maxPassing = 12;

export interface StoreOptions {
	readonly spacing?: number;
	readonly budgetBytes?: number;
}

/** A part of a run, between two checkpoints. */
export interface Stretch {
	readonly from: Checkpoint;
	readonly to: Checkpoint | undefined;
	readonly written: ReadonlySet<number> | undefined;
}

/** The TLB's pages, which checkpoints share as long as nothing is added. */
const tlbMaps = ({ cpus }: Checkpoint): ReadonlyMap<number, unknown>[] =>
	cpus.flatMap(({ tlb }) => [...tlb.contexts, ...tlb.ipaPages].map(({ pages }) => pages));

/** The checkpoints of a timeline, in order: dense where it is young, thinner where it is old. */
export class CheckpointStore {
	readonly #machine: Machine;
	/** Instructions from one to the next, on the way forward. */
	readonly spacing: number;
	readonly #budgetBytes: number;
	/** The first is where the timeline begins, and stays. */
	readonly #kept: Checkpoint[];
	/** Those left on the way to somewhere; soon there are others. */
	readonly #passing: Checkpoint[] = [];
	readonly #pages = new PageLedger();
	/** Where the next one is to be taken, on the way forward. */
	#next: number;
	/**
	 * For each, the pages (by physical address) that were written since the one before it, and perhaps
	 * others; not there where nobody knows.
	 */
	readonly #written = new Map<Checkpoint, ReadonlySet<number>>();
	/** Written behind the last one kept, by a run that has been somewhere else since. */
	#writtenBehind: ReadonlySet<number> = new Set();
	/** Nobody knows what was written since the last one that was passed. */
	#lost = false;

	constructor(machine: Machine, { spacing = 200_000, budgetBytes = 192 * 2 ** 20 }: StoreOptions) {
		this.#machine = machine;
		this.spacing = Math.max(1, Math.floor(spacing));
		this.#budgetBytes = budgetBytes;
		this.#kept = [machine.checkpoint()];
		this.#count(this.#kept[0]!);
		this.#next = this.start + this.spacing;
		machine.takeWrittenPages();
	}

	#count(checkpoint: Checkpoint): void {
		this.#pages.add(checkpoint.ram);
		for (const map of tlbMaps(checkpoint)) this.#pages.share(map, bytesForEntry * map.size);
	}

	get start(): number {
		return this.#kept[0]!.instruction;
	}
	get count(): number {
		return this.#kept.length;
	}
	/** Instructions from each to the next. */
	get gaps(): number[] {
		return this.#kept.slice(1).map((each, n) => each.instruction - this.#kept[n]!.instruction);
	}
	/** Memory that the checkpoints take, about. */
	get bytes(): number {
		return this.#pages.bytes + fixedBytes * this.#kept.length;
	}

	/** The nearest at or before an instruction that is not before the start. */
	before(instruction: number): Checkpoint {
		return this.#kept[this.#indexBefore(instruction)]!;
	}

	/** The instruction at which the next checkpoint is to be taken on the way forward. */
	nextAfter(instruction: number): number {
		return this.#next > instruction ? this.#next : instruction + this.spacing;
	}

	/** It is time for one: but not within what comes before an instruction. */
	get due(): boolean {
		return !this.#machine.underWay && this.#machine.instructions >= this.#next;
	}

	/** Takes a checkpoint here, to keep or for a while, unless there is one. */
	take(how: 'keeping' | 'passing' = 'keeping'): void {
		const here = this.#machine.instructions;
		const index = this.#indexBefore(here);
		const next = (changedPages: number) => {
			const more = instructionsForPage * Math.max(0, changedPages - fewPages);
			if (how === 'keeping') this.#next = here + Math.max(this.spacing, Math.min(more, reach / 4));
		};
		if (this.#kept[index]!.instruction === here) return next(0);
		const checkpoint = this.#machine.checkpoint();
		this.#noteWritten(checkpoint, index === this.#kept.length - 1);
		this.#kept.splice(index + 1, 0, checkpoint);
		this.#count(checkpoint);
		next(checkpoint.changedPages);
		if (how === 'passing') this.#pass(checkpoint);
		while (this.bytes > this.#budgetBytes && this.#thinOut());
	}

	#noteWritten(checkpoint: Checkpoint, isLast: boolean): void {
		const pages = this.#machine.takeWrittenPages();
		if (!this.#lost)
			this.#written.set(checkpoint, new Set(isLast ? [...this.#writtenBehind, ...pages] : pages));
		if (isLast) this.#writtenBehind = new Set();
		this.#lost = false;
	}

	/** The machine went to a checkpoint: to one of these, or to another. */
	wentTo(checkpoint: Checkpoint): void {
		this.#machine.takeWrittenPages();
		this.#lost = !this.#kept.includes(checkpoint);
	}

	/**
	 * The stretch that ends at an instruction or goes on beyond it: the checkpoint it begins at, which lies
	 * before the instruction, the one it ends at, if there is one, and the pages that are written in it,
	 * if they are known. Undefined: the timeline begins there.
	 */
	stretchBefore(instruction: number): Stretch | undefined {
		const index = this.#indexBefore(instruction - 1);
		const from = this.#kept[index]!;
		if (from.instruction >= instruction) return undefined;
		const to = this.#kept[index + 1];
		return { from, to, written: to && this.#written.get(to) };
	}

	#pass(checkpoint: Checkpoint): void {
		this.#passing.push(checkpoint);
		if (this.#passing.length <= maxPassing) return;
		const index = this.#kept.indexOf(this.#passing.shift()!);
		if (index > 0) this.#drop(index);
	}

	/** Forgets those behind an instruction: the run takes another way from there. */
	forgetAfter(instruction: number): void {
		const first = this.#indexBefore(instruction) + 1;
		// What was written on the way here is written still.
		const [written, lost] = [this.#writtenBehind, this.#lost];
		for (let index = this.#kept.length - 1; index >= first; index--) this.#drop(index);
		this.#writtenBehind = written;
		this.#lost = lost;
		this.#next = Math.min(this.#next, instruction + this.spacing);
	}

	#indexBefore(instruction: number): number {
		let [low, high] = [0, this.#kept.length - 1];
		while (low < high) {
			const middle = (low + high + 1) >> 1;
			if (this.#kept[middle]!.instruction <= instruction) low = middle;
			else high = middle - 1;
		}
		return low;
	}

	/**
	 * Drops the one whose gap is smallest for its age. What is older than `reach` is all the same age: so
	 * no gap grows much beyond the others, however long the run. False: there is none to drop.
	 */
	#thinOut(): boolean {
		const kept = this.#kept;
		const newest = kept[kept.length - 1]!.instruction;
		let [worst, least] = [0, Infinity];
		for (let index = 1; index < kept.length - 1; index++) {
			if (this.#passing.includes(kept[index]!)) continue;
			const gap = kept[index + 1]!.instruction - kept[index - 1]!.instruction;
			const age = this.spacing + Math.min(newest - kept[index]!.instruction, reach);
			if (gap / age < least) [worst, least] = [index, gap / age];
		}
		if (worst > 0) this.#drop(worst);
		return worst > 0;
	}

	#drop(index: number): void {
		const [dropped] = this.#kept.splice(index, 1);
		this.#pages.remove(dropped!.ram);
		for (const map of tlbMaps(dropped!)) this.#pages.unshare(map, bytesForEntry * map.size);
		this.#passOn(this.#written.get(dropped!), this.#kept[index]);
		this.#written.delete(dropped!);
	}

	/** What was written up to one that goes was written up to the next. */
	#passOn(written: ReadonlySet<number> | undefined, next: Checkpoint | undefined): void {
		if (next === undefined) {
			if (written === undefined) this.#lost = true;
			else this.#writtenBehind = new Set([...this.#writtenBehind, ...written]);
			return;
		}
		const own = this.#written.get(next);
		if (own === undefined || written === undefined) this.#written.delete(next);
		else this.#written.set(next, new Set([...own, ...written]));
	}
}

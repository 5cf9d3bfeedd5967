import { MachineError } from './errors.ts';
import type { InputRecord } from './input-log.ts';
import type { Machine, Position, RunLimits, StopReason } from './machine.ts';
import { CheckpointStore } from './checkpoint-store.ts';
import { FirstHit, LastHit } from './hits.ts';
import type { Checkpoint } from './memory-checkpoint.ts';
import { searchFor, type Search, type What } from './searches.ts';
import type { TrapRecord } from './trap-log.ts';

export interface SearchLimits {
	/** No further away than so many instructions. */
	readonly within?: number;
	/** Ahead: what begins where the machine stands counts as well. */
	readonly here?: boolean;
	/** Asked now and then, with the instruction up to which has been looked: false gives the search up. */
	readonly goOn?: (instruction: number) => boolean;
}

/** What a search came to. Where nothing was found, the machine stays where it was, and this says why. */
export type Found =
	| { readonly position: Position; readonly message?: undefined }
	| { readonly position: undefined; readonly message: string };

export interface TimelineOptions {
	/** Instructions from one checkpoint to the next. */
	readonly spacing?: number;
	/** What the checkpoints may take in memory; beyond it, old ones are thinned out. */
	readonly budgetBytes?: number;
}

export interface TimelineLimits extends RunLimits {
	/** Ends the run right behind the first entry or return for which this holds, with reason `probe`. */
	readonly until?: (record: TrapRecord) => boolean;
}

/** How far before the present instruction a step back leaves a checkpoint for the next. */
const nearby = 1000;
/** To copy more pages than these takes longer than to run over them again. */
const manyPages = 2000;
/** How far a search runs ahead, unless it is told how far: some seconds. */
const farAhead = 100_000_000;
/** More than this many records are not kept; the oldest go. */
const maxRecords = 200_000;

/**
 * A machine that one can go back on. It begins where the machine stands. From here on the machine is
 * moved by these methods only; it may be looked at as one likes. Going through what is known already is
 * silent: console output, trap records and calls of probes came when it happened first.
 *
 * Going back is putting back the nearest checkpoint and running forward: the machine has no input but
 * what is recorded, so it is the same run.
 */
export class Timeline {
	readonly machine: Machine;
	/** For figures: how many there are, and what they take. */
	readonly checkpoints: CheckpointStore;
	readonly #beginsUnderWay: boolean;
	#records: TrapRecord[] = [];
	/** The number, in the machine's log, of the first of the records. */
	#firstRecord: number;
	#furthest: number;
	/** All input known: what has arrived where the machine stands, and what is still to come. */
	#input: readonly InputRecord[];
	#until: ((record: TrapRecord) => boolean) | undefined;

	constructor(machine: Machine, options: TimelineOptions = {}) {
		this.machine = machine;
		this.checkpoints = new CheckpointStore(machine, options);
		this.#firstRecord = machine.trapLog.total;
		this.#beginsUnderWay = machine.underWay;
		this.#furthest = machine.instructions;
		this.#input = [...machine.inputLog, ...machine.expectedInput];
		machine.trapLog.listen({
			record: (record, number) => this.#hear(record, number),
			outcome: (record, number) => this.#learn(record, number)
		});
	}

	get position(): Position {
		return this.machine.position;
	}
	/** The first instruction that can be reached. */
	get start(): number {
		return this.checkpoints.start;
	}
	/** The last instruction that has been reached. */
	get furthest(): number {
		return this.#furthest;
	}
	/**
	 * Every exception entry and return from the start to the furthest point, oldest first: also those that
	 * lie ahead of the present position. Beyond 200000 the oldest are dropped. The array goes on growing.
	 */
	get records(): readonly TrapRecord[] {
		return this.#records;
	}

	/** Runs forward. What lies ahead and is known happens again as it did. */
	run({ maxInstructions = Infinity, maxTicks = Infinity, until }: TimelineLimits): StopReason {
		const { machine } = this;
		const end = machine.instructions + maxInstructions;
		this.#until = until;
		try {
			for (;;) {
				const here = machine.instructions;
				const known = here < this.#furthest;
				if (!known && this.checkpoints.due) this.checkpoints.take();
				const next = known ? this.#furthest : this.checkpoints.nextAfter(here);
				const limits = { maxInstructions: Math.min(end, next) - here, maxTicks };
				const { reason } = known
					? machine.silently(() => machine.run(limits))
					: machine.run(limits);
				this.#furthest = Math.max(this.#furthest, machine.instructions);
				if (reason !== 'budget' || machine.instructions >= end) return reason;
			}
		} finally {
			this.#until = undefined;
		}
	}

	/**
	 * Goes to a position, back or ahead; a number is one with no interrupt taken. Throws MachineError, and
	 * stays where it was, if the run does not get there.
	 */
	seek(to: Position | number): void {
		const goal = typeof to === 'number' ? { instruction: to, entered: false } : to;
		const { instruction } = goal;
		if (!Number.isSafeInteger(instruction) || instruction < this.start)
			throw new MachineError(
				`There is no going to instruction ${instruction}: the recording begins at ${this.start}.`
			);
		const { machine } = this;
		const before = instruction > this.#furthest || goal.entered ? machine.checkpoint() : undefined;
		try {
			this.#reach(instruction);
			if (machine.position.entered && !goal.entered)
				throw new MachineError(
					`The recording begins after the interrupt before instruction ${instruction} was taken.`
				);
			if (goal.entered && !machine.position.entered && !machine.takeInterrupt())
				throw new MachineError(
					`No interrupt is taken before instruction ${instruction}: leave out "entered".`
				);
		} catch (error) {
			if (before !== undefined) this.#goBack(before);
			throw error;
		}
	}

	/**
	 * One thing: the interrupt that waits is taken, or else one instruction is executed. The reason is
	 * `budget` if that was done.
	 */
	step(): StopReason {
		if (!this.position.entered && this.machine.takeInterrupt()) return 'budget';
		return this.run({ maxInstructions: 1 });
	}

	/** Undoes a step. False at the start. */
	stepBack(): boolean {
		const { machine } = this;
		const { instructions } = machine;
		if (machine.underWay) {
			if (instructions === this.start && this.#beginsUnderWay) return false;
			this.#reach(instructions);
		} else {
			if (instructions === this.start) return false;
			this.#reach(instructions - 1, nearby);
			if (machine.interruptWaits) machine.takeInterrupt();
		}
		return true;
	}

	/**
	 * Goes back to the last time that something happened: to just before it, so that a step does it (again).
	 * What begins where the machine stands lies ahead. Throws MachineError for what cannot be looked for.
	 */
	back(what: What, { within = Infinity, goOn }: SearchLimits = {}): Found {
		const here = this.position;
		const search = searchFor(this.machine, what);
		const first = Math.max(this.start, here.instruction - within);
		const stay = this.#stay();
		let looked: number;
		try {
			// An interrupt that was taken here belongs to the stretch that begins here.
			for (looked = here.instruction + Number(here.entered); looked > first;) {
				const stretch = this.checkpoints.stretchBefore(looked);
				if (stretch === undefined) break;
				const { from, to, written } = stretch;
				if (to === undefined || (search.mayLie?.(from, to, written) ?? true)) {
					const last = this.#lastIn(search, from, looked, first, here);
					if (last !== undefined) {
						this.seek(last);
						return { position: last };
					}
				}
				looked = from.instruction;
				if (goOn?.(looked) === false) break;
			}
		} catch (error) {
			stay();
			throw error;
		}
		stay();
		const from = Math.max(first, looked);
		const where = from === this.start ? `the start of the recording (${from})` : String(from);
		return nothing(`before here: ${search.words} does not come from ${where} on`);
	}

	/** What brings the machine back to where it is now, also within what comes before an instruction. */
	#stay(): () => void {
		const { machine, position } = this;
		const before = machine.underWay ? machine.checkpoint() : undefined;
		return () => (before === undefined ? this.seek(position) : this.#goBack(before));
	}

	/** The last hit of the stretch from a checkpoint, up to `end` or to `here`, whichever comes first. */
	#lastIn(
		search: Search,
		from: Checkpoint,
		end: number,
		first: number,
		here: Position
	): Position | undefined {
		const { machine } = this;
		const hits = new LastHit(() => machine.position, first, here);
		const finish = search.start(machine, hits);
		try {
			this.#goBack(from);
			this.#runTo(Math.min(end, here.instruction));
			if (end > here.instruction) machine.silently(() => machine.takeInterrupt());
		} finally {
			finish();
		}
		return hits.position;
	}

	/**
	 * The same ahead: to just before the next thing of the kind that begins behind where the machine
	 * stands, or there, if that is asked for. What is not known yet is run.
	 */
	forward(what: What, { within = farAhead, here: now = false, goOn }: SearchLimits = {}): Found {
		const { machine } = this;
		const here = this.position;
		const search = searchFor(machine, what);
		const hits = new FirstHit(
			() => machine.position,
			now ? undefined : here,
			() => machine.pause()
		);
		const stay = this.#stay();
		const finish = search.start(machine, hits);
		const end = here.instruction + within;
		let why = '';
		try {
			while (hits.position === undefined && why === '') {
				const part = Math.min(end - machine.instructions, 10 * this.checkpoints.spacing);
				const reason = this.run({ maxInstructions: part });
				if (hits.position !== undefined) break;
				if (reason === 'idle') why = ', where the machine sleeps for good';
				else if (reason !== 'probe' && reason !== 'budget') why = ', where the machine is off';
				else if (machine.instructions >= end) why = ', as far as was looked';
				else if (goOn?.(machine.instructions) === false) why = ', where the search was given up';
			}
		} finally {
			finish();
		}
		const looked = machine.instructions;
		if (hits.position === undefined) {
			stay();
			return nothing(`ahead: ${search.words} does not come up to ${looked}${why}`);
		}
		this.seek(hits.position);
		return { position: hits.position };
	}

	/**
	 * Tries something on the machine: `act` may do anything to it. Afterwards machine, timeline and
	 * records are as before, and nobody but `act` has heard of it.
	 */
	whatIf<T>(act: (machine: Machine) => T): T {
		return this.machine.whatIf(act);
	}

	/**
	 * Input now, on uart0 or on the virtio console. What was known to lie ahead is forgotten; from now on
	 * the input is part of the run.
	 */
	type(bytes: Iterable<number>, to?: 'console'): void {
		const { machine } = this;
		this.#furthest = machine.instructions;
		this.checkpoints.forgetAfter(machine.instructions);
		this.#forgetRecords();
		machine.expectedInput = [];
		machine.type(bytes, to);
		this.#input = [...machine.inputLog, ...machine.expectedInput];
	}

	/**
	 * To just before an instruction, nothing of it begun. A checkpoint is left `close` instructions before
	 * it, and a few further away, so that what is near is reached soon from now on.
	 */
	#reach(instruction: number, close = this.checkpoints.spacing): void {
		const { machine } = this;
		const here = machine.instructions;
		if (here === instruction && !machine.underWay) return;
		const nearest = this.checkpoints.before(instruction);
		if (instruction <= here || nearest.instruction > here) this.#goBack(nearest);
		for (const distance of [8 * close, 3 * close, close, 0]) {
			const goal = instruction - distance;
			if (goal <= machine.instructions) continue;
			this.#runTo(goal);
			const cheap = close < this.checkpoints.spacing || machine.pagesWritten < manyPages;
			if (distance > 0 && goal < this.#furthest && cheap) this.checkpoints.take('passing');
		}
	}

	#runTo(goal: number): void {
		const { machine } = this;
		while (machine.instructions < goal) {
			const reason = this.run({ maxInstructions: goal - machine.instructions });
			// Probes that stop a run do not stop a way to somewhere; nor does the last instruction of all.
			if (reason !== 'budget' && reason !== 'probe' && machine.instructions < goal)
				throw new MachineError(ends(machine, reason, goal));
		}
	}

	#goBack(checkpoint: Checkpoint): void {
		this.machine.goBack(checkpoint);
		this.checkpoints.wentTo(checkpoint);
		this.machine.trapLog.toldUpTo = this.#firstRecord + this.#records.length;
		this.machine.expectedInput = this.#input.slice(this.machine.inputLog.length);
	}

	/** Of what lies ahead; how an exit ends that has only begun is not known then either. */
	#forgetRecords(): void {
		const { total, open } = this.machine.trapLog;
		this.#records.length = Math.max(0, total - this.#firstRecord);
		for (const { record, number } of open) this.#learn(record, number);
		this.machine.trapLog.toldUpTo = 0;
	}

	#hear(record: TrapRecord, number: number): void {
		if (number - this.#firstRecord === this.#records.length) this.#keep(record);
		if (this.#until?.(record)) this.machine.pause();
	}

	#keep(record: TrapRecord): void {
		this.#records.push(record);
		if (this.#records.length < maxRecords * 1.1) return;
		const excess = this.#records.length - maxRecords;
		this.#records = this.#records.slice(excess);
		this.#firstRecord += excess;
	}

	#learn(record: TrapRecord, number: number): void {
		const index = number - this.#firstRecord;
		if (index >= 0 && index < this.#records.length) this.#records[index] = record;
	}
}

const nothing = (what: string): Found => ({
	position: undefined,
	message: `There is nothing of the kind ${what}.`
});

function ends(machine: Machine, reason: StopReason, goal: number): string {
	const at = machine.instructions;
	const why =
		reason === 'idle'
			? `sleeps from instruction ${at} on, and nothing will wake it: type something, or go less far`
			: `is off after ${at} instructions`;
	return `Instruction ${goal} is never reached: the machine ${why}.`;
}

import { MachineError } from './errors.ts';
import type { InputRecord } from './input-log.ts';
import type { Machine, Position, RunLimits, StopReason } from './machine.ts';
import { CheckpointStore } from './checkpoint-store.ts';
import type { Checkpoint } from './memory-checkpoint.ts';
import type { TrapRecord } from './trap-log.ts';

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
			if (distance > 0 && goal < this.#furthest) this.checkpoints.take('passing');
		}
	}

	#runTo(goal: number): void {
		const { machine } = this;
		while (machine.instructions < goal) {
			const reason = this.run({ maxInstructions: goal - machine.instructions });
			// Probes that stop a run do not stop a way to somewhere.
			if (reason !== 'budget' && reason !== 'probe')
				throw new MachineError(ends(machine, reason, goal));
		}
	}

	#goBack(checkpoint: Checkpoint): void {
		this.machine.goBack(checkpoint);
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

function ends(machine: Machine, reason: StopReason, goal: number): string {
	const at = machine.instructions;
	const why =
		reason === 'idle'
			? `sleeps from instruction ${at} on, and nothing will wake it: type something, or go less far`
			: `is off after ${at} instructions`;
	return `Instruction ${goal} is never reached: the machine ${why}.`;
}

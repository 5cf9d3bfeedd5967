import { beginStep, endStep, stepActive, takeStepDone } from '../cpu/debug-exceptions.ts';
import type { Cpu } from '../cpu/cpu.ts';
import { takeIllegalState } from '../cpu/exceptions.ts';
import { pendingInterrupt, takePendingInterrupt } from '../cpu/interrupts.ts';
import { replaceSurroundings, surroundingsOf } from './memory-checkpoint.ts';
import type { Parts } from './parts.ts';

export interface RunLimits {
	readonly maxInstructions?: number;
	/** An absolute tick; the run stops there, even within a sleep. */
	readonly maxTicks?: number;
}

/**
 * A point of a run: so many instructions executed. `entered`: the interrupt that waited before the next
 * instruction has been taken as well.
 */
export interface Position {
	readonly instruction: number;
	readonly entered: boolean;
}

/**
 * Why a run ended. `idle`: a WFI waits, no event will ever be due, and only input can end it. `reset`:
 * the guest asked PSCI for a reset; make a new machine. `probe`: a probe stops there, or `pause` was called.
 */
export type StopReason = 'budget' | 'ticks' | 'poweroff' | 'reset' | 'idle' | 'probe';

/** More than any slice: fuel is a 32-bit number. */
const longest = 2 ** 30;

/** With PSTATE.IL set no instruction is executed; the exception takes the place of one, and its time. */
const illegalState = (cpu: Cpu) => ({
	run: () => {
		takeIllegalState(cpu);
		cpu.hot.fuel = 0;
	}
});

/** Moves a machine on: the order of things before an instruction, and how a run ends. */
export class RunLoop {
	readonly #parts: Parts;
	#pause = false;

	constructor(parts: Parts) {
		this.#parts = parts;
	}

	get position(): Position {
		const { scheduler, progress } = this.#parts;
		const instruction = scheduler.instructions;
		return { instruction, entered: progress.enteredAt === instruction };
	}
	get underWay(): boolean {
		return this.#parts.progress.begunAt === this.#parts.scheduler.instructions;
	}

	run({ maxInstructions = Infinity, maxTicks = Infinity }: RunLimits): StopReason {
		const { cpus, scheduler, engine, progress } = this.#parts;
		const lastInstruction = scheduler.instructions + maxInstructions;
		this.#pause = false;
		for (;;) {
			if (progress.stopped !== undefined) return progress.stopped;
			if (this.#pause) return 'probe';
			if (scheduler.instructions >= lastInstruction) return 'budget';
			const asleep = this.#begin(maxTicks);
			if (asleep !== undefined) return asleep;
			this.#enter();
			const { current } = cpus;
			if (this.#pause) return 'probe';
			if (current.illegal) {
				scheduler.execute(1, illegalState(current));
				continue;
			}

			const step = stepActive(current);
			if (step) beginStep(current);
			const now = scheduler.now();
			const fuel = Math.min(
				lastInstruction - scheduler.instructions,
				maxTicks - now,
				(scheduler.nextDue ?? Infinity) - now,
				cpus.instructionsLeft,
				step ? 1 : longest
			);
			scheduler.execute(fuel, engine);
			if (step) endStep(current);
		}
	}

	takeInterrupt(): boolean {
		if (this.#parts.progress.stopped !== undefined) return false;
		return this.#begin(Infinity) === undefined && this.#enter();
	}

	get interruptWaits(): boolean {
		const { scheduler, cpus, progress } = this.#parts;
		if (progress.stopped !== undefined) return false;
		const due = (scheduler.nextDue ?? Infinity) <= scheduler.now();
		if (!due && cpus.goesOn) return pendingInterrupt(cpus.current) !== undefined;
		// Only the devices know what comes of what is due: they try it.
		const before = surroundingsOf(this.#parts);
		const waits =
			this.#begin(Infinity) === undefined && pendingInterrupt(cpus.current) !== undefined;
		replaceSurroundings(this.#parts, before);
		return waits;
	}

	pause(): void {
		this.#pause = true;
		this.#parts.cpus.current.hot.leaveSoon();
	}

	/** Does what is due, gives the CPU its turn whose it is, and sleeps while all wait. Undefined: an instruction can come. */
	#begin(maxTicks: number): 'idle' | 'ticks' | undefined {
		const { cpus, scheduler, progress } = this.#parts;
		for (;;) {
			if (scheduler.now() >= maxTicks) return 'ticks';
			progress.begunAt = scheduler.instructions;
			scheduler.runDue();
			if (cpus.choose()) return undefined;
			const until = Math.min(scheduler.nextDue ?? Infinity, maxTicks);
			if (until === Infinity) return 'idle';
			scheduler.sleepUntil(until);
		}
	}

	/** Takes what interrupts the next instruction: one at most, or a second that the first does not mask. */
	#enter(): boolean {
		const { cpus, scheduler, progress } = this.#parts;
		const { current } = cpus;
		let taken = false;
		while (takeStepDone(current) || takePendingInterrupt(current)) {
			progress.enteredAt = scheduler.instructions;
			taken = true;
		}
		return taken;
	}
}

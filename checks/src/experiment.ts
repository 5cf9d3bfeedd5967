import type { Machine } from 'emulator-core';
import { observe, type Observation, type Symbols } from './observer.ts';
import { dumpNow, type Dump } from './table.ts';
import { judge, type RunEnd, type Verdict } from './verdict.ts';

/** What the experiment boots, and how to name addresses in it. */
export interface Subject {
	/** Makes the machine, reset and loaded; the experiment attaches before the first instruction. */
	readonly machine: Machine;
	readonly host: Symbols;
	readonly guest: Symbols;
	/** The kernel is byte for byte the shipped one. */
	readonly shipped: boolean;
}

/**
 * What a run may cost before it is called a hang. The standard run takes a fraction of both: the
 * limits only end runs that would never end. Ticks are of the 100 MHz counter.
 */
export const limits = { instructions: 400_000_000, ticks: 6_000_000_000 };

/** Instructions that the host gets for printing why the guest ended. */
const LAST_WORDS = 3_000_000;
const NEWLINE = 10;

/** boot_guest prints such a line after the guest's boot, after mem, and after io: what is judged lies before the last. */
const DUMP = /^(boot|mem|io)_log:/;

/**
 * The homework's experiment on one build: the host boots, boots the guest, runs mem and io, and dumps
 * the trace after each. It ends when the last dump is on the console, or when something broke. The
 * machine may go on running afterwards; the verdict does not change any more.
 */
export class Experiment {
	readonly seen: Observation;
	/** Called in the midst of a slice, when the last dump is on the console: all that is judged has been. */
	onComplete: (() => void) | undefined;
	readonly #subject: Subject;
	#line = '';
	readonly #dumps: Dump[] = [];
	/**
	 * What had been seen when the last dump was complete, and after how many instructions: slices of the
	 * run must not change the verdict.
	 */
	#atEnd: { seen: Observation; instructions: number } | undefined;
	#verdict: Verdict | undefined;

	constructor(subject: Subject) {
		this.#subject = subject;
		const { machine } = subject;
		this.seen = observe(machine, { host: subject.host, guest: subject.guest });
		const show = machine.onConsole;
		machine.onConsole = (bytes) => {
			show?.(bytes);
			for (const byte of bytes) this.#console(byte);
		};
	}

	#console(byte: number): void {
		if (byte !== NEWLINE) {
			if (this.#line.length < 200) this.#line += String.fromCharCode(byte);
			return;
		}
		const phase = DUMP.exec(this.#line)?.[1] as Dump['phase'] | undefined;
		this.#line = '';
		if (!phase || this.#atEnd) return;
		this.#dumps.push(dumpNow(this.seen, phase));
		if (phase !== 'io') return;
		const { instructions } = this.#subject.machine;
		this.#atEnd = { seen: frozen(this.seen), instructions };
		this.onComplete?.();
	}

	/** The verdict, once the run has ended. */
	get verdict(): Verdict | undefined {
		return this.#verdict;
	}

	/** Runs on for at most `instructions`; returns the verdict if that ended the experiment. */
	advance(instructions: number): Verdict | undefined {
		const { machine } = this.#subject;
		if (this.#verdict) return this.#verdict;
		const left = limits.instructions - machine.instructions;
		let { reason } = machine.run({
			maxInstructions: Math.min(instructions, left),
			maxTicks: limits.ticks
		});
		// Was it on its way to something, or would it have slept on for ever? Only the latter runs nothing.
		if (reason === 'ticks' && machine.run({ maxInstructions: 1 }).reason === 'idle')
			reason = 'idle';
		const over = machine.instructions >= limits.instructions;
		if (this.#atEnd || reason !== 'budget' || over || this.seen.panic || this.#lastWordsSaid) {
			this.#end(reason);
		}
		return this.#verdict;
	}

	/** lkvm has ended without the experiment being complete, and had time to say why on the console. */
	get #lastWordsSaid(): boolean {
		const { vmmEnded } = this.seen;
		return vmmEnded !== undefined && this.#subject.machine.instructions > vmmEnded + LAST_WORDS;
	}

	#end(reason: RunEnd['reason']): void {
		const { machine, host, guest, shipped } = this.#subject;
		const { pc, el } = machine.registers();
		const end: RunEnd = {
			reason: this.#atEnd ? 'poweroff' : reason,
			instructions: this.#atEnd?.instructions ?? machine.instructions,
			pc,
			el,
			guest: el < 2 && machine.stage2
		};
		this.#verdict = judge(
			this.#atEnd?.seen ?? this.seen,
			end,
			{ host, guest },
			shipped,
			this.#dumps
		);
	}
}

/** A copy that the running machine does not add to any more. */
function frozen(seen: Observation): Observation {
	return {
		exits: [...seen.exits],
		calls: [...seen.calls],
		runs: [...seen.runs],
		phases: seen.phases,
		memory: [...seen.memory],
		distributor: [...seen.distributor],
		faults: [...seen.faults],
		programs: [...seen.programs],
		hostBooted: seen.hostBooted,
		guestBooted: seen.guestBooted,
		tracepointFound: seen.tracepointFound,
		vmmEnded: seen.vmmEnded,
		panic: seen.panic
	};
}

/**
 * The machine that every grading and every page runs the experiment on. Its board, the homework's, is
 * named here alone: pages, command line and tests take it from here.
 */
export const standardRun = {
	board: 'foundation',
	ramBytes: 256 * 2 ** 20,
	/** `stay`: when all has been run and dumped, the guest waits at its prompt for whoever types. */
	bootargs: 'console=ttyAMA0 hw2=stay'
} as const;

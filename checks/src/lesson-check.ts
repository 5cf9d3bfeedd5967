import type { TrapRecord } from 'emulator-core';
import type { Verdict } from './verdict.ts';

/** What a lesson's check may look at: what the machine has done, never the text of a patch. */
export interface LessonRun {
	readonly hostBooted: boolean;
	readonly guestBooted: boolean;
	/** The student has typed at the console of the machine that runs or ran last. */
	readonly typed: boolean;
	readonly verdict: Verdict | undefined;
	/** Paths of the programs that the guest has started since the scripted run was over. */
	readonly askedOfGuest: readonly string[];
	/** The machine of a lesson that is stepped through; undefined in other lessons. */
	readonly stepped?: SteppedRun;
}

/** What the student has done with a machine that can be stepped, and where it stands. */
export interface SteppedRun {
	/** Moments at which the machine has stood, by name. */
	readonly visited: ReadonlySet<string>;
	readonly now: SteppedMachine;
	/** Changes that were tried on a scratch copy, and what came of each. */
	readonly tried: readonly Trial[];
	/** Answers that the machine has found right: of a check's question, or of a prediction. */
	readonly answered: ReadonlySet<string>;
}

/** A machine where it stands. */
export interface SteppedMachine {
	readonly instruction: number;
	/** Whose instruction is next; `hyp` is EL2. */
	readonly world: 'guest' | 'host' | 'hyp';
	readonly el: number;
	readonly pc: bigint;
	/** System registers by name. */
	readonly system: Readonly<Record<string, bigint>>;
	/** What memory keeps of the registers that a world switch exchanges, by name; empty without a vCPU. */
	readonly kept: Readonly<Record<string, { readonly host: bigint; readonly guest: bigint }>>;
	/** The function that the next instruction belongs to. */
	readonly symbol: string | undefined;
	/** List registers whose interrupt the guest has acknowledged and not ended. */
	readonly activeInterrupts: number;
}

/** A change on a scratch copy: what kind, and the exceptions that followed. */
export interface Trial {
	readonly kind: 'memory' | 'access' | 'interrupt';
	readonly records: readonly TrapRecord[];
	/** The virtual CPU interface handed this interrupt to the guest, which acknowledged it. */
	readonly acknowledged: number | undefined;
}

/**
 * A question whose answer is read off the student's own machine. `seed` differs from student to student
 * and chooses what is asked, so that an answer that was copied is most likely wrong.
 */
export interface MachineQuestion {
	readonly ask: string;
	readonly measure: Measure;
}

/** What the machine is asked, to judge an answer. */
export type Measure =
	/** The translation of a guest address, at a moment: an IPA, or a PA. */
	| {
			readonly kind: 'walk';
			readonly moment: string;
			readonly va: bigint;
			readonly want: 'ipa' | 'pa';
	  }
	/** A system register so many instructions after a moment. */
	| {
			readonly kind: 'register';
			readonly moment: string;
			readonly plus: number;
			readonly name: string;
			/** Subtracts another register's value: a deadline minus the time. */
			readonly minus?: string;
	  }
	/** ESR_EL2's class of the guest's so-manieth exit after a moment, counted from 1. */
	| { readonly kind: 'exit-class'; readonly moment: string; readonly nth: number };

export interface LessonCheck {
	readonly id: string;
	/** What is asked of the student. */
	readonly ask: string;
	/** What to do if it does not pass. */
	readonly hint: string;
	/** A number to be found on the machine; then `passed` need only look at `answered`. */
	readonly question?: (seed: number) => MachineQuestion;
	passed(run: LessonRun): boolean;
}

/** Declares a check of a lesson. The build finds ids by this form: `check('id', {`. */
export function check(id: string, rest: Omit<LessonCheck, 'id'>): LessonCheck {
	return { id, ...rest };
}

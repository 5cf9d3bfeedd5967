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
}

export interface LessonCheck {
	readonly id: string;
	/** What is asked of the student. */
	readonly ask: string;
	/** What to do if it does not pass. */
	readonly hint: string;
	passed(run: LessonRun): boolean;
}

/** Declares a check of a lesson. The build finds ids by this form: `check('id', {`. */
export function check(id: string, rest: Omit<LessonCheck, 'id'>): LessonCheck {
	return { id, ...rest };
}

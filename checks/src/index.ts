/** The self-checks: they watch a machine and judge what it did. No DOM; the page and the command line use the same. */
export {
	observe,
	type ObservableMachine,
	type Observation,
	type Symbols,
	type TracepointCall
} from './observer.ts';
export {
	exitKinds,
	trapClasses,
	classOf,
	type Counts,
	type ExitKind,
	type GuestExit,
	type TrapClass
} from './exits.ts';
export { phaseTable, type Dump, type PhaseRow } from './table.ts';
export { type Phase } from './phases.ts';
export { diagnose, judgeAnswer } from './diagnose.ts';
export { judge, place, type RunEnd, type Verdict } from './verdict.ts';
export { kindNames } from './handlers.ts';
export { messages, type Finding, type MessageCode } from './messages.ts';
export { Experiment, limits, standardRun, type Subject } from './experiment.ts';
export {
	check,
	type LessonCheck,
	type LessonRun,
	type MachineQuestion,
	type Measure,
	type SteppedMachine,
	type SteppedRun,
	type Trial
} from './lesson-check.ts';
export { MomentError, parseMoments, type MomentRule, type MomentRules } from './moments.ts';
export { hypAddress, MomentFinder, type Code } from './moments-finder.ts';

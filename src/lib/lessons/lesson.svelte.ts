import type { LessonCheck, LessonRun, SteppedRun } from 'checks';
import { createContext } from 'svelte';
import { SteppingState } from '$lib/stepping/SteppingState.svelte.ts';
import { Workbench } from '$lib/workbench/Workbench.svelte.ts';
import type { LessonSummary } from './catalog.ts';
import { LessonSteps } from './steps.svelte.ts';
import { TreeChoice } from './tree-choice.svelte.ts';

export type Moments = Readonly<Record<string, string>>;

/** What the blocks of a lesson share: the lesson and, where it has them, its workbench and its steps. */
export interface Lesson {
	readonly summary: LessonSummary;
	readonly bench: Workbench | undefined;
	/** The machine that the lesson's steps go through, and the steps. */
	readonly stepping: SteppingState | undefined;
	readonly steps: LessonSteps | undefined;
	/** Which tree that machine was made of. */
	readonly choice: TreeChoice | undefined;
	/** What each moment that a step may name is, in words; undefined for a lesson without steps. */
	readonly moments: Moments | undefined;
	readonly checks: readonly LessonCheck[];
	/** What the machine has done so far; undefined before the first run. */
	readonly run: LessonRun | undefined;
	/** Answers that the machine has found right, by the id of their question. */
	readonly answered: ReadonlySet<string>;
	answer(id: string): void;
}

export const [getLesson, setLesson] = createContext<Lesson>();

/** GICH_LRn.State is 2 (active) or 3 (pending and active). */
const isActive = (listRegister: number) => (listRegister & (1 << 29)) !== 0;

/** @param site address of the site's root, with a slash at its end */
export function createLesson(
	summary: LessonSummary,
	checks: readonly LessonCheck[],
	moments: Moments | undefined,
	site: string
): Lesson {
	const loadTree = () => import('./tree-files.ts').then(({ treeFiles }) => treeFiles);
	const bench =
		summary.focus === undefined
			? undefined
			: new Workbench({ site, loadTree, judges: summary.verdict === 'counts' });
	const stepping = moments === undefined ? undefined : new SteppingState();
	const steps = stepping && new LessonSteps(stepping);
	const { chapter, lesson } = summary;
	const choice = stepping && new TreeChoice(stepping, { site, lesson: `${chapter}/${lesson}` });
	let answered = $state.raw<ReadonlySet<string>>(new Set());

	const stepped = $derived.by((): SteppedRun | undefined => {
		const view = stepping?.view;
		if (!stepping || !view) return undefined;
		return {
			visited: stepping.visited,
			now: {
				instruction: view.position.instruction,
				world: view.world,
				el: view.registers.el,
				pc: view.registers.pc,
				system: view.registers.system,
				kept: Object.fromEntries((view.vcpu?.registers ?? []).map((each) => [each.name, each])),
				symbol: view.code.symbol,
				activeInterrupts: view.gic.gich.listRegisters.filter(isActive).length
			},
			tried: stepping.trials,
			answered
		};
	});

	return {
		summary,
		bench,
		stepping,
		steps,
		choice,
		moments,
		checks,
		get run(): LessonRun | undefined {
			const { progress, typed, verdict } = bench?.machine ?? {};
			const nothing = { hostBooted: false, guestBooted: false, askedOfGuest: [] };
			if (!progress && !stepped) return undefined;
			const run = { ...nothing, ...progress, typed: typed ?? false, verdict };
			return stepped ? { ...run, stepped } : run;
		},
		get answered() {
			return answered;
		},
		answer(id) {
			answered = new Set([...answered, id]);
		}
	};
}

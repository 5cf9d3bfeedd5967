import type { LessonCheck, LessonRun } from 'checks';
import { createContext } from 'svelte';
import { Workbench } from '$lib/workbench/Workbench.svelte.ts';
import type { LessonSummary } from './catalog.ts';

/** What the blocks of a lesson share: the lesson and, where it has one, its workbench. */
export interface Lesson {
	readonly summary: LessonSummary;
	readonly bench: Workbench | undefined;
	readonly checks: readonly LessonCheck[];
	/** What the machine has done so far; undefined before the first run. */
	readonly run: LessonRun | undefined;
}

export const [getLesson, setLesson] = createContext<Lesson>();

/** @param site address of the site's root, with a slash at its end */
export function createLesson(
	summary: LessonSummary,
	checks: readonly LessonCheck[],
	site: string
): Lesson {
	const loadTree = () => import('./tree-files.ts').then(({ treeFiles }) => treeFiles);
	const bench = summary.focus === undefined ? undefined : new Workbench({ site, loadTree });
	return {
		summary,
		bench,
		checks,
		get run(): LessonRun | undefined {
			const { progress, typed, verdict } = bench?.machine ?? {};
			return progress && { ...progress, typed: typed ?? false, verdict };
		}
	};
}

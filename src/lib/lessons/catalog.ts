/** What lists and headings need to know of a lesson. */
export interface LessonSummary {
	readonly chapter: string;
	readonly lesson: string;
	readonly title: string;
	readonly summary: string;
	readonly minutes: number;
	readonly needs: readonly string[];
	readonly focus?: string;
	/** `running`: the tree as shipped is booted as soon as the lesson opens. */
	readonly opens?: string;
	/** `counts`: the workbench judges what the tree's kernel has counted. */
	readonly verdict?: string;
	/** Ids of its checks. */
	readonly checks: readonly string[];
}

/**
 * `/lessons/03-traps/01-count-the-traps/index.md` is `traps`, `count-the-traps`: the numbers order the
 * folders and reach no address.
 */
export function lessonSlug(file: string): { chapter: string; lesson: string } {
	const match = /\/\d+-([^/]+)\/\d+-([^/]+)\/[^/]+$/.exec(file);
	if (!match) throw new Error(`${file}: a lesson lies in lessons/NN-chapter/NN-lesson/`);
	return { chapter: match[1]!, lesson: match[2]! };
}

/** Files in the course's order: by the numbers of chapter and lesson. */
export function lessonOrder(files: readonly string[]): string[] {
	const key = (file: string) => [...file.matchAll(/\/(\d+)-/g)].map((m) => Number(m[1]));
	return [...files].sort((a, b) => {
		const [x, y] = [key(a), key(b)];
		return x[0]! - y[0]! || x[1]! - y[1]!;
	});
}

/** A lesson is passed when all its checks are. */
export function lessonPassed(
	{ checks }: Pick<LessonSummary, 'checks'>,
	progress: { has(id: string): boolean }
): boolean {
	return checks.length > 0 && checks.every((id) => progress.has(id));
}

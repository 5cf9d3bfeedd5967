import { declaredChecks, parseFrontMatter } from './front-matter.js';
import { lessonOrder, lessonSlug, type LessonSummary } from './catalog.ts';

const texts = import.meta.glob<string>('/lessons/[0-9]*/[0-9]*/index.md', {
	query: '?raw',
	import: 'default',
	eager: true
});

const checks = import.meta.glob<string>('/lessons/[0-9]*/[0-9]*/checks.ts', {
	query: '?raw',
	import: 'default',
	eager: true
});

/** Every lesson in the course's order, read from the front matter while the site is built. */
export const lessons: readonly LessonSummary[] = lessonOrder(Object.keys(texts)).map((file) => ({
	...parseFrontMatter(texts[file]!, file),
	...lessonSlug(file),
	checks: declaredChecks(checks[file.replace('index.md', 'checks.ts')] ?? '')
}));

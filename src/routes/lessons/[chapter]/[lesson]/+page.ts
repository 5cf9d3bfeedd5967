import type { LessonCheck } from 'checks';
import { error } from '@sveltejs/kit';
import type { Component } from 'svelte';
import { lessonSlug } from '$lib/lessons/catalog.ts';
import type { EntryGenerator, PageLoad } from './$types';

const texts = import.meta.glob<{ default: Component }>('/lessons/[0-9]*/[0-9]*/index.md');

const checkLists = import.meta.glob<{ default: LessonCheck[] }>('/lessons/[0-9]*/[0-9]*/checks.ts');

const momentRules = import.meta.glob<Record<string, { says: string }>>(
	'/lessons/[0-9]*/[0-9]*/moments.json',
	{ import: 'default' }
);

/** What a lesson's moments.json says of each moment. */
async function momentsOf(file: string): Promise<Record<string, string> | undefined> {
	const rules = await momentRules[file.replace('index.md', 'moments.json')]?.();
	return rules && Object.fromEntries(Object.entries(rules).map(([name, { says }]) => [name, says]));
}

export const entries: EntryGenerator = () => Object.keys(texts).map(lessonSlug);

export const load: PageLoad = async ({ params, parent }) => {
	const found = Object.entries(texts).find(([file]) => {
		const { chapter, lesson } = lessonSlug(file);
		return chapter === params.chapter && lesson === params.lesson;
	});
	const { lessons } = await parent();
	const at = lessons.findIndex((l) => l.chapter === params.chapter && l.lesson === params.lesson);
	const lesson = lessons[at];
	if (!found || !lesson) error(404, 'There is no such lesson.');
	const { default: Text } = await found[1]();
	const checks = (await checkLists[found[0].replace('index.md', 'checks.ts')]?.())?.default ?? [];
	const moments = await momentsOf(found[0]);
	return { Text, checks, moments, lesson, next: lessons[at + 1], previous: lessons[at - 1] };
};

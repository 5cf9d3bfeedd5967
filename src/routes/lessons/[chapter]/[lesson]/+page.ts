import type { LessonCheck } from 'checks';
import { error } from '@sveltejs/kit';
import type { Component } from 'svelte';
import { lessonSlug } from '$lib/lessons/catalog.ts';
import type { EntryGenerator, PageLoad } from './$types';

const texts = import.meta.glob<{ default: Component }>('/lessons/[0-9]*/[0-9]*/index.md');

const checkLists = import.meta.glob<{ default: LessonCheck[] }>('/lessons/[0-9]*/[0-9]*/checks.ts');

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
	return { Text, checks, lesson, next: lessons[at + 1], previous: lessons[at - 1] };
};

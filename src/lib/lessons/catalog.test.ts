import { describe, expect, it } from 'vitest';
import { lessonOrder, lessonSlug } from './catalog.ts';

describe('the addresses of lessons', () => {
	it('drops the numbers', () => {
		expect(lessonSlug('/lessons/03-traps/01-count-the-traps/index.md')).toEqual({
			chapter: 'traps',
			lesson: 'count-the-traps'
		});
	});

	it('refuses a folder without a number', () => {
		expect(() => lessonSlug('/lessons/traps/01-a/index.md')).toThrow(
			'lessons/NN-chapter/NN-lesson'
		);
	});

	it('orders by number, not by spelling', () => {
		expect(
			lessonOrder(['/lessons/10-z/01-a/i.md', '/lessons/2-y/10-b/i.md', '/lessons/2-y/9-c/i.md'])
		).toEqual(['/lessons/2-y/9-c/i.md', '/lessons/2-y/10-b/i.md', '/lessons/10-z/01-a/i.md']);
	});
});

import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { readLessonMoments } from './lesson-states.ts';

describe('the moments of all lessons', () => {
	let root: string;
	beforeEach(() => {
		root = mkdtempSync(join(tmpdir(), 'trapline-moments-'));
		mkdirSync(join(root, 'lessons/VM_HW2'), { recursive: true });
	});
	afterEach(() => rmSync(root, { recursive: true }));

	const lesson = (folder: string, moments?: string) => {
		mkdirSync(join(root, 'lessons', folder), { recursive: true });
		if (moments !== undefined)
			writeFileSync(join(root, 'lessons', folder, 'moments.json'), moments);
	};

	it('come by the lesson’s address; a lesson may have none', () => {
		lesson('01-setup/01-setup');
		lesson('02-hyp/03-vgic', '{"a":{"says":"b","exit":{}}}');
		expect(readLessonMoments(root).map(({ lesson: name, file }) => [name, file])).toEqual([
			['hyp/vgic', 'lessons/02-hyp/03-vgic/moments.json']
		]);
	});

	it.each([
		['{', 'lessons/02-hyp/03-vgic/moments.json: not JSON'],
		[
			'{"a":{"says":"b","exit":{"class":"HVC"}}}',
			'lessons/02-hyp/03-vgic/moments.json: moment "a": "class" is one of UNKNOWN, WFI'
		]
	])('are refused with file and moment: %s', (text, message) => {
		lesson('02-hyp/03-vgic', text);
		expect(() => readLessonMoments(root)).toThrow(message);
	});
});

import { describe, expect, it } from 'vitest';
import { formatProgress, parseProgress } from './progress-file.ts';

const one = { id: 'count-the-traps', at: '2026-03-01T10:00:00.000Z' };

describe('progress files', () => {
	it('come back as they were', () => {
		expect(parseProgress(formatProgress([one]))).toEqual([one]);
	});

	it.each([
		['no JSON', 'hello', 'not JSON'],
		['another file', '{"format":"x"}', 'not a Trapline progress file'],
		['nothing', 'null', 'not a Trapline progress file'],
		[
			'another version',
			'{"format":"trapline-progress","version":9}',
			'has version 9; this page reads version 1'
		],
		['no list', '{"format":"trapline-progress","version":1,"passed":3}', 'damaged'],
		[
			'a check without a time',
			'{"format":"trapline-progress","version":1,"passed":[{"id":"a","at":"x"}]}',
			'damaged'
		]
	])('refuse %s', (_, text, message) => {
		expect(() => parseProgress(text)).toThrow(message);
	});
});

import { describe, expect, it } from 'vitest';
import type { BuildCache } from './build-tree.ts';
import { loadCache, saveCache } from './cache-file.ts';

const cache: BuildCache = new Map([
	[
		'object a.c',
		{ object: Uint8Array.from([1, 2, 3]), diagnostics: [], dependencies: [['a.c', 'x1']] }
	],
	['offsets', { text: '#define A 1', diagnostics: [], dependencies: [] }],
	['link k', { object: Uint8Array.from([9]), diagnostics: [], dependencies: [] }]
]);

describe('a cache kept as bytes', () => {
	it('comes back as it was', () => {
		expect(loadCache(saveCache(cache))).toEqual(cache);
	});
	it('is empty after damage, and never throws', () => {
		const bytes = saveCache(cache);
		for (let length = 0; length < bytes.length; length++) {
			expect(loadCache(bytes.subarray(0, length)).size).toBe(0);
		}
		expect(loadCache(Uint8Array.from([0, 10, 10])).size).toBe(0);
	});
});

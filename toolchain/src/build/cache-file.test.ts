import { describe, expect, it } from 'vitest';
import type { BuildCache } from './build-tree.ts';
import { packCache, unpackCache } from './cache-file.ts';

const cache: BuildCache = new Map([
	[
		'object a.c',
		{ object: Uint8Array.of(1, 2, 3), diagnostics: [], dependencies: [['a.c', 'h1']] }
	],
	['script x', { text: 'SECTIONS', diagnostics: [], dependencies: [] }],
	['object b.c', { object: Uint8Array.of(9), diagnostics: [], dependencies: [['b.c', 'h2']] }]
]);

describe('the file of built objects', () => {
	it('comes back as it was', () => {
		expect(unpackCache(packCache(cache))).toEqual(cache);
	});

	it.each([
		['nothing', (_: Uint8Array) => new Uint8Array()],
		['a cut head', (bytes: Uint8Array) => bytes.subarray(0, 20)],
		['cut objects', (bytes: Uint8Array) => bytes.subarray(0, bytes.length - 1)],
		['a head that is no JSON', (bytes: Uint8Array) => bytes.map((b, i) => (i === 4 ? 0 : b))]
	])('refuses %s', (_, damage) => {
		expect(() => unpackCache(damage(packCache(cache)))).toThrow('damaged');
	});
});

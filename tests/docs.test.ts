import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { describe, expect, it } from 'vitest';

const root = resolve(import.meta.dirname, '..');
const leftOut = /(^|\/)(node_modules|build|dist|\.\w[^/]*|test-results|playwright-report)(\/|$)/;

const pages = readdirSync(root, { recursive: true, encoding: 'utf8' }).filter(
	(name) => name.endsWith('.md') && !leftOut.test(name)
);

/** Relative links and images of a page, anchors cut off; code blocks do not count. */
function links(page: string): string[] {
	const text = readFileSync(join(root, page), 'utf8').replace(/```[\s\S]*?```|`[^`]*`/g, '');
	return [...text.matchAll(/\]\(([^)\s]+)\)/g)]
		.map(([, to]) => to!.replace(/#.*$/, ''))
		.filter((to) => to !== '' && !/^[a-z]+:/.test(to) && !to.startsWith('/'));
}

describe('the documents', () => {
	it.each(pages.map((page) => [page]))('%s: every link leads somewhere', (page) => {
		const broken = links(page).filter((to) => !existsSync(resolve(root, dirname(page), to)));
		expect(broken).toEqual([]);
	});

	it('the README names folders that are there', () => {
		const readme = readFileSync(join(root, 'README.md'), 'utf8');
		const table = readme.split('\n').filter((line) => line.startsWith('| `'));
		const named = table.flatMap((line) => [...line.split('|')[1]!.matchAll(/`([\w-]+)\/`/g)]);
		expect(named.length).toBeGreaterThan(4);
		expect(named.filter(([, folder]) => !existsSync(join(root, folder!)))).toEqual([]);
	});
});

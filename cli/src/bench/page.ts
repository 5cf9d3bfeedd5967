import { existsSync, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { root } from '../project.ts';
import type { Section } from './report.ts';

const site = join(root, 'build', 'site');
const title = 'The lesson page, before the compiler';

/** What of `generated/` a lesson's machine needs; the rest is the compiler's. */
const forTheMachine = /^(Image|host|vmlinux|index)/;

/**
 * The most that a lesson can load before it needs the compiler: all code and styles of the site, the
 * largest lesson's page, and the images of the machine, as a static host sends them compressed.
 */
export function benchPage(): Section {
	if (!existsSync(join(site, '_app')))
		return {
			title,
			figures: [],
			skipped: 'build/site is not there; `npm run build:site` makes it'
		};
	const code = sizes(join(site, '_app')).reduce((sum, { bytes }) => sum + bytes, 0);
	const images = sizes(join(site, 'generated'))
		.filter(({ name }) => forTheMachine.test(name))
		.reduce((sum, { bytes }) => sum + bytes, 0);
	const page = Math.max(0, ...sizes(join(site, 'lessons')).map(({ bytes }) => bytes));
	const value = (code + images + page) / 1e6;
	const note = 'all code of the site, whether or not a lesson asks for it';
	return {
		title,
		figures: [{ name: 'size, compressed', value, unit: 'MB at most', floor: 2, atMost: true, note }]
	};
}

/** The files below a folder: of those with a gzip copy, that copy. */
function sizes(folder: string): { name: string; bytes: number }[] {
	if (!existsSync(folder)) return [];
	return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
		const path = join(folder, entry.name);
		if (entry.isDirectory()) return sizes(path);
		if (entry.name.endsWith('.br') || existsSync(path + '.gz')) return [];
		return [{ name: entry.name, bytes: statSync(path).size }];
	});
}

import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { root } from '../project.ts';
import { lessonPageFiles } from './page-files.ts';
import type { Section } from './report.ts';

const site = join(root, 'build', 'site');
const title = 'The lesson page, before the compiler';

/**
 * The most that any lesson's page asks for before its reader wants the compiler, in bytes of the files as
 * a plain static host sends them: by gzip where the site has such a copy. Headers are not counted.
 */
export function benchPage(): Section {
	if (!existsSync(join(site, '_app')))
		return {
			title,
			figures: [],
			skipped: 'build/site is not there; `npm run build:site` makes it'
		};
	const weights = lessonSlugs(site).map((slug) => ({ slug, bytes: lessonPageBytes(site, slug) }));
	const { slug, bytes } = weights.reduce((most, each) => (each.bytes > most.bytes ? each : most));
	const note = `${slug}, by gzip, what is imported later included`;
	return {
		title,
		figures: [
			{
				name: 'largest lesson, compressed',
				value: bytes / 1e6,
				unit: 'MB',
				floor: 2,
				atMost: true,
				note
			}
		]
	};
}

/** `chapter/lesson` of every lesson that a built site has. */
export function lessonSlugs(site: string): string[] {
	const folders = (path: string) =>
		readdirSync(path, { withFileTypes: true }).flatMap((e) => (e.isDirectory() ? [e.name] : []));
	return folders(join(site, 'lessons')).flatMap((chapter) =>
		folders(join(site, 'lessons', chapter)).map((lesson) => `${chapter}/${lesson}`)
	);
}

/** What `lessonPageFiles` lists, in a folder. */
export function lessonPageFilesIn(site: string, slug: string): Set<string> {
	return lessonPageFiles((path) => {
		const file = join(site, path);
		return existsSync(file) ? readFileSync(file, 'utf8') : undefined;
	}, slug);
}

/** Bytes of all that a lesson's page asks for, by gzip where there is such a copy. */
export function lessonPageBytes(site: string, slug: string): number {
	const sent = (path: string) => {
		const packed = join(site, path + '.gz');
		return statSync(existsSync(packed) ? packed : join(site, path)).size;
	};
	return [...lessonPageFilesIn(site, slug)].reduce((sum, path) => sum + sent(path), 0);
}

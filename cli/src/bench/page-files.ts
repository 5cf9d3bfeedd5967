import { posix } from 'node:path';

/** The text of a file of the built site, by its path below the site's root; undefined if there is none. */
export type ReadSite = (path: string) => string | undefined;

/** What of `generated/index.json` says which files a machine is made of. */
interface Generated {
	readonly offsets: { readonly file: string };
	readonly shipped: Readonly<Record<'kernel' | 'initrd' | 'elf', { readonly file: string }>>;
	readonly lessons: Readonly<
		Record<string, Readonly<Record<'state' | 'moments', { readonly file: string }>>>
	>;
}

interface Lesson {
	/** The route nodes that the page is made of, by number. */
	readonly nodes: ReadonlySet<string>;
	/** `chapter/lesson`, as in the address. */
	readonly slug: string;
	/** It has steps, and a stage that shows them. */
	readonly stepped: boolean;
	/** It has a workbench, with an editor and a machine. */
	readonly bench: boolean;
}

/**
 * The files that a lesson's page can ask for until its reader wants the compiler: its HTML and what that
 * links, what the scripts import, at once or later, their Workers, and the images and states of the
 * lesson's machine. More than a visit takes, if anything: an import counts also where it waits for
 * something that most readers never do.
 *
 * @param slug `chapter/lesson`, as in the address
 * @returns paths below the site's root
 * @throws {Error} if the site has no such lesson, or lacks a file that one of its files names
 */
export function lessonPageFiles(read: ReadSite, slug: string): Set<string> {
	const need = (path: string) => {
		const text = read(path);
		if (text === undefined)
			throw new Error(`${path} is missing from the built site: build it again.`);
		return text;
	};
	const page = `lessons/${slug}/index.html`;
	const html = need(page);
	const generated = JSON.parse(need('generated/index.json')) as Generated;
	const lesson: Lesson = {
		// SvelteKit loads the page that says what went wrong, node 1, with each page.
		nodes: new Set(['1', ...(/node_ids: \[([\d, ]*)\]/.exec(html)?.[1]?.match(/\d+/g) ?? [])]),
		slug,
		stepped: slug in generated.lessons,
		bench: html.includes('id="workbench"')
	};
	const files = new Set([page]);
	const waiting = references(html, page, lesson);
	for (let path = waiting.pop(); path !== undefined; path = waiting.pop()) {
		if (files.has(path)) continue;
		files.add(path);
		if (/\.(js|css)$/.test(path)) waiting.push(...references(need(path), path, lesson));
	}
	for (const file of machineFiles(generated, lesson)) files.add('generated/' + file);
	return files;
}

/** A lesson with a workbench boots the shipped tree; one with steps opens on a saved state. */
function machineFiles({ shipped, offsets, lessons }: Generated, { slug, bench }: Lesson): string[] {
	const { kernel, initrd, elf } = shipped;
	const parts = bench ? [kernel, initrd, elf] : [];
	const stepped = lessons[slug];
	if (stepped) parts.push(stepped.state, stepped.moments, initrd, elf, offsets);
	return parts.length > 0 ? ['index.json', ...parts.map(({ file }) => file)] : [];
}

/** What one file of the site refers to, as far as the lesson needs it. */
function references(text: string, path: string, lesson: Lesson): string[] {
	const found = path.endsWith('.html')
		? fromHtml(text)
		: path.endsWith('.css')
			? [...text.matchAll(/url\(["']?([^"')]+)["']?\)/g)].map(([, to]) => to!)
			: fromScript(text, lesson);
	return found
		.filter((to) => !/^(data|https?|blob):|^#/.test(to))
		.map((to) => posix.join(posix.dirname(path), to.replace(/[?#].*/, '')));
}

function fromHtml(html: string): string[] {
	const links = [...html.matchAll(/<link [^>]*>/g)].flatMap(([link]) =>
		/rel="(modulepreload|stylesheet|icon)"/.test(link)
			? (/href="([^"]+)"/.exec(link) ?? []).slice(1)
			: []
	);
	const scripts = [...html.matchAll(/\bimport\("([^"]+)"\)|<script[^>]* src="([^"]+)"/g)];
	return [...links, ...scripts.map(([, a, b]) => (a ?? b)!)];
}

const literal = '["\'`]([^"\'`$]+)["\'`]';
/** An address relative to the script: what no prose in a string looks like. */
const address = '["\'`](\\.{1,2}/[\\w./-]+)["\'`]';
const staticImport = new RegExp(`(?:\\bfrom|\\bimport) ?${address}`, 'g');
/**
 * A lazy import with the name that it has in a glob's list or with what is taken from it, the styles that
 * a lazy import wants, a Worker.
 */
const later = new RegExp(
	`(?:\\{(\\w+):\\w+\\}=await |${literal}:\\(\\)=>[^"'\`]{0,80})?\\bimport\\(${address}\\)` +
		'|__vite__mapDeps\\(\\[([\\d,]*)\\]\\)' +
		`|new URL\\(${address},import\\.meta\\.url\\)(?:\\.href,[^{;]*\\{([^}]*)\\})?`,
	'g'
);

function fromScript(script: string, lesson: Lesson): string[] {
	const found = [...script.matchAll(staticImport)].map(([, to]) => to!);
	const list = /\bm\.f=\[([^\]]*)\]/.exec(script)?.[1] ?? '';
	const styles = [...list.matchAll(new RegExp(literal, 'g'))].map(([, to]) => to!);
	let wanted = true;
	for (const [, taken, name, to, indices, worker, options] of script.matchAll(later)) {
		if (to !== undefined) {
			wanted = isWanted(taken ?? name, to, lesson);
			if (wanted) found.push(to);
		} else if (indices !== undefined) {
			// They belong to the import before them.
			if (wanted) found.push(...indices.split(',').flatMap((index) => styles[Number(index)] ?? []));
		} else if (worker?.endsWith('.js')) {
			const called = /name:["'`](\w+)["'`]/.exec(options ?? '')?.[1];
			if (isNeeded(called, lesson)) found.push(worker);
		}
	}
	return found;
}

/** Whether a Worker, by the name it is given, is one that this lesson's page starts before a build. */
function isNeeded(worker: string | undefined, { bench, stepped }: Lesson): boolean {
	if (worker === 'machine' || worker === 'shipped') return bench;
	if (worker === 'stepping') return stepped;
	return worker !== 'compiler';
}

/** Whether a lazy import is one that this lesson's page does. */
function isWanted(name: string | undefined, to: string, lesson: Lesson): boolean {
	const node = /\/nodes\/(\d+)\./.exec(to);
	if (node) return lesson.nodes.has(node[1]!);
	if (name === 'MonacoEditor') return lesson.bench;
	// The stage of a lesson with steps shows these.
	if (name?.startsWith('./blocks/')) return lesson.stepped;
	const folder = /^\/lessons\/\d+-([^/]+)\/\d+-([^/]+)\//.exec(name ?? '');
	return !folder || `${folder[1]}/${folder[2]}` === lesson.slug;
}

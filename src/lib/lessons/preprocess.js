import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { basename, dirname, join, relative } from 'node:path';
import { declaredChecks, LessonError, parseFrontMatter } from './front-matter.js';

const blocksFolder = join(import.meta.dirname, 'blocks');
const root = join(import.meta.dirname, '../../..');

/** Every component in `blocks/` is a lesson block; there is no other list. */
export function blockNames() {
	return readdirSync(blocksFolder)
		.filter((name) => name.endsWith('.svelte'))
		.map((name) => basename(name, '.svelte'));
}

/**
 * A Svelte preprocessor, to run before mdsvex: checks a lesson's front matter, blocks and check ids,
 * and imports the blocks that the lesson uses. A mistake ends the build with file and line.
 *
 * @returns {import('svelte/compiler').PreprocessorGroup}
 */
export function lessonBlocks() {
	return {
		name: 'lesson-blocks',
		markup({ content, filename }) {
			if (!filename?.endsWith('.md')) return undefined;
			const file = relative(root, filename);
			const { focus, opens } = parseFrontMatter(content, file);
			if (opens !== undefined && opens !== 'running')
				throw new LessonError(file, 1, `a lesson opens "running" or not at all, not "${opens}"`);
			if (focus !== undefined && !inTree(focus))
				throw new LessonError(file, 1, `the focus ${focus} is not in lessons/VM_HW2`);
			const folder = dirname(filename);
			const moments = momentNames(folder);
			checkQuestions(folder, moments);
			const used = checkBlocks(content, file, {
				blocks: blockNames(),
				checks: checkIds(folder),
				moments,
				hasFile: inTree
			});
			const imports = used.map(
				(name) => `\timport ${name} from '$lib/lessons/blocks/${name}.svelte';`
			);
			// At the end, so that the lines of the lesson keep their numbers.
			return { code: `${content}\n\n<script>\n${imports.join('\n')}\n</script>\n` };
		}
	};
}

/**
 * A Svelte preprocessor, to run after mdsvex: code that may scroll sideways can be reached by keyboard.
 *
 * @returns {import('svelte/compiler').PreprocessorGroup}
 */
export function reachableCode() {
	return {
		name: 'reachable-code',
		markup({ content, filename }) {
			if (!filename?.endsWith('.md')) return undefined;
			return { code: content.replaceAll('<pre class="', '<pre tabindex="0" class="') };
		}
	};
}

/** @param {string} path from the tree's root */
function inTree(path) {
	return existsSync(join(root, 'lessons/VM_HW2', path));
}

/** @param {string} folder of a lesson */
function checkIds(folder) {
	const file = join(folder, 'checks.ts');
	return existsSync(file) ? declaredChecks(readFileSync(file, 'utf8')) : [];
}

/**
 * The names in a lesson's moments.json; none where there is no such file. What the rules say is checked
 * where they are used: `trapline build --site`.
 *
 * @param {string} folder of a lesson
 * @returns {string[]}
 */
function momentNames(folder) {
	const path = join(folder, 'moments.json');
	if (!existsSync(path)) return [];
	try {
		return Object.keys(JSON.parse(readFileSync(path, 'utf8')));
	} catch (error) {
		throw new LessonError(
			relative(root, path),
			1,
			`not JSON: ${/** @type {Error} */ (error).message}`
		);
	}
}

/**
 * The questions of checks.ts name moments too.
 *
 * @param {string} folder of a lesson
 * @param {readonly string[]} moments
 */
function checkQuestions(folder, moments) {
	const path = join(folder, 'checks.ts');
	if (!existsSync(path)) return;
	checkMomentsOfChecks(readFileSync(path, 'utf8'), relative(root, path), moments);
}

/**
 * @param {string} text of checks.ts
 * @param {string} file
 * @param {readonly string[]} moments
 * @throws {LessonError} a moment that moments.json does not have
 */
export function checkMomentsOfChecks(text, file, moments) {
	text.split(/\r?\n/).forEach((line, i) => {
		for (const [, name] of line.matchAll(/\bmoment:\s*'([^']*)'/g))
			if (!moments.includes(name)) throw unknownMoment(file, i + 1, name, moments);
	});
}

/**
 * @param {string} file
 * @param {number} line
 * @param {string} name
 * @param {readonly string[]} moments
 */
function unknownMoment(file, line, name, moments) {
	const known = moments.join(', ') || 'none: there is no such file';
	return new LessonError(
		file,
		line,
		`no moment '${name}' in this lesson's moments.json; it has ${known}`
	);
}

/**
 * What a lesson may speak of.
 *
 * @typedef {object} Known
 * @property {readonly string[]} blocks
 * @property {readonly string[]} checks ids that checks.ts declares
 * @property {readonly string[]} moments names in moments.json
 * @property {(path: string) => boolean} hasFile whether the tree has a file
 */

/**
 * The names of the blocks that a lesson uses, in order of first use.
 *
 * @param {string} text
 * @param {string} file
 * @param {Known} known
 * @returns {string[]}
 * @throws {LessonError} an unknown block, check or moment, a file that is not in the tree
 */
export function checkBlocks(text, file, { blocks, checks, moments, hasFile }) {
	/** @param {string} name @param {number} line */
	const refuseUnknown = (name, line) => {
		if (!blocks.includes(name))
			throw new LessonError(
				file,
				line,
				`unknown lesson block <${name}>; there are ${blocks.join(', ')} (src/lib/lessons/blocks)`
			);
	};
	/** @type {Set<string>} */
	const used = new Set();
	let fenced = false;
	text.split(/\r?\n/).forEach((line, i) => {
		if (/^\s*(```|~~~)/.test(line)) fenced = !fenced;
		if (fenced) return;
		const prose = line.replace(/`[^`]*`/g, '');
		for (const [, name] of prose.matchAll(/<([A-Z][A-Za-z0-9]*)\b/g)) {
			refuseUnknown(name, i + 1);
			used.add(name);
		}
		for (const [, tag] of prose.matchAll(/<Step\b([^>]*)>/g)) {
			const moment = /\bmoment="([^"]*)"/.exec(tag)?.[1];
			if (moment === undefined) throw new LessonError(file, i + 1, '<Step> needs a moment="…"');
			if (!moments.includes(moment)) throw unknownMoment(file, i + 1, moment, moments);
			const names = (/** @type {string} */ of) =>
				(new RegExp(`\\b${of}="([^"]*)"`).exec(tag)?.[1] ?? '').split(/\s+/).filter(Boolean);
			const shown = names('show');
			for (const name of shown) refuseUnknown(name, i + 1);
			for (const name of names('withhold'))
				if (!shown.includes(name))
					throw new LessonError(file, i + 1, `withhold="${name}", but show does not name it`);
		}
		for (const [, path] of prose.matchAll(/<Open\b[^>]*\bfile="([^"]+)"/g))
			if (!hasFile(path))
				throw new LessonError(file, i + 1, `<Open> names ${path}, which is not in lessons/VM_HW2`);
		const check = /<Check\b([^>]*)>/.exec(prose);
		if (!check) return;
		const id = /\bid="([^"]+)"/.exec(check[1])?.[1];
		if (id === undefined) throw new LessonError(file, i + 1, '<Check> needs an id="…"');
		if (!checks.includes(id))
			throw new LessonError(
				file,
				i + 1,
				`no check '${id}' in this lesson's checks.ts; it declares ${checks.join(', ') || 'none'}`
			);
	});
	return [...used];
}

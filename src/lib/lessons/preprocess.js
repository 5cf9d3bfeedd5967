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
			const used = checkBlocks(content, file, blockNames(), checkIds(dirname(filename)), inTree);
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
 * The names of the blocks that a lesson uses, in order of first use.
 *
 * @param {string} text
 * @param {string} file
 * @param {readonly string[]} known
 * @param {readonly string[]} checks
 * @param {(path: string) => boolean} hasFile whether the tree has a file
 * @returns {string[]}
 * @throws {LessonError} an unknown block, a check that checks.ts does not declare, a file not in the tree
 */
export function checkBlocks(text, file, known, checks, hasFile) {
	/** @type {Set<string>} */
	const used = new Set();
	let fenced = false;
	text.split(/\r?\n/).forEach((line, i) => {
		if (/^\s*(```|~~~)/.test(line)) fenced = !fenced;
		if (fenced) return;
		const prose = line.replace(/`[^`]*`/g, '');
		for (const [, name] of prose.matchAll(/<([A-Z][A-Za-z0-9]*)\b/g)) {
			if (!known.includes(name))
				throw new LessonError(
					file,
					i + 1,
					`unknown lesson block <${name}>; there are ${known.join(', ')} (src/lib/lessons/blocks)`
				);
			used.add(name);
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

/**
 * The head of a lesson: `key: value` lines between two `---` lines, a value being text, a number or a
 * list in brackets. Plain JavaScript because `svelte.config.js` loads it before anything compiles.
 *
 * @typedef {object} FrontMatter
 * @property {string} title
 * @property {string} summary one sentence for the list of lessons
 * @property {number} minutes
 * @property {string[]} needs names of lessons, or of things known, that come before
 * @property {string} [focus] the tree's file that the editor opens; without it there is no workbench
 * @property {string} [opens] `running`: the tree as shipped is booted as soon as the lesson opens
 * @property {string} [verdict] `counts`: the workbench judges what the tree's kernel has counted
 */

/** @type {Record<string, { kind: 'text' | 'number' | 'list', required: boolean }>} */
const keys = {
	title: { kind: 'text', required: true },
	summary: { kind: 'text', required: true },
	minutes: { kind: 'number', required: true },
	needs: { kind: 'list', required: true },
	focus: { kind: 'text', required: false },
	opens: { kind: 'text', required: false },
	verdict: { kind: 'text', required: false }
};

/** An error that knows its place; the build prints it as `file:line: message`. */
export class LessonError extends Error {
	/**
	 * @param {string} file
	 * @param {number} line 1-based
	 * @param {string} message
	 */
	constructor(file, line, message) {
		super(`${file}:${line}: ${message}`);
		this.name = 'LessonError';
		this.file = file;
		this.line = line;
	}
}

/**
 * @param {string} text the whole lesson
 * @param {string} file its name, for messages
 * @returns {FrontMatter}
 * @throws {LessonError} a line that cannot be read, an unknown key, a missing key
 */
export function parseFrontMatter(text, file) {
	const lines = text.split(/\r?\n/);
	if (lines[0] !== '---')
		throw new LessonError(file, 1, 'a lesson begins with a line "---" and its front matter');
	const end = lines.indexOf('---', 1);
	if (end < 0) throw new LessonError(file, 1, 'the front matter has no closing "---"');

	/** @type {Record<string, string | number | string[]>} */
	const found = {};
	for (let i = 1; i < end; i++) {
		if (lines[i].trim() === '') continue;
		const match = /^([a-z]+):\s*(.+)$/.exec(lines[i]);
		if (!match) throw new LessonError(file, i + 1, `expected "key: value", found "${lines[i]}"`);
		const [, key, value] = match;
		if (!Object.hasOwn(keys, key)) {
			const known = Object.keys(keys).join(', ');
			throw new LessonError(file, i + 1, `unknown key "${key}"; a lesson has ${known}`);
		}
		found[key] = readValue(keys[key].kind, value.trim(), file, i + 1, key);
	}
	for (const [key, { required }] of Object.entries(keys))
		if (required && !(key in found))
			throw new LessonError(file, end + 1, `the front matter lacks "${key}"`);
	return /** @type {FrontMatter} */ (/** @type {unknown} */ (found));
}

/**
 * @param {'text' | 'number' | 'list'} kind
 * @param {string} value
 * @param {string} file
 * @param {number} line
 * @param {string} key
 */
function readValue(kind, value, file, line, key) {
	if (kind === 'text') return value;
	if (kind === 'number') {
		if (!/^\d+$/.test(value)) throw new LessonError(file, line, `"${key}" must be a whole number`);
		return Number(value);
	}
	const match = /^\[(.*)\]$/.exec(value);
	if (!match) throw new LessonError(file, line, `"${key}" must be a list: [one, two]`);
	return match[1]
		.split(',')
		.map((item) => item.trim())
		.filter((item) => item !== '');
}

/**
 * The ids that a lesson's `checks.ts` declares, by the form of its declarations: `check('id', {`.
 *
 * @param {string} text of checks.ts
 */
export function declaredChecks(text) {
	return [...text.matchAll(/\bcheck\(\s*'([^']+)'/g)].map((match) => match[1]);
}

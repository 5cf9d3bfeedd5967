import { createTwoFilesPatch } from 'diff';

/**
 * The difference between two versions of one file as `git apply` and `patch -p1` take it, or ''.
 *
 * @param path of the file from the tree's root
 */
export function filePatch(path: string, original: string, text: string): string {
	if (original === text) return '';
	const body = createTwoFilesPatch(`a/${path}`, `b/${path}`, original, text, undefined, undefined, {
		context: 3
	});
	// The library begins with a line of its own; git wants its own first line instead.
	return `diff --git a/${path} b/${path}\n` + body.slice(body.indexOf('--- '));
}

/** The patch of a whole tree: the files that differ, by path. */
export function treePatch(
	original: ReadonlyMap<string, string>,
	edits: ReadonlyMap<string, string>
): string {
	return [...edits]
		.sort(([a], [b]) => (a < b ? -1 : 1))
		.map(([path, text]) => filePatch(path, original.get(path) ?? '', text))
		.join('');
}

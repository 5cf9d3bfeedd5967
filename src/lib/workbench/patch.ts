import { applyPatch, createTwoFilesPatch, parsePatch, type StructuredPatch } from 'diff';

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

/**
 * The files that a patch changes, as they are after it. Paths may carry a/ and b/ and folders that lead
 * to the tree; what the patch says must fit the files as shipped.
 *
 * @throws {Error} in words for the student: no patch, a file that the tree lacks, a change that does not fit
 */
export function applyTreePatch(
	original: ReadonlyMap<string, string>,
	patch: string
): Map<string, string> {
	let parsed: StructuredPatch[];
	try {
		parsed = parsePatch(patch).filter(({ hunks }) => hunks.length > 0);
	} catch {
		throw new Error(
			'That file is no patch: it should be what “Download patch” or “git diff” gives.'
		);
	}
	if (parsed.length === 0)
		throw new Error('That file holds no changes: it should be what “Download patch” gives.');
	const texts = new Map<string, string>();
	for (const part of parsed) {
		const path = pathInTree(original, part);
		const text = applyPatch(original.get(path)!, part);
		if (text === false)
			throw new Error(
				`The patch does not fit ${path} as it is shipped: it was made for another version of the file. ` +
					'Nothing was changed.'
			);
		texts.set(path, text);
	}
	return texts;
}

function pathInTree(
	original: ReadonlyMap<string, string>,
	{ newFileName, oldFileName }: StructuredPatch
): string {
	const named = (newFileName === '/dev/null' ? oldFileName : newFileName) ?? '';
	const parts = named.split('/');
	for (let drop = 0; drop < parts.length; drop++) {
		const path = parts.slice(drop).join('/');
		const found = [path, `linux-kvm-arm/${path}`].find((each) => original.has(each));
		if (found !== undefined) return found;
	}
	throw new Error(
		`The patch changes ${named}, which is not in this tree: only files that are there can be changed. ` +
			'Nothing was changed.'
	);
}

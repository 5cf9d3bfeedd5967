import { createTwoFilesPatch } from 'diff';
import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { readTree } from '../../cli/src/submission.ts';
import {
	applyEdits,
	brokenPatches,
	rightPatches,
	wrongPatches,
	type StudentPatch
} from './patches.ts';

/** All patches; they are graded in this order. */
export const allPatches: readonly StudentPatch[] = [
	...rightPatches,
	...wrongPatches,
	...brokenPatches
];

/** The tree as shipped. */
export const shipped: ReadonlyMap<string, Uint8Array> = readTree(
	join(import.meta.dirname, '../../lessons/VM_HW2')
);

export const shippedText = (file: string) => new TextDecoder().decode(shipped.get(file));

/** The files that a patch changes, as they are with it. */
export function patchedTexts({ edits }: StudentPatch): Map<string, string> {
	const patched = applyEdits(shipped, edits);
	const files = new Set(edits.map(([file]) => file));
	return new Map([...files].map((file) => [file, new TextDecoder().decode(patched.get(file))]));
}

/** A patch as one unified diff of all changed files, written to `path`. */
export function writeDiff(patch: StudentPatch, path: string): void {
	const diffs = [...patchedTexts(patch)].map(([file, text]) =>
		createTwoFilesPatch(`a/${file}`, `b/${file}`, shippedText(file), text)
	);
	writeFileSync(path, diffs.join(''));
}

/** A patch as a folder of the changed files, made at `path`. */
export function writeFolder(patch: StudentPatch, path: string): void {
	for (const [file, text] of patchedTexts(patch)) {
		mkdirSync(dirname(join(path, file)), { recursive: true });
		writeFileSync(join(path, file), text);
	}
}

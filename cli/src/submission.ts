import { applyPatch, parsePatch } from 'diff';
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { basename, join, relative, sep } from 'node:path';
import { badUsage } from './failure.ts';
import { readInput } from './files.ts';

/** A tree's files by path within it, as text or bytes. */
export type Tree = Map<string, Uint8Array>;

const decoder = new TextDecoder();
const encoder = new TextEncoder();

/** All files below a folder. */
export function readTree(folder: string): Tree {
	const tree: Tree = new Map();
	for (const name of readdirSync(folder, { recursive: true, encoding: 'utf8' }).sort()) {
		const path = join(folder, name);
		if (statSync(path).isFile())
			tree.set(name.split(sep).join('/'), new Uint8Array(readFileSync(path)));
	}
	return tree;
}

/** The tree with a submission laid over it: a patch file, or a folder (`kernel_code/` in it, if there is one). */
export function withSubmission(tree: Tree, path: string): Tree {
	let isFolder: boolean;
	try {
		isFolder = statSync(path).isDirectory();
	} catch {
		throw badUsage(`cannot read the submission ${path}: there is no such file or folder`);
	}
	return isFolder
		? overlay(tree, path)
		: patched(tree, decoder.decode(readInput(path, 'the patch')), path);
}

function patched(tree: Tree, text: string, path: string): Tree {
	const result = new Map(tree);
	let patches;
	try {
		patches = parsePatch(text).filter((patch) => patch.hunks.length > 0);
	} catch (error) {
		throw badUsage(`${path} is no unified diff: ${(error as Error).message}`);
	}
	if (patches.length === 0)
		throw badUsage(`${path} holds no change: give a unified diff (git diff)`);
	for (const patch of patches) {
		const name = patchedFile(tree, patch.newFileName ?? patch.oldFileName ?? '', path);
		const before = tree.has(name) ? decoder.decode(tree.get(name)) : '';
		const after = applyPatch(before, patch);
		if (after === false)
			throw badUsage(`${path}: the change to ${name} does not fit the shipped file`);
		result.set(name, encoder.encode(after));
	}
	return result;
}

/** The tree's file that a patch means: with or without a/ b/ and leading folders. */
function patchedFile(tree: Tree, named: string, path: string): string {
	const parts = named.split('/');
	for (let drop = 0; drop < parts.length; drop++) {
		const candidate = parts.slice(drop).join('/');
		for (const prefix of ['', 'linux-kvm-arm/'])
			if (tree.has(prefix + candidate)) return prefix + candidate;
	}
	throw badUsage(`${path} changes ${named}, which the tree does not have`);
}

function overlay(tree: Tree, folder: string): Tree {
	const result = new Map(tree);
	const code = join(folder, 'kernel_code');
	const from = statSync(code, { throwIfNoEntry: false })?.isDirectory() ? code : folder;
	const files = readTree(from);
	if (files.size === 0) throw badUsage(`${relative('.', from) || from} holds no files`);
	for (const [name, bytes] of files) result.set(placeOf(tree, name, folder), bytes);
	return result;
}

/** Students hand in `handle_exit.c`, `kvm/handle_exit.c` or the whole path: the longest unique match counts. */
function placeOf(tree: Tree, name: string, folder: string): string {
	for (const prefix of ['', 'linux-kvm-arm/', 'VM_HW2/']) {
		if (tree.has(prefix + name)) return prefix + name;
		if (name.startsWith(prefix) && tree.has(name.slice(prefix.length)))
			return name.slice(prefix.length);
	}
	const parts = name.split('/');
	for (let drop = 0; drop < parts.length; drop++) {
		const ending = '/' + parts.slice(drop).join('/');
		const matches = [...tree.keys()].filter((file) => file.endsWith(ending));
		if (matches.length === 1) return matches[0]!;
		if (matches.length > 1) {
			throw badUsage(
				`${folder}: ${basename(name)} could be ${matches.join(' or ')}; keep its folders, such as kernel_code/${matches[0]}`
			);
		}
	}
	return `linux-kvm-arm/${name}`;
}

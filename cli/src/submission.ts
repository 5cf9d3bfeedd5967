import { applyPatch, parsePatch, type StructuredPatch } from 'diff';
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { basename, join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { badUsage } from './failure.ts';
import { readInput, why } from './files.ts';
import { isTar, readTar } from './tar.ts';

/** A tree's files by path within it, as text or bytes. */
export type Tree = Map<string, Uint8Array>;

const decoder = new TextDecoder();
const encoder = new TextEncoder();

/** All files below a folder, except what computers and the tree's own scripts leave behind in it. */
export function readTree(folder: string): Tree {
	const tree: Tree = new Map();
	const read = (inside: string) => {
		for (const entry of readdirSync(join(folder, inside), { withFileTypes: true })) {
			const name = inside + entry.name;
			if (isLitter(name) || isMade(name)) continue;
			const path = join(folder, name);
			const stats = statSync(path);
			if (stats.isDirectory()) read(`${name}/`);
			else if (stats.isFile()) tree.set(name, new Uint8Array(readFileSync(path)));
		}
	};
	try {
		read('');
	} catch (error) {
		const { path } = error as NodeJS.ErrnoException;
		throw badUsage(`cannot read ${path ?? folder}: ${why(error)}`);
	}
	return new Map([...tree].sort(([a], [b]) => (a < b ? -1 : 1)));
}

const isLitter = (name: string) =>
	/(?:^|[/\\])(?:\.git|__MACOSX|\.DS_Store|\._[^/]*)(?:[/\\]|$)/.test(name);

/** Results of a build, disks, and where students mount them: no sources, and maybe not readable. */
const isMade = (name: string) =>
	/^(?:build|mnt|host\.img[^/]*)$|\.axf$|\/vmlinux$|\/boot\/Image$/.test(name);

/**
 * The tree with a submission laid over it: a patch file, a folder, or an archive of one (tar, tar.gz).
 * Where there is a folder kernel_code/, only what is in it counts.
 */
export function withSubmission(tree: Tree, path: string): Tree {
	if (statSync(path, { throwIfNoEntry: false })?.isDirectory())
		return overlay(tree, readTree(path), path);
	const bytes = unpacked(readInput(path, 'the submission'), path);
	if (!isTar(bytes)) return patched(tree, decoder.decode(bytes), path);
	try {
		return overlay(tree, withoutLitter(readTar(bytes)), path);
	} catch (error) {
		if (error instanceof Error && error.name !== 'Failure')
			throw badUsage(`${path} is no whole tar archive: ${error.message}`);
		throw error;
	}
}

function unpacked(bytes: Uint8Array, path: string): Uint8Array {
	const starts = (...magic: number[]) => magic.every((byte, i) => bytes[i] === byte);
	if (starts(0x50, 0x4b, 3, 4))
		throw badUsage(`${path} is a zip archive: unpack it and name its folder, or use tar.gz`);
	if (!starts(0x1f, 0x8b)) return bytes;
	try {
		return new Uint8Array(gunzipSync(bytes));
	} catch (error) {
		throw badUsage(`${path} cannot be unpacked by gunzip: ${(error as Error).message}`);
	}
}

const withoutLitter = (files: Tree) => new Map([...files].filter(([name]) => !isLitter(name)));

function patched(tree: Tree, text: string, path: string): Tree {
	const result = new Map(tree);
	let patches;
	try {
		patches = parsePatch(text).filter((patch) => patch.hunks.length > 0);
	} catch (error) {
		throw badUsage(`${path} is no unified diff: ${firstLine((error as Error).message)}`);
	}
	if (patches.length === 0)
		throw badUsage(`${path} holds no change: give a unified diff (git diff)`);
	for (const patch of patches) {
		const name = patchedFile(result, patch, path);
		const after = applyPatch(decoder.decode(result.get(name) ?? new Uint8Array()), patch);
		if (after === false)
			throw badUsage(`${path}: the change to ${name} does not fit the shipped file`);
		if (patch.newFileName === '/dev/null') result.delete(name);
		else result.set(name, encoder.encode(after));
	}
	return result;
}

const firstLine = (text: string) => text.split('\n')[0]!.slice(0, 200);

/** The tree's file that a patch means: with or without a/ b/ and leading folders; or a new file's place. */
function patchedFile(
	tree: Tree,
	{ oldFileName, newFileName }: StructuredPatch,
	path: string
): string {
	const isNew = oldFileName === '/dev/null';
	const named = (newFileName === '/dev/null' ? oldFileName : newFileName) ?? oldFileName ?? '';
	const parts = named.split('/');
	for (let drop = 0; drop < parts.length && !isNew; drop++) {
		const candidate = parts.slice(drop).join('/');
		for (const prefix of ['', 'linux-kvm-arm/'])
			if (tree.has(prefix + candidate)) return prefix + candidate;
	}
	if (!isNew) throw badUsage(`${path} changes ${named}, which the tree does not have`);
	return newPlace(tree, named.replace(/^[ab]\//, ''));
}

/** Where a file goes that the tree does not have: into the kernel, if its first folder is not the tree's. */
function newPlace(tree: Tree, name: string): string {
	const top = name.split('/')[0]! + '/';
	return [...tree.keys()].some((file) => file.startsWith(top)) ? name : `linux-kvm-arm/${name}`;
}

function overlay(tree: Tree, submitted: Tree, path: string): Tree {
	const files = kernelCode(submitted);
	if (files.size === 0) throw badUsage(`${path} holds no files`);
	const result = new Map(tree);
	for (const [name, bytes] of files) result.set(placeOf(tree, name, path), bytes);
	return result;
}

/** What lies in kernel_code/, wherever that is, else all; archives often have one folder around all. */
function kernelCode(files: Tree): Tree {
	const marked = [...files].flatMap(([name, bytes]) => {
		const inside = /(?:^|\/)kernel_code\/(.+)$/.exec(name)?.[1];
		return inside === undefined ? [] : [[inside, bytes] as const];
	});
	return marked.length > 0 ? new Map(marked) : files;
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
	return newPlace(tree, name);
}

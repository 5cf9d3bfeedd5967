import { closeSync, existsSync, fstatSync, openSync, readSync, statSync } from 'node:fs';
import { ftruncateSync, writeSync, type Stats } from 'node:fs';
import { imageOf, type DiskImage, type Machine } from 'emulator-core';
import { badUsage } from './failure.ts';
import { readInput, why } from './files.ts';

/** What `--disk` may end with: the machine cannot write the disk, not even its own copy. */
const READ_ONLY = ':ro';

/** The file that the word after `--disk` means, and whether the disk is to be read-only. */
function parseDisk(word: string): { path: string; readOnly: boolean } {
	const readOnly = word.endsWith(READ_ONLY) && !existsSync(word);
	return { path: readOnly ? word.slice(0, -READ_ONLY.length) : word, readOnly };
}

/**
 * The image that the word after `--disk` names. A file is read where and when the machine reads its disk,
 * and may be larger than memory; what is no file, such as a pipe, is read at once.
 */
export function openDisk(word: string): DiskImage {
	const { path, readOnly } = parseDisk(word);
	const stats = statSync(path, { throwIfNoEntry: false });
	if (!stats?.isFile()) return imageOf(readInput(path, 'the disk'), readOnly);
	let file: number;
	try {
		file = openSync(path, 'r');
	} catch (error) {
		throw badUsage(`cannot read the disk ${path}: ${why(error)}`);
	}
	return { size: fstatSync(file).size, readOnly, read: (at, into) => readAll(file, at, into) };
}

function readAll(file: number, at: number, into: Uint8Array): boolean {
	try {
		for (let done = 0; done < into.length;) {
			const count = readSync(file, into, done, into.length - done, at + done);
			if (count === 0) return false;
			done += count;
		}
		return true;
	} catch {
		return false;
	}
}

/** Refuses ends of disks that are none, or that would write over an image, by whatever name. */
export function checkDiskOut(disks: readonly string[], out: readonly string[]): void {
	if (out.length > disks.length)
		throw badUsage(
			`${out.length} --disk-out for ${disks.length} --disk: each is the end of one disk, in order`
		);
	const stats = (path: string) => statSync(path, { throwIfNoEntry: false });
	const same = (a: Stats | undefined, b: Stats | undefined) =>
		a !== undefined && a.ino === b?.ino && a.dev === b.dev;
	const bases = disks.map((word) => stats(parseDisk(word).path));
	out.forEach((path, n) => {
		const end = stats(path);
		if (bases.some((base) => same(base, end)))
			throw badUsage(
				`--disk-out ${path} is a --disk: a disk's image is never written, name another`
			);
		if (out.indexOf(path) < n) throw badUsage(`--disk-out ${path} is there twice`);
	});
}

const zeros = Buffer.alloc(2 ** 20);

/** Writes a disk as it is at the end. Where it has nothing but zeros, the file may have a hole. */
export function writeDisk(path: string, disk: Machine['devices']['disks'][number]): void {
	try {
		const file = openSync(path, 'w');
		try {
			const isFile = fstatSync(file).isFile();
			let size = 0;
			for (const { at, bytes } of disk.pieces(zeros.length)) {
				size = at + bytes.length;
				if (!isFile) writeAll(file, null, bytes);
				else if (!zeros.subarray(0, bytes.length).equals(bytes)) writeAll(file, at, bytes);
			}
			if (isFile) ftruncateSync(file, size);
		} finally {
			closeSync(file);
		}
	} catch (error) {
		throw badUsage(`cannot write ${path}: ${why(error)}`);
	}
}

/** At a position of the file, or where it stands. */
function writeAll(file: number, at: number | null, bytes: Uint8Array): void {
	for (let done = 0; done < bytes.length;)
		done += writeSync(file, bytes, done, bytes.length - done, at === null ? null : at + done);
}

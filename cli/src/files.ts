import {
	closeSync,
	ftruncateSync,
	mkdirSync,
	openSync,
	readFileSync,
	statSync,
	writeFileSync,
	writeSync
} from 'node:fs';
import { dirname, resolve } from 'node:path';
import { badUsage } from './failure.ts';

const reasons: Record<string, string> = {
	ENOENT: 'there is no such file',
	EISDIR: 'it is a folder',
	ENOTDIR: 'a part of the path is no folder',
	EEXIST: 'a part of the path is no folder',
	EACCES: 'permission denied',
	EROFS: 'the disk is read-only',
	ENOSPC: 'the disk is full'
};

/** What a failed call of the file system means, in words. */
export function why(error: unknown): string {
	const code = (error as NodeJS.ErrnoException).code ?? '';
	return reasons[code] ?? String((error as Error).message);
}

/** The same for a file that is to be made: then it is the folder that is missing. */
const whyNotWritten = (error: unknown) =>
	(error as NodeJS.ErrnoException).code === 'ENOENT' ? 'its folder does not exist' : why(error);

/** Reads a file that the user named; `what` says in the message what it was for. */
export function readInput(path: string, what: string): Uint8Array {
	try {
		return new Uint8Array(readFileSync(path));
	} catch (error) {
		throw badUsage(`cannot read ${what} ${path}: ${why(error)}`);
	}
}

/** Writes a result; `mode` is the file's, less the user's umask. */
export function writeOutput(path: string, data: Uint8Array | string, mode = 0o666): void {
	try {
		writeFileSync(path, data, { mode });
	} catch (error) {
		throw badUsage(`cannot write ${path}: ${whyNotWritten(error)}`);
	}
}

const HOLE = Buffer.alloc(2 ** 16);

/** The same for what may be mostly zeros, such as a disk: they become holes of the file. */
export function writeSparse(path: string, data: Uint8Array): void {
	try {
		const file = openSync(path, 'w');
		try {
			for (let at = 0; at < data.length; at += HOLE.length) {
				const piece = data.subarray(at, at + HOLE.length);
				if (HOLE.subarray(0, piece.length).equals(piece)) continue;
				for (let done = 0; done < piece.length;)
					done += writeSync(file, piece, done, piece.length - done, at + done);
			}
			ftruncateSync(file, data.length);
		} finally {
			closeSync(file);
		}
	} catch (error) {
		throw badUsage(`cannot write ${path}: ${whyNotWritten(error)}`);
	}
}

/** Makes a folder for results, and those above it. (Node's own way, `recursive`, never ends below /proc.) */
export function makeFolder(path: string): void {
	try {
		const missing: string[] = [];
		for (let at = resolve(path); !isFolder(at); at = dirname(at)) missing.unshift(at);
		for (const each of missing) mkdirSync(each);
	} catch (error) {
		throw badUsage(`cannot make the folder ${path}: ${why(error)}`);
	}
}

const isFolder = (path: string) =>
	statSync(path, { throwIfNoEntry: false })?.isDirectory() === true;

/** Fails early where a result could not be written: before a run of minutes, not after it. */
export function checkWritable(path: string): void {
	const folder = dirname(resolve(path));
	if (!isFolder(folder)) throw badUsage(`cannot write ${path}: its folder does not exist`);
}

/** A size such as 256M, 1G or 4096, in bytes. */
export function parseSize(text: string, option: string): number {
	const match = /^(\d+)([KMG]?)$/i.exec(text);
	const unit = { '': 1, K: 2 ** 10, M: 2 ** 20, G: 2 ** 30 }[match?.[2]?.toUpperCase() ?? ''];
	const bytes = match && unit ? Number(match[1]) * unit : NaN;
	if (!(bytes > 0)) throw badUsage(`${option} ${text}: give a size such as 256M`);
	return bytes;
}

/** A positive whole number; 1e6 and 60_000_000 are fine too. */
export function parseCount(text: string, option: string): number {
	const count = Number(text.replaceAll('_', ''));
	if (!Number.isSafeInteger(count) || count <= 0) {
		throw badUsage(`${option} ${text}: give a positive whole number`);
	}
	return count;
}

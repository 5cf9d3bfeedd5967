import { readFileSync, writeFileSync } from 'node:fs';
import { badUsage } from './failure.ts';

const reasons: Record<string, string> = {
	ENOENT: 'there is no such file',
	EISDIR: 'it is a folder',
	EACCES: 'permission denied'
};

function why(error: unknown): string {
	const code = (error as NodeJS.ErrnoException).code ?? '';
	return reasons[code] ?? String((error as Error).message);
}

/** Reads a file that the user named; `what` says in the message what it was for. */
export function readInput(path: string, what: string): Uint8Array {
	try {
		return new Uint8Array(readFileSync(path));
	} catch (error) {
		throw badUsage(`cannot read ${what} ${path}: ${why(error)}`);
	}
}

export function writeOutput(path: string, data: Uint8Array | string): void {
	try {
		writeFileSync(path, data);
	} catch (error) {
		throw badUsage(`cannot write ${path}: ${why(error)}`);
	}
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

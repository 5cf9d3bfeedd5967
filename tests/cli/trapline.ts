import { execFile } from 'node:child_process';
import { join } from 'node:path';

const bin = join(import.meta.dirname, '../../cli/bin/trapline.js');

export interface Ran {
	code: number;
	stdout: string;
	stderr: string;
}

/** Runs `trapline` as a user does, in `cwd`; never rejects, and ends after two minutes. */
export function trapline(
	words: string[],
	cwd: string,
	encoding: BufferEncoding = 'utf8'
): Promise<Ran> {
	return new Promise((resolve) => {
		const options = { cwd, encoding, timeout: 120_000, maxBuffer: 2 ** 26 };
		execFile(process.execPath, [bin, ...words], options, (error, stdout, stderr) =>
			resolve({ code: error === null ? 0 : Number(error.code ?? -1), stdout, stderr })
		);
	});
}

/** Does `work` for all items, two at a time, and gives the results in order. */
export async function twoAtATime<T, R>(items: T[], work: (item: T) => Promise<R>): Promise<R[]> {
	const results: R[] = [];
	let next = 0;
	const worker = async () => {
		for (let i = next++; i < items.length; i = next++) results[i] = await work(items[i]!);
	};
	await Promise.all([worker(), worker()]);
	return results;
}

/** A generator of the same numbers below `limit` for the same seed. */
export function randomNumbers(seed: number): (limit: number) => number {
	let state = seed >>> 0;
	return (limit) => {
		state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
		return Math.floor((state / 2 ** 32) * limit);
	};
}

import { readFileSync } from 'node:fs';

/**
 * Seconds that this thread has had a processor for, so that others who use the computer do not count;
 * the clock on the wall where the system does not tell (everywhere but Linux).
 */
export function threadSeconds(): number {
	try {
		return Number(readFileSync('/proc/thread-self/schedstat', 'utf8').split(' ')[0]) / 1e9;
	} catch {
		return performance.now() / 1000;
	}
}

import type { GuestMemory } from '../../bus/device.ts';
import { BrokenQueue, type Segment } from './queue.ts';

/** Bytes in all of `segments`. */
export const lengthOf = (segments: readonly Segment[]) =>
	segments.reduce((total, { length }) => total + length, 0);

/** Visits `length` bytes from byte `skip` of `segments` on, piece by piece; `done` bytes came before each. */
export function eachPiece(
	segments: readonly Segment[],
	skip: number,
	length: number,
	visit: (pa: number, length: number, done: number) => void
): void {
	let start = 0;
	for (const segment of segments) {
		const from = Math.max(skip, start);
		const to = Math.min(skip + length, start + segment.length);
		if (from < to) visit(segment.pa + (from - start), to - from, from - skip);
		start += segment.length;
	}
}

/** The bytes at `pa`; a view. */
export function fetchBytes(memory: GuestMemory, pa: number, length: number): Uint8Array {
	const bytes = memory.read(pa, length);
	if (bytes === undefined) throw new BrokenQueue(`a request reads outside RAM, at ${pa}`);
	return bytes;
}

export function storeBytes(memory: GuestMemory, pa: number, bytes: Uint8Array): void {
	if (!memory.write(pa, bytes)) throw new BrokenQueue(`a request writes outside RAM, at ${pa}`);
}

/** Puts the beginning of `bytes` into `segments`, as much as they hold: so many bytes. */
export function scatter(
	segments: readonly Segment[],
	bytes: Uint8Array,
	memory: GuestMemory
): number {
	const length = Math.min(bytes.length, lengthOf(segments));
	eachPiece(segments, 0, length, (pa, part, done) =>
		storeBytes(memory, pa, bytes.subarray(done, done + part))
	);
	return length;
}

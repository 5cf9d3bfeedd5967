/** Live ranges: sorted, disjoint, half-open, as start, end, start, end, … */
export type Ranges = number[];

/** Index (even) of the first range that ends after `position`. */
export function firstEndingAfter(list: readonly number[], position: number): number {
	let low = 0;
	let high = list.length >> 1;
	while (low < high) {
		const middle = (low + high) >> 1;
		if (list[2 * middle + 1]! <= position) low = middle + 1;
		else high = middle;
	}
	return 2 * low;
}

export function intersects(busy: readonly number[], list: readonly number[]): boolean {
	if (list.length > busy.length) [busy, list] = [list, busy];
	for (let r = 0; r < list.length; r += 2) {
		const at = firstEndingAfter(busy, list[r]!);
		if (at < busy.length && busy[at]! < list[r + 1]!) return true;
	}
	return false;
}

/** Adds ranges that intersect none of `busy`. */
export function occupy(busy: Ranges, list: readonly number[]): void {
	for (let r = 0; r < list.length; r += 2) {
		const at = firstEndingAfter(busy, list[r]!);
		busy.splice(at, 0, list[r]!, list[r + 1]!);
	}
}

/** Index of the first element that is not below `value`. */
export function lowerBound(list: readonly number[], value: number): number {
	let low = 0;
	let high = list.length;
	while (low < high) {
		const middle = (low + high) >> 1;
		if (list[middle]! < value) low = middle + 1;
		else high = middle;
	}
	return low;
}

/** Seven bits a byte, the lowest first ("DWARF 5", section "Variable Length Data"). */
export function ulebBytes(value: number): number[] {
	const bytes: number[] = [];
	do {
		const low = value % 128;
		value = Math.floor(value / 128);
		bytes.push(value > 0 ? low | 128 : low);
	} while (value > 0);
	return bytes;
}

/** The same with a sign: the highest bit of the last group. */
export function slebBytes(value: number): number[] {
	const bytes: number[] = [];
	for (;;) {
		const low = ((value % 128) + 128) % 128;
		value = Math.floor(value / 128);
		const isLast = value === ((low & 64) !== 0 ? -1 : 0);
		bytes.push(isLast ? low : low | 128);
		if (isLast) return bytes;
	}
}

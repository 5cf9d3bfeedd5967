/** Codes that name no level. */
const plain: Readonly<Record<number, string>> = {
	0b010000: 'synchronous external abort, not on a table walk',
	0b011000: 'synchronous parity or ECC error, not on a table walk',
	0b100001: 'alignment fault',
	0b100010: 'debug event',
	0b110000: 'TLB conflict',
	0b110100: 'lockdown (implementation defined)',
	0b110101: 'unsupported exclusive or atomic access (implementation defined)',
	0b111101: 'section domain fault (AArch32)',
	0b111110: 'page domain fault (AArch32)'
};

/** Codes whose two low bits are the level, and the first level at which they exist. */
const leveled: readonly (readonly [base: number, words: string, from: number])[] = [
	[0b000000, 'address size fault', 0],
	[0b000100, 'translation fault', 0],
	[0b001000, 'access flag fault', 1],
	[0b001100, 'permission fault', 1],
	[0b010100, 'external abort on a table walk', 0],
	[0b011100, 'parity or ECC error on a table walk', 0]
];

/**
 * A fault status code in words: IFSC and DFSC of ESR_ELx, FST of PAR_EL1. The level is that of the
 * stage that faulted.
 */
export function faultStatusWords(status: number): string {
	const known = plain[status];
	if (known) return known;
	const level = status & 3;
	const found = leveled.find(([base, , from]) => base === (status & ~3) && level >= from);
	return found ? `${found[1]}, level ${level}` : `reserved code 0x${status.toString(16)}`;
}

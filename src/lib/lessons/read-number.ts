/** A number as people write it: `0x4008_0000`, `42`; undefined for anything else. */
export function readNumber(text: string): bigint | undefined {
	const plain = text.trim().replaceAll(/[_ ]/g, '');
	return /^(0x[0-9a-f]+|\d+)$/i.test(plain) ? BigInt(plain) : undefined;
}

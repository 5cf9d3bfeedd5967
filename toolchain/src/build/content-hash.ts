/** 64 bits of a file's contents, as text: two multiply-and-xor lanes. Tells versions apart; no secret. */
export function contentHash(bytes: Uint8Array): string {
	let a = 0x811c_9dc5 ^ bytes.length;
	let b = 0x9e37_79b9;
	for (let i = 0; i < bytes.length; i++) {
		const byte = bytes[i]!;
		a = Math.imul(a ^ byte, 0x0100_0193);
		b = Math.imul(b ^ byte, 0x85eb_ca6b);
		b ^= b >>> 13;
	}
	a ^= b >>> 15;
	return (a >>> 0).toString(16).padStart(8, '0') + (b >>> 0).toString(16).padStart(8, '0');
}

export function textHash(text: string): string {
	return contentHash(new TextEncoder().encode(text));
}

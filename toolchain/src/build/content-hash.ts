const known = new WeakMap<Uint8Array, string>();

/**
 * A 106-bit hash of bytes, for telling whether a file changed; not for security. Two runs of the
 * "cyrb53" mixing (public domain) with different seeds. Bytes that were hashed once are remembered.
 */
export function contentHash(bytes: Uint8Array): string {
	let hash = known.get(bytes);
	if (hash === undefined) {
		hash = half(bytes, 0x9e37_79b9) + half(bytes, 0x85eb_ca6b);
		known.set(bytes, hash);
	}
	return hash;
}

function half(bytes: Uint8Array, seed: number): string {
	let h1 = 0xdead_beef ^ seed;
	let h2 = 0x41c6_ce57 ^ seed;
	for (let i = 0; i < bytes.length; i++) {
		h1 = Math.imul(h1 ^ bytes[i]!, 0x9e37_79b1);
		h2 = Math.imul(h2 ^ bytes[i]!, 0x5f35_6495);
	}
	h1 = Math.imul(h1 ^ (h1 >>> 16), 0x85eb_ca6b) ^ Math.imul(h2 ^ (h2 >>> 13), 0xc2b2_ae35);
	h2 = Math.imul(h2 ^ (h2 >>> 16), 0x85eb_ca6b) ^ Math.imul(h1 ^ (h1 >>> 13), 0xc2b2_ae35);
	return (2 ** 32 * (h2 & 0x1f_ffff) + (h1 >>> 0)).toString(36).padStart(11, '0');
}

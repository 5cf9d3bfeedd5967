/** A segment of an ELF file that tests make. */
export interface ElfPart {
	readonly pa: bigint;
	/** The virtual address, if it is not the physical one. */
	readonly va?: bigint;
	readonly bytes: Uint8Array;
	/** Bytes in memory, if more than in the file. */
	readonly size?: number;
}

/** An AArch64 ELF file of these segments, each PT_LOAD; `type` 2 is a program, 1 an object. For tests. */
export function elfFile(entry: bigint, parts: readonly ElfPart[], type = 2): Uint8Array {
	const table = 64;
	let at = table + 56 * parts.length;
	const out = new Uint8Array(at + parts.reduce((sum, { bytes }) => sum + bytes.length, 0));
	const view = new DataView(out.buffer);
	view.setUint32(0, 0x7f45_4c46);
	view.setUint16(4, 0x0201);
	view.setUint16(16, type, true);
	view.setUint16(18, 183, true);
	view.setBigUint64(24, entry, true);
	view.setBigUint64(32, BigInt(table), true);
	view.setUint16(54, 56, true);
	view.setUint16(56, parts.length, true);
	parts.forEach(({ pa, va = pa, bytes, size = bytes.length }, n) => {
		const header = table + 56 * n;
		view.setUint32(header, 1, true);
		[at, va, pa, bytes.length, size].forEach((value, i) =>
			view.setBigUint64(header + 8 + 8 * i, BigInt(value), true)
		);
		out.set(bytes, at);
		at += bytes.length;
	});
	return out;
}

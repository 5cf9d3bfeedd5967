export interface CpioMember {
	path: string;
	/** File type and permissions, as in struct stat. */
	mode: number;
	data: Uint8Array;
}

/** An archive in cpio's "newc" form: headers of hexadecimal text, everything padded to 4 bytes. */
export function writeCpio(members: readonly CpioMember[]): Uint8Array {
	const encoder = new TextEncoder();
	const chunks: Uint8Array[] = [];
	let inode = 1;
	const trailer: CpioMember = { path: 'TRAILER!!!', mode: 0, data: new Uint8Array() };
	for (const { path, mode, data } of [...members, trailer]) {
		const name = encoder.encode(path.replace(/^\/+/, '') + '\0');
		const fields = [inode++, mode, 0, 0, 1, 0, data.length, 0, 0, 0, 0, name.length, 0];
		const header = '070701' + fields.map((field) => field.toString(16).padStart(8, '0')).join('');
		const head = new Uint8Array((header.length + name.length + 3) & ~3);
		head.set(encoder.encode(header));
		head.set(name, header.length);
		chunks.push(head, data, new Uint8Array(-data.length & 3));
	}
	const out = new Uint8Array(chunks.reduce((sum, chunk) => sum + chunk.length, 0));
	let at = 0;
	for (const chunk of chunks) {
		out.set(chunk, at);
		at += chunk.length;
	}
	return out;
}

/**
 * The members of an archive in that form; what follows its trailer is not looked at.
 *
 * @throws Error where the bytes are no such archive
 */
export function readCpio(bytes: Uint8Array): CpioMember[] {
	const decoder = new TextDecoder();
	const members: CpioMember[] = [];
	for (let at = 0; ;) {
		const header = decoder.decode(bytes.subarray(at, at + 110));
		if (!/^070701[0-9a-fA-F]{104}$/.test(header))
			throw new Error(`This is no cpio archive: at byte ${at} there is no header of a member.`);
		const field = (i: number) => Number.parseInt(header.slice(6 + 8 * i, 14 + 8 * i), 16);
		const [mode, size, nameSize] = [field(1), field(6), field(11)];
		const path = decoder.decode(bytes.subarray(at + 110, at + 110 + nameSize - 1));
		const data = at + ((110 + nameSize + 3) & ~3);
		if (data + size > bytes.length)
			throw new Error(`This cpio archive is cut off: ${path} should have ${size} bytes.`);
		if (path === 'TRAILER!!!') return members;
		members.push({ path, mode, data: bytes.subarray(data, data + size) });
		at = data + ((size + 3) & ~3);
	}
}

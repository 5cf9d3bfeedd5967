/** One member of an archive; `mode` holds the file type too, as st_mode does. */
export interface CpioMember {
	readonly path: string;
	readonly mode: number;
	readonly data: Uint8Array;
}

export const fileType = { regular: 0o100000, directory: 0o040000, symlink: 0o120000 };

/** A cpio archive in the "newc" format (magic 070701), which Linux unpacks as an initramfs. */
export function cpio(members: readonly CpioMember[]): Uint8Array<ArrayBuffer> {
	const end: CpioMember = { path: 'TRAILER!!!', mode: 0, data: new Uint8Array() };
	const parts = [...members, end].flatMap(({ path, mode, data }, i) => {
		const name = path.replace(/^\//, '') + '\0';
		const links = 1;
		// ino, mode, uid, gid, nlink, mtime, filesize, devmajor, devminor, rdevmajor, rdevminor, namesize, check
		const fields = [i + 1, mode, 0, 0, links, 0, data.length, 0, 0, 0, 0, name.length, 0];
		const head = '070701' + fields.map((n) => n.toString(16).padStart(8, '0')).join('') + name;
		return [padded(new TextEncoder().encode(head)), padded(data)];
	});
	const out = new Uint8Array(parts.reduce((n, part) => n + part.length, 0));
	let at = 0;
	for (const part of parts) {
		out.set(part, at);
		at += part.length;
	}
	return out;
}

/** Header with name, and data, each fill whole words of 4 bytes. */
function padded(bytes: Uint8Array): Uint8Array {
	const out = new Uint8Array(Math.ceil(bytes.length / 4) * 4);
	out.set(bytes);
	return out;
}

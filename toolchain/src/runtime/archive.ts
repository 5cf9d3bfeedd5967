const magic = '!<arch>\n';
const headerBytes = 60;

const text = (bytes: Uint8Array) => String.fromCharCode(...bytes);

/** Is this an `ar` archive, a library? */
export const isArchive = (bytes: Uint8Array) => text(bytes.subarray(0, magic.length)) === magic;

/** The members' contents, the archive's own tables among them. A damaged archive gives what is whole. */
export function archiveMembers(bytes: Uint8Array): Uint8Array[] {
	const members: Uint8Array[] = [];
	let at = magic.length;
	while (at + headerBytes <= bytes.length) {
		const size = Number(text(bytes.subarray(at + 48, at + 58)).trim());
		const start = at + headerBytes;
		if (!Number.isSafeInteger(size) || size < 0 || start + size > bytes.length) break;
		members.push(bytes.subarray(start, start + size));
		// Headers stand at even addresses.
		at = start + size + (size % 2);
	}
	return members;
}

/**
 * Reads a POSIX tar archive (ustar, with pax and GNU long names): its regular files by path. What is no
 * file (links, folders, devices) is left out.
 * @throws Error that says what is wrong with the archive
 */
export function readTar(tar: Uint8Array): Map<string, Uint8Array> {
	const files = new Map<string, Uint8Array>();
	let longName: string | undefined;
	for (let at = 0; at + block <= tar.length && tar[at] !== 0;) {
		const header = tar.subarray(at, at + block);
		if (!checksumFits(header)) throw new Error(`the header at byte ${at} is damaged`);
		const size = octal(header, 124, 12);
		const data = tar.subarray(at + block, at + block + size);
		if (data.length < size) throw new Error('it ends in the middle of a file');
		at += block + Math.ceil(size / block) * block;

		const type = String.fromCharCode(header[156]!);
		if (type === 'L') longName = text(data, 0, size);
		else if (type === 'x') longName = paxPath(data) ?? longName;
		else {
			const prefix = text(header, 257, 5) === 'ustar' ? text(header, 345, 155) : '';
			const name = longName ?? (prefix ? `${prefix}/` : '') + text(header, 0, 100);
			if (type === '0' || type === '\0') files.set(name.replace(/^(?:\.?\/)+/, ''), data);
			longName = undefined;
		}
	}
	return files;
}

/** Does it begin as tar archives do? */
export const isTar = (bytes: Uint8Array) =>
	bytes.length >= block && checksumFits(bytes.subarray(0, block));

const block = 512;

function text(bytes: Uint8Array, from: number, length: number): string {
	const field = bytes.subarray(from, from + length);
	const end = field.indexOf(0);
	return new TextDecoder().decode(end < 0 ? field : field.subarray(0, end));
}

const octal = (bytes: Uint8Array, from: number, length: number) =>
	Number.parseInt(text(bytes, from, length).trim() || '0', 8);

/** The sum of the header's bytes, its own field (148 to 155) taken as blanks. */
function checksumFits(header: Uint8Array): boolean {
	const sum = header.reduce((all, byte, i) => all + (i >= 148 && i < 156 ? 0x20 : byte), 0);
	return sum === octal(header, 148, 8);
}

/** Pax records are lines of `LENGTH KEY=VALUE`. */
const paxPath = (data: Uint8Array) => /^\d+ path=(.*)$/m.exec(new TextDecoder().decode(data))?.[1];

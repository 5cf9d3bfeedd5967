import { isElf } from '../elf/reader.ts';
import { readCpio } from './cpio.ts';

/**
 * The programs of an initramfs by the names of their files, those of archives inside it too: what a
 * guest gets. One of the same name that is another program gets its archive's name before its own.
 */
export function programsIn(initramfs: Uint8Array): Map<string, Uint8Array> {
	const found = new Map<string, Uint8Array>();
	const collect = (archive: Uint8Array, prefix: string) => {
		for (const { path, data } of readCpio(archive)) {
			const name = path.slice(path.lastIndexOf('/') + 1);
			if (name.endsWith('.cpio')) collect(data, `${name}/`);
			if (!isElf(data)) continue;
			const known = found.get(name);
			if (!known) found.set(name, data);
			else if (!equal(known, data)) found.set(prefix + name, data);
		}
	};
	collect(initramfs, '');
	return found;
}

function equal(a: Uint8Array, b: Uint8Array): boolean {
	return a.length === b.length && a.every((byte, i) => byte === b[i]);
}

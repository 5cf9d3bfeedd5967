import { Ext2Error, makeExt2, memoryStore } from '../ext2/index.ts';
import type { DiskEntry } from './manifest.ts';

/** A file for a disk: a directory, a symlink whose text is `data`, or a file. */
export interface DiskMember {
	path: string;
	type: 'file' | 'directory' | 'symlink';
	/** The permissions. */
	mode: number;
	data: Uint8Array;
}

/**
 * An ext2 image with these members; directories that lead to them are made. The same members make the
 * same bytes.
 *
 * @throws Ext2Error naming the member that has no place
 */
export function makeDisk(entry: DiskEntry, members: readonly DiskMember[]): Uint8Array {
	const image = new Uint8Array(sizeInBytes(entry.size));
	const disk = makeExt2(memoryStore(image), {
		uuid: entry.uuid,
		time: Date.parse(entry.time) / 1000,
		...(entry.label !== undefined && { label: entry.label })
	});
	const makeAbove = (path: string) => {
		const above = path.slice(0, path.lastIndexOf('/'));
		if (above === '' || disk.exists(above)) return;
		makeAbove(above);
		disk.makeDirectory(above);
	};
	for (const { path, type, mode, data } of members) {
		try {
			makeAbove(path);
			if (type === 'directory') disk.makeDirectory(path, { mode });
			else if (type === 'symlink') disk.symlink(new TextDecoder().decode(data), path);
			else disk.writeFile(path, data, { mode });
		} catch (error) {
			if (!(error instanceof Ext2Error)) throw error;
			throw new Ext2Error(`${path} (${data.length} bytes): ${error.message}`);
		}
	}
	return image;
}

/** `16M` or `512K`, in bytes. */
export function sizeInBytes(size: string): number {
	const match = /^(\d+)([KM])$/.exec(size);
	return match ? Number(match[1]) * (match[2] === 'K' ? 2 ** 10 : 2 ** 20) : NaN;
}

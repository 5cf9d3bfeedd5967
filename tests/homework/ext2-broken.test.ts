/**
 * Broken disks: bytes at random where a file system keeps what it knows of itself. The kernel refuses to mount
 * one, or answers with errors and stops writing; it never panics, and always comes to an end.
 */
import { describe, expect, it } from 'vitest';
import * as ext2 from './ext2-disks.ts';

const { setting } = ext2;

/** What is broken: its name, and where it lies on a disk. */
const places = [
	'superblock',
	'descriptors',
	'bitmaps',
	'inodes',
	'directories',
	'indirect',
	'anywhere'
];

/** The blocks of a disk that hold such things. */
function blocksOf(disk: Buffer, place: string, blockSize: number): number[] {
	const first = blockSize === 1024 ? 1 : 0;
	const table = (field: number) => disk.readUInt32LE((first + 1) * blockSize + field);
	const inodes = Array.from({ length: 4 }, (_, n) => table(8) + n);
	switch (place) {
		case 'superblock':
			return [first];
		case 'descriptors':
			return [first + 1];
		case 'bitmaps':
			return [table(0), table(4)];
		case 'inodes':
			return inodes;
		default:
			return numbered(disk, place, inodes, blockSize);
	}
}

/** Blocks that inodes refer to: those of directories, or those of block numbers. */
function numbered(disk: Buffer, place: string, inodes: number[], blockSize: number): number[] {
	const inodeSize = disk.readUInt16LE(1024 + 88);
	const found: number[] = [];
	for (let at = inodes[0]! * blockSize; at < inodes.at(-1)! * blockSize; at += inodeSize) {
		const isDirectory = (disk.readUInt16LE(at) & 0o170000) === 0o040000;
		const block = (n: number) => disk.readUInt32LE(at + 40 + 4 * n);
		if (place === 'directories' && isDirectory) found.push(block(0));
		if (place === 'indirect' && disk.readUInt16LE(at) >> 12 === 8) {
			const numbers = block(13);
			found.push(block(12), numbers);
			if (numbers > 0) found.push(disk.readUInt32LE(numbers * blockSize));
		}
	}
	return found.filter((block) => block > 0 && (block + 1) * blockSize <= disk.length);
}

function breakDisk(whole: Buffer, place: string, blockSize: number, random: (n: number) => number) {
	const disk = Buffer.from(whole);
	const blocks = place === 'anywhere' ? [] : blocksOf(whole, place, blockSize);
	for (let n = 1 + random(place === 'superblock' ? 3 : 20); n > 0; n--) {
		// The beginnings of blocks have more in them.
		const within =
			place === 'superblock' ? 1024 + random(110) : random(random(2) ? 256 : blockSize);
		const start =
			place === 'superblock' ? 0 : (blocks[random(blocks.length)] ?? random(2000)) * blockSize;
		const at = (start + within) % (disk.length - 4);
		const kind = random(4);
		if (kind === 0) disk[at] = random(256);
		else if (kind === 1) disk[at]! ^= 1 << random(8);
		else if (kind === 2) disk.writeUInt32LE(random(12 * 1024), at & ~3);
		else disk.writeUInt32LE(random(2) ? 0xffff_ffff : 0, at & ~3);
	}
	return disk;
}

/** Reads all there is, and changes it. */
const lines = (device: string, n: number) => {
	const at = `/m${n}`;
	return [
		`mkdir ${at} 0755`,
		`mount ${device} ${at} ext2 0 ${n % 2 ? 'errors=continue' : 'errors=remount-ro'}`,
		`walk ${at} 2000`,
		...[1, 2, 3, 4].map((each) => `put ${at}/new${each} 0 ${each * 30_000} ${each}`),
		`mkdir ${at}/bin/d 0755`,
		`put ${at}/bin/${'n'.repeat(200)} 0 10 1`,
		`rename ${at}/etc ${at}/bin/etc`,
		`symlink ${'s'.repeat(100)} ${at}/etc/s`,
		`link ${at}/bin/etc/old ${at}/tmp/hard`,
		`truncate ${at}/bin/etc/big 1000`,
		`truncate ${at}/bin/etc/big 300000`,
		`unlink ${at}/bin/etc/big`,
		`unlink ${at}/bin/etc/old`,
		`unlink ${at}/new2`,
		`rmdir ${at}/tmp`,
		`rmdir ${at}/bin/d`,
		`walk ${at} 2000`,
		`sync`,
		`umount ${at}`
	];
};

describe.skipIf(ext2.absent.length > 0)('broken disks', () => {
	const first = setting('SEED', 1);
	const seeds = Array.from({ length: setting('SEEDS', 1) }, (_, n) => first + n);
	it.each(places.flatMap((place) => seeds.map((seed) => [place, seed] as const)))(
		'%s: break nothing else (SEED=%i)',
		(place, seed) => {
			const random = ext2.randomNumbers(seed + 1000 * places.indexOf(place));
			const blockSize = [1024, 2048, 4096][seed % 3]!;
			const whole = ext2.makeDisk({ size: 3 * 1024, blockSize });
			const disks = [0, 1, 2, 3].map(() => breakDisk(whole, place, blockSize, random));
			const words = disks.flatMap((_, n) => lines(`/dev/vd${'abcd'[n]!}`, n));
			const ran = ext2.run(disks, words);
			expect(ran.whole, `${place}, seed ${seed}: ${ran.console.slice(-3000)}`).toBe(true);
			const count = words.length / disks.length;
			disks.forEach((_, n) => {
				const results = ran.results.slice(n * count, (n + 1) * count).map(([result]) => result!);
				// Errors that are honest ones: none of bad pointers, none that no call here can have.
				for (const result of results)
					expect([-9, -14, -38, -1000], `${place}, seed ${seed}, disk ${n}`).not.toContain(result);
				// What could be mounted can be unmounted.
				expect(results.at(-1)).toBe(results[1] === 0 ? 0 : -22);
			});
		}
	);
});

/**
 * The kernel's ext2 against e2fsprogs: disks that mke2fs made are read, written and filled, and
 * e2fsck finds nothing to mend; after a power cut it mends everything; broken disks break nothing.
 */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import * as ext2 from './ext2-disks.ts';

const { e2fsck, fileOf, pattern } = ext2;
let out = '';

/** Numbers below `limit`, the same for the same seed. */
function random(seed: number) {
	return (limit: number) => {
		seed = (Math.imul(seed, 1664525) + 1013904223) | 0;
		return (seed >>> 8) % limit;
	};
}

/** Files whose making the console has reported, each by the names that it may have now. */
function finished(console: string) {
	const files = new Map<string, { names: string[]; size: number; seed: number }>();
	for (const line of console.split('\n').slice(0, -1)) {
		const [word, a = '', b = '', size, seed] = line.trim().split(' ');
		const file = files.get(a);
		if (word === 'done') files.set(a, { names: [a], size: Number(size), seed: Number(seed) });
		else if (word === 'touch') files.delete(a);
		else if (word === 'moving' && file) file.names = [a, b];
		else if (word === 'moved' && file) {
			files.delete(a);
			files.set(b, { ...file, names: [b] });
		}
	}
	return [...files.values()];
}

describe.skipIf(ext2.absent.length > 0)('ext2', () => {
	beforeAll(() => {
		out = mkdtempSync(join(tmpdir(), 'trapline-ext2-'));
		ext2.build(out, [1, 2, 3]);
	}, 240_000);
	afterAll(() => rmSync(out, { recursive: true, force: true }));

	it.each([1024, 2048, 4096])('is read and written, with blocks of %i bytes', (blockSize) => {
		const ran = ext2.run(out, ext2.makeDisk(out, 1, blockSize));
		expect(ran.console).not.toContain('FAIL');
		expect(ran.console).toContain('ops: end');
		expect(ran.stopped).toEqual({ reason: 'poweroff' });
		const path = join(out, 'after.img');
		writeFileSync(path, ran.disk);
		expect(e2fsck(path, '-fn')).toMatchObject({ code: 0 });
		const dump = (name: string) => fileOf(path, name, join(out, 'dumped'));
		expect(dump('/etc/big')?.equals(pattern(3_000_000, 2))).toBe(true);
		expect(dump('/f')?.equals(pattern(5000, 8))).toBe(true);
		expect(dump('/d/hard')?.equals(pattern(12345, 7))).toBe(true);
		expect(dump('/after')?.equals(pattern(50000, 9))).toBe(true);
		expect(dump('/sparse')?.length).toBe(20_000_003);
		const mapped = pattern(10000, 3);
		mapped[9000] = 'Q'.charCodeAt(0);
		expect(dump('/mapped')?.equals(mapped)).toBe(true);
	});

	it('is refused with features that nobody knows here, and not written with others', () => {
		const init = ext2.initramfs(readFileSync(join(out, 'work3')));
		const extents = ext2.run(out, ext2.makeDisk(out, 3, 1024, ',extents'), init);
		expect(extents.console).toContain('unsupported optional features (40)');
		expect(extents.console).toContain('fuzz: mount -22\n');
		expect(extents.log).toEqual([]);
		const huge = ext2.run(out, ext2.makeDisk(out, 3, 1024, ',huge_file'), init);
		expect(huge.console).toContain('(8): mounted read-only');
		expect(huge.console).toContain('fuzz: mount 0\n');
		expect(huge.log).toEqual([]);
	});

	it.each([1024, 4096])('survives power cuts, with blocks of %i bytes', (blockSize) => {
		const disk = ext2.makeDisk(out, 2, blockSize);
		const ran = ext2.run(out, disk);
		expect(ran.console).toContain('cut: end');
		const path = join(out, 'cut.img');
		const seed = Number(process.env['SEED'] ?? blockSize);
		const next = random(seed);
		let compared = 0;
		for (let cut = 0; cut < Number(process.env['CUTS'] ?? 40); cut++) {
			const writes = next(ran.log.length);
			const after = Buffer.from(disk);
			for (const { at, bytes } of ran.log.slice(0, writes)) after.set(bytes, at);
			writeFileSync(path, after);
			const where = `seed ${seed}, cut before write ${writes} of ${ran.log.length}`;
			const repaired = e2fsck(path, '-fy');
			expect(repaired.code, `${where}: ${repaired.said}`).toBeLessThanOrEqual(1);
			expect(e2fsck(path, '-fn').code, where).toBe(0);
			for (const file of finished(ran.raw.slice(0, ran.log[writes]!.shown))) {
				const found = file.names.some((name) =>
					fileOf(path, name, join(out, 'dumped'))?.equals(pattern(file.size, file.seed))
				);
				expect(found, `${where}: ${file.names.join(' or ')}\n${repaired.said}`).toBe(true);
				compared++;
			}
		}
		expect(compared).toBeGreaterThan(100);
	});

	it('breaks nothing when the disk is broken', () => {
		const init = ext2.initramfs(readFileSync(join(out, 'work3')));
		const first = Number(process.env['SEED'] ?? 1);
		for (let seed = first; seed < first + Number(process.env['DISKS'] ?? 20); seed++) {
			const next = random(seed * 7919);
			const disk = ext2.makeDisk(out, 3, [1024, 2048, 4096][seed % 3]!);
			// What is known of the files lies in the first 5 % of each group; and some anywhere.
			for (let flips = 1 + next(60); flips > 0; flips--) {
				const at = next(10) === 0 ? next(disk.length) : 1024 + next(seed % 2 ? 500_000 : 12_000);
				disk[at] = next(2) ? next(256) : disk[at]! ^ (1 << next(8));
			}
			const ran = ext2.run(out, disk, init);
			expect(ran.console, `seed ${seed}`).toContain('fuzz: end');
			expect(ran.stopped, `seed ${seed}`).toEqual({ reason: 'poweroff' });
		}
	});
});

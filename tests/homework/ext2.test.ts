/**
 * The kernel's file systems by scripts whose results are written out, on disks that mke2fs and the library
 * made; e2fsck, debugfs and the library look at what is there afterwards. (Random operations, power cuts
 * and broken disks have files of their own.)
 */
import { describe, expect, it } from 'vitest';
import type { DiskImage } from 'emulator-core';
import { Ext2, memoryStore } from 'toolchain';
import * as ext2 from './ext2-disks.ts';

const { sumOf, sumOfNames, pattern } = ext2;
type Line = [line: string, ...expected: number[]];
const [ENOENT, EIO, ENXIO, EBUSY, EEXIST, EXDEV, ENODEV] = [-2, -5, -6, -16, -17, -18, -19];
const [ENOTDIR, EISDIR, EINVAL, EFBIG, ENOSPC, EROFS] = [-20, -21, -22, -27, -28, -30];
const [ENAMETOOLONG, ENOTEMPTY, ELOOP, ENOTBLK] = [-36, -39, -40, -15];
const DT = { file: 8, directory: 4, symlink: 10, fifo: 1 };

/** Runs the lines; each must give what stands beside it, as far as something stands there. */
function script(disks: Parameters<typeof ext2.run>[0], lines: readonly Line[], megabytes = 64) {
	const words = lines.map(([line]) => line);
	const ran = ext2.run(disks, words, { megabytes });
	const got = lines.map(([line, ...expected], n) => [
		line,
		...(ran.results[n] ?? []).slice(0, expected.length)
	]);
	expect(got, ran.console.slice(-2000)).toEqual(lines);
	expect(ran.whole).toBe(true);
	return ran;
}

function expectClean(disk: Uint8Array): void {
	const { code, said } = ext2.e2fsck(disk, '-fn');
	expect(code, said).toBe(0);
}

const open = (disk: Uint8Array) => new Ext2(memoryStore(new Uint8Array(disk)), { time: 1 });
const mount: Line = ['mount /dev/vda /mnt ext2 0', 0];
const begin: Line[] = [['mkdir /mnt 0755', 0], mount, ['chdir /mnt', 0]];
const long = 'n'.repeat(255);
const content = (size: number, seed: number) => [size, sumOf(pattern(size, seed))] as const;

/** Everything once; all of it must work on any ext2. */
const operations: Line[] = [
	...begin,
	['sum etc/old', ...content(5000, 1)],
	['sum etc/link', ...content(5000, 1)],
	['stat etc/link', 0, 0o120777, 1, 0, 0, 3],
	[
		'list etc',
		5,
		sumOfNames([
			['old', DT.file],
			['big', DT.file],
			['link', DT.symlink]
		])
	],
	// names
	['mkdir d 0755', 0],
	['mkdir d 0755', EEXIST],
	['mkdir d/e/f 0755', ENOENT],
	[`put d/${long} 0 10 1`, 10],
	[`put d/${long}n 0 10 1`, ENAMETOOLONG],
	[`sum d/${long}`, ...content(10, 1)],
	['rmdir d', ENOTEMPTY],
	['unlink d', EISDIR],
	['rmdir etc/old', ENOTDIR],
	['mkdir etc/old/x 0755', ENOTDIR],
	['put d 0 1 1', EISDIR],
	// links
	['put f 0 100000 7', 100000],
	['link f d/hard', 0],
	['stat f', 0, 0o100644, 2, 0, 0, 100000],
	['put g 0 5000 8', 5000],
	['rename g f', 0],
	['sum f', ...content(5000, 8)],
	['sum d/hard', ...content(100000, 7)],
	['stat d/hard', 0, 0o100644, 1],
	['sum g', ENOENT],
	[`symlink ${'s'.repeat(59)} fast`, 0],
	[`readlink fast`, 59, sumOf(Buffer.from('s'.repeat(59)))],
	[`symlink ${'s'.repeat(60)} slow`, 0],
	[`readlink slow`, 60, sumOf(Buffer.from('s'.repeat(60)))],
	['unlink slow', 0],
	[`symlink ${'s'.repeat(1000)} slow`, 0],
	['readlink slow', 1000, sumOf(Buffer.from('s'.repeat(1000)))],
	['symlink loop loop', 0],
	['sum loop', ELOOP],
	// directories move, and their .. with them
	['mkdir a 0755', 0],
	['mkdir a/b 0755', 0],
	['mkdir a/b/c 0755', 0],
	['rename a a/b/c/x', EINVAL],
	['rename a/b/c a', ENOTEMPTY],
	['rename a/b moved', 0],
	['stat a', 0, 0o040755, 2],
	['sum moved/c/../../etc/old', ...content(5000, 1)],
	['mkdir empty 0755', 0],
	['rename moved/c empty', 0],
	['rename empty f', ENOTDIR],
	['rename f empty', EISDIR],
	// sizes
	['truncate d/hard 12345', 0],
	['sum d/hard', ...content(12345, 7)],
	['truncate d/hard 20000', 0],
	['sum d/hard', 20000, sumOf(Buffer.concat([pattern(12345, 7), Buffer.alloc(7655)]))],
	['put sparse 6000000 3 9', 3],
	['stat sparse', 0, 0o100644, 1, 0, 0, 6000003],
	['sum sparse', 6000003, sumOf(Buffer.concat([Buffer.alloc(6000000), pattern(3, 9, 6000000)]))],
	['open 0 log 02101 0644', 0],
	['append 0 0 1000 4', 1000],
	['append 0 1000 5000 4', 5000],
	['pread 0 0 1', -9],
	['close 0', 0],
	['sum log', ...content(6000, 4)],
	['open 0 long 0102 0644', 0],
	['fallocate 0 0 0 70000', 0],
	['lseek 0 0 2', 70000],
	['close 0', 0],
	// open, but without a name
	['open 1 gone 0102 0644', 0],
	['pwrite 1 0 50000 5', 50000],
	['unlink gone', 0],
	['sum gone', ENOENT],
	['pread 1 0 60000', ...content(50000, 5)],
	['close 1', 0],
	// one file, mapped and written
	['open 2 mapped 0102 0644', 0],
	['pwrite 2 0 20000 6', 20000],
	['map 2 2 0 20000 3 1', 0],
	['poke 2 9000 10 1 0', 0],
	['pread 2 9000 10', ...content(10, 1)],
	['pwrite 2 12000 10 3', 10],
	['peek 2 12000 10', 0, sumOf(pattern(10, 3, 12000))],
	['fsync 2', 0],
	['poke 2 9010 5 2 0', 0],
	['unmap 2 20000', 0],
	['close 2', 0],
	// what is known of files
	['chmod f 04711', 0],
	['chown f 70000 80000', 0],
	['utimes f 1000000000 1234567890', 0],
	['stat f', 0, 0o104711, 1, 70000, 80000, 5000, 16, 1234567890],
	['utimes nothing 1 1', ENOENT],
	['mknod fifo 010600 0', 0],
	['mknod null 020666 0x103', 0],
	['put null 0 100 1', 100],
	['sum null', 0],
	['mknod nobody 020666 0x6363', 0],
	['sum nobody', ENXIO],
	['stat nobody', 0, 0o020644],
	['access f 1', 0],
	['access etc/old 1', -13],
	['getcwd', 5, sumOf(Buffer.from('/mnt'))],
	['rename f /f', EXDEV],
	['chdir /', 0],
	['umount /mnt', 0],
	['sum /mnt/f', ENOENT]
];

describe.skipIf(ext2.absent.length > 0)('ext2', () => {
	it.each([
		['made by mke2fs, blocks of 1 KB', { blockSize: 1024 }],
		['made by mke2fs, blocks of 4 KB', { blockSize: 4096 }],
		['of revision 0', { words: ['-r', '0'] }],
		['with no features and small inodes', { words: ['-O', 'none', '-I', '128'], size: 10_000 }],
		['made by the library', { ours: true }]
	])('%s does it all', (_, { ours, ...options }: ext2.DiskOptions & { ours?: boolean }) => {
		const { words = [] } = options;
		const disk = ours ? ext2.makeOurDisk(12 * 2 ** 20, 4096) : ext2.makeDisk(options);
		if (ours) {
			const tree = new Ext2(memoryStore(disk), { time: 1 });
			tree.makeDirectory('/etc');
			tree.writeFile('/etc/old', pattern(5000, 1));
			tree.writeFile('/etc/big', pattern(1_500_000, 2));
			tree.symlink('old', '/etc/link');
		}
		const bytes = ours ? 4096 : (options.blockSize ?? 1024);
		const sectors = (Math.ceil(5000 / bytes) * bytes) / 512;
		const typed = !words.includes('-r') && !words.includes('none');
		const lines = operations.map((line) => {
			if (line[0].startsWith('list') && !typed) return line.slice(0, 2); // types are not there
			return line[7] === 16 ? line.with(7, sectors) : line;
		}) as Line[];
		const ran = script([disk], lines);
		const after = ran.disks[0]!;
		expectClean(after);
		const tree = open(after);
		expect(tree.usage().clean).toBe(true);
		expect(Buffer.compare(tree.readFile('/etc/big'), pattern(1_500_000, 2))).toBe(0);
		const mapped = pattern(20000, 6);
		mapped.set(pattern(10, 1), 9000);
		mapped.set(pattern(5, 2), 9010);
		mapped.set(pattern(10, 3, 12000), 12000);
		expect(Buffer.compare(tree.readFile('/mapped'), mapped)).toBe(0);
		expect(Buffer.compare(ext2.debugfs(after, 'cat /mapped'), mapped)).toBe(0);
		expect(tree.stat('/f')).toMatchObject({
			mode: 0o4711,
			uid: 70000,
			gid: 80000,
			modifyTime: 1234567890
		});
	});

	it('keeps what mke2fs and others have there and it does not know itself', () => {
		const disk = ext2.makeDisk({
			size: 24 * 1024,
			words: ['-O', 'resize_inode,dir_index,ext_attr']
		});
		// Attributes in a block of their own, which two files share; an index of a directory's names.
		const value = 'v'.repeat(300);
		const names = Array.from({ length: 300 }, (_, n) => `mknod ${'name'.repeat(8)}${n} p`);
		const commands = ['etc/old', 'etc/big'].map((path) => `ea_set ${path} user.note ${value}`);
		const known = ext2.e2fsck(ext2.changed(disk, [...commands, 'cd bin', ...names]), '-fyD').disk;
		expect(ext2.debugfs(known, 'stat /bin').toString()).toContain('Flags: 0x1000');
		const ran = script(
			[known],
			[
				...begin,
				['list bin', 302],
				[`unlink bin/${'name'.repeat(8)}7`, 0],
				['put bin/new 0 10 1', 10],
				['unlink etc/old', 0],
				['put etc/big 10 10 9', 10],
				['chdir /', 0],
				['umount /mnt', 0]
			]
		);
		expectClean(ran.disks[0]!);
		expect(ext2.debugfs(ran.disks[0]!, 'ea_get /etc/big user.note').toString()).toContain(value);
		expect(ext2.debugfs(ran.disks[0]!, 'stat /bin').toString()).toContain('Flags: 0x0');
	});

	it('is refused with features that nobody knows here, and not written with others', () => {
		const extents = ext2.makeDisk({ words: ['-O', 'extents'] });
		const huge = ext2.makeDisk({ words: ['-O', 'huge_file'] });
		const large = Buffer.from(ext2.makeDisk());
		large.writeUInt32LE(20_000, 1024 + 4); // s_blocks_count
		const ran = script(
			[extents, huge, large, Buffer.alloc(65536)],
			[
				['mkdir /mnt 0755', 0],
				['mount /dev/vda /mnt ext2 0', EINVAL],
				['mount /dev/vdb /mnt ext2 0', 0],
				['put /mnt/new 0 1 1', EROFS],
				['mount none /mnt ext2 0x20', EROFS], // remount for writing
				['mount /dev/vdc /mnt ext2 0', EINVAL],
				['mount /dev/vdd /mnt ext2 0', EINVAL]
			]
		);
		expect(ran.console).toContain(
			"(vda): couldn't mount because of unsupported optional features (40)"
		);
		expect(ran.console).toContain('(vdb): unsupported optional features (8): mounted read-only');
		expect(ran.console).toContain('(vdc): says that it is larger than its disk');
		expect(ran.console).toContain("(vdd): can't find an ext2 filesystem");
		for (const [n, disk] of [extents, huge, large].entries())
			expect(Buffer.compare(ran.disks[n]!, disk)).toBe(0);
	});

	it('says when the disk is full, and goes on when there is room again', () => {
		const disk = ext2.makeDisk({ size: 2048 });
		const many = Array.from({ length: 300 }, (_, n): Line => [`put many${n} 0 1 1`]);
		const ran = script(
			[disk],
			[
				...begin,
				['put full 0 3000000 1'],
				['put full2 0 100 1', ENOSPC],
				['mkdir d 0755', ENOSPC],
				[`symlink ${'s'.repeat(100)} s`, ENOSPC],
				['sum etc/old', ...content(5000, 1)],
				['unlink full', 0],
				['put after 0 50000 2', 50000],
				['sum after', ...content(50000, 2)],
				...many, // no inode is free
				['put last 0 1 1', ENOSPC],
				['unlink many1', 0],
				['put last 0 1 1', 1]
			]
		);
		const [full] = ran.results[begin.length]!;
		expect(full).toBeGreaterThan(1_000_000);
		expect(ran.console).not.toContain('error');
		expectClean(ran.disks[0]!);
	});

	it('reaches the third level of block numbers, and ends where that does', () => {
		const max = 512 * (2 * (12 + 256 + 256 ** 2 + 256 ** 3)) - 0;
		const ran = script(
			[ext2.makeDisk()],
			[
				...begin,
				['open 0 large 0102 0644', 0],
				['pwrite 0 70000000 3000 1', 3000],
				['pwrite 0 2147483000 3000 2', 3000],
				[`pwrite 0 ${max - 100} 200 3`, 100],
				[`pwrite 0 ${max} 1 3`, EFBIG],
				['pread 0 70000000 3000', 3000, sumOf(pattern(3000, 1, 70000000))],
				['pread 0 2147483000 3000', 3000, sumOf(pattern(3000, 2, 2147483000))],
				[`pread 0 ${max - 100} 1000`, 100, sumOf(pattern(100, 3, max - 100))],
				['stat large', 0, 0o100644, 1, 0, 0, max],
				['close 0', 0],
				['truncate large 70001000', 0],
				['put after 0 10 1', 10],
				['truncate large 80000000', 0],
				['open 0 large 0 0', 0],
				[
					'pread 0 70000900 200',
					200,
					sumOf(Buffer.concat([pattern(100, 1, 70000900), Buffer.alloc(100)]))
				],
				['close 0', 0],
				[`truncate large ${max + 1}`, EFBIG],
				['truncate large -1', EINVAL]
			]
		);
		expectClean(ran.disks[0]!);
		expect(ext2.debugfs(ran.disks[0]!, 'stats').toString()).toContain('large_file');
	});

	it('mounts, moves and leaves as Linux does', () => {
		const [first, second] = [ext2.makeDisk(), ext2.makeOurDisk(2 ** 20, 1024)];
		const ran = script(
			[first, second],
			[
				['mkdir /mnt 0755', 0],
				['mkdir /two 0755', 0],
				['put /plain 0 10 1', 10],
				['mount /dev/vdz /mnt ext2 0', ENOENT],
				['mount /plain /mnt ext2 0', ENOTBLK],
				['mount /dev/vda /none ext2 0', ENOENT],
				['mount /dev/vda /plain ext2 0', ENOTDIR],
				['mount /dev/vda /mnt minix 0', ENODEV],
				['mount /dev/vda /mnt ext2 0 errors=panic', EINVAL],
				['umount /mnt', EINVAL],
				['mount /dev/vda /mnt ext2 0 errors=remount-ro', 0],
				['mount /dev/vda /mnt ext2 0', EBUSY],
				['mount /dev/vda /two ext2 1', EBUSY], // read-only, but it is written
				['mount /dev/vda /two ext2 0', 0], // the same tree
				['put /mnt/seen 0 10 1', 10],
				['sum /two/seen', ...content(10, 1)],
				['umount /two', 0],
				['mount /dev/vdb /mnt/tmp ext2 0', 0],
				['umount /mnt', EBUSY],
				['rmdir /mnt/tmp', EBUSY],
				['rename /mnt/seen /mnt/tmp/seen', EXDEV],
				['link /mnt/seen /mnt/tmp/seen', EXDEV],
				['put /mnt/tmp/b 0 20 2', 20],
				['mount /mnt/tmp /two none 0x2000', 0], // MS_MOVE
				['list /mnt/tmp', 2],
				['sum /two/b', ...content(20, 2)],
				// a part of the tree at another place, and a file
				['mount /mnt/etc /mnt/tmp none 0x1000', 0],
				['sum /mnt/tmp/old', ...content(5000, 1)],
				['put /mnt/tmp/via 0 30 3', 30],
				['sum /mnt/etc/via', ...content(30, 3)],
				['mount /mnt/etc/old /mnt/tmp none 0x1000', ENOTDIR],
				['mount /mnt/etc/via /plain none 0x1000', 0],
				['sum /plain', ...content(30, 3)],
				['unlink /plain', EBUSY],
				['umount /plain', 0],
				['sum /plain', ...content(10, 1)],
				['umount /mnt/tmp', 0],
				// read-only from now on, but not while somebody writes
				['open 0 /two/b 01 0', 0],
				['mount none /two none 0x21', EBUSY],
				['umount /two', EBUSY],
				['close 0', 0],
				['mount none /two none 0x21', 0],
				['put /two/b 0 1 1', EROFS],
				['unlink /two/b', EROFS],
				['utimes /two/b 1 1', EROFS],
				['sum /two/b', ...content(20, 2)],
				['mount none /two none 0x20', 0],
				['put /two/c 0 1 1', 1],
				['chdir /two', 0],
				['umount /two', EBUSY],
				['umount /two 2', EINVAL], // MNT_DETACH
				['chdir /', 0],
				['umount /two', 0],
				['sum /two/b', ENOENT],
				['statfs /mnt', 0, 0xef53, 1024, 12288]
			]
		);
		for (const disk of ran.disks) expectClean(disk);
	});

	it('is one with the bytes of its disk', () => {
		const disk = ext2.makeDisk({ size: 2048 });
		const ran = script(
			[disk],
			[
				['mkdir /mnt 0755', 0],
				['open 0 /dev/vda 02', 0],
				mount,
				['open 1 /dev/vda 02', EBUSY],
				['pwrite 0 100000 512 1', EBUSY],
				['put /mnt/etc/old 0 5000 77', 5000],
				['open 2 /mnt/late 0101 0644', 0],
				['pwrite 2 0 100 1', 100],
				['sum /dev/vda', 2 * 2 ** 20],
				['close 2', 0],
				['umount /mnt', 0],
				['pwrite 0 0 1000 7', 1000],
				['pread 0 0 1000', ...content(1000, 7)]
			]
		);
		expectClean(ran.disks[0]!);
		// What the ninth line read is the disk, and what was written before it is there, although it was open.
		for (const { at, bytes, finished } of ran.log) if (finished < 9) disk.set(bytes, at);
		expect(ran.results[8]).toEqual([disk.length, sumOf(disk)]);
		expect(Buffer.compare(open(disk).readFile('/late'), pattern(100, 1))).toBe(0);
	});

	it('asks the disk each time with O_DIRECT, and without it once', () => {
		const disk = ext2.makeDisk({ blockSize: 4096 });
		const data = pattern(4096, 2);
		let reads = 0;
		const counted: DiskImage = {
			size: disk.length,
			read(at, into) {
				into.set(disk.subarray(at, at + into.length));
				if (data.equals(into)) reads++;
				return true;
			}
		};
		const direct = 0o200000;
		const read: Line = ['pread 0 0 4096', 4096, sumOf(data)];
		const opened = (flags: number): Line => [`open 0 etc/big 0${flags.toString(8)} 0`, 0];
		const closed: Line = ['close 0', 0];
		script([counted], [...begin, opened(direct), read, read, read, closed]);
		expect(reads).toBe(3);
		reads = 0;
		script([counted], [...begin, opened(0), read, read, read, closed]);
		expect(reads).toBe(1);

		const lines: Line[] = [
			...begin,
			[`open 0 new 0${(direct | 0o102).toString(8)} 0644`, 0],
			['pwrite 0 0 4096 5', 4096],
			['pwrite 0 100 4096 5', EINVAL],
			['pwrite 0 0 100 5', EINVAL],
			['open 1 new 0 0', 0],
			['pread 1 0 4096', ...content(4096, 5)],
			['pwrite 0 0 4096 6', 4096],
			['pread 1 0 4096', ...content(4096, 6)]
		];
		const ran = script([disk], lines);
		const writes = (seed: number) =>
			ran.log.filter(({ bytes }) => pattern(4096, seed).equals(bytes)).map((each) => each.finished);
		// While their lines ran, the file still open.
		expect([writes(5), writes(6)]).toEqual([[begin.length + 1], [begin.length + 6]]);
	});

	it('writes more than memory holds', () => {
		const size = 12_000_000;
		const ran = script(
			[ext2.makeDisk({ size: 16 * 1024, blockSize: 4096 })],
			[
				...begin,
				[`put large 0 ${size} 3`, size],
				['open 0 large 0', 0],
				['pread 0 1000000 5000', 5000, sumOf(pattern(5000, 3, 1000000))],
				['pread 0 11990000 20000', 10000, sumOf(pattern(10000, 3, 11990000))]
			],
			16
		);
		expectClean(ran.disks[0]!);
	});

	it('says when the disk cannot be read or written', () => {
		const disk = ext2.makeDisk();
		const old = open(disk).stat('/etc/old').inode;
		const [, block] = /\(0(?:-\d+)?\):(\d+)/.exec(ext2.debugfs(disk, `stat <${old}>`).toString())!;
		const broken: DiskImage = {
			size: disk.length,
			read(at, into) {
				const bad = Number(block) * 1024;
				if (at <= bad && bad < at + into.length) return false;
				into.set(disk.subarray(at, at + into.length));
				return true;
			}
		};
		script(
			[broken],
			[
				...begin,
				['sum etc/old', EIO],
				['sum etc/big', ...content(1_500_000, 2)],
				['put etc/old 0 10 1', EIO],
				['put new 0 10 1', 10]
			]
		);
		const readOnly = { size: disk.length, readOnly: true, read: broken.read };
		script(
			[readOnly],
			[
				...begin,
				['put new 0 1 1', EROFS],
				['open 0 /dev/vda 02', EBUSY],
				['mount none /mnt none 0x20', EROFS]
			]
		);
	});
});

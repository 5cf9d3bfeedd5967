/**
 * Debian's kernel and our devices: virtio disks, entropy and console behind both versions of virtio-mmio, and
 * the real-time clock, on both boards. `trapline boot` runs it, as a user would.
 */
import { createHash } from 'node:crypto';
import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Ext2, memoryStore } from 'toolchain';
import { Builder } from '../../cli/src/project.ts';
import { RandomBytes } from '../../emulator-core/src/devices/random-bytes.ts';
import { trapline } from '../cli/trapline.ts';
import { complaints, executable, initramfs, stockPackages } from './stock.ts';

const packages = stockPackages();
const hasMke2fs = spawnSync('mke2fs', ['-V']).status === 0;
if (!hasMke2fs && process.env['CI'] === 'true')
	throw new Error('in CI a file system of the host must be mounted, but mke2fs is missing');

const kB = 1024;
const greeting = 'a file that the host has written\n';
const startTime = '2026-02-03T04:05:06Z';
const startSeconds = Date.parse(startTime) / 1000;
const modules = ['virtio_ring', 'virtio', 'virtio_mmio', 'virtio_blk', 'virtio-rng'];

/**
 * Disks are found by their serial numbers: disk0 has blocks of our own, disk1 a file system, or is blank. Of
 * disk0 the second kB is copied to the fifth, across the border of two of our blocks, and read back from the
 * disk itself. Without a second disk, disk0 is read-only.
 */
const script = `
${[...modules, 'virtio_console'].map((name) => `insmod /root/${name}.ko`).join('\n')}
for d in /sys/block/vd?; do
	n=\${d##*/}; s=$(cat $d/serial); echo "$s has $(cat $d/size) sectors, ro $(cat $d/ro)"
	eval $s=/dev/$n
done
if [ -n "$disk1" ]; then
	dd if=$disk0 of=/root/sector bs=1024 skip=1 count=1 2>/dev/null
	dd if=/root/sector of=$disk0 bs=512 seek=7 conv=fsync 2>/dev/null
	echo 3 > /proc/sys/vm/drop_caches
	dd if=$disk0 bs=512 skip=7 count=2 2>/dev/null | cmp - /root/sector && echo "read back"
	md5sum < $disk0
	mount -t ext2 $disk1 /mnt && cat /mnt/greeting && cp /mnt/greeting /mnt/answer && umount /mnt
else
	dd if=/dev/zero of=$disk0 bs=512 count=1 conv=fsync 2>&1 | grep -i dd:
	md5sum < $disk0
fi
cat /sys/class/misc/hw_random/rng_current
echo random $(dd if=/dev/hwrng bs=32 count=1 2>/dev/null | od -An -v -tx1)
echo the time is $(date -u +%s)
echo from the kernel > /dev/hvc0
stty -F /dev/hvc0 raw -echo
echo ready for a line
read line < /dev/hvc0; echo "heard <$line>"
poweroff -f
`;

let work = '';
const file = (name: string) => join(work, name);
const put = (name: string, data: Uint8Array | string) => writeFileSync(file(name), data);
const md5 = (data: Uint8Array) => createHash('md5').update(data).digest('hex');

/** Every sector has its number in each of its 32-bit words. */
const numbered = (sectors: number) =>
	new Uint8Array(Uint32Array.from({ length: sectors * 128 }, (_, word) => word >> 7).buffer);
const raw = numbered(640);
let fileSystem: Uint8Array;

beforeAll(() => {
	if (packages === undefined) return;
	work = mkdtempSync(join(tmpdir(), 'trapline-devices-'));
	put('Image', packages.kernel);
	const inside = [...modules, 'virtio_console'].map((name) => ({
		...executable(`root/${name}.ko`, packages.module(name))
	}));
	put('initrd', initramfs(packages.busybox, inside, script));
	put('raw', raw);
	put('fs', new Uint8Array(256 * kB));
	if (hasMke2fs) {
		mkdirSync(file('tree'));
		put('tree/greeting', greeting);
		const made = spawnSync('mke2fs', ['-q', '-t', 'ext2', '-d', file('tree'), file('fs')]);
		expect(made.status).toBe(0);
	}
	fileSystem = readFileSync(file('fs'));
	put('input', 'wait ready for a line\ntype a typed line\n');

	const built = new Builder().pristine(undefined, true);
	const host = built.get('host.img')!.slice();
	new Ext2(memoryStore(host), { time: 1 }).writeFile('/greeting', Buffer.from(greeting));
	put('host', host);
	put('axf', built.get('image-foundation_VIRTIO.axf')!);
	const lines = ['cat /answer; ls', 'poweroff'];
	put('typed', lines.map((line) => `wait root@genericarmv8:~# \ntype ${line}\n`).join(''));
}, 600_000);
afterAll(() => rmSync(work, { recursive: true, force: true }));

const onHost = (command: string, ...words: string[]) =>
	spawnSync(command, words, { encoding: 'utf8' });

/** Boots with `words` beside what all boots here have; the console, without carriage returns. */
async function boot(...words: string[]): Promise<string> {
	const { code, stdout, stderr } = await trapline(
		[
			...['boot', 'Image', '--initrd', 'initrd', '--append', bootargs, '--ram', '256M'],
			...['--start-time', startTime, '--console', 'virtio', '--input', 'input', ...words]
		],
		work
	);
	expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
	return stdout.replaceAll('\r', '');
}
const bootargs = 'console=ttyAMA0 cryptomgr.notests=1';

/** What /dev/hwrng gave, from the place in the bytes that follow from `seed` at which it is found. */
function expectRandom(console: string, seed: number): void {
	const given = /^random ((?:[0-9a-f]{2} ?){32})$/m.exec(console)?.[1];
	const bytes = Buffer.from((given ?? '').replaceAll(' ', ''), 'hex');
	expect(bytes).toHaveLength(32);
	// The kernel itself has taken some before.
	expect(Buffer.from(new RandomBytes(seed).next(4 * kB)).indexOf(bytes)).toBeGreaterThanOrEqual(0);
}

function expectTime(console: string): void {
	const seconds = Number(/^the time is (\d+)$/m.exec(console)?.[1]);
	// Linux takes the time from the clock at boot; the boot takes two or three seconds of the machine's.
	expect(seconds).toBeGreaterThanOrEqual(startSeconds);
	expect(seconds).toBeLessThan(startSeconds + 20);
}

const boards = ['virt', 'foundation'] as const;
const kinds = boards.flatMap((board) => [1, 2].map((version) => [board, version] as const));

describe.skipIf(packages === undefined)(
	`our devices under Debian's ${packages?.versions.kernel ?? 'kernel'}`,
	() => {
		it.each(kinds)('%s, version %i of virtio-mmio', async (board, version) => {
			const seed = 1000 * version + board.length;
			// One of them gets the homework's disk: Linux mounts that, as a loop mount on a PC does.
			const homework = board === 'foundation' && version === 1;
			const fs = homework ? 'host' : 'fs';
			const sectors = statSync(file(fs)).size / 512;
			const [rawEnd, fsEnd] = ['raw', fs].map((name) => `${name}-${board}-${version}`);
			const console = await boot(
				...['--board', board, '--virtio', String(version), '--seed', String(seed)],
				...['--disk', 'raw', '--disk', fs, '--disk-out', rawEnd!, '--disk-out', fsEnd!]
			);
			const said = (line: string) => expect(console).toContain(`\n${line}\n`);
			said('disk0 has 640 sectors, ro 0');
			said(`disk1 has ${sectors} sectors, ro 0`);
			said('read back');
			said('virtio_rng.0');
			said('from the kernel');
			said('heard <a typed line>');
			expectTime(console);
			expectRandom(console, seed);
			expect(complaints(console)).toEqual([]);

			const expected = raw.slice();
			expected.copyWithin(7 * 512, 2 * 512, 4 * 512);
			expect(md5(readFileSync(file(rawEnd!)))).toBe(md5(expected));
			said(`${md5(expected)}  -`);
			expect(md5(readFileSync(file('raw')))).toBe(md5(raw));
			expect(md5(readFileSync(file('fs')))).toBe(md5(fileSystem));
			if (!hasMke2fs && !homework) return;
			said(greeting.trim());
			expect(onHost('e2fsck', '-f', '-n', file(fsEnd!))).toMatchObject({ status: 0 });
			expect(onHost('debugfs', '-R', 'cat /answer', file(fsEnd!)).stdout).toBe(greeting);
			if (!homework) return;
			const words = ['boot', 'axf', '--board', 'foundation', '--disk', fsEnd!, '--input', 'typed'];
			const { stdout } = await trapline(words, work);
			expect(stdout.replaceAll('\r', '')).toContain(`${greeting}boot_guest.sh`);
		});

		it('a disk that is read-only', async () => {
			const console = await boot(
				...['--board', 'virt', '--virtio', '2', '--seed', '3'],
				...['--disk', 'raw:ro', '--disk-out', 'raw-ro']
			);
			expect(console).toContain('\ndisk0 has 640 sectors, ro 1\n');
			expect(console).toMatch(/^dd: .*(not permitted|denied|read-only)/im);
			expect(console).toContain(`\n${md5(raw)}  -\n`);
			expect(md5(readFileSync(file('raw-ro')))).toBe(md5(raw));
			expectRandom(console, 3);
		});
	}
);

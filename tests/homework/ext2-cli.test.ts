/** What is written is on the disk: by the shell of a machine, after a reboot, and by `trapline disk`. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { makeExt2, memoryStore } from 'toolchain';
import { Builder } from '../../cli/src/project.ts';
import { trapline } from '../cli/trapline.ts';
import * as ext2 from './ext2-disks.ts';

let work = '';
const at = (name: string) => join(work, name);

/** A disk to boot from, made by the library: init, a shell and cat. */
function makeSystem(): void {
	const outputs = new Builder().pristine();
	const image = new Uint8Array(8 * 2 ** 20);
	const uuid = '01234567-89ab-cdef-0123-456789abcdef';
	const disk = makeExt2(memoryStore(image), { uuid, time: 1_400_000_000 });
	const folders = ['sbin', 'bin', 'dev', 'proc', 'sys', 'tmp', 'home', 'home/root'];
	for (const folder of folders) disk.makeDirectory(`/${folder}`);
	disk.writeFile('/sbin/init', outputs.get('init')!, { mode: 0o755 });
	disk.writeFile('/bin/sh', outputs.get('sh')!, { mode: 0o755 });
	disk.writeFile('/bin/cat', outputs.get('cmds')!, { mode: 0o755 });
	disk.symlink('cat', '/bin/poweroff');
	writeFileSync(at('Image'), outputs.get('Image')!);
	writeFileSync(at('disk'), image);
}

/** Boots from a disk, types the lines, and gives what the console showed. */
async function boot(disk: string, end: string, lines: string[], more: string[] = []) {
	const script = lines.map((line) => `wait ~# \ntype ${line}\n`).join('');
	writeFileSync(at('script'), script);
	const ran = await trapline(
		[
			...['boot', 'Image', '--board', 'foundation', '--append', 'console=ttyAMA0 root=/dev/vda rw'],
			...['--disk', disk, '--disk-out', end, '--input', 'script', ...more]
		],
		work
	);
	expect(ran.code, ran.stderr + ran.stdout.slice(-2000)).toBe(0);
	return ran.stdout.replaceAll('\r', '');
}

const cat = async (disk: string, path: string) =>
	(await trapline(['disk', 'cat', disk, path], work, 'latin1')).stdout;

describe.skipIf(ext2.absent.length > 0)('a disk on the command line', () => {
	beforeAll(() => {
		work = mkdtempSync(join(tmpdir(), 'trapline-ext2-cli-'));
		makeSystem();
	}, 600_000);
	afterAll(() => rmSync(work, { recursive: true, force: true }));

	it('has after a reboot what was written, for all who read it', async () => {
		await boot('disk', 'first', ['echo hello > kept', 'cat /bin/sh > copy', 'poweroff']);
		const first = readFileSync(at('first'));
		expect(ext2.e2fsck(first, '-fn').code).toBe(0);
		expect(await cat('first', '/home/root/kept')).toBe('hello\n');
		const shell = Buffer.from(await cat('disk', '/bin/sh'), 'latin1');
		expect(Buffer.compare(ext2.debugfs(first, 'cat /home/root/copy'), shell)).toBe(0);

		// `trapline disk` writes on what the kernel wrote, and the kernel goes on from there.
		writeFileSync(at('note'), 'from outside\n');
		expect((await trapline(['disk', 'put', 'first', 'note', '/home/root/note'], work)).code).toBe(
			0
		);
		expect(ext2.e2fsck(readFileSync(at('first')), '-fn').code).toBe(0);
		const lines = ['cat kept note', 'echo again >> kept', 'poweroff'];
		expect(await boot('first', 'second', lines)).toContain('hello\nfrom outside\n');
		expect(ext2.e2fsck(readFileSync(at('second')), '-fn').code).toBe(0);
		expect(await cat('second', '/home/root/kept')).toBe('hello\nagain\n');
	}, 120_000);

	it('has what was finished, and can be repaired, when the power goes off', async () => {
		const lines = ['cat /bin/sh > finished', 'echo hel""lo', 'cat /bin/sh > copy'];
		await boot('disk', 'cut', lines, ['--until', 'hello']);
		expect((await trapline(['disk', 'df', 'cut'], work)).stdout).toContain('not unmounted cleanly');
		const repaired = ext2.e2fsck(readFileSync(at('cut')), '-fy');
		expect(repaired.code, repaired.said).toBeLessThanOrEqual(1);
		expect(ext2.e2fsck(repaired.disk, '-fn').code).toBe(0);
		writeFileSync(at('repaired'), repaired.disk);
		expect(await cat('repaired', '/home/root/finished')).toBe(await cat('disk', '/bin/sh'));
	}, 120_000);
});

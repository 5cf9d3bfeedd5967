/**
 * A C program of one's own, as the tree's README says: compiled by us, and by gcc with glibc, put on guest.img,
 * run in the guest; and what mem and io say of themselves.
 */
import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { Builder } from '../../cli/src/project.ts';
import { trapline } from '../cli/trapline.ts';

const gcc = 'aarch64-linux-gnu-gcc';
const haveGcc = spawnSync(gcc, ['--version']).error === undefined;
if (!haveGcc) console.warn(`a program of gcc's in the guest skipped: no ${gcc}`);

const folder = mkdtempSync(join(tmpdir(), 'trapline-student-'));
afterAll(() => rmSync(folder, { recursive: true }));

/** The command line, which must succeed. */
async function run(...words: string[]): Promise<string> {
	const { code, stdout, stderr } = await trapline(words, folder);
	expect(stderr + (code === 0 ? '' : `exit code ${code}`)).toBe('');
	return stdout.replaceAll('\r', '');
}

it('runs programs of one’s own in the guest', async () => {
	const outputs = new Builder().pristine(undefined, true);
	for (const name of ['image-foundation_VIRTIO.axf', 'host.img'])
		writeFileSync(join(folder, name), outputs.get(name)!);
	await run('disk', 'get', 'host.img', '/home/root/guest.img');
	const source = join(import.meta.dirname, 'student-program.c');
	await run('cc', '--libc', '-O2', source, '-o', 'mine');
	if (haveGcc) execFileSync(gcc, ['-O2', '-static', source, '-o', join(folder, 'gccs'), '-lm']);
	const programs = haveGcc ? ['mine', 'gccs'] : ['mine'];
	for (const name of programs)
		await run('disk', 'put', 'guest.img', name, `/home/root/${name}`, '--mode', '0755');
	await run('disk', 'put', 'host.img', 'guest.img', '/home/root/guest.img');
	const lines = [
		'./boot_guest.sh',
		...programs.map((name) => `./${name} ${name}; echo status $?`),
		'./mem 3; ./mem; ./mem 0; ./mem x; ./mem 99999999; echo status $?',
		'./io 8; ./io; ./io 0; ./io x; echo status $?',
		...['poweroff', 'poweroff']
	];
	const script = lines.map((line) => `wait root@genericarmv8:~# \ntype ${line}\n`).join('');
	writeFileSync(join(folder, 'script'), script);
	const boot = ['boot', 'image-foundation_VIRTIO.axf', '--board', 'foundation'];
	const console = await run(...boot, '--disk', 'host.img', '--input', 'script');
	for (const name of programs) {
		const said = `pi is about 3.141, ${name}\nmem.c begins with 3 characters\nstatus 0\n`;
		expect(console).toContain(said);
	}
	const pages = (count: number) =>
		`mem: wrote and read back ${count} pages of 4096 bytes, 0 wrong\n`;
	const usage = 'usage: mem PAGES (1 to 1048576)\n';
	expect(console).toContain(`${pages(3)}${pages(64)}${usage.repeat(3)}status 2\n`);
	const requests = (reads: number) =>
		`io: ${reads * 3} reads and ${reads} writes of 4096 bytes, 0 wrong\n`;
	expect(console).toContain(
		`io: made /home/root/io.data, 16 blocks\n${requests(2)}${requests(8)}` +
			`${'usage: io REQUESTS (1 to 1000000)\n'.repeat(2)}status 2\n`
	);
	expect(console).toContain('KVM session ended normally.');
});

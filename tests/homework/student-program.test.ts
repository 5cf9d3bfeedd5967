/** A C program of one's own, as the tree's README says: compiled, put on guest.img, run in the guest. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { Builder } from '../../cli/src/project.ts';
import { trapline } from '../cli/trapline.ts';

const folder = mkdtempSync(join(tmpdir(), 'trapline-student-'));
afterAll(() => rmSync(folder, { recursive: true }));

/** The command line, which must succeed. */
async function run(...words: string[]): Promise<string> {
	const { code, stdout, stderr } = await trapline(words, folder);
	expect(stderr + (code === 0 ? '' : `exit code ${code}`)).toBe('');
	return stdout.replaceAll('\r', '');
}

it('runs a program of one’s own in the guest', async () => {
	const outputs = new Builder().pristine(undefined, true);
	for (const name of ['image-foundation_VIRTIO.axf', 'host.img', 'guest.img'])
		writeFileSync(join(folder, name), outputs.get(name)!);
	await run('cc', '--libc', '-O2', join(import.meta.dirname, 'student-program.c'), '-o', 'mine');
	await run('disk', 'put', 'guest.img', 'mine', '/home/root/mine', '--mode', '0755');
	await run('disk', 'put', 'host.img', 'guest.img', '/home/root/guest.img');
	const lines = ['./boot_guest.sh', './mine you; echo status $?', 'poweroff', 'poweroff'];
	const script = lines.map((line) => `wait root@genericarmv8:~# \ntype ${line}\n`).join('');
	writeFileSync(join(folder, 'script'), script);
	const boot = ['boot', 'image-foundation_VIRTIO.axf', '--board', 'foundation'];
	const console = await run(...boot, '--disk', 'host.img', '--input', 'script');
	const said = 'pi is about 3.141, you\nmem.c begins with 3 characters\nstatus 0\n';
	expect(console).toContain(said);
	expect(console).toContain('KVM session ended normally.');
});

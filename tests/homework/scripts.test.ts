/**
 * The homework's three scripts, run as its Part I says: steps 1.3 to 1.6 on a copy of the tree, with what a
 * student leaves in it, at a terminal.
 */
import { execFileSync, spawn, spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Ext2, memoryStore } from 'toolchain';

const root = resolve(import.meta.dirname, '../..');
const absent = spawnSync('script', ['--version']).error !== undefined;
if (absent) console.warn('the homework’s scripts skipped: no script, which makes a terminal');

const prompt = 'root@genericarmv8:~# ';
let folder = '';
const at = (path: string) => join(folder, 'VM_HW2', path);
const env = { ...process.env, npm_config_yes: 'false', npm_config_offline: 'true' };
const disk = () => new Ext2(memoryStore(new Uint8Array(readFileSync(at('host.img')))), { time: 1 });

/** Runs boot_virtio.sh at a terminal; types each line at a prompt, keys at the last; the console's text. */
async function boot(lines: string[], keys: string): Promise<{ text: string; status: number }> {
	const child = spawn('script', ['-qec', './boot_virtio.sh', '/dev/null'], {
		cwd: at('.'),
		env,
		stdio: ['pipe', 'pipe', 'inherit']
	});
	const waiting = [...lines.map((line) => `${line}\r`), keys];
	let [text, taken] = ['', 0];
	child.stdout.on('data', (bytes: Buffer) => {
		text += bytes.toString('latin1');
		const found = text.indexOf(prompt, taken);
		if (found < 0 || waiting.length === 0) return;
		taken = found + prompt.length;
		child.stdin.write(waiting.shift()!);
	});
	const status = await new Promise<number>((done) => child.on('close', done));
	return { text: text.replaceAll(/\r+/g, ''), status };
}

describe.skipIf(absent)('the homework’s scripts', () => {
	beforeAll(() => {
		folder = mkdtempSync(join(tmpdir(), 'trapline-scripts-'));
		cpSync(join(root, 'lessons/VM_HW2'), at('.'), {
			recursive: true,
			filter: (from) => !/VM_HW2\/(build|mnt|host\.img.*)$|\.axf$/.test(from)
		});
		mkdirSync(join(folder, 'node_modules/.bin'), { recursive: true });
		symlinkSync(join(root, 'cli/bin/trapline.js'), join(folder, 'node_modules/.bin/trapline'));
		// What is not a source must not be read as one: a disk that is mounted, for instance.
		mkdirSync(at('mnt'));
		symlinkSync('/nowhere', at('mnt/dangling'));
	});
	afterAll(() => rmSync(folder, { recursive: true, force: true }));

	it('say what comes first', () => {
		const { status, stderr } = spawnSync('./boot_virtio.sh', {
			cwd: at('.'),
			env,
			encoding: 'utf8'
		});
		expect(status).toBe(1);
		expect(stderr).toBe('there is no image yet: run boot-wrapper/build_virtio.sh\n');
	});

	it('build the kernel, and the image to boot', () => {
		const run = (path: string, command: string) =>
			execFileSync(command, { cwd: at(path), env, encoding: 'utf8', stdio: 'pipe' });
		expect(run('linux-kvm-arm', './build.sh')).toContain('arch/arm64/boot/Image is ready');
		const image = readFileSync(at('linux-kvm-arm/arch/arm64/boot/Image'));
		expect(image.subarray(56, 60).toString()).toBe('ARM\x64');
		expect(run('boot-wrapper', './build_virtio.sh')).toContain('VIRTIO.axf is ready');
		expect(disk().exists('/home/root/guest.img')).toBe(true);
	});

	it('boot the host, whose disk has afterwards what it wrote', async () => {
		const { text, status } = await boot(['echo finished > note; sync', 'uname -n'], 'poweroff\r');
		expect(text).toContain('genericarmv8\n');
		expect(status, text.slice(-2000)).toBe(0);
		expect(Buffer.from(disk().readFile('/home/root/note')).toString()).toBe('finished\n');
	});

	it('boot it again, from what is there, and survive a power cut by Ctrl-]', async () => {
		const file = disk();
		expect(file.usage().clean).toBe(true);
		const { text, status } = await boot(['cat note', 'echo second > note2; sync'], '\x1d');
		expect(text).toContain('finished\n');
		expect(status, text).toBe(0);
		expect(Buffer.from(disk().readFile('/home/root/note2')).toString()).toBe('second\n');
		expect(disk().usage().clean).toBe(false);
	});
});

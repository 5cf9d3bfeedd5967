/**
 * The teaching kernel under QEMU, built with gcc: boots, runs programs, and with KVM boots itself
 * as a guest. Expectations are what the console shows.
 */
import { execFileSync, spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

/** Is the program installed? Without QEMU or gcc these tests are skipped, but not in CI. */
function missing(program: string): boolean {
	try {
		execFileSync(program, ['--version'], { stdio: 'ignore' });
		return false;
	} catch {
		return true;
	}
}

const absent = ['qemu-system-aarch64', 'aarch64-linux-gnu-gcc'].filter(missing);
if (absent.length > 0 && process.env['CI'] === 'true')
	throw new Error(`in CI the boots under QEMU must run, but ${absent.join(' and ')} is missing`);
if (absent.length > 0) console.warn(`boots under QEMU skipped: no ${absent.join(', no ')}`);

const build = join(tmpdir(), 'trapline-boot-');
let out = '';

/** Far more than a boot takes on a slow computer that has other work. */
const seconds = 200;

type Step = { expect: string; type: string };

/**
 * Boots the built kernel; each step waits for a text of the console (after the previous one) and
 * then types. Resolves with the whole console when QEMU ends, rejects where it never does.
 */
function boot(append: string, steps: Step[], options: string[]): Promise<string> {
	return new Promise((resolve, reject) => {
		const qemu = spawn('qemu-system-aarch64', [
			...['-M', 'virt,virtualization=on,gic-version=2', '-cpu', 'cortex-a57', '-m', '256'],
			...['-nographic', '-kernel', join(out, 'Image'), '-initrd', join(out, 'host.cpio')],
			...['-append', `console=ttyAMA0 ${append}`, ...options]
		]);
		const queue = [...steps];
		let console = '';
		let seen = 0;
		const timer = setTimeout(() => {
			qemu.kill('SIGKILL');
			reject(new Error(`QEMU did not end in ${seconds} s; the console so far:\n${console}`));
		}, seconds * 1000);
		qemu.stdout.on('data', (chunk: Buffer) => {
			console += chunk.toString('latin1');
			for (let step = queue[0]; step; step = queue[0]) {
				const at = console.indexOf(step.expect, seen);
				if (at < 0) break;
				seen = at + step.expect.length;
				qemu.stdin.write(step.type);
				queue.shift();
			}
		});
		// Not `exit`: the last of the console may come after it.
		qemu.on('close', () => {
			clearTimeout(timer);
			resolve(console.replaceAll('\r', ''));
		});
	});
}

const prompt = ':~# ';

describe.skipIf(absent.length > 0)('the teaching kernel under QEMU', () => {
	beforeAll(() => {
		out = mkdtempSync(build);
		execFileSync(process.execPath, [join(import.meta.dirname, 'build-with-gcc.mjs'), out]);
	}, 240_000);
	afterAll(() => rmSync(out, { recursive: true, force: true }));

	it('boots at EL2, finds its devices and gives a shell', async () => {
		const console = await boot(
			'',
			[
				{ expect: prompt, type: 'uname -a\r' },
				{ expect: prompt, type: 'echo one two > /x; cat /x | cat; cat /nothing; echo $?\r' },
				{ expect: prompt, type: 'hexdump /x\r' },
				{ expect: prompt, type: 'cat\r' },
				// a ^C that comes before the shell has started cat is the shell's: so wait until cat answers
				{ expect: 'cat\r\n', type: 'meow\r' },
				{ expect: 'meow\r\nmeow\r\n', type: '\x03' },
				{ expect: prompt, type: 'cat /proc/cmdline\r' },
				{ expect: prompt, type: 'poweroff\r' }
			],
			[]
		);
		expect(console).toContain('CPU: All CPU(s) started at EL2');
		expect(console).toContain('Hyp mode initialized successfully');
		expect(console).toContain(
			'Linux genericarmv8 3.14.0-teaching #6 SMP PREEMPT Wed Apr 22 14:02:38 CST 2015 aarch64 GNU/Linux\n'
		);
		expect(console).toContain('\none two\ncat: /nothing: No such file or directory\n1\n');
		expect(console).toContain('00000000  6f 6e 65 20 74 77 6f 0a  ');
		expect(console).toContain('^C\n');
		expect(console).toContain('\nconsole=ttyAMA0 \n');
		expect(console).toMatch(/reboot: Power down\n$/);
	});

	it('boots at EL1 too: no KVM then, and the virtual timer', async () => {
		const console = await boot(
			'',
			[{ expect: prompt, type: 'poweroff\r' }],
			['-M', 'virt,virtualization=off,gic-version=2']
		);
		expect(console).toContain('CPU: All CPU(s) started at EL1');
		expect(console).toContain('(virt)');
		expect(console).toMatch(/reboot: Power down\n$/);
	});

	it.each([
		['in real time', []],
		['with one instruction a nanosecond', ['-icount', 'shift=0']]
	])('does the whole standard run, %s', async (_, options) => {
		const console = await boot('hw2=run', [], options);
		const zeros = 'kvm_vm_hw2: CPU trap 0, MEM trap 0, IO trap 0\n';
		for (const label of ['boot_log', 'mem_log', 'io_log'])
			expect(console).toMatch(
				new RegExp(`^${label}: +lkvm-static-\\d+ +\\[000\\] \\S{4} +\\d+\\.\\d{6}: ${zeros}`, 'm')
			);
		expect(console).toContain('mem: wrote and read back 64 pages of 4096 bytes, 0 wrong\n');
		expect(console).toContain('io: 24 reads and 8 writes of 4096 bytes, 0 wrong\n');
		expect(console).toContain('boot_guest: the guest has ended, status 0\n');
		expect(console).toMatch(/reboot: Power down\n$/);
	});

	it('leaves the user at the guest with hw2=stay', async () => {
		const console = await boot(
			'hw2=stay',
			[
				{ expect: 'io_log:', type: '' },
				{ expect: prompt, type: '/home/root/mem 8\r' },
				{ expect: '8 pages', type: '' },
				{ expect: prompt, type: 'poweroff\r' },
				{ expect: 'the guest has ended', type: '' },
				{ expect: prompt, type: 'poweroff\r' }
			],
			[]
		);
		expect(console).toContain('mem: wrote and read back 8 pages of 4096 bytes, 0 wrong\n');
		expect(console).toMatch(/reboot: Power down\n$/);
	});
});

/**
 * A program that nobody built for our kernel: Debian's busybox for arm64, unchanged. The same script runs
 * on ours and on Debian's kernel (under QEMU), and says the same: files, texts, archives, a shell's
 * arts, processes and signals. What it says of the system itself is looked at, too.
 */
import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createMachine } from 'emulator-core';
import { writeCpio, type CpioMember } from 'toolchain';
import { describe, expect, it } from 'vitest';
import { Builder } from '../../cli/src/project.ts';
import { hasQemu, stockPackages } from '../stock/stock.ts';

const packages = stockPackages();
const gcc = spawnSync('aarch64-linux-gnu-gcc', ['--version']).error === undefined;
const work = readFileSync(join(import.meta.dirname, 'busybox-work.sh'));

/** An initramfs whose first program is a script for busybox: it makes itself at home, and runs `script`. */
function initramfs(script: string, program: Uint8Array = new Uint8Array(0)): Uint8Array {
	const file = (path: string, mode: number, data: Uint8Array | string): CpioMember => ({
		path,
		mode,
		data: typeof data === 'string' ? Buffer.from(data) : data
	});
	const folders = ['bin', 'dev', 'etc', 'proc', 'root', 'tmp', 'tmp/work'];
	const init = [
		'#!/bin/busybox sh',
		'export TZ=UTC BUSYBOX=/bin/busybox PATH=/bin; cd /',
		'for fs in devtmpfs:/dev proc:/proc; do',
		'	grep -q "${fs%:*}" /proc/mounts 2>/dev/null || $BUSYBOX mount -t ${fs%:*} none ${fs#*:}; done',
		'$BUSYBOX --install -s /bin; echo "== begin"',
		script,
		'echo "== over"; poweroff -f'
	];
	return writeCpio([
		...folders.map((path) => file(path, 0o40755, '')),
		file('bin/busybox', 0o100755, packages!.busybox),
		file('etc/passwd', 0o100644, 'root:x:0:0:root:/root:/bin/sh\n'),
		file('etc/group', 0o100644, 'root:x:0:\n'),
		file('program', 0o100755, program),
		file('work.sh', 0o100755, work),
		file('init', 0o100755, init.join('\n') + '\n')
	]);
}

const shown = (console: string) =>
	console
		.replaceAll('\r', '')
		.replace(/^[^]*== begin\n/, '')
		.replace(/== over[^]*/, '');

function onOurKernel(script: string, program?: Uint8Array): string {
	const machine = createMachine({
		board: 'foundation',
		ramBytes: 128 * 2 ** 20,
		bootargs: 'console=ttyAMA0',
		kernel: new Builder().pristine().get('Image')!,
		initrd: initramfs(script, program)
	});
	let console = '';
	machine.onConsole = (bytes) => (console += Buffer.from(bytes).toString('latin1'));
	expect(machine.run({ maxInstructions: 3_000_000_000 })).toEqual({ reason: 'poweroff' });
	expect(console).not.toMatch(/Oops|panic|Unable to handle/);
	return shown(console);
}

function onLinux(script: string): string {
	const folder = mkdtempSync(join(tmpdir(), 'trapline-busybox-'));
	writeFileSync(join(folder, 'initrd'), initramfs(script));
	writeFileSync(join(folder, 'Image'), packages!.kernel);
	const ran = spawnSync(
		'qemu-system-aarch64',
		[
			...['-M', 'virt', '-cpu', 'cortex-a57', '-m', '512', '-nographic', '-no-reboot'],
			...['-kernel', 'Image', '-initrd', 'initrd', '-append', 'console=ttyAMA0 quiet']
		],
		{ cwd: folder, encoding: 'latin1', timeout: 100_000, stdio: ['ignore', 'pipe', 'ignore'] }
	);
	rmSync(folder, { recursive: true, force: true });
	return shown(ran.stdout);
}

describe.skipIf(packages === undefined)("Debian's busybox", () => {
	it.skipIf(!hasQemu())('does what it does on Linux', { timeout: 240_000 }, () => {
		const script = 'sh /work.sh /tmp/work </dev/null 2>&1';
		const ours = onOurKernel(script);
		expect(ours).toContain('== end\n');
		expect(ours).toBe(onLinux(script));
	});

	it('finds in /proc and elsewhere what it looks for', { timeout: 240_000 }, () => {
		const console = onOurKernel(`
			uname -a; sleep 100 & sleep 0.05; ps; ps -o pid,ppid,pgid,stat,vsz,comm | grep sleep
			top -b -n 1 | head -3; free | head -2; uptime; cat /proc/loadavg; pidof sleep; killall sleep
			grep -c . /proc/self/maps; grep '\\[stack\\]' /proc/self/maps; readlink /proc/self/exe
			tr '\\0' ' ' < /proc/self/cmdline; echo; ls /proc/self/fd; grep ^State /proc/self/status
			mount; df /; cat /proc/filesystems | grep ext2; grep -c GIC /proc/interrupts
			grep ^Features /proc/cpuinfo; ls -d /proc/[0-9]*; ls /proc/99999; cat /proc/1/comm
			date -s '2026-01-02 03:04:05'; date; touch /tmp/now; ls -l /tmp/now; hostname; stty size`);
		expect(console).toContain(
			'Linux genericarmv8 3.14.0-teaching #6 SMP PREEMPT Wed Apr 22 14:02:38 CST 2015 aarch64 GNU/Linux\n'
		);
		expect(console).toMatch(/^PID +USER +COMMAND\n +1 root +{init} /m);
		expect(console).toMatch(/^ *\d+ root +sleep 100$/m);
		expect(console).toMatch(/^ *\d+ +1 +\d+ S +\d+ sleep$/m);
		expect(console).toMatch(/^Mem: \d+K used, \d+K free/m);
		expect(console).toMatch(/^CPU: .* idle/m);
		expect(console).toMatch(/^ 00:00:0\d up 0 min, .* load average: 0\.\d\d/m);
		expect(console).toMatch(/^[0-9a-f]+-8000000000 rw-p 0+ 00:00 0\s+\[stack\]$/m);
		expect(console).toContain('\n/bin/busybox\n/bin/busybox sh /init \n');
		expect(console).toContain('State:\tR (running)');
		expect(console).toContain('proc on /proc type proc (rw)');
		expect(console).toMatch(/^0\.\d\d 0\.\d\d 0\.\d\d \d+\/\d+ \d+$/m);
		expect(console).toMatch(/^\text2$/m);
		expect(console).toContain('Features\t: fp asimd');
		expect(console).toContain('/proc/1\n');
		expect(console).toContain('ls: /proc/99999: No such file or directory\ninit\n');
		expect(console).toContain('Fri Jan  2 03:04:05 UTC 2026\n');
		expect(console).toMatch(/-rw-r--r-- .* Jan  2 03:04 \/tmp\/now\ngenericarmv8\n/);
	});

	it.skipIf(!gcc)("runs beside a program of glibc's with threads", { timeout: 240_000 }, () => {
		const folder = mkdtempSync(join(tmpdir(), 'trapline-threads-'));
		const [source, built] = [join(import.meta.dirname, 'glibc-threads.c'), join(folder, 'threads')];
		execFileSync('aarch64-linux-gnu-gcc', ['-O1', '-static', '-pthread', source, '-o', built]);
		const console = onOurKernel('/program; echo ended $?', readFileSync(built));
		rmSync(folder, { recursive: true, force: true });
		expect(console).toBe(
			'20000\n7, 1 fault, 3.00\ntimer\n1 9\nshared\nthe same process: 1\nended 0\n'
		);
	});
});

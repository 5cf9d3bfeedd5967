/**
 * The two patches that solve the homework, each built with gcc and booted under QEMU: they agree,
 * and memory and I/O traps do not depend on how fast time passes.
 */
import { execFileSync, spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { boards, createMachine } from 'emulator-core';

const root = resolve(import.meta.dirname, '../..');
const tools = ['qemu-system-aarch64', 'aarch64-linux-gnu-gcc', 'patch'];
const absent = tools.filter((tool) => spawnSync(tool, ['--version']).status !== 0);
if (absent.length > 0 && process.env['CI'] === 'true')
	throw new Error(`in CI the boots under QEMU must run, but ${absent.join(' and ')} is missing`);
if (absent.length > 0) console.warn(`trap counts under QEMU skipped: no ${absent.join(', no ')}`);

type Counts = { cpu: number; mem: number; io: number };

let work = '';

/** Copies the tree, patches it and builds `targets` (all if none is named) into work/name. */
function build(name: string, patch: string | undefined, targets: string[]): void {
	const copy = join(work, `tree-${name}`);
	mkdirSync(join(copy, 'lessons'), { recursive: true });
	cpSync(join(root, 'lessons/VM_HW2'), join(copy, 'lessons/VM_HW2'), { recursive: true });
	cpSync(join(root, 'tests/boot'), join(copy, 'tests/boot'), { recursive: true });
	if (patch !== undefined)
		execFileSync('patch', ['-s', '-p1'], { cwd: join(copy, 'lessons/VM_HW2'), input: patch });
	const script = join(copy, 'tests/boot/build-with-gcc.mjs');
	execFileSync(process.execPath, [script, join(work, name), ...targets], {
		stdio: 'ignore',
		env: { ...process.env, GCC_OBJECTS: join(root, '.cache/gcc') }
	});
}

const read = (path: string) =>
	execFileSync('cat', [join(root, 'lessons/VM_HW2', path)], { encoding: 'utf8' });

/** The standard run on the kernel `name` with the unpatched guest: totals after each phase. */
function run(name: string, options: string[]): Record<string, Counts> {
	const machine = ['-M', 'virt,virtualization=on,gic-version=2', '-cpu', 'cortex-a57', '-m', '256'];
	const { stdout } = spawnSync(
		'qemu-system-aarch64',
		[
			...machine,
			...['-nographic', '-kernel', join(work, name, 'Image')],
			...['-initrd', join(work, 'plain/host.cpio')],
			...['-append', 'console=ttyAMA0 hw2=run', ...options]
		],
		{ encoding: 'latin1', timeout: 200_000, input: '' }
	);
	return countsOf(stdout);
}

/** The totals that a console shows after each phase. */
function countsOf(console: string): Record<string, Counts> {
	const lines = console.matchAll(/^(\w+)_log: .*CPU trap (\d+), MEM trap (\d+), IO trap (\d+)/gm);
	return Object.fromEntries(
		[...lines].map(([, phase, cpu, mem, io]) => [
			phase,
			{ cpu: Number(cpu), mem: Number(mem), io: Number(io) }
		])
	);
}

/** What must not depend on time. */
const memAndIo = (counts: Record<string, Counts>) =>
	Object.entries(counts).map(([phase, { mem, io }]) => [phase, mem, io]);

/** `struct kvm_vcpu` grown by more than the 12 bits of an immediate. */
const grown = `--- a/linux-kvm-arm/include/linux/kvm_host.h
+++ b/linux-kvm-arm/include/linux/kvm_host.h
@@ -48,5 +48,6 @@
 	int sigset_active;
 	sigset_t sigset;		/* the signal mask while in KVM_RUN */
 	struct kvm_vcpu_stat stat;
+	unsigned long history[1000];
 	bool preempted;
 	struct kvm_vcpu_arch arch;	/* registers, vGIC, timer: <asm/kvm_host.h> */
`;

describe.skipIf(absent.length > 0)('traps of the standard run under QEMU', () => {
	let reference: Record<string, Counts>;

	beforeAll(() => {
		work = mkdtempSync(join(tmpdir(), 'trapline-counts-'));
		build('plain', undefined, []);
		build('reference', read('reference.patch'), ['kernel']);
		reference = run('reference', ['-icount', 'shift=3']);
	}, 400_000);
	afterAll(() => rmSync(work, { recursive: true, force: true }));

	it('counts nothing as shipped', () => {
		expect(run('plain', ['-icount', 'shift=3'])).toEqual({
			boot: { cpu: 0, mem: 0, io: 0 },
			mem: { cpu: 0, mem: 0, io: 0 },
			io: { cpu: 0, mem: 0, io: 0 }
		});
	});

	it('counts at least what mem 64 and io 32 ask for', () => {
		const { boot, mem, io } = reference as Record<'boot' | 'mem' | 'io', Counts>;
		expect(boot.cpu).toBeGreaterThan(4);
		expect(boot.mem).toBeGreaterThan(100);
		expect(boot.io).toBeGreaterThan(500);
		expect(mem.mem - boot.mem, 'a page each').toBeGreaterThanOrEqual(64);
		expect(mem.mem - boot.mem).toBeLessThan(64 + 40);
		expect(io.io - mem.io, 'three accesses a request').toBeGreaterThanOrEqual(3 * 32);
		expect(io.mem - mem.mem, 'no new memory to speak of').toBeLessThan(20);
	});

	it.each([['shift=0'], ['shift=7']])('has the same MEM and I/O with -icount %s', (shift) => {
		expect(memAndIo(run('reference', ['-icount', shift]))).toEqual(memAndIo(reference));
	});

	it('has the same MEM and I/O in real time', () => {
		// Real time passes, too, while QEMU waits for a core: then a dump comes before the guest is done.
		let counts = run('reference', []);
		for (
			let again = 0;
			again < 2 && !isDeepStrictEqual(memAndIo(counts), memAndIo(reference));
			again++
		)
			counts = run('reference', []);
		expect(memAndIo(counts)).toEqual(memAndIo(reference));
	});

	it.each(Object.keys(boards))('has the same MEM and I/O on our machine, %s', (board) => {
		const machine = createMachine({
			board,
			ramBytes: 256 * 2 ** 20,
			bootargs: 'console=ttyAMA0 hw2=run',
			kernel: readFileSync(join(work, 'reference/Image')),
			initrd: readFileSync(join(work, 'plain/host.cpio'))
		});
		let console = '';
		machine.onConsole = (bytes) => (console += String.fromCharCode(...bytes));
		expect(machine.run({ maxInstructions: 200_000_000 })).toEqual({ reason: 'poweroff' });
		expect(memAndIo(countsOf(console))).toEqual(memAndIo(reference));
	});

	it('agrees with the second solution, but for the fetch outside memory', () => {
		build('rule-c', read('solutions/rule-c.patch'), ['kernel']);
		// The guest's boot tries one: an abort without memory, and io_mem_abort() never hears of it.
		const ruleC = Object.entries(reference).map(([phase, { mem, io }]) => [phase, mem, io - 1]);
		expect(memAndIo(run('rule-c', ['-icount', 'shift=3']))).toEqual(ruleC);
	});

	it('still runs guests when struct kvm_vcpu grows by 8 KB', () => {
		build('grown', grown, ['kernel']);
		expect(Object.keys(run('grown', []))).toEqual(['boot', 'mem', 'io']);
	});
});

/**
 * The tree built by our own toolchain, as `trapline build` does it: the reference patch's counts on our
 * machine are those under QEMU, and the trap log does not depend on how a run is cut up.
 */
import { execFileSync, spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { standardRun } from 'checks';
import { boards, createMachine } from 'emulator-core';
import { readTree, withSubmission } from '../../cli/src/submission.ts';
import { printOfStandardRun } from '../trap-log-hash.ts';

const root = join(import.meta.dirname, '../..');
const tree = join(root, 'lessons/VM_HW2');
const absent = spawnSync('qemu-system-aarch64', ['--version']).status !== 0;
if (absent && process.env['CI'] === 'true')
	throw new Error('in CI the boots under QEMU must run, but qemu-system-aarch64 is missing');
if (absent) console.warn('trap counts of our build under QEMU skipped: no qemu-system-aarch64');

let work = '';
beforeAll(() => {
	work = mkdtempSync(join(tmpdir(), 'trapline-ours-'));
	build('shipped', tree);
	const patched = withSubmission(readTree(tree), join(tree, 'reference.patch'));
	for (const [name, bytes] of patched) {
		mkdirSync(dirname(join(work, 'tree', name)), { recursive: true });
		writeFileSync(join(work, 'tree', name), bytes);
	}
	build('reference', join(work, 'tree'));
}, 300_000);
afterAll(() => rmSync(work, { recursive: true, force: true }));

function build(name: string, folder: string): void {
	const bin = join(root, 'cli/bin/trapline.js');
	execFileSync(process.execPath, [bin, 'build', folder, '-o', join(work, name)], {
		stdio: ['ignore', 'ignore', 'pipe']
	});
}

const images = (name: string) => ({
	kernel: new Uint8Array(readFileSync(join(work, name, 'Image'))),
	initrd: new Uint8Array(readFileSync(join(work, name, 'host.cpio')))
});
const bootargs = 'console=ttyAMA0 hw2=run';

function onOurMachine(name: string, board = 'virt'): string {
	const machine = createMachine({
		...standardRun,
		board,
		bootargs,
		...images(name)
	});
	let console = '';
	machine.onConsole = (bytes) => (console += String.fromCharCode(...bytes));
	expect(machine.run({ maxInstructions: 200_000_000 })).toEqual({ reason: 'poweroff' });
	return console;
}

/** QEMU has no other of our boards. `icount`: instructions are time, as on our machine; there eight nanoseconds each, here ten. */
function underQemu(name: string, icount: string): string {
	const { stdout, stderr } = spawnSync(
		'qemu-system-aarch64',
		[
			...['-M', 'virt,virtualization=on,gic-version=2', '-cpu', 'cortex-a57,cntfrq=100000000'],
			...['-m', '256', '-nographic', '-nic', 'none', '-icount', icount],
			...['-kernel', join(work, name, 'Image'), '-initrd', join(work, name, 'host.cpio')],
			...['-append', bootargs]
		],
		{ encoding: 'latin1', timeout: 120_000, input: '' }
	);
	return stdout + stderr;
}

/** MEM and I/O totals of each dump of the trace. */
function memAndIo(console: string): Record<string, { mem: number; io: number }> {
	const lines = console.matchAll(/^(\w+_log): .*CPU trap \d+, MEM trap (\d+), IO trap (\d+)/gm);
	return Object.fromEntries(
		[...lines].map(([, phase, mem, io]) => [phase!, { mem: Number(mem), io: Number(io) }])
	);
}

describe('our build of the reference patch', () => {
	it.each(Object.keys(boards))('counts memory and I/O traps in every phase on %s', (board) => {
		const counts = memAndIo(onOurMachine('reference', board));
		const { boot_log, mem_log, io_log } = counts;
		expect(boot_log!.mem).toBeGreaterThan(100);
		expect(boot_log!.io).toBeGreaterThan(500);
		expect(mem_log!.mem - boot_log!.mem).toBeGreaterThanOrEqual(64);
		expect(io_log!.io - mem_log!.io).toBeGreaterThanOrEqual(3 * 32);
		expect(counts).toEqual(memAndIo(onOurMachine('reference')));
	});

	it.skipIf(absent).each(['shift=3', 'shift=0'])(
		'counts the same under QEMU, with its guest, at -icount %s',
		(icount) => {
			const console = underQemu('reference', icount);
			expect(console).toContain('CPU: All CPU(s) started at EL2');
			expect(console).toContain('boot_guest: the guest has ended, status 0');
			const theirs = memAndIo(console);
			expect(Object.keys(theirs)).toEqual(['boot_log', 'mem_log', 'io_log']);
			expect(theirs).toEqual(memAndIo(onOurMachine('reference')));
		}
	);

	it.skipIf(absent)('as shipped, counts nothing, under QEMU as here', () => {
		const zeros = { mem: 0, io: 0 };
		const all = { boot_log: zeros, mem_log: zeros, io_log: zeros };
		expect(memAndIo(onOurMachine('shipped'))).toEqual(all);
		expect(memAndIo(underQemu('shipped', 'shift=3'))).toEqual(all);
	});
});

describe('the trap log of the standard run', () => {
	it('is the same bit for bit in slices of 1000, 9973, a million, and whole', async () => {
		const whole = await printOfStandardRun(images('shipped'), Infinity);
		expect(whole.records).toBeGreaterThan(1000);
		for (const slice of [1000, 9973, 1_000_000])
			expect(await printOfStandardRun(images('shipped'), slice)).toEqual(whole);
	});
});

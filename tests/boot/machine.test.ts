/**
 * The teaching kernel, built with gcc, on our own machine: the standard run, host and guest. The
 * guest's aborts are compared with those that QEMU logs for the same images.
 */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { standardRun as course } from 'checks';
import { boards, createMachine, type Machine } from 'emulator-core';

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
	throw new Error(`in CI this boot must run, but ${absent.join(' and ')} is missing`);

const bootargs = 'console=ttyAMA0 hw2=run';
const { ramBytes } = course;
/** Far more than the run needs: it must end by itself. */
const limit = { maxInstructions: 100_000_000 };
const dataAbort = 0x24;

let out = '';
beforeAll(() => {
	if (absent.length > 0) return;
	out = mkdtempSync(join(tmpdir(), 'trapline-machine-'));
	execFileSync('node', [join(import.meta.dirname, 'build-with-gcc.mjs'), out]);
}, 300_000);
afterAll(() => {
	if (out !== '') rmSync(out, { recursive: true, force: true });
});

function standardRun(board: string = course.board): Machine {
	return createMachine({
		board,
		ramBytes,
		bootargs,
		kernel: readFileSync(join(out, 'Image')),
		initrd: readFileSync(join(out, 'host.cpio'))
	});
}

/** The guest's data aborts to EL2 in QEMU's `-d int` log, as "ESR FAR". */
function qemuAborts(log: string): string[] {
	const found: string[] = [];
	for (const entry of log.split('Taking exception ')) {
		const esr = /with ESR 0x[0-9a-f]+\/0x([0-9a-f]+)/.exec(entry)?.[1];
		const far = /with FAR 0x([0-9a-f]+)/.exec(entry)?.[1];
		if (esr === undefined || far === undefined || !entry.includes('...to EL2')) continue;
		if (parseInt(esr, 16) >>> 26 === dataAbort) found.push(`${esr} ${far}`);
	}
	return found.sort();
}

describe.skipIf(absent.length > 0)('the standard run on our machine', () => {
	it.each(Object.keys(boards))('boots host and guest and ends by itself on %s', (board) => {
		const machine = standardRun(board);
		let console = '';
		machine.onConsole = (bytes) => (console += String.fromCharCode(...bytes));
		expect(machine.run(limit)).toEqual({ reason: 'poweroff' });
		expect(console).toContain('kvm: Hyp mode initialized successfully');
		expect(console).toContain('64 pages of 4096 bytes, 0 wrong');
		expect(console).toContain('24 reads and 8 writes of 4096 bytes, 0 wrong');
		expect(console).toContain('KVM session ended normally');
		expect(machine.notes).toEqual([]);
		const vm = machine.trapLog.counts.vms[1]!;
		// WFI, HVC, SMC, system registers, instruction and data aborts, interrupts: all of them happen.
		for (const ec of [0x01, 0x16, 0x17, 0x18, 0x20, 0x24])
			expect(vm.byClass[ec]?.host, `class ${ec}`).toBeGreaterThan(0);
		expect(vm.irq.host).toBeGreaterThan(0);
	});

	it('stops the guest for the same traps, class by class, on every board', () => {
		const [first, ...others] = Object.keys(boards).map((board) => {
			const machine = standardRun(board);
			machine.run(limit);
			const { byClass } = machine.trapLog.counts.vms[1]!;
			return Object.entries(byClass).map(([ec, { host }]) => [Number(ec), host]);
		});
		expect(others.length).toBeGreaterThan(0);
		for (const other of others) expect(other).toEqual(first);
	});

	it('takes the data aborts that QEMU takes', () => {
		const machine = standardRun('virt');
		const aborts: string[] = [];
		machine.trapLog.onRecord = ({ what, toEl, vmid, esr, far }) => {
			if (what === 'entry' && toEl === 2 && vmid !== undefined && esr >>> 26 === dataAbort)
				aborts.push(`${esr.toString(16)} ${far.toString(16)}`);
		};
		machine.run(limit);
		const log = join(out, 'int.log');
		execFileSync(
			'qemu-system-aarch64',
			[
				...['-M', 'virt,virtualization=on,gic-version=2', '-cpu', 'cortex-a57,cntfrq=100000000'],
				...['-m', '256', '-icount', 'shift=0', '-nographic', '-nic', 'none'],
				...['-kernel', join(out, 'Image'), '-initrd', join(out, 'host.cpio')],
				...['-append', bootargs, '-d', 'int', '-D', log]
			],
			{ stdio: ['ignore', 'ignore', 'inherit'], timeout: 300_000 }
		);
		expect(aborts.length).toBeGreaterThan(1000);
		expect(aborts.sort()).toEqual(qemuAborts(readFileSync(log, 'utf8')));
	});

	it('is the same run in slices, and from a state saved in the guest', () => {
		const whole = standardRun();
		whole.run(limit);
		const sliced = standardRun();
		while (sliced.run({ maxInstructions: 9973 }).reason === 'budget');
		expect(sliced.hash()).toBe(whole.hash());
		const first = standardRun();
		first.run({ maxInstructions: 8_123_457 });
		const second = standardRun();
		second.restore(first.save());
		second.run(limit);
		expect(second.hash()).toBe(whole.hash());
		expect(second.trapLog.records).toEqual(whole.trapLog.records);
	});
});

/**
 * The homework by its keystrokes: Part I, steps 1.5 to 2.5, and Part III, step 4, typed at the host's one
 * serial line, on our machine from the axf, and under QEMU from the same kernel and disk.
 */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { imageOf } from 'emulator-core';
import { readCpio, writeCpio } from 'toolchain';
import { Builder, root } from '../../cli/src/project.ts';
import { withSubmission } from '../../cli/src/submission.ts';
import { ourConsole, qemuConsole, type Console } from './consoles.ts';
import { buildPrograms } from './host-program.ts';
import { bootGuest, bootHost, command, dump, switchOff, type Totals } from './keystrokes.ts';

type Built = ReadonlyMap<string, Uint8Array>;

const builder = new Builder();
/** The tree as it is handed out, and solved. */
let shipped: Built;
let solved: Built;
let work = '';
beforeAll(() => {
	work = mkdtempSync(join(tmpdir(), 'trapline-keystrokes-'));
	shipped = builder.pristine(undefined, true);
	const patch = join(root, 'lessons/VM_HW2/reference.patch');
	const built = builder.build(withSubmission(builder.shipped, patch), undefined, true);
	expect(built.ok).toBe(true);
	solved = built.outputs;
}, 600_000);
afterAll(() => rmSync(work, { recursive: true, force: true }));

/** The Foundation model as `boot_virtio.sh` starts it. */
const foundation = (built: Built): Console =>
	ourConsole({
		board: 'foundation',
		ramBytes: 512 * 1024 * 1024,
		kernel: built.get('image-foundation_VIRTIO.axf')!,
		disks: [imageOf(built.get('host.img')!)]
	});

describe('the homework, typed', () => {
	it('Part I: the host, two consoles, the guest, and a tree that counts nothing', async () => {
		const console = foundation(shipped);
		expect(await bootHost(console)).toMatch(
			/Linux genericarmv8 3\.14\.0-teaching #6 SMP PREEMPT .* aarch64 GNU\/Linux/
		);
		const files = await bootGuest(console);
		for (const name of ['boot_guest.sh', 'screen-4.0.2', 'image', 'guest.img', 'lkvm-static'])
			expect(files).toContain(name);
		expect(await dump(console)).toEqual({ cpu: 0, mem: 0, io: 0 });
		await switchOff(console);
	}, 300_000);

	/** The totals of Part III, step 4, and after a second io of 64 requests. */
	async function profile(console: Console): Promise<Totals[]> {
		await bootHost(console);
		await bootGuest(console);
		const totals = [await dump(console)];
		for (const program of ['/home/root/mem', '/home/root/io', '/home/root/io 64']) {
			await command(console, program);
			totals.push(await dump(console));
		}
		await switchOff(console);
		return totals;
	}

	it('the solved tree counts each vcpu by itself', async () => {
		const pair = ['kvm-pair.c', 'kvm-pair-guest.S', 'kvm-vm.h'].map((name) =>
			join(root, 'tests/stock', name)
		);
		const program = buildPrograms(builder, { 'kvm-pair': pair }).get('kvm-pair')!;
		const files = [{ path: '/kvm-pair', mode: 0o100755, data: program }];
		const console = ourConsole({
			board: 'foundation',
			kernel: solved.get('Image')!,
			initrd: writeCpio([...readCpio(solved.get('host.cpio')!), ...files]),
			bootargs: 'console=ttyAMA0'
		});
		await bootHost(console);
		await command(console, 'echo 1 > /sys/kernel/debug/tracing/event/kvm/kvm_vm_hw2/enable');
		expect(await command(console, '/kvm-pair 37 11 23')).toContain('WFIs 37 and 37, polls ');
		const byThread = new Map<string, Totals>();
		for (const [, thread, ...totals] of (
			await command(console, 'cat /sys/kernel/debug/tracing/trace')
		).matchAll(/kvm-pair-(\d+) .*CPU trap (\d+), MEM trap (\d+), IO trap (\d+)/g)) {
			const [cpu, mem, io] = totals.map(Number) as [number, number, number];
			byThread.set(thread!, { cpu, mem, io });
		}
		// 37 interrupts and WFIs of each; what else they ask for is in kvm-pair-guest.S. A WFI with an interrupt
		// waiting is no exit.
		expect(byThread.size).toBe(2);
		const [first, second] = [...byThread.values()] as [Totals, Totals];
		expect(first.io).toBe(37 + 3);
		expect(second.io).toBe(37 + 23 + 2);
		expect(second.cpu).toBeGreaterThan(11 + 1);
		expect(second.cpu).toBeLessThanOrEqual(37 + 11 + 1);
		const { byClass } = console.machine.trapLog.counts.vms[1]!;
		const all = Object.values(byClass).reduce((sum, { host, guest }) => sum + host + guest, 0);
		const sum = ({ cpu, mem, io }: Totals) => cpu + mem + io;
		expect(sum(first) + sum(second)).toBe(all);
	}, 300_000);

	/** Three accesses a request: the queue is kicked, the interrupt's reason read, and written back. */
	const perRequest = 3;

	it('Part III: what the solved tree counts is what QEMU counts', async () => {
		const ours = await profile(foundation(solved));
		const [boot, mem, io, more] = ours as [Totals, Totals, Totals, Totals];
		expect(mem.mem - boot.mem).toBeGreaterThanOrEqual(64);
		expect(io.io - mem.io).toBeGreaterThanOrEqual(32 * perRequest);
		expect(more.io - io.io).toBeGreaterThanOrEqual(64 * perRequest);

		if (spawnSync('qemu-system-aarch64', ['--version']).status !== 0) {
			if (process.env.CI) throw new Error('qemu-system-aarch64 is not installed');
			return;
		}
		const [kernel, disk] = ['Image', 'host.img'].map((name) => {
			writeFileSync(join(work, name), solved.get(name)!);
			return join(work, name);
		});
		const qemu = qemuConsole({
			kernel: kernel!,
			disk: disk!,
			bootargs: 'console=ttyAMA0 root=/dev/vda rw',
			ram: '512M'
		});
		try {
			const theirs = await profile(qemu);
			expect(theirs.map((each) => each.mem)).toEqual(ours.map((each) => each.mem));
			const added = (of: Totals[]) => of.slice(1).map((each, i) => each.io - of[i]!.io);
			// Every five seconds the guest writes what it holds back: that may fall into one program or the next.
			added(theirs).forEach((io, i) => {
				const more = Math.abs(io - added(ours)[i]!);
				expect(more % perRequest).toBe(0);
				expect(more / perRequest).toBeLessThanOrEqual(2);
			});
		} finally {
			qemu.stop();
		}
	}, 600_000);
});

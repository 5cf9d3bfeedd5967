/**
 * lkvm on a stock host under QEMU: what stock-kernel.test.ts has typed on our machine, typed here; and with two CPUs
 * and a virtio console the stock kernel itself as the guest.
 */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { qemuConsole, type Console } from '../homework/consoles.ts';
import {
	buildPrograms,
	complaints,
	executable,
	hasQemu,
	initramfs,
	lkvmFiles,
	lkvmWork,
	lkvmWorkShows,
	prompt,
	stockPackages,
	type Typed
} from './stock.ts';

const packages = stockPackages();
const qemu = hasQemu();

const modules = ['virtio_ring', 'virtio', 'virtio_mmio', 'virtio_console'];
/** In the guest: its console comes with a module, and with the console the shell. */
const toHvc = `
${modules.map((name) => `insmod ${name}.ko`).join('\n')}
exec sh < /dev/hvc0 > /dev/hvc0 2>&1`;

const stockGuest: readonly Typed[] = [
	{
		after: prompt,
		type: './lkvm-static run -k stock -i stock.cpio -m 192 -c 2 --console virtio -p cryptomgr.notests=1\r'
	},
	{
		after: prompt,
		type: 'cat /proc/consoles; grep Resched /proc/interrupts; busybox dmesg | grep smp:\r'
	},
	{ after: prompt, type: 'poweroff -f\r' }
];

async function typeAll(console: Console, typed: readonly Typed[]): Promise<void> {
	for (const { after, type } of typed) {
		await console.waitFor(after);
		console.type(type);
	}
}

describe.skipIf(packages === undefined || !qemu)(
	`lkvm on ${packages?.versions.kernel ?? 'a stock kernel'} under QEMU`,
	() => {
		const folder = mkdtempSync(join(tmpdir(), 'trapline-stock-lkvm-'));
		const file = (name: string) => join(folder, name);
		beforeAll(() => {
			if (packages === undefined) return;
			const programs = buildPrograms();
			const inGuest = modules.map((name) => executable(`root/${name}.ko`, packages.module(name)));
			const inHost = [
				...lkvmFiles.map((name) => executable(`root/${name}`, programs.get(name)!)),
				executable('root/stock', packages.kernel),
				executable('root/stock.cpio', initramfs(packages.busybox, inGuest, toHvc))
			];
			writeFileSync(file('Image'), packages.kernel);
			writeFileSync(file('initrd'), initramfs(packages.busybox, inHost));
		}, 300_000);
		afterAll(() => rmSync(folder, { recursive: true }));

		it('boots our guest from guest.img, and the stock kernel with two CPUs on hvc0', async () => {
			const console = qemuConsole({
				kernel: file('Image'),
				initrd: file('initrd'),
				bootargs: 'console=ttyAMA0 cryptomgr.notests=1',
				ram: '1G',
				fast: true
			});
			try {
				await typeAll(console, lkvmWork);
				await typeAll(console, stockGuest);
				await typeAll(console, [{ after: prompt, type: 'poweroff -f\r' }]);
				await console.waitFor('reboot: Power down');
				const text = console.text.replaceAll('\r', '');
				for (const line of lkvmWorkShows) expect(text).toContain(line);
				// The host has one CPU.
				expect(text).toContain('smp: Brought up 1 node, 2 CPUs');
				expect(text).toMatch(/^hvc0 +-W- /m);
				const [, first, second] = /^IPI0: +(\d+) +(\d+) /m.exec(text)!.map(Number);
				expect(first).toBeGreaterThan(0);
				expect(second).toBeGreaterThan(0);
				expect(text.match(/KVM session ended normally/g)).toHaveLength(2);
				expect(complaints(text)).toEqual([]);
			} finally {
				console.stop();
			}
		});
	}
);

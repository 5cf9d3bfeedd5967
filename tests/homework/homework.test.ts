/**
 * The homework as it is written, by keystrokes: on our Foundation Platform from the axf and host.img, and
 * under QEMU's `virt` with the same kernel and disk.
 */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { imageOf } from 'emulator-core';
import { Ext2, memoryStore } from 'toolchain';
import { ourConsole } from './consoles.ts';
import { lastTotals } from './keystrokes.ts';

const root = join(import.meta.dirname, '../..');
let work = '';
beforeAll(() => {
	work = mkdtempSync(join(tmpdir(), 'trapline-homework-'));
	const words = [join(root, 'cli/bin/trapline.js'), 'build', '-o', work];
	execFileSync(process.execPath, words, { stdio: ['ignore', 'ignore', 'pipe'] });
}, 600_000);
afterAll(() => rmSync(work, { recursive: true, force: true }));

const made = (name: string) => new Uint8Array(readFileSync(join(work, name)));

describe('what the build makes to boot', () => {
	it('a host disk with what Part I, step 2.1 names, a guest disk with mem and io', () => {
		const host = new Ext2(memoryStore(made('host.img')), { time: 1 });
		const names = host.list('/home/root').map(({ name }) => name);
		expect(names).toEqual(['guest.img', 'image', 'lkvm-static']);
		expect(Buffer.compare(host.readFile('/home/root/guest.img'), made('guest.img'))).toBe(0);
		expect(host.stat('/sbin/init').mode).toBe(0o755);
		const guest = new Ext2(memoryStore(made('guest.img')), { time: 1 });
		expect(guest.list('/home/root').map(({ name }) => name)).toEqual([
			'io',
			'io.c',
			'mem',
			'mem.c'
		]);
	});

	it('an axf that enters the kernel at EL2 with its own device tree', async () => {
		const console = ourConsole({
			board: 'foundation',
			kernel: made('image-foundation_VIRTIO.axf'),
			disks: [imageOf(made('host.img'))]
		});
		await console.waitFor('console=ttyAMA0 root=/dev/vda rw');
	}, 60_000);
});

describe('the homework by keystrokes', () => {
	it('reads the totals of a trace', () => {
		expect(lastTotals('x: kvm_vm_hw2: CPU trap 1, MEM trap 22, IO trap 333\r\n')).toEqual({
			cpu: 1,
			mem: 22,
			io: 333
		});
	});

	// bootHost and profileGuest of keystrokes.ts wait for the host's root file system, screen and boot_guest.sh.
	it.todo('does Part I, steps 1.5 to 2.5, and Part III, step 4, from the axf on our machine');
	it.todo(
		'does the same under QEMU with the same MEM counts and the same I/O counts for a request'
	);
});

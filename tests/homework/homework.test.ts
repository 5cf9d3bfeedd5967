/** The disks and the boot image of the homework, as `trapline build` makes them. */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createMachine, imageOf } from 'emulator-core';
import { Ext2, memoryStore } from 'toolchain';

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
		expect(names).toEqual(['boot_guest.sh', 'guest.img', 'image', 'lkvm-static', 'screen-4.0.2']);
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

	it('an axf that enters the kernel at EL2 with its own device tree', () => {
		const machine = createMachine({
			board: 'foundation',
			kernel: made('image-foundation_VIRTIO.axf'),
			disks: [imageOf(made('host.img'))]
		});
		let shown = '';
		machine.onConsole = (bytes) => (shown += String.fromCharCode(...bytes));
		machine.run({ maxInstructions: 20_000_000 });
		expect(shown).toContain('console=ttyAMA0 root=/dev/vda rw');
		expect(shown).toContain('Hyp mode initialized successfully');
	}, 60_000);
});

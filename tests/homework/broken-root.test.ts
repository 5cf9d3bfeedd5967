/**
 * A host.img that is no longer whole, as the root of the host: it boots to its shell with what is left, or the
 * kernel says what it misses. More of it: BROKEN_ROOTS=FIRST_SEED,SEEDS.
 */
import { createMachine, imageOf } from 'emulator-core';
import { Ext2, memoryStore } from 'toolchain';
import { expect, it } from 'vitest';
import { Builder } from '../../cli/src/project.ts';

const [first = 1, seeds = 3] = (process.env['BROKEN_ROOTS'] ?? '')
	.split(',')
	.filter(Boolean)
	.map(Number);
const outputs = new Builder().pristine(undefined, true);

/** What the host's console shows, booted from a disk that `spoil` has changed. */
function boot(spoil: (disk: Uint8Array) => void): string {
	const disk = outputs.get('host.img')!.slice();
	spoil(disk);
	const machine = createMachine({
		board: 'foundation',
		kernel: outputs.get('image-foundation_VIRTIO.axf')!,
		disks: [imageOf(disk)]
	});
	let console = '';
	machine.onConsole = (bytes) => (console += String.fromCharCode(...bytes));
	machine.run({ maxInstructions: 40_000_000 });
	expect(console).not.toMatch(/Oops|Unable to handle|BUG|Bad mode/);
	return console;
}

/** Boots, and is there a program: or why not. */
const ends =
	/root@genericarmv8:~# |Unable to mount root fs on \/dev\/vda: error|No working init found|Attempted to kill init/;

it('says what it misses', { timeout: 300_000 }, () => {
	const noSuperBlock = boot((disk) => disk.fill(0, 1024, 2048));
	expect(noSuperBlock).toContain('VFS: Unable to mount root fs on /dev/vda: error -22');
	const noProgram = boot((disk) => {
		const files = new Ext2(memoryStore(disk), { time: 1 });
		files.writeFile('/sbin/init', new TextEncoder().encode('nothing'), { mode: 0o755 });
	});
	expect(noProgram).toContain('No working init found: /sbin/init, error -8');
});

it('boots or says why not, whatever bytes are wrong', { timeout: 120_000 * seeds }, () => {
	for (let seed = first; seed < first + seeds; seed++) {
		let state = seed;
		const below = (n: number) => {
			state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
			return (state >>> 8) % n;
		};
		const console = boot((disk) => {
			// Where file systems keep what they know: half of it in the first pages.
			for (let i = 0; i < 200; i++) disk[below(i % 2 ? disk.length : 65_536)] = below(256);
		});
		expect(console, `seed ${seed}`).toMatch(ends);
	}
});

/**
 * What may be cut in two: the kernel preempts itself, so another thread may come in between any two of its
 * instructions. Here it does, after random times, while threads and processes of races.c act against each
 * other; freed memory is poisoned. More of it: RACES=FIRST_SEED,SEEDS,ROUNDS, for instance RACES=1000,20,40.
 */
import { join } from 'node:path';
import { createMachine } from 'emulator-core';
import { writeCpio } from 'toolchain';
import { expect, it } from 'vitest';
import { Builder } from '../../cli/src/project.ts';
import { buildPrograms } from './host-program.ts';

const [first = 1, seeds = 2, rounds = 4] = (process.env['RACES'] ?? '')
	.split(',')
	.filter(Boolean)
	.map(Number);
const CALLS = 1500;

function initramfs(program: Uint8Array): Uint8Array {
	const folders = ['dev', 'proc', 'sys', 'tmp'];
	return writeCpio([
		...folders.map((path) => ({ path, mode: 0o40755, data: new Uint8Array(0) })),
		{ path: 'init', mode: 0o100755, data: program }
	]);
}

it(
	'threads against each other, wherever they are cut',
	{ timeout: 60_000 * seeds * rounds },
	() => {
		const builder = new Builder();
		const source = join(import.meta.dirname, 'races.c');
		const initrd = initramfs(buildPrograms(builder, { races: source }).get('races')!);
		const kernel = builder.pristine().get('Image')!;
		for (let seed = first; seed < first + seeds; seed++) {
			// Turns from 20 to 200 us at most: 1,000 to 10,000 instructions in the mean.
			const preempt = `preempt=${seed},${[20_000, 60_000, 200_000][seed % 3]} slub_debug`;
			const machine = createMachine({
				board: 'foundation',
				ramBytes: 64 * 2 ** 20,
				bootargs: `console=ttyAMA0 ${preempt} races=${seed},${rounds},${CALLS}`,
				kernel,
				initrd
			});
			let console = '';
			machine.onConsole = (bytes) => (console += Buffer.from(bytes).toString('latin1'));
			const stopped = machine.run({ maxInstructions: 2_000_000_000 * rounds });
			expect(console, preempt).not.toMatch(/Oops|panic|Unable to handle|BUG|slab:|busy inodes/);
			expect(stopped, preempt).toEqual({ reason: 'poweroff' });
			const [said, done, kb] = /races: .*: (\d+) things .* (-?\d+) kB less; wrong: nothing/.exec(
				console
			)!;
			process.stdout.write(`${said}\n`);
			expect(Number(done)).toBeGreaterThan(50 * rounds);
			expect(Number(kb)).toBeLessThan(200);
		}
	}
);

/**
 * Guests whose disk is spoiled: they boot or panic, and lkvm and the host live on. The seed is that of the first of so
 * many; LKVM_SPOILED_SEED and LKVM_SPOILED_ROUNDS give others.
 */
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { onTheHost } from './host-program.ts';

const seed = Number(process.env['LKVM_SPOILED_SEED'] ?? 1);
const rounds = Number(process.env['LKVM_SPOILED_ROUNDS'] ?? 4);

it(`lkvm runs ${rounds} guests from spoiled disks, from seed ${seed}`, async () => {
	const console = await onTheHost(
		[`/lkvm-spoiled ${seed} ${rounds}`],
		{ 'lkvm-spoiled': join(import.meta.dirname, 'lkvm-spoiled.c') },
		['guest.img']
	);
	expect(console).not.toMatch(/panic -|Oops|BUG/);
	const done = /^lkvm-spoiled: (\d+) prompts, (\d+) panics, (\d+) neither, (\d+) ended$/m.exec(
		console
	);
	expect(done, console).not.toBeNull();
	const [prompts, panics, neither, ended] = done!.slice(1).map(Number) as number[];
	expect(prompts! + panics! + neither!).toBe(rounds);
	expect(ended).toBe(0);
	expect(console).toContain('reboot: Power down');
}, 300_000);

/**
 * Guests that write all over their devices: lkvm ignores it or says what it cannot do, the host goes on. The seed
 * is that of the first of so many guests; LKVM_HAMMER_SEED and LKVM_HAMMER_ROUNDS give others.
 */
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { onTheHost } from './host-program.ts';

const seed = Number(process.env['LKVM_HAMMER_SEED'] ?? 1);
const rounds = Number(process.env['LKVM_HAMMER_ROUNDS'] ?? 10);

it(`lkvm survives ${rounds} random guests, from seed ${seed}`, async () => {
	const console = await onTheHost([`/lkvm-hammer ${seed} ${rounds}`], {
		'lkvm-hammer': join(import.meta.dirname, 'lkvm-hammer.c')
	});
	expect(console).not.toMatch(/panic|Oops|BUG/);
	const done =
		/^lkvm-hammer: (\d+) normally, (\d+) with a message, (\d+) stopped, (\d+) crashed$/m.exec(
			console
		);
	expect(done, console).not.toBeNull();
	const [normally, message, stopped, crashed] = done!.slice(1).map(Number) as number[];
	expect(crashed).toBe(0);
	// A guest whose program a device has overwritten may run for ever.
	expect(stopped).toBeLessThanOrEqual(rounds / 10);
	expect(normally! + message!).toBe(rounds - stopped!);
	expect(console).toContain('reboot: Power down');
}, 300_000);

/** A state saved while the host runs its guest: damaged, cut or of another version, it changes nothing. */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { standardRun } from 'checks';
import { createMachine, MachineError, type Machine } from 'emulator-core';
import { randomNumbers } from '../cli/trapline.ts';

const root = join(import.meta.dirname, '../..');
const seed = 3_140_2014;
/** Within the guest's boot. */
const middle = 9_000_000;

let work = '';
beforeAll(() => {
	work = mkdtempSync(join(tmpdir(), 'trapline-saved-'));
	const bin = join(root, 'cli/bin/trapline.js');
	execFileSync(process.execPath, [bin, 'build', '-o', work], {
		stdio: ['ignore', 'ignore', 'pipe']
	});
}, 300_000);
afterAll(() => rmSync(work, { recursive: true, force: true }));

function host(): Machine {
	return createMachine({
		...standardRun,
		ramBytes: 64 * 2 ** 20,
		bootargs: 'console=ttyAMA0 hw2=run',
		kernel: readFileSync(join(work, 'Image')),
		initrd: readFileSync(join(work, 'host.cpio'))
	});
}

describe('a saved state of the host and its guest', () => {
	it(`is refused when anything in it is changed or missing, with one message (seed ${seed})`, () => {
		const machine = host();
		machine.run({ maxInstructions: middle });
		const before = machine.hash();
		const saved = machine.save();
		const refused = (bytes: Uint8Array, what: string) => {
			let thrown: unknown;
			try {
				machine.restore(bytes);
			} catch (error) {
				thrown = error;
			}
			expect(thrown, what).toBeInstanceOf(MachineError);
			expect((thrown as Error).message, what).toMatch(
				/^(The saved state|This is not a saved state)/
			);
		};
		const random = randomNumbers(seed);
		for (let n = 0; n < 60; n++) {
			const at = n < 24 ? n : random(saved.length);
			const bytes = saved.slice();
			bytes[at]! ^= 1 + random(255);
			refused(bytes, `byte ${at} of ${saved.length} changed`);
		}
		for (let n = 0; n < 40; n++) {
			const length = n < 20 ? n : random(saved.length);
			refused(saved.subarray(0, length), `cut to ${length} of ${saved.length} bytes`);
		}
		const later = saved.slice();
		later[8] = 200;
		expect(() => machine.restore(later)).toThrow('format version 200');
		expect(machine.hash()).toBe(before);

		const whole = host();
		whole.run({ maxInstructions: 200_000_000 });
		expect(machine.run({ maxInstructions: 200_000_000 })).toEqual({ reason: 'poweroff' });
		expect(machine.hash()).toBe(whole.hash());
	});

	it('goes on in another machine as if nothing had been', () => {
		const first = host();
		first.run({ maxInstructions: middle });
		const second = host();
		second.restore(first.save());
		for (const machine of [first, second]) machine.run({ maxInstructions: 200_000_000 });
		expect(second.hash()).toBe(first.hash());
		expect(second.trapLog.counts).toEqual(first.trapLog.counts);
	});
});

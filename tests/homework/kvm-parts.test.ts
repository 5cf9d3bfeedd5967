/**
 * The parts of KVM, one guest for each: what it finds is written out in kvm-parts.c. And a guest of two vcpus,
 * each in a thread of lkvm's kind: they start, wake and stop each other.
 */
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { onTheHost } from './host-program.ts';

const here = (name: string) => join(import.meta.dirname, name);

describe('KVM', () => {
	let console: string;
	beforeAll(async () => {
		console = await onTheHost(['/kvm-parts', '/kvm-pair 37 11 23'], {
			'kvm-parts': ['kvm-parts.c', 'kvm-parts-guest.S'].map(here),
			'kvm-pair': ['kvm-pair.c', 'kvm-pair-guest.S', 'kvm-vm.h'].map((name) =>
				here(`../stock/${name}`)
			)
		});
	}, 150_000);

	it('does each of its parts', () => {
		const said = console.split('\n').filter((line) => /^(ok|wrong): /.test(line));
		expect(said).toEqual(
			[
				'MMIO',
				'undefined',
				'system registers',
				'PSCI 0.1',
				'edges',
				'level',
				'timer',
				'one register'
			].map((part) => `ok: ${part}`)
		);
	});

	it('runs two vcpus', () => {
		expect(console).toContain('kvm-pair: reads 0 and 23, wrong 0, reports 4');
		// 37 turns each, in which the other is always awaited by WFI; the sum of 0 to 22
		expect(console).toMatch(/^kvm-pair: WFIs 37 and 37, polls \d+, device 253$/m);
	});
});

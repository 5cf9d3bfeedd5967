/**
 * Random ioctls and random guests: an errno or an exit, never the end of the host. The seed is that of the
 * first of so many rounds; KVM_FUZZ_SEED and KVM_FUZZ_ROUNDS give others, for instance
 *	KVM_FUZZ_SEED=1000 KVM_FUZZ_ROUNDS=150 npx vitest run --project boot tests/homework/kvm-fuzz
 */
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { onTheHost } from './host-program.ts';

const seed = Number(process.env['KVM_FUZZ_SEED'] ?? 1);
const rounds = Number(process.env['KVM_FUZZ_ROUNDS'] ?? 40);

it(`KVM survives ${rounds} random VMs, from seed ${seed}`, async () => {
	const console = await onTheHost([`/kvm-fuzz ${seed} ${rounds}`], {
		'kvm-fuzz': ['kvm-fuzz.c', '../../lessons/VM_HW2/lkvm/thread.S'].map((path) =>
			join(import.meta.dirname, path)
		)
	});
	expect(console).not.toMatch(/panic|Oops|BUG/);
	const done = /^kvm-fuzz: (\d+) ioctls, (\d+) fine, (\d+) stays, (\d+) killed$/m.exec(console);
	expect(done, console).not.toBeNull();
	const [ioctls, fine, stays] = done!.slice(1).map(Number) as [number, number, number];
	expect(ioctls).toBeGreaterThan(30 * rounds);
	expect(fine).toBeGreaterThan(10 * rounds);
	expect(stays).toBeGreaterThan(rounds / 2);
	expect(console).toContain('reboot: Power down');
});

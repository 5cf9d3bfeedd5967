/** VMs in great number, several at once, memory slots, the vGIC as a device; and nothing is left behind. */
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { onTheHost } from './host-program.ts';

it('KVM gives back what 400 VMs took, and refuses what is wrong', async () => {
	const console = await onTheHost(['/kvm-leaks'], {
		'kvm-leaks': join(import.meta.dirname, 'kvm-leaks.c')
	});
	const said = console.split('\n').filter((line) => /^(ok|wrong): /.test(line));
	expect(said).toEqual([
		'ok: 400 VMs',
		'ok: 8 VMs at once',
		'ok: slots',
		'ok: memory that changes',
		'ok: device'
	]);
});

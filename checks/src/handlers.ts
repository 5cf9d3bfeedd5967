import type { ExitKind } from './exits.ts';

/** How each kind of exit is called in a sentence, and where the tree handles it. */
export const kindNames: Record<ExitKind, { name: string; handler: string }> = {
	wfi: { name: 'WFI', handler: 'kvm_handle_wfx' },
	wfe: { name: 'WFE', handler: 'kvm_handle_wfx' },
	'hvc-psci': { name: 'HVC (PSCI)', handler: 'handle_hvc' },
	'hvc-other': { name: 'HVC (unknown)', handler: 'handle_hvc' },
	smc: { name: 'SMC', handler: 'handle_smc' },
	sysreg: { name: 'system register', handler: 'kvm_handle_sys_reg' },
	'other-cpu': { name: 'other exception', handler: 'handle_exit' },
	'mem-data': { name: 'data abort in memory', handler: 'user_mem_abort' },
	'mem-fetch': { name: 'instruction abort in memory', handler: 'user_mem_abort' },
	'io-kernel-read': { name: 'distributor read', handler: 'vgic_handle_mmio' },
	'io-kernel-write': { name: 'distributor write', handler: 'vgic_handle_mmio' },
	'io-user-read': { name: 'device read served by lkvm', handler: 'io_mem_abort' },
	'io-user-write': { name: 'device write served by lkvm', handler: 'io_mem_abort' },
	'fetch-outside': { name: 'instruction fetch outside memory', handler: 'kvm_handle_guest_abort' },
	irq: { name: 'host interrupt', handler: 'handle_exit' }
};

/** A list as it is said: “a, b and c”. */
export function said(items: readonly string[]): string {
	return items.length < 2
		? (items[0] ?? 'none')
		: `${items.slice(0, -1).join(', ')} and ${items.at(-1)}`;
}

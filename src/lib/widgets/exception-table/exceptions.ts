/**
 * The exits of a guest as KVM sees them: exception class (ESR_EL2 bits 31:26), the handler in the
 * tree, and the class in the homework's sense. The one place that says so; tables, panels and
 * lessons read it.
 */
export type TrapClass = 'CPU' | 'MEM' | 'I/O';

export interface ExceptionRow {
	/** The exception classes, or none for an exit that carries no syndrome. */
	readonly ec: readonly number[];
	readonly name: string;
	/** What the guest did. */
	readonly when: string;
	readonly handler: string;
	readonly file: string;
	readonly classes: readonly TrapClass[];
	/** Only a 32-bit guest can cause it. */
	readonly aarch32?: true;
}

const handleExit = 'arch/arm64/kvm/handle_exit.c';
const sysRegs = 'arch/arm64/kvm/sys_regs.c';
const mmu = 'arch/arm/kvm/mmu.c';

export const exceptions: readonly ExceptionRow[] = [
	{
		ec: [0x01],
		name: 'WFI or WFE',
		when: 'the guest has nothing to do and waits',
		handler: 'kvm_handle_wfx',
		file: handleExit,
		classes: ['CPU']
	},
	{
		ec: [0x12, 0x16],
		name: 'HVC',
		when: 'it calls the hypervisor, here for PSCI',
		handler: 'handle_hvc',
		file: handleExit,
		classes: ['CPU']
	},
	{
		ec: [0x13, 0x17],
		name: 'SMC',
		when: 'it calls firmware that a VM does not have',
		handler: 'handle_smc',
		file: handleExit,
		classes: ['CPU']
	},
	{
		ec: [0x18],
		name: 'MSR, MRS or system instruction',
		when: 'it touches a system register that KVM keeps for itself',
		handler: 'kvm_handle_sys_reg',
		file: sysRegs,
		classes: ['CPU']
	},
	{
		ec: [0x20],
		name: 'Instruction abort',
		when: 'it runs code in a page that stage 2 does not map',
		handler: 'kvm_handle_guest_abort',
		file: mmu,
		classes: ['MEM']
	},
	{
		ec: [0x24],
		name: 'Data abort',
		when: 'a load or store misses in stage 2: memory if the address lies in the VM’s RAM, a device if not',
		handler: 'kvm_handle_guest_abort',
		file: mmu,
		classes: ['MEM', 'I/O']
	},
	{
		ec: [0x03, 0x04],
		name: 'CP15 access',
		when: 'the 32-bit form of a system register access',
		handler: 'kvm_handle_cp15_32, kvm_handle_cp15_64',
		file: sysRegs,
		classes: ['CPU'],
		aarch32: true
	},
	{
		ec: [0x05, 0x06, 0x0c],
		name: 'CP14 access',
		when: 'the 32-bit form of a debug register access',
		handler: 'kvm_handle_cp14_access, kvm_handle_cp14_load_store',
		file: sysRegs,
		classes: ['CPU'],
		aarch32: true
	},
	{
		ec: [],
		name: 'Interrupt',
		when: 'a device of the host wants attention; the guest did nothing',
		handler: 'none: handle_exit returns at once',
		file: handleExit,
		classes: []
	}
];

/** `0x16`, two digits. */
export function formatEc(ec: number): string {
	return '0x' + ec.toString(16).padStart(2, '0');
}

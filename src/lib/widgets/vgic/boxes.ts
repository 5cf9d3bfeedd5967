import type { Access, StationKey } from './layout.ts';

/** INTIDs, fixed on both boards, by the architecture, or by lkvm. */
export const TIMER = 27;
export const MAINTENANCE = 25;
export const SERIAL = 32;
export const DISK = 33;

/** Who raises an interrupt: the virtual timer, or what lkvm has put on the line. */
export function sourceName(id: number): string {
	if (id < 16) return 'Another vCPU';
	if (id === TIMER) return 'Virtual timer';
	if (id < 32) return `Private line ${id}`;
	if (id === SERIAL) return 'lkvm’s serial port';
	if (id === DISK) return 'lkvm’s disk';
	return `Line ${id}`;
}

/** The interrupt with its kind: `PPI 27`. */
export function interruptName(id: number): string {
	return `${id < 16 ? 'SGI' : id < 32 ? 'PPI' : 'SPI'} ${id}`;
}

/** What comes of the guest’s own accesses to a box. */
export const accesses: Record<StationKey, (id: number) => Access> = {
	source: (id) =>
		id === TIMER
			? {
					what: 'CNTV_*',
					kind: 'does not trap',
					says: 'The guest reads and sets CNTV_CTL and CNTV_CVAL in the hardware itself.'
				}
			: {
					what: 'its registers',
					kind: 'traps',
					says: 'The guest’s access to the device’s registers is an abort at stage 2, and lkvm plays the device.'
				},
	physical: () => ({
		what: 'host’s GIC',
		kind: 'out of reach',
		says: 'Stage 2 does not map the host’s interrupt controller for the guest.'
	}),
	distributor: () => ({
		what: 'GICD_*',
		kind: 'traps',
		says: 'The guest’s access is an abort at stage 2, an MMIO exit: vgic_handle_mmio plays the register.'
	}),
	list: () => ({
		what: 'GICH_LR',
		kind: 'EL2 only',
		says: 'Only the world switch writes them; stage 2 does not map GICH for the guest.'
	}),
	interface: () => ({
		what: 'GICC_*',
		kind: 'does not trap',
		says: 'Where the guest expects its GICC, stage 2 maps the machine’s GICV: reading GICC_IAR and writing GICC_EOIR cost no exit.'
	}),
	guest: () => ({
		what: 'IRQ',
		kind: 'does not trap',
		says: 'A virtual interrupt goes straight to the guest’s own vector at EL1, VBAR_EL1 + 0x280 from its kernel; EL2 does not see it.'
	})
};

/** Who or what brings an interrupt to a box from the one before. */
export const by: Record<StationKey, (id: number) => string> = {
	source: () => '',
	physical: (id) => (id === TIMER ? 'its line is high' : 'passed by'),
	distributor: (id) =>
		id === TIMER ? 'kvm_timer_inject_irq' : id < 16 ? 'GICD_SGIR' : 'the ioctl KVM_IRQ_LINE',
	list: () => 'kvm_vgic_flush_hwstate',
	interface: () => 'the world switch, restore_vgic_state',
	guest: () => 'the virtual IRQ line'
};

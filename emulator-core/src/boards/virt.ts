import { board, genericTimer, gicv2, pl011, ppi, psci, spi } from './board.ts';

const MiB = 2 ** 20;

/** QEMU's `virt` machine: its addresses and interrupts, so that software for either runs on both. */
export const virt = board({
	name: 'virt',
	title: 'QEMU virt',
	cpus: 1,
	ram: { base: 0x4000_0000, size: 256 * MiB },
	devices: [
		gicv2({
			gicd: 0x0800_0000,
			gicc: 0x0801_0000,
			gich: 0x0803_0000,
			gicv: 0x0804_0000,
			maintenance: ppi(9)
		}),
		genericTimer({ secure: ppi(13), phys: ppi(14), virt: ppi(11), hyp: ppi(10) }),
		psci({ method: 'smc' }),
		pl011('uart0', { base: 0x0900_0000, irq: spi(1) })
	]
});

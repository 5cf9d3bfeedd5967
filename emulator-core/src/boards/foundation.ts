import {
	board,
	genericTimer,
	gicv2,
	pl011,
	pl031,
	ppi,
	psci,
	spi,
	vexpressSysreg,
	virtioMmio
} from './board.ts';

const MiB = 2 ** 20;

/**
 * The ARM Foundation Platform v8, as its device tree in Linux describes it; of its 2 GB of RAM at
 * this address, as much as the homework needs. The Platform has the first of the virtio slots; the
 * real-time clock and the other slots are where the larger models of its family have theirs.
 */
export const foundation = board({
	name: 'foundation',
	title: 'ARM Foundation Platform',
	compatible: ['arm,foundation-aarch64', 'arm,vexpress'],
	cpus: 1,
	maxCpus: 4,
	spinTable: 0x8000_fff8,
	timerHz: 100_000_000,
	virtio: 1,
	ram: { base: 0x8000_0000, size: 512 * MiB },
	devices: [
		gicv2({
			gicd: 0x2c00_1000,
			gicc: 0x2c00_2000,
			gich: 0x2c00_4000,
			gicv: 0x2c00_6000,
			maintenance: ppi(9)
		}),
		genericTimer({ secure: ppi(13), phys: ppi(14), virt: ppi(11), hyp: ppi(10) }),
		psci({ method: 'smc' }),
		vexpressSysreg('sysreg', { base: 0x1c01_0000 }),
		pl011('uart0', { base: 0x1c09_0000, irq: spi(5) }),
		pl011('uart1', { base: 0x1c0a_0000, irq: spi(6) }),
		pl011('uart2', { base: 0x1c0b_0000, irq: spi(7) }),
		pl011('uart3', { base: 0x1c0c_0000, irq: spi(8) }),
		pl031('rtc', { base: 0x1c17_0000, irq: spi(4) }),
		virtioMmio('virtio0', { base: 0x1c13_0000, irq: spi(42), takes: 'disk' }),
		virtioMmio('virtio1', { base: 0x1c14_0000, irq: spi(43), takes: 'disk' }),
		virtioMmio('virtio2', { base: 0x1c15_0000, irq: spi(44), takes: 'console' }),
		virtioMmio('virtio3', { base: 0x1c20_0000, irq: spi(46), takes: 'entropy' })
	]
});

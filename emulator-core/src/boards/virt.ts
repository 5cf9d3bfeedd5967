import { board, genericTimer, gicv2, pl011, pl031, ppi, psci, spi, virtioMmio } from './board.ts';

const MiB = 2 ** 20;

/** What the eight slots take, by ascending address: six disks, then one of each other kind. */
const slots = [...new Array<'disk'>(6).fill('disk'), 'console', 'entropy'] as const;

/**
 * QEMU's `virt` machine: its addresses and interrupts, so that software for either runs on both. Of its
 * 32 virtio slots the first eight; QEMU fills its own from the last one down.
 */
export const virt = board({
	name: 'virt',
	title: 'QEMU virt',
	compatible: ['linux,dummy-virt'],
	cpus: 1,
	maxCpus: 4,
	virtio: 1,
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
		pl011('uart0', { base: 0x0900_0000, irq: spi(1) }),
		pl031('rtc', { base: 0x0901_0000, irq: spi(2) }),
		...slots.map((takes, n) =>
			virtioMmio(`virtio${n}`, {
				base: 0x0a00_0000 + 0x200 * n,
				irq: spi(16 + n, 'edge'),
				takes
			})
		)
	]
});

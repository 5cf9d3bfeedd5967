/** Where the program has what: physical addresses, the same on QEMU's virt and on ours. */
export const ramBase = 0x4000_0000;
export const load = 0x4020_0000;
/** Offsets from there: the number of accesses done, the accesses, what each gave. */
export const vectors = 0x1000;
export const done = 0x2000;
export const accesses = 0x10_0000;
export const results = 0x80_0000;
export const accessBytes = 16;
export const resultBytes = 4;

/** Where virt has the blocks, and the real-time clock, of which SPI 2 is. */
export const bases = { GICD: 0x0800_0000, GICC: 0x0801_0000, GICH: 0x0803_0000, GICV: 0x0804_0000 };
export const rtc = { base: 0x0901_0000, spi: 2 };

/** What an access is; `value` of the last three: see driver.ts. */
export const kinds = {
	write: 0,
	read: 1,
	writeByte: 2,
	readByte: 3,
	/** Drives the CPU's own interrupts 27, 30 and 26 by its timers: bits 0, 1 and 2 of the value. */
	timers: 4,
	/** Which interrupts wait for EL2: 2 for an IRQ, 1 for an FIQ. */
	physicalLines: 5,
	/** The same for a guest at EL1. */
	virtualLines: 6
} as const;
export type Kind = keyof typeof kinds;

/** The PPIs that the timers drive, in the order of the bits. */
export const timerIds = [27, 30, 26] as const;

/** One access, by one of the two CPUs. */
export interface Access {
	readonly cpu: 0 | 1;
	readonly kind: Kind;
	readonly address: number;
	readonly value: number;
	/** For messages: `GICC_IAR`. */
	readonly name: string;
}

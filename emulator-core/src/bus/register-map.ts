import type { UnlistedListener } from './device.ts';

/** One register of a device: a name and what a read and a write do. A side left out reads zero or ignores. */
export interface Register<D> {
	readonly name: string;
	/**
	 * True for a register made of bytes that can be accessed one by one (GICD_IPRIORITYR). `read` and
	 * `write` then see one byte at its own offset, and a wider access is made of several.
	 */
	readonly bytes?: true;
	read?(device: D, offset: number): number;
	write?(device: D, value: number, offset: number): void;
}

/** A device's registers by byte offset. Offsets that are not listed read as zero and ignore writes. */
export type RegisterMap<D> = Readonly<Record<number, Register<D>>>;

/** The same register at `count` word offsets from `first` on: an array such as GICD_ISENABLERn. */
export function registerArray<D>(
	first: number,
	count: number,
	register: Register<D>
): Record<number, Register<D>> {
	return Object.fromEntries(Array.from({ length: count }, (_, i) => [first + 4 * i, register]));
}

interface Registered {
	readonly name: string;
	onUnlisted?: UnlistedListener | undefined;
}

const truncate = (value: number, size: number) =>
	(size === 4 ? value : value % 2 ** (8 * size)) >>> 0;

/**
 * Reads the register at `offset`. A narrow access to a register without `bytes` reads its low
 * part, at its own offset only; that is how PL011 drivers use 8- and 16-bit accesses.
 */
export function readRegister<D>(
	map: RegisterMap<D>,
	device: NoInfer<D> & Registered,
	offset: number,
	size: 1 | 2 | 4
): number {
	const register = map[offset] ?? map[offset & ~3];
	if (register?.bytes) {
		let value = 0;
		for (let i = 0; i < size; i++)
			value += ((register.read?.(device, offset + i) ?? 0) & 0xff) * 2 ** (8 * i);
		return value;
	}
	if (register === undefined || map[offset] === undefined) {
		device.onUnlisted?.({ device: device.name, offset, size, written: undefined });
		return 0;
	}
	return truncate((register.read?.(device, offset) ?? 0) >>> 0, size);
}

/** Writes the low `size` bytes of `value` to the register at `offset`; see readRegister. */
export function writeRegister<D>(
	map: RegisterMap<D>,
	device: NoInfer<D> & Registered,
	offset: number,
	value: number,
	size: 1 | 2 | 4
): void {
	const register = map[offset] ?? map[offset & ~3];
	if (register?.bytes) {
		for (let i = 0; i < size; i++) register.write?.(device, (value >>> (8 * i)) & 0xff, offset + i);
		return;
	}
	if (register === undefined || map[offset] === undefined) {
		device.onUnlisted?.({
			device: device.name,
			offset,
			size,
			written: truncate(value >>> 0, size)
		});
		return;
	}
	register.write?.(device, truncate(value >>> 0, size), offset);
}

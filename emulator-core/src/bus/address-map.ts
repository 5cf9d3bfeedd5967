import type { AccessSize, MmioDevice, UnlistedAccess } from './device.ts';
import { WrittenPages } from './written-pages.ts';

/** A stretch of physical addresses that is memory or a device. */
export interface Region {
	readonly base: number;
	readonly size: number;
	/** The device, or undefined for RAM. */
	readonly device: MmioDevice | undefined;
	/** Where the first byte of RAM lies in the machine's WebAssembly memory; 0 for a device. */
	readonly memoryOffset: number;
}

export type DeviceRegion = Region & { readonly device: MmioDevice };

const isDevice = (region: Region): region is DeviceRegion => region.device !== undefined;

const pageBytes = 4096;

/** An access that met nothing: no region, or a region's offset without a register. */
export type BusEvent =
	| ({ readonly kind: 'unlisted' } & UnlistedAccess)
	| {
			readonly kind: 'unmapped';
			readonly pa: number;
			readonly size: AccessSize;
			/** The value of a write; undefined for a read. */
			readonly written: bigint | undefined;
	  };

/**
 * What the bus does with an access that no region takes: `abort` reports it, so that the CPU takes
 * an external abort; `zero` reads zero and ignores writes, as some interconnects do.
 */
export type UnmappedPolicy = 'abort' | 'zero';

/** Told to hold what overlaps, or what is no region of whole bytes. */
export class AddressMapError extends Error {
	override name = 'AddressMapError';
}

/**
 * The physical address space: RAM and devices by address. Physical addresses are numbers, exact up
 * to 2^53; a board's addresses lie far below. Devices see accesses in guest order, and an 8-byte one
 * as two of 4, low word first. RAM is little-endian, in the machine's one WebAssembly memory.
 */
export class AddressMap {
	readonly regions: Region[] = [];
	/** Pages of RAM that were written; the MMU marks what the CPU stores to. */
	readonly written: WrittenPages;
	/** Told of accesses that met no region or no register. */
	onEvent: ((event: BusEvent) => void) | undefined;

	readonly #memory: WebAssembly.Memory;
	readonly #unmapped: UnmappedPolicy;
	#view: DataView;
	#last: Region | undefined;
	/** Whole pages of devices, by pa / 4096. */
	readonly #byPage = new Map<number, DeviceRegion>();

	constructor(memory: WebAssembly.Memory, unmapped: UnmappedPolicy = 'abort') {
		this.#memory = memory;
		this.#unmapped = unmapped;
		this.#view = new DataView(memory.buffer);
		this.written = new WrittenPages(memory.buffer.byteLength);
	}

	/** Adds RAM whose first byte lies at `memoryOffset` of the WebAssembly memory. */
	addRam(base: number, size: number, memoryOffset: number): void {
		if (memoryOffset + size > this.#memory.buffer.byteLength)
			throw new AddressMapError(
				`RAM of ${size} bytes at offset ${hex(memoryOffset)} does not fit the memory of ` +
					`${this.#memory.buffer.byteLength} bytes: make the WebAssembly.Memory larger`
			);
		this.#add({ base, size, device: undefined, memoryOffset });
	}

	addDevice(base: number, size: number, device: MmioDevice): void {
		this.#add({ base, size, device, memoryOffset: 0 });
		device.onUnlisted = (access) => this.onEvent?.({ kind: 'unlisted', ...access });
	}

	/** The region that holds `pa`. */
	find(pa: number): Region | undefined {
		const last = this.#last;
		if (last !== undefined && pa >= last.base && pa < last.base + last.size) return last;
		return (this.#last = this.regions.find((r) => pa >= r.base && pa < r.base + r.size));
	}

	/** The region of a device that takes an access of `size` bytes at `pa`, if one does. */
	deviceAt(pa: number, size: number): DeviceRegion | undefined {
		const region = this.#byPage.get(Math.floor(pa / pageBytes));
		return region !== undefined && pa + size <= region.base + region.size ? region : undefined;
	}

	/** Where the byte of RAM at `pa` lies in the WebAssembly memory; undefined if that is no RAM. */
	ramOffset(pa: number): number | undefined {
		const region = this.find(pa);
		if (region === undefined || region.device !== undefined) return undefined;
		return region.memoryOffset + (pa - region.base);
	}

	/** A load of `size` bytes, zero-extended. Undefined: nothing is there, the CPU raises an external abort. */
	read(pa: number, size: AccessSize): bigint | undefined {
		const region = this.find(pa);
		if (region === undefined || pa + size > region.base + region.size) {
			this.onEvent?.({ kind: 'unmapped', pa, size, written: undefined });
			return this.#unmapped === 'zero' ? 0n : undefined;
		}
		const offset = pa - region.base;
		const device = region.device;
		if (device === undefined) return this.#readRam(region.memoryOffset + offset, size);
		if (size < 8) return BigInt(device.read(offset, size as 1 | 2 | 4));
		const low = device.read(offset, 4);
		return (BigInt(device.read(offset + 4, 4)) << 32n) | BigInt(low);
	}

	/** A store of the low `size` bytes of `value`. False: nothing is there, the CPU raises an external abort. */
	write(pa: number, size: AccessSize, value: bigint): boolean {
		const region = this.find(pa);
		if (region === undefined || pa + size > region.base + region.size) {
			this.onEvent?.({ kind: 'unmapped', pa, size, written: value });
			return this.#unmapped === 'zero';
		}
		const offset = pa - region.base;
		const device = region.device;
		if (device === undefined) this.#writeRam(region.memoryOffset + offset, size, value);
		else {
			device.write(
				offset,
				Number(BigInt.asUintN(size === 8 ? 32 : 8 * size, value)),
				size === 8 ? 4 : size
			);
			if (size === 8) device.write(offset + 4, Number(BigInt.asUintN(32, value >> 32n)), 4);
		}
		return true;
	}

	/**
	 * A view of `length` bytes of RAM from `pa` on, for images, debuggers and devices that read memory
	 * themselves; undefined if any of it is not RAM. Good until the WebAssembly memory grows. Whoever
	 * writes asks for `writableRam`.
	 */
	ram(pa: number, length: number): Uint8Array | undefined {
		const region = this.find(pa);
		if (region === undefined || region.device !== undefined) return undefined;
		if (!(length >= 0) || pa + length > region.base + region.size) return undefined;
		return new Uint8Array(this.#memory.buffer, region.memoryOffset + (pa - region.base), length);
	}

	/** The same view, of pages that count as written from now on. */
	writableRam(pa: number, length: number): Uint8Array | undefined {
		const bytes = this.ram(pa, length);
		if (bytes === undefined) return undefined;
		this.written.markRange(bytes.byteOffset, length);
		this.written.stored(bytes.byteOffset, length);
		return bytes;
	}

	#add(region: Region): void {
		const { base, size } = region;
		if (!Number.isSafeInteger(base) || !Number.isSafeInteger(base + size) || base < 0 || size <= 0)
			throw new AddressMapError(`no region can lie at ${base} with ${size} bytes`);
		const other = this.regions.find((r) => base < r.base + r.size && r.base < base + size);
		if (other !== undefined)
			throw new AddressMapError(
				`${nameOf(region)} at ${hex(base)} overlaps ${nameOf(other)} at ${hex(other.base)}: ` +
					'give one of them another base or a smaller size'
			);
		this.regions.push(region);
		// A device smaller than a page may share one: then `find` has to tell them apart.
		if (isDevice(region) && base % pageBytes === 0 && size % pageBytes === 0)
			for (let pa = base; pa < base + size; pa += pageBytes)
				this.#byPage.set(pa / pageBytes, region);
		this.regions.sort((a, b) => a.base - b.base);
		this.#last = undefined;
	}

	#ramView(): DataView {
		// Growing a WebAssembly memory detaches its buffer.
		if (this.#view.buffer !== this.#memory.buffer) this.#view = new DataView(this.#memory.buffer);
		return this.#view;
	}

	#readRam(at: number, size: AccessSize): bigint {
		const view = this.#ramView();
		if (size === 8) return view.getBigUint64(at, true);
		if (size === 4) return BigInt(view.getUint32(at, true));
		return BigInt(size === 2 ? view.getUint16(at, true) : view.getUint8(at));
	}

	#writeRam(at: number, size: AccessSize, value: bigint): void {
		const view = this.#ramView();
		this.written.markRange(at, size);
		this.written.stored(at, size);
		if (size === 8) view.setBigUint64(at, BigInt.asUintN(64, value), true);
		else if (size === 4) view.setUint32(at, Number(BigInt.asUintN(32, value)), true);
		else if (size === 2) view.setUint16(at, Number(BigInt.asUintN(16, value)), true);
		else view.setUint8(at, Number(BigInt.asUintN(8, value)));
	}
}

const nameOf = (region: Region) => region.device?.name ?? 'RAM';

/** 0x4008_0000: the project's way of writing addresses. */
export function hex(value: number | bigint): string {
	const digits = value.toString(16);
	const padded =
		digits.length > 4 ? digits.padStart(Math.ceil(digits.length / 4) * 4, '0') : digits;
	return '0x' + padded.replace(/(?<=.)(?=(.{4})+$)/g, '_');
}

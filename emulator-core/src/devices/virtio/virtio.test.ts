import { beforeEach, describe, expect, it } from 'vitest';
import type { GuestMemory } from '../../bus/device.ts';
import { Wire } from '../test-parts.ts';
import { VirtioBlk } from './blk.ts';
import { CopyOnWriteDisk, imageOf } from './disk.ts';
import { VirtioMmio } from './mmio.ts';

const RAM = 0x4000_0000;
const RAM_BYTES = 0x1_0000;

/** Where this driver puts its queue of 8: everything below is relative to RAM. */
const TABLE = RAM;
const AVAILABLE = RAM + 0x80;
const USED = RAM + 0x1000;
const HEADER = RAM + 0x2000;
const DATA = RAM + 0x3000;
const STATUS = RAM + 0x5000;

const NEXT = 1;
const WRITE = 2;
const INDIRECT = 4;

class Ram implements GuestMemory {
	readonly bytes = new Uint8Array(RAM_BYTES);
	readonly view = new DataView(this.bytes.buffer);

	read(pa: number, length: number): Uint8Array | undefined {
		const at = pa - RAM;
		return at >= 0 && at + length <= RAM_BYTES ? this.bytes.subarray(at, at + length) : undefined;
	}
	write(pa: number, bytes: Uint8Array): boolean {
		const to = this.read(pa, bytes.length);
		to?.set(bytes);
		return to !== undefined;
	}
}

let ram: Ram;
let irq: Wire;
let image: Uint8Array;
let broken: string[];
let device: VirtioMmio;
const read = (offset: number) => device.read(offset, 4);
const write = (offset: number, value: number) => device.write(offset, value, 4);

/** A disk of 16 sectors; every byte of sector n is n. */
function makeDevice(version: 1 | 2, readOnly = false): void {
	ram = new Ram();
	irq = new Wire();
	image = Uint8Array.from({ length: 16 * 512 }, (_, at) => at >> 9);
	const disk = new VirtioBlk(new CopyOnWriteDisk(imageOf(image, readOnly)), 'disk0');
	device = new VirtioMmio('disk0', irq, ram, disk, version);
	broken = [];
	device.onBroken = (reason) => broken.push(reason);
}

const INDIRECT_DESC = 1 << 28;
const EVENT_IDX = 1 << 29;

/** What Linux's virtio_mmio does to start a device, with such features of the rings. */
function start(version: 1 | 2, ring = 0): void {
	write(0x70, 0);
	write(0x70, 3);
	write(0x24, 0);
	write(0x14, 0);
	write(0x20, (read(0x10) & ~(INDIRECT_DESC | EVENT_IDX)) | ring);
	if (version === 2) {
		write(0x24, 1);
		write(0x20, 1);
		write(0x70, 0xb);
	} else write(0x28, 4096);
	write(0x30, 0);
	write(0x38, 8);
	if (version === 1) {
		write(0x3c, 4096);
		write(0x40, TABLE / 4096);
	} else {
		for (const [at, pa] of [
			[0x80, TABLE],
			[0x90, AVAILABLE],
			[0xa0, USED]
		]) {
			write(at, pa);
			write(at + 4, 0);
		}
		write(0x44, 1);
	}
	write(0x70, 0xf);
}

function descriptor(n: number, pa: number, length: number, flags: number, next = 0): void {
	const at = TABLE - RAM + 16 * n;
	ram.view.setBigUint64(at, BigInt(pa), true);
	ram.view.setUint32(at + 8, length, true);
	ram.view.setUint16(at + 12, flags, true);
	ram.view.setUint16(at + 14, next, true);
}

let offered = 0;
/** Puts a chain into the available ring and rings the bell. */
function offer(head: number): void {
	ram.view.setUint16(AVAILABLE - RAM + 4 + 2 * (offered % 8), head, true);
	ram.view.setUint16(AVAILABLE - RAM + 2, ++offered, true);
	write(0x50, 0);
}

/** Header, data, status: as Linux's virtio_blk lays a request out. */
function request(type: number, sector: number, length: number, dataFlags: number): number {
	ram.view.setUint32(HEADER - RAM, type, true);
	ram.view.setBigUint64(HEADER - RAM + 8, BigInt(sector), true);
	ram.view.setUint8(STATUS - RAM, 0xee);
	descriptor(0, HEADER, 16, NEXT, 1);
	descriptor(1, DATA, length, NEXT | dataFlags, 2);
	descriptor(2, STATUS, 1, WRITE);
	offer(0);
	return ram.view.getUint8(STATUS - RAM);
}

const used = () => ({
	index: ram.view.getUint16(USED - RAM + 2, true),
	head: ram.view.getUint32(USED - RAM + 4, true),
	written: ram.view.getUint32(USED - RAM + 8, true)
});
const dataByte = (at = 0) => ram.view.getUint8(DATA - RAM + at);

describe.each([1, 2] as const)('a virtio disk behind version %d of the transport', (version) => {
	beforeEach(() => {
		offered = 0;
		makeDevice(version);
		start(version);
	});

	it('says what it is', () => {
		expect([0, 4, 8, 0x34].map(read)).toEqual([0x7472_6976, version, 2, 128]);
		expect([read(0x100), read(0x104), device.read(0x114, 2)]).toEqual([16, 0, 512]);
		write(0x14, 0);
		expect(read(0x10)).toBe(0x3000_0244); // SEG_MAX, BLK_SIZE, FLUSH, and those of the rings
		write(0x14, 1);
		expect(read(0x10)).toBe(version === 2 ? 1 : 0); // VERSION_1
	});

	it('reads sectors, interrupts, and takes the acknowledge', () => {
		expect(request(0, 5, 1024, WRITE)).toBe(0);
		expect([dataByte(0), dataByte(511), dataByte(512), dataByte(1023)]).toEqual([5, 5, 6, 6]);
		expect(used()).toEqual({ index: 1, head: 0, written: 1025 });
		expect([irq.level, read(0x60)]).toEqual([true, 1]);
		write(0x64, 1);
		expect([irq.level, read(0x60)]).toEqual([false, 0]);
	});

	it('writes sectors to its copy and leaves the image alone', () => {
		ram.bytes.fill(0xab, DATA - RAM, DATA - RAM + 512);
		expect(request(1, 7, 512, 0)).toBe(0);
		expect(used().written).toBe(1);
		ram.bytes.fill(0, DATA - RAM, DATA - RAM + 1536);
		request(0, 6, 1536, WRITE);
		expect([dataByte(511), dataByte(512), dataByte(1023), dataByte(1024)]).toEqual([
			...[6, 0xab, 0xab, 8]
		]);
		expect(image[7 * 512]).toBe(7);
	});

	it('serves many requests, around the end of the ring', () => {
		for (let n = 0; n < 20; n++) {
			expect(request(0, n % 16, 512, WRITE)).toBe(0);
			expect(dataByte()).toBe(n % 16);
		}
		expect(used().index).toBe(20);
	});

	it('gives its serial number, and knows FLUSH', () => {
		expect(request(8, 0, 20, WRITE)).toBe(0);
		expect(Buffer.from(ram.bytes.subarray(DATA - RAM, DATA - RAM + 6)).toString()).toBe('disk0\0');
		expect(request(4, 0, 0, 0)).toBe(0);
	});

	it.each([
		['beyond the end', 0, 16, 512],
		['across the end', 0, 15, 1024],
		['no whole sector', 0, 0, 100],
		['at a sector of 2^60', 0, 2 ** 60, 512]
	])('answers an I/O error for a read %s', (_, type, sector, length) => {
		expect(request(type, sector, length, WRITE)).toBe(1);
		expect(broken).toEqual([]);
	});

	it('answers UNSUPP to a request that it does not know', () => {
		expect(request(77, 0, 512, WRITE)).toBe(2);
	});

	it('does not interrupt a driver that polls', () => {
		ram.view.setUint16(AVAILABLE - RAM, 1, true);
		request(0, 0, 512, WRITE);
		expect([used().index, irq.level]).toEqual([1, false]);
	});

	it('does nothing before DRIVER_OK, nor for a queue that it does not have', () => {
		write(0x70, 0);
		expect(request(0, 0, 512, WRITE)).toBe(0xee);
		start(version);
		write(0x50, 9);
		expect(used().index).toBe(0);
	});

	it('goes on after it was saved and restored', () => {
		ram.bytes.fill(0xcd, DATA - RAM, DATA - RAM + 512);
		request(1, 3, 512, 0);
		const saved = JSON.parse(JSON.stringify(device.snapshotState()));
		const kept = ram;
		makeDevice(version);
		const fresh = new VirtioMmio(
			...([
				'disk0',
				irq,
				kept,
				new VirtioBlk(new CopyOnWriteDisk(imageOf(image))),
				version
			] as const)
		);
		fresh.restoreState(saved);
		expect(JSON.parse(JSON.stringify(fresh.snapshotState()))).toEqual(saved);
		[device, ram] = [fresh, kept];
		expect(irq.level).toBe(true);
		expect(request(0, 3, 512, WRITE)).toBe(0);
		expect([dataByte(), used().index]).toEqual([0xcd, 2]);
	});
});

describe.each([1, 2] as const)('rings with all features, version %d', (version) => {
	beforeEach(() => {
		offered = 0;
		makeDevice(version);
		start(version, INDIRECT_DESC | EVENT_IDX);
	});

	/** A table of its own at DATA + 0x1000 for the request's parts, from descriptor `first` on. */
	function indirect(parts: [pa: number, length: number, flags: number][], bytes?: number): void {
		const at = DATA + 0x1000;
		parts.forEach(([pa, length, flags], n) => {
			descriptor(
				(at - TABLE) / 16 + n,
				pa,
				length,
				n < parts.length - 1 ? flags | NEXT : flags,
				n + 1
			);
		});
		descriptor(0, at, bytes ?? 16 * parts.length, INDIRECT);
	}
	const readSector = (sector: number) => {
		ram.view.setUint32(HEADER - RAM, 0, true);
		ram.view.setBigUint64(HEADER - RAM + 8, BigInt(sector), true);
		ram.view.setUint8(STATUS - RAM, 0xee);
	};
	const wholeRequest: [number, number, number][] = [
		[HEADER, 16, 0],
		[DATA, 512, WRITE],
		[STATUS, 1, WRITE]
	];

	it('takes a request from a table of its own', () => {
		readSector(9);
		indirect(wholeRequest);
		offer(0);
		expect([dataByte(), dataByte(511), ram.view.getUint8(STATUS - RAM)]).toEqual([9, 9, 0]);
		expect(used()).toEqual({ index: 1, head: 0, written: 513 });
	});

	it('takes one that goes on in a table of its own, whose flags may say anything of the table', () => {
		readSector(4);
		indirect(wholeRequest.slice(1));
		const flags = TABLE - RAM + 12;
		ram.view.setUint16(flags, INDIRECT | WRITE, true);
		ram.bytes.copyWithin(TABLE - RAM + 16, TABLE - RAM, TABLE - RAM + 16);
		descriptor(0, HEADER, 16, NEXT, 1);
		offer(0);
		expect([dataByte(), used().written]).toEqual([4, 513]);
	});

	it.each<[string, [number, number, number][], number | undefined, string]>([
		['in itself', [[DATA, 16, INDIRECT]], undefined, 'not the last of its own table'],
		['of no bytes', wholeRequest, 0, 'an indirect table of 0 bytes'],
		['of no whole descriptors', wholeRequest, 40, 'an indirect table of 40 bytes'],
		['of 4 GB', wholeRequest, 0xffff_fff0, 'an indirect table of 4294967280 bytes'],
		['that is too short', wholeRequest, 32, 'descriptor 2 in a table of 2']
	])('stops at a table %s', (_, parts, bytes, reason) => {
		indirect(parts, bytes);
		offer(0);
		expect(broken).toEqual([expect.stringContaining(reason)]);
	});

	it('stops at a loop, at a table outside RAM, and at one that is followed', () => {
		for (const [spoil, reason] of [
			[() => ram.view.setUint16(DATA + 0x1000 - RAM + 14, 0, true), 'bites its tail'],
			[() => ram.view.setBigUint64(TABLE - RAM, 2n ** 63n, true), 'outside RAM'],
			[() => ram.view.setUint16(TABLE - RAM + 12, INDIRECT | NEXT, true), 'not the last']
		] as const) {
			ram.bytes.fill(0);
			offered = 0;
			start(version, INDIRECT_DESC | EVENT_IDX);
			indirect(wholeRequest);
			spoil();
			offer(0);
			expect(broken.pop()).toContain(reason);
			write(0x70, 0);
		}
	});

	const usedEvent = (index: number) => ram.view.setUint16(AVAILABLE - RAM + 4 + 16, index, true);
	const availEvent = () => ram.view.getUint16(USED - RAM + 4 + 64, true);

	it('interrupts when the used ring passes the index that the driver names', () => {
		const interrupts = Array.from({ length: 12 }, (_, n) => {
			if (n === 0) usedEvent(2);
			if (n === 6) usedEvent(8);
			request(0, n, 512, WRITE);
			const high = irq.level;
			write(0x64, 3);
			return high ? n : [];
		}).flat();
		// The third and the ninth.
		expect(interrupts).toEqual([2, 8]);
	});

	it('interrupts once for several requests that pass it together', () => {
		usedEvent(1);
		readSector(0);
		descriptor(0, HEADER, 16, NEXT, 1);
		descriptor(1, DATA, 512, NEXT | WRITE, 2);
		descriptor(2, STATUS, 1, WRITE);
		offered = 3;
		offer(0);
		expect([used().index, irq.level, availEvent()]).toEqual([4, true, 4]);
	});

	it('asks for the bell at the very next request, around 2^16', () => {
		for (let n = 0; n < 0x1_0003; n++) {
			request(0, 1, 0, WRITE);
			if (n % 0x4000 < 4) expect(availEvent()).toBe((n + 1) & 0xffff);
		}
		expect(used().index).toBe(3);
	});
});

describe('a driver that is wrong', () => {
	beforeEach(() => {
		offered = 0;
		makeDevice(2);
		start(2);
	});

	/** The device has stopped, says so by status and interrupt, and a reset brings it back. */
	function expectBroken(reason: string): void {
		expect(broken).toEqual([expect.stringContaining(reason)]);
		expect([read(0x70), read(0x60), irq.level]).toEqual([0x4f, 2, true]);
		const before = broken.length;
		write(0x50, 0);
		expect(broken.length).toBe(before);
		ram.bytes.fill(0, 0, 0x1100);
		offered = 0;
		start(2);
		expect(request(0, 2, 512, WRITE)).toBe(0);
		expect(dataByte()).toBe(2);
	}

	it.each([
		['table', 0x80, 'a ring or table outside RAM'],
		['available ring', 0x90, 'a ring or table outside RAM'],
		['used ring', 0xa0, 'outside RAM']
	])('with its %s outside RAM', (_, register, reason) => {
		write(register, 0xffff_fff0);
		write(register + 4, 0xffff_ffff);
		request(0, 0, 512, WRITE);
		expectBroken(reason);
	});

	it('with data outside RAM', () => {
		ram.view.setUint32(HEADER - RAM, 0, true);
		descriptor(0, HEADER, 16, NEXT, 1);
		descriptor(1, RAM + RAM_BYTES - 256, 512, NEXT | WRITE, 2);
		descriptor(2, STATUS, 1, WRITE);
		offer(0);
		expectBroken('writes outside RAM');
	});

	it('with a chain that bites its tail', () => {
		descriptor(0, HEADER, 16, NEXT, 1);
		descriptor(1, HEADER, 16, NEXT, 0);
		offer(0);
		expectBroken('bites its tail');
	});

	it('with a descriptor beyond the table', () => {
		offer(8);
		expectBroken('descriptor 8 in a table of 8');
	});

	it('with more requests than the ring holds', () => {
		offered = 99;
		offer(0);
		expectBroken('100 requests wait in a ring of 8');
	});

	it('with a request that has no room for the status', () => {
		descriptor(0, HEADER, 16, 0);
		offer(0);
		expectBroken('without a header or without room');
	});

	it('with a readable part after a writable one, or an indirect descriptor', () => {
		descriptor(0, HEADER, 16, NEXT | WRITE, 1);
		descriptor(1, HEADER, 16, 0);
		offer(0);
		expectBroken('readable descriptor after a writable');
		broken.length = 0;
		write(0x64, 3);
		descriptor(0, HEADER, 16, INDIRECT);
		offer(0);
		expectBroken('an indirect descriptor, which was not agreed on');
	});

	it('with a queue size that is no power of two, or too large', () => {
		for (const size of [6, 256, 0]) {
			write(0x38, size);
			expect(request(0, 0, 512, WRITE)).toBe(0xee);
		}
		expect(broken).toEqual([]);
	});
});

describe('a read-only disk', () => {
	it('says so and refuses to be written', () => {
		offered = 0;
		makeDevice(2, true);
		start(2);
		write(0x14, 0);
		expect(read(0x10)).toBe(0x3000_0264);
		expect(request(1, 0, 512, 0)).toBe(1);
	});
});

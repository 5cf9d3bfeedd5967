import { beforeEach, describe, expect, it } from 'vitest';
import { AddressMap, hex, type BusEvent } from './address-map.ts';
import type { MmioDevice, UnlistedListener } from './device.ts';
import { readRegister, registerArray, writeRegister, type RegisterMap } from './register-map.ts';

/** Two plain registers, one array of bytes, and a note of every access. */
class Scratch implements MmioDevice {
	static readonly registers: RegisterMap<Scratch> = {
		0x0: {
			name: 'LOW',
			read: (d) => d.note('LOW?', 0x89ab_cdef),
			write: (d, v) => d.note('LOW', v)
		},
		0x4: {
			name: 'HIGH',
			read: (d) => d.note('HIGH?', 0x0123_4567),
			write: (d, v) => d.note('HIGH', v)
		},
		0x8: { name: 'WRITE_ONLY', write: (d, v) => d.note('WRITE_ONLY', v) },
		...registerArray<Scratch>(0x10, 2, {
			name: 'BYTES',
			bytes: true,
			read: (_, offset) => offset,
			write: (d, v, offset) => d.note(`BYTE${offset}`, v)
		})
	};
	readonly name = 'scratch';
	onUnlisted?: UnlistedListener | undefined;
	log: [string, number][] = [];

	note(what: string, value: number): number {
		this.log.push([what, value]);
		return value;
	}
	read(offset: number, size: 1 | 2 | 4): number {
		return readRegister(Scratch.registers, this, offset, size);
	}
	write(offset: number, value: number, size: 1 | 2 | 4): void {
		writeRegister(Scratch.registers, this, offset, value, size);
	}
	snapshotState(): unknown {
		return null;
	}
	restoreState(): void {
		this.log = [];
	}
}

let memory: WebAssembly.Memory;
let map: AddressMap;
let scratch: Scratch;
let events: BusEvent[];

beforeEach(() => {
	memory = new WebAssembly.Memory({ initial: 2 });
	map = new AddressMap(memory);
	scratch = new Scratch();
	events = [];
	map.onEvent = (event) => events.push(event);
	map.addRam(0x4000_0000, 0x1_0000, 0x1_0000);
	map.addDevice(0x900_0000, 0x1000, scratch);
});

describe('RAM on the bus', () => {
	it('is little-endian and lies where the machine put it', () => {
		expect(map.write(0x4000_0010, 8, 0x0011_2233_4455_6677n)).toBe(true);
		expect(new Uint8Array(memory.buffer, 0x1_0010, 8)[0]).toBe(0x77);
		expect(map.read(0x4000_0010, 8)).toBe(0x0011_2233_4455_6677n);
		expect(map.read(0x4000_0014, 4)).toBe(0x0011_2233n);
		expect(map.read(0x4000_0016, 2)).toBe(0x0011n);
		expect(map.read(0x4000_0013, 1)).toBe(0x44n);
		expect(map.ramOffset(0x4000_0010)).toBe(0x1_0010);
	});

	it('takes the low bytes of a value, also of a negative one', () => {
		map.write(0x4000_0000, 8, -1n);
		map.write(0x4000_0000, 2, 0x1234_5678n);
		expect(map.read(0x4000_0000, 8)).toBe(0xffff_ffff_ffff_5678n);
	});

	it('is still there after the memory has grown', () => {
		map.write(0x4000_0000, 4, 42n);
		memory.grow(1);
		expect(map.read(0x4000_0000, 4)).toBe(42n);
		expect(map.ram(0x4000_0000, 4)).toEqual(new Uint8Array([42, 0, 0, 0]));
	});

	it('ends where it ends', () => {
		expect(map.ram(0x4000_fffe, 2)?.length).toBe(2);
		expect(map.ram(0x4000_fffe, 3)).toBeUndefined();
		expect(map.ram(0x4000_0000, NaN)).toBeUndefined();
		expect(map.read(0x4000_fffc, 8)).toBeUndefined();
		expect(map.ramOffset(0x900_0000)).toBeUndefined();
	});
});

describe('a device on the bus', () => {
	it('sees 8 bytes as two words, low one first', () => {
		expect(map.read(0x900_0000, 8)).toBe(0x0123_4567_89ab_cdefn);
		map.write(0x900_0000, 8, 0x1111_2222_3333_4444n);
		expect(scratch.log).toEqual([
			['LOW?', 0x89ab_cdef],
			['HIGH?', 0x0123_4567],
			['LOW', 0x3333_4444],
			['HIGH', 0x1111_2222]
		]);
	});

	it('gives the low part of a register to a narrow access', () => {
		expect(map.read(0x900_0000, 1)).toBe(0xefn);
		expect(map.read(0x900_0000, 2)).toBe(0xcdefn);
		map.write(0x900_0000, 1, 0xffffn);
		expect(scratch.log.at(-1)).toEqual(['LOW', 0xff]);
	});

	it('is asked byte by byte where its register is made of bytes', () => {
		expect(map.read(0x900_0010, 4)).toBe(0x1312_1110n);
		expect(map.read(0x900_0015, 1)).toBe(0x15n);
		map.write(0x900_0016, 2, 0xaabbn);
		expect(scratch.log).toEqual([
			['BYTE22', 0xbb],
			['BYTE23', 0xaa]
		]);
	});

	it('reads zero from a register that can only be written, without a trace', () => {
		expect(map.read(0x900_0008, 4)).toBe(0n);
		expect(events).toEqual([]);
	});

	it('reads zero where it has no register, and leaves a trace', () => {
		expect(map.read(0x900_0020, 4)).toBe(0n);
		expect(map.read(0x900_0001, 1)).toBe(0n);
		expect(map.write(0x900_0ffc, 2, 0x1_2345n)).toBe(true);
		expect(events).toEqual([
			{ kind: 'unlisted', device: 'scratch', offset: 0x20, size: 4, written: undefined },
			{ kind: 'unlisted', device: 'scratch', offset: 1, size: 1, written: undefined },
			{ kind: 'unlisted', device: 'scratch', offset: 0xffc, size: 2, written: 0x2345 }
		]);
		expect(scratch.log).toEqual([]);
	});
});

describe('an address that is nobody’s', () => {
	it('is reported, so that the CPU can raise an external abort', () => {
		expect(map.read(0, 4)).toBeUndefined();
		expect(map.write(0x5000_0000, 8, 7n)).toBe(false);
		expect(events).toEqual([
			{ kind: 'unmapped', pa: 0, size: 4, written: undefined },
			{ kind: 'unmapped', pa: 0x5000_0000, size: 8, written: 7n }
		]);
	});

	it('reads zero on a board that wants it so', () => {
		const lenient = new AddressMap(memory, 'zero');
		expect(lenient.read(0, 4)).toBe(0n);
		expect(lenient.write(0, 4, 1n)).toBe(true);
	});
});

describe('the map itself', () => {
	it('takes no region twice and says which two meet', () => {
		expect(() => map.addDevice(0x4000_f000, 0x2000, scratch)).toThrow(
			'scratch at 0x4000_f000 overlaps RAM at 0x4000_0000'
		);
		expect(() => map.addRam(0x8000_0000, 0x1_0000, 0x1_8000)).toThrow('does not fit the memory');
		expect(() => map.addDevice(0, 0, scratch)).toThrow('no region can lie');
	});

	it('finds the region just before and just after a border', () => {
		expect(map.find(0x8ff_ffff)).toBeUndefined();
		expect(map.find(0x900_0000)?.device).toBe(scratch);
		expect(map.find(0x900_0fff)?.device).toBe(scratch);
		expect(map.find(0x900_1000)).toBeUndefined();
	});

	it.each([
		[0x4008_0000, '0x4008_0000'],
		[0x900_0000, '0x0900_0000'],
		[0xfff, '0xfff'],
		[0x8_8000_0000, '0x0008_8000_0000']
	])('writes %d as %s', (value, text) => {
		expect(hex(value)).toBe(text);
	});
});

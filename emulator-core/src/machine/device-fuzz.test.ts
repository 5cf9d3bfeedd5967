import { describe, expect, it } from 'vitest';
import { partsOf, regionSizes } from '../boards/board.ts';
import { createMachine, type Machine, type MachineOptions } from './machine.ts';
import { program } from './program.ts';

/** A generator of the same numbers for the same seed. */
class Random {
	#state: number;

	constructor(seed: number) {
		this.#state = seed >>> 0 || 1;
	}

	word(): number {
		let state = this.#state;
		state ^= state << 13;
		state ^= state >>> 17;
		state ^= state << 5;
		return (this.#state = state >>> 0);
	}
	below(limit: number): number {
		return this.word() % limit;
	}
	pick<T>(from: readonly T[]): T {
		return from[this.below(from.length)]!;
	}
	/** Numbers at which things break, and any other. */
	value(): bigint {
		const edges = [
			0, 1, 2, 4, 7, 8, 0xf, 0x10, 0xff, 0x1000, 0x7fff_ffff, 0x8000_0000, 0xffff_ffff
		];
		const low = this.below(3) ? this.pick(edges) : this.word();
		const high = this.below(3) ? this.pick([0, 0xffff_ffff]) : this.word();
		return (BigInt(high) << 32n) | BigInt(low);
	}
}

/** Takes interrupts and returns, sleeps in between: a CPU that reacts to whatever the devices do. */
const kernel = program(`
	adr x4, vectors
	msr vbar_el2, x4
	movz x5, #0x38
	msr hcr_el2, x5
	msr daifclr, #15
	sleep:
	wfi
	b sleep
	.align 2048
	vectors:
	eret
	.align 128
	eret
	.align 128
	eret
	.align 128
	eret
	.align 128
	eret
	.align 128
	eret
	.align 128
	eret
	.align 128
	eret
	.align 128
	eret
`);

const ramBytes = 2 ** 23;
const image = Uint8Array.from({ length: 64 * 512 }, (_, at) => at);
const untouched = image.slice();

const make = (board: string, virtio: 1 | 2, more: Partial<MachineOptions> = {}) =>
	createMachine({
		...{ board, virtio, kernel, ramBytes, disks: [image], virtioConsole: true, entropy: true },
		...more
	});

/** Runs a little; whatever the state, it ends. */
function proceed(machine: Machine, instructions: number): void {
	machine.run({ maxInstructions: instructions, maxTicks: machine.ticks + 1_000_000 });
}

const cases = ['virt', 'foundation'].flatMap((board) =>
	([1, 2] as const).flatMap((virtio) =>
		// The last one stops at the very tick at which the clock's match is due.
		[0, 1, 126].map((n) => [board, virtio, 0x5eed_0001 + 7919 * n] as const)
	)
);

describe('devices', () => {
	it.each(cases)('of %s, virtio %i: random registers, seed %i', (board, virtio, seed) => {
		const random = new Random(seed);
		const cpus = seed % 2 === 0 ? 4 : 1;
		const machine = make(board, virtio, { cpus });
		const { map } = machine.cpu;
		const devices = map.regions.filter(({ device }) => device !== undefined);
		for (let n = 0; n < 6000; n++) {
			const { base, size } = random.pick(devices);
			const width = random.pick([1, 2, 4, 4, 4, 8] as const);
			// Most registers lie at the beginning.
			const within = random.below(3) ? Math.min(size, 0x200) : size;
			const odd = random.below(8) === 0 ? 1 : width;
			const pa = base + Math.min(random.below(within / odd) * odd, size - width);
			if (random.below(4)) map.write(pa, width, random.value());
			else map.read(pa, width);
			if (n % 50 === 0) machine.type([random.below(256)], random.below(2) ? 'console' : undefined);
			if (n % 20 === 0) proceed(machine, 50);
		}
		const saved = machine.save();
		const again = make(board, virtio, { cpus });
		again.restore(saved);
		expect(again.hash()).toBe(machine.hash());
		const checkpoint = machine.checkpoint();
		const hash = machine.hash();
		proceed(machine, 1000);
		const later = machine.hash();
		machine.goBack(checkpoint);
		expect(machine.hash()).toBe(hash);
		proceed(machine, 1000);
		proceed(again, 1000);
		expect([machine.hash(), again.hash()]).toEqual([later, later]);
		expect(image).toEqual(untouched);
	});

	it.each(cases)('of %s, virtio %i: random rings, seed %i', (board, virtio, seed) => {
		const random = new Random(seed ^ 0xabcd);
		const machine = make(board, virtio);
		const { map } = machine.cpu;
		const ram = machine.board.ram.base;
		const slots = partsOf(machine.board, 'virtioMmio').filter(({ name }) =>
			machine.devices.filledSlots.includes(name)
		);
		expect(slots).toHaveLength(3);
		let broken = 0;
		let served = 0;
		for (let n = 0; n < 400; n++) {
			const { base } = random.pick(slots);
			const write = (offset: number, value: number) => map.write(base + offset, 4, BigInt(value));
			const read = (offset: number) => Number(map.read(base + offset, 4));
			const size = random.pick([1, 2, 8, 64]);
			const page = random.below(4) ? 0x500 + 4 * random.below(60) : 0x7fe;
			const rings = setUp({ write, read }, virtio, (ram >>> 12) + page, size, random);
			fillRings(machine, rings, size, random);
			for (const queue of [0, 1, 2]) write(0x50, queue);
			machine.type([65, 66, 67], 'console');
			proceed(machine, 100);
			const status = read(0x70);
			expect([0, 0xf, 0x4f, 0xb, 0x4b]).toContain(status & ~0x80);
			if (status & 0x40) broken++;
			if (read(0x60) & 1) served++;
			// Whatever happened, a reset makes it a device again.
			write(0x70, 0);
			expect([read(0x70), read(0x60)]).toEqual([0, 0]);
		}
		expect(broken).toBeGreaterThan(30);
		expect(served).toBeGreaterThan(10);
		expect(image).toEqual(untouched);
	});
});

interface Registers {
	write(offset: number, value: number): void;
	read(offset: number): number;
}

/** Starts a device as a driver does; now and then one of the addresses is any number. */
function setUp(
	{ write, read }: Registers,
	virtio: 1 | 2,
	page: number,
	size: number,
	random: Random
): { table: number; available: number } {
	const table = page * 4096;
	const available = table + 16 * size;
	write(0x70, 0);
	write(0x70, 3);
	// With and without what the rings have beyond the minimum.
	const accepted = random.below(3) ? 0xffff_ffff : 0x0fff_ffff;
	for (const word of [0, 1]) {
		write(0x14, word);
		write(0x24, word);
		write(0x20, (read(0x10) & accepted) >>> 0);
	}
	if (virtio === 2) write(0x70, 0xb);
	else write(0x28, 4096);
	for (const queue of [0, 1]) {
		write(0x30, queue);
		write(0x38, random.below(16) ? size : random.word());
		if (virtio === 1) {
			write(0x3c, random.below(16) ? 4096 : random.word());
			write(0x40, random.below(16) ? page : random.word());
			continue;
		}
		[table, available, table + 4096].forEach((pa, n) => {
			write(0x80 + 16 * n, random.below(16) ? pa : random.word());
			write(0x84 + 16 * n, random.below(16) ? 0 : random.word());
		});
		write(0x44, 1);
	}
	write(0x70, 0xf);
	return { table, available };
}

/** Descriptors with every bit pattern: good ones, loops, 4 GB, addresses around the ends of RAM. */
function fillRings(
	machine: Machine,
	{ table, available }: { table: number; available: number },
	size: number,
	random: Random
): void {
	const { map } = machine.cpu;
	const { base } = machine.board.ram;
	const put = (pa: number, width: 2 | 4 | 8, value: number | bigint) => {
		if (map.ramOffset(pa) !== undefined && map.ramOffset(pa + width - 1) !== undefined)
			map.write(pa, width, BigInt(value));
	};
	const places = () =>
		random.pick([
			base + 0x10_0000 + 512 * random.below(512),
			base + ramBytes - random.below(1024),
			base - random.below(16),
			table,
			random.word()
		]);
	// Half of the drivers make good requests: header, data, status.
	const good = random.below(2) === 0;
	// Some have them in tables of their own, of good and of bad lengths.
	const indirect = random.below(3) === 0;
	const own = base + 0x18_0000;
	for (let n = 0; n < (indirect ? Math.max(size, 3) : size); n++) {
		if (indirect && n < size) {
			const lengths = [48, 0, 8, 40, 16 * 2000, 0xffff_fff0, random.word()];
			put(table + 16 * n, 8, random.below(8) ? own : places());
			put(table + 16 * n + 8, 4, random.below(8) ? 48 : random.pick(lengths));
			put(table + 16 * n + 12, 4, random.below(6) ? 4 : random.below(8));
		}
		const at = (indirect ? own : table) + 16 * n;
		const sane = good || random.below(3) > 0;
		const part = n % 3;
		const length = good ? [16, 512, 1][part]! : random.pick([1, 16, 512, 1024]);
		const flags = good ? [1, 1 | (2 * random.below(2)), 2][part]! : random.pick([0, 1, 2, 3, 4]);
		const next = random.below(2) ? random.below(size) : random.below(0x1_0000);
		put(at, 8, sane ? base + 0x10_0000 + 4096 * n : random.below(2) ? places() : random.value());
		put(at + 8, 4, sane ? length : Number(random.value() & 0xffff_ffffn));
		put(at + 12, 2, sane ? flags : random.below(0x1_0000));
		// In a table of its own, a request's parts begin with number 0.
		put(at + 14, 2, sane ? (indirect && good ? (n % 3) + 1 : (n + 1) % size) : next);
		// A header of a disk's request, maybe.
		put(base + 0x10_0000 + 4096 * n, 4, random.pick([0, 1, 4, 8, 11, 13, 77]));
		put(base + 0x10_0000 + 4096 * n + 8, 8, random.below(8) ? random.below(70) : random.value());
	}
	put(available, 2, random.below(4) ? 0 : random.below(0x1_0000));
	// How many were given back, and the index at which the driver wants to be interrupted.
	put(table + 4096 + 2, 2, good ? 0 : random.below(0x1_0000));
	put(
		available + 4 + 2 * size,
		2,
		random.below(4) ? random.below(size + 1) : random.below(0x1_0000)
	);
	const sensible = good && random.below(4) ? 1 : random.below(size) + 1;
	put(available + 2, 2, good || random.below(8) ? sensible : random.below(0x1_0000));
	for (let n = 0; n < size; n++) {
		const head = random.below(size);
		const sane = good || random.below(8) > 0;
		put(
			available + 4 + 2 * n,
			2,
			sane ? (good ? head - (head % 3) : head) : random.below(0x1_0000)
		);
	}
}

describe('the spin table', () => {
	it.each([1, 2, 3, 4, 5, 6])('takes any address, at any time, seed %i', (seed) => {
		const random = new Random(seed);
		const machine = make('foundation', 1, { cpus: 4 });
		const { map } = machine.cpu;
		const { spinTable, ram } = machine.board;
		for (let n = 0; n < 40; n++) {
			const places = [0, 4, ram.base, ram.base + 0x8_0000, ram.base + ramBytes - 4, 0x1c09_0000];
			const address = random.below(2) ? BigInt(random.pick(places)) : random.value();
			const [at, width] = random.below(4) ? [0, 8 as const] : [random.below(8), 1 as const];
			map.write(spinTable! + at, width, width === 8 ? address : address & 0xffn);
			proceed(machine, 300);
		}
		const [saved, hash] = [machine.save(), machine.hash()];
		const again = make('foundation', 1, { cpus: 4 });
		again.restore(saved);
		expect(again.hash()).toBe(hash);
	});
});

describe('every device', () => {
	it('has its place on the map', () => {
		const machine = make('foundation', 1);
		const wanted = machine.board.devices.flatMap((part) => ('base' in part ? [part.name] : []));
		const found = machine.cpu.map.regions.map(({ device }) => device?.name);
		for (const name of [...wanted, 'gicd', 'gicc', 'gich', 'gicv']) expect(found).toContain(name);
		// All of them, of every kind, are among those that random registers are taken from.
		const kinds = new Set(machine.board.devices.map(({ kind }) => kind));
		for (const kind of ['pl011', 'pl031', 'vexpressSysreg', 'virtioMmio'] as const)
			expect(kinds).toContain(kind);
		expect(found.filter((name) => name !== undefined)).toHaveLength(wanted.length + 4);
		expect(machine.devices.filledSlots).toHaveLength(3);
		expect(regionSizes.virtioMmio).toBe(0x200);
	});
});

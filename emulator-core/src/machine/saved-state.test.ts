import { describe, expect, it } from 'vitest';
import {
	checksum,
	packCheckpoint,
	packJson,
	unpackCheckpoint,
	unpackJson,
	type Section
} from './checkpoint.ts';
import { MachineError } from './errors.ts';
import { createMachine, type Machine, type MachineOptions } from './machine.ts';
import { guestProgram, timerProgram } from './sample-programs.ts';

const make = (kernel = timerProgram, more: Partial<MachineOptions> = {}): Machine =>
	createMachine({ board: 'virt', kernel, ramBytes: 2 ** 23, ...more });

function randomNumbers(seed: number): (below: number) => number {
	let state = seed;
	return (below) => {
		state ^= state << 13;
		state ^= state >>> 17;
		state ^= state << 5;
		return (state >>> 0) % below;
	};
}

/** Within the first interrupt of the timer program, with input that is still to come. */
function state(): { machine: Machine; saved: Uint8Array } {
	const machine = make(timerProgram, { inputLog: [{ tick: 60_000, bytes: [0x78] }] });
	machine.run({ maxInstructions: 1500 });
	return { machine, saved: machine.save() };
}

/** Restores on a machine that has come some way; it must refuse, and be as before. */
function refuser(kernel = guestProgram) {
	const machine = make(kernel);
	machine.run({ maxInstructions: 40 });
	const before = machine.hash();
	return (bytes: Uint8Array, what: string): string => {
		let thrown: unknown;
		try {
			machine.restore(bytes);
		} catch (error) {
			thrown = error;
		}
		expect(thrown, what).toBeInstanceOf(MachineError);
		expect(machine.hash(), what).toBe(before);
		return (thrown as Error).message;
	};
}

/** The bytes with their checksum made right again. */
function sealed(bytes: Uint8Array): Uint8Array {
	const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
	const [low, high] = checksum(bytes.slice(0, bytes.length - 8));
	view.setUint32(bytes.length - 8, low, true);
	view.setUint32(bytes.length - 4, high, true);
	return bytes;
}

describe('a saved state', () => {
	it('is the same state on another machine, which goes on as the first does', () => {
		const { machine, saved } = state();
		const other = make();
		other.restore(saved);
		expect(other.hash()).toBe(machine.hash());
		expect(other.position).toEqual(machine.position);
		expect(other.save()).toEqual(saved);
		for (let i = 0; i < 40; i++) {
			for (const each of [machine, other]) each.run({ maxInstructions: 100 });
			expect(other.hash(), `after ${machine.instructions}`).toBe(machine.hash());
		}
		expect(machine.run({}).reason).toBe('poweroff');
		expect(other.run({}).reason).toBe('poweroff');
		expect(other.save()).toEqual(machine.save());
	});

	it('is refused with any bit of its header or of its checksum flipped', () => {
		const { saved } = state();
		const refuses = refuser();
		const header = Array.from({ length: 24 * 8 }, (_, bit) => bit);
		const end = Array.from({ length: 64 }, (_, bit) => (saved.length - 8) * 8 + bit);
		for (const bit of [...header, ...end]) {
			const bytes = saved.slice();
			bytes[bit >> 3]! ^= 1 << (bit & 7);
			const message = refuses(bytes, `bit ${bit}`);
			const expected =
				bit < 64 ? /first bytes are not TRAPLINE/ : bit < 96 ? /format version \d+/ : /damaged/;
			expect(message, `bit ${bit}`).toMatch(expected);
		}
	});

	it('is refused when cut, at each of its first and last bytes and anywhere (seed 77)', () => {
		const { saved } = state();
		const refuses = refuser();
		const random = randomNumbers(77);
		const lengths = [
			...Array.from({ length: 64 }, (_, n) => n),
			...Array.from({ length: 64 }, (_, n) => saved.length - 1 - n),
			...Array.from({ length: 100 }, () => random(saved.length))
		];
		for (const length of lengths) refuses(saved.subarray(0, length), `${length} bytes`);
		refuses(new Uint8Array([...saved, 0]), 'a byte too many');
	});

	it('is refused when it is random bytes, or has some (seed 78)', () => {
		const { saved } = state();
		const refuses = refuser();
		const random = randomNumbers(78);
		for (let n = 0; n < 200; n++) {
			const bytes = Uint8Array.from({ length: random(400) }, () => random(256));
			if (n % 2 === 0) bytes.set(saved.subarray(0, Math.min(bytes.length, 12)));
			refuses(bytes, `random ${n}`);
			const damaged = saved.slice();
			for (let i = 1 + random(8); i > 0; i--) damaged[random(saved.length)]! ^= 1 + random(255);
			refuses(damaged, `damaged ${n}`);
		}
	});

	it('is refused on another board, with other RAM or other fittings, by what differs', () => {
		const { saved } = state();
		const cases: [Machine, RegExp][] = [
			[make(timerProgram, { board: 'foundation' }), /of a virt .* this machine is a foundation/],
			[make(timerProgram, { ramBytes: 2 ** 24 }), /8388608 bytes of RAM, .* with 16777216/],
			[make(timerProgram, { disks: [new Uint8Array(512)] }), /a disk of 512 bytes/]
		];
		for (const [machine, message] of cases) {
			const before = machine.hash();
			expect(() => machine.restore(saved)).toThrow(message);
			expect(() => machine.restore(saved)).toThrow(MachineError);
			expect(machine.hash()).toBe(before);
		}
	});

	it('never harms the machine when its contents are forged under a right checksum (seed 79)', () => {
		const { saved } = state();
		const random = randomNumbers(79);
		const target = make(guestProgram);
		target.run({ maxInstructions: 40 });
		const before = target.hash();
		let refused = 0;
		for (let n = 0; n < 300; n++) {
			const forged = n % 2 === 0 ? forgedJson(saved, random) : forgedBytes(saved, random);
			const machine = n % 50 === 0 ? make(guestProgram) : target;
			const hash = machine.hash();
			try {
				machine.restore(forged);
			} catch (error) {
				expect(error, `forged ${n}`).toBeInstanceOf(MachineError);
				expect(machine.hash(), `forged ${n}`).toBe(hash);
				refused++;
				continue;
			}
			// It was another state, but a state: the machine can leave it again.
			const back = make(guestProgram);
			back.run({ maxInstructions: 40 });
			machine.restore(back.save());
			expect(machine.hash(), `forged ${n}`).toBe(before);
		}
		expect(refused).toBeGreaterThan(100);
	});
});

/** A section left out, or a part of its JSON taken away or put in another's place. */
function forgedJson(saved: Uint8Array, random: (below: number) => number): Uint8Array {
	const sections: Section[] = [...unpackCheckpoint(saved)].map(([id, bytes]) => ({ id, bytes }));
	const at = random(sections.length);
	const { id, bytes } = sections[at]!;
	if (random(4) === 0) sections.splice(at, 1);
	else if (id === 'TRAP' || id === 'RAM ') sections[at] = { id, bytes: bytes.slice(0, random(99)) };
	else {
		const value = unpackJson(bytes);
		const others = [null, 7, 'x', [], {}, -1n, true];
		let [holder, key]: [Record<string, unknown>, string] = [{ value }, 'value'];
		for (let depth = random(4); depth >= 0; depth--) {
			const inner = holder[key];
			if (typeof inner !== 'object' || inner === null || Object.keys(inner).length === 0) break;
			holder = inner as Record<string, unknown>;
			key = Object.keys(inner)[random(Object.keys(inner).length)]!;
		}
		holder[key] = others[random(others.length)];
		sections[at] = { id, bytes: packJson(value) };
	}
	return packCheckpoint(sections);
}

function forgedBytes(saved: Uint8Array, random: (below: number) => number): Uint8Array {
	const bytes = saved.slice();
	bytes[16 + random(Math.min(3000, saved.length - 24))]! ^= 1 << random(8);
	return sealed(bytes);
}

import { spawnSync } from 'node:child_process';
import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { GicBench, locateRegister } from './gic-bench.ts';

const haveQemu = spawnSync('qemu-system-aarch64', ['--version']).status === 0;
if (!haveQemu) {
	if (process.env.CI === 'true') throw new Error('qemu-system-aarch64 is missing: install it');
	console.warn('skipped: the GIC is not compared with QEMU, which is not installed');
}

/** One access by software at EL2: a write, or a read whose answer is compared. */
type Access = { register: string; write: number } | { register: string; write?: undefined };

/** Where QEMU's virt machine has the four blocks. */
const bases = { GICD: 0x0800_0000, GICC: 0x0801_0000, GICH: 0x0803_0000, GICV: 0x0804_0000 };
const UART = 0x0900_0000;

/** `mov Xd, #value` for 32 bits. */
const move = (rd: number, value: number) => [
	(0xd280_0000 | ((value & 0xffff) << 5) | rd) >>> 0,
	(0xf2a0_0000 | ((value >>> 16) << 5) | rd) >>> 0
];

/** The accesses as straight-line A64 code that sends each answer to the UART, low byte first. */
function program(accesses: Access[]): Uint8Array {
	const words = move(3, UART);
	for (const access of accesses) {
		const block = access.register.slice(0, 4) as keyof typeof bases;
		words.push(...move(1, bases[block] + locateRegister(access.register)));
		if (access.write !== undefined)
			words.push(...move(2, access.write), 0xb900_0022); // str w2, [x1]
		else {
			words.push(0xb940_0020); // ldr w0, [x1]
			for (let n = 0; n < 4; n++) words.push(0x3900_0060, 0x5308_7c00); // strb w0, [x3]; lsr w0, w0, #8
		}
	}
	words.push(...move(0, 0x8400_0008), 0xd400_0003); // PSCI SYSTEM_OFF
	return new Uint8Array(new Uint32Array(words).buffer);
}

function onQemu(accesses: Access[]): number[] {
	const image = join(mkdtempSync(join(tmpdir(), 'gic-')), 'gic.bin');
	writeFileSync(image, program(accesses));
	const machine = ['-M', 'virt,virtualization=on,gic-version=2', '-cpu', 'cortex-a57', '-smp', '2'];
	const run = spawnSync(
		'qemu-system-aarch64',
		[...machine, '-display', 'none', '-monitor', 'none', '-serial', 'stdio', '-kernel', image],
		{ timeout: 20_000, maxBuffer: 1 << 24 }
	);
	const out = run.stdout;
	return Array.from({ length: out.length >> 2 }, (_, n) => out.readUInt32LE(4 * n));
}

function onOurs(accesses: Access[]): number[] {
	const gic = new GicBench(2);
	return accesses.flatMap(({ register, write }) => {
		if (write === undefined) return [gic.read(register)];
		gic.write(register, write);
		return [];
	});
}

/** A reproducible stream of numbers below `limit` (xorshift). */
function random(seed: number): (limit: number) => number {
	let state = seed;
	return (limit) => {
		state ^= state << 13;
		state ^= state >>> 17;
		state ^= state << 5;
		return (state >>> 0) % limit;
	};
}

function expectSame(accesses: Access[], seed: number): void {
	const reads = accesses.filter(({ write }) => write === undefined);
	const [theirs, ours] = [onQemu(accesses), onOurs(accesses)];
	expect(theirs.length).toBe(reads.length);
	const first = ours.findIndex((value, n) => value !== theirs[n]);
	if (first < 0) return;
	const at = accesses.indexOf(reads[first]);
	const story = accesses
		.slice(Math.max(0, at - 40), at + 1)
		.map(({ register, write }) =>
			write === undefined ? register + '?' : `${register}=${hex(write)}`
		);
	expect.fail(
		`seed ${seed}: ${reads[first].register} is ${hex(ours[first])} here, ${hex(theirs[first])} on QEMU, ` +
			`after ${story.join(' ')}`
	);
}
const hex = (value: number) => '0x' + value.toString(16);

const seeds = [1, 20_26, 0xdead_beef];

describe.skipIf(!haveQemu)('the same accesses on QEMU', () => {
	it.each(seeds)('the physical side, seed %d', (seed) => {
		const pick = random(seed);
		const accesses: Access[] = [
			{ register: 'GICD_CTLR', write: 1 },
			{ register: 'GICC_PMR', write: 0xf8 },
			{ register: 'GICC_CTLR', write: seed & 1 ? 0x201 : 1 },
			{ register: 'GICD_ISENABLER1', write: 0xffff_ffff }
		];
		for (let n = 8; n < 16; n++) {
			accesses.push({ register: `GICD_ITARGETSR${n}`, write: 0x0101_0101 });
			const priorities = [0, 1, 2, 3].map(() => 8 * pick(31));
			const word = priorities.reduce((all, each, i) => all + each * 2 ** (8 * i), 0);
			accesses.push({ register: `GICD_IPRIORITYR${n}`, write: word });
		}
		const taken: number[] = [];
		const ours = onOursLive(accesses);
		const add = (access: Access) => (accesses.push(access), ours(access));
		for (let n = 0; n < 400; n++) {
			const bit = 2 ** pick(32);
			switch (pick(10)) {
				case 0:
				case 1:
					add({ register: 'GICD_ISPENDR1', write: bit });
					break;
				case 2:
					add({ register: 'GICD_ICPENDR1', write: bit });
					break;
				case 3:
					add({ register: 'GICD_SGIR', write: 0x0200_0000 + pick(16) });
					break;
				case 4:
				case 5: {
					const id = add({ register: 'GICC_IAR' })!;
					if (id < 1020) taken.push(id);
					break;
				}
				case 6:
				case 7:
					if (taken.length > 0) {
						const id = taken.pop()!;
						add({ register: 'GICC_EOIR', write: id });
						if (seed & 1) add({ register: 'GICC_DIR', write: id });
					}
					break;
				case 8:
					add({ register: 'GICC_PMR', write: 8 * (16 + pick(16)) });
					break;
				default:
					add({ register: pick(2) ? 'GICD_ICENABLER1' : 'GICD_ISENABLER1', write: bit });
			}
			for (const register of ['GICD_ISPENDR0', 'GICD_ISPENDR1', 'GICD_ISACTIVER1', 'GICC_RPR'])
				add({ register });
		}
		expectSame(accesses, seed);
	});

	it.each(seeds)('the virtual side, seed %d', (seed) => {
		const pick = random(seed);
		const split = (seed & 1) === 1;
		const accesses: Access[] = [
			{ register: 'GICH_HCR', write: 1 },
			{ register: 'GICV_PMR', write: 0xf8 },
			{ register: 'GICV_CTLR', write: split ? 0x201 : 1 }
		];
		const ours = onOursLive(accesses);
		const add = (access: Access) => (accesses.push(access), ours(access));
		const taken: number[] = [];
		for (let n = 0; n < 400; n++) {
			switch (pick(6)) {
				case 0:
				case 1: {
					const lr = pick(4);
					if ((add({ register: 'GICH_ELRSR0' })! & (1 << lr)) === 0) break;
					// INTIDs are unique to a list register, as the architecture demands.
					const id = 32 + 4 * pick(8) + lr;
					const hardware = pick(2) === 1;
					// A PPI: QEMU counts a shared interrupt active for each CPU, and ends it for one.
					const physical = 16 + (id & 15);
					if (hardware) add({ register: 'GICD_ISACTIVER0', write: 2 ** physical });
					const kind = hardware ? 0x8000_0000 + 1024 * physical : pick(2) * 2 ** 19;
					const lrValue = 0x1000_0000 + kind + pick(32) * 2 ** 23 + id;
					add({ register: `GICH_LR${lr}`, write: lrValue });
					break;
				}
				case 2: {
					const id = add({ register: 'GICV_IAR' })!;
					if (id < 1020) taken.push(id);
					break;
				}
				case 3:
					if (taken.length > 0) {
						const id = taken.pop()!;
						add({ register: 'GICV_EOIR', write: id });
						if (split) add({ register: 'GICV_DIR', write: id });
					}
					break;
				case 4:
					add({ register: 'GICV_PMR', write: 8 * pick(32) });
					break;
				default: {
					// What the hypervisor does after an end with the EOI bit: it clears the list register.
					const ended = add({ register: 'GICH_EISR0' })!;
					for (let lr = 0; lr < 4; lr++)
						if (ended & (1 << lr)) add({ register: `GICH_LR${lr}`, write: 0 });
					add({ register: 'GICH_HCR', write: 1 + 2 * pick(8) });
				}
			}
			for (const name of ['LR0', 'LR1', 'LR2', 'LR3', 'APR', 'MISR', 'EISR0', 'ELRSR0', 'VMCR'])
				add({ register: `GICH_${name}` });
			add({ register: 'GICV_RPR' });
			add({ register: 'GICD_ISACTIVER0' });
		}
		expectSame(accesses, seed);
	});
});

/** Our GIC, access by access, so that a test can go on from what it answers. */
function onOursLive(before: Access[]): (access: Access) => number | undefined {
	const gic = new GicBench(2);
	const perform = ({ register, write }: Access) => {
		if (write === undefined) return gic.read(register);
		gic.write(register, write);
		return undefined;
	};
	before.forEach(perform);
	return perform;
}

import { describe, expect, it } from 'vitest';
import { createMachine, type Machine } from './machine.ts';
import { program } from './program.ts';
import { readyDisk, vectorTable } from './sample-programs.ts';
import { startOthers } from './smp-programs.ts';
import { Timeline } from './timeline.ts';

/**
 * Everything at once. CPU 0 writes sector after sector to a disk, by interrupts, and gives back what is typed;
 * CPU 1 runs a guest that stores where stage 2 maps nothing and calls its hypervisor; CPUs 2 and 3 sleep
 * between the interrupts of their timers, and send one to all others at each. Each CPU counts its interrupts
 * from 0x4050_0000 on, 256 bytes for each CPU and a word for each INTID; the exits are at 0x4050_01f0.
 */
const everything = program(`
	movz x10, #0x0800, lsl #16
	movz w0, #1
	str w0, [x10]
	${startOthers('others')}
	movz x0, #0x100
others:
	sub x28, x0, #0x100
	movz x10, #0x0800, lsl #16
	movz x11, #0x0801, lsl #16
	adr x4, vectors
	msr vbar_el2, x4
	movz x5, #0x8000, lsl #16
	movk x5, #0x10
	msr hcr_el2, x5
	movz w0, #0xff
	str w0, [x11, #4]
	movz w0, #1
	str w0, [x11]
	movz x26, #0x4050, lsl #16
	add x26, x26, x28, lsl #8
	cbz x28, disk
	cmp x28, #1
	b.eq host

	movz w0, #0x4000, lsl #16
	str w0, [x10, #0x100]
	movz x0, #1500
	msr cntp_tval_el0, x0
	movz x0, #1
	msr cntp_ctl_el0, x0
	msr daifclr, #2
timed:
	wfi
	movz w0, #0x100, lsl #16
	movk w0, #1
	str w0, [x10, #0xf00]
	b timed

host:
	movz x0, #0x4054, lsl #16
	movz x2, #0x7fd
	movk x2, #0x4000, lsl #16
	str x2, [x0, #8]
	movz x2, #0x3558
	movk x2, #2, lsl #16
	msr vtcr_el2, x2
	movz x2, #7, lsl #48
	orr x2, x2, x0
	msr vttbr_el2, x2
	movz x5, #0x8000, lsl #16
	movk x5, #0x11
	msr hcr_el2, x5
	adr x6, guest
	msr elr_el2, x6
	movz x7, #0x3c5
	msr spsr_el2, x7
	eret
guest:
	movz x17, #0x0c00, lsl #16
again:
	str w18, [x17, #8]
	add x18, x18, #1
	hvc #1
	b again
exit:
	mrs x19, esr_el2
	lsr x19, x19, #26
	cmp x19, #0x24
	b.ne called
	mrs x19, elr_el2
	add x19, x19, #4
	msr elr_el2, x19
called:
	ldr w19, [x26, #0xf0]
	add w19, w19, #1
	str w19, [x26, #0xf0]
	eret

disk:
	// The UART's interrupt is 33, the disk's 48 and an edge: both to CPU 0.
	movz w0, #1
	strb w0, [x10, #0x821]
	strb w0, [x10, #0x830]
	movz w0, #2
	str w0, [x10, #0xc0c]
	movk w0, #1, lsl #16
	str w0, [x10, #0x104]
	movz x1, #0x0900, lsl #16
	movz w0, #0x10
	str w0, [x1, #0x38]
	movz w0, #0x301
	str w0, [x1, #0x30]
	${readyDisk}
	movz x5, #0
	msr daifclr, #2
next:
	and x4, x5, #15
	str x4, [x3, #8]
	str x5, [x6]
	add x5, x5, #1
	strh w5, [x0, #0x42]
	str wzr, [x1, #0x50]
	movz x8, #200
meanwhile:
	subs x8, x8, #1
	b.ne meanwhile
	b next

interrupt:
	ldr w12, [x11, #0xc]
	and w13, w12, #0x3ff
	add x14, x26, x13, lsl #2
	cmp w13, #1020
	b.hs back
	ldr w15, [x14]
	add w15, w15, #1
	str w15, [x14]
	cmp w13, #30
	b.eq timer
	cmp w13, #33
	b.eq typed
	cmp w13, #48
	b.ne done
	movz x16, #0x0a00, lsl #16
	movz w15, #1
	str w15, [x16, #0x64]
	b done
timer:
	movz x15, #3000
	msr cntp_tval_el0, x15
	b done
typed:
	movz x16, #0x0900, lsl #16
	ldr w15, [x16]
	strb w15, [x16]
	movz w15, #0x50
	str w15, [x16, #0x44]
done:
	str w12, [x11, #0x10]
back:
	eret
${vectorTable('exit', 'interrupt', 'interrupt')}
	.align 16
header:
	.quad 0
	.quad 0
status:
	.quad 0
	.align 4096
data:
	.quad 0
	.align 4096
ring:
	.quad 0
	.align 8192
	.quad 0
`);

const text = 'Rewind!';
const inputLog = [...text].map((letter, n) => ({
	tick: 20_000 + 16_001 * n,
	bytes: [letter.charCodeAt(0)]
}));
const make = () =>
	createMachine({
		...{ board: 'virt', kernel: everything, ramBytes: 2 ** 23, cpus: 4, inputLog },
		disks: [Uint8Array.from({ length: 32 * 512 }, (_, at) => (at >> 9) + 0x80)]
	});
const length = 150_000;

function randomNumbers(seed: number): (below: number) => number {
	let state = seed;
	return (below) => {
		state ^= state << 13;
		state ^= state >>> 17;
		state ^= state << 5;
		return (state >>> 0) % below;
	};
}

const seed = 0x5eed_0042;
/** What can be seen of a machine at a position. */
const sight = (machine: Machine) => ({
	hash: machine.hash(),
	disk: [...machine.devices.disks[0]!.contents()].filter((_, at) => at % 512 === 0).join(' '),
	cpu: machine.cpu.number,
	position: machine.position
});
const counter = (machine: Machine, cpu: number, index: number) =>
	new DataView(machine.readPhysical(0x4050_0000 + 256 * cpu + 4 * index, 4).buffer).getUint32(
		0,
		true
	);

describe('a run with traps, interrupts, a guest, disk writes, input and four CPUs', () => {
	const random = randomNumbers(seed);
	const positions = Array.from({ length: 60 }, () => random(length));
	const straight = make();
	let said = '';
	straight.onConsole = (bytes) => (said += String.fromCharCode(...bytes));
	const seen = new Map<number, ReturnType<typeof sight>>();
	for (const at of [...positions, length].sort((a, b) => a - b)) {
		straight.run({ maxInstructions: at - straight.instructions });
		seen.set(at, sight(straight));
	}

	it('has all of these', () => {
		expect(straight.notes).toEqual([]);
		expect(said).toBe(text);
		const [UART, DISK, TIMER, SGI] = [33, 48, 30, 1];
		expect(counter(straight, 0, UART)).toBe(text.length);
		expect(counter(straight, 0, DISK)).toBeGreaterThan(50);
		for (const cpu of [2, 3]) expect(counter(straight, cpu, TIMER)).toBeGreaterThan(3);
		for (const cpu of [0, 1, 2, 3]) expect(counter(straight, cpu, SGI)).toBeGreaterThan(3);
		const exits = straight.trapLog.counts.vms[7]!.byClass;
		expect(exits[0x24]!.guest).toBeGreaterThan(100);
		expect(exits[0x16]!.guest).toBeGreaterThan(100);
		// Request 16 and those behind it went over the first ones; sectors from 16 on are the image's.
		const sectors = seen.get(length)!.disk.split(' ').map(Number);
		expect(sectors.slice(0, 16).every((first, n) => first !== 0x80 + n)).toBe(true);
		expect(sectors.slice(16)).toEqual(Array.from({ length: 16 }, (_, n) => 0x90 + n));
	});

	it(`is the same at every position, gone to in any order, with what memory there is (seed ${seed})`, () => {
		for (const options of [{ spacing: 2500 }, { spacing: 1000, budgetBytes: 2 ** 21 }]) {
			let heard = '';
			const machine = make();
			machine.onConsole = (bytes) => (heard += String.fromCharCode(...bytes));
			const timeline = new Timeline(machine, options);
			for (const at of [...positions, length]) {
				timeline.seek(at);
				expect(sight(machine), `at ${at}`).toEqual(seen.get(at));
			}
			expect(heard).toBe(text);
			expect(machine.trapLog.counts).toEqual(straight.trapLog.counts);
			expect(machine.trapLog.records).toEqual(straight.trapLog.records);
		}
	});

	it(`is the same one step, one trap and one write back and forward again (seed ${seed})`, () => {
		const machine = make();
		const timeline = new Timeline(machine, { spacing: 2500 });
		timeline.seek(length);
		const here = () => JSON.stringify(timeline.position) + machine.hash();
		const walk = randomNumbers(seed + 1);
		for (let n = 0; n < 12; n++) {
			const from = 5000 + walk(length - 10_000);
			timeline.seek(from);
			const way = [here()];
			for (let i = 0; i < 12; i++) {
				timeline.step();
				way.push(here());
			}
			for (let i = 11; i >= 0; i--) {
				timeline.stepBack();
				expect(here(), `step ${i} from ${from}`).toBe(way[i]);
			}
			const what = [
				{ trap: {} },
				{ trap: { cause: 'irq' as const } },
				{ trap: { class: 0x24 } },
				{ physical: 0x4050_01f0, length: 4 }
			][n % 4]!;
			const { position } = timeline.back(what);
			expect(position, `${JSON.stringify(what)} before ${from}`).toBeDefined();
			const found = here();
			timeline.seek(length);
			timeline.seek(position!);
			expect(here()).toBe(found);
			// Ahead of there the same is found again, if it lies in between.
			timeline.seek(from);
			expect(here()).toBe(way[0]);
		}
	});

	it('goes on from a saved state on another machine, and back on that one', () => {
		const middle = positions.find((at) => at > 50_000 && at < 90_000)!;
		const first = make();
		first.run({ maxInstructions: middle });
		const second = make();
		second.restore(first.save());
		expect(sight(second)).toEqual(seen.get(middle));
		const timeline = new Timeline(second, { spacing: 2500 });
		const later = [...positions, length].filter((at) => at > middle);
		for (const at of later) {
			timeline.seek(at);
			expect(sight(second), `at ${at}`).toEqual(seen.get(at));
		}
		timeline.seek(middle);
		expect(sight(second)).toEqual(seen.get(middle));
		expect(second.save()).toEqual(first.save());
	});

	it('is another one where a TLB holds something else', () => {
		const [one, two] = [make(), make()];
		for (const machine of [one, two]) machine.run({ maxInstructions: 30_000 });
		expect(two.hash()).toBe(one.hash());
		two.forgetTranslations();
		expect(two.hash()).not.toBe(one.hash());
	});
});

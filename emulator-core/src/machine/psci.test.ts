import { describe, expect, it } from 'vitest';
import { createMachine, type Machine } from './machine.ts';
import { program } from './program.ts';
import { powerOff } from './sample-programs.ts';
import { Timeline } from './timeline.ts';

const make = (kernel = program('again:\nb again'), cpus = 1) =>
	createMachine({ board: 'virt', kernel, ramBytes: 2 ** 23, cpus });

/** What the firmware answers CPU 0 in X0. */
function call(machine: Machine, ...words: bigint[]): bigint {
	words.forEach((value, n) => machine.cpu.hot.setX(n, value));
	machine.cpu.environment.smc();
	return BigInt.asIntN(64, machine.x(0));
}

const [CPU_SUSPEND_32, CPU_SUSPEND] = [0x8400_0001n, 0xc400_0001n];
const DOWN = 0x1_0000n;
const entry = 0x4020_0040n;

/**
 * The timer's interrupt comes in 3000 ticks, masked; then CPU_SUSPEND with `state`. Afterwards X20 is how long
 * it took, X21 what X0 was, X22 is 7 only where execution went on behind the call, X23 what X19 is then.
 */
const suspends = (state: number) =>
	program(`
		movz x10, #0x0800, lsl #16
		movz x11, #0x0801, lsl #16
		movz w0, #1
		str w0, [x10]
		str w0, [x11]
		movz w0, #0x4000, lsl #16
		str w0, [x10, #0x100]
		movz w0, #0xff
		str w0, [x11, #4]
		movz x0, #3000
		msr cntp_tval_el0, x0
		movz x0, #1
		msr cntp_ctl_el0, x0
		movz x19, #99
		mrs x18, cntpct_el0
		movz x9, #0x4040, lsl #16
		str x18, [x9]
		movz x0, #0xc400, lsl #16
		movk x0, #1
		movz x1, #${state & 0xffff}
		movk x1, #${state >>> 16}, lsl #16
		adr x2, resumed
		movz x3, #0x1234
		smc #0
		movz x22, #7
	resumed:
		mov x21, x0
		mov x23, x19
		movz x9, #0x4040, lsl #16
		ldr x18, [x9]
		mrs x20, cntpct_el0
		sub x20, x20, x18
		${powerOff}
	`);

describe('PSCI CPU_SUSPEND', () => {
	it('in standby sleeps as WFI does, and returns', () => {
		const machine = make(suspends(0));
		expect(machine.run({ maxInstructions: 1000 })).toEqual({ reason: 'poweroff' });
		expect([21, 22, 23].map((n) => machine.x(n))).toEqual([0n, 7n, 99n]);
		expect(Number(machine.x(20))).toBeGreaterThan(2900);
		expect(machine.instructions).toBeLessThan(60);
	});

	it('powered down sleeps as well, and begins afresh at its entry', () => {
		const machine = make(suspends(Number(DOWN)));
		expect(machine.run({ maxInstructions: 1000 })).toEqual({ reason: 'poweroff' });
		expect([21, 22, 23].map((n) => machine.x(n))).toEqual([0x1234n, 0n, 0n]);
		expect(Number(machine.x(20))).toBeGreaterThan(2900);
	});

	it.each([0, Number(DOWN)])('is the same run step by step, back and forth (state %i)', (state) => {
		const straight = make(suspends(state));
		straight.run({});
		const timeline = new Timeline(make(suspends(state)), { spacing: 7 });
		const { machine } = timeline;
		const trail: string[] = [];
		do trail.push(machine.hash());
		while (timeline.step() === 'budget');
		expect(machine.hash()).toBe(straight.hash());
		for (const hash of trail.reverse()) {
			expect(timeline.stepBack()).toBe(true);
			expect(machine.hash()).toBe(hash);
		}
	});

	it('refuses power states that are none, and entries outside RAM', () => {
		const machine = make();
		for (const state of [0x8000_0000n, 0x0002_0000n, 0x0400_0000n])
			expect(call(machine, CPU_SUSPEND, state, entry, 0n)).toBe(-2n);
		expect(call(machine, CPU_SUSPEND, DOWN, 0x1000n, 0n)).toBe(-9n);
		// In standby nobody reads the entry.
		expect(call(machine, CPU_SUSPEND, 0n, 0x1000n, 0n)).toBe(0n);
		expect(machine.run({ maxInstructions: 10 })).toEqual({ reason: 'idle' });
	});

	it('takes 32-bit arguments by its 32-bit number', () => {
		const machine = make();
		const high = 0xffff_ffff_0000_0000n;
		expect(call(machine, CPU_SUSPEND_32, high | DOWN, high | entry, high | 5n)).toBe(5n);
		expect(machine.registers().pc).toBe(entry);
	});
});

describe('PSCI', () => {
	it('says what it is and what it has, as Linux asks', () => {
		const machine = make();
		const [VERSION, FEATURES, MIGRATE_INFO_TYPE] = [0x8400_0000n, 0x8400_000an, 0x8400_0006n];
		expect(call(machine, VERSION)).toBe(0x1_0000n);
		// Uniprocessor trusted OSes are none, so nothing ever has to migrate.
		expect(call(machine, MIGRATE_INFO_TYPE)).toBe(2n);
		const has = [0x8400_0001n, CPU_SUSPEND, 0x8400_0002n, 0x8400_0003n, 0xc400_0003n, 0x8400_0004n];
		for (const each of [...has, 0xc400_0004n, 0x8400_0008n, 0x8400_0009n])
			expect(call(machine, FEATURES, each), each.toString(16)).toBe(0n);
		// MIGRATE, SYSTEM_SUSPEND, SYSTEM_RESET2, SMCCC_VERSION.
		for (const each of [0x8400_0005n, 0xc400_000en, 0xc400_0012n, 0x8000_0000n]) {
			expect(call(machine, FEATURES, each), each.toString(16)).toBe(-1n);
			expect(call(machine, each), each.toString(16)).toBe(-1n);
		}
	});

	it('tells which CPUs are on by their affinity, at level 0 only', () => {
		const machine = make(undefined, 2);
		const AFFINITY_INFO = 0x8400_0004n;
		expect([0n, 1n].map((cpu) => call(machine, AFFINITY_INFO, cpu, 0n))).toEqual([0n, 1n]);
		expect(call(machine, AFFINITY_INFO, 2n, 0n)).toBe(-2n);
		expect(call(machine, AFFINITY_INFO, 0n, 1n)).toBe(-2n);
	});

	it.each([
		['poweroff', 8],
		['reset', 9]
	])('ends the run with %s', (reason, number) => {
		const machine = make(program(`movz x0, #0x8400, lsl #16\nmovk x0, #${number}\nsmc #0`));
		expect(machine.run({ maxInstructions: 100 })).toEqual({ reason });
		expect(machine.instructions).toBe(4);
	});
});

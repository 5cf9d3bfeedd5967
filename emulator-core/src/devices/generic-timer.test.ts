import { beforeEach, describe, expect, it } from 'vitest';
import { GenericTimer } from './generic-timer.ts';
import { HandClock, Wire } from './test-parts.ts';

let clock: HandClock;
let lines: { secure: Wire; phys: Wire; virt: Wire; hyp: Wire };
let timer: GenericTimer;

beforeEach(() => {
	clock = new HandClock();
	lines = { secure: new Wire(), phys: new Wire(), virt: new Wire(), hyp: new Wire() };
	timer = new GenericTimer(clock, lines);
});

describe('the counter', () => {
	it('counts ticks of 100 MHz', () => {
		clock.runTo(1234);
		expect(timer.cntpct).toBe(1234n);
		expect(timer.frequency).toBe(100_000_000);
	});

	it('is CNTVOFF behind for a guest, modulo 2^64', () => {
		clock.runTo(1000);
		timer.cntvoff = 300n;
		expect(timer.cntvct).toBe(700n);
		timer.cntvoff = 1001n;
		expect(timer.cntvct).toBe(0xffff_ffff_ffff_ffffn);
	});
});

describe.each(['secure', 'phys', 'virt', 'hyp'] as const)('the %s timer', (which) => {
	it('raises its line on the very tick of CVAL', () => {
		timer[which].cval = 500n;
		timer[which].ctl = 1n;
		expect(clock.next).toBe(500);
		clock.runTo(499);
		expect([lines[which].level, timer[which].ctl]).toEqual([false, 1n]);
		clock.runTo(500);
		expect([lines[which].level, timer[which].ctl]).toEqual([true, 5n]);
	});

	it('touches no other line', () => {
		timer[which].ctl = 1n;
		const high = Object.entries(lines).filter(([, wire]) => wire.level);
		expect(high.map(([name]) => name)).toEqual([which]);
	});

	it('keeps ISTATUS but not the line while IMASK is set', () => {
		timer[which].cval = 10n;
		timer[which].ctl = 3n;
		expect(clock.next).toBeUndefined();
		clock.runTo(10);
		expect([lines[which].level, timer[which].ctl]).toEqual([false, 7n]);
		timer[which].ctl = 1n;
		expect(lines[which].level).toBe(true);
	});

	it('shows no ISTATUS while disabled', () => {
		clock.runTo(10);
		expect(timer[which].ctl).toBe(0n);
		timer[which].ctl = 2n;
		expect(timer[which].ctl).toBe(2n);
	});

	it('takes its line down when CVAL moves on, and asks for the new tick only', () => {
		timer[which].cval = 100n;
		timer[which].ctl = 1n;
		clock.runTo(150);
		timer[which].cval = 200n;
		expect([lines[which].level, clock.next]).toEqual([false, 200]);
		timer[which].ctl = 0n;
		expect(clock.next).toBeUndefined();
	});
});

describe('TVAL', () => {
	it('sets CVAL relative to now, with 32 bits and a sign', () => {
		clock.runTo(1000);
		timer.phys.tval = 50n;
		expect(timer.phys.cval).toBe(1050n);
		timer.phys.tval = 0xffff_fff6n; // -10
		expect(timer.phys.cval).toBe(990n);
	});

	it('counts down through zero', () => {
		timer.phys.cval = 100n;
		clock.runTo(70);
		expect(timer.phys.tval).toBe(30n);
		clock.runTo(101);
		expect(timer.phys.tval).toBe(0xffff_ffffn);
	});
});

describe('the condition', () => {
	it('compares without sign: a CVAL of all ones is not reached', () => {
		timer.phys.ctl = 1n;
		expect(lines.phys.level).toBe(true);
		for (const cval of [0xffff_ffff_ffff_ffffn, 1n << 63n, (1n << 63n) - 1n, 1n]) {
			timer.phys.cval = cval;
			expect([lines.phys.level, timer.phys.ctl]).toEqual([false, 1n]);
			expect(clock.next).toBe(cval === 1n ? 1 : undefined);
		}
	});

	it('ends when the count begins anew after 2^64', () => {
		timer.cntvoff = 1000n; // the count is 2^64 - 1000
		timer.virt.cval = 5n;
		timer.virt.ctl = 1n;
		expect([lines.virt.level, clock.next]).toEqual([true, 1000]);
		clock.runTo(999);
		expect([lines.virt.level, timer.virt.ctl]).toEqual([true, 5n]);
		clock.runTo(1000);
		expect([timer.cntvct, lines.virt.level, timer.virt.ctl, clock.next]).toEqual([
			...[0n, false, 1n, 1005]
		]);
		clock.runTo(1005);
		expect([lines.virt.level, clock.next]).toEqual([true, undefined]);
	});

	it('of the virtual timer follows CNTVOFF', () => {
		timer.virt.cval = 100n;
		timer.virt.ctl = 1n;
		clock.runTo(120);
		expect(lines.virt.level).toBe(true);
		timer.cntvoff = 50n;
		expect([lines.virt.level, clock.next]).toEqual([false, 150]);
		clock.runTo(150);
		expect(lines.virt.level).toBe(true);
	});
});

describe('a restored timer', () => {
	it('has its registers and its events; one that is due now fires before time goes on', () => {
		timer.cntvoff = 1n << 40n;
		timer.virt.cval = 0xffff_ffff_ffff_fff0n;
		timer.phys.cval = 300n;
		timer.phys.ctl = 1n;
		timer.hyp.ctl = 1n;
		const saved = JSON.parse(JSON.stringify(timer.snapshotState()));
		timer.cntvoff = 0n;
		timer.phys.ctl = 0n;
		timer.hyp.ctl = 0n;
		timer.restoreState(saved);
		expect(timer.snapshotState()).toEqual(saved);
		expect([timer.cntvoff, timer.virt.cval]).toEqual([1n << 40n, 0xffff_ffff_ffff_fff0n]);
		clock.runTo(0);
		expect([lines.phys.level, lines.hyp.level, clock.next]).toEqual([false, true, 300]);
	});
});

import { beforeEach, describe, expect, it } from 'vitest';
import { Pl031 } from './pl031.ts';
import { HandClock, Wire } from './test-parts.ts';

const DR = 0x00;
const MR = 0x04;
const LR = 0x08;
const CR = 0x0c;
const IMSC = 0x10;
const RIS = 0x14;
const MIS = 0x18;
const ICR = 0x1c;

const SECOND = 100_000_000;
const START = 1_396_224_000;

let clock: HandClock;
let irq: Wire;
let rtc: Pl031;
const read = (offset: number) => rtc.read(offset, 4);
const write = (offset: number, value: number) => rtc.write(offset, value, 4);

beforeEach(() => {
	clock = new HandClock();
	irq = new Wire();
	rtc = new Pl031('rtc', irq, clock, START);
});

describe('the PL031', () => {
	it('is what a PrimeCell driver looks for', () => {
		const bytes = Array.from({ length: 8 }, (_, n) => read(0xfe0 + 4 * n));
		expect(bytes).toEqual([0x31, 0x10, 0x04, 0x00, 0x0d, 0xf0, 0x05, 0xb1]);
	});

	it('counts seconds of the machine from its start time, and cannot be stopped', () => {
		expect([read(DR), read(CR), read(RIS)]).toEqual([START, 1, 0]);
		clock.runTo(SECOND - 1);
		expect(read(DR)).toBe(START);
		clock.runTo(SECOND);
		write(CR, 0);
		expect([read(DR), read(CR)]).toEqual([START + 1, 1]);
		clock.runTo(86_400 * SECOND);
		expect(read(DR)).toBe(START + 86_400);
	});

	it('goes on from the time that is set, in step with its seconds, and through 2^32', () => {
		clock.runTo(1.5 * SECOND);
		write(LR, 0xffff_fffe);
		expect([read(DR), read(LR)]).toEqual([0xffff_fffe, 0xffff_fffe]);
		clock.runTo(2 * SECOND);
		expect(read(DR)).toBe(0xffff_ffff);
		clock.runTo(3 * SECOND);
		expect(read(DR)).toBe(0);
	});

	it('interrupts when the time is the one asked for', () => {
		write(MR, START + 3);
		write(IMSC, 1);
		expect(clock.next).toBe(3 * SECOND);
		clock.runTo(3 * SECOND - 1);
		expect([read(RIS), irq.level]).toEqual([0, false]);
		clock.runTo(3 * SECOND);
		expect([read(RIS), read(MIS), irq.level]).toEqual([1, 1, true]);
		clock.runTo(9 * SECOND);
		expect([read(RIS), irq.level]).toEqual([1, true]);
		write(ICR, 1);
		expect([read(RIS), read(MIS), irq.level]).toEqual([0, 0, false]);
	});

	it('shows a masked match, and a match with the present second, at once', () => {
		write(MR, START);
		expect([read(RIS), read(MIS), irq.level, clock.next]).toEqual([1, 0, false, undefined]);
		write(IMSC, 1);
		expect([read(MIS), irq.level]).toEqual([1, true]);
		write(ICR, 1);
		expect([read(RIS), irq.level]).toEqual([0, false]);
	});

	it('keeps a match though another time is asked for, and asks for nothing while masked', () => {
		write(MR, START + 1);
		clock.runTo(SECOND);
		write(MR, START + 100);
		expect([read(RIS), clock.next]).toEqual([1, undefined]);
		write(ICR, 1);
		write(IMSC, 1);
		expect([read(RIS), clock.next]).toEqual([0, 100 * SECOND]);
		write(IMSC, 0);
		expect(clock.next).toBe(undefined);
	});

	it('does not wait for a time that has passed: it comes round in 136 years', () => {
		clock.runTo(10 * SECOND);
		write(MR, START + 5);
		write(IMSC, 1);
		expect([read(RIS), clock.next]).toEqual([0, undefined]);
	});

	it('goes on after it was saved and restored', () => {
		clock.runTo(SECOND);
		write(LR, 1000);
		write(MR, 1005);
		write(IMSC, 1);
		const saved = JSON.parse(JSON.stringify(rtc.snapshotState())) as unknown;
		rtc = new Pl031('rtc', irq, clock, 7);
		rtc.restoreState(saved);
		expect(rtc.snapshotState()).toEqual(saved);
		clock.runTo(6 * SECOND);
		expect([read(DR), irq.level]).toEqual([1005, true]);
	});

	it('saved at the tick of a match that has not come yet, has it come', () => {
		write(MR, START + 1);
		write(IMSC, 1);
		const saved = rtc.snapshotState();
		const later = new HandClock();
		later.runTo(SECOND);
		rtc = new Pl031('rtc', irq, later, 0);
		rtc.restoreState(saved);
		expect([irq.level, later.next]).toEqual([false, SECOND]);
		later.runTo(SECOND);
		expect([irq.level, later.next]).toEqual([true, undefined]);
	});
});

import { beforeEach, describe, expect, it } from 'vitest';
import { Pl011 } from './pl011.ts';
import { HandClock, Wire } from './test-parts.ts';

const DR = 0x00;
const RSR = 0x04;
const FR = 0x18;
const LCR_H = 0x2c;
const CR = 0x30;
const IFLS = 0x34;
const IMSC = 0x38;
const RIS = 0x3c;
const MIS = 0x40;
const ICR = 0x44;

const RX = 0x10;
const TX = 0x20;
const RT = 0x40;
const OE = 0x400;

let clock: HandClock;
let irq: Wire;
let sent: number[];
let uart: Pl011;
const read = (offset: number) => uart.read(offset, 4);
const write = (offset: number, value: number) => uart.write(offset, value, 4);
const bytes = (text: string) => new TextEncoder().encode(text);

/** What a driver does on an RX interrupt: reads until the FIFO is empty. */
function drain(): string {
	let text = '';
	while ((read(FR) & 0x10) === 0) text += String.fromCharCode(read(DR) & 0xff);
	return text;
}

beforeEach(() => {
	clock = new HandClock();
	irq = new Wire();
	sent = [];
	uart = new Pl011('uart0', irq, { write: (byte) => sent.push(byte) }, clock);
});

/** As a driver leaves it: FIFOs, 38400 baud, RX and RT interrupts. */
function start(): void {
	write(0x24, 39); // IBRD
	write(0x28, 4); // FBRD
	write(LCR_H, 0x70);
	write(CR, 0x301);
	write(IMSC, RX | RT);
}

describe('after reset', () => {
	it('has the values of the manual', () => {
		expect([read(FR), read(CR), read(IFLS), read(IMSC), read(RIS), read(LCR_H)]).toEqual([
			...[0x90, 0x300, 0x12, 0, 0, 0]
		]);
	});

	it('identifies itself as a PL011 of 16 bytes FIFO and a PrimeCell', () => {
		const ids = Array.from({ length: 8 }, (_, n) => read(0xfe0 + 4 * n));
		expect(ids).toEqual([0x11, 0x10, 0x14, 0x00, 0x0d, 0xf0, 0x05, 0xb1]);
	});
});

describe('transmission', () => {
	it('puts the low byte of DR on the wire, whatever the width of the access', () => {
		write(DR, 0x141);
		uart.write(DR, 0x42, 1);
		uart.write(DR, 0x43, 2);
		expect(sent).toEqual([0x41, 0x42, 0x43]);
		expect(read(FR)).toBe(0x90);
	});

	it('raises TX as the FIFO drains, and ICR takes it back', () => {
		write(IMSC, TX);
		expect(irq.level).toBe(false);
		write(DR, 0x41);
		expect([read(RIS), read(MIS), irq.level]).toEqual([TX, TX, true]);
		write(ICR, TX);
		expect([read(RIS), irq.level]).toEqual([0, false]);
	});
});

describe('reception', () => {
	it('raises RX at half a FIFO, and takes it back below', () => {
		start();
		uart.receive(bytes('1234567'));
		expect([read(RIS), irq.level]).toEqual([0, false]);
		uart.receive(bytes('8'));
		expect([read(RIS), irq.level]).toEqual([RX, true]);
		expect(read(DR)).toBe(0x31);
		expect([read(RIS), irq.level]).toEqual([0, false]);
	});

	it.each([
		[0, 2],
		[1, 4],
		[2, 8],
		[3, 12],
		[4, 14]
	])('with RXIFLSEL %d raises RX at %d bytes', (select, trigger) => {
		start();
		write(IFLS, select << 3);
		uart.receive(new Uint8Array(trigger - 1));
		expect(read(RIS)).toBe(0);
		uart.receive(new Uint8Array(1));
		expect(read(RIS)).toBe(RX);
	});

	it('raises RT when a single byte has lain for 32 bit times', () => {
		start();
		uart.receive(bytes('a'));
		// 16 * (39 + 4/64) clocks of 24 MHz to a bit; 32 bits are 83,333 ticks of 100 MHz.
		clock.runTo(83_332);
		expect(irq.level).toBe(false);
		clock.runTo(83_333);
		expect([read(MIS), irq.level]).toEqual([RT, true]);
		expect(drain()).toBe('a');
		expect([read(MIS), irq.level]).toEqual([0, false]);
	});

	it('starts the timeout over with each byte, and when RT is cleared with bytes unread', () => {
		start();
		uart.receive(bytes('a'));
		clock.runTo(50_000);
		uart.receive(bytes('b'));
		clock.runTo(100_000);
		expect(irq.level).toBe(false);
		clock.runTo(133_333);
		expect(irq.level).toBe(true);
		write(ICR, RT);
		expect(irq.level).toBe(false);
		clock.runTo(216_666);
		expect(irq.level).toBe(true);
	});

	it('loses nothing of a long paste', () => {
		start();
		const paste = 'echo trap '.repeat(100);
		uart.receive(bytes(paste));
		expect(read(FR) & 0x50).toBe(0x40); // full, not empty
		expect(uart.unread).toBe(1000);
		expect(drain()).toBe(paste);
		expect([uart.unread, irq.level]).toEqual([0, false]);
	});

	it('holds bytes back while the UART or its receiver is off', () => {
		uart.receive(bytes('early'));
		expect(read(FR)).toBe(0x90);
		write(CR, 0x101);
		expect(read(FR)).toBe(0x90);
		start();
		expect(drain()).toBe('early');
	});

	it('with FEN clear has a FIFO of one byte and RX for each', () => {
		start();
		uart.receive(bytes('xyz'));
		write(LCR_H, 0x60);
		expect([read(FR), read(RIS) & RX]).toEqual([0xc0, 0]);
		expect(read(DR)).toBe(0x78);
		expect(read(RIS) & RX).toBe(RX);
		expect(drain()).toBe('yz');
	});

	it('reads zero from an empty FIFO', () => {
		start();
		expect(read(DR)).toBe(0);
	});
});

describe('loop-back', () => {
	it('receives what it sends, and overruns where nobody holds back', () => {
		start();
		write(CR, 0x381);
		for (let n = 0; n < 17; n++) write(DR, 0x40 + n);
		expect(sent).toEqual([]);
		expect([read(RIS) & OE, read(RSR)]).toEqual([OE, 8]);
		const words = Array.from({ length: 16 }, () => read(DR));
		expect([words[0], words[14], words[15]]).toEqual([0x40, 0x4e, 0x84f]);
		write(RSR, 0);
		expect(read(RSR)).toBe(0);
	});
});

describe('a restored UART', () => {
	it('goes on with what was unread, its interrupt and its timeout', () => {
		start();
		uart.receive(bytes('0123456789abcdefgh'));
		const saved = JSON.parse(JSON.stringify(uart.snapshotState()));
		drain();
		write(IMSC, 0);
		uart.restoreState(saved);
		expect(uart.snapshotState()).toEqual(saved);
		expect([irq.level, clock.next]).toEqual([true, 83_333]);
		expect(drain()).toBe('0123456789abcdefgh');
	});
});

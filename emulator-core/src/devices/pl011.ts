import type { CharBackend, Clock, IrqLine, MmioDevice, UnlistedListener } from '../bus/device.ts';
import {
	readRegister,
	registerArray,
	writeRegister,
	type RegisterMap
} from '../bus/register-map.ts';

/** UARTFR. */
const Flags = { rxfe: 1 << 4, rxff: 1 << 6, txfe: 1 << 7 } as const;

/** UARTLCR_H: the FIFOs are 16 deep, or one byte each while FEN is 0. */
const FEN = 1 << 4;
const FIFO_DEPTH = 16;

/** UARTCR. Transmission and reception are on after reset, the UART itself is not. */
const Control = { uarten: 1 << 0, lbe: 1 << 7, rxe: 1 << 9, reset: 0x300 } as const;

/** The bits of UARTRIS, UARTMIS, UARTIMSC and UARTICR that this UART can raise. */
const Interrupt = { rx: 1 << 4, tx: 1 << 5, rt: 1 << 6, oe: 1 << 10, all: 0x7ff } as const;

/** UARTDR bit 11 and UARTRSR bit 3: a byte was lost because the FIFO was full. */
const DATA_OVERRUN = 1 << 11;
const STATUS_OVERRUN = 1 << 3;

/** How full the receive FIFO must be for the RX interrupt, by UARTIFLS.RXIFLSEL; reserved values act as the last. */
const RX_TRIGGERS = [2, 4, 8, 12, 14, 14, 14, 14];

/** UARTPeriphID0-3 and UARTPCellID0-3: part 0x011 by Arm, revision 1, the one with 16-byte FIFOs. */
const IDENTIFICATION = [0x11, 0x10, 0x14, 0x00, 0x0d, 0xf0, 0x05, 0xb1];

/** Both boards clock their UARTs with 24 MHz; the machine's clock has 100 MHz. */
const TICKS_PER_UART_CLOCK = 100 / 24;

interface Pl011State {
	rsr: number;
	ibrd: number;
	fbrd: number;
	lcr: number;
	control: number;
	ifls: number;
	imsc: number;
	ris: number;
	dmacr: number;
	fifo: number[];
	waiting: number[];
	/** The tick at which the receive timeout falls due, null if none runs. */
	timeout: number | null;
}

/**
 * The PrimeCell UART (PL011). A byte written to DR is on the wire at once, so the transmit FIFO is
 * always empty. Bytes received fill the receive FIFO; what finds no room waits outside, as at a
 * sender that honours flow control, so nothing typed is lost.
 */
export class Pl011 implements MmioDevice {
	static readonly registers: RegisterMap<Pl011> = {
		0x000: { name: 'UARTDR', read: (d) => d.#take(), write: (d, v) => d.#transmit(v & 0xff) },
		0x004: { name: 'UARTRSR', read: (d) => d.#rsr, write: (d) => (d.#rsr = 0) },
		0x018: { name: 'UARTFR', read: (d) => d.flags },
		0x020: { name: 'UARTILPR' },
		0x024: { name: 'UARTIBRD', read: (d) => d.#ibrd, write: (d, v) => (d.#ibrd = v & 0xffff) },
		0x028: { name: 'UARTFBRD', read: (d) => d.#fbrd, write: (d, v) => (d.#fbrd = v & 0x3f) },
		0x02c: { name: 'UARTLCR_H', read: (d) => d.#lcr, write: (d, v) => d.#setLineControl(v) },
		0x030: { name: 'UARTCR', read: (d) => d.#control, write: (d, v) => d.#setControl(v) },
		0x034: { name: 'UARTIFLS', read: (d) => d.#ifls, write: (d, v) => d.#setLevels(v) },
		0x038: { name: 'UARTIMSC', read: (d) => d.#imsc, write: (d, v) => d.#setMask(v) },
		0x03c: { name: 'UARTRIS', read: (d) => d.#ris },
		0x040: { name: 'UARTMIS', read: (d) => d.#ris & d.#imsc },
		0x044: { name: 'UARTICR', write: (d, v) => d.#clear(v) },
		// There is no DMA controller on either board: the register holds what is written.
		0x048: { name: 'UARTDMACR', read: (d) => d.#dmacr, write: (d, v) => (d.#dmacr = v & 7) },
		...registerArray<Pl011>(0xfe0, IDENTIFICATION.length, {
			name: 'UARTPeriphID/UARTPCellID',
			read: (_, offset) => IDENTIFICATION[(offset - 0xfe0) / 4]
		})
	};

	readonly name: string;
	onUnlisted?: UnlistedListener | undefined;
	readonly #irq: IrqLine;
	readonly #backend: CharBackend;
	readonly #clock: Clock;

	#rsr = 0;
	#ibrd = 0;
	#fbrd = 0;
	#lcr = 0;
	#control: number = Control.reset;
	#ifls = 0x12;
	#imsc = 0;
	#ris = 0;
	#dmacr = 0;
	/** Received words as UARTDR gives them: a byte and its error bits. */
	#fifo: number[] = [];
	/** Bytes sent to this UART for which there was no room yet. */
	#waiting: number[] = [];
	#timeout: number | undefined;

	constructor(name: string, irq: IrqLine, backend: CharBackend, clock: Clock) {
		this.name = name;
		this.#irq = irq;
		this.#backend = backend;
		this.#clock = clock;
	}

	read(offset: number, size: 1 | 2 | 4): number {
		return readRegister(Pl011.registers, this, offset, size);
	}
	write(offset: number, value: number, size: 1 | 2 | 4): void {
		writeRegister(Pl011.registers, this, offset, value, size);
	}

	/** Bytes that arrive on the line, at the present tick. Any number: they wait until the driver makes room. */
	receive(bytes: Iterable<number>): void {
		for (const byte of bytes) this.#waiting.push(byte & 0xff);
		this.#fill();
	}

	/** How many received bytes the driver has not read yet. */
	get unread(): number {
		return this.#fifo.length + this.#waiting.length;
	}

	/** UARTFR; the modem lines read as not asserted. */
	get flags(): number {
		const empty = this.#fifo.length === 0 ? Flags.rxfe : 0;
		const full = this.#fifo.length >= this.#depth ? Flags.rxff : 0;
		return Flags.txfe | empty | full;
	}

	get #depth(): number {
		return this.#lcr & FEN ? FIFO_DEPTH : 1;
	}

	get #trigger(): number {
		return this.#lcr & FEN ? RX_TRIGGERS[(this.#ifls >> 3) & 7] : 1;
	}

	/** A read of DR. */
	#take(): number {
		const word = this.#fifo.shift() ?? 0;
		this.#rsr = (word >> 8) & 0xf;
		if (this.#fifo.length < this.#trigger) this.#ris &= ~Interrupt.rx;
		if (this.#fifo.length === 0) this.#ris &= ~Interrupt.rt;
		this.#restartTimeout();
		this.#fill();
		return word;
	}

	/** A write to DR. The transmit interrupt comes when the FIFO drains past its level: at once. */
	#transmit(byte: number): void {
		if (this.#control & Control.lbe) this.#loopBack(byte);
		else this.#backend.write(byte);
		this.#ris |= Interrupt.tx;
		this.#drive();
	}

	/** Loop-back has nobody to hold a byte back: one too many is lost, and marked in the last that was kept. */
	#loopBack(byte: number): void {
		if (this.#fifo.length < this.#depth) return this.#arrive(byte);
		this.#fifo[this.#fifo.length - 1] |= DATA_OVERRUN;
		this.#rsr |= STATUS_OVERRUN;
		this.#ris |= Interrupt.oe;
	}

	/** Moves waiting bytes into the FIFO while it has room and the receiver is on. */
	#fill(): void {
		const on = Control.uarten | Control.rxe;
		while (
			(this.#control & on) === on &&
			this.#waiting.length > 0 &&
			this.#fifo.length < this.#depth
		)
			this.#arrive(this.#waiting.shift()!);
		this.#drive();
	}

	#arrive(word: number): void {
		this.#fifo.push(word);
		if (this.#fifo.length >= this.#trigger) this.#ris |= Interrupt.rx;
		this.#restartTimeout();
	}

	/** The receive timeout: bytes lie in the FIFO and for 32 bit times nothing more came, nor was any read. */
	#restartTimeout(): void {
		const clocksPerBit = 16 * (this.#ibrd + this.#fbrd / 64);
		const ticks = Math.max(1, Math.round(32 * clocksPerBit * TICKS_PER_UART_CLOCK));
		this.#setTimeout(this.#fifo.length > 0 ? this.#clock.now() + ticks : undefined);
	}

	#setTimeout(when: number | undefined): void {
		this.#timeout = when;
		this.#clock.schedule(`${this.name}.timeout`, when, () => {
			this.#timeout = undefined;
			this.#ris |= Interrupt.rt;
			this.#drive();
		});
	}

	#setLineControl(value: number): void {
		this.#lcr = value & 0xff;
		// A smaller FIFO gives back what it cannot hold.
		const excess = this.#fifo.splice(this.#depth).map((word) => word & 0xff);
		this.#waiting.unshift(...excess);
		this.#fill();
	}

	#setControl(value: number): void {
		this.#control = value & 0xff87;
		this.#fill();
	}

	#setLevels(value: number): void {
		this.#ifls = value & 0x3f;
		if (this.#fifo.length >= this.#trigger) this.#ris |= Interrupt.rx;
		this.#drive();
	}

	#setMask(value: number): void {
		this.#imsc = value & Interrupt.all;
		this.#drive();
	}

	#clear(bits: number): void {
		this.#ris &= ~bits;
		// Cleared with bytes still unread: the timeout starts over, so that they are not forgotten.
		if (bits & Interrupt.rt) this.#restartTimeout();
		this.#drive();
	}

	#drive(): void {
		this.#irq.set((this.#ris & this.#imsc) !== 0);
	}

	snapshotState(): Pl011State {
		return {
			rsr: this.#rsr,
			ibrd: this.#ibrd,
			fbrd: this.#fbrd,
			lcr: this.#lcr,
			control: this.#control,
			ifls: this.#ifls,
			imsc: this.#imsc,
			ris: this.#ris,
			dmacr: this.#dmacr,
			fifo: [...this.#fifo],
			waiting: [...this.#waiting],
			timeout: this.#timeout ?? null
		};
	}
	restoreState(state: unknown): void {
		const saved = state as Pl011State;
		this.#rsr = saved.rsr;
		this.#ibrd = saved.ibrd;
		this.#fbrd = saved.fbrd;
		this.#lcr = saved.lcr;
		this.#control = saved.control;
		this.#ifls = saved.ifls;
		this.#imsc = saved.imsc;
		this.#ris = saved.ris;
		this.#dmacr = saved.dmacr;
		this.#fifo = [...saved.fifo];
		this.#waiting = [...saved.waiting];
		this.#setTimeout(saved.timeout ?? undefined);
		this.#drive();
	}
}

import type { Clock, IrqLine, MmioDevice, UnlistedListener } from '../bus/device.ts';
import {
	readRegister,
	registerArray,
	writeRegister,
	type RegisterMap
} from '../bus/register-map.ts';

/** The machine's clock: so many ticks are a second. */
const TICKS_PER_SECOND = 100_000_000;

/** RTCPeriphID0-3 and RTCPCellID0-3: part 0x031 by Arm. */
const IDENTIFICATION = [0x31, 0x10, 0x04, 0x00, 0x0d, 0xf0, 0x05, 0xb1];

const u32 = (value: number) => value >>> 0;

interface Pl031State {
	/** What the clock would have shown at tick 0, modulo 2^32. */
	start: number;
	match: number;
	load: number;
	enabled: boolean;
	kept: boolean;
	due: number;
}

/**
 * The PrimeCell Real Time Clock (PL031): seconds since 1970 in 32 bits. Its time is a start time that
 * whoever makes the machine gives, and the machine's ticks since; never the wall clock's.
 */
export class Pl031 implements MmioDevice {
	static readonly registers: RegisterMap<Pl031> = {
		0x000: { name: 'RTCDR', read: (d) => d.seconds },
		0x004: { name: 'RTCMR', read: (d) => d.#match, write: (d, v) => d.#setMatch(v) },
		0x008: { name: 'RTCLR', read: (d) => d.#load, write: (d, v) => d.#setTime(v) },
		// The clock runs from reset on, and nothing but a reset stops it.
		0x00c: { name: 'RTCCR', read: () => 1, write: () => {} },
		0x010: { name: 'RTCIMSC', read: (d) => (d.#enabled ? 1 : 0), write: (d, v) => d.#setMask(v) },
		0x014: { name: 'RTCRIS', read: (d) => (d.#raised ? 1 : 0) },
		0x018: { name: 'RTCMIS', read: (d) => (d.#raised && d.#enabled ? 1 : 0) },
		0x01c: { name: 'RTCICR', write: (d, v) => d.#clear(v) },
		...registerArray<Pl031>(0xfe0, IDENTIFICATION.length, {
			name: 'RTCPeriphID/RTCPCellID',
			read: (_, offset) => IDENTIFICATION[(offset - 0xfe0) / 4]!
		})
	};

	readonly name: string;
	onUnlisted?: UnlistedListener | undefined;
	readonly #irq: IrqLine;
	readonly #clock: Clock;
	#start: number;
	#match = 0;
	#load = 0;
	/** RTCIMSC: the interrupt may come through. */
	#enabled = false;
	/** A match before the time or RTCMR was changed. */
	#kept = false;
	/** The tick at which the time is that of RTCMR: passed, it is what RTCRIS shows. */
	#due: number;

	/** `startTime` is what the clock shows at tick 0, in seconds since 1970. */
	constructor(name: string, irq: IrqLine, clock: Clock, startTime: number) {
		this.name = name;
		this.#irq = irq;
		this.#clock = clock;
		this.#start = u32(startTime);
		this.#due = u32(-this.#start) * TICKS_PER_SECOND;
	}

	read(offset: number, size: 1 | 2 | 4): number {
		return readRegister(Pl031.registers, this, offset, size);
	}
	write(offset: number, value: number, size: 1 | 2 | 4): void {
		writeRegister(Pl031.registers, this, offset, value, size);
	}

	/** What the clock shows now, modulo 2^32. */
	get seconds(): number {
		return u32(this.#start + this.#elapsed);
	}

	/** Whole seconds since reset. They do not begin anew where the time is set. */
	get #elapsed(): number {
		return Math.floor(this.#clock.now() / TICKS_PER_SECOND);
	}

	#setTime(value: number): void {
		this.#keepRaised();
		this.#load = value;
		this.#start = u32(value - this.#elapsed);
		this.#await();
	}

	#setMatch(value: number): void {
		this.#keepRaised();
		this.#match = value;
		this.#await();
	}

	/** The match is equality: a time already past comes round again after 2^32 seconds. */
	#await(): void {
		this.#due = (this.#elapsed + u32(this.#match - this.seconds)) * TICKS_PER_SECOND;
		this.#drive();
	}

	/** RTCRIS: the time was that of RTCMR, and nobody has cleared it. */
	get #raised(): boolean {
		return this.#kept || this.#clock.now() >= this.#due;
	}

	/** Before RTCMR or the time change: what was raised stays so. */
	#keepRaised(): void {
		this.#kept = this.#raised;
	}

	#setMask(value: number): void {
		this.#enabled = (value & 1) !== 0;
		this.#drive();
	}

	#clear(value: number): void {
		if ((value & 1) === 0 || !this.#raised) return;
		this.#kept = false;
		if (this.#clock.now() >= this.#due) this.#due += 2 ** 32 * TICKS_PER_SECOND;
		this.#drive();
	}

	/** Sets the line, and asks for the match only while someone listens: a sleep could wait for it. */
	#drive(): void {
		this.#irq.set(this.#raised && this.#enabled);
		this.#callAtMatch(this.#enabled && !this.#raised);
	}

	#callAtMatch(wanted: boolean): void {
		const when = wanted && this.#due <= Number.MAX_SAFE_INTEGER ? this.#due : undefined;
		this.#clock.schedule(`${this.name}.match`, when, () => this.#drive());
	}

	snapshotState(): Pl031State {
		return {
			start: this.#start,
			match: this.#match,
			load: this.#load,
			enabled: this.#enabled,
			kept: this.#kept,
			due: this.#due
		};
	}
	/**
	 * To be called after the clock's time is restored. The line is the interrupt controller's to restore;
	 * a match that falls due now comes as an event, as it would have.
	 */
	restoreState(state: unknown): void {
		const saved = state as Pl031State;
		this.#start = saved.start;
		this.#match = saved.match;
		this.#load = saved.load;
		this.#enabled = saved.enabled;
		this.#kept = saved.kept;
		this.#due = saved.due;
		this.#callAtMatch(this.#enabled && this.#due >= this.#clock.now());
	}
}

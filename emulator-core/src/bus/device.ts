/** Guest-physical, intermediate and virtual addresses never mix: each has its own brand. */
export type Pa = bigint & { readonly __space: 'pa' };
export type Ipa = bigint & { readonly __space: 'ipa' };
export type Va = bigint & { readonly __space: 'va' };

/** The memory in which a CPU's own state lies (cpu/cpu-memory.ts), as each part of the CPU looks at it. */
export interface CpuViews {
	readonly words: Int32Array;
	readonly unsigned: Uint32Array;
	readonly doubles: BigUint64Array;
}

/** Width of one access in bytes. */
export type AccessSize = 1 | 2 | 4 | 8;

/**
 * A device on the bus. Offsets are bytes from the device's base. Accesses of 8 bytes reach a
 * device as two of 4, low word first. Values are unsigned 32-bit numbers.
 */
export interface MmioDevice {
	/** The name that logs and the board picture show: `uart0`, `gicd`. */
	readonly name: string;
	read(offset: number, size: 1 | 2 | 4): number;
	write(offset: number, value: number, size: 1 | 2 | 4): void;
	/** The whole state as plain JSON-able data; `restoreState(snapshotState())` changes nothing. */
	snapshotState(): unknown;
	restoreState(state: unknown): void;
	/** Registers that the CPU may keep a copy of, where the device has such. */
	readonly mirrored?: MirroredRegisters;
	/** Told of each access to an offset that is no register; the address map listens. */
	onUnlisted?: UnlistedListener | undefined;
}

/**
 * Registers of 4 bytes in a device's first page that reading does not change, and for which writing what
 * was read changes nothing: who has a copy need not ask while nothing changed.
 */
export interface MirroredRegisters {
	/** Byte offsets. */
	readonly offsets: readonly number[];
	/** Writes what they read as, each to the word of its offset. */
	copyTo(words: Int32Array): void;
	/** Called before anybody can see that one of them reads differently. */
	onChanged: (() => void) | undefined;
}

/** An access to an offset at which a device has no register: it read as zero, or was ignored. */
export interface UnlistedAccess {
	readonly device: string;
	readonly offset: number;
	readonly size: 1 | 2 | 4;
	/** The value of a write; undefined for a read. */
	readonly written: number | undefined;
}
export type UnlistedListener = (access: UnlistedAccess) => void;

/** One interrupt wire, level-sensitive at this end; edge capture is the controller's business. */
export interface IrqLine {
	set(level: boolean): void;
}

/**
 * The machine's time, as devices see it. Time is counted in ticks of the system counter (100 MHz):
 * one for each instruction, and none of it comes from the wall clock.
 */
export interface Clock {
	/** Ticks since reset. Exact below 2^53. */
	now(): number;
	/**
	 * Asks for `callback` at tick `when` (at once, before the next instruction, if that is past).
	 * One event for each key: asking again replaces, `when` undefined cancels.
	 */
	schedule(key: string, when: number | undefined, callback: () => void): void;
}

/** Where bytes typed at a serial line come from and go to. */
export interface CharBackend {
	write(byte: number): void;
}

/**
 * RAM as a device sees it that reads and writes memory itself. Nothing outside RAM can be reached:
 * `read` gives undefined and `write` false if any byte is not RAM.
 */
export interface GuestMemory {
	/** The bytes at `pa`; they may be a view, so use them before anything else runs. */
	read(pa: number, length: number): Uint8Array | undefined;
	/** Writes all of `bytes` or nothing. Whoever caches decoded instructions is told behind this. */
	write(pa: number, bytes: Uint8Array): boolean;
}

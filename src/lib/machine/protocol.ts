import type { Phase, PhaseRow, Verdict } from 'checks';
import type { MachineOptions } from 'emulator-core';

/**
 * What the page and the machine's Worker say to each other: plain data, cloned by postMessage. The
 * page asks, the Worker posts events; every run has a number, so that what a stopped run still posts
 * can be told from the next one.
 */
export type Request =
	| { readonly ask: 'boot'; readonly run: number; readonly spec: BootSpec }
	| { readonly ask: 'stop' }
	| { readonly ask: 'type'; readonly at: ConsoleName; readonly bytes: Uint8Array };

/** The host's serial line, or what the guest itself takes for its own. */
export type ConsoleName = 'host' | 'guest';

/** A machine to boot and a run to watch. */
export interface BootSpec {
	readonly board: MachineOptions['board'];
	readonly ramBytes?: number;
	/** An arm64 Image, and what it needs. */
	readonly kernel: Uint8Array;
	readonly initrd?: Uint8Array;
	readonly bootargs?: string;
	/** Addresses and lines of the host's kernel and of the guest's. */
	readonly symbols: { readonly host: SymbolTable; readonly guest: SymbolTable };
	/** The tree is as shipped: the verdict then says what zeros mean. */
	readonly shipped: boolean;
	/** Instructions a slice; what happens in the machine does not depend on it. */
	readonly slice?: number;
}

/**
 * A program's symbols as data. Functions are sorted by address; `lines` are rows of the line table,
 * likewise, each valid up to the next.
 */
export interface SymbolTable {
	readonly names: readonly string[];
	readonly addresses: BigUint64Array;
	readonly files: readonly string[];
	readonly lineAddresses: BigUint64Array;
	/** Index into `files` and line number, one pair a row; line 0 ends a sequence. */
	readonly lineFiles: Uint16Array;
	readonly lineNumbers: Uint32Array;
}

/** How far a run is. */
export interface RunProgress {
	readonly instructions: number;
	/** Ticks of the 100 MHz counter: the machine's own time. */
	readonly ticks: number;
	/** Millions of instructions a second, lately. */
	readonly speed: number;
	readonly hostBooted: boolean;
	readonly guestBooted: boolean;
	/** What the guest is doing: its boot, `mem`, `io`, or its shell. */
	readonly phase: Phase['name'];
	readonly rows: readonly PhaseRow[];
	/** The tracepoint's latest calls that no earlier report held, at most `traceLength`. */
	readonly trace: readonly TraceLine[];
	/** How often the tracepoint has been called. */
	readonly traced: number;
	/** Programs that the guest has started since the scripted run was over. */
	readonly askedOfGuest: readonly string[];
}

/** One call of the homework's tracepoint: when, and the three totals. */
export interface TraceLine {
	/** Number of the call, from 1. */
	readonly n: number;
	/** Instructions of the machine by then. */
	readonly at: number;
	readonly cpu: bigint;
	readonly mem: bigint;
	readonly io: bigint;
}

/** As many lines of the trace as the page keeps. */
export const traceLength = 300;

export type Event =
	| {
			readonly say: 'console';
			readonly run: number;
			readonly of: ConsoleName;
			readonly bytes: Uint8Array;
	  }
	| { readonly say: 'progress'; readonly run: number; readonly progress: RunProgress }
	/** The experiment is over; the machine may run on. */
	| {
			readonly say: 'judged';
			readonly run: number;
			readonly verdict: Verdict;
			/** Every exit of the guest that the verdict is about, as lines of text for download. */
			readonly trapLog: string;
	  }
	/** The machine is off: by itself, or because the student stopped it. */
	| {
			readonly say: 'ended';
			readonly run: number;
			readonly stopped: boolean;
			readonly trapLog: string;
	  }
	| { readonly say: 'failed'; readonly run: number; readonly message: string };

import type { PhaseRow, Verdict } from 'checks';

/**
 * What the page and the machine's Worker say to each other: plain data, cloned by postMessage. The
 * page asks, the Worker posts events; every run has a number, so that what a stopped run still posts
 * can be told from the next one.
 */
export type Request =
	| { readonly ask: 'boot'; readonly run: number; readonly spec: BootSpec }
	| { readonly ask: 'stop' }
	| { readonly ask: 'type'; readonly bytes: Uint8Array };

/** A machine to boot and a run to watch. */
export interface BootSpec {
	readonly board: 'virt';
	readonly ramBytes?: number;
	/** An arm64 Image, and what it needs. */
	readonly kernel: Uint8Array;
	readonly initrd?: Uint8Array;
	readonly bootargs?: string;
	/** Addresses and lines of the host's kernel and of the guest's. */
	readonly symbols: { readonly host: SymbolTable; readonly guest: SymbolTable };
	/** The tree is as shipped: the verdict then says what zeros mean. */
	readonly shipped: boolean;
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
	readonly rows: readonly PhaseRow[];
}

export type Event =
	| { readonly say: 'console'; readonly run: number; readonly bytes: Uint8Array }
	| { readonly say: 'progress'; readonly run: number; readonly progress: RunProgress }
	/** The experiment is over; the machine may run on. */
	| {
			readonly say: 'judged';
			readonly run: number;
			readonly verdict: Verdict;
			/** Every exit of the guest, as lines of text for download. */
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

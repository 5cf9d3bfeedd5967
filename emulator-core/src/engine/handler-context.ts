import type { SlowCall } from '../builder/builder.ts';

/** A decoded entry: u16 number of the handler, u16 for a probe's real handler, u32 instruction word. */
export const decodedEntry = { bytes: 8, handler: 0, probed: 2, word: 4 } as const;

/** Functions of the generated module that handlers call. */
export interface HandlerContext {
	/** Wasm type index of a handler, (entry, fuel) -> (). */
	readonly handlerType: number;
	/** (entry): writes PC and fuel and gives control back, the instruction before `entry` being done. */
	readonly stop: number;
	/** (pc): the same with an address. */
	readonly stopAt: number;
	/** (): gives control back after an exception; the instruction counts. */
	readonly left: number;
	/** (entry, fuel): writes PC and fuel before a slow call. */
	readonly save: number;
	/** (pc, fuel): a branch whose target the fetch table does not hold. */
	readonly fetchMissed: number;
	/** (entry, fuel, va, size, flags) -> data: a load that the soft TLB does not answer. */
	readonly slowLoad: number;
	/** (entry, fuel, va, size, flags, data): the same for a store. */
	readonly slowStore: number;
	/**
	 * (entry, fuel): goes on behind `entry`. Only in modules that do not have the table of handlers; the
	 * others have its code in each handler.
	 */
	readonly next?: number;
	readonly imports: Readonly<Record<SlowCall, number>>;
}

/** What the decoder knows of an instruction, so that a handler need not find it out. */
export interface Known {
	/** branchBy stays in the page. */
	readonly local?: boolean;
	/** The base of the access, Rn, is SP. */
	readonly stack?: boolean;
}

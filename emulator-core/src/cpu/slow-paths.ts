/**
 * What generated code asks of TypeScript. The CPU implements it, the engine calls it, and each call
 * means that the fast path could not answer: the soft TLB missed, a device was touched, a system
 * register was named, or an exception is due.
 *
 * Before each call the engine stores the current instruction's address in `cpuState.pc` and the
 * remaining fuel in `cpuState.fuel`. After it, `cpuState.leave` says how to go on.
 *
 * Addresses and 64-bit data cross as bigint, signed as WebAssembly hands them over: implementations
 * call `BigInt.asUintN(64, …)` where the sign matters.
 */
export interface SlowPaths {
	/** A load of 1, 2, 4 or 8 bytes, zero-extended. `flags`: see AccessFlags. On a fault the value is ignored. */
	load(va: bigint, size: number, flags: number): bigint;
	/** A store of the low `size` bytes of `value`; or only a check (AccessFlags.checkShift). */
	store(va: bigint, value: bigint, size: number, flags: number): void;
	/**
	 * The same for what is frequent and cannot fault: an aligned access to a page that is remembered. The
	 * address comes as its two halves, the data is in cpuState.transfer. False: nothing was done.
	 */
	loadKnown?(low: number, high: number, size: number, flags: number): boolean;
	storeKnown?(low: number, high: number, size: number, flags: number): boolean;
	/**
	 * Makes the fetch entry for `va` (translate, permission, alignment) and returns the address of the
	 * decoded entry of `va` itself; on a fault the exception is taken and `leave` is 1.
	 */
	fetch(va: bigint): number;
	/** Load-exclusive and store-exclusive bookkeeping: marks the monitor after a translated load. */
	markExclusive(va: bigint, size: number): void;
	/** Does STXR/STXP: returns 0 if stored, 1 if the monitor was lost. `hi` is the second register of a pair. */
	storeExclusive(
		va: bigint,
		lo: bigint,
		hi: bigint,
		size: number,
		pair: number,
		flags: number
	): number;

	/** MRS; `key` is op0:op1:CRn:CRm:op2 packed as in the instruction's bits 20:5; `rt` for the syndrome. */
	readSystemRegister(key: number, rt: number): bigint;
	/** MSR (register). */
	writeSystemRegister(key: number, value: bigint, rt: number): void;
	/** SYS: AT, DC, IC, TLBI. */
	system(key: number, value: bigint, rt: number): void;
	/** MSR (immediate): `field` is op1:op2, `imm` CRm. */
	writePstateField(field: number, imm: number): void;

	/** SVC, HVC, SMC, BRK, HLT with their immediate. */
	callException(kind: 'svc' | 'hvc' | 'smc' | 'brk' | 'hlt', imm: number): void;
	/** An encoding that is unallocated, or not allowed here. `word` is the instruction. */
	undefined(word: number): void;
	/** A SIMD or floating-point instruction while `cpuState.simdTrapped` is set: takes the trap (EC 0x07). */
	simdTrapped(): void;
	/** An access through SP while bits of `cpuState.stackMask` are set in it: SP alignment fault (EC 0x26). */
	spMisaligned(): void;
	eret(): void;
	wfi(): void;
	wfe(): void;
	/** SEV, or SEVL if `own` is not 0. */
	sev(own: number): void;
	/** A probe or breakpoint lies at this instruction. Returns 1 to stop before it, 0 to execute it. */
	probe(): number;

	/** What vectors and floating point need that WebAssembly has not: operands and result in cpuState.vectors. */
	lanes(operation: number, bits: number): void;
	block(operation: number): void;
	fp(operation: number, bits: number): void;
}

export const AccessFlags = {
	/** LDTR and STTR: with EL0's permissions. */
	unprivileged: 1,
	/** Acquire, release or exclusive: alignment is always checked. */
	ordered: 2,
	/** Part of an exclusive access. */
	exclusive: 4,
	/**
	 * The instruction has no valid syndrome (pairs, write-back, SIMD, exclusives): ISV must be 0 in the
	 * ESR of a stage-2 abort. Otherwise bits 8:4 are Rt, bit 9 is SF and bit 10 sign extension (SSE).
	 */
	noSyndrome: 8,
	rtShift: 4,
	/** With `noSyndrome`: the first of two units that must be aligned as one (LDXP, Q registers). */
	wide: 1 << 4,
	/**
	 * With `noSyndrome`: 1 << this, times n where only 2^(n-1) bytes need be aligned, which is less than the
	 * size (elements of LD1 to ST4); 0 elsewhere.
	 */
	elementShift: 5,
	sixtyFour: 1 << 9,
	signExtend: 1 << 10,
	/**
	 * Of `store`: nothing is written. 1 << this many units of `size` bytes, which reach into the next
	 * page, are only checked: where one would fault, the exception is taken before the first is stored.
	 */
	checkShift: 11
} as const;

/**
 * What the CPU asks of the engine's cache of decoded instructions, which is keyed by physical page.
 *
 * The rule that keeps it honest: a page of RAM that has decoded instructions is never in the soft
 * TLB's write table, so every store to it comes through SlowPaths.store, which calls `written`.
 */
export interface CodePages {
	/** Address in the memory of the decoded block of the 4 KB page at `pa`; makes an empty one if there is none. */
	blockAt(pa: number): number;
	/** Does the page at `pa` have decoded instructions? Then the write table may not hold it. */
	hasCode(pa: number): boolean;
	/** Bytes of a page that has code were changed by a store or a device: forgets what was decoded there. */
	written(pa: number, size: number): void;
	/** Called by the cache when a page gets its first decoded block; the MMU then drops its write entries. */
	onNewCodePage: (pa: number) => void;
	/** Forgets everything: probes were changed, a state was restored. */
	clear(): void;
}

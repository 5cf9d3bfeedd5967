/**
 * Where the CPU's hot state lies in the machine's one WebAssembly memory. Generated code and
 * TypeScript read and write the same bytes; nothing of it is kept twice.
 *
 * All offsets are bytes from address 0 of the memory.
 */
export const cpuState = {
	/** X0 to X30, 8 bytes each. Slot 31 always holds zero (XZR), slot 32 the current stack pointer. */
	x: 0x000,
	zr: 31 * 8,
	sp: 32 * 8,
	/** V0 to V31, 16 bytes each. */
	v: 0x200,
	/** The PC whenever generated code is not running; in it, the PC follows from the decoded entry. */
	pc: 0x400,
	/**
	 * The condition flags, as the last instruction that set them left them. N is bit 63 of `n`, Z is
	 * `z == 0` (both i64, and mostly the same result), C is the i32 `c` (0 or 1), V is bit 63 of the
	 * i64 `v_flag`: what ADDS has at hand, and `N != V` is one exclusive or.
	 */
	n: 0x408,
	z: 0x410,
	v_flag: 0x418,
	c: 0x448,
	/**
	 * Why generated code must give control back. 0: go on. 1: the instruction did not complete, the
	 * PC is already set (an exception was taken). 2: the instruction completes, then stop before the
	 * next one, because interrupts, the execution context or the deadline may have changed.
	 */
	leave: 0x44c,
	/** Instructions still allowed before the next event; written back whenever TypeScript may look. */
	fuel: 0x420,
	/** The exclusive monitor: physical address (or all ones for open) and size in bytes. */
	monitorAddress: 0x428,
	monitorSize: 0x430,
	/**
	 * Number of the current translation context, already shifted into bits 11:3 of a TLB tag, and the
	 * mask that alignment checking applies to the low bits (0 while unaligned access is allowed, 15
	 * while SCTLR_ELx.A asks for checks). The MMU owns both.
	 */
	context: 0x438,
	alignMask: 0x43c,
	/** Not 0 while CPACR_EL1, CPTR_EL2 trap SIMD registers here; then generated code calls SlowPaths.simdTrapped. */
	simdTrapped: 0x450,
	/** The engine's own: what turns the address of a decoded entry into a PC, pcBase + (entry >> 1). */
	pcBase: 0x458,
	/** What MRS and MSR in generated code compare with the entries of systemRegisterFile; the CPU owns all four. */
	/** A bit for the present level and stack pointer: 0 EL0t, 1 EL1t, 2 EL1h, 3 EL2t, 4 EL2h. */
	mode: 0x460,
	/** Bits 31:0 of HCR_EL2 while it can trap, which is below EL2; 0 at EL2. */
	hcrTraps: 0x464,
	/** The writeEffects that must be done at once. */
	writeEffects: 0x468,
	/** Not 0 when registers of EL1's translation changed while EL2 ran: to be looked at before EL1 runs. */
	el1Changed: 0x46c,
	/** What a slow load gave, or a slow store is to write: 8 bytes. */
	transfer: 0x470,
	/** What must be zero of SP when it is the base of an access: 15 while SCTLR_ELx.SA (SA0) asks for checks, or 0. */
	stackMask: 0x478,
	/** Operands of what TypeScript computes for vectors and floating point, and its result: 64 bytes. */
	vectors: 0x480,
	/** Not 0 while deviceMirror shows what the device would answer. */
	mirrorFresh: 0x47c,
	end: 0x1000
} as const;

/** What may follow a write of a new value to a system register; bits of cpuState.writeEffects. */
export const writeEffects = {
	/** Something at once, always. */
	always: 1,
	/** An interrupt may now be taken: only if one waits. */
	interrupts: 2,
	/** EL0 and EL1 see memory differently: nothing yet while EL2 runs. */
	el1Translation: 4
} as const;

/**
 * The system registers that have a stored value, for MRS and MSR that need nobody's judgement. An entry
 * has the value (i64), the bits that a write changes and those that are fixed (i64 each), the modes
 * (cpuState.mode) that may read and write it, the bits of HCR_EL2 that trap a read and a write, and
 * its writeEffects (i32 each). Entry 0 is for keys without a register: no mode may do anything.
 */
export const systemRegisterFile = {
	/** The number of the entry of each key, by the key's low 15 bits, as u16: op0 is 2 or 3. */
	numbers: 0x3_0000,
	entries: 0x4_0000,
	entryBytes: 64,
	value: 0,
	writable: 8,
	fixed: 16,
	readModes: 24,
	writeModes: 28,
	readTraps: 32,
	writeTraps: 36,
	effects: 40
} as const;

/**
 * The soft TLB: three direct-mapped tables (read, write, fetch), in the same memory. An entry is 16
 * bytes: an i64 tag and an i32 value.
 *
 * Tag: bits 63:12 of the VA, the context number in bits 11:3, zero in 2:0. All ones: empty.
 * Value for read and write: address in the WebAssembly memory of the page's first byte.
 * Value for fetch: address of the page's block of decoded instructions.
 * Index: `((va >> 12) ^ (context << 2)) & (entries - 1)`, with `context` as the plain number.
 */
export const softTlb = {
	entries: 1024,
	entryBytes: 16,
	read: 0x4000,
	write: 0x8000,
	fetch: 0xc000,
	contexts: 512
} as const;

/**
 * Registers of one device page, as its last look showed them: generated code reads them here, and a
 * write of what is there already does nothing. Both parts are a page of i32 by register offset: the
 * values, and which registers that holds for (0 or 1).
 *
 * The soft TLB's read table names the page, by a tag with bit 0 set, which no other access matches.
 */
export const deviceMirror = { values: 0x1000, listed: 0x2000, tagBit: 1 } as const;

/** Where the decoded-instruction pool and the guest's RAM lie in the memory. */
export const memoryPlan = {
	codePool: 0x10_0000,
	/** One page of guest code: 1024 decoded entries of 8 bytes and one that leaves the page. */
	codePageBytes: 1025 * 8,
	codePages: 2048,
	/** DecodeBitMasks as a table: the i64 mask for each N:immr:imms (13 bits). The engine fills it. */
	bitMasks: 0x2_0000,
	ram: 0x200_0000
} as const;

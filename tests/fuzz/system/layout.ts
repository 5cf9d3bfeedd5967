/** Where a program of tests has what: physical addresses, the same on QEMU's virt and on ours. */
export const load = 0x4020_0000;
/** Offsets from there. EL1 reaches EL2 by HVC, or by SMC where HCR_EL2.HCD forbids HVC. */
export const vectorsEl1 = 0x2000;
export const vectorsEl2 = 0x2800;
export const vectorsSmc = 0x3000;
export const snippets = 0x1_0000;
export const tests = 0x10_0000;
/** Two megabytes above the program begins what EL2 may write. */
export const tables = 0x40_0000;
export const results = 0x160_0000;
/** How many tests fit. */
export const mostTests = 3000;
/** What the tests' tables lead to: 4 MB full of HVC, so that fetching there comes back as well. */
export const data = { base: 0x4400_0000, size: 0x40_0000 };
/** Where TTBR1's tables map the program, if it runs in the upper half. */
export const upper = 0xffff_ffff_0000_0000n;
export const filler = 0xd400_0ee2; // hvc #0x77

/** A test's instructions, and behind them what EL2 does when it is called by HVC #9. */
export const snippetBytes = 128;
export const snippetOfEl2 = 64;
export const snippetWords = 15;
/** What the driver loads before a test, in this order: MSR, or a general register. */
export const loaded = [
	...['HCR_EL2', 'VTCR_EL2', 'VTTBR_EL2', 'CPTR_EL2', 'MDCR_EL2', 'HSTR_EL2', 'CNTHCTL_EL2'],
	...['SCTLR_EL1', 'TCR_EL1', 'TTBR0_EL1', 'TTBR1_EL1', 'MAIR_EL1', 'VBAR_EL1', 'CPACR_EL1'],
	...['CNTKCTL_EL1', 'CONTEXTIDR_EL1', 'MDSCR_EL1', 'DBGBVR0_EL1', 'DBGBCR0_EL1', 'DBGBVR5_EL1'],
	...['DBGBCR5_EL1', 'DBGWVR0_EL1', 'DBGWCR0_EL1', 'PMUSERENR_EL0', 'CSSELR_EL1'],
	...['MAIR_EL2', 'TCR_EL2', 'TTBR0_EL2', 'SCTLR_EL2'],
	...['SP_EL0', 'SP_EL1', 'SPSR_EL2', 'ELR_EL2', 'X17', 'X18'],
	...['X0', 'X1', 'X2', 'X3', 'X4', 'X5', 'X6', 'X7', 'X8', 'X9']
] as const;
/** What it stores at each exception that comes to EL2. */
export const eventFields = [
	...['vector', 'ESR_EL2', 'ELR_EL2', 'SPSR_EL2', 'FAR_EL2', 'HPFAR_EL2'],
	...['ESR_EL1', 'ELR_EL1', 'SPSR_EL1', 'FAR_EL1']
] as const;
/** And at the end of a test. */
export const finalFields = [
	...['PAR_EL1', 'X0', 'X2', 'X3', 'X4', 'X5', 'X6', 'X7', 'X8', 'X9']
] as const;
export const stored = [...eventFields, ...finalFields] as const;
export type Loaded = Record<(typeof loaded)[number], bigint>;
/** What one exception left; the last one of a test also has what the test ended with. */
export type Stored = Record<(typeof stored)[number], bigint>;
export const testBytes = 512;
export const resultBytes = 1024;
/** In a result: the address behind the last event, the final fields, the events. */
export const firstEvent = 128;
export const eventBytes = 8 * eventFields.length;
export const mostEvents = 11;

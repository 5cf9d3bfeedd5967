/** Where a program of tests has what: physical addresses, the same on QEMU's virt and on ours. */
export const load = 0x4020_0000;
/** Offsets from there. */
export const vectorsEl1 = 0x1000;
export const vectorsEl2 = 0x1800;
export const snippets = 0x2_0000;
export const tests = 0x6_0000;
export const tables = 0x20_0000;
export const results = 0x80_0000;
/** What the tests' tables lead to: 4 MB full of HVC, so that fetching there comes back as well. */
export const data = { base: 0x4400_0000, size: 0x40_0000 };
/** TTBR1 maps the gigabyte at 0x4000_0000 to here, for the code of EL1 and EL0. */
export const upper = 0xffff_ff80_0000_0000n;
export const filler = 0xd400_0ee2; // hvc #0x77

export const snippetBytes = 16;
/** What the driver loads before a test, in this order: MSR, or a general register. */
export const loaded = [
	...['HCR_EL2', 'VTCR_EL2', 'VTTBR_EL2', 'CPTR_EL2', 'MDCR_EL2', 'HSTR_EL2', 'CNTHCTL_EL2'],
	...['SCTLR_EL1', 'TCR_EL1', 'TTBR0_EL1', 'TTBR1_EL1', 'MAIR_EL1', 'VBAR_EL1', 'CPACR_EL1'],
	...['CNTKCTL_EL1', 'SP_EL0', 'SP_EL1', 'SPSR_EL2', 'ELR_EL2'],
	...['X0', 'X1', 'X2', 'X3']
] as const;
/** What it stores after a test. */
export const stored = [
	...['vector', 'ESR_EL2', 'ELR_EL2', 'SPSR_EL2', 'FAR_EL2', 'HPFAR_EL2'],
	...['ESR_EL1', 'ELR_EL1', 'SPSR_EL1', 'FAR_EL1', 'PAR_EL1', 'X0', 'X2', 'X3']
] as const;
export type Loaded = Record<(typeof loaded)[number], bigint>;
export type Stored = Record<(typeof stored)[number], bigint>;
export const testBytes = 256;
export const resultBytes = 128;

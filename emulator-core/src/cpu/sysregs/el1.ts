import { writeEffects } from '../../layout.ts';
import type { Cpu } from '../cpu.ts';
import { esrPlaces } from '../syndrome.ts';
import { sysreg } from './description.ts';
import * as meanings from './meanings.ts';
import { HCR, hcrTrap, virtualMemoryTraps } from './traps.ts';

/** EL1's translation changed: another context, never a flush (mmu/context.ts). */
const translationChanged = (cpu: Cpu) => cpu.translationChanged('EL1&0');

const virtualMemory = {
	minEl: 1,
	hcrTraps: virtualMemoryTraps,
	onWrite: translationChanged,
	effects: writeEffects.el1Translation
} as const;

export const SCTLR_EL1 = sysreg('SCTLR_EL1', [3, 0, 1, 0, 0], {
	what: "EL1's MMU, caches and alignment checks: on or off",
	fields: {
		...{ M: 0, A: 1, C: 2, SA: 3, SA0: 4, UMA: 9, I: 12, DZE: 14, UCT: 15 },
		...{ nTWI: 16, nTWE: 18, WXN: 19, E0E: 24, EE: 25, UCI: 26 }
	},
	means: meanings.SCTLR_EL1,
	reset: 0x00c5_0838n,
	// EE and E0E are RES0: data are little-endian here (ID_AA64MMFR0_EL1.BigEnd).
	writable: 0xffff_ffff_fcff_ffffn,
	...virtualMemory
});
export const ACTLR_EL1 = sysreg('ACTLR_EL1', [3, 0, 1, 0, 1], {
	what: 'what the maker of the CPU has added for EL1',
	minEl: 1,
	hcrTraps: hcrTrap(HCR.TACR)
});
export const CPACR_EL1 = sysreg('CPACR_EL1', [3, 0, 1, 0, 2], {
	what: 'who may use FP and SIMD',
	fields: { FPEN: [21, 20], TTA: 28 },
	means: meanings.CPACR_EL1,
	minEl: 1,
	writable: 0x1030_0000n,
	trap: (cpu) => (cpu.el === 1 && cpu.cptr(31) ? 2 : undefined),
	onWrite: (cpu) => cpu.simdRegistersChanged()
});
export const TTBR0_EL1 = sysreg('TTBR0_EL1', [3, 0, 2, 0, 0], {
	what: 'stage-1 tables of the lower addresses: user space',
	fields: { ASID: [63, 48], BADDR: [47, 1] },
	means: meanings.TTBR,
	...virtualMemory
});
export const TTBR1_EL1 = sysreg('TTBR1_EL1', [3, 0, 2, 0, 1], {
	what: 'stage-1 tables of the upper addresses: the kernel',
	fields: { ASID: [63, 48], BADDR: [47, 1] },
	means: meanings.TTBR,
	...virtualMemory
});
export const TCR_EL1 = sysreg('TCR_EL1', [3, 0, 2, 0, 2], {
	what: "shape of EL1's stage-1 tables",
	fields: {
		T0SZ: [5, 0],
		EPD0: 7,
		IRGN0: [9, 8],
		ORGN0: [11, 10],
		SH0: [13, 12],
		TG0: [15, 14],
		T1SZ: [21, 16],
		A1: 22,
		EPD1: 23,
		IRGN1: [25, 24],
		ORGN1: [27, 26],
		SH1: [29, 28],
		TG1: [31, 30],
		IPS: [34, 32],
		AS: 36,
		TBI0: 37,
		TBI1: 38
	},
	means: meanings.TCR_EL1,
	...virtualMemory
});
export const SPSR_EL1 = sysreg('SPSR_EL1', [3, 0, 4, 0, 0], {
	what: "PSTATE that EL1's next ERET restores",
	fields: meanings.spsrPlaces,
	means: meanings.SPSR,
	minEl: 1,
	writable: 0xffff_ffffn
});
export const ELR_EL1 = sysreg('ELR_EL1', [3, 0, 4, 0, 1], {
	what: "where EL1's next ERET goes",
	minEl: 1
});
export const SP_EL0 = sysreg('SP_EL0', [3, 0, 4, 1, 0], {
	what: "EL0's stack pointer",
	minEl: 1,
	onlyWithSpx: true,
	stored: true,
	read: (cpu) => cpu.stackPointer(0),
	write: (cpu, value) => cpu.setStackPointer(0, value)
});
export const SPSel = sysreg('SPSel', [3, 0, 4, 2, 0], {
	what: 'which stack pointer is SP',
	minEl: 1,
	read: (cpu) => BigInt(cpu.spSel),
	write: (cpu, value) => cpu.selectStack((value & 1n) === 1n ? 1 : 0)
});
export const CurrentEL = sysreg('CurrentEL', [3, 0, 4, 2, 2], {
	what: 'the exception level, in bits 3:2',
	fields: { EL: [3, 2] },
	means: meanings.CurrentEL,
	minEl: 1,
	readOnly: true,
	read: (cpu) => BigInt(cpu.el << 2)
});
export const AFSR0_EL1 = sysreg('AFSR0_EL1', [3, 0, 5, 1, 0], {
	what: 'more about a fault, as the maker of the CPU likes',
	minEl: 1,
	hcrTraps: virtualMemoryTraps
});
export const AFSR1_EL1 = sysreg('AFSR1_EL1', [3, 0, 5, 1, 1], {
	what: 'more about a fault, as the maker of the CPU likes',
	minEl: 1,
	hcrTraps: virtualMemoryTraps
});
export const ESR_EL1 = sysreg('ESR_EL1', [3, 0, 5, 2, 0], {
	what: 'why the last exception came to EL1',
	fields: esrPlaces,
	minEl: 1,
	writable: 0xffff_ffffn,
	hcrTraps: virtualMemoryTraps
});
export const FAR_EL1 = sysreg('FAR_EL1', [3, 0, 6, 0, 0], {
	what: 'the address of the last fault that came to EL1',
	minEl: 1,
	hcrTraps: virtualMemoryTraps
});
export const PAR_EL1 = sysreg('PAR_EL1', [3, 0, 7, 4, 0], {
	what: 'what the last AT found',
	// Two formats: where a translation leads, or why there is none.
	fields: (value) =>
		(value & 1n) === 0n
			? { F: 0, SH: [8, 7], NS: 9, PA: [47, 12], ATTR: [63, 56] }
			: { F: 0, FST: [6, 1], PTW: 8, S: 9 },
	means: meanings.PAR_EL1,
	minEl: 1
});
export const MAIR_EL1 = sysreg('MAIR_EL1', [3, 0, 10, 2, 0], {
	what: "the memory types that EL1's tables choose from",
	...virtualMemory
});
export const AMAIR_EL1 = sysreg('AMAIR_EL1', [3, 0, 10, 3, 0], {
	what: 'memory types, as the maker of the CPU likes',
	minEl: 1,
	hcrTraps: virtualMemoryTraps
});
export const VBAR_EL1 = sysreg('VBAR_EL1', [3, 0, 12, 0, 0], {
	what: "EL1's exception vectors",
	minEl: 1,
	writable: ~0x7ffn & 0xffff_ffff_ffff_ffffn
});
export const ISR_EL1 = sysreg('ISR_EL1', [3, 0, 12, 1, 0], {
	what: 'interrupts that are pending',
	fields: { F: 6, I: 7, A: 8 },
	minEl: 1,
	readOnly: true,
	read: (cpu) => cpu.interruptStatus()
});
export const CONTEXTIDR_EL1 = sysreg('CONTEXTIDR_EL1', [3, 0, 13, 0, 1], {
	what: 'the process, for debuggers',
	minEl: 1,
	writable: 0xffff_ffffn,
	hcrTraps: virtualMemoryTraps
});
export const TPIDR_EL1 = sysreg('TPIDR_EL1', [3, 0, 13, 0, 4], {
	what: "the kernel's own pointer, to this CPU's data",
	minEl: 1
});

import { writeEffects } from '../../layout.ts';
import type { Cpu } from '../cpu.ts';
import { esrPlaces } from '../syndrome.ts';
import { sysreg } from './description.ts';
import * as meanings from './meanings.ts';

const translationChanged = (cpu: Cpu) => cpu.translationChanged('EL2');
const stage2Changed = (cpu: Cpu) => cpu.translationChanged('EL1&0');
const low32 = 0xffff_ffffn;

/** What TCR_EL2 and VTCR_EL2 have in common. */
const tableShape = {
	T0SZ: [5, 0],
	IRGN0: [9, 8],
	ORGN0: [11, 10],
	SH0: [13, 12],
	TG0: [15, 14],
	PS: [18, 16]
} as const;

/** What EL1 reads as MIDR_EL1 and MPIDR_EL1. */
export const VPIDR_EL2 = sysreg('VPIDR_EL2', [3, 4, 0, 0, 0], {
	what: 'what EL1 reads as MIDR_EL1',
	reset: 0x411f_d070n,
	minEl: 2,
	writable: low32
});
export const VMPIDR_EL2 = sysreg('VMPIDR_EL2', [3, 4, 0, 0, 5], {
	what: 'what EL1 reads as MPIDR_EL1: its CPU number',
	reset: 0x8000_0000n,
	minEl: 2
});
export const SCTLR_EL2 = sysreg('SCTLR_EL2', [3, 4, 1, 0, 0], {
	what: "EL2's MMU, caches and alignment checks: on or off",
	fields: { M: 0, A: 1, C: 2, SA: 3, I: 12, WXN: 19, EE: 25 },
	means: meanings.SCTLR_EL2,
	reset: 0x30c5_0838n,
	minEl: 2,
	// EE is RES0: data are little-endian here.
	writable: 0xffff_ffff_fdff_ffffn,
	onWrite: translationChanged
});
export const ACTLR_EL2 = sysreg('ACTLR_EL2', [3, 4, 1, 0, 1], {
	what: 'what the maker of the CPU has added for EL2',
	minEl: 2
});
export const HCR_EL2 = sysreg('HCR_EL2', [3, 4, 1, 1, 0], {
	what: 'what traps to EL2, and whether stage 2 is on',
	fields: {
		VM: 0,
		SWIO: 1,
		PTW: 2,
		FMO: 3,
		IMO: 4,
		AMO: 5,
		VF: 6,
		VI: 7,
		VSE: 8,
		FB: 9,
		BSU: [11, 10],
		DC: 12,
		TWI: 13,
		TWE: 14,
		TID0: 15,
		TID1: 16,
		TID2: 17,
		TID3: 18,
		TSC: 19,
		TIDCP: 20,
		TACR: 21,
		TSW: 22,
		TPC: 23,
		TPU: 24,
		TTLB: 25,
		TVM: 26,
		TGE: 27,
		TDZ: 28,
		HCD: 29,
		TRVM: 30,
		RW: 31,
		CD: 32,
		ID: 33
	},
	means: meanings.HCR_EL2,
	minEl: 2,
	// Bits of later versions of the architecture (E2H, API, APK, ...) are RES0: ignored, not refused.
	writable: 0x3_ffff_ffffn,
	onWrite: (cpu) => cpu.hcrChanged(),
	effects: writeEffects.interrupts | writeEffects.el1Translation
});
export const MDCR_EL2 = sysreg('MDCR_EL2', [3, 4, 1, 1, 1], {
	what: 'which debug and counter registers trap to EL2',
	fields: { HPMN: [4, 0], TPMCR: 5, TPM: 6, HPME: 7, TDE: 8, TDA: 9, TDOSA: 10, TDRA: 11 },
	means: meanings.MDCR_EL2,
	reset: 6n,
	minEl: 2,
	writable: 0xfffn
});
export const CPTR_EL2 = sysreg('CPTR_EL2', [3, 4, 1, 1, 2], {
	what: 'whether FP, SIMD and trace trap to EL2',
	fields: { TCPAC: 31, TTA: 20, TFP: 10 },
	means: meanings.CPTR_EL2,
	reset: 0x33ffn,
	minEl: 2,
	// RES1 bits keep reading as one whatever is written, and mean nothing.
	writable: 0x8010_0400n,
	onWrite: (cpu) => cpu.simdRegistersChanged()
});
export const HSTR_EL2 = sysreg('HSTR_EL2', [3, 4, 1, 1, 3], {
	what: 'which registers of AArch32 trap to EL2',
	minEl: 2,
	writable: low32
});
export const HACR_EL2 = sysreg('HACR_EL2', [3, 4, 1, 1, 7], {
	what: 'further traps, as the maker of the CPU likes',
	minEl: 2,
	writable: low32
});
export const TTBR0_EL2 = sysreg('TTBR0_EL2', [3, 4, 2, 0, 0], {
	what: "EL2's own stage-1 tables",
	minEl: 2,
	onWrite: translationChanged
});
export const TCR_EL2 = sysreg('TCR_EL2', [3, 4, 2, 0, 2], {
	what: "shape of EL2's stage-1 tables",
	fields: { ...tableShape, TBI: 20 },
	means: meanings.TCR_EL2,
	minEl: 2,
	onWrite: translationChanged
});
export const VTTBR_EL2 = sysreg('VTTBR_EL2', [3, 4, 2, 1, 0], {
	what: "the VM's stage-2 tables and its VMID",
	fields: { VMID: [55, 48], BADDR: [47, 1] },
	means: meanings.VTTBR_EL2,
	minEl: 2,
	onWrite: stage2Changed,
	effects: writeEffects.el1Translation
});
export const VTCR_EL2 = sysreg('VTCR_EL2', [3, 4, 2, 1, 2], {
	what: 'shape of the stage-2 tables',
	fields: { ...tableShape, SL0: [7, 6] },
	means: (value) =>
		(value & 0xc000n) === 0n
			? meanings.VTCR_EL2
			: { ...meanings.VTCR_EL2, SL0: meanings.largeGranuleStart },
	minEl: 2,
	onWrite: stage2Changed,
	effects: writeEffects.el1Translation
});
export const SPSR_EL2 = sysreg('SPSR_EL2', [3, 4, 4, 0, 0], {
	what: "PSTATE that EL2's next ERET restores",
	fields: meanings.spsrPlaces,
	means: meanings.SPSR,
	minEl: 2,
	writable: low32
});
export const ELR_EL2 = sysreg('ELR_EL2', [3, 4, 4, 0, 1], {
	what: "where EL2's next ERET goes",
	minEl: 2
});
export const SP_EL1 = sysreg('SP_EL1', [3, 4, 4, 1, 0], {
	what: "EL1's stack pointer",
	minEl: 2,
	stored: true,
	read: (cpu) => cpu.stackPointer(1),
	write: (cpu, value) => cpu.setStackPointer(1, value)
});
export const AFSR0_EL2 = sysreg('AFSR0_EL2', [3, 4, 5, 1, 0], {
	what: 'more about a fault, as the maker of the CPU likes',
	minEl: 2
});
export const AFSR1_EL2 = sysreg('AFSR1_EL2', [3, 4, 5, 1, 1], {
	what: 'more about a fault, as the maker of the CPU likes',
	minEl: 2
});
export const ESR_EL2 = sysreg('ESR_EL2', [3, 4, 5, 2, 0], {
	what: 'why the last exception came to EL2',
	fields: esrPlaces,
	minEl: 2,
	writable: low32
});
export const FAR_EL2 = sysreg('FAR_EL2', [3, 4, 6, 0, 0], {
	what: 'the virtual address of the last fault that came to EL2',
	minEl: 2
});
export const HPFAR_EL2 = sysreg('HPFAR_EL2', [3, 4, 6, 0, 4], {
	what: 'the IPA, without its low 12 bits, of the last stage-2 fault',
	fields: { FIPA: [39, 4] },
	means: meanings.HPFAR_EL2,
	minEl: 2,
	writable: 0xff_ffff_fff0n
});
export const MAIR_EL2 = sysreg('MAIR_EL2', [3, 4, 10, 2, 0], {
	what: "the memory types that EL2's tables choose from",
	minEl: 2,
	onWrite: translationChanged
});
export const AMAIR_EL2 = sysreg('AMAIR_EL2', [3, 4, 10, 3, 0], {
	what: 'memory types, as the maker of the CPU likes',
	minEl: 2
});
export const VBAR_EL2 = sysreg('VBAR_EL2', [3, 4, 12, 0, 0], {
	what: "EL2's exception vectors",
	minEl: 2,
	writable: 0xffff_ffff_ffff_f800n
});
export const RVBAR_EL2 = sysreg('RVBAR_EL2', [3, 4, 12, 0, 1], {
	what: 'where EL2 starts after reset',
	minEl: 2,
	readOnly: true
});
export const TPIDR_EL2 = sysreg('TPIDR_EL2', [3, 4, 13, 0, 2], {
	what: "EL2's own pointer",
	minEl: 2
});

// AArch32 state that a hypervisor saves and restores; this CPU has no AArch32, so it is only kept.
export const DACR32_EL2 = sysreg('DACR32_EL2', [3, 4, 3, 0, 0], {
	what: 'DACR of an AArch32 guest',
	minEl: 2,
	writable: low32
});
export const SPSR_irq = sysreg('SPSR_irq', [3, 4, 4, 3, 0], {
	what: 'SPSR of an AArch32 guest in IRQ mode',
	minEl: 2,
	writable: low32
});
export const SPSR_abt = sysreg('SPSR_abt', [3, 4, 4, 3, 1], {
	what: 'SPSR of an AArch32 guest in Abort mode',
	minEl: 2,
	writable: low32
});
export const SPSR_und = sysreg('SPSR_und', [3, 4, 4, 3, 2], {
	what: 'SPSR of an AArch32 guest in Undefined mode',
	minEl: 2,
	writable: low32
});
export const SPSR_fiq = sysreg('SPSR_fiq', [3, 4, 4, 3, 3], {
	what: 'SPSR of an AArch32 guest in FIQ mode',
	minEl: 2,
	writable: low32
});
export const IFSR32_EL2 = sysreg('IFSR32_EL2', [3, 4, 5, 0, 1], {
	what: 'IFSR of an AArch32 guest',
	minEl: 2,
	writable: low32
});
export const FPEXC32_EL2 = sysreg('FPEXC32_EL2', [3, 4, 5, 3, 0], {
	what: 'FPEXC of an AArch32 guest',
	minEl: 2,
	writable: low32,
	// CPTR_EL2.TFP keeps this away as it does the V registers.
	trap: (cpu) => (cpu.simdTrap === undefined ? undefined : 'simd'),
	trapsUpTo: 2
});

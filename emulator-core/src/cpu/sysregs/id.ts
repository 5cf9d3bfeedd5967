import { sysreg, type Encoding, type SystemRegister } from './description.ts';
import { HCR, hcrTrap } from './traps.ts';
import { VMPIDR_EL2, VPIDR_EL2 } from './el2.ts';

/** A register that says what the CPU is. HCR_EL2.TID1, TID2 or TID3 traps its group. */
function id(name: string, encoding: Encoding, reset: bigint, group: number): SystemRegister {
	return sysreg(name, encoding, {
		what: 'a part of what this CPU is and can do',
		reset,
		minEl: 1,
		readOnly: true,
		hcrTraps: hcrTrap(group)
	});
}
const { TID1, TID2, TID3 } = HCR;

// A Cortex-A57 without what this CPU does not have: AArch32, big-endian data, the PMU.
export const MIDR_EL1 = sysreg('MIDR_EL1', [3, 0, 0, 0, 0], {
	what: 'which CPU this is',
	reset: 0x411f_d070n,
	minEl: 1,
	readOnly: true,
	read: (cpu) => cpu.get(cpu.el === 2 ? MIDR_EL1 : VPIDR_EL2)
});
export const MPIDR_EL1 = sysreg('MPIDR_EL1', [3, 0, 0, 0, 5], {
	what: 'which of the CPUs this is',
	reset: 0x8000_0000n,
	minEl: 1,
	readOnly: true,
	read: (cpu) => cpu.get(cpu.el === 2 ? MPIDR_EL1 : VMPIDR_EL2)
});

export const idRegisters: readonly SystemRegister[] = [
	MIDR_EL1,
	MPIDR_EL1,
	id('REVIDR_EL1', [3, 0, 0, 0, 6], 0n, TID1),
	id('AIDR_EL1', [3, 1, 0, 0, 7], 0n, TID1),
	id('ID_PFR0_EL1', [3, 0, 0, 1, 0], 0n, TID3),
	id('ID_PFR1_EL1', [3, 0, 0, 1, 1], 0n, TID3),
	id('ID_DFR0_EL1', [3, 0, 0, 1, 2], 0n, TID3),
	id('ID_AFR0_EL1', [3, 0, 0, 1, 3], 0n, TID3),
	id('ID_MMFR0_EL1', [3, 0, 0, 1, 4], 0n, TID3),
	id('ID_MMFR1_EL1', [3, 0, 0, 1, 5], 0n, TID3),
	id('ID_MMFR2_EL1', [3, 0, 0, 1, 6], 0n, TID3),
	id('ID_MMFR3_EL1', [3, 0, 0, 1, 7], 0n, TID3),
	id('ID_ISAR0_EL1', [3, 0, 0, 2, 0], 0n, TID3),
	id('ID_ISAR1_EL1', [3, 0, 0, 2, 1], 0n, TID3),
	id('ID_ISAR2_EL1', [3, 0, 0, 2, 2], 0n, TID3),
	id('ID_ISAR3_EL1', [3, 0, 0, 2, 3], 0n, TID3),
	id('ID_ISAR4_EL1', [3, 0, 0, 2, 4], 0n, TID3),
	id('ID_ISAR5_EL1', [3, 0, 0, 2, 5], 0n, TID3),
	id('ID_MMFR4_EL1', [3, 0, 0, 2, 6], 0n, TID3),
	id('MVFR0_EL1', [3, 0, 0, 3, 0], 0n, TID3),
	id('MVFR1_EL1', [3, 0, 0, 3, 1], 0n, TID3),
	id('MVFR2_EL1', [3, 0, 0, 3, 2], 0n, TID3),
	// EL0, EL1, EL2 in AArch64 only; no EL3; FP and Advanced SIMD.
	id('ID_AA64PFR0_EL1', [3, 0, 0, 4, 0], 0x0111n, TID3),
	id('ID_AA64PFR1_EL1', [3, 0, 0, 4, 1], 0n, TID3),
	// Six breakpoints, four watchpoints, two of context; no PMU.
	id('ID_AA64DFR0_EL1', [3, 0, 0, 5, 0], 0x1030_5006n, TID3),
	id('ID_AA64DFR1_EL1', [3, 0, 0, 5, 1], 0n, TID3),
	id('ID_AA64AFR0_EL1', [3, 0, 0, 5, 4], 0n, TID3),
	id('ID_AA64AFR1_EL1', [3, 0, 0, 5, 5], 0n, TID3),
	// AES with PMULL, SHA1, SHA2 (SHA-256), CRC32.
	id('ID_AA64ISAR0_EL1', [3, 0, 0, 6, 0], 0x0001_1120n, TID3),
	id('ID_AA64ISAR1_EL1', [3, 0, 0, 6, 1], 0n, TID3),
	// 44-bit physical addresses, 16-bit ASIDs, granules 4 KB, 16 KB and 64 KB; data are little-endian.
	id('ID_AA64MMFR0_EL1', [3, 0, 0, 7, 0], 0x0010_1024n, TID3),
	id('ID_AA64MMFR1_EL1', [3, 0, 0, 7, 1], 0n, TID3),
	id('ID_AA64MMFR2_EL1', [3, 0, 0, 7, 2], 0n, TID3),
	id('CLIDR_EL1', [3, 1, 0, 0, 1], 0x0a20_0023n, TID2)
];

/** Which cache CCSIDR_EL1 describes: bit 0 instruction, bits 3:1 level - 1. */
export const CSSELR_EL1 = sysreg('CSSELR_EL1', [3, 2, 0, 0, 0], {
	what: 'which cache CCSIDR_EL1 describes',
	minEl: 1,
	writable: 0xfn,
	hcrTraps: hcrTrap(TID2)
});
const cacheSizes: Record<string, bigint> = { 0: 0x701f_e00an, 1: 0x201f_e012n, 2: 0x70ff_e07an };
export const CCSIDR_EL1 = sysreg('CCSIDR_EL1', [3, 1, 0, 0, 0], {
	what: 'size of the cache that CSSELR_EL1 selects',
	minEl: 1,
	readOnly: true,
	hcrTraps: hcrTrap(TID2),
	read: (cpu) => cacheSizes[String(cpu.get(CSSELR_EL1))] ?? 0n
});

/** op0 3, op1 0, CRn 0, CRm 1 to 7: reserved encodings here read as zero, under TID3. */
export function isReservedId(key: number): boolean {
	return key >> 7 === 0x180 && ((key >> 3) & 15) >= 1 && ((key >> 3) & 15) <= 7;
}

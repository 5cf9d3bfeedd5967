import { writeEffects } from '../../layout.ts';
import type { Cpu } from '../cpu.ts';
import { sysreg, type Trap } from './description.ts';
import * as meanings from './meanings.ts';
import { HCR } from './traps.ts';

export const NZCV = sysreg('NZCV', [3, 3, 4, 2, 0], {
	what: 'the condition flags',
	fields: { N: 31, Z: 30, C: 29, V: 28 },
	means: meanings.NZCV,
	minEl: 0,
	read: (cpu) => BigInt(cpu.hot.nzcv) << 28n,
	write: (cpu, value) => {
		cpu.hot.nzcv = Number((value >> 28n) & 15n);
	}
});
export const DAIF = sysreg('DAIF', [3, 3, 4, 2, 1], {
	what: 'which interrupts are masked',
	fields: { D: 9, A: 8, I: 7, F: 6 },
	means: meanings.DAIF,
	minEl: 0,
	// SCTLR_EL1.UMA lets EL0 in.
	trap: (cpu) => (cpu.el === 0 && !cpu.sctlr1(9) ? 1 : undefined),
	trapsUpTo: 0,
	reset: 0x3c0n,
	writable: 0x3c0n,
	onWrite: (cpu) => cpu.interruptsChanged(),
	effects: writeEffects.interrupts
});
/** CPACR_EL1.FPEN and CPTR_EL2.TFP keep these away as they do the V registers, from EL2 too. */
const withSimd = {
	trap: (cpu: Cpu): Trap => (cpu.simdTrap === undefined ? undefined : 'simd'),
	trapsUpTo: 2
} as const;
export const FPCR = sysreg('FPCR', [3, 3, 4, 4, 0], {
	what: 'floating point: rounding and modes',
	fields: { AHP: 26, DN: 25, FZ: 24, RMode: [23, 22] },
	minEl: 0,
	writable: 0x07c0_0000n,
	...withSimd
});
export const FPSR = sysreg('FPSR', [3, 3, 4, 4, 1], {
	what: 'floating point: what has happened',
	fields: { QC: 27, IDC: 7, IXC: 4, UFC: 3, OFC: 2, DZC: 1, IOC: 0 },
	minEl: 0,
	writable: 0xf800_009fn,
	...withSimd
});
export const TPIDR_EL0 = sysreg('TPIDR_EL0', [3, 3, 13, 0, 2], {
	what: "user space's thread pointer",
	minEl: 0
});
export const TPIDRRO_EL0 = sysreg('TPIDRRO_EL0', [3, 3, 13, 0, 3], {
	what: "user space's thread pointer that only the kernel writes",
	minEl: 0,
	minElWrite: 1
});
export const CTR_EL0 = sysreg('CTR_EL0', [3, 3, 0, 0, 1], {
	what: 'sizes of the cache lines',
	reset: 0x8444_c004n,
	minEl: 0,
	readOnly: true,
	trap: (cpu, write) =>
		cpu.el === 0 && !cpu.sctlr1(15)
			? 1
			: cpu.el < 2 && cpu.hcr(HCR.TID2)
				? 2
				: write
					? 'undefined'
					: undefined
});
export const DCZID_EL0 = sysreg('DCZID_EL0', [3, 3, 0, 0, 7], {
	what: 'how much DC ZVA clears',
	fields: { DZP: 4, BS: [3, 0] },
	minEl: 0,
	readOnly: true,
	// DZP: DC ZVA is forbidden here. 64 bytes otherwise.
	read: (cpu) => {
		const forbidden = (cpu.el === 0 && !cpu.sctlr1(14)) || (cpu.el < 2 && cpu.hcr(HCR.TDZ));
		return forbidden ? 0x14n : 4n;
	}
});

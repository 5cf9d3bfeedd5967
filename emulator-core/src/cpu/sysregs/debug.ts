import type { Cpu } from '../cpu.ts';
import { sysreg, type SystemRegister, type Trap } from './description.ts';
import { MDCR_EL2 } from './el2.ts';
import { HCR } from './traps.ts';

/** Traps of MDCR_EL2: TDA 9 for the debug registers, TDOSA 10 for the OS lock, TDRA 11 for ROM addresses. */
const mdcrTrap =
	(bit: bigint) =>
	(cpu: Cpu): Trap =>
		cpu.el < 2 && ((cpu.get(MDCR_EL2) >> bit) & 1n) !== 0n ? 2 : undefined;
/** Where EL2 has taken over debug (TDE 8, HCR_EL2.TGE), the debug registers trap in any case. */
const debugTrap =
	(bit: bigint) =>
	(cpu: Cpu): Trap =>
		mdcrTrap(8n)(cpu) ?? mdcrTrap(bit)(cpu) ?? (cpu.el < 2 && cpu.hcr(HCR.TGE) ? 2 : undefined);
const TDA = debugTrap(9n);
const TDOSA = debugTrap(10n);
const TDRA = debugTrap(11n);
/** TPM 6: the performance monitors. */
const TPM = mdcrTrap(6n);
const TPMCR = (cpu: Cpu): Trap => TPM(cpu) ?? mdcrTrap(5n)(cpu);

const low32 = 0xffff_ffffn;

/** A breakpoint's or watchpoint's registers: what they do is in debug-exceptions.ts. */
export interface PointRegisters {
	readonly value: SystemRegister;
	readonly control: SystemRegister;
}

const onWrite = (cpu: Cpu) => cpu.debugChanged();

function pointRegisters(letter: 'B' | 'W', count: number, op2: 4 | 6): PointRegisters[] {
	return Array.from({ length: count }, (_, n) => ({
		value: sysreg(`DBG${letter}VR${n}_EL1`, [2, 0, 0, n, op2], { minEl: 1, trap: TDA, onWrite }),
		control: sysreg(`DBG${letter}CR${n}_EL1`, [2, 0, 0, n, op2 + 1], {
			minEl: 1,
			writable: low32,
			trap: TDA,
			onWrite
		})
	}));
}

/** As many as ID_AA64DFR0_EL1 says: 6 and 4. */
export const breakpointRegisters = pointRegisters('B', 6, 4);
export const watchpointRegisters = pointRegisters('W', 4, 6);

export const OSLSR_EL1 = sysreg('OSLSR_EL1', [2, 0, 1, 1, 4], {
	what: 'state of the debug lock',
	fields: { OSLK: 1 },
	reset: 0xan,
	minEl: 1,
	readOnly: true,
	trap: TDOSA
});

export const MDSCR_EL1 = sysreg('MDSCR_EL1', [2, 0, 0, 2, 2], {
	what: 'debug: single step and breakpoints',
	fields: { SS: 0, KDE: 13, MDE: 15 },
	minEl: 1,
	writable: low32,
	trap: TDA,
	onWrite
});

const pmu = { minEl: 0, minElWrite: 0, trap: (cpu: Cpu) => (cpu.el === 0 ? 1 : TPM(cpu)) } as const;

/** Event counters 0 to 5 and their types. */
const counters: SystemRegister[] = [];
for (let n = 0; n < 6; n++) {
	counters.push(sysreg(`PMEVCNTR${n}_EL0`, [3, 3, 14, 8, n], { ...pmu, writable: 0n }));
	counters.push(sysreg(`PMEVTYPER${n}_EL0`, [3, 3, 14, 12, n], { ...pmu, writable: low32 }));
}

export const debugRegisters: readonly SystemRegister[] = [
	...[...breakpointRegisters, ...watchpointRegisters].flatMap(({ value, control }) => [
		value,
		control
	]),
	OSLSR_EL1,
	sysreg('OSLAR_EL1', [2, 0, 1, 0, 4], {
		what: 'the debug lock',
		minEl: 1,
		writeOnly: true,
		trap: TDOSA,
		write: (cpu, value) => {
			cpu.set(OSLSR_EL1, 8n | ((value & 1n) << 1n));
			cpu.debugChanged();
		}
	}),
	sysreg('OSDLR_EL1', [2, 0, 1, 3, 4], { minEl: 1, writable: 1n, trap: TDOSA }),
	sysreg('DBGPRCR_EL1', [2, 0, 1, 4, 4], { minEl: 1, writable: 1n, trap: TDOSA }),
	MDSCR_EL1,
	sysreg('MDCCINT_EL1', [2, 0, 0, 2, 0], {
		what: 'debug: interrupts of its channel',
		minEl: 1,
		writable: low32,
		trap: TDA
	}),
	sysreg('OSDTRRX_EL1', [2, 0, 0, 0, 2], { minEl: 1, writable: low32, trap: TDA }),
	sysreg('OSDTRTX_EL1', [2, 0, 0, 3, 2], { minEl: 1, writable: low32, trap: TDA }),
	sysreg('OSECCR_EL1', [2, 0, 0, 6, 2], { minEl: 1, writable: 0n, trap: TDA }),
	sysreg('MDRAR_EL1', [2, 0, 1, 0, 0], { minEl: 1, readOnly: true, trap: TDRA }),
	sysreg('DBGCLAIMSET_EL1', [2, 0, 7, 8, 6], { reset: 0xffn, minEl: 1, writable: 0n, trap: TDA }),
	sysreg('DBGCLAIMCLR_EL1', [2, 0, 7, 9, 6], { minEl: 1, writable: 0n, trap: TDA }),
	sysreg('DBGAUTHSTATUS_EL1', [2, 0, 7, 14, 6], { minEl: 1, readOnly: true, trap: TDA }),
	sysreg('MDCCSR_EL0', [2, 3, 0, 1, 0], { minEl: 0, readOnly: true, trap: TDA }),
	sysreg('DBGVCR32_EL2', [2, 4, 0, 7, 0], { minEl: 2, writable: low32 }),

	// The performance monitors count nothing (ID_AA64DFR0_EL1.PMUVer is 0), but trap as KVM expects.
	sysreg('PMCR_EL0', [3, 3, 9, 12, 0], {
		what: 'performance counters: control',
		...pmu,
		reset: 0x4101_3000n,
		writable: 0x79n,
		trap: (cpu) => (cpu.el === 0 ? 1 : TPMCR(cpu))
	}),
	sysreg('PMCNTENSET_EL0', [3, 3, 9, 12, 1], { ...pmu, writable: 0n }),
	sysreg('PMCNTENCLR_EL0', [3, 3, 9, 12, 2], { ...pmu, writable: 0n }),
	sysreg('PMOVSCLR_EL0', [3, 3, 9, 12, 3], { ...pmu, writable: 0n }),
	sysreg('PMSWINC_EL0', [3, 3, 9, 12, 4], { ...pmu, writeOnly: true, writable: 0n }),
	sysreg('PMSELR_EL0', [3, 3, 9, 12, 5], { ...pmu, writable: 31n }),
	sysreg('PMCEID0_EL0', [3, 3, 9, 12, 6], { ...pmu, readOnly: true }),
	sysreg('PMCEID1_EL0', [3, 3, 9, 12, 7], { ...pmu, readOnly: true }),
	sysreg('PMCCNTR_EL0', [3, 3, 9, 13, 0], {
		what: 'performance counters: cycles',
		...pmu,
		writable: 0n
	}),
	sysreg('PMXEVTYPER_EL0', [3, 3, 9, 13, 1], { ...pmu, writable: 0n }),
	sysreg('PMXEVCNTR_EL0', [3, 3, 9, 13, 2], { ...pmu, writable: 0n }),
	sysreg('PMUSERENR_EL0', [3, 3, 9, 14, 0], {
		what: 'performance counters: whether EL0 may use them',
		minEl: 0,
		minElWrite: 1,
		writable: 15n,
		trap: TPM
	}),
	sysreg('PMOVSSET_EL0', [3, 3, 9, 14, 3], { ...pmu, writable: 0n }),
	sysreg('PMINTENSET_EL1', [3, 0, 9, 14, 1], { minEl: 1, writable: 0n, trap: TPM }),
	sysreg('PMINTENCLR_EL1', [3, 0, 9, 14, 2], { minEl: 1, writable: 0n, trap: TPM }),
	sysreg('PMCCFILTR_EL0', [3, 3, 14, 15, 7], { ...pmu, writable: low32 }),
	...counters
];

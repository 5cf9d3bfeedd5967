import type { KeptRegister } from './layout.ts';

/**
 * The registers of the standard run around one switch into the guest: name, value in the CPU, the host's
 * in memory, the guest's in memory. Each instant after the first names what differs from the one before.
 */
const inTheHost = `
X0 40082a8000 0 ffffffc003ff2c00
X1 60 0 ffffffc0000a4028
X2 40000ba540 0 1
X3 0 0 ffffffc003ffefc8
X4 6174732d6d766b6c 0 7ffffffd97
X5 636974 0 7ffffffd97
X6 ffffffc0080b3e98 0 7ffffffd97
X7 0 0 fffffffe
X8 1 0 0
X9 ffffffc0082a8000 0 ffffffc0000a8fc0
X10 ffffffc00820a6a8 0 340
X11 1 0 40552e
X12 ffffff800000c000 0 40552d
X13 ffffffc00826fd80 0 1
X14 3c0 0 405516
X15 3c0 0 12
X16 0 0 0
X17 0 0 0
X18 0 0 0
X19 1 ffffffc0000a3780 0
X20 1 ffffffc008212d00 e11
X21 0 0 83ff0000
X22 400030 400030 0
X23 80000000 80000000 0
X24 a a 80000000
X25 7ffffffe58 7ffffffe58 0
X26 0 0 0
X27 0 0 0
X28 0 0 0
X29 ffffffc00826fde0 ffffffc00826fde0 ffffffc0000a8ff0
X30 400009e7a0 400009e7a0 ffffffc0000831d8
SP_EL0 7ffffffdd0 7ffffffd10 7ffffffd50
PC ffffffc00009e724 ffffffc00009e724 ffffffc0000831cc
PSTATE 600003c5 600003c5 800003c5
SP_EL1 ffffffc00826fde0 ffffffc00826fde0 ffffffc0000a8ff0
ELR_EL1 ffffffc0000831d4 400030 400030
SPSR_EL1 60000345 80000000 60000000
VMPIDR_EL2 80000000 80000000 80000000
CSSELR_EL1 0 0 0
SCTLR_EL1 34d5d81d 34d5d81d 34d5d81d
ACTLR_EL1 0 0 0
CPACR_EL1 0 0 0
TTBR0_EL1 5000088276000 5000088276000 30000800d8000
TTBR1_EL1 800bc000 800bc000 800bc000
TCR_EL1 2b5193519 2b5193519 2b5193519
ESR_EL1 56000000 56000000 56000000
AFSR0_EL1 0 0 1de7ec7edbadc0de
AFSR1_EL1 0 0 1de7ec7edbadc0de
FAR_EL1 2004000008 2004000008 406428
MAIR_EL1 ff440c0400 ff440c0400 ff440c0400
VBAR_EL1 ffffffc000082000 ffffffc000082000 ffffffc000082000
CONTEXTIDR_EL1 0 0 0
TPIDR_EL0 0 0 1de7ec7edbadc0de
TPIDRRO_EL0 0 0 1de7ec7edbadc0de
TPIDR_EL1 ffffffc008203a00 ffffffc008203a00 ffffffc0000a4028
AMAIR_EL1 0 0 0
CNTKCTL_EL1 0 0 0
PAR_EL1 0 0 1de7ec7edbadc0de
HCR_EL2 80000000 80000000 8078663b
VTTBR_EL2 0 0 100008827c000
CNTVOFF_EL2 0 0 a3664
CNTV_CTL_EL0 0 - 3
CNTV_CVAL_EL0 7456f8 - 7456f8
GICH_HCR 0 0 1
GICH_VMCR f04c0001 - f04c0001
GICH_APR 0 - 0
GICH_LR0 1b - 1000001b
GICH_LR1 0 - 0
GICH_LR2 0 - 0
GICH_LR3 0 - 0
`;

const savedLines = `
X19 1 1 0
X20 1 1 e11
`;

const beforeTablesLines = `
X1 400820a000 0 ffffffc0000a4028
X2 40082a8070 0 1
X3 40082a83d8 0 ffffffc003ffefc8
X4 80000000 0 7ffffffd97
X5 0 0 7ffffffd97
X6 34d5d81d 0 7ffffffd97
X8 0 0 0
X9 30000800d8000 0 ffffffc0000a8fc0
X10 800bc000 0 340
X11 2b5193519 0 40552e
X12 56000000 0 40552d
X13 1de7ec7edbadc0de 0 1
X14 1de7ec7edbadc0de 0 405516
X15 406428 0 12
X16 ff440c0400 0 0
X17 ffffffc000082000 0 0
X19 1de7ec7edbadc0de 1 0
X20 1de7ec7edbadc0de 1 e11
X21 ffffffc0000a4028 0 83ff0000
X22 0 400030 0
X23 0 80000000 0
X24 1de7ec7edbadc0de a 80000000
X30 400009e2f4 400009e7a0 ffffffc0000831d8
SP_EL0 7ffffffdd0 7ffffffdd0 7ffffffd50
ELR_EL1 ffffffc0000831d4 ffffffc0000831d4 400030
SPSR_EL1 60000345 60000345 60000000
HCR_EL2 8078663b 80000000 8078663b
VTTBR_EL2 100008827c000 0 100008827c000
CNTVOFF_EL2 a3664 0 a3664
CNTV_CTL_EL0 7 - 3
GICH_HCR 1 0 1
GICH_LR0 1000001b - 1000001b
`;

const tablesLines = `
TTBR0_EL1 30000800d8000 5000088276000 30000800d8000
`;

const beforePairLines = `
X3 7ffffffd50 0 ffffffc003ffefc8
X4 7ffffffd97 0 7ffffffd97
X5 7ffffffd97 0 7ffffffd97
X6 ffffffc0000a8ff0 0 7ffffffd97
X7 400030 0 fffffffe
X8 60000000 0 0
X19 0 1 0
X20 e11 1 e11
X21 83ff0000 0 83ff0000
X24 80000000 a 80000000
X25 0 7ffffffe58 0
X29 ffffffc0000a8ff0 ffffffc00826fde0 ffffffc0000a8ff0
X30 ffffffc0000831d8 400009e7a0 ffffffc0000831d8
SP_EL0 7ffffffd50 7ffffffdd0 7ffffffd50
PC ffffffc0000831cc ffffffc00009e724 ffffffc0000831cc
PSTATE 800003c5 600003c5 800003c5
SP_EL1 ffffffc0000a8ff0 ffffffc00826fde0 ffffffc0000a8ff0
ELR_EL1 400030 ffffffc0000831d4 400030
SPSR_EL1 60000000 60000345 60000000
AFSR0_EL1 1de7ec7edbadc0de 0 1de7ec7edbadc0de
AFSR1_EL1 1de7ec7edbadc0de 0 1de7ec7edbadc0de
FAR_EL1 406428 2004000008 406428
TPIDR_EL0 1de7ec7edbadc0de 0 1de7ec7edbadc0de
TPIDRRO_EL0 1de7ec7edbadc0de 0 1de7ec7edbadc0de
TPIDR_EL1 ffffffc0000a4028 ffffffc008203a00 ffffffc0000a4028
PAR_EL1 1de7ec7edbadc0de 0 1de7ec7edbadc0de
`;

const pairLines = `
X6 7ffffffd97 0 7ffffffd97
X7 fffffffe 0 fffffffe
`;

const enteredLines = `
X0 ffffffc003ff2c00 0 ffffffc003ff2c00
X1 ffffffc0000a4028 0 ffffffc0000a4028
X2 1 0 1
X3 ffffffc003ffefc8 0 ffffffc003ffefc8
X8 0 0 0
X9 ffffffc0000a8fc0 0 ffffffc0000a8fc0
X10 340 0 340
X11 40552e 0 40552e
X12 40552d 0 40552d
X13 1 0 1
X14 405516 0 405516
X15 12 0 12
X16 0 0 0
X17 0 0 0
`;

const beforeRunsLines = `
PC ffffffc000082838 ffffffc00009e724 ffffffc0000831cc
SP_EL1 ffffffc0000a8ed0 ffffffc00826fde0 ffffffc0000a8ff0
ELR_EL1 ffffffc0000831d4 ffffffc0000831d4 400030
SPSR_EL1 80000345 60000345 60000000
`;

const runsLines = `
PC ffffffc00008283c ffffffc00009e724 ffffffc0000831cc
`;

function parse(lines: string): KeptRegister[] {
	const value = (text: string | undefined) => (text === '-' ? undefined : BigInt(`0x${text}`));
	return lines
		.trim()
		.split('\n')
		.map((line) => {
			const [name, now, host, guest] = line.split(' ');
			return { name: name!, now: value(now)!, host: value(host), guest: value(guest) };
		});
}

function changed(from: readonly KeptRegister[], lines: string): KeptRegister[] {
	const others = new Map(parse(lines).map((register) => [register.name, register]));
	return from.map((register) => others.get(register.name) ?? register);
}

/** In the host, just before `stp x19, x20, [x2, #152]`, the first store of the switch. */
export const atRest = parse(inTheHost);
/** Behind it. */
export const saved = changed(atRest, savedLines);
/** Just before `msr ttbr0_el1, x9`. */
export const beforeTables = changed(saved, beforeTablesLines);
/** Behind it. */
export const tables = changed(beforeTables, tablesLines);
/** Behind `ldp x4, x5, [x2, #32]`. */
export const beforePair = changed(tables, beforePairLines);
/** Behind `ldp x6, x7, [x2, #48]`. */
export const pair = changed(beforePair, pairLines);
/** Behind the ERET: the first instruction of the guest is next. */
export const entered = changed(pair, enteredLines);
/** Four instructions later an interrupt has come, and its frame is being made. */
export const beforeRuns = changed(entered, beforeRunsLines);
/** Behind `stp x0, x1, [sp]`. */
export const runs = changed(beforeRuns, runsLines);

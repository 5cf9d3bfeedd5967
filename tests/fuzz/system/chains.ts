import type { Random } from '../../conformance/random.ts';
import { chance } from './descriptors.ts';
import * as layout from './layout.ts';
import { assembled, baseTest, type SystemTest } from './random-tests.ts';
import { bits } from './regimes.ts';
import type { QemuCpu } from './run.ts';
import type { Tables } from './tables.ts';

/** Returns of EL1 to what follows, with any SPSR. */
const eret = ['adr x5, 0x10', 'msr elr_el1, x5', 'msr spsr_el1, x6', 'eret'];
/** What takes exceptions, is trapped, or says in which state the program is. */
const links: readonly (readonly string[])[] = [
	...[['svc #2'], ['hvc #4'], ['smc #6'], ['brk #5'], ['udf #7'], ['hlt #8'], eret, eret, eret],
	...[['wfi'], ['wfe'], ['wfi'], ['sevl', 'wfe'], ['yield'], ['isb']],
	...[
		['ldxr x2, [x0]', 'svc #3', 'stxr w3, x1, [x0]'],
		['ldxr x2, [x0]', 'stxr w3, x1, [x0]']
	],
	...[['ldaxr w2, [x0]', 'brk #9', 'stlxr w3, w1, [x0]'], ['clrex']],
	...[['mrs x4, currentel'], ['mrs x4, daif'], ['mrs x4, nzcv'], ['mrs x4, spsel']],
	...[['msr daifset, #3'], ['msr daifclr, #15'], ['msr daifclr, #2'], ['msr spsel, #0']],
	...[['msr spsel, #1'], ['mrs x4, isr_el1'], ['cmp x0, x1'], ['mrs x4, sp_el0']],
	...[['mrs x4, ttbr0_el1', 'msr ttbr0_el1, x4'], ['mrs x4, contextidr_el1'], ['msr far_el1, x1']],
	...[['mrs x4, mair_el1', 'msr mair_el1, x4'], ['mrs x4, actlr_el1'], ['msr actlr_el1, xzr']],
	...[['mrs x4, ctr_el0'], ['mrs x4, dczid_el0'], ['mrs xzr, midr_el1'], ['mrs xzr, clidr_el1']],
	...[['mrs xzr, revidr_el1'], ['mrs xzr, id_aa64pfr0_el1'], ['mrs xzr, id_pfr0_el1']],
	...[['mrs xzr, ccsidr_el1'], ['mrs x4, csselr_el1', 'msr csselr_el1, x4']],
	...[['mrs xzr, cntpct_el0'], ['mrs xzr, cntvct_el0'], ['mrs xzr, cntp_cval_el0']],
	...[['mrs xzr, cntv_cval_el0'], ['mrs xzr, cntfrq_el0'], ['mrs x4, cntkctl_el1']],
	...[['mrs x4, cpacr_el1', 'msr cpacr_el1, x4'], ['fmov d0, d1'], ['ldr q1, [x0]']],
	...[['mrs x4, fpcr'], ['mrs xzr, pmcr_el0'], ['mrs xzr, pmccntr_el0'], ['mrs x4, mdscr_el1']],
	...[['mrs xzr, mdrar_el1'], ['mrs x4, oslsr_el1'], ['mrs x4, dbgbvr0_el1']],
	...[['mrs x4, hcr_el2'], ['msr vbar_el2, x4'], ['mrs x4, elr_el1'], ['mrs x4, spsr_el1']],
	...[['tlbi vmalle1'], ['tlbi vae1is, x0'], ['tlbi alle2'], ['dc isw, xzr'], ['dc cisw, xzr']],
	...[['dc civac, x0'], ['dc cvau, x0'], ['ic ivau, x0'], ['ic iallu'], ['ic ialluis']],
	...[['dc zva, x0'], ['at s1e1r, x0', 'mrs x4, par_el1'], ['at s12e1r, x0']],
	...[['ldr x2, [x0]'], ['str x1, [x0]'], ['ldtr x2, [x0]'], ['ldr x2, [sp]'], ['sttrb w1, [x0]']]
];
/** Implementation defined: HCR_EL2.TIDCP takes these. */
const implementationDefined = [0xd53b_f204, 0xd51b_b004, 0xd50b_b764, 0xd52b_f064];

/** What an SPSR may say: levels, stacks, and modes to which no return is legal. AArch32's EL0 is legal to QEMU. */
const modes = [0, 4, 5, 0, 4, 5, 0, 4, 5, 1, 2, 3, 6, 7, 8, 9, 10, 12, 13, 0x13, 0x17, 0x1a, 0x1f];
export const spsr = (random: Random) =>
	BigInt(random.pick(modes)) |
	(BigInt(random.below(16)) << 28n) |
	(BigInt(random.below(16)) << 6n) |
	(chance(random, 8) ? 1n << 20n : 0n);

/** Exceptions and returns one after another, each handled and gone on behind. */
export function chainTest(random: Random, tables: Tables, cpu: QemuCpu, n: number): SystemTest {
	if (chance(random, 6)) return returnTest(random, tables, cpu, n);
	const el = random.below(2) as 0 | 1;
	const words: number[] = [];
	while (words.length < 9) {
		const link = random.pick(links);
		if (chance(random, 20)) words.push(random.pick(implementationDefined));
		else if (words.length + link.length < layout.snippetWords - 2)
			words.push(...link.map(assembled));
	}
	// A WFI that is not trapped would wait for ever. HVC that is undefined: EL1 calls by SMC.
	let hcr = (1n << 13n) | bits(random, [3, 4, 5]);
	// One virtual interrupt at a time: which of several comes first is IMPLEMENTATION DEFINED.
	const virtual = random.pick([0, 0, 0, 6, 7, 8]);
	if (virtual !== 0 && (hcr >> BigInt(virtual - 3)) & 1n) hcr |= 1n << BigInt(virtual);
	const noCall = chance(random, 12);
	if (noCall) hcr |= (1n << 29n) | (1n << 19n);
	const setting = { kind: 'chain', el, hcr, traps: true } as const;
	const test = baseTest(random, tables, cpu, n, setting, () => ({
		words,
		loaded: { X6: spsr(random), X18: 10n }
	}));
	// What is read is written back: TVM and TRVM are both set, or none.
	const virtualMemory = (1n << 26n) | (1n << 30n);
	const some = (test.loaded.HCR_EL2 & virtualMemory) !== 0n;
	const loaded = { ...test.loaded, HCR_EL2: test.loaded.HCR_EL2 | (some ? virtualMemory : 0n) };
	if (!noCall) return { ...test, loaded };
	const VBAR_EL1 = loaded.VBAR_EL1 + BigInt(layout.vectorsSmc - layout.vectorsEl1);
	return { ...test, loaded: { ...loaded, VBAR_EL1 } };
}

/** EL2 returns by any SPSR_EL2. */
function returnTest(random: Random, tables: Tables, cpu: QemuCpu, n: number): SystemTest {
	const setting = { kind: 'return', el: 1, translated: false } as const;
	const tge = chance(random, 6) ? 1n << 27n : 0n;
	const words = ['mrs x4, currentel', 'mrs x5, daif', 'svc #2', 'mrs x7, spsel'].map(assembled);
	return baseTest(random, tables, cpu, n, { ...setting, hcr: tge }, () => ({
		words,
		loaded: { SPSR_EL2: spsr(random), X18: 6n }
	}));
}

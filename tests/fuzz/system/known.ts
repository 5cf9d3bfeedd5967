import { a64 } from '../../../emulator-core/src/index.ts';
import { stored, type Stored } from './layout.ts';
import type { SystemTest } from './random-tests.ts';

/** A way in which QEMU 7.2's cortex-a57 and this machine differ, and why that is no fault. */
interface KnownDifference {
	readonly why: string;
	/** What of a result does not count, as masks of the bits that do; or 'all': the test says nothing. */
	readonly ignores: (
		test: SystemTest,
		ours: Stored,
		theirs: Stored
	) => Partial<Record<keyof Stored, bigint>> | 'all' | undefined;
}

const all64 = 0xffff_ffff_ffff_ffffn;
const ecOf = (esr: bigint) => Number(esr >> 26n);
const isAbort = (esr: bigint) => [0x20, 0x21, 0x24, 0x25].includes(ecOf(esr));
/** The HVC of EL1's vectors: an exception came to EL1 first. */
const cameFromEl1 = ({ ESR_EL2 }: Stored) => ESR_EL2 >> 8n === 0x5a0001n;
/** Of an access, or of a walk at any level. */
const isExternal = (esr: bigint) => isAbort(esr) && (esr & 0x38n) === 0x10n;
const text = (test: SystemTest) => a64.disassemble(test.words[0]!, 0);

export const knownDifferences: readonly KnownDifference[] = [
	{
		why: 'QEMU clears NZCV when it takes an exception; the Arm ARM (TakeException) leaves the flags alone',
		ignores: (_, ours, theirs) =>
			cameFromEl1(ours) && cameFromEl1(theirs) ? { SPSR_EL2: all64 & ~0xf000_0000n } : undefined
	},
	{
		why:
			'for a stage-2 fault on a stage-1 walk QEMU 7.2 reports the level of the stage-1 walk; ' +
			'the Arm ARM (and later QEMU) the level at which stage 2 failed',
		ignores: (_, ours, theirs) => {
			const [a, b] = [ours.ESR_EL2, theirs.ESR_EL2];
			if (isAbort(a) && isAbort(b) && a & b & 0x80n) return { ESR_EL2: all64 & ~3n };
			const par = ours.PAR_EL1 & theirs.PAR_EL1;
			return par & 1n && par & 0x100n ? { PAR_EL1: all64 & ~6n } : undefined;
		}
	},
	{
		why: 'QEMU does not model cache maintenance by address: its DC and IC never fault',
		ignores: (test) => (/^(dc (?!zva)|ic ivau)/.test(text(test)) ? 'all' : undefined)
	},
	{
		why: 'QEMU 7.2 lets unaligned accesses to Device memory through; here they are alignment faults',
		ignores: (_, ours, theirs) => {
			const aligned = ({ ESR_EL1, ESR_EL2 }: Stored) =>
				[ESR_EL1, ESR_EL2].some(
					(esr) => [0x24, 0x25].includes(ecOf(esr)) && (esr & 0x3fn) === 0x21n
				);
			return aligned(ours) && !aligned(theirs) ? 'all' : undefined;
		}
	},
	{
		why:
			'QEMU 7.2 takes a block descriptor at levels that have none (0; with 64 KB granules 1), ' +
			'which is a translation fault',
		ignores: (test, ours, theirs) => {
			const { TCR_EL1, VTCR_EL2 } = test.loaded;
			const large = ((TCR_EL1 | VTCR_EL2) & 0x4000n) !== 0n;
			const noSuchLevel = (status: bigint) => status === 4n || (large && status === 5n);
			const one = [ours.ESR_EL1, ours.ESR_EL2].some(
				(esr) => isAbort(esr) && noSuchLevel(esr & 0x3fn)
			);
			const par = (ours.PAR_EL1 & 1n) !== 0n && noSuchLevel((ours.PAR_EL1 >> 1n) & 0x3fn);
			const same = ours.ESR_EL1 === theirs.ESR_EL1 && ours.ESR_EL2 === theirs.ESR_EL2;
			return (one && !same) || (par && ours.PAR_EL1 !== theirs.PAR_EL1) ? 'all' : undefined;
		}
	},
	{
		why: 'a misaligned PC comes before a fault of the fetch; QEMU 7.2 translates first',
		ignores: (_, ours) =>
			[ours.ESR_EL1, ours.ESR_EL2].some((esr) => ecOf(esr) === 0x22) ? 'all' : undefined
	},
	{
		why: 'QEMU 7.2 has op1 and op2 of a trapped MSR DAIFSet the wrong way round in the syndrome',
		ignores: (test, ours, theirs) =>
			/^msr daif/.test(text(test))
				? ecOf(ours.ESR_EL1) === 0x18 && ecOf(theirs.ESR_EL1) === 0x18
					? { ESR_EL1: all64 & ~0xf_c000n }
					: ecOf(ours.ESR_EL2) === 0x18 && ecOf(theirs.ESR_EL2) === 0x18
						? { ESR_EL2: all64 & ~0xf_c000n }
						: undefined
				: undefined
	},
	{
		why:
			'HPFAR_EL2 is UNKNOWN after a permission fault of stage 2, unless on a walk, and after external ' +
			'aborts',
		ignores: (_, { ESR_EL2: esr }) => {
			const permission = (esr & 0x3cn) === 0xcn && (esr & 0x80n) === 0n;
			return isAbort(esr) && (permission || isExternal(esr)) ? { HPFAR_EL2: 0n } : undefined;
		}
	},
	{
		why: 'QEMU has flash and devices where this board has nothing: an external abort',
		ignores: (_, ours) =>
			[ours.ESR_EL1, ours.ESR_EL2].some((esr) => isExternal(esr)) ? 'all' : undefined
	},
	{
		why:
			'PAR_EL1.NS is UNKNOWN outside Secure state. PAR_EL1.SH: Device and Non-cacheable memory is Outer Shareable, which QEMU 7.2 forgets; ' +
			"after both stages, it is stage 1's here, and both combined on QEMU",
		ignores: (_, ours, theirs) =>
			(ours.PAR_EL1 | theirs.PAR_EL1) & 1n ? undefined : { PAR_EL1: all64 & ~0x380n }
	},
	{
		why: "PAR_EL1.ATTR after both stages: here stage 1's, or Device; QEMU combines the two",
		ignores: (test) => (/^at s12/.test(text(test)) ? { PAR_EL1: all64 >> 8n } : undefined)
	},
	{
		why: 'QEMU 7.2 does not implement HCR_EL2.TIDCP in AArch64 state',
		ignores: ({ kind, words, loaded }) =>
			kind === 'register' &&
			loaded.HCR_EL2 & (1n << 20n) &&
			[11, 15].includes((words[0]! >>> 12) & 15)
				? 'all'
				: undefined
	},
	{
		why: 'debug registers that QEMU 7.2 lacks',
		ignores: (test) =>
			test.kind === 'register' &&
			/\b(dbgauthstatus|dbgclaim(set|clr)|dbgprcr|osdlr|osdtr[rt]x|oseccr|mdccsr|dbgdtr)/.test(
				text(test)
			)
				? 'all'
				: undefined
	},
	{
		why: 'QEMU 7.2 does not implement MDCR_EL2.TPMCR',
		ignores: (test) =>
			/\bpmcr_el0/.test(text(test)) && (test.loaded.MDCR_EL2 & 0x60n) === 0x20n ? 'all' : undefined
	},
	{
		why: 'QEMU 7.2 asks CNTHCTL_EL2.EL1PCEN instead of EL1PCTEN when EL0 reads CNTPCT_EL0',
		ignores: (test) => (test.el === 0 && /\bcntpct_el0/.test(text(test)) ? 'all' : undefined)
	},
	{
		why:
			'open: S2AP without read and XN clear. Here stage 2 then lets nothing be executed; QEMU asks only ' +
			'XN. Which of the two the architecture wants is still to be looked up',
		ignores: (_, ours, theirs) =>
			ecOf(ours.ESR_EL2) === 0x20 &&
			(ours.ESR_EL2 & 0x3cn) === 0xcn &&
			ecOf(theirs.ESR_EL2) !== 0x20
				? 'all'
				: undefined
	},
	{
		why: 'what ID and performance registers read as is what each CPU has; only their traps are compared',
		ignores: ({ kind }) => (kind === 'register' ? { X2: 0n } : undefined)
	}
];

/** The names of results that differ for no known reason. */
export function unexplainedDifferences(
	test: SystemTest,
	ours: Stored,
	theirs: Stored
): (keyof Stored)[] {
	const masks: Partial<Record<keyof Stored, bigint>> = {};
	for (const { ignores } of knownDifferences) {
		const ignored = ignores(test, ours, theirs);
		if (ignored === 'all') return [];
		for (const [name, mask] of Object.entries(ignored ?? {}))
			masks[name as keyof Stored] = (masks[name as keyof Stored] ?? all64) & mask;
	}
	return stored.filter((name) => ((ours[name] ^ theirs[name]) & (masks[name] ?? all64)) !== 0n);
}

import { a64 } from '../../../emulator-core/src/index.ts';
import { stored, type Stored } from './layout.ts';
import { definedBits } from './defined-bits.ts';
import type { SystemTest } from './random-tests.ts';
import type { Outcome } from './run.ts';

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
const TGE = 1n << 27n;
const ecOf = (esr: bigint) => Number(esr >> 26n);
const isAbort = (esr: bigint) => [0x20, 0x21, 0x24, 0x25].includes(ecOf(esr));
/** The HVC of EL1's vectors: an exception came to EL1 first. */
const cameFromEl1 = ({ ESR_EL2 }: Stored) => [0x5a0001n, 0x5e0001n].includes(ESR_EL2 >> 8n);
const isAnyAbort = ({ ESR_EL1, ESR_EL2 }: Stored) => isAbort(ESR_EL1) || isAbort(ESR_EL2);
/** Of an access, or of a walk at any level. */
const isExternal = (esr: bigint) => isAbort(esr) && (esr & 0x38n) === 0x10n;
/** The instruction of a test that took an exception, or undefined for one that lies elsewhere. */
function wordOf({ kind, words, loaded }: SystemTest, event: Stored): number | undefined {
	if (kind === 'register' || kind === 'value') return words[0];
	const elr = cameFromEl1(event) ? event.ELR_EL1 : event.ELR_EL2;
	const from = BigInt.asUintN(56, elr - loaded.ELR_EL2);
	return from < 64n ? words[Number(from >> 2n)] : undefined;
}
function text(test: SystemTest, event: Stored): string {
	const word = wordOf(test, event);
	return word === undefined ? '' : a64.disassemble(word, 0);
}
/** The exception class that a level saw: EL1 first. */
const classOf = (event: Stored) => ecOf(cameFromEl1(event) ? event.ESR_EL1 : event.ESR_EL2);

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
		ignores: (test, ours) =>
			/^(dc (?!zva)|ic ivau)/.test(text(test, ours)) && isAnyAbort(ours) ? 'all' : undefined
	},
	{
		why: 'QEMU 7.2 lets unaligned accesses to Device memory through; here they are alignment faults',
		ignores: (_, ours, theirs) => {
			const aligned = ({ ESR_EL1, ESR_EL2 }: Stored) =>
				[ESR_EL1, ESR_EL2].some(
					(esr) => [0x24, 0x25].includes(ecOf(esr)) && (esr & 0x3fn) === 0x21n
				);
			const same = ours.ELR_EL1 === theirs.ELR_EL1 && ours.ELR_EL2 === theirs.ELR_EL2;
			return aligned(ours) && !(aligned(theirs) && same) ? 'all' : undefined;
		}
	},
	{
		why:
			'QEMU 7.2 takes a block descriptor at levels that have none (0; with granules of 16 and 64 KB 1), ' +
			'which is a translation fault',
		ignores: (test, ours, theirs) => {
			const { TCR_EL1, TCR_EL2, VTCR_EL2 } = test.loaded;
			const large = ((TCR_EL1 | TCR_EL2 | VTCR_EL2) & 0xc000n) !== 0n || TCR_EL1 >> 30n !== 2n;
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
		why:
			'ESR_EL2.ISV is for stage-2 aborts only (Arm ARM, ISS encoding for Data Aborts); QEMU 7.2 sets it for ' +
			"EL2's own, mended in QEMU's \"Don't set ISV when reporting stage 1 faults in ESR_EL2\" of 2023",
		ignores: (test, { ESR_EL2: a }, { ESR_EL2: b }) =>
			ecOf(a) === ecOf(b) &&
			(ecOf(a) === 0x25 || (ecOf(a) === 0x24 && (test.loaded.HCR_EL2 & TGE) !== 0n))
				? { ESR_EL2: all64 & ~0x1ff_c000n }
				: undefined
	},
	{
		why: "QEMU does not check SP's alignment (gen_check_sp_alignment in translate-a64.c says so)",
		ignores: (_, ours) =>
			[ours.ESR_EL1, ours.ESR_EL2].some((esr) => ecOf(esr) === 0x26) ? 'all' : undefined
	},
	{
		why:
			"a watchpoint's WnR says what this access is; QEMU keeps BP_WATCHPOINT_HIT_WRITE of an earlier hit " +
			'(cpu_check_watchpoint)',
		ignores: (_, ours) =>
			ecOf(ours.ESR_EL2) === 0x34
				? { ESR_EL2: all64 & ~0x40n }
				: ecOf(ours.ESR_EL1) >> 1 === 0x1a
					? { ESR_EL1: all64 & ~0x40n }
					: undefined
	},
	{
		why: 'a misaligned PC comes before a fault of the fetch; QEMU 7.2 translates first',
		ignores: (_, ours) =>
			[ours.ESR_EL1, ours.ESR_EL2].some((esr) => ecOf(esr) === 0x22) ? 'all' : undefined
	},
	{
		why: 'QEMU 7.2 has op1 and op2 of a trapped MSR DAIFSet the wrong way round in the syndrome',
		ignores: (_, ours, theirs) => {
			// A trapped MSR (immediate) has op0 0.
			const immediate = (esr: bigint) => ecOf(esr) === 0x18 && ((esr >> 20n) & 3n) === 0n;
			return {
				...(immediate(ours.ESR_EL1) && { ESR_EL1: all64 & ~0xf_c000n }),
				...(immediate(ours.ESR_EL2) && immediate(theirs.ESR_EL2) && { ESR_EL2: all64 & ~0xf_c000n })
			};
		}
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
			'PAR_EL1.NS is UNKNOWN outside Secure state (Arm ARM, PAR_EL1). SH of Device and of Normal ' +
			'Inner and Outer Non-cacheable memory reads as Outer Shareable (the same page, and PAREncodeShareability), ' +
			'which QEMU 7.2 does after both stages only',
		ignores: ({ words }, ours, theirs) => {
			const readsPar = words.includes(0xd538_7404); // mrs x4, par_el1
			const alone = readsPar ? { X4: all64 & ~0x380n } : undefined;
			if ((ours.PAR_EL1 | theirs.PAR_EL1) & 1n) return alone;
			const attr = ours.PAR_EL1 >> 56n;
			const outer = attr >> 4n === 0n || attr === 0x44n;
			return { ...alone, PAR_EL1: all64 & ~(outer ? 0x380n : 0x200n) };
		}
	},
	{
		why: 'physical addresses have 44 bits here (ID_AA64MMFR0_EL1.PARange), 48 on Neoverse-N1',
		ignores: ({ cpu }, ours, theirs) => {
			const tooLarge = ({ ESR_EL1, ESR_EL2, PAR_EL1 }: Stored) =>
				[ESR_EL1, ESR_EL2].some((esr) => isAbort(esr) && (esr & 0x3fn) === 0n) ||
				(PAR_EL1 & 0x7fn) === 1n;
			return cpu === 'neoverse-n1' && tooLarge(ours) && !tooLarge(theirs) ? 'all' : undefined;
		}
	},
	{
		why:
			'a RES0 bit reads as zero or as it was written (Arm ARM, Glossary); what is IMPLEMENTATION DEFINED is so ' +
			'for each CPU; CNTFRQ_EL0 is what each board says',
		ignores: ({ kind, words }) => {
			if (kind !== 'value') return undefined;
			const mask = definedBits(words[0]!);
			return { X2: mask, X3: mask };
		}
	},
	{
		why:
			'QEMU implements HCR_EL2.TIDCP in AArch64 state from 8.2 on ("target/arm: Implement HCR_EL2.TIDCP"); ' +
			'for 7.2 the space that is IMPLEMENTATION DEFINED is UNDEFINED',
		ignores: (test, ours) =>
			test.loaded.HCR_EL2 & (1n << 20n) &&
			[11, 15].includes(((wordOf(test, ours) ?? 0) >>> 12) & 15) &&
			(classOf(ours) === 0x18 || test.kind === 'register')
				? 'all'
				: undefined
	},
	{
		why:
			'it is IMPLEMENTATION DEFINED whether a store-exclusive whose monitor is open detects memory aborts (Arm ' +
			'ARM, AArch64.ExclusiveMonitorsPass): here it does; on QEMU it does not, and otherwise it reads first',
		ignores: (test, ours) =>
			/^stl?xr/.test(text(test, ours)) && isAnyAbort(ours) ? 'all' : undefined
	},
	{
		why:
			'breakpoints that compare the context ID alone (BT 2) are not in QEMU: hw_breakpoint_update logs "unlinked ' +
			'context breakpoints not implemented"',
		ignores: ({ loaded }, ours) =>
			classOf(ours) >> 1 === 0x18 && ((loaded.DBGBCR0_EL1 >> 20n) & 15n) === 2n ? 'all' : undefined
	},
	{
		why:
			'QEMU does an unaligned access to a page with a watchpoint, or across two pages, as two aligned ones ' +
			'(load_helper, "For anything that is unaligned, recurse"), so that watchpoints beside it match and FAR is less',
		ignores: (test, ours, theirs) => {
			if (test.kind !== 'debug' || classOf(theirs) >> 1 !== 0x1a) return undefined;
			const offset = /\[x0, #(-?0x[0-9a-f]+|-?\d+)\]/.exec(text(test, theirs))?.[1] ?? '0';
			const negative = offset.startsWith('-');
			const distance = BigInt(offset.replace('-', ''));
			const address = test.loaded.X0 + (negative ? -distance : distance);
			if ((address & 7n) === 0n && (test.loaded.X0 & 15n) === 0n) return undefined;
			return classOf(ours) === classOf(theirs) ? { FAR_EL1: 0n, FAR_EL2: 0n } : 'all';
		}
	},
	{
		why:
			'watchpoints compare address bits 48:2 (Arm ARM, DBGWVR<n>_EL1); QEMU keeps the tag of a data address in ' +
			'system mode (clean_data_tbi), so that a tagged one never matches',
		ignores: ({ kind, loaded: { X0 } }, ours, theirs) =>
			kind === 'debug' &&
			classOf(ours) >> 1 === 0x1a &&
			classOf(theirs) >> 1 !== 0x1a &&
			X0 !== BigInt.asUintN(64, BigInt.asIntN(56, X0))
				? 'all'
				: undefined
	},
	{
		why:
			'of an access across two pages the fault of either may be reported; here both translate before anything is ' +
			'accessed, QEMU has done the first part when the second faults',
		ignores: (_, ours, theirs) =>
			[theirs.ESR_EL1, theirs.ESR_EL2].some(isExternal) &&
			isAnyAbort(ours) &&
			((ours.FAR_EL1 | ours.FAR_EL2) & 0xfffn) === 0n
				? 'all'
				: undefined
	},
	{
		why:
			'tests before this one have left other instructions than HVC in the data; of a branch there, what ' +
			'they do is the business of the other comparison (fuzz/isa)',
		ignores: (test, ours, theirs) =>
			/^(br|blr) /.test(a64.disassemble(test.words[0]!, 0)) &&
			test.kind === 'access' &&
			text(test, ours) === '' &&
			classOf(ours) !== 0x20 &&
			classOf(theirs) !== 0x20 &&
			classOf(ours) !== classOf(theirs)
				? 'all'
				: undefined
	},
	{
		why:
			'PSTATE.D holds from the next instruction on: a stepped MSR DAIFSet masks its own step exception; QEMU asks at ' +
			'the start of a translation block (gen_step_complete_exception)',
		ignores: (test, _, theirs) => {
			const stepped = { ...theirs, ELR_EL1: theirs.ELR_EL1 - 4n, ELR_EL2: theirs.ELR_EL2 - 4n };
			const masks = /^msr daifset, #0x[8-f]/.test(text(test, stepped));
			return classOf(theirs) === 0x33 && masks ? 'all' : undefined;
		}
	},
	{
		why: 'where QEMU lets a DC ZVA of Device memory through (see above), zeros stay in the data for later tests',
		ignores: ({ kind }, ours, theirs) => {
			const zeroed = (name: 'X2' | 'X3') =>
				kind !== 'value' && theirs[name] === 0n && ours[name] !== 0n;
			return {
				...(zeroed('X2') && { X2: 0n }),
				...(zeroed('X3') && { X3: 0n })
			};
		}
	},
	{
		why:
			'FAR_ELx is UNKNOWN after exceptions that are neither aborts nor watchpoints (Arm ARM, FAR_EL1); QEMU clears ' +
			'it for breakpoints and steps',
		ignores: ({ kind }, ours) => {
			if (kind !== 'debug') return undefined;
			const has = [0x20, 0x21, 0x22, 0x24, 0x25, 0x34, 0x35].includes(classOf(ours));
			if (!has) return { FAR_EL1: 0n, FAR_EL2: 0n };
			return cameFromEl1(ours) ? { FAR_EL2: 0n } : { FAR_EL1: 0n };
		}
	},
	{
		why: 'debug registers that QEMU 7.2 lacks',
		ignores: (test, ours) =>
			/\b(dbgauthstatus|dbgclaim(set|clr)|dbgprcr|osdlr|osdtr[rt]x|oseccr|mdccsr|dbgdtr)/.test(
				text(test, ours)
			)
				? 'all'
				: undefined
	},
	{
		why: 'QEMU 7.2 does not implement MDCR_EL2.TPMCR',
		ignores: (test, ours) =>
			/\bpmcr_el0/.test(text(test, ours)) && (test.loaded.MDCR_EL2 & 0x60n) === 0x20n
				? 'all'
				: undefined
	},
	{
		why: 'QEMU 7.2 asks CNTHCTL_EL2.EL1PCEN instead of EL1PCTEN when EL0 reads CNTPCT_EL0',
		ignores: (test, ours, theirs) =>
			(test.el === 0 || test.kind === 'chain') &&
			[ours, theirs].some((event) => /\bcntpct_el0/.test(text(test, event)))
				? 'all'
				: undefined
	},
	{
		why: 'what ID and performance registers read as is what each CPU has; only their traps are compared',
		ignores: ({ kind }) => (kind === 'register' ? { X2: 0n } : undefined)
	}
];

/** What differs of one exception for no known reason; 'end' if the two cannot be compared from here on. */
function differencesOfEvent(
	test: SystemTest,
	ours: Stored,
	theirs: Stored,
	unknownIpa: { before: boolean }
): readonly (keyof Stored)[] | 'end' {
	const masks: Partial<Record<keyof Stored, bigint>> = {};
	for (const { ignores } of knownDifferences) {
		const ignored = ignores(test, ours, theirs);
		if (ignored === 'all') return 'end';
		for (const [name, mask] of Object.entries(ignored ?? {}))
			masks[name as keyof Stored] = (masks[name as keyof Stored] ?? all64) & mask;
	}
	// HPFAR_EL2 stays UNKNOWN until a stage-2 abort gives it a value.
	if (masks.HPFAR_EL2 !== undefined) unknownIpa.before = true;
	else if (ours.HPFAR_EL2 === theirs.HPFAR_EL2) unknownIpa.before = false;
	if (unknownIpa.before) masks.HPFAR_EL2 = 0n;
	return stored.filter((name) => ((ours[name] ^ theirs[name]) & (masks[name] ?? all64)) !== 0n);
}

const hex = (value: bigint) => '0x' + value.toString(16);

/** What differs for no known reason, each as a line. */
export function unexplainedDifferences(
	test: SystemTest,
	ours: Outcome,
	theirs: Outcome
): readonly string[] {
	const unknownIpa = { before: false };
	for (let n = 0; n < Math.min(ours.length, theirs.length); n++) {
		const [a, b] = [ours[n]!, theirs[n]!];
		const names = differencesOfEvent(test, a, b, unknownIpa);
		if (names === 'end') return [];
		if (names.length > 0)
			return names.map((name) => `exception ${n}: ${name}: ${hex(a[name])}, QEMU ${hex(b[name])}`);
	}
	return ours.length === theirs.length ? [] : [`${ours.length} exceptions, QEMU ${theirs.length}`];
}

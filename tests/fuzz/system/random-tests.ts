import { a64 } from '../../../emulator-core/src/index.ts';
import type { Random } from '../../conformance/random.ts';
import { accessWords, accessWordsOfEl2 } from './accesses.ts';
import { chainTest } from './chains.ts';
import { debugTest } from './debug-tests.ts';
import { chance } from './descriptors.ts';
import * as layout from './layout.ts';
import { registerTest } from './register-tests.ts';
import { bit, bits, regimeOfEl1, regimeOfEl2, stage2 } from './regimes.ts';
import type { QemuCpu } from './run.ts';
import type { Tables } from './tables.ts';
import { tlbTest } from './tlb-tests.ts';

export type Kind = 'access' | 'register' | 'value' | 'chain' | 'return' | 'debug' | 'tlb';

/** A few instructions at an exception level, with everything that translation and traps depend on. */
export interface SystemTest {
	readonly kind: Kind;
	readonly cpu: QemuCpu;
	readonly el: 0 | 1 | 2;
	readonly words: readonly number[];
	/** What EL2 does for HVC #9. */
	readonly wordsOfEl2?: readonly number[];
	readonly loaded: layout.Loaded;
}

/** What a kind of test adds to `baseTest`. */
export interface Parts {
	readonly words: readonly number[];
	readonly wordsOfEl2?: readonly number[];
	readonly loaded?: Partial<layout.Loaded>;
}

export const assembled = (line: string) => a64.assemble(line, 0);
/** The instruction that ends a test. */
export const endOf = (el: 0 | 1 | 2) => assembled(el === 0 ? 'svc #1' : 'hvc #1');
const hcrTraps = [13, 14, 15, 16, 17, 18, 19, 20, 21, 22, 23, 24, 25, 26, 28, 30];

export interface Setting {
	readonly kind: Kind;
	readonly el: 0 | 1 | 2;
	/** Bits of HCR_EL2 that are set in any case, and whether traps are drawn. */
	readonly hcr?: bigint;
	readonly traps?: boolean;
	/** Stage 2 and what else translation has; without, EL1 runs flat. */
	readonly translated?: boolean;
}

/** Registers for a test number `n` in its program, and its address X0. */
export function baseTest(
	random: Random,
	tables: Tables,
	cpu: QemuCpu,
	n: number,
	setting: Setting,
	parts: (target: bigint, here: (offset: number) => bigint) => Parts
): SystemTest {
	const { kind, el, translated = true, traps = false } = setting;
	// TGE turns stage 1 off at EL0; QEMU 7.2 leaves it on, so here SCTLR_EL1.M is off as well.
	const tge = el === 0 && translated && chance(random, 10);
	const off = tge || !translated || chance(random, 10);
	let hcr =
		(1n << 31n) |
		(setting.hcr ?? 0n) |
		(translated ? bit(random, 0) | bit(random, 12, 10) : 0n) |
		(tge ? 1n << 27n : 0n);
	// Without stage 2 PTW means nothing; QEMU 7.2 takes all tables for Device memory then.
	if (hcr & 0x1001n) hcr |= bit(random, 2) | bits(random, [32, 33], 6);
	if (traps) hcr |= bits(random, hcrTraps, 3) | (BigInt(random.below(4)) << 10n) | bit(random, 9);
	const flat = off || (hcr & (1n << 12n)) !== 0n;
	const el1 = regimeOfEl1(random, tables, cpu, { off, flat });
	const own =
		el === 2 && translated && chance(random, 2) ? regimeOfEl2(random, tables, cpu) : undefined;
	const here = el === 2 ? (offset: number) => BigInt(layout.load + offset) : el1.here;
	const target = (own ?? el1).target();
	const snippet = layout.snippets + n * layout.snippetBytes;
	const { words, wordsOfEl2, loaded } = parts(target, (offset) => here(snippet + offset));
	const free = traps && kind !== 'access';
	const end = endOf(el);
	const test: layout.Loaded = {
		HCR_EL2: hcr,
		...stage2(random, tables, cpu),
		CPTR_EL2: 0x33ffn | bit(random, 10, free ? 3 : 12) | bit(random, 31, 3) | bit(random, 20, 3),
		MDCR_EL2: 6n | bits(random, free ? [5, 6, 8, 9, 10, 11] : [8], 3),
		HSTR_EL2: BigInt(random.below(0x10000)),
		CNTHCTL_EL2: BigInt(random.below(4)),
		MAIR_EL2: 0xff00n,
		TCR_EL2: 0x8080_0000n,
		TTBR0_EL2: 0n,
		SCTLR_EL2: 0x30c5_0830n,
		...el1.registers,
		...own?.registers,
		VBAR_EL1: el1.vectors,
		CPACR_EL1: chance(random, 8) ? BigInt(random.below(4)) << 20n : 3n << 20n,
		CNTKCTL_EL1: BigInt(random.below(4)) | (BigInt(random.below(4)) << 8n),
		CONTEXTIDR_EL1: 0n,
		MDSCR_EL1: 0n,
		DBGBVR0_EL1: 0n,
		DBGBCR0_EL1: 0n,
		DBGBVR5_EL1: 0n,
		DBGBCR5_EL1: 0n,
		DBGWVR0_EL1: 0n,
		DBGWCR0_EL1: 0n,
		PMUSERENR_EL0: 0n,
		CSSELR_EL1: 0n,
		// Stack pointers are addresses to try as well, sometimes misaligned.
		SP_EL0: (target & ~15n) | BigInt(chance(random, 4) ? random.below(16) : 0),
		SP_EL1: (target & ~15n) | BigInt(chance(random, 4) ? random.below(16) : 0),
		SPSR_EL2: 0x3c0n | (BigInt(random.below(16)) << 28n) | [0n, 4n + bit(random, 0), 9n][el]!,
		ELR_EL2: here(snippet),
		X17: BigInt(layout.load + snippet + layout.snippetOfEl2),
		X18: 1n,
		X0: target,
		X1: BigInt(layout.filler) * 0x1_0000_0001n,
		...{ X2: 0n, X3: 0n, X4: 0n, X5: 0n, X6: 0n, X7: 0n, X8: 0n, X9: 0n },
		...loaded
	} as layout.Loaded;
	return {
		kind,
		cpu,
		el,
		words: [...words, end, end],
		...(wordsOfEl2 && { wordsOfEl2 }),
		loaded: test
	};
}

const elOf = (random: Random): 0 | 1 | 2 => (chance(random, 6) ? 2 : (random.below(2) as 0 | 1));

/** One test of any kind. What CPUs other than ours have more of is only asked for translation. */
export function randomTest(random: Random, tables: Tables, n: number, cpu: QemuCpu): SystemTest {
	const kind = cpu === 'neoverse-n1' ? 0 : random.below(16);
	if (kind < 7) {
		const el = elOf(random);
		const setting = { kind: 'access', el, traps: chance(random, 4) } as const;
		return baseTest(random, tables, cpu, n, setting, () => ({
			words: random.pick(el === 2 ? accessWordsOfEl2 : accessWords)
		}));
	}
	if (kind < 10) return registerTest(random, tables, cpu, n);
	if (kind < 13) return chainTest(random, tables, cpu, n);
	if (kind < 15) return debugTest(random, tables, cpu, n);
	return tlbTest(random, tables, cpu, n);
}

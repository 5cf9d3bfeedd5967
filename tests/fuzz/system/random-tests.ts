import { a64 } from '../../../emulator-core/src/index.ts';
import { systemRegisterNames } from '../../../emulator-core/src/cpu/index.ts';
import type { Random } from '../../conformance/random.ts';
import * as layout from './layout.ts';
import type { Tables } from './tables.ts';

/** A few instructions at an exception level, with everything that translation and traps depend on. */
export interface SystemTest {
	readonly kind: 'access' | 'register';
	readonly el: 0 | 1 | 2;
	readonly words: readonly number[];
	readonly loaded: Loaded;
}
type Loaded = layout.Loaded;

const chance = (random: Random, one: number) => random.below(one) === 0;
const bit = (random: Random, n: number, one = 2) => (chance(random, one) ? 1n << BigInt(n) : 0n);
const bits = (random: Random, list: readonly number[], one = 2) =>
	list.reduce((value, n) => value | bit(random, n, one), 0n);
const assembled = (line: string) => a64.assemble(line, 0);

/** X0 is the address; X2 and X3 are read and written; what X1 holds keeps memory harmless. */
const accesses: readonly (readonly number[])[] = [
	...['ldr x2, [x0]', 'str x1, [x0]', 'ldrb w2, [x0]', 'strb w1, [x0]', 'ldrh w2, [x0]'],
	...['strh w1, [x0]', 'ldrsh x2, [x0]', 'ldrsw x2, [x0]', 'ldrsb w2, [x0]', 'ldr w2, [x0]'],
	...['ldp x2, x3, [x0]', 'stp x1, x1, [x0]', 'ldr x2, [x0], #8', 'str x1, [x0, #8]!'],
	...['ldtr x2, [x0]', 'sttr x1, [x0]', 'ldtrb w2, [x0]', 'sttrh w1, [x0]', 'ldtrsw x2, [x0]'],
	...['ldar x2, [x0]', 'stlr w1, [x0]', 'ldxr x2, [x0]', 'ldaxrb w2, [x0]', 'ldxp x2, x3, [x0]'],
	...['ldr q1, [x0]', 'str q1, [x0]', 'ld1 {v1.16b}, [x0]', 'ldr d1, [x0]', 'ldnp x2, x3, [x0]'],
	...['str q1, [x0, #16]!', 'stp q1, q2, [x0]', 'ldp q1, q2, [x0]', 'stur d1, [x0]'],
	...['br x0', 'br x0', 'blr x0', 'dc zva, x0', 'dc civac, x0', 'dc cvau, x0', 'ic ivau, x0'],
	...['dc ivac, x0', 'prfm pldl1keep, [x0]', 'at s1e1r, x0', 'at s1e1w, x0', 'at s1e0r, x0'],
	...['at s1e0w, x0', 'at s1e1r, x0', 'at s1e0w, x0', 'svc #3', 'hvc #4', 'brk #5', 'smc #6'],
	...['msr daifset, #2', 'wfi', 'wfe', 'udf #7', 'hlt #8', 'msr spsel, #0']
]
	.filter((line) => line !== 'wfi' && line !== 'wfe')
	.map((line) => [assembled(line)])
	.concat(
		[
			['ldxr x2, [x0]', 'stxr w3, x1, [x0]'],
			['ldaxp x2, x3, [x0]', 'stlxp w2, x1, x1, [x0]']
		].map((lines) => lines.map(assembled))
	);
const atEl2: readonly (readonly number[])[] = [
	...['at s12e1r, x0', 'at s12e1w, x0', 'at s12e0r, x0', 'at s12e0w, x0', 'at s1e1r, x0'],
	...['at s1e1w, x0', 'at s1e0r, x0', 'at s1e0w, x0']
].map((line) => [assembled(line)]);

/** An address that the random tables may map, or one that nothing maps. */
function address(random: Random, size: number, large: boolean): bigint {
	// Even a block of a gigabyte then leads to the data, never into the program.
	if (chance(random, 32)) return (random.value() & ~0x3fc0_0000n) | 0x400_0000n;
	const page = BigInt(random.below(512));
	let va = (1n << 26n) | (BigInt(random.below(2)) << 21n) | (page << 12n);
	va |= BigInt(random.below(2 ** 18)) << 30n;
	if (large && chance(random, 2)) va |= BigInt(random.below(2)) << 29n;
	if (!chance(random, 12)) va &= (1n << BigInt(size)) - 1n;
	va |= BigInt(
		chance(random, 4)
			? random.below(4096)
			: chance(random, 6)
				? 4088 + random.below(8)
				: 8 * random.below(512)
	);
	if (chance(random, 10)) va |= BigInt(random.below(256)) << 56n;
	return va;
}

export function randomTest(random: Random, tables: Tables, n: number): SystemTest {
	const kind = chance(random, 4) ? 'register' : 'access';
	const el = chance(random, 8) ? 2 : (random.below(2) as 0 | 1);
	const large = chance(random, 3);
	const t0sz = large ? 16 + random.below(24) : 16 + random.below(24);
	const tcr =
		BigInt(t0sz) |
		bit(random, 7, 24) |
		(large ? 1n << 14n : 0n) |
		(25n << 16n) |
		bit(random, 22) |
		(2n << 30n) |
		(BigInt(random.below(5)) << 32n) |
		bit(random, 36) |
		bit(random, 37, 3) |
		bit(random, 38, 3);
	// TGE turns stage 1 off at EL0; QEMU 7.2 leaves it on, so here SCTLR_EL1.M is off as well.
	const tge = el === 0 && chance(random, 10);
	const unmapped = tge || chance(random, 10);
	const sctlr =
		0x30d0_0800n |
		(unmapped ? 0n : 1n) |
		bit(random, 1, 6) |
		bits(random, [2, 3, 4, 9, 12, 14, 15, 16, 18, 26]) |
		bit(random, 19, 5);
	let hcr = (1n << 31n) | bit(random, 0) | bit(random, 12, 10) | (tge ? 1n << 27n : 0n);
	// Without stage 2 PTW means nothing; QEMU 7.2 takes all tables for Device memory then.
	if (hcr & 0x1001n) hcr |= bit(random, 2);
	if (kind === 'register' || chance(random, 4))
		hcr |= bits(random, [13, 14, 15, 16, 17, 18, 19, 20, 21, 22, 23, 24, 25, 26, 28, 30], 3);
	const stage2Kind = random.below(3);
	// More bits of IPA than VTCR_EL2.PS has are CONSTRAINED UNPREDICTABLE to QEMU.
	const ps = random.below(5);
	const least = 64 - [32, 36, 39, 39, 39][ps]!;
	const size2 = stage2Kind === 1 ? 32 : least + random.below(33 - least);
	const vtcr =
		0x8000_0000n |
		BigInt(size2) |
		(stage2Kind === 1 ? 0n : 1n << 6n) |
		(stage2Kind === 2 ? 1n << 14n : 0n) |
		(BigInt(ps) << 16n);
	const root = random.pick(
		[tables.stage2.level1, tables.stage2.level2, tables.stage2['64K']][stage2Kind]!
	);
	const physical = unmapped || tge || (hcr & (1n << 12n)) !== 0n || el === 2;
	const here = (offset: number) =>
		BigInt(layout.load + offset) + (physical && el !== 2 ? 0n : el === 2 ? 0n : layout.upper);
	const vectors = unmapped || (hcr & (1n << 12n)) !== 0n ? 0n : layout.upper;
	const target =
		unmapped && !chance(random, 4)
			? BigInt((layout.data.base + random.below(layout.data.size)) & (chance(random, 3) ? ~0 : ~7))
			: address(random, 64 - t0sz, large);
	const end = assembled(el === 0 ? 'svc #1' : 'hvc #1');
	const words = [
		...(kind === 'register' ? registerAccess(random) : random.pick(el === 2 ? atEl2 : accesses)),
		end,
		end
	];
	const free = kind === 'register';
	return {
		kind,
		el,
		words: words.slice(0, 4),
		loaded: {
			HCR_EL2: hcr,
			VTCR_EL2: vtcr,
			VTTBR_EL2: BigInt(root) | (BigInt(random.below(256)) << 48n),
			CPTR_EL2: 0x33ffn | bit(random, 10, free ? 3 : 12) | bit(random, 31, 3) | bit(random, 20, 3),
			MDCR_EL2: 6n | bits(random, free ? [5, 6, 8, 9, 10, 11] : [8], 3),
			HSTR_EL2: BigInt(random.below(0x10000)),
			CNTHCTL_EL2: BigInt(random.below(4)),
			SCTLR_EL1: sctlr,
			TCR_EL1: tcr,
			TTBR0_EL1:
				BigInt(random.pick(tables.stage1[large ? '64K' : '4K'])) |
				(BigInt(random.below(256)) << 48n),
			TTBR1_EL1: BigInt(tables.ttbr1),
			// Four tests in five see normal memory only.
			MAIR_EL1: chance(random, 5) ? 0xff44_0c04_00bb_ff44n : 0xffff_ffff_ffff_ffffn,
			VBAR_EL1: BigInt(layout.load + layout.vectorsEl1) + vectors,
			CPACR_EL1: chance(random, 8) ? BigInt(random.below(4)) << 20n : 3n << 20n,
			CNTKCTL_EL1: BigInt(random.below(4)) | (BigInt(random.below(4)) << 8n),
			SP_EL0: 0x4400_1000n,
			SP_EL1: 0x4400_2000n,
			SPSR_EL2: 0x3c0n | (BigInt(random.below(16)) << 28n) | [0n, 4n + bit(random, 0), 9n][el]!,
			ELR_EL2: here(layout.snippets + n * layout.snippetBytes),
			X0: target,
			X1: BigInt(layout.filler) * 0x1_0000_0001n,
			X2: 0n,
			X3: 0n
		}
	};
}

const keys = systemRegisterNames.map(([, key]) => key);
const el1Reserved = [0xc600, 0xc208];
/** MRS alone, or MRS and MSR of what was read. */
function registerAccess(random: Random): number[] {
	// Mostly registers that are; else an encoding that may be none.
	const key = chance(random, 4) ? 0x8000 + random.below(0x8000) : random.pick(keys);
	const read = (0xd530_0002 | ((key & 0x7fff) << 5)) >>> 0;
	const write = (0xd510_0002 | ((key & 0x7fff) << 5)) >>> 0;
	if (el1Reserved.includes(key)) return [read];
	return chance(random, 2) ? [read] : [read, write];
}

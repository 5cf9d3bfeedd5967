import type { Random } from '../../conformance/random.ts';
import { chance } from './descriptors.ts';
import { assembled, baseTest, type SystemTest } from './random-tests.ts';
import { bit, bits } from './regimes.ts';
import type { QemuCpu } from './run.ts';
import type { Tables } from './tables.ts';

/** HMC, SSC and PMC that go together (Arm ARM, "Execution conditions for which a breakpoint ..."). */
const conditions = [
	...[
		[0, 0, 1],
		[0, 0, 2],
		[0, 0, 3],
		[0, 0, 3],
		[0, 1, 1],
		[0, 1, 2],
		[0, 1, 3]
	],
	...[
		[1, 0, 1],
		[1, 0, 3],
		[1, 3, 0]
	]
] as const;
function condition(random: Random): bigint {
	const [hmc, ssc, pmc] = random.pick(conditions as readonly (readonly [number, number, number])[]);
	return BigInt((hmc << 13) | (ssc << 14) | (pmc << 1));
}

const lines = [
	...['nop', 'ldr x2, [x0]', 'str x1, [x0]', 'ldrb w2, [x0, #1]', 'strb w1, [x0, #5]', 'svc #2'],
	...['ldp x2, x3, [x0]', 'stp x1, x1, [x0, #-8]', 'ldr q1, [x0]', 'str q1, [x0, #-16]', 'brk #5'],
	...['ldtr x2, [x0]', 'sttrb w1, [x0, #2]', 'ldxr x2, [x0]', 'dc zva, x0', 'msr daifclr, #8'],
	...['ldr x2, [x0, #-4]', 'str w1, [x0, #6]', 'hvc #4', 'add x3, x3, #1', 'msr daifset, #8']
];

/** Breakpoints, watchpoints and software step at random. */
export function debugTest(random: Random, tables: Tables, cpu: QemuCpu, n: number): SystemTest {
	const el = random.below(2) as 0 | 1;
	const words = Array.from({ length: 6 }, () => assembled(random.pick(lines)));
	const translated = chance(random, 3);
	return baseTest(random, tables, cpu, n, { kind: 'debug', el, translated }, (target, here) => {
		const base = translated ? target : target & ~0xfn;
		// Value registers have 49 bits, and copies of the highest above.
		const watched = (address: bigint) => BigInt.asUintN(64, BigInt.asIntN(49, address));
		const context = 0x1234n;
		const type = random.pick([0n, 0n, 0n, 1n, 2n]);
		const breaks = chance(random, 2);
		const watches = chance(random, 2);
		const ranged = chance(random, 4);
		const first = random.below(8);
		const bytes = 0xff & ((1 << (1 + random.below(8))) - 1) & (0xff >> first);
		return {
			words,
			loaded: {
				X0: base,
				CONTEXTIDR_EL1: chance(random, 2) ? context : 0x99n,
				MDSCR_EL1: bits(random, [13, 15]) | bit(random, 15) | bit(random, 0, 4),
				MDCR_EL2: 6n | bit(random, 8, 3),
				DBGBVR0_EL1: type === 2n ? context : watched(here(4 * random.below(7))),
				DBGBCR0_EL1: breaks ? 0x1e1n | condition(random) | (type << 20n) | (5n << 16n) : 0n,
				// Number 5 is for others to name: the last two can compare the context.
				DBGBVR5_EL1: context,
				DBGBCR5_EL1: 0x1e1n | 6n | (3n << 20n) | bit(random, 13, 8),
				DBGWVR0_EL1: watched(
					ranged ? base & ~0x3fn : (base & ~7n) + 8n * BigInt(random.below(3)) - 8n
				),
				DBGWCR0_EL1: watches
					? 1n |
						condition(random) |
						(BigInt(1 + random.below(3)) << 3n) |
						(ranged ? 0xffn << 5n : BigInt(bytes << first) << 5n) |
						(ranged ? BigInt(3 + random.below(4)) << 24n : 0n) |
						(chance(random, 5) ? (1n << 20n) | (5n << 16n) : 0n)
					: 0n,
				SPSR_EL2:
					[0n, 4n + bit(random, 0)][el]! | (chance(random, 2) ? 0x1c0n : 0x3c0n) | bit(random, 21),
				X18: 8n
			}
		};
	});
}

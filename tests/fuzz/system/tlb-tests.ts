import type { Random } from '../../conformance/random.ts';
import { chance } from './descriptors.ts';
import * as layout from './layout.ts';
import { assembled, baseTest, type SystemTest } from './random-tests.ts';
import { bit, bits } from './regimes.ts';
import type { QemuCpu } from './run.ts';
import { tlbVa, type Tables } from './tables.ts';

const ipas2 = ['tlbi ipas2e1, x7', 'tlbi ipas2e1is, x7'];
const ipas2Last = ['tlbi ipas2le1, x7', 'tlbi ipas2le1is, x7'];
const wholeVm = ['tlbi vmalle1', 'tlbi vmalle1is'];
const byVa = ['tlbi vae1, x7', 'tlbi vae1is, x7', 'tlbi vaae1, x7', 'tlbi vaae1is, x7'];
const lastByVa = ['tlbi vale1, x7', 'tlbi vale1is, x7', 'tlbi vaale1, x7', 'tlbi vaale1is, x7'];
const byAsid = ['tlbi aside1, x7', 'tlbi aside1is, x7'];
const bothStages = ['tlbi vmalls12e1', 'tlbi vmalls12e1is', 'tlbi alle1', 'tlbi alle1is'];

/**
 * An access, a change of a descriptor that it used, a TLBI that covers it, and the access again: the
 * change must be seen. What a TLBI does not cover may be seen or not, and is no test.
 */
export function tlbTest(random: Random, tables: Tables, cpu: QemuCpu, n: number): SystemTest {
	const el = random.below(2) as 0 | 1;
	const behindStage2 = chance(random, 2);
	const stage = behindStage2 ? 1 + random.below(2) : 1;
	const atLevel2 = chance(random, 2);
	const { root } = behindStage2 ? tables.tlb.stage1.behindStage2 : tables.tlb.stage1.alone;
	const tree = tables.tlb;
	const changed =
		stage === 2 ? tree.stage2 : behindStage2 ? tree.stage1.behindStage2 : tree.stage1.alone;
	// Each test of a program has a page of its own, or an entry of level 2: nothing needs to be put back.
	const page = stage === 2 || !atLevel2 ? n % 512 : random.below(512);
	const entry = 32 + (n % 480);
	const va = tlbVa + (atLevel2 && stage === 1 ? entry : 40) * 0x20_0000 + page * 4096;
	const ipa = 2 * 2 ** 30 + 64 * 2 ** 20 + page * 4096;
	const descriptor =
		stage === 1 && atLevel2 ? changed.level2 + 8 * entry : changed.pages + 8 * page;
	const asid = BigInt(random.below(256));

	const last = !(stage === 1 && atLevel2);
	const ofStage1 = [...wholeVm, ...byVa, ...byAsid, ...(last ? lastByVa : [])];
	const fromEl1 = stage === 1 && el === 1 && chance(random, 2);
	const invalidation = fromEl1
		? [random.pick(ofStage1)]
		: stage === 1
			? [random.pick([...ofStage1, ...bothStages])]
			: chance(random, 3)
				? [random.pick(bothStages)]
				: [random.pick([...ipas2, ...ipas2Last]), 'dsb ish', random.pick(wholeVm)];
	const old = BigInt(
		stage === 2
			? layout.data.base + page * 4096
			: behindStage2
				? ipa
				: layout.data.base + page * 4096
	);
	const changes =
		stage === 2
			? [0n, old | 0x77fn, old | 0x7bfn, old | 0x3ffn]
			: atLevel2
				? [0n, BigInt(changed.pages) | 3n | (1n << 62n), BigInt(changed.pages) | 3n | (1n << 61n)]
				: [0n, old | 0xfcfn, old | 0xb4fn, old | 0xf0fn];
	const access = assembled(
		random.pick(['ldr x2, [x0]', 'str x1, [x0]', 'ldtr x2, [x0]', 'sttr x1, [x0]'])
	);
	const address = BigInt(va + 8 * random.below(512));
	const operand =
		stage === 2
			? BigInt(ipa) >> 12n
			: invalidation[0]!.includes('aside1')
				? asid << 48n
				: (BigInt(va) >> 12n) | (asid << 48n);
	const setting = { kind: 'tlb', el, hcr: behindStage2 ? 1n : 0n, translated: false } as const;
	const test = baseTest(random, tables, cpu, n, setting, () => ({
		words: [
			...[access, access],
			...(el === 1 ? ['hvc #9'] : ['svc #9']).map(assembled),
			...(fromEl1 ? [...invalidation, 'dsb ish', 'isb'] : ['nop']).map(assembled),
			...[access, access]
		],
		wordsOfEl2: [
			...['str x5, [x6]', 'dsb ish', ...(fromEl1 ? [] : invalidation), 'dsb ish', 'isb'],
			'eret'
		].map(assembled)
	}));
	const asids = asid << 48n;
	return {
		...test,
		loaded: {
			...test.loaded,
			TCR_EL1: 0x19_0019n | (2n << 30n) | (4n << 32n) | bits(random, [22, 36]) | bit(random, 37),
			TTBR0_EL1: BigInt(root) | asids,
			TTBR1_EL1: BigInt(tables.high[12][1]!) | asids,
			MAIR_EL1: 0xffff_ffff_ffff_ffffn,
			SCTLR_EL1: 0x30d0_0801n,
			VTCR_EL2: 0x8004_0059n,
			VTTBR_EL2: BigInt(tables.tlb.stage2.root) | (BigInt(random.below(256)) << 48n),
			VBAR_EL1: layout.upper | BigInt(layout.load + layout.vectorsEl1),
			ELR_EL2: layout.upper | BigInt(layout.load + layout.snippets + n * layout.snippetBytes),
			MDCR_EL2: 6n,
			X0: address,
			X5: random.pick(changes),
			X6: BigInt(descriptor),
			X7: operand,
			X18: 8n
		}
	};
}

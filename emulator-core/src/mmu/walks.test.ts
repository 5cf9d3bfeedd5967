import { describe, expect, it } from 'vitest';
import { BareCpu } from '../cpu/bare-cpu.ts';

const RAM = 0x4000_0000;
const AF = 1n << 10n;
const PAGE = 3n;
const BLOCK = 1n;
const TABLE = 3n;
const UXN = 1n << 54n;
const PXN = 1n << 53n;
const readOnly = 1n << 7n;
const el0 = 1n << 6n;

/** MAIR: 0 Device-nGnRnE, 1 Normal write-back. */
const MAIR = 0xff00n;
const normal = 1n << 2n;

interface Granule {
	name: string;
	bits: number;
	/** TCR_EL1 for 48 bits in both halves: TG0, TG1. */
	tcr: bigint;
	startLevel: number;
}
const granules: Granule[] = [
	{ name: '4 KB', bits: 12, tcr: 0x5_8010_0010n, startLevel: 0 },
	{ name: '16 KB', bits: 14, tcr: 0x5_4010_8010n, startLevel: 0 },
	{ name: '64 KB', bits: 16, tcr: 0x5_c010_4010n, startLevel: 1 }
];

/** Maps `va` at `level` (3: page) in a fresh tree and returns the address of the last descriptor. */
function map(
	b: BareCpu,
	g: Granule,
	root: number,
	va: bigint,
	level: number,
	leaf: bigint
): number {
	const stride = g.bits - 3;
	let table = root;
	for (let at = g.startLevel; ; at++) {
		const shift = g.bits + stride * (3 - at);
		const top = at === g.startLevel ? (1n << BigInt(48 - shift)) - 1n : (1n << BigInt(stride)) - 1n;
		const slot = table + Number((va >> BigInt(shift)) & top) * 8;
		if (at === level) {
			b.poke(slot, leaf);
			return slot;
		}
		const next = b.peek(slot);
		if (next === 0n) {
			const child = b.table(1 << g.bits);
			b.poke(slot, BigInt(child) | TABLE);
			table = child;
		} else table = Number(next & 0xffff_ffff_f000n);
	}
}

function el1(g: Granule): { b: BareCpu; low: number; high: number } {
	const b = new BareCpu();
	const [low, high] = [b.table(1 << g.bits), b.table(1 << g.bits)];
	b.set('HCR_EL2', 1n << 31n);
	b.set('MAIR_EL1', MAIR);
	b.set('TCR_EL1', g.tcr);
	b.set('TTBR0_EL1', BigInt(low));
	b.set('TTBR1_EL1', BigInt(high));
	b.set('SCTLR_EL1', 1n);
	b.at(1, 0x8000n);
	return { b, low, high };
}

describe.each(granules)('stage 1 with a granule of $name', (g) => {
	const page = BigInt(RAM + 0x30_0000);
	const leaf = page | AF | PAGE | normal;

	it('translates a page of the lower and of the upper half', () => {
		const { b, low, high } = el1(g);
		map(b, g, low, 0x12_3456_0000n, 3, leaf);
		map(b, g, high, 0xffff_8000_1234_0000n, 3, leaf);
		b.poke(Number(page) + 0x88, 0x1122_3344_5566_7788n);
		expect(b.slow.load(0x12_3456_0088n, 8, 0)).toBe(0x1122_3344_5566_7788n);
		expect(b.slow.load(0xffff_8000_1234_0088n, 4, 0)).toBe(0x5566_7788n);
		expect(b.traps).toEqual([]);
		const walk = b.cpu.mmu.explainWalk(0x12_3456_0088n);
		expect(walk.steps.map(({ level, kind }) => `${level} ${kind}`)).toEqual(
			['0 table', '1 table', '2 table', '3 page'].slice(g.startLevel)
		);
	});

	it('translates a block at level 2', () => {
		const { b, low } = el1(g);
		const size = 1 << (2 * g.bits - 3);
		const target = Math.floor(RAM / size) * size;
		map(b, g, low, BigInt(RAM), 2, BigInt(target) | AF | BLOCK | normal);
		b.poke(RAM + 0x1238, 42n);
		expect(b.slow.load(BigInt(RAM) + 0x1238n, 8, 0)).toBe(42n);
	});

	it.each([
		['an invalid last descriptor', 0n, 0x9600_0007],
		['a page with the access flag clear', leaf & ~AF, 0x9600_000b],
		['an output address beyond 44 bits', leaf | (1n << 45n), 0x9600_0003],
		['a block descriptor at level 3', leaf & ~2n, 0x9600_0007]
	])('faults on %s', (_, descriptor, esr) => {
		const { b, low } = el1(g);
		map(b, g, low, 0x40_0000_0000n, 3, descriptor);
		b.slow.load(0x40_0000_0000n, 8, 0);
		expect(b.last).toMatchObject({ toEl: 1, far: 0x40_0000_0000n, stage: 1 });
		// From EL1 to EL1: data abort, same level.
		expect(b.last.esr).toBe(esr);
	});

	it('faults at level 0 outside both ranges', () => {
		const { b } = el1(g);
		b.slow.load(0x0001_0000_0000_0000n, 8, 0);
		expect(b.last.esr).toBe(0x9600_0004);
	});
});

describe('stage-1 permissions', () => {
	const g = granules[0]!;
	const page = BigInt(RAM + 0x30_0000);
	const base = page | AF | PAGE | normal;
	const va = 0x40_0000n;

	// Which of EL1 read, write, fetch, EL0 read, write, fetch are allowed.
	it.each([
		['AP 00', base, 'rwx  x'],
		['AP 00, UXN', base | UXN, 'rwx   '],
		['AP 01', base | el0, 'rw rwx'],
		['AP 10', base | readOnly, 'r x  x'],
		['AP 11', base | readOnly | el0, 'r xr x'],
		['AP 11, PXN', base | readOnly | el0 | PXN, 'r  r x'],
		['AP 01, UXN, PXN', base | el0 | UXN | PXN, 'rw rw ']
	])('%s', (_, descriptor, allowed) => {
		const { b, low } = el1(g);
		map(b, g, low, va, 3, descriptor);
		let found = '';
		for (const el of [1, 0] as const)
			for (const [access, letter] of [
				['read', 'r'],
				['write', 'w'],
				['fetch', 'x']
			] as const)
				found += b.cpu.mmu.explainWalk(va, access, el).fault ? ' ' : letter;
		expect(found).toBe(allowed);
	});

	it('takes write permission and EL0 access away by APTable', () => {
		const { b, low } = el1(g);
		map(b, g, low, va, 3, base | el0);
		b.poke(low, b.peek(low) | (3n << 61n));
		expect(b.cpu.mmu.explainWalk(va, 'read', 1).fault).toBeUndefined();
		expect(b.cpu.mmu.explainWalk(va, 'write', 1).fault?.fault).toBe('permission');
		expect(b.cpu.mmu.explainWalk(va, 'read', 0).fault?.fault).toBe('permission');
	});

	it('never executes what is writable under SCTLR_EL1.WXN', () => {
		const { b, low } = el1(g);
		map(b, g, low, va, 3, base);
		b.set('SCTLR_EL1', (1n << 19n) | 1n);
		expect(b.cpu.mmu.explainWalk(va, 'fetch', 1).fault).toMatchObject({
			fault: 'permission',
			level: 3
		});
	});

	it('ignores a tag in the top byte with TBI0 only', () => {
		const { b, low } = el1(g);
		map(b, g, low, va, 3, base);
		expect(b.cpu.mmu.explainWalk(va | (0xa5n << 56n)).fault?.fault).toBe('translation');
		b.set('TCR_EL1', g.tcr | (1n << 37n));
		expect(b.cpu.mmu.explainWalk(va | (0xa5n << 56n)).fault).toBeUndefined();
	});

	it('does not walk with EPD0 set', () => {
		const { b, low } = el1(g);
		map(b, g, low, va, 3, base);
		b.set('TCR_EL1', g.tcr | (1n << 7n));
		expect(b.cpu.mmu.explainWalk(va).fault).toMatchObject({ fault: 'translation', level: 0 });
	});

	it('faults unaligned accesses to Device memory, not to Normal memory', () => {
		const { b, low } = el1(g);
		map(b, g, low, va, 3, base);
		map(b, g, low, va + 0x1000n, 3, (base & ~normal) | 0n);
		b.slow.load(va + 1n, 8, 0);
		expect(b.traps).toEqual([]);
		b.slow.load(va + 0x1001n, 8, 0);
		expect(b.last.esr).toBe(0x9600_0021);
	});

	it('splits an access across two pages only when both translate', () => {
		const { b, low } = el1(g);
		map(b, g, low, va, 3, base);
		b.slow.store(va + 0xffcn, 0x1122_3344_5566_7788n, 8, 0);
		expect(b.last).toMatchObject({ esr: 0x9600_0047, far: va + 0x1000n });
		expect(b.peek(Number(page) + 0xff8)).toBe(0n);
		map(b, g, low, va + 0x1000n, 3, base + 0x1000n);
		b.at(1, 0n);
		b.slow.store(va + 0xffcn, 0x1122_3344_5566_7788n, 8, 0);
		expect(b.slow.load(va + 0xffcn, 8, 0)).toBe(0x1122_3344_5566_7788n);
		expect(b.peek(Number(page) + 0x1000) & 0xffff_ffffn).toBe(0x1122_3344n);
	});
});

describe('stage 2', () => {
	/** As Linux 3.14 programs it: 40 bits, two level-1 tables side by side. */
	function guest(): { b: BareCpu; root: number } {
		const b = new BareCpu();
		const root = b.table(8192);
		b.set('VTCR_EL2', 0x2_3558n);
		b.set('VTTBR_EL2', BigInt(root) | (5n << 48n));
		b.set('HCR_EL2', (1n << 31n) | 1n);
		b.at(1, 0x8000_0000n);
		return { b, root };
	}
	const s2 = (b: BareCpu, root: number, ipa: bigint, leaf: bigint, level = 3) =>
		map(b, { name: '', bits: 12, tcr: 0n, startLevel: 1 }, root, ipa, level, leaf);
	const ram = BigInt(RAM + 0x30_0000) | AF | PAGE | (0xfn << 2n);

	it('uses both concatenated first tables', () => {
		const { b, root } = guest();
		s2(b, root, 0x80_0000_0000n, ram | (1n << 6n));
		expect(b.peek(root + 4096)).not.toBe(0n);
		b.poke(RAM + 0x30_0008, 7n);
		expect(b.slow.load(0x80_0000_0008n, 8, 0)).toBe(7n);
	});

	it.each([
		['read only', 1n << 6n, 'r x'],
		['write only', 2n << 6n, ' wx'],
		['write only, XN', (2n << 6n) | (1n << 54n), ' w '],
		['both', 3n << 6n, 'rwx'],
		['both, XN', (3n << 6n) | (1n << 54n), 'rw '],
		['none', 0n, '  x'],
		['none, XN', 1n << 54n, '   ']
	])('S2AP %s', (_, bits, allowed) => {
		const { b, root } = guest();
		s2(b, root, 0n, ram | bits);
		const letters = { read: 'r', write: 'w', fetch: 'x' } as const;
		let found = '';
		for (const access of ['read', 'write', 'fetch'] as const)
			found += b.cpu.mmu.explainWalk(0n, access).fault ? ' ' : letters[access];
		expect(found).toBe(allowed);
	});

	it('faults at level 0 beyond its input size, and with T0SZ and SL0 at odds', () => {
		const { b, root } = guest();
		s2(b, root, 0n, ram | (3n << 6n));
		expect(b.cpu.mmu.explainWalk(0x100_0000_0000n).fault).toMatchObject({ stage: 2, level: 0 });
		b.set('VTCR_EL2', 0x2_3518n); // SL0 0: level 2 cannot resolve 40 bits
		expect(b.cpu.mmu.explainWalk(0n).fault).toMatchObject({ stage: 2, level: 0 });
	});

	it('reports a fault on a stage-1 descriptor with S1PTW and the descriptor’s IPA', () => {
		const { b } = guest();
		b.set('MAIR_EL1', MAIR);
		b.set('TCR_EL1', granules[0]!.tcr);
		b.set('TTBR0_EL1', 0x9000_0000n);
		b.set('SCTLR_EL1', 1n);
		b.at(1, 0x8000_0000n);
		b.slow.load(0x80_0000_0010n, 8, 0);
		expect(b.last).toMatchObject({
			toEl: 2,
			esr: 0x9200_0085,
			far: 0x80_0000_0010n,
			ipa: 0x9000_0008n,
			s1ptw: true,
			vmid: 5
		});
		expect(b.get('HPFAR_EL2')).toBe(0x90_0000n);
	});
});

import { describe, expect, it } from 'vitest';
import { BareCpu } from '../cpu/bare-cpu.ts';
import { systemInstructionNames } from '../cpu/index.ts';

const RAM = 0x4000_0000;
const AF = 1n << 10n;

/** EL1 with a 39-bit lower half: level 1 at `root`, one 2 MB of RAM as level-3 pages or a block. */
function el1() {
	const b = new BareCpu();
	const [root, level2, level3] = [b.table(), b.table(), b.table()];
	b.poke(root, BigInt(level2) | 3n);
	b.poke(level2, BigInt(level3) | 3n);
	const map = (page: number, pa: number) => b.poke(level3 + page * 8, BigInt(pa) | AF | 7n);
	b.set('HCR_EL2', 1n << 31n);
	b.set('MAIR_EL1', 0xff00n);
	b.set('TCR_EL1', 0x10_8019_0019n | (4n << 32n) | (1n << 36n));
	b.set('TTBR0_EL1', BigInt(root));
	b.set('SCTLR_EL1', 1n);
	b.at(1, 0n);
	const tlbi = (name: string, value = 0n) => {
		const key = systemInstructionNames.find(([each]) => each === `TLBI ${name}`)![1];
		b.slow.system(key, value, 31);
	};
	return { b, root, level2, map, tlbi };
}

describe('the TLB', () => {
	const [first, second] = [RAM + 0x30_0000, RAM + 0x30_1000];

	function filled() {
		const setup = el1();
		setup.b.poke(first, 1n);
		setup.b.poke(second, 2n);
		setup.map(0, first);
		expect(setup.b.slow.load(0n, 8, 0)).toBe(1n);
		setup.map(0, second);
		return setup;
	}

	it('keeps a translation until it is told otherwise', () => {
		const { b } = filled();
		expect(b.slow.load(0n, 8, 0)).toBe(1n);
	});

	it.each([
		['VMALLE1', 0n],
		['VAE1IS', 0n],
		['VAAE1', 0n],
		['VALE1', 0n],
		['ASIDE1', 0n]
	])('TLBI %s drops it', (name, value) => {
		const { b, tlbi } = filled();
		tlbi(name, value);
		expect(b.slow.load(0n, 8, 0)).toBe(2n);
	});

	it.each([
		['VAE1', 1n],
		['ASIDE1', 7n << 48n]
	])('TLBI %s for another address or ASID keeps it', (name, value) => {
		const { b, tlbi } = filled();
		tlbi(name, value);
		expect(b.slow.load(0n, 8, 0)).toBe(1n);
	});

	it.each([
		['TTBR1_EL1 where TCR_EL1.A1 is set', 1n << 22n, 1n << 36n, 0x1207n],
		['TTBR0_EL1 where it is clear', 0n, 1n << 36n, 0x0305n],
		['8 bits where TCR_EL1.AS is clear', 1n << 22n, 0n, 0x07n]
	])('knows the ASID of %s', (_, a1, as, asid) => {
		const setup = el1();
		const { b, root, map, tlbi } = setup;
		b.set('TCR_EL1', 0x80_8019_0019n | (4n << 32n) | a1 | as);
		b.set('TTBR0_EL1', BigInt(root) | (0x0305n << 48n));
		b.set('TTBR1_EL1', BigInt(root) | (0x1207n << 48n));
		b.at(1, 0n);
		b.poke(first, 1n);
		b.poke(second, 2n);
		map(0, first);
		expect(b.slow.load(0n, 8, 0)).toBe(1n);
		map(0, second);
		for (const other of [0x1207n, 0x0305n, 0x07n, 0x05n])
			if (other !== asid) {
				// With 8 bits, what is above them does not count.
				if (as === 0n && (other & 0xffn) === asid) continue;
				tlbi('ASIDE1', other << 48n);
				expect(b.slow.load(0n, 8, 0), `ASID ${other}`).toBe(1n);
			}
		tlbi('ASIDE1', asid << 48n);
		expect(b.slow.load(0n, 8, 0)).toBe(2n);
	});

	it('is the same again after a switch to another ASID and back', () => {
		const { b, root } = filled();
		const number = b.cpu.mmu.current.number;
		b.msr('TTBR0_EL1', BigInt(root) | (3n << 48n));
		expect(b.cpu.mmu.current.number).not.toBe(number);
		expect(b.slow.load(0n, 8, 0)).toBe(2n);
		b.msr('TTBR0_EL1', BigInt(root));
		expect(b.cpu.mmu.current.number).toBe(number);
		expect(b.slow.load(0n, 8, 0)).toBe(1n);
	});

	it('survives a world switch: another VMID and back', () => {
		const { b } = filled();
		b.set('VTTBR_EL2', 9n << 48n);
		expect(b.slow.load(0n, 8, 0)).toBe(2n);
		b.set('VTTBR_EL2', 0n);
		expect(b.slow.load(0n, 8, 0)).toBe(1n);
	});

	it('TLBI VMALLE1 leaves other VMIDs alone, ALLE1 does not', () => {
		const { b, tlbi } = filled();
		b.set('VTTBR_EL2', 9n << 48n);
		tlbi('VMALLE1');
		b.set('VTTBR_EL2', 0n);
		expect(b.slow.load(0n, 8, 0)).toBe(1n);
		b.at(2, 0n);
		tlbi('ALLE1IS');
		b.at(1, 0n);
		expect(b.slow.load(0n, 8, 0)).toBe(2n);
	});

	it('TLBI by address drops the whole of a block', () => {
		const { b, level2, tlbi } = el1();
		const block = (pa: number) => b.poke(level2 + 8, BigInt(pa) | AF | 5n);
		block(RAM);
		b.poke(RAM + 0x5000, 1n);
		b.poke(RAM + 0x20_5000, 2n);
		expect(b.slow.load(0x20_5000n, 8, 0)).toBe(1n);
		block(RAM + 0x20_0000);
		tlbi('VAE1', 0x3f_f000n >> 12n);
		expect(b.slow.load(0x20_5000n, 8, 0)).toBe(2n);
	});

	it('goes on when the 512 context numbers have run out', () => {
		const { b, root } = filled();
		for (let asid = 1n; asid < 1500n; asid++) {
			b.msr('TTBR0_EL1', BigInt(root) | (asid << 48n));
			expect(b.cpu.mmu.current.number).toBeLessThan(512);
			expect(b.slow.load(0n, 8, 0)).toBe(2n);
		}
	});

	it('never lets a page with decoded instructions be written unseen', () => {
		const { b, map } = el1();
		map(0, first);
		b.codePages.add(first);
		b.slow.store(8n, 5n, 8, 0);
		expect(b.written).toEqual([first + 8]);
		const words = new Uint32Array(b.cpu.bytes.buffer, 0x8000, 1024 * 4);
		const values = words.filter((_, i) => i % 4 === 2);
		expect(values.includes(0x200_0000 + 0x30_0000)).toBe(false);
		// A page without code is admitted.
		map(1, second);
		b.slow.store(0x1000n, 5n, 8, 0);
		expect(words.filter((_, i) => i % 4 === 2).includes(0x200_0000 + 0x30_1000)).toBe(true);
		b.cpu.mmu.protectFromWrites(second);
		const tags = words.filter((_, i) => i % 4 === 0);
		expect(tags.every((tag) => tag === 0xffff_ffff)).toBe(true);
	});
});

import { describe, expect, it } from 'vitest';
import { BareCpu } from './bare-cpu.ts';
import { AccessFlags } from './slow-paths.ts';
import { decodeSyndrome } from './decode/index.ts';

const page = 0x4020_0000;
const readWrite = 0x7ffn;
const readOnly = 0x77fn;
const device = 0x4c7n;

/** A guest at EL1 without stage 1; stage 2 has `first` and `second` for the pages at 0x1000 and 0x2000. */
function guest(first: bigint, second: bigint): BareCpu {
	const b = new BareCpu();
	const [root, level2, level3] = [b.table(8192), b.table(), b.table()];
	b.poke(root, BigInt(level2) | 3n);
	b.poke(level2, BigInt(level3) | 3n);
	b.poke(level3 + 8, first === 0n ? 0n : BigInt(page) | first);
	b.poke(level3 + 16, second === 0n ? 0n : BigInt(page + 0x1000) | second);
	b.set('VTCR_EL2', 0x0002_3558n);
	b.set('VTTBR_EL2', BigInt(root));
	// DC: memory is Normal without stage 1, so that unaligned accesses are allowed.
	b.set('HCR_EL2', 0x8000_1001n);
	return b.at(1, 0x1000n);
}

/** What generated code does before it stores a pair of doublewords at `va`. */
function check(b: BareCpu, va: bigint): void {
	const flags = AccessFlags.noSyndrome | (1 << AccessFlags.checkShift);
	expect(b.slow.storeKnown!(Number(va), 0, 8, flags)).toBe(false);
	b.slow.store(va, 0xffn, 8, flags);
}

describe('a pair that reaches into the next page', () => {
	it('is let through, and nothing is written by the check, where both pages can be written', () => {
		const b = guest(readWrite, readWrite);
		b.poke(page + 0xff8, 1n);
		b.poke(page + 0x1000, 2n);
		check(b, 0x1ff8n);
		check(b, 0x1ffcn);
		expect(b.traps).toEqual([]);
		expect([b.peek(page + 0xff8), b.peek(page + 0x1000)]).toEqual([1n, 2n]);
	});

	it.each<[string, bigint, bigint, bigint, bigint, string]>([
		[
			'the second page is missing',
			readWrite,
			0n,
			0x1ff8n,
			0x2000n,
			'write: translation fault, level 3'
		],
		[
			'the second page is read-only',
			readWrite,
			readOnly,
			0x1ff8n,
			0x2000n,
			'write: permission fault, level 3'
		],
		['the first page is missing', 0n, 0n, 0x1ff8n, 0x1ff8n, 'write: translation fault, level 3'],
		[
			'the second unit itself lies across the pages',
			readWrite,
			0n,
			0x1ff4n,
			0x2000n,
			'write: translation fault, level 3'
		]
	])('faults as a whole: %s', (_, first, second, va, far, summary) => {
		const b = guest(first, second);
		check(b, va);
		expect(b.traps.length).toBe(1);
		expect(b.last).toMatchObject({ toEl: 2, far, stage: 2, pc: 0x1000n });
		expect(decodeSyndrome(b.last.esr).summary).toBe(summary);
		expect(b.cpu.hot.leave).toBe(1);
	});

	it('checks the alignment of each half, not of the pair', () => {
		const b = guest(device, device);
		check(b, 0x1ff8n);
		expect(b.traps).toEqual([]);
	});
});

describe('the stack pointer as the base of an access', () => {
	it('is checked where SCTLR_ELx asks for it, at each level by its own bit', () => {
		const b = new BareCpu();
		b.at(2, 0x1000n);
		b.set('SCTLR_EL2', 0x30c5_0830n);
		expect(b.stackMask).toBe(0);
		b.set('SCTLR_EL2', 0x30c5_0838n);
		expect(b.stackMask).toBe(15);
		b.set('SCTLR_EL1', 0x00c5_0810n);
		expect(b.at(1, 0n).stackMask).toBe(0);
		expect(b.at(0, 0n).stackMask).toBe(15);
		b.set('SCTLR_EL1', 0x00c5_0808n);
		expect(b.at(0, 0n).stackMask).toBe(0);
		expect(b.at(1, 0n).stackMask).toBe(15);
		expect(b.at(2, 0n).stackMask).toBe(15);
	});

	it('faults with class 0x26 and no address', () => {
		const b = new BareCpu();
		b.at(1, 0x1000n).slow.spMisaligned();
		expect(b.last).toMatchObject({ toEl: 1, pc: 0x1000n, far: 0n });
		expect(decodeSyndrome(b.last.esr).name).toBe('SP alignment fault exception');
	});
});

import { describe, expect, it } from 'vitest';
import { BareCpu } from './bare-cpu.ts';
import { pendingInterrupt, takePendingInterrupt } from './interrupts.ts';

const RW = 1n << 31n;
const IMO = 1n << 4n;
const FMO = 1n << 3n;
const TGE = 1n << 27n;
const VI = 1n << 7n;

type Line = 'irq' | 'fiq' | 'virq' | 'vfiq';

// line, HCR_EL2, at EL, PSTATE.DAIF, the level that takes it (0: none)
const rows: [Line, bigint, 0 | 1 | 2, number, 0 | 1 | 2][] = [
	['irq', 0n, 1, 0, 1],
	['irq', 0n, 1, 2, 0],
	['irq', 0n, 0, 0, 1],
	['irq', 0n, 0, 2, 0],
	['irq', 0n, 2, 0, 0],
	['irq', IMO, 1, 0, 2],
	['irq', IMO, 1, 15, 2],
	['irq', IMO, 0, 15, 2],
	['irq', IMO, 2, 0, 2],
	['irq', IMO, 2, 2, 0],
	['irq', TGE, 0, 15, 2],
	['fiq', IMO, 1, 1, 0],
	['fiq', FMO, 1, 1, 2],
	['fiq', 0n, 1, 0, 1],
	['virq', 0n, 1, 0, 0],
	['virq', IMO, 1, 0, 1],
	['virq', IMO, 0, 0, 1],
	['virq', IMO, 1, 2, 0],
	['virq', IMO, 2, 0, 0],
	['virq', IMO | TGE, 0, 0, 0],
	['vfiq', FMO, 1, 0, 1],
	['vfiq', FMO, 1, 1, 0]
];

describe('interrupt routing', () => {
	it.each(rows)('%s with HCR_EL2 0x%s at EL%i, DAIF %i: EL%i', (line, hcr, el, daif, target) => {
		const b = new BareCpu();
		b.set('HCR_EL2', RW | hcr);
		b.at(el, 0x1000n);
		b.cpu.daif = daif;
		b.cpu.lines[line] = true;
		expect(pendingInterrupt(b.cpu)?.target ?? 0).toBe(target);
	});

	it('HCR_EL2.VI is a virtual IRQ', () => {
		const b = new BareCpu();
		b.set('HCR_EL2', RW | IMO | VI);
		b.set('VBAR_EL1', 0x8_0000n);
		b.at(1, 0x1000n);
		b.cpu.daif = 0;
		expect(takePendingInterrupt(b.cpu)).toBe(true);
		expect(b.cpu.hot.pc).toBe(0x8_0280n);
		expect(b.last).toMatchObject({ cause: 'irq', fromEl: 1, toEl: 1, esr: 0, pc: 0x1000n });
		expect(b.get('ELR_EL1')).toBe(0x1000n);
	});

	it('a virtual SError is taken once', () => {
		const b = new BareCpu();
		b.set('HCR_EL2', RW | (1n << 5n) | (1n << 8n));
		b.at(1, 0n);
		b.cpu.daif = 0;
		expect(takePendingInterrupt(b.cpu)).toBe(true);
		expect(b.last).toMatchObject({ cause: 'serror', toEl: 1, esr: 0xbe00_0000 });
		expect(b.get('HCR_EL2') & (1n << 8n)).toBe(0n);
	});

	it('ISR_EL1 shows the guest its virtual interrupts, the host the physical ones', () => {
		const b = new BareCpu();
		b.cpu.lines.irq = true;
		b.set('HCR_EL2', RW);
		expect(b.at(1, 0n).mrs('ISR_EL1')).toBe(0x80n);
		b.set('HCR_EL2', RW | IMO);
		expect(b.at(1, 0n).mrs('ISR_EL1')).toBe(0n);
		b.cpu.lines.virq = true;
		expect(b.at(1, 0n).mrs('ISR_EL1')).toBe(0x80n);
	});

	it('asks generated code to stop when a write opens the mask', () => {
		const b = new BareCpu();
		b.set('HCR_EL2', RW);
		b.at(1, 0n);
		b.cpu.daif = 15;
		b.cpu.setLine('irq', true);
		expect(b.cpu.hot.leave).toBe(0);
		b.slow.writePstateField(0b011_111, 2);
		expect(b.cpu.hot.leave).toBe(2);
	});
});

describe('exclusives', () => {
	const at = 0x4000_0100n;
	it('store only where the monitor is marked, once', () => {
		const b = new BareCpu();
		b.at(2, 0n);
		b.slow.markExclusive(at, 8);
		expect(b.slow.storeExclusive(at, 5n, 0n, 8, 0, 0)).toBe(0);
		expect(b.slow.load(at, 8, 0)).toBe(5n);
		expect(b.slow.storeExclusive(at, 6n, 0n, 8, 0, 0)).toBe(1);
		expect(b.slow.load(at, 8, 0)).toBe(5n);
	});

	it('store pairs, and fault when unaligned', () => {
		const b = new BareCpu();
		b.at(2, 0n);
		b.slow.markExclusive(at, 16);
		expect(b.slow.storeExclusive(at, 1n, 2n, 8, 1, 0)).toBe(0);
		expect(b.slow.load(at + 8n, 8, 0)).toBe(2n);
		b.slow.storeExclusive(at + 4n, 1n, 0n, 8, 0, 0);
		expect(b.last.esr).toBe(0x9600_0061);
	});
});

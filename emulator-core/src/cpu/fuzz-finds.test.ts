import { describe, expect, it } from 'vitest';
import { BareCpu, bareRam } from './bare-cpu.ts';
import { beginStep, endStep, takeStepDone } from './debug-exceptions.ts';
import { systemInstructionNames } from './index.ts';
import { AccessFlags } from './slow-paths.ts';

const RAM = bareRam.base;
const RW = 1n << 31n;
const AF = 1n << 10n;

const system = (b: BareCpu, name: string, value: bigint) =>
	b.slow.system(systemInstructionNames.find(([each]) => each === name)![1], value, 31);

/** What the random comparison with QEMU has found, one test each. */
describe('found by the comparison with QEMU', () => {
	it('DC ZVA where nothing answers takes one exception, at itself', () => {
		const b = new BareCpu();
		const root = b.table();
		// A gigabyte of Normal memory at 0x8000_0000, which is not RAM.
		b.poke(root, 0x8000_0000n | AF | 1n);
		b.set('HCR_EL2', RW);
		b.set('MAIR_EL1', 0xffn);
		b.set('TCR_EL1', 0x19n | (4n << 32n));
		b.set('TTBR0_EL1', BigInt(root));
		b.set('SCTLR_EL1', 1n);
		b.at(1, 0x4000_1000n);
		system(b, 'DC ZVA', 0x1000n);
		expect(b.traps).toHaveLength(1);
		expect(b.last).toMatchObject({ esr: 0x9600_0050, far: 0x1000n, pc: 0x4000_1000n });
	});

	it('SCTLR_EL1.A checks a Q register as 16 bytes on a page that is known, too', () => {
		const b = new BareCpu();
		const root = b.table();
		b.poke(root + 8, BigInt(RAM) | AF | 1n);
		b.set('HCR_EL2', RW);
		b.set('MAIR_EL1', 0xffn);
		b.set('TCR_EL1', 0x19n | (4n << 32n));
		b.set('TTBR0_EL1', BigInt(root));
		b.set('SCTLR_EL1', 3n);
		b.at(1, 0x4000_1000n);
		const flags = AccessFlags.noSyndrome | AccessFlags.wide;
		b.slow.load(0x4010_0000n, 8, 0);
		expect(b.slow.loadKnown!(0x4010_0008, 0, 8, flags)).toBe(false);
		expect(b.slow.loadKnown!(0x4010_0010, 0, 8, flags)).toBe(true);
		b.slow.load(0x4010_0008n, 8, flags);
		expect(b.last).toMatchObject({ esr: 0x9600_0021, far: 0x4010_0008n });
	});

	describe('ERET to a tagged address leaves the tag behind (AArch64.BranchAddr)', () => {
		const TBI0 = 1n << 37n;
		const TBI1 = 1n << 38n;
		it.each([
			['lower half', TBI0, 0x5a00_0000_4000_1000n, 0x4000_1000n],
			['lower half, without TBI0', TBI1, 0x5a00_0000_4000_1000n, 0x5a00_0000_4000_1000n],
			['upper half', TBI1, 0x5aff_ffff_4000_1000n, 0xffff_ffff_4000_1000n],
			['upper half, a tag of zero', TBI1, 0x00ff_ffff_4000_1000n, 0xffff_ffff_4000_1000n]
		])('%s', (_, tcr, elr, pc) => {
			const b = new BareCpu();
			b.set('HCR_EL2', RW);
			b.set('TCR_EL1', tcr);
			b.set('ELR_EL2', elr);
			b.set('SPSR_EL2', 0x3c5n);
			b.slow.eret();
			expect(b.cpu.hot.pc).toBe(pc);
		});
		it('at EL2 zeros take its place, whatever bit 55 is', () => {
			const b = new BareCpu();
			b.set('TCR_EL2', 1n << 20n);
			b.set('ELR_EL2', 0x5aff_ffff_4000_1000n);
			b.set('SPSR_EL2', 0x3c9n);
			b.slow.eret();
			expect(b.cpu.hot.pc).toBe(0x00ff_ffff_4000_1000n);
		});
	});

	describe('software step', () => {
		const MSR_DAIFClr = 0b011_111;
		/** EL1 debugs itself (KDE, SS); the step is pending, but PSTATE.D masks it. */
		function pending(): BareCpu {
			const b = new BareCpu();
			b.set('HCR_EL2', RW);
			b.set('OSLAR_EL1', 0n);
			b.at(1, 0x4000_1000n);
			b.cpu.daif = 15;
			b.set('MDSCR_EL1', 0x2001n);
			b.cpu.hot.leave = 0;
			return b;
		}
		it('that is pending is taken as soon as PSTATE.D lets it', () => {
			const b = pending();
			b.slow.writePstateField(MSR_DAIFClr, 8);
			expect(b.cpu.hot.leave).toBe(2);
		});
		it('has ISV clear where no instruction was stepped, and set where one was, a return included', () => {
			const b = pending();
			b.cpu.daif = 7;
			expect(takeStepDone(b.cpu)).toBe(true);
			expect(b.last.esr).toBe(0xce00_0022);
			b.cpu.daif = 7;
			b.cpu.softwareStep = true;
			beginStep(b.cpu);
			endStep(b.cpu);
			expect(takeStepDone(b.cpu)).toBe(true);
			expect(b.last.esr).toBe(0xcf00_0022);
			b.set('SPSR_EL1', 0x1c5n);
			b.cpu.daif = 7;
			b.cpu.softwareStep = true;
			beginStep(b.cpu);
			b.slow.eret();
			endStep(b.cpu);
			expect(takeStepDone(b.cpu)).toBe(true);
			expect(b.last.esr).toBe(0xcf00_0022);
		});
	});

	describe('PAR_EL1 after both stages has the attributes of both', () => {
		// MAIR_EL1's byte, SH of stage 1, MemAttr and SH of stage 2, ATTR and SH of PAR_EL1.
		it.each([
			[0xff, 3, 0b1111, 0, 0xff, 3],
			[0xff, 3, 0b1111, 2, 0xff, 2],
			[0xff, 0, 0b1111, 3, 0xff, 3],
			[0xff, 0, 0b1111, 0, 0xff, 0],
			[0xff, 3, 0b0101, 3, 0x44, 2],
			[0xff, 3, 0b1010, 3, 0xbb, 3],
			[0xf4, 3, 0b1011, 3, 0xb4, 3],
			[0x44, 3, 0b1111, 3, 0x44, 2],
			[0xbb, 3, 0b1111, 3, 0xbb, 3],
			[0xff, 3, 0b0001, 3, 0x04, 2],
			[0x0c, 3, 0b0000, 3, 0x00, 2],
			[0x04, 3, 0b0010, 3, 0x04, 2],
			[0x0c, 3, 0b1111, 3, 0x0c, 2]
		])('MAIR 0x%s, SH %s, MemAttr %s, SH %s', (attr, sh1, memAttr, sh2, expected, sh) => {
			const b = new BareCpu();
			const [root, root2] = [b.table(), b.table(8192)];
			b.poke(root + 8, BigInt(RAM) | AF | (BigInt(sh1) << 8n) | 1n);
			b.poke(
				root2 + 8,
				BigInt(RAM) | AF | (3n << 6n) | (BigInt(memAttr) << 2n) | (BigInt(sh2) << 8n) | 1n
			);
			b.set('MAIR_EL1', BigInt(attr));
			b.set('TCR_EL1', 0x19n | (4n << 32n));
			b.set('TTBR0_EL1', BigInt(root));
			b.set('SCTLR_EL1', 1n);
			b.set('VTCR_EL2', 0x2_3558n);
			b.set('VTTBR_EL2', BigInt(root2));
			b.set('HCR_EL2', RW | 1n);
			system(b, 'AT S12E1R', 0x4012_3456n);
			const par = b.get('PAR_EL1');
			expect(par & 1n).toBe(0n);
			expect(Number(par >> 56n)).toBe(expected);
			expect(Number((par >> 7n) & 3n)).toBe(sh);
			expect(par & 0xffff_ffff_f000n).toBe(0x4012_3000n);
		});
	});
});

import { describe, expect, it } from 'vitest';
import { AccessFlags } from './slow-paths.ts';
import { BareCpu, bareRam } from './bare-cpu.ts';

const RAM = bareRam.base;
const RW = 1n << 31n;
const { rtShift, signExtend, sixtyFour, noSyndrome, ordered } = AccessFlags;
const rt = (n: number) => n << rtShift;

describe('syndromes of a guest at EL1, as measured on QEMU’s Cortex-A57', () => {
	/** Stage 1 off, a 40-bit stage 2 with an empty root but for one 2 MB that has a level-3 table. */
	function guest(): BareCpu {
		const b = new BareCpu();
		const [root, level2, level3] = [b.table(8192), b.table(), b.table()];
		b.poke(root, BigInt(level2) | 3n);
		b.poke(level2 + 8 * 0x40, BigInt(level3) | 3n);
		b.set('VTCR_EL2', 0x2_3558n);
		b.set('VTTBR_EL2', BigInt(root) | (1n << 48n));
		b.set('HCR_EL2', RW | (1n << 18n) | (1n << 21n) | (1n << 22n) | (1n << 19n) | 1n);
		b.set('VBAR_EL2', 0x4000_8000n);
		return b.at(1, 0x4000_1000n);
	}

	it.each([
		['fetch at an unmapped IPA', (b: BareCpu) => b.slow.fetch(0x8000_0000n), 0x8200_0005],
		[
			'strb w1 to an unmapped 2 MB',
			(b: BareCpu) => b.slow.store(0x1000_0000n, 0n, 1, rt(1)),
			0x9301_0046
		],
		['ldr w2', (b: BareCpu) => b.slow.load(0x1000_0008n, 4, rt(2)), 0x9382_0006],
		['ldr w3, level 3', (b: BareCpu) => b.slow.load(0x0800_0004n, 4, rt(3)), 0x9383_0007],
		['str w4, level 3', (b: BareCpu) => b.slow.store(0x0800_0000n, 0n, 4, rt(4)), 0x9384_0047],
		[
			'str x1, level 3',
			(b: BareCpu) => b.slow.store(0x0800_0000n, 0n, 8, rt(1) | sixtyFour),
			0x93c1_8047
		],
		[
			'ldrsh x5',
			(b: BareCpu) => b.slow.load(0x0800_0000n, 2, rt(5) | sixtyFour | signExtend),
			0x9365_8007
		],
		['ldar w6', (b: BareCpu) => b.slow.load(0x0800_0000n, 4, rt(6) | ordered), 0x9386_4007],
		['ldp', (b: BareCpu) => b.slow.load(0x0800_0000n, 8, noSyndrome), 0x9200_0007],
		['mrs x5, actlr_el1', (b: BareCpu) => b.mrs('ACTLR_EL1', 5), 0x6232_04a1],
		['mrs x6, id_aa64pfr0_el1', (b: BareCpu) => b.mrs('ID_AA64PFR0_EL1', 6), 0x6230_00c9],
		[
			'dc cisw, xzr',
			(b: BareCpu) => b.slow.system(0x4000 | (7 << 7) | (14 << 3) | 2, 0n, 31),
			0x6214_1ffc
		],
		['hvc #0', (b: BareCpu) => b.slow.callException('hvc', 0), 0x5a00_0000],
		['smc #0 under TSC', (b: BareCpu) => b.slow.callException('smc', 0), 0x5e00_0000]
	])('%s', (_, run, esr) => {
		const b = guest();
		run(b);
		expect(b.last.esr.toString(16)).toBe(esr.toString(16));
		expect(b.last).toMatchObject({ fromEl: 1, toEl: 2, vmid: 1 });
		expect(b.get('ESR_EL2')).toBe(BigInt(esr));
		expect(b.cpu.hot.pc).toBe(0x4000_8400n);
		expect(b.cpu.hot.leave).toBe(1);
	});

	it('returns after an HVC, but to an SMC, a WFI or an abort', () => {
		const elr = (run: (b: BareCpu) => void) => {
			const b = guest();
			b.set('HCR_EL2', b.get('HCR_EL2') | (1n << 13n));
			run(b);
			return b.get('ELR_EL2');
		};
		expect(elr((b) => b.slow.callException('hvc', 0))).toBe(0x4000_1004n);
		expect(elr((b) => b.slow.callException('smc', 0))).toBe(0x4000_1000n);
		expect(elr((b) => b.slow.wfi())).toBe(0x4000_1000n);
		expect(elr((b) => b.slow.load(0x1000_0000n, 4, rt(0)))).toBe(0x4000_1000n);
	});

	it('reads MIDR_EL1 and MPIDR_EL1 from VPIDR_EL2 and VMPIDR_EL2 without a trap', () => {
		const b = guest();
		b.set('VPIDR_EL2', 0x410f_d0f0n);
		b.set('VMPIDR_EL2', 0x8000_0001n);
		expect(b.mrs('MIDR_EL1')).toBe(0x410f_d0f0n);
		expect(b.mrs('MPIDR_EL1')).toBe(0x8000_0001n);
		b.at(2, 0n);
		expect(b.mrs('MIDR_EL1')).toBe(0x411f_d070n);
		expect(b.mrs('MPIDR_EL1')).toBe(0x8000_0000n);
		expect(b.traps).toEqual([]);
	});

	it('leaves HPFAR_EL2 alone on a permission fault, but keeps the IPA for the log', () => {
		const b = guest();
		const level3 = Number(
			b.peek(Number(b.peek(Number(b.get('VTTBR_EL2') & 0xffff_ffffn)) & ~3n) + 0x200) & ~3n
		);
		b.poke(level3, BigInt(RAM) | (1n << 10n) | (0xfn << 2n) | (1n << 6n) | 3n);
		b.set('HPFAR_EL2', 0x1230n);
		b.slow.store(0x0800_0010n, 1n, 8, rt(1) | sixtyFour);
		expect(b.last).toMatchObject({ esr: 0x93c1_804f, ipa: 0x0800_0010n, far: 0x0800_0010n });
		expect(b.get('HPFAR_EL2')).toBe(0x1230n);
		b.at(1, 0n).slow.load(0x0800_1234n, 4, rt(0));
		expect(b.get('HPFAR_EL2')).toBe(0x8_0010n);
	});

	it('traps a WFI only if it would have slept', () => {
		const b = guest();
		b.set('HCR_EL2', b.get('HCR_EL2') | (1n << 13n) | (1n << 4n));
		b.cpu.lines.virq = true;
		b.slow.wfi();
		expect(b.traps).toEqual([]);
		expect(b.cpu.sleeping).toBe(false);
		b.cpu.lines.virq = false;
		b.slow.wfi();
		expect(b.last.esr).toBe(0x07e0_0000);
	});
});

describe('AT S1E1R', () => {
	function guestWithStage1() {
		const b = new BareCpu();
		const s2root = b.table(8192);
		const [s2l2, s1root] = [b.table(), b.table()];
		// Stage 2: 2 MB blocks, IPA 0 on RAM; stage 1 (39 bits): VA 0x4000_0000 on IPA 0x0060_0000.
		b.poke(s2root, BigInt(s2l2) | 3n);
		b.poke(s2l2, BigInt(RAM) | (1n << 10n) | (3n << 6n) | (0xfn << 2n) | 1n);
		const s1 = s1root - RAM;
		b.poke(s1root + 8, 0x4000_0000n | (1n << 10n) | (1n << 2n) | 1n);
		b.set('VTCR_EL2', 0x2_3558n);
		b.set('VTTBR_EL2', BigInt(s2root) | (1n << 48n));
		b.set('MAIR_EL1', 0xff00n);
		b.set('TCR_EL1', 0x19_0019n | (2n << 30n) | (4n << 32n));
		b.set('TTBR0_EL1', BigInt(s1));
		b.set('SCTLR_EL1', 1n);
		b.set('HCR_EL2', RW | 1n);
		return b.at(2, 0x4000_0000n);
	}
	const S1E1R = 0x4000 | (7 << 7) | (8 << 3);
	const S12E1R = 0x4000 | (4 << 11) | (7 << 7) | (8 << 3) | 4;

	it('gives the IPA, although stage 2 does not map it', () => {
		const b = guestWithStage1();
		b.slow.system(S1E1R, 0x4060_0123n, 0);
		expect(b.get('PAR_EL1')).toBe(0xff00_0000_4060_0800n);
		expect(b.traps).toEqual([]);
	});

	it('reports a missing stage-1 entry: F, level-1 translation fault', () => {
		const b = guestWithStage1();
		b.slow.system(S1E1R, 0x8000_0000n, 0);
		expect(b.get('PAR_EL1')).toBe(0x80bn);
	});

	it('reports stage 2’s fault on a descriptor with S and PTW at EL2, traps it at EL1', () => {
		const b = guestWithStage1();
		b.set('TTBR0_EL1', 0x9000_0000n);
		b.slow.system(S1E1R, 0x4000_0000n, 0);
		// Level 1 of stage 2 is empty there: FST 0b000101.
		expect(b.get('PAR_EL1')).toBe(0xb0bn);
		b.at(1, 0n).slow.system(S1E1R, 0x4000_0000n, 0);
		expect(b.last).toMatchObject({ toEl: 2, esr: 0x9200_01c5, s1ptw: true });
	});

	it('S12E1R reports stage 2’s own fault with S alone', () => {
		const b = guestWithStage1();
		b.slow.system(S12E1R, 0x4060_0000n, 0);
		expect(b.get('PAR_EL1')).toBe(0xa0bn);
	});
});

describe('exception return', () => {
	function at2(spsr: bigint): BareCpu {
		const b = new BareCpu();
		b.set('HCR_EL2', RW);
		b.set('ELR_EL2', 0x1234n);
		b.set('SPSR_EL2', spsr);
		b.set('VBAR_EL2', 0x8000n);
		return b.at(2, 0x100n);
	}

	it('restores PSTATE and the stack pointer of the level', () => {
		const b = at2(0xa000_03c5n);
		b.set('SP_EL1', 0x7777n);
		b.cpu.hot.mark(0x4000_0000, 8);
		b.slow.eret();
		expect(b.cpu).toMatchObject({ el: 1, spSel: 1, daif: 15, illegal: false });
		expect(b.cpu.hot).toMatchObject({ pc: 0x1234n, sp: 0x7777n, nzcv: 0b1010, leave: 1 });
		expect(b.cpu.hot.monitor).toBeUndefined();
		expect(b.last).toMatchObject({ what: 'return', fromEl: 2, toEl: 1, pc: 0x1234n });
	});

	it.each([
		['AArch32', 0x3d3n],
		['EL3', 0x3cdn],
		['EL0 with SP_EL1', 0x3c1n],
		['M[1] set', 0x3c6n]
	])('to %s is illegal: PSTATE.IL, same level', (_, spsr) => {
		const b = at2(spsr);
		b.slow.eret();
		expect(b.cpu).toMatchObject({ el: 2, spSel: 1, illegal: true });
		expect(b.cpu.hot.pc).toBe(0x1234n);
	});

	it('from EL1 to EL2 is illegal, and so is to EL1 with TGE or without RW', () => {
		const b = at2(0x3c5n);
		b.set('HCR_EL2', 0n);
		b.slow.eret();
		expect(b.cpu.illegal).toBe(true);
		b.set('HCR_EL2', RW | (1n << 27n));
		b.at(2, 0n).slow.eret();
		expect(b.cpu.illegal).toBe(true);
		b.set('HCR_EL2', RW);
		b.set('SPSR_EL1', 0x3c9n);
		b.at(1, 0n).slow.eret();
		expect(b.cpu).toMatchObject({ el: 1, illegal: true });
	});
});

describe('vectors', () => {
	it.each([
		['EL0 to EL1', 0, 1, 0x400n],
		['EL1 with SP_EL1 to EL1', 1, 1, 0x200n],
		['EL1 with SP_EL0 to EL1', 1, 0, 0x000n]
	] as const)('%s', (_, el, spSel, offset) => {
		const b = new BareCpu();
		b.set('HCR_EL2', RW);
		b.set('VBAR_EL1', 0x1_0000n);
		b.cpu.enter(el, el === 0 ? 0 : spSel);
		b.cpu.hot.pc = 0x40n;
		b.slow.callException('svc', 7);
		expect(b.cpu.hot.pc).toBe(0x1_0000n + offset);
		expect(b.get('ELR_EL1')).toBe(0x44n);
		expect(b.get('ESR_EL1')).toBe(0x5600_0007n);
		expect(b.cpu).toMatchObject({ el: 1, spSel: 1, daif: 15 });
	});

	it('EL0 goes to EL2 under HCR_EL2.TGE', () => {
		const b = new BareCpu();
		b.set('HCR_EL2', RW | (1n << 27n));
		b.at(0, 0n).slow.callException('svc', 1);
		expect(b.last).toMatchObject({ fromEl: 0, toEl: 2, esr: 0x5600_0001 });
	});
});

describe('who may touch what', () => {
	it('an unknown register is UNDEFINED and leaves a note; reserved ID space reads zero', () => {
		const b = new BareCpu();
		b.at(1, 0x4000_0000n);
		expect(b.slow.readSystemRegister(0xc000 | (4 << 3) | 7, 1)).toBe(0n);
		expect(b.traps).toEqual([]);
		b.slow.readSystemRegister(0xc000 | (5 << 11) | (3 << 7), 1);
		expect(b.last).toMatchObject({ toEl: 1, esr: 0x0200_0000 });
		expect(b.notes[0]).toContain('S3_5_C3_C0_0');
	});

	it('EL2’s registers are UNDEFINED at EL1, EL1’s at EL0, writes to read-only ones everywhere', () => {
		const b = new BareCpu();
		b.at(1, 0n).mrs('HCR_EL2');
		expect(b.last.esr).toBe(0x0200_0000);
		b.at(0, 0n).mrs('SCTLR_EL1');
		expect(b.last.esr).toBe(0x0200_0000);
		b.at(2, 0n).msr('MIDR_EL1', 0n);
		expect(b.last.esr).toBe(0x0200_0000);
	});

	it.each([
		['TVM', 26, (b: BareCpu) => b.msr('TTBR0_EL1', 1n), (b: BareCpu) => b.mrs('TTBR0_EL1')],
		['TRVM', 30, (b: BareCpu) => b.mrs('SCTLR_EL1'), (b: BareCpu) => b.msr('SCTLR_EL1', 0n)],
		['TACR', 21, (b: BareCpu) => b.mrs('ACTLR_EL1'), (b: BareCpu) => b.mrs('TPIDR_EL1')],
		['TID1', 15 + 1, (b: BareCpu) => b.mrs('AIDR_EL1'), (b: BareCpu) => b.mrs('ID_PFR0_EL1')],
		['TID2', 17, (b: BareCpu) => b.mrs('CCSIDR_EL1'), (b: BareCpu) => b.mrs('AIDR_EL1')],
		['TID3', 18, (b: BareCpu) => b.mrs('ID_AA64MMFR0_EL1'), (b: BareCpu) => b.mrs('MIDR_EL1')],
		[
			'TTLB',
			25,
			(b: BareCpu) => b.slow.system(0x4000 | (8 << 7) | (7 << 3), 0n, 31),
			(b: BareCpu) => b.slow.system(0x4000 | (7 << 7) | (5 << 3), 0n, 31)
		]
	])('HCR_EL2.%s traps its group and no other', (_, bit, trapped, free) => {
		const b = new BareCpu();
		b.set('HCR_EL2', RW | (1n << BigInt(bit)));
		free(b.at(1, 0n));
		expect(b.traps).toEqual([]);
		trapped(b.at(1, 0n));
		expect(b.last.toEl).toBe(2);
		expect(b.last.esr >>> 26).toBe(0x18);
	});

	it('CNTHCTL_EL2 closes the physical timer to EL1', () => {
		const b = new BareCpu();
		b.at(1, 0n).mrs('CNTP_CTL_EL0');
		expect(b.traps).toEqual([]);
		b.set('CNTHCTL_EL2', 1n);
		b.at(1, 0n).mrs('CNTPCT_EL0');
		expect(b.traps).toEqual([]);
		b.at(1, 0n).mrs('CNTP_CTL_EL0');
		expect(b.last).toMatchObject({ toEl: 2 });
	});

	it('CPACR_EL1 and CPTR_EL2 keep SIMD away', () => {
		const b = new BareCpu();
		b.at(1, 0n);
		b.cpu.simdAccessChanged();
		b.slow.simdTrapped();
		expect(b.last).toMatchObject({ toEl: 1, esr: 0x1fe0_0000 });
		b.set('CPACR_EL1', 3n << 20n);
		b.set('CPTR_EL2', 1n << 10n);
		b.at(1, 0n).slow.simdTrapped();
		expect(b.last).toMatchObject({ toEl: 2, esr: 0x1fe0_0000 });
	});
});

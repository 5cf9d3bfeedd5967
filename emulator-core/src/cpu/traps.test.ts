import { describe, expect, it } from 'vitest';
import { BareCpu } from './bare-cpu.ts';
import { systemInstructionNames } from './index.ts';

const RW = 1n << 31n;
const bit = (n: number) => 1n << BigInt(n);
const TWI = bit(13);
const TWE = bit(14);
const TGE = bit(27);
const WFX = 0x07e0_0000;
const UNDEFINED = 0x0200_0000;

const sysKey = (name: string) => systemInstructionNames.find(([each]) => each === name)![1];
const sys = (b: BareCpu, name: string, va = 0x4000_0000n) => b.slow.system(sysKey(name), va, 3);
const ec = (esr: number) => esr >>> 26;

/** A CPU at a level, with these registers, and what came of something done there. */
function after(el: 0 | 1 | 2, set: Record<string, bigint>, act: (b: BareCpu) => void) {
	const b = new BareCpu();
	b.set('HCR_EL2', RW);
	for (const [name, value] of Object.entries(set)) b.set(name, value);
	b.at(el, 0x4000_1000n);
	act(b);
	return b.traps.length === 0 ? 'done' : { toEl: b.last.toEl, esr: b.last.esr };
}

describe('WFI and WFE', () => {
	/** With another CPU, so that there is something to wait for. */
	const wfe = (b: BareCpu) => {
		b.cpu.peers = [b.cpu, new BareCpu().cpu];
		b.slow.wfe();
	};
	const nTWI = bit(16);
	const nTWE = bit(18);

	it.each<[string, 0 | 1 | 2, Record<string, bigint>, 0 | 1 | 2]>([
		['EL1, TWI', 1, { HCR_EL2: RW | TWI }, 2],
		['EL0, TWI, open to EL0', 0, { HCR_EL2: RW | TWI, SCTLR_EL1: nTWI }, 2],
		['EL0, closed: EL1 before EL2', 0, { HCR_EL2: RW | TWI, SCTLR_EL1: 0n }, 1],
		['EL0, closed, TGE', 0, { HCR_EL2: RW | TGE, SCTLR_EL1: 0n }, 2],
		['EL2, TWI', 2, { HCR_EL2: RW | TWI }, 0],
		['EL1, TWE alone', 1, { HCR_EL2: RW | TWE }, 0]
	])('WFI at %s', (_, el, set, toEl) => {
		const found = after(el, set, (b) => b.slow.wfi());
		expect(found).toEqual(toEl === 0 ? 'done' : { toEl, esr: WFX });
	});

	it.each<[string, 0 | 1 | 2, Record<string, bigint>, 0 | 1 | 2]>([
		['EL1, TWE', 1, { HCR_EL2: RW | TWE }, 2],
		['EL0, TWE, open to EL0', 0, { HCR_EL2: RW | TWE, SCTLR_EL1: nTWE }, 2],
		['EL0, closed: EL1 before EL2', 0, { HCR_EL2: RW | TWE, SCTLR_EL1: 0n }, 1],
		['EL2, TWE', 2, { HCR_EL2: RW | TWE }, 0],
		['EL1, TWI alone', 1, { HCR_EL2: RW | TWI }, 0]
	])('WFE at %s', (_, el, set, toEl) => {
		const found = after(el, set, wfe);
		expect(found).toEqual(toEl === 0 ? 'done' : { toEl, esr: WFX | 1 });
	});

	it('WFE with an event does not trap, and takes the event', () => {
		const b = new BareCpu();
		b.set('HCR_EL2', RW | TWE);
		b.at(1, 0x4000_1000n);
		b.cpu.event = true;
		wfe(b);
		expect([b.traps.length, b.cpu.event, b.cpu.sleeping]).toEqual([0, false, false]);
		wfe(b);
		expect(b.last.esr).toBe(WFX | 1);
	});
});

it('an exception return is an event', () => {
	const b = new BareCpu();
	b.set('HCR_EL2', RW);
	b.set('SPSR_EL2', 0x3c5n);
	b.at(2, 0n).slow.eret();
	expect([b.cpu.el, b.cpu.event]).toEqual([1, true]);
});

describe('calls', () => {
	const HCD = bit(29);
	it.each<[string, 'hvc' | 'smc' | 'svc', 0 | 1 | 2, bigint, object | 'done']>([
		['HVC at EL0', 'hvc', 0, 0n, { toEl: 1, esr: UNDEFINED }],
		['HVC at EL0 under TGE', 'hvc', 0, TGE, { toEl: 2, esr: UNDEFINED }],
		['HVC at EL1', 'hvc', 1, 0n, { toEl: 2, esr: 0x5a00_0009 }],
		['HVC at EL2', 'hvc', 2, 0n, { toEl: 2, esr: 0x5a00_0009 }],
		['HVC at EL1, HCD', 'hvc', 1, HCD, { toEl: 1, esr: UNDEFINED }],
		['HVC at EL2, HCD', 'hvc', 2, HCD, { toEl: 2, esr: UNDEFINED }],
		['SMC at EL0', 'smc', 0, bit(19), { toEl: 1, esr: UNDEFINED }],
		['SMC at EL1, TSC', 'smc', 1, bit(19), { toEl: 2, esr: 0x5e00_0009 }],
		['SMC at EL1: the firmware', 'smc', 1, 0n, 'done'],
		['SMC at EL2, TSC: the firmware', 'smc', 2, bit(19), 'done'],
		['SVC at EL2', 'svc', 2, 0n, { toEl: 2, esr: 0x5600_0009 }]
	])('%s', (_, kind, el, hcr, found) => {
		expect(after(el, { HCR_EL2: RW | hcr }, (b) => b.slow.callException(kind, 9))).toEqual(found);
	});
});

describe('traps that QEMU does not have', () => {
	// S3_0_C11_C0_0 and S3_7_C15_C2_0 exist nowhere; S1_0_C15_C0_0 is a system instruction of that space.
	const implementationDefined: [string, (b: BareCpu) => void][] = [
		['MRS S3_0_C11_C0_0', (b) => void b.slow.readSystemRegister(0xc580, 4)],
		['MSR S3_7_C15_C2_0', (b) => b.slow.writeSystemRegister(0xff90, 0n, 4)],
		['SYS #0, C15, C0, #0', (b) => b.slow.system(0x4780, 0n, 4)]
	];
	it.each(implementationDefined)('TIDCP takes %s from EL1', (_, act) => {
		expect(after(1, { HCR_EL2: RW }, act)).toEqual({ toEl: 1, esr: UNDEFINED });
		expect(after(2, { HCR_EL2: RW | bit(20) }, act)).toEqual({ toEl: 2, esr: UNDEFINED });
		const found = after(1, { HCR_EL2: RW | bit(20) }, act) as { toEl: number; esr: number };
		expect([found.toEl, ec(found.esr)]).toEqual([2, 0x18]);
	});
	it('TIDCP leaves other spaces alone', () => {
		const act = (b: BareCpu) => void b.slow.readSystemRegister(0xc600 | 0x70, 4);
		expect(after(1, { HCR_EL2: RW | bit(20) }, act)).toEqual({ toEl: 1, esr: UNDEFINED });
	});

	it.each<[string, bigint, string, boolean]>([
		['TPMCR', bit(5), 'PMCR_EL0', true],
		['TPMCR', bit(5), 'PMSELR_EL0', false],
		['TPM', bit(6), 'PMCR_EL0', true],
		['TPM', bit(6), 'PMSELR_EL0', true],
		['neither', 0n, 'PMCR_EL0', false]
	])('MDCR_EL2.%s (0x%s) and %s', (_, mdcr, name, trapped) => {
		const found = after(1, { MDCR_EL2: mdcr }, (b) => void b.mrs(name, 4));
		if (!trapped) expect(found).toBe('done');
		else expect(found).toMatchObject({ toEl: 2 });
	});

	/** CNTKCTL_EL1 first, then CNTHCTL_EL2, each with its own bit for counter and timer. */
	it.each<[string, bigint, bigint, 'done' | 1 | 2]>([
		['CNTPCT_EL0', 1n, 1n, 'done'],
		['CNTPCT_EL0', 1n, 2n, 2],
		['CNTPCT_EL0', 2n, 3n, 1],
		['CNTPCT_EL0', 0x200n, 3n, 1],
		['CNTVCT_EL0', 2n, 0n, 'done'],
		['CNTVCT_EL0', 1n, 3n, 1],
		['CNTP_CTL_EL0', 0x200n, 2n, 'done'],
		['CNTP_CTL_EL0', 0x200n, 1n, 2],
		['CNTP_CTL_EL0', 0x103n, 3n, 1],
		['CNTV_CTL_EL0', 0x100n, 0n, 'done'],
		['CNTV_CTL_EL0', 0x203n, 3n, 1],
		['CNTFRQ_EL0', 2n, 0n, 'done'],
		['CNTFRQ_EL0', 0x300n, 3n, 1]
	])('%s at EL0, CNTKCTL_EL1 0x%s, CNTHCTL_EL2 0x%s', (name, kernel, hyp, outcome) => {
		const found = after(0, { CNTKCTL_EL1: kernel, CNTHCTL_EL2: hyp }, (b) => void b.mrs(name));
		if (outcome === 'done') expect(found).toBe('done');
		else expect(found).toMatchObject({ toEl: outcome });
	});
});

describe('cache and TLB maintenance', () => {
	const [UCI, DZE] = [bit(26), bit(14)];
	const [TPC, TPU, TSW, TTLB, TDZ] = [23, 24, 22, 25, 28].map(bit) as bigint[];
	const all = TPC! | TPU! | TSW! | TTLB! | TDZ!;

	/** Each with the bit of HCR_EL2 that traps it, and the bit of SCTLR_EL1 that lets EL0 in. */
	const rows: [string, bigint, bigint | undefined][] = [
		['IC IALLU', TPU!, undefined],
		['IC IALLUIS', TPU!, undefined],
		['IC IVAU', TPU!, UCI],
		['DC IVAC', TPC!, undefined],
		['DC CVAC', TPC!, UCI],
		['DC CIVAC', TPC!, UCI],
		['DC CVAU', TPU!, UCI],
		['DC ISW', TSW!, undefined],
		['DC CSW', TSW!, undefined],
		['DC CISW', TSW!, undefined],
		['DC ZVA', TDZ!, DZE],
		...[
			...['VMALLE1', 'VAE1', 'ASIDE1', 'VAAE1', 'VALE1', 'VAALE1'],
			...['VMALLE1IS', 'VAE1IS', 'ASIDE1IS', 'VAAE1IS', 'VALE1IS', 'VAALE1IS']
		].map((name): [string, bigint, undefined] => [`TLBI ${name}`, TTLB!, undefined])
	];
	it.each(rows)('%s: HCR_EL2 traps it at EL1 by its own bit', (name, mine, el0) => {
		const act = (b: BareCpu) => sys(b, name);
		/** Without an MMU all memory is Device memory, where DC ZVA is an alignment fault. */
		const free = (el: 0 | 1 | 2) =>
			name !== 'DC ZVA'
				? 'done'
				: { toEl: el === 2 ? 2 : 1, esr: el === 0 ? 0x9200_0061 : 0x9600_0061 };
		expect(after(1, { HCR_EL2: RW | (all & ~mine) }, act)).toEqual(free(1));
		const trapped = after(1, { HCR_EL2: RW | mine }, act) as { toEl: number; esr: number };
		expect([trapped.toEl, ec(trapped.esr), (trapped.esr >> 5) & 31]).toEqual([2, 0x18, 3]);
		expect(after(2, { HCR_EL2: RW | mine }, act)).toEqual(free(2));
		// At EL0 SCTLR_EL1 is asked first.
		const closed = after(0, { HCR_EL2: RW | mine, SCTLR_EL1: ~(el0 ?? 0n) & 0x3fff_fff0n }, act);
		if (el0 === undefined) return expect(closed).toEqual({ toEl: 1, esr: UNDEFINED });
		expect(closed).toMatchObject({ toEl: 1 });
		expect(ec((closed as { esr: number }).esr)).toBe(0x18);
		expect(after(0, { SCTLR_EL1: el0 }, act)).toEqual(free(0));
		expect(after(0, { HCR_EL2: RW | mine, SCTLR_EL1: el0 }, act)).toMatchObject({ toEl: 2 });
	});

	it.each(['TLBI ALLE1', 'TLBI ALLE2', 'TLBI VAE2', 'TLBI IPAS2E1IS', 'TLBI VMALLS12E1IS'])(
		'%s is UNDEFINED below EL2',
		(name) => {
			expect(after(1, { HCR_EL2: RW | TTLB! }, (b) => sys(b, name))).toEqual({
				toEl: 1,
				esr: UNDEFINED
			});
			expect(after(2, {}, (b) => sys(b, name))).toBe('done');
		}
	);

	/** A guest whose page at 0 is missing, at 0x1000 read-only, at 0x2000 whole; memory is Normal (DC). */
	function guest(): BareCpu {
		const b = new BareCpu();
		const [root, level2, level3] = [b.table(8192), b.table(), b.table()];
		b.poke(root, BigInt(level2) | 3n);
		b.poke(level2, BigInt(level3) | 3n);
		const page = 0x4020_0000n | (1n << 10n) | (0xfn << 2n) | 3n;
		b.poke(level3 + 8, page | (1n << 6n));
		b.poke(level3 + 16, page | (3n << 6n));
		b.set('VTCR_EL2', 0x2_3558n);
		b.set('VTTBR_EL2', BigInt(root) | (9n << 48n));
		b.set('HCR_EL2', RW | bit(12) | 1n);
		return b.at(1, 0x4000_1000n);
	}
	it.each(['DC CVAC', 'DC CVAU', 'DC CIVAC', 'DC IVAC', 'IC IVAU'])(
		'%s faults where nothing is mapped, as a write by maintenance',
		(name) => {
			const b = guest();
			sys(b, name, 0x1040n);
			expect(b.traps).toEqual([]);
			sys(b, name, 0x40n);
			// Data abort from a lower level: CM, WnR, no syndrome of a register; translation, level 3.
			expect(b.last).toMatchObject({ toEl: 2, esr: 0x9200_0147, far: 0x40n, ipa: 0x40n });
			expect(b.get('HPFAR_EL2')).toBe(0n);
		}
	);

	it('DC ZVA clears its 64 bytes and no more, and is refused where nobody may write', () => {
		const b = guest();
		const at = 0x4020_0000;
		for (let n = 0; n < 24; n++) b.poke(at + 8 * n, 0xa5a5_a5a5_a5a5_a5a5n);
		sys(b, 'DC ZVA', 0x2000n + 64n + 37n);
		const words = Array.from({ length: 24 }, (_, n) => b.peek(at + 8 * n));
		expect(words.map((word) => word === 0n)).toEqual(
			Array.from({ length: 24 }, (_, n) => n >= 8 && n < 16)
		);
		expect(b.traps).toEqual([]);
		sys(b, 'DC ZVA', 0x1040n);
		expect([ec(b.last.esr), b.last.esr & 0x7f]).toEqual([0x24, 0x4f]);
	});
});

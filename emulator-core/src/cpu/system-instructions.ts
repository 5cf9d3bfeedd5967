import { isFault, type Mmu } from '../mmu/index.ts';
import { translateAddress, type AtOperation } from './address-translation.ts';
import type { Cpu } from './cpu.ts';
import { maintenanceAbort, zeroBlock } from './memory.ts';
import { keyOf, type Encoding, type Trap } from './sysregs/description.ts';
import { VTTBR_EL2 } from './sysregs/el2.ts';
import { HCR } from './sysregs/traps.ts';

/** One SYS instruction: AT, DC, IC or TLBI. `value` is Xt. */
export interface SystemInstruction {
	readonly name: string;
	readonly key: number;
	/** What it does, half a line; `Xt` stands for its operand. */
	readonly what: string;
	readonly minEl: 0 | 1 | 2;
	trap?(cpu: Cpu): Trap;
	run(cpu: Cpu, value: bigint): void;
}

type Description = Omit<SystemInstruction, 'name' | 'key'>;

const rows: SystemInstruction[] = [];

function sys(name: string, encoding: Encoding, description: Description): void {
	rows.push({ name, key: keyOf(encoding), ...description });
}

const hcrAtEl1 =
	(bit: number) =>
	(cpu: Cpu): Trap =>
		cpu.el === 1 && cpu.hcr(bit) ? 2 : undefined;
/** At EL0 a bit of SCTLR_EL1 opens the instruction; HCR_EL2 takes it at both levels. */
const opened =
	(sctlrBit: number, hcrBit: number) =>
	(cpu: Cpu): Trap => {
		if (cpu.el === 0 && !cpu.sctlr1(sctlrBit)) return 1;
		return cpu.el < 2 && cpu.hcr(hcrBit) ? 2 : undefined;
	};
const UCI = 26;
const DZE = 14;

// Cache maintenance. There are no caches to maintain, and decoded instructions follow every store;
// what is left of DC and IC is their faults.

function byAddress(cpu: Cpu, va: bigint): void {
	const page = cpu.mmu.translate(cpu.mmu.current, va, 'read');
	// Permissions are not checked, but there must be a translation.
	if (isFault(page) && page.fault !== 'permission') maintenanceAbort(cpu, page, va);
}
const nothing = () => {};

/**
 * IC IVAU, DC CVAC, DC CVAU and DC CIVAC as generated code knows them: keys that differ in CRm alone. It
 * does them by itself where the address is readable: at EL1 and EL2, while HCR_EL2 traps none.
 */
export const maintenanceByAddress = {
	mask: 0xff87,
	value: keyOf([1, 3, 7, 0, 1]),
	/** A bit for each CRm. */
	crms: (1 << 5) | (1 << 10) | (1 << 11) | (1 << 14),
	/** The bit of cpuState.mode where SCTLR_EL1.UCI decides. */
	atEl0: 1,
	traps: (1 << HCR.TPU) | (1 << HCR.TPC)
} as const;

sys('IC IALLUIS', [1, 0, 7, 1, 0], {
	what: 'forget all cached instructions, on every CPU',
	minEl: 1,
	trap: hcrAtEl1(HCR.TPU),
	run: nothing
});
sys('IC IALLU', [1, 0, 7, 5, 0], {
	what: 'forget all cached instructions',
	minEl: 1,
	trap: hcrAtEl1(HCR.TPU),
	run: nothing
});
sys('IC IVAU', [1, 3, 7, 5, 1], {
	what: 'forget the cached instructions at Xt',
	minEl: 0,
	trap: opened(UCI, HCR.TPU),
	run: byAddress
});
sys('DC IVAC', [1, 0, 7, 6, 1], {
	what: 'drop the cache line at Xt without writing it back',
	minEl: 1,
	trap: hcrAtEl1(HCR.TPC),
	run: byAddress
});
sys('DC ISW', [1, 0, 7, 6, 2], {
	what: 'drop a cache line by set and way: Xt',
	minEl: 1,
	trap: hcrAtEl1(HCR.TSW),
	run: nothing
});
sys('DC CSW', [1, 0, 7, 10, 2], {
	what: 'write a cache line back by set and way: Xt',
	minEl: 1,
	trap: hcrAtEl1(HCR.TSW),
	run: nothing
});
sys('DC CISW', [1, 0, 7, 14, 2], {
	what: 'write a cache line back and drop it, by set and way: Xt',
	minEl: 1,
	trap: hcrAtEl1(HCR.TSW),
	run: nothing
});
sys('DC ZVA', [1, 3, 7, 4, 1], {
	what: 'clear the block of memory around Xt',
	minEl: 0,
	trap: opened(DZE, HCR.TDZ),
	run: zeroBlock
});
sys('DC CVAC', [1, 3, 7, 10, 1], {
	what: 'write the cache line at Xt back to memory',
	minEl: 0,
	trap: opened(UCI, HCR.TPC),
	run: byAddress
});
sys('DC CVAU', [1, 3, 7, 11, 1], {
	what: 'write the cache line at Xt back to where instructions are fetched from',
	minEl: 0,
	trap: opened(UCI, HCR.TPU),
	run: byAddress
});
sys('DC CIVAC', [1, 3, 7, 14, 1], {
	what: 'write the cache line at Xt back to memory and drop it',
	minEl: 0,
	trap: opened(UCI, HCR.TPC),
	run: byAddress
});

// Address translation.

function at(name: string, encoding: Encoding, minEl: 1 | 2, operation: AtOperation): void {
	const { el, write, bothStages } = operation;
	const what = `PAR_EL1 = where ${bothStages ? 'both stages take' : 'stage 1 takes'} a ${write ? 'write' : 'read'} of Xt at EL${el}`;
	sys(name, encoding, { what, minEl, run: (cpu, va) => translateAddress(cpu, va, operation) });
}
for (const write of [false, true]) {
	const letter = write ? 'W' : 'R';
	const op2 = write ? 1 : 0;
	at(`AT S1E1${letter}`, [1, 0, 7, 8, op2], 1, { el: 1, write, bothStages: false });
	at(`AT S1E0${letter}`, [1, 0, 7, 8, op2 + 2], 1, { el: 0, write, bothStages: false });
	at(`AT S1E2${letter}`, [1, 4, 7, 8, op2], 2, { el: 2, write, bothStages: false });
	at(`AT S12E1${letter}`, [1, 4, 7, 8, op2 + 4], 2, { el: 1, write, bothStages: true });
	at(`AT S12E0${letter}`, [1, 4, 7, 8, op2 + 6], 2, { el: 0, write, bothStages: true });
}

// TLB maintenance. What an operation names depends on the CPU that executes it; the inner shareable
// forms do it to the TLBs of all CPUs, and so do all of EL1's while HCR_EL2.FB is set.

const vmid = (cpu: Cpu) => Number((cpu.get(VTTBR_EL2) >> 48n) & 0xffn);
const el10 = (cpu: Cpu) => ({ regime: 'EL1&0', vmid: vmid(cpu) }) as const;
const el2 = { regime: 'EL2', vmid: 'all' } as const;
const asid = (value: bigint) => Number(value >> 48n);

/** Xt of TLBI by address: VA[55:12] in bits 43:0, bit 55 standing for all above it. */
function pageOf(value: bigint): number {
	const page = BigInt.asIntN(44, value);
	return Number(BigInt.asUintN(52, page));
}

interface TlbDescription extends Omit<Description, 'run'> {
	/** What `cpu`, which executes it with `value` in Xt, has a TLB forget. */
	readonly run: (cpu: Cpu, value: bigint, mmu: Mmu) => void;
}

function tlbi(
	name: string,
	[op1, op2]: [number, number],
	crms: [number, number],
	d: TlbDescription
) {
	const what = `forget translations: ${d.what}`;
	const everywhere = (cpu: Cpu, value: bigint) => {
		for (const { mmu } of cpu.peers) d.run(cpu, value, mmu);
	};
	const here = (cpu: Cpu, value: bigint) =>
		cpu.el === 1 && cpu.hcr(HCR.FB) ? everywhere(cpu, value) : d.run(cpu, value, cpu.mmu);
	const onAll = { ...d, what: `${what}, on every CPU`, run: everywhere };
	sys(`TLBI ${name}IS`, [1, op1, 8, crms[0], op2], onAll);
	sys(`TLBI ${name}`, [1, op1, 8, crms[1], op2], { ...d, what, run: here });
}
const tlbiEl1 = { minEl: 1, trap: hcrAtEl1(HCR.TTLB) } as const;
const allAsids: TlbDescription['run'] = (cpu, value, mmu) =>
	mmu.invalidateAddress(el10(cpu), pageOf(value));
// A global page goes whatever the ASID; telling them apart is not worth it: all ASIDs lose the page.
const oneAsid = allAsids;
const el2Address: TlbDescription['run'] = (_, value, mmu) =>
	mmu.invalidateAddress(el2, pageOf(value));
const wholeVmid: TlbDescription['run'] = (cpu, _, mmu) => mmu.invalidate(el10(cpu));

tlbi('VMALLE1', [0, 0], [3, 7], {
	what: 'all of this VM at EL1 and EL0',
	...tlbiEl1,
	run: wholeVmid
});
tlbi('VAE1', [0, 1], [3, 7], { what: 'the page and ASID in Xt', ...tlbiEl1, run: oneAsid });
tlbi('ASIDE1', [0, 2], [3, 7], {
	what: 'all of the ASID in Xt',
	...tlbiEl1,
	run: (cpu, value, mmu) => mmu.invalidate({ ...el10(cpu), asid: asid(value) })
});
tlbi('VAAE1', [0, 3], [3, 7], { what: 'the page in Xt, of every ASID', ...tlbiEl1, run: allAsids });
tlbi('VALE1', [0, 5], [3, 7], {
	what: 'the page and ASID in Xt, last level',
	...tlbiEl1,
	run: oneAsid
});
tlbi('VAALE1', [0, 7], [3, 7], {
	what: 'the page in Xt, of every ASID, last level',
	...tlbiEl1,
	run: allAsids
});
// Entries here combine both stages, so losing one IPA means losing what the VMID has: more than is
// asked, which is always allowed.
const stage2OfVmid: TlbDescription['run'] = (cpu, _, mmu) => mmu.invalidateStage2(vmid(cpu));
tlbi('IPAS2E1', [4, 1], [0, 4], {
	what: 'stage 2 of the IPA in Xt, of this VM',
	minEl: 2,
	run: stage2OfVmid
});
tlbi('IPAS2LE1', [4, 5], [0, 4], {
	what: 'stage 2 of the IPA in Xt, of this VM, last level',
	minEl: 2,
	run: stage2OfVmid
});
tlbi('ALLE2', [4, 0], [3, 7], {
	what: 'all of EL2',
	minEl: 2,
	run: (_cpu, _value, mmu) => mmu.invalidate(el2)
});
tlbi('VAE2', [4, 1], [3, 7], { what: 'the page in Xt, of EL2', minEl: 2, run: el2Address });
tlbi('ALLE1', [4, 4], [3, 7], {
	what: 'all of EL1 and EL0, of every VM',
	minEl: 2,
	run: (_cpu, _value, mmu) => mmu.invalidateStage2('all')
});
tlbi('VALE2', [4, 5], [3, 7], {
	what: 'the page in Xt, of EL2, last level',
	minEl: 2,
	run: el2Address
});
tlbi('VMALLS12E1', [4, 6], [3, 7], {
	what: 'all of this VM, both stages',
	minEl: 2,
	run: stage2OfVmid
});

const byKey = new Map(rows.map((row) => [row.key, row]));

export function systemInstruction(key: number): SystemInstruction | undefined {
	return byKey.get(key);
}

/** What AT, DC, IC or TLBI with this key does; `Xt` stands for the operand. */
export function systemInstructionPurpose(key: number): string | undefined {
	return byKey.get(key)?.what;
}

/** Names and encodings, as the assembler's aliases AT, DC, IC and TLBI have them. */
export const systemInstructionNames: readonly (readonly [name: string, key: number])[] = rows.map(
	(row) => [row.name, row.key] as const
);

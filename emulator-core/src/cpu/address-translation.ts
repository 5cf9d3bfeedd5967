import { faultStatus, isFault, type Fault } from '../mmu/index.ts';
import { combine, isDevice, type MemoryAttributes } from '../mmu/index.ts';
import type { Cpu } from './cpu.ts';
import { maintenanceAbort } from './memory.ts';
import { PAR_EL1 } from './sysregs/el1.ts';
import { HCR_EL2 } from './sysregs/el2.ts';

/** What one AT instruction asks: the level whose access is tried, the access, and how many stages. */
export interface AtOperation {
	readonly el: 0 | 1 | 2;
	readonly write: boolean;
	readonly bothStages: boolean;
}

/**
 * AT: translates `va` as an access would and puts the result into PAR_EL1. With one stage the result
 * is an IPA where stage 2 is on, although the descriptors are read through stage 2.
 */
export function translateAddress(
	cpu: Cpu,
	va: bigint,
	{ el, write, bothStages }: AtOperation
): void {
	const context = cpu.mmu.contextOf(el);
	const access = write ? 'write' : 'read';
	const stage1 = cpu.mmu.translateStage1Only(context, va, access);
	if (isFault(stage1)) {
		// Stage 2 failed a descriptor of EL1's own AT: that is EL2's business, not a result. Nor is a
		// descriptor where no memory answers.
		if ((stage1.s1ptw && cpu.el < 2) || stage1.fault === 'walk-external')
			return maintenanceAbort(cpu, stage1, va);
		return setFault(cpu, stage1);
	}
	const attributes = { attr: stage1.attr, shareability: stage1.shareability };
	if (!bothStages) return setResult(cpu, stage1.ipa, attributes);
	const stage2 = cpu.mmu.translateStage2Only(context, stage1.ipa, access);
	if (stage2 === undefined) return setResult(cpu, stage1.ipa, attributes);
	if (isFault(stage2))
		return stage2.fault === 'walk-external'
			? maintenanceAbort(cpu, stage2, va)
			: setFault(cpu, stage2);
	setResult(cpu, stage2.pa, combine(attributes, stage2, (cpu.get(HCR_EL2) & CD) !== 0n));
}

const RES1 = 1n << 11n;
/** HCR_EL2.CD. */
const CD = 1n << 32n;

function setResult(cpu: Cpu, address: bigint, { attr, shareability }: MemoryAttributes): void {
	// Device memory and Non-cacheable are always outer shareable.
	const sh = isDevice(attr) || attr === 0x44 ? 2n : BigInt(shareability);
	const pa = address & 0x0000_ffff_ffff_f000n;
	cpu.set(PAR_EL1, (BigInt(attr) << 56n) | pa | RES1 | (sh << 7n));
}

/** F, FST, PTW and S. */
function setFault(cpu: Cpu, fault: Fault): void {
	const status = BigInt(faultStatus(fault)) << 1n;
	const stage2 = fault.stage === 2 ? 1n << 9n : 0n;
	cpu.set(PAR_EL1, RES1 | stage2 | (fault.s1ptw ? 1n << 8n : 0n) | status | 1n);
}

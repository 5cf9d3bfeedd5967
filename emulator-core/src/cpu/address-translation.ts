import { faultStatus, isFault, type Fault } from '../mmu/index.ts';
import type { Cpu } from './cpu.ts';
import { maintenanceAbort } from './memory.ts';
import { PAR_EL1 } from './sysregs/el1.ts';

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
	if (!bothStages || context.stage2 === undefined)
		return setResult(cpu, stage1.ipa, stage1.attr, stage1.shareability);
	const page = cpu.mmu.translate(context, va, access);
	if (isFault(page))
		return page.fault === 'walk-external' ? maintenanceAbort(cpu, page, va) : setFault(cpu, page);
	setResult(cpu, BigInt(page.pa), page.device ? 0 : stage1.attr, stage1.shareability);
}

const RES1 = 1n << 11n;

function setResult(cpu: Cpu, address: bigint, attr: number, shareability: number): void {
	// Device memory and Non-cacheable are always outer shareable.
	const sh = (attr & 0xf0) === 0 || attr === 0x44 ? 2n : BigInt(shareability);
	const pa = address & 0x0000_ffff_ffff_f000n;
	cpu.set(PAR_EL1, (BigInt(attr) << 56n) | pa | RES1 | (sh << 7n));
}

/** F, FST, PTW and S. */
function setFault(cpu: Cpu, fault: Fault): void {
	const status = BigInt(faultStatus(fault)) << 1n;
	const stage2 = fault.stage === 2 ? 1n << 9n : 0n;
	cpu.set(PAR_EL1, RES1 | stage2 | (fault.s1ptw ? 1n << 8n : 0n) | status | 1n);
}

import type { Cpu } from './cpu.ts';
import { HCR_EL2 } from './sysregs/el2.ts';
import { HCR } from './sysregs/traps.ts';
import { takeException } from './exceptions.ts';
import { EC, syndrome } from './syndrome.ts';

export interface Interrupt {
	readonly cause: 'irq' | 'fiq' | 'serror';
	readonly target: 1 | 2;
}

/** PSTATE.A, I, F in Cpu.daif. */
const A = 4;
const I = 2;
const F = 1;

/** The interrupt that is taken before the next instruction, if there is one. */
export function pendingInterrupt(cpu: Cpu): Interrupt | undefined {
	return (
		physical(cpu, 'fiq', cpu.lines.fiq, HCR.FMO, F) ??
		physical(cpu, 'irq', cpu.lines.irq, HCR.IMO, I) ??
		virtual(cpu, 'fiq', cpu.lines.vfiq || cpu.hcr(HCR.VF), HCR.FMO, F) ??
		virtual(cpu, 'irq', cpu.lines.virq || cpu.hcr(HCR.VI), HCR.IMO, I) ??
		virtual(cpu, 'serror', cpu.hcr(HCR.VSE), HCR.AMO, A)
	);
}

/**
 * A physical interrupt goes to EL2 with HCR_EL2.IMO (FMO) or TGE set, to EL1 otherwise. From a lower
 * level than its target nothing masks it; at a higher level than its target it stays pending.
 */
function physical(
	cpu: Cpu,
	cause: 'irq' | 'fiq',
	level: boolean,
	route: number,
	mask: number
): Interrupt | undefined {
	if (!level) return undefined;
	const target = cpu.hcr(route) || cpu.hcr(HCR.TGE) ? 2 : 1;
	if (cpu.el > target) return undefined;
	const masked = (cpu.daif & mask) !== 0;
	// EL0 on the way to EL1 is masked by PSTATE all the same.
	if (masked && !(target === 2 && cpu.el < 2)) return undefined;
	return { cause, target };
}

/** A virtual interrupt exists only at EL0 and EL1, while its physical twin is routed to EL2. */
function virtual(
	cpu: Cpu,
	cause: Interrupt['cause'],
	level: boolean,
	route: number,
	mask: number
): Interrupt | undefined {
	if (!level || cpu.el === 2 || !cpu.hcr(route) || cpu.hcr(HCR.TGE)) return undefined;
	return (cpu.daif & mask) !== 0 ? undefined : { cause, target: 1 };
}

/** Takes the interrupt that is due, if any; `hot.pc` is the next instruction. */
export function takePendingInterrupt(cpu: Cpu): boolean {
	const interrupt = pendingInterrupt(cpu);
	if (interrupt === undefined) return false;
	const { cause, target } = interrupt;
	if (cause === 'serror') cpu.set(HCR_EL2, cpu.get(HCR_EL2) & ~(1n << BigInt(HCR.VSE)));
	const esr = cause === 'serror' ? syndrome(EC.serror) : undefined;
	takeException(cpu, { target, cause, esr, returnTo: cpu.hot.pc });
	if (cause === 'serror') cpu.hcrChanged();
	return true;
}

/** Does a WFI complete at once? Masks in PSTATE do not matter, routing of the virtual ones does. */
export function wakesFromWfi(cpu: Cpu): boolean {
	const { irq, fiq, virq, vfiq } = cpu.lines;
	if (irq || fiq) return true;
	if (cpu.el === 2) return false;
	return (
		((virq || cpu.hcr(HCR.VI)) && cpu.hcr(HCR.IMO)) ||
		((vfiq || cpu.hcr(HCR.VF)) && cpu.hcr(HCR.FMO)) ||
		(cpu.hcr(HCR.VSE) && cpu.hcr(HCR.AMO))
	);
}

/** ISR_EL1: EL1 sees the virtual interrupts where the physical ones are routed to EL2. */
export function interruptStatus(cpu: Cpu): bigint {
	const { irq, fiq, virq, vfiq } = cpu.lines;
	const below = cpu.el < 2;
	const i = below && cpu.hcr(HCR.IMO) ? virq || cpu.hcr(HCR.VI) : irq;
	const f = below && cpu.hcr(HCR.FMO) ? vfiq || cpu.hcr(HCR.VF) : fiq;
	const a = below && cpu.hcr(HCR.AMO) && cpu.hcr(HCR.VSE);
	return (a ? 1n << 8n : 0n) | (i ? 1n << 7n : 0n) | (f ? 1n << 6n : 0n);
}

import type { Cpu, ExceptionLevel } from './cpu.ts';
import { ELR_EL1, ESR_EL1, FAR_EL1, SPSR_EL1, VBAR_EL1 } from './sysregs/el1.ts';
import {
	ELR_EL2,
	ESR_EL2,
	FAR_EL2,
	HPFAR_EL2,
	MDCR_EL2,
	SPSR_EL2,
	VBAR_EL2
} from './sysregs/el2.ts';
import { branchAddress } from './branch-address.ts';
import { stepAfterReturn } from './debug-exceptions.ts';
import { HCR } from './sysregs/traps.ts';
import { EC, syndrome } from './syndrome.ts';

/** One exception to take. */
export interface Exception {
	readonly target: 1 | 2;
	readonly cause: 'sync' | 'irq' | 'fiq' | 'serror';
	/** ESR_ELx; interrupts have none and leave the register alone. */
	readonly esr: number | undefined;
	/** The preferred return address: what ELR_ELx gets. */
	readonly returnTo: bigint;
	/** FAR_ELx, for aborts and PC alignment faults. */
	readonly far?: bigint;
	/** For stage-2 aborts: the true IPA, and whether HPFAR_EL2 shows it. */
	readonly ipa?: bigint | undefined;
	readonly hpfarValid?: boolean;
	readonly stage?: 1 | 2;
	readonly s1ptw?: boolean;
}

const banks = {
	1: { VBAR: VBAR_EL1, ELR: ELR_EL1, SPSR: SPSR_EL1, ESR: ESR_EL1, FAR: FAR_EL1 },
	2: { VBAR: VBAR_EL2, ELR: ELR_EL2, SPSR: SPSR_EL2, ESR: ESR_EL2, FAR: FAR_EL2 }
} as const;

const vectorOfCause = { sync: 0x000n, irq: 0x080n, fiq: 0x100n, serror: 0x180n } as const;

/** PSTATE as SPSR_ELx holds it (AArch64 form). */
export function packPstate(cpu: Cpu): bigint {
	const mode = cpu.el === 0 ? 0 : (cpu.el << 2) | cpu.spSel;
	const bits =
		(cpu.hot.nzcv << 28) |
		(cpu.softwareStep ? 1 << 21 : 0) |
		(cpu.illegal ? 1 << 20 : 0) |
		(cpu.daif << 6) |
		mode;
	return BigInt(bits >>> 0);
}

/** The level that takes a synchronous exception of the current level, where nothing else routes it. */
export function ownTarget(cpu: Cpu): 1 | 2 {
	if (cpu.el === 2) return 2;
	return cpu.el === 0 && cpu.hcr(HCR.TGE) ? 2 : 1;
}

/** MDCR_EL2.TDE takes software breakpoints to EL2. */
function breakpointTarget(cpu: Cpu): 1 | 2 {
	return (cpu.get(MDCR_EL2) & (1n << 8n)) !== 0n ? 2 : ownTarget(cpu);
}

/** A trap meant for EL1 goes to EL2 where HCR_EL2.TGE leaves EL1 out. */
export function routed(cpu: Cpu, target: 1 | 2): 1 | 2 {
	return target === 1 && cpu.el === 0 && cpu.hcr(HCR.TGE) ? 2 : target;
}

/** Exception entry: banks PC and PSTATE, masks interrupts, goes to the vector. */
export function takeException(cpu: Cpu, exception: Exception): void {
	const { target, cause, esr, returnTo } = exception;
	const bank = banks[target];
	const fromEl = cpu.el;
	const vmid = cpu.vmidAt(fromEl);
	const table = fromEl < target ? 0x400n : cpu.spSel === 1 ? 0x200n : 0x000n;

	cpu.set(bank.SPSR, packPstate(cpu));
	cpu.set(bank.ELR, returnTo);
	if (esr !== undefined) cpu.set(bank.ESR, BigInt(esr));
	if (exception.far !== undefined) cpu.set(bank.FAR, exception.far);
	if (exception.ipa !== undefined && exception.hpfarValid)
		cpu.set(HPFAR_EL2, (exception.ipa >> 12n) << 4n);

	cpu.enter(target, 1);
	cpu.daif = 15;
	cpu.illegal = cpu.softwareStep = cpu.sleeping = cpu.stepping = cpu.stepped = false;
	cpu.hot.pc = cpu.get(bank.VBAR) + table + vectorOfCause[cause];
	cpu.hot.leave = 1;
	cpu.environment.onTrap({
		what: 'entry',
		cause,
		fromEl,
		toEl: target,
		pc: returnTo,
		esr: esr ?? 0,
		far: exception.far ?? 0n,
		ipa: exception.ipa,
		stage: exception.stage,
		s1ptw: exception.s1ptw ?? false,
		vmid,
		stage2: cpu.stage2On
	});
}

/** A synchronous exception at the current instruction. */
export function takeSync(cpu: Cpu, target: 1 | 2, ec: number, iss = 0): void {
	takeException(cpu, { target, cause: 'sync', esr: syndrome(ec, iss), returnTo: cpu.hot.pc });
}

/** The instruction is UNDEFINED here: EC 0. */
export function takeUndefined(cpu: Cpu): void {
	takeSync(cpu, ownTarget(cpu), EC.unknown);
}

/** PSTATE.IL is set: whatever comes next is not executed. */
export function takeIllegalState(cpu: Cpu): void {
	takeSync(cpu, ownTarget(cpu), EC.illegalState);
}

/** SVC, HVC, SMC, BRK and HLT. */
export function callException(
	cpu: Cpu,
	kind: 'svc' | 'hvc' | 'smc' | 'brk' | 'hlt',
	imm: number
): void {
	const after = cpu.hot.pc + 4n;
	const call = (target: 1 | 2, ec: number, returnTo: bigint) => {
		// What returns behind the instruction has executed it: its step is done.
		if (returnTo === after) cpu.softwareStep = false;
		takeException(cpu, { target, cause: 'sync', esr: syndrome(ec, imm), returnTo });
	};
	switch (kind) {
		case 'svc':
			return call(ownTarget(cpu), EC.svc, after);
		case 'hvc':
			if (cpu.el === 0 || cpu.hcr(HCR.HCD)) return takeUndefined(cpu);
			return call(2, EC.hvc, after);
		case 'smc':
			if (cpu.el === 0) return takeUndefined(cpu);
			// Trapped, it has not been executed: EL2 moves the return address on itself.
			if (cpu.el === 1 && cpu.hcr(HCR.TSC)) return call(2, EC.smc, cpu.hot.pc);
			return cpu.environment.smc();
		case 'brk':
			return call(breakpointTarget(cpu), EC.brk, cpu.hot.pc);
		case 'hlt':
			// Halting debug is not there.
			return takeUndefined(cpu);
	}
}

/** The level and stack that an SPSR returns to, or undefined if the return is illegal. */
function returnState(cpu: Cpu, spsr: number): { el: ExceptionLevel; spSel: 0 | 1 } | undefined {
	const mode = spsr & 0x1f;
	const el = (mode >> 2) & 3;
	const spSel = (mode & 1) as 0 | 1;
	const aarch32 = (mode & 16) !== 0;
	if (aarch32 || (mode & 2) !== 0 || el > cpu.el || el === 3) return undefined;
	if (el === 0 && spSel === 1) return undefined;
	if (el === 1 && cpu.hcr(HCR.TGE)) return undefined;
	// HCR_EL2.RW = 0 says that EL1 is AArch32.
	if (cpu.el === 2 && el < 2 && !cpu.hcr(HCR.RW) && !cpu.hcr(HCR.TGE)) return undefined;
	return { el: el as ExceptionLevel, spSel };
}

/** ERET. An illegal one stays where it is and sets PSTATE.IL. */
export function exceptionReturn(cpu: Cpu): void {
	if (cpu.el === 0) return takeUndefined(cpu);
	const bank = banks[cpu.el];
	// SPSR_ELx has 32 bits.
	const spsr = Number(cpu.get(bank.SPSR));
	const fromEl = cpu.el;
	const to = returnState(cpu, spsr);

	const step = to !== undefined && stepAfterReturn(cpu, spsr, to.el);
	cpu.hot.nzcv = (spsr >>> 28) & 15;
	cpu.daif = (spsr >>> 6) & 15;
	cpu.softwareStep = step;
	cpu.stepped = cpu.stepping;
	cpu.stepping = false;
	cpu.illegal = to === undefined || (spsr & (1 << 20)) !== 0;
	const target = cpu.get(bank.ELR);
	if (to !== undefined) cpu.enter(to.el, to.spSel);
	cpu.hot.pc = branchAddress(cpu, target);
	cpu.hot.openMonitor();
	cpu.event = true;
	cpu.hot.leave = 1;
	cpu.environment.onTrap({
		what: 'return',
		cause: 'eret',
		fromEl,
		toEl: cpu.el,
		pc: cpu.hot.pc,
		esr: 0,
		far: 0n,
		ipa: undefined,
		stage: undefined,
		s1ptw: false,
		vmid: cpu.vmidAt(cpu.el),
		stage2: cpu.stage2On
	});
}

import type { Cpu, ExceptionLevel } from '../cpu/cpu.ts';
import type { SystemRegister } from '../cpu/sysregs/description.ts';
import { DAIF, FPCR, FPSR } from '../cpu/sysregs/el0.ts';
import { SP_EL0 } from '../cpu/sysregs/el1.ts';
import { SP_EL1 } from '../cpu/sysregs/el2.ts';
import { systemRegisters } from '../cpu/sysregs/index.ts';

/** The CPU as plain data: what a checkpoint keeps of it. */
interface SavedCpu {
	el: ExceptionLevel;
	spSel: 0 | 1;
	daif: number;
	nzcv: number;
	illegal: boolean;
	softwareStep: boolean;
	/** Absent where it is false. */
	steppedExclusive?: true;
	stepped?: true;
	sleeping: boolean;
	pc: bigint;
	x: bigint[];
	sp: bigint[];
	v: bigint[];
	fpcr: number;
	fpsr: number;
	monitor: { pa: number; size: number } | null;
	/** System registers by name; those that the timer or PSTATE hold are theirs. */
	registers: Record<string, bigint>;
}

const levels = [0, 1, 2] as const;

/** System registers that the fields above hold. */
const held: ReadonlySet<SystemRegister> = new Set([SP_EL0, SP_EL1, DAIF, FPCR, FPSR]);

export function saveCpu(cpu: Cpu): SavedCpu {
	const { hot } = cpu;
	const stored = systemRegisters.filter(
		(register) => !held.has(register) && cpu.get(register) !== cpu.resetValue(register)
	);
	return {
		el: cpu.el,
		spSel: cpu.spSel,
		daif: cpu.daif,
		nzcv: hot.nzcv,
		illegal: cpu.illegal,
		softwareStep: cpu.softwareStep,
		...(cpu.steppedExclusive && { steppedExclusive: true as const }),
		...(cpu.stepped && { stepped: true as const }),
		sleeping: cpu.sleeping,
		pc: hot.pc,
		x: Array.from({ length: 31 }, (_, n) => hot.x(n)),
		sp: levels.map((el) => cpu.stackPointer(el)),
		v: [...hot.vectors],
		fpcr: Number(cpu.get(FPCR)),
		fpsr: Number(cpu.get(FPSR)),
		monitor: hot.monitor === undefined ? null : { pa: hot.monitor, size: hot.monitorSize },
		// In an order of their own: that of the table is another in each bundle of this code.
		registers: Object.fromEntries(
			stored
				.sort((one, other) => one.key - other.key)
				.map((register) => [register.name, cpu.get(register)])
		)
	};
}

export function restoreCpu(cpu: Cpu, state: unknown): void {
	const saved = state as SavedCpu;
	const { hot } = cpu;
	cpu.reset();
	for (const register of systemRegisters) {
		const value = saved.registers[register.name];
		if (value !== undefined) cpu.set(register, value);
	}
	cpu.enter(saved.el, saved.spSel);
	for (const el of levels) cpu.setStackPointer(el, saved.sp[el]!);
	saved.x.forEach((value, n) => hot.setX(n, value));
	hot.vectors.set(saved.v);
	hot.pc = saved.pc;
	hot.nzcv = saved.nzcv;
	cpu.set(FPCR, BigInt(saved.fpcr));
	cpu.set(FPSR, BigInt(saved.fpsr));
	if (saved.monitor) hot.mark(saved.monitor.pa, saved.monitor.size);
	cpu.daif = saved.daif;
	cpu.illegal = saved.illegal;
	cpu.softwareStep = saved.softwareStep;
	cpu.steppedExclusive = saved.steppedExclusive ?? false;
	cpu.stepped = saved.stepped ?? false;
	cpu.sleeping = saved.sleeping;
	cpu.stateReplaced();
}

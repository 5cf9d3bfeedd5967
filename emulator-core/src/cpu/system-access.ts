import type { Cpu } from './cpu.ts';
import { routed, takeSync, takeUndefined } from './exceptions.ts';
import { EC, simdIss, systemIss } from './syndrome.ts';
import { systemInstruction } from './system-instructions.ts';
import { encodingName, type SystemRegister, type Trap } from './sysregs/description.ts';
import { isReservedId } from './sysregs/id.ts';
import { systemRegister } from './sysregs/index.ts';
import { HCR } from './sysregs/traps.ts';

/** MRS. Returns 0 where the read was trapped instead. */
export function readSystemRegister(cpu: Cpu, key: number, rt: number): bigint {
	const register = systemRegister(key);
	if (register === undefined) return readUnknown(cpu, key, rt);
	const allowed = cpu.el >= register.minEl && !register.writeOnly;
	const trap = allowed && stackAllows(cpu, register) ? register.trap?.(cpu, false) : 'undefined';
	if (trap !== undefined) {
		if (!allowed) noteLevel(cpu, register, 'MRS');
		takeTrap(cpu, trap, systemIss(key, rt, true));
		return 0n;
	}
	return register.read !== undefined ? register.read(cpu) : cpu.get(register);
}

/** MSR (register). */
export function writeSystemRegister(cpu: Cpu, key: number, value: bigint, rt: number): void {
	const register = systemRegister(key);
	if (register === undefined) return unknown(cpu, key, rt, false, 'MSR');
	const allowed = cpu.el >= register.minElWrite! && !register.readOnly;
	const trap = allowed && stackAllows(cpu, register) ? register.trap?.(cpu, true) : 'undefined';
	if (trap !== undefined) {
		if (!allowed) noteLevel(cpu, register, 'MSR');
		return takeTrap(cpu, trap, systemIss(key, rt, false));
	}
	if (register.write !== undefined) return register.write(cpu, value);
	const fixed = register.fixedBits;
	const now = fixed === undefined ? value : (value & register.writable!) | fixed;
	const before = cpu.get(register);
	cpu.set(register, now);
	// Writing what is there already changes nothing, and world switches do that much.
	if (now !== before) register.onWrite?.(cpu, now);
}

/** SYS: AT, DC, IC, TLBI. */
export function systemOperation(cpu: Cpu, key: number, value: bigint, rt: number): void {
	const instruction = systemInstruction(key);
	if (instruction === undefined) return unknown(cpu, key, rt, false, 'SYS');
	const trap = cpu.el < instruction.minEl ? 'undefined' : instruction.trap?.(cpu);
	if (trap !== undefined) return takeTrap(cpu, trap, systemIss(key, rt, false));
	instruction.run(cpu, value);
}

/** MSR (immediate). `field` is op1:op2. */
export function writePstateField(cpu: Cpu, field: number, imm: number): void {
	const SPSel = 0b000_101;
	const DAIFSet = 0b011_110;
	const DAIFClr = 0b011_111;
	if (field === SPSel && cpu.el > 0) return cpu.selectStack((imm & 1) as 0 | 1);
	if (field === DAIFSet || field === DAIFClr) {
		// SCTLR_EL1.UMA lets EL0 in; else EL1 gets it as a trapped MSR: op0 0, CRn 4, Rt 31.
		if (cpu.el === 0 && !cpu.sctlr1(9)) {
			const key = (3 << 11) | (4 << 7) | (imm << 3) | (field & 7);
			return takeTrap(cpu, 1, systemIss(key, 31, false));
		}
		return cpu.setDaif(field === DAIFSet ? cpu.daif | imm : cpu.daif & ~imm);
	}
	takeUndefined(cpu);
}

/** SP_EL0 is not to be named while it is SP. */
function stackAllows(cpu: Cpu, register: SystemRegister): boolean {
	return !register.onlyWithSpx || cpu.spSel === 1;
}

function takeTrap(cpu: Cpu, trap: Exclude<Trap, undefined>, iss: number): void {
	if (trap === 'undefined') return takeUndefined(cpu);
	if (trap === 'simd') return takeSimdTrap(cpu);
	takeSync(cpu, routed(cpu, trap), EC.systemRegister, iss);
}

/** CPACR_EL1.FPEN or CPTR_EL2.TFP keep SIMD away here. */
export function takeSimdTrap(cpu: Cpu): void {
	const trap = cpu.simdTrap;
	// What CPACR_EL1 traps where HCR_EL2.TGE leaves EL1 out is reported as UNDEFINED.
	if (trap === 1 && cpu.el === 0 && cpu.hcr(HCR.TGE)) return takeUndefined(cpu);
	if (trap !== undefined) takeSync(cpu, trap, EC.simd, simdIss);
}

function readUnknown(cpu: Cpu, key: number, rt: number): bigint {
	if (!isReservedId(key) || cpu.el === 0) {
		unknown(cpu, key, rt, true, 'MRS');
		return 0n;
	}
	if (cpu.el === 1 && cpu.hcr(HCR.TID3)) takeTrap(cpu, 2, systemIss(key, rt, true));
	return 0n;
}

/** No such register or instruction: UNDEFINED, unless HCR_EL2.TIDCP takes the space for EL2. */
function unknown(cpu: Cpu, key: number, rt: number, read: boolean, what: string): void {
	const crn = (key >> 7) & 15;
	const implementationDefined = (key >> 14 === 3 || key >> 14 === 1) && (crn === 11 || crn === 15);
	if (implementationDefined && cpu.el === 1 && cpu.hcr(HCR.TIDCP))
		return takeTrap(cpu, 2, systemIss(key, rt, read));
	const at = `0x${cpu.hot.pc.toString(16)}`;
	cpu.environment.note(
		`${what} of ${encodingName(key)} at PC ${at}, EL${cpu.el}: this CPU has no such register; UNDEFINED`
	);
	takeUndefined(cpu);
}

function noteLevel(cpu: Cpu, register: SystemRegister, what: 'MRS' | 'MSR'): void {
	const at = `0x${cpu.hot.pc.toString(16)}`;
	cpu.environment.note(
		`${what} of ${register.name} at PC ${at}: not allowed at EL${cpu.el}; UNDEFINED`
	);
}

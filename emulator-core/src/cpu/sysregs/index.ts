import { debugRegisters } from './debug.ts';
import type { SystemRegister } from './description.ts';
import * as el0 from './el0.ts';
import * as el1 from './el1.ts';
import * as el2 from './el2.ts';
import { CCSIDR_EL1, CSSELR_EL1, idRegisters } from './id.ts';
import { timerRegisters } from './timer.ts';

/** Every system register of this CPU. */
export const systemRegisters: readonly SystemRegister[] = [
	...Object.values(el0),
	...Object.values(el1),
	...Object.values(el2),
	...idRegisters,
	CSSELR_EL1,
	CCSIDR_EL1,
	...timerRegisters,
	...debugRegisters
];

const byKey: (SystemRegister | undefined)[] = new Array(0x1_0000).fill(undefined);
for (const register of systemRegisters) byKey[register.key] = register;

/** The register with this op0:op1:CRn:CRm:op2. */
export function systemRegister(key: number): SystemRegister | undefined {
	return byKey[key];
}

const byName = new Map(systemRegisters.map((register) => [register.name, register]));

/** The register with this name, as Arm spells it. */
export function systemRegisterNamed(name: string): SystemRegister | undefined {
	return byName.get(name);
}

/** What a register is for, in half a line: `SP_EL1` gives "EL1's stack pointer". */
export function systemRegisterPurpose(name: string): string | undefined {
	return byName.get(name)?.what;
}

/** Names and encodings for the assembler and the disassembler: see isa/assembler.ts. */
export const systemRegisterNames: readonly (readonly [name: string, key: number])[] =
	systemRegisters.map((register) => [register.name, register.key] as const);

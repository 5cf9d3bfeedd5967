import { load, store, fetch } from '../cpu/memory.ts';
import { AccessFlags } from '../cpu/slow-paths.ts';
import { systemRegisters } from '../cpu/sysregs/index.ts';
import type { Machine } from './machine.ts';

/**
 * Puts values into system registers, as no instruction would, and lets follow what depends on them.
 * The TLB forgets everything: for a scratch copy only. Names that are no register's are left out.
 */
export function setSystemRegisters(
	{ cpu }: Machine,
	values: Readonly<Record<string, bigint>>
): void {
	for (const register of systemRegisters) {
		const value = values[register.name];
		if (value !== undefined) cpu.set(register, BigInt.asUintN(64, value));
	}
	cpu.stateReplaced();
}

/**
 * Lets EL1 make one access, where the machine stands, in place of its next instruction: a load or store
 * of X0, or a fetch. If it faults, the exception is entered; nothing else happens, and no time passes.
 * For a scratch copy only.
 */
export function accessFromEl1(
	{ cpu }: Machine,
	va: bigint,
	access: 'read' | 'write' | 'fetch'
): void {
	cpu.sleeping = false;
	cpu.enter(1, 1);
	if (access === 'fetch') {
		// The preferred return address of an abort is the instruction itself.
		cpu.hot.pc = va;
		fetch(cpu, va);
		return;
	}
	// What is not aligned is read as a byte: it is translation that is asked about.
	const size = va & 7n ? 1 : 8;
	const flags = size === 8 ? AccessFlags.sixtyFour : 0;
	if (access === 'read') load(cpu, va, size, flags);
	else store(cpu, va, cpu.hot.x(0), size, flags);
}

/** Registers of the general set, the PC and a stack pointer, as a caller would leave them. */
export function callFunction(
	{ cpu }: Machine,
	target: bigint,
	args: readonly bigint[],
	returnTo: bigint
): void {
	args.forEach((value, n) => cpu.hot.setX(n, value));
	cpu.hot.setX(30, returnTo);
	cpu.hot.pc = target;
}

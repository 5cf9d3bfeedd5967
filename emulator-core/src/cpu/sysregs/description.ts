import { writeEffects } from '../../layout.ts';
import type { Cpu } from '../cpu.ts';
import type { Meanings, Places } from '../../fields.ts';

/** op0, op1, CRn, CRm, op2. */
export type Encoding = readonly [number, number, number, number, number];

/**
 * Where an access goes instead of being done: trapped to EL1 or EL2 (EC 0x18), trapped as a SIMD
 * instruction would be (EC 0x07), or UNDEFINED (EC 0).
 */
export type Trap = 1 | 2 | 'simd' | 'undefined' | undefined;

export interface SystemRegisterOptions {
	/** What it is for, for readers who know Arm's name but not what it means: "EL1's stack pointer". */
	readonly what?: string;
	/** Fields by name: a bit number, or [high, low]; made from the value where there are several formats. */
	readonly fields?: Places | ((value: bigint) => Places);
	/** What the values of fields mean, in words (sysregs/meanings.ts). */
	readonly means?: Meanings | ((value: bigint) => Meanings);
	readonly reset?: bigint;
	/** The lowest exception level that may read it, and write it unless `minElWrite` says otherwise. */
	readonly minEl: 0 | 1 | 2;
	readonly minElWrite?: 0 | 1 | 2;
	/** MSR is UNDEFINED. */
	readonly readOnly?: boolean;
	/** MRS is UNDEFINED. */
	readonly writeOnly?: boolean;
	/** Bits that a write changes; the others keep their reset value. All 64 by default. */
	readonly writable?: bigint;
	/** Bits of HCR_EL2 that take EL0's and EL1's reads and writes to EL2. */
	readonly hcrTraps?: { readonly read: number; readonly write: number };
	/** Other traps, at levels below EL2 (or those up to `trapsUpTo`). */
	trap?(cpu: Cpu, write: boolean): Trap;
	readonly trapsUpTo?: 0 | 1 | 2;
	/** UNDEFINED while SPSel is 0. */
	readonly onlyWithSpx?: boolean;
	/** For registers whose value is not simply what was written. */
	read?(cpu: Cpu): bigint;
	write?(cpu: Cpu, value: bigint): void;
	/** `read` and `write` do no more than find the stored value, which is right whenever they are allowed. */
	readonly stored?: boolean;
	/** After the stored value changed. */
	onWrite?(cpu: Cpu, now: bigint): void;
	/** When `onWrite` matters (writeEffects in layout.ts); always if left out. */
	readonly effects?: number;
}

/** One system register, described once: the CPU, the assembler and the displays all read this. */
export interface SystemRegister extends SystemRegisterOptions {
	readonly name: string;
	/** op0:op1:CRn:CRm:op2, packed as in bits 20:5 of MRS and MSR. */
	readonly key: number;
	/** Its entry in the systemRegisterFile (layout.ts). */
	readonly slot: number;
	/** The bits that `writable` leaves at their reset value; undefined if every bit is writable. */
	readonly fixedBits: bigint | undefined;
}

const all64 = 0xffff_ffff_ffff_ffffn;

/** Entry 0 stands for no register. */
let slots = 1;

export const keyOf = ([op0, op1, crn, crm, op2]: Encoding) =>
	(op0 << 14) | (op1 << 11) | (crn << 7) | (crm << 3) | op2;

export function sysreg(
	name: string,
	encoding: Encoding,
	options: SystemRegisterOptions
): SystemRegister {
	const { reset = 0n, writable, hcrTraps } = options;
	// The same members in the same order for all, so that V8 sees one shape.
	return {
		name,
		key: keyOf(encoding),
		what: options.what,
		slot: slots++,
		reset,
		minEl: options.minEl,
		minElWrite: options.minElWrite ?? options.minEl,
		readOnly: options.readOnly ?? false,
		writeOnly: options.writeOnly ?? false,
		writable: writable ?? all64,
		fixedBits: writable === undefined ? undefined : reset & ~writable & all64,
		fields: options.fields ?? {},
		means: options.means,
		hcrTraps,
		trap: options.trap ?? (hcrTraps && trapOfHcr(hcrTraps)),
		trapsUpTo: options.trap === undefined ? undefined : (options.trapsUpTo ?? 1),
		onlyWithSpx: options.onlyWithSpx ?? false,
		read: options.read,
		write: options.write,
		stored: options.stored ?? (options.read === undefined && options.write === undefined),
		onWrite: options.onWrite,
		effects: options.effects ?? (options.onWrite === undefined ? 0 : writeEffects.always)
	} as SystemRegister;
}

const trapOfHcr =
	({ read, write }: { read: number; write: number }) =>
	(cpu: Cpu, isWrite: boolean): Trap =>
		cpu.el < 2 && cpu.hcr(isWrite ? write : read) ? 2 : undefined;

/** `S3_0_C1_C0_0`: how messages name an encoding that has no register. */
export function encodingName(key: number): string {
	const crn = (key >> 7) & 15;
	const crm = (key >> 3) & 15;
	return `S${key >> 14}_${(key >> 11) & 7}_C${crn}_C${crm}_${key & 7}`;
}

import type { Cpu } from '../cpu.ts';

/** op0, op1, CRn, CRm, op2. */
export type Encoding = readonly [number, number, number, number, number];

/** Where an access goes instead of being done: trapped to EL1 or EL2 (EC 0x18), or UNDEFINED (EC 0). */
export type Trap = 1 | 2 | 'undefined' | undefined;

export interface SystemRegisterOptions {
	/** Fields by name: a bit number, or [high, low]. For displays and for `fieldOf`. */
	readonly fields?: Readonly<Record<string, number | readonly [number, number]>>;
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
	/** Traps beyond the exception level, at levels below EL2. */
	trap?(cpu: Cpu, write: boolean): Trap;
	/** For registers whose value is not simply what was written. */
	read?(cpu: Cpu): bigint;
	write?(cpu: Cpu, value: bigint): void;
	/** After the stored value changed. */
	onWrite?(cpu: Cpu, now: bigint): void;
}

/** One system register, described once: the CPU, the assembler and the displays all read this. */
export interface SystemRegister extends SystemRegisterOptions {
	readonly name: string;
	/** op0:op1:CRn:CRm:op2, packed as in bits 20:5 of MRS and MSR. */
	readonly key: number;
	/** Where Cpu.values keeps it. */
	readonly slot: number;
	/** The bits that `writable` leaves at their reset value; undefined if every bit is writable. */
	readonly fixedBits: bigint | undefined;
}

const all64 = 0xffff_ffff_ffff_ffffn;

let slots = 0;

export const keyOf = ([op0, op1, crn, crm, op2]: Encoding) =>
	(op0 << 14) | (op1 << 11) | (crn << 7) | (crm << 3) | op2;

export function sysreg(
	name: string,
	encoding: Encoding,
	options: SystemRegisterOptions
): SystemRegister {
	const { reset = 0n, writable } = options;
	// The same members in the same order for all, so that V8 sees one shape.
	return {
		name,
		key: keyOf(encoding),
		slot: slots++,
		reset,
		minEl: options.minEl,
		minElWrite: options.minElWrite ?? options.minEl,
		readOnly: options.readOnly ?? false,
		writeOnly: options.writeOnly ?? false,
		writable: writable ?? all64,
		fixedBits: writable === undefined ? undefined : reset & ~writable & all64,
		fields: options.fields ?? {},
		trap: options.trap,
		read: options.read,
		write: options.write,
		onWrite: options.onWrite
	} as SystemRegister;
}

/** `S3_0_C1_C0_0`: how messages name an encoding that has no register. */
export function encodingName(key: number): string {
	const crn = (key >> 7) & 15;
	const crm = (key >> 3) & 15;
	return `S${key >> 14}_${(key >> 11) & 7}_C${crn}_C${crm}_${key & 7}`;
}

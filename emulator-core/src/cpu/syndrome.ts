import { AccessFlags } from './slow-paths.ts';

/** Exception classes, ESR_ELx bits 31:26. */
export const EC = {
	unknown: 0x00,
	wfx: 0x01,
	simd: 0x07,
	illegalState: 0x0e,
	svc: 0x15,
	hvc: 0x16,
	smc: 0x17,
	systemRegister: 0x18,
	instructionAbortLower: 0x20,
	instructionAbortSame: 0x21,
	pcAlignment: 0x22,
	dataAbortLower: 0x24,
	dataAbortSame: 0x25,
	spAlignment: 0x26,
	serror: 0x2f,
	brk: 0x3c
} as const;

/** IL: the instruction was 32 bits long; every A64 instruction is. */
const IL = 1 << 25;

/** ESR_ELx of an exception class and its ISS, as an unsigned 32-bit number. */
export function syndrome(ec: number, iss = 0): number {
	return ((ec << 26) | IL | iss) >>> 0;
}

/** WFI or WFE trapped: CV = 1, COND = 0xe (always), TI. */
export function wfxIss(wfe: boolean): number {
	return (1 << 24) | (0xe << 20) | (wfe ? 1 : 0);
}

/** FP and SIMD trapped: CV = 1, COND = 0xe. */
export const simdIss = (1 << 24) | (0xe << 20);

/** MSR, MRS and SYS trapped. `key` is op0:op1:CRn:CRm:op2 as in the instruction's bits 20:5. */
export function systemIss(key: number, rt: number, read: boolean): number {
	const op0 = (key >> 14) & 3;
	const op1 = (key >> 11) & 7;
	const crn = (key >> 7) & 15;
	const crm = (key >> 3) & 15;
	const op2 = key & 7;
	return (
		(op0 << 20) | (op2 << 17) | (op1 << 14) | (crn << 10) | (rt << 5) | (crm << 1) | (read ? 1 : 0)
	);
}

/** Instruction abort: S1PTW and IFSC. */
export function instructionAbortIss(status: number, s1ptw: boolean): number {
	return (s1ptw ? 1 << 7 : 0) | status;
}

export interface DataAbort {
	readonly status: number;
	readonly write: boolean;
	readonly s1ptw: boolean;
	/** A cache maintenance or address translation instruction. */
	readonly cacheMaintenance: boolean;
	/** AccessFlags and the access's bytes, for the instruction syndrome; undefined leaves ISV 0. */
	readonly instruction: { readonly flags: number; readonly size: number } | undefined;
}

/** Data abort. ISV and what it validates only for stage-2 faults of one plain register. */
export function dataAbortIss(abort: DataAbort): number {
	const { instruction } = abort;
	const isv = instruction !== undefined && (instruction.flags & AccessFlags.noSyndrome) === 0;
	return (
		(isv ? instructionSyndrome(instruction.flags, instruction.size) : 0) |
		(abort.cacheMaintenance ? 1 << 8 : 0) |
		(abort.s1ptw ? 1 << 7 : 0) |
		(abort.write ? 1 << 6 : 0) |
		abort.status
	);
}

/** ISV, SAS, SSE, SRT, SF, AR: bits 24:14 of a data abort's ISS. */
function instructionSyndrome(flags: number, size: number): number {
	const sas = 31 - Math.clz32(size);
	const rt = (flags >> AccessFlags.rtShift) & 31;
	return (
		(1 << 24) |
		(sas << 22) |
		(flags & AccessFlags.signExtend ? 1 << 21 : 0) |
		(rt << 16) |
		(flags & AccessFlags.sixtyFour ? 1 << 15 : 0) |
		(flags & AccessFlags.ordered ? 1 << 14 : 0)
	);
}

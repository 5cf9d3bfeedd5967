import { AccessFlags } from './slow-paths.ts';

/**
 * Exception classes, ESR_ELx bits 31:26: all that Armv8.0 defines for AArch64 exception levels. Those
 * whose names end in 32 come from AArch32 state only.
 */
export const EC = {
	unknown: 0x00,
	wfx: 0x01,
	cp15Access32: 0x03,
	cp15Access64Bit32: 0x04,
	cp14Access32: 0x05,
	cp14Ldc32: 0x06,
	simd: 0x07,
	vmrs32: 0x08,
	cp14Access64Bit32: 0x0c,
	illegalState: 0x0e,
	svc32: 0x11,
	hvc32: 0x12,
	smc32: 0x13,
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
	floatingPoint32: 0x28,
	floatingPoint: 0x2c,
	serror: 0x2f,
	breakpointLower: 0x30,
	breakpointSame: 0x31,
	softwareStepLower: 0x32,
	softwareStepSame: 0x33,
	watchpointLower: 0x34,
	watchpointSame: 0x35,
	bkpt32: 0x38,
	vectorCatch32: 0x3a,
	brk: 0x3c
} as const;

/** Where ESR_ELx has its fields. */
export const esrPlaces = { EC: [31, 26], IL: 25, ISS: [24, 0] } as const;

/** Where the ISS has its fields, by what the exception was: encoder and decoder read the same places. */
export const issPlaces = {
	conditional: { CV: 24, COND: [23, 20] },
	wfx: { CV: 24, COND: [23, 20], TI: 0 },
	call: { imm16: [15, 0] },
	system: {
		Op0: [21, 20],
		Op2: [19, 17],
		Op1: [16, 14],
		CRn: [13, 10],
		Rt: [9, 5],
		CRm: [4, 1],
		Direction: 0
	},
	instructionAbort: { FnV: 10, EA: 9, S1PTW: 7, IFSC: [5, 0] },
	dataAbort: { ISV: 24, FnV: 10, EA: 9, CM: 8, S1PTW: 7, WnR: 6, DFSC: [5, 0] },
	/** What ISV adds to a data abort. */
	access: { SAS: [23, 22], SSE: 21, SRT: [20, 16], SF: 15, AR: 14 }
} as const;

/** IL: the instruction was 32 bits long; every A64 instruction is. */
const IL = 1 << esrPlaces.IL;

const { wfx, system, instructionAbort, dataAbort, access } = issPlaces;

/** ESR_ELx of an exception class and its ISS, as an unsigned 32-bit number. */
export function syndrome(ec: number, iss = 0): number {
	return ((ec << esrPlaces.EC[1]) | IL | iss) >>> 0;
}

/** The condition of a conditional instruction: valid, always. */
const always = (1 << wfx.CV) | (0xe << wfx.COND[1]);

/** WFI or WFE trapped: TI says which. */
export function wfxIss(wfe: boolean): number {
	return always | (wfe ? 1 << wfx.TI : 0);
}

/** Breakpoint, watchpoint and software step report this where an abort has its status. */
export const debugStatus = 0x22;

/** Watchpoint: WnR, CM for cache maintenance. */
export function watchpointIss(write: boolean, maintenance: boolean): number {
	return ((maintenance ? 1 : 0) << dataAbort.CM) | ((write ? 1 : 0) << dataAbort.WnR) | debugStatus;
}

/**
 * Software step. ISV: an instruction was stepped, and EX says whether it was a load-exclusive; a return or
 * an unmasking into a step that is pending already has stepped none.
 */
export function stepIss(stepped: boolean, exclusive: boolean): number {
	return ((stepped ? 1 : 0) << 24) | ((stepped && exclusive ? 1 : 0) << 6) | debugStatus;
}

/** FP and SIMD trapped. */
export const simdIss = always;

/** MSR, MRS and SYS trapped. `key` is op0:op1:CRn:CRm:op2 as in the instruction's bits 20:5. */
export function systemIss(key: number, rt: number, read: boolean): number {
	const op0 = (key >> 14) & 3;
	const op1 = (key >> 11) & 7;
	const crn = (key >> 7) & 15;
	const crm = (key >> 3) & 15;
	const op2 = key & 7;
	return (
		(op0 << system.Op0[1]) |
		(op2 << system.Op2[1]) |
		(op1 << system.Op1[1]) |
		(crn << system.CRn[1]) |
		(rt << system.Rt[1]) |
		(crm << system.CRm[1]) |
		((read ? 1 : 0) << system.Direction)
	);
}

/** Instruction abort: S1PTW and IFSC. */
export function instructionAbortIss(status: number, s1ptw: boolean): number {
	return ((s1ptw ? 1 : 0) << instructionAbort.S1PTW) | status;
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
		((abort.cacheMaintenance ? 1 : 0) << dataAbort.CM) |
		((abort.s1ptw ? 1 : 0) << dataAbort.S1PTW) |
		((abort.write ? 1 : 0) << dataAbort.WnR) |
		abort.status
	);
}

/** ISV, SAS, SSE, SRT, SF, AR of a data abort's ISS. */
function instructionSyndrome(flags: number, size: number): number {
	const sas = 31 - Math.clz32(size);
	const rt = (flags >> AccessFlags.rtShift) & 31;
	return (
		(1 << dataAbort.ISV) |
		(sas << access.SAS[1]) |
		((flags & AccessFlags.signExtend ? 1 : 0) << access.SSE) |
		(rt << access.SRT[1]) |
		((flags & AccessFlags.sixtyFour ? 1 : 0) << access.SF) |
		((flags & AccessFlags.ordered ? 1 : 0) << access.AR)
	);
}

/**
 * How a number that lies between two neighbours is rounded: the four modes of FPCR.RMode, and two
 * that only instructions name. Arm's names (the pseudocode's FPRounding):
 * to the nearest, ties to even; up; down; toward zero; to the nearest, ties away from zero (FCVTA*,
 * FRINTA); and to odd (FCVTXN), which keeps in the lowest bit that something was cut off.
 */
export type Rounding = 'TIEEVEN' | 'POSINF' | 'NEGINF' | 'ZERO' | 'TIEAWAY' | 'ODD';

/** FPCR.RMode, bits 23:22, in its own order. */
const roundingModes: readonly Rounding[] = ['TIEEVEN', 'POSINF', 'NEGINF', 'ZERO'];

/** The cumulative flags, each at its place in FPSR (Arm ARM "FPSR, Floating-point Status Register"). */
export const fpFlags = {
	/** Invalid operation: no useful answer, as of 0/0, or a signalling NaN. */
	IOC: 1 << 0,
	/** Division of a finite number by zero. */
	DZC: 1 << 1,
	/** Overflow: too large for the format. */
	OFC: 1 << 2,
	/** Underflow: below the smallest normal number, and inexact or flushed. */
	UFC: 1 << 3,
	/** Inexact: the result was rounded. */
	IXC: 1 << 4,
	/** A subnormal operand was taken as zero because of FPCR.FZ. */
	IDC: 1 << 7
} as const;

/** The bits of FPCR that v8.0 has. The trap enables (bits 15:8) read as zero here, and FZ16 is v8.2's. */
export const fpcrFields = { AHP: 26, DN: 25, FZ: 24, RMode: [23, 22] } as const;

/** What one operation reads of FPCR, and the flags it leaves for FPSR. */
export class FpEnvironment {
	rounding: Rounding = 'TIEEVEN';
	/** FPCR.FZ: subnormal operands and results of single and double become zero. */
	flushToZero = false;
	/** FPCR.DN: every NaN that comes out is the default one. */
	defaultNaN = false;
	/** FPCR.AHP: half precision without infinities and NaNs, with one more exponent instead. */
	alternativeHalf = false;
	/** Bits of FPSR, collected by `raise`; whoever owns FPSR ORs them into it. */
	flags = 0;

	constructor(fpcr = 0) {
		this.configure(fpcr);
	}

	/** Takes the modes from a value of FPCR and clears the flags. Other bits are ignored. */
	configure(fpcr: number): void {
		this.rounding = roundingModes[(fpcr >>> 22) & 3]!;
		this.flushToZero = ((fpcr >>> fpcrFields.FZ) & 1) === 1;
		this.defaultNaN = ((fpcr >>> fpcrFields.DN) & 1) === 1;
		this.alternativeHalf = ((fpcr >>> fpcrFields.AHP) & 1) === 1;
		this.flags = 0;
	}

	/** FPProcessException, without traps: v8.0 lets a machine have none, and this one has none. */
	raise(flags: number): void {
		this.flags |= flags;
	}
}

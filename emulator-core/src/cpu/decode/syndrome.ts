import { EC, esrPlaces, issPlaces } from '../syndrome.ts';
import { encodingName, keyOf } from '../sysregs/description.ts';
import { systemRegister } from '../sysregs/index.ts';
import { systemInstruction } from '../system-instructions.ts';
import { dataAbortMeanings, exceptionClass, type ExceptionClass } from './exception-classes.ts';
import { faultStatusWords } from './fault-status.ts';
import { fieldValue, hex, splitFields, type DecodedField, type Place } from '../../fields.ts';

/** An ESR_ELx taken apart. */
export interface Syndrome {
	/** The low 32 bits; Armv8.0 defines no others. */
	readonly esr: number;
	/** The exception class, bits 31:26. */
	readonly ec: number;
	/** Its name in the Arm ARM; of a class that Armv8.0 does not define, that it does not. */
	readonly name: string;
	/** The instruction was 32 bits long. */
	readonly il: boolean;
	/** Bits 24:0. */
	readonly iss: number;
	/** The ISS from bit 24 down to bit 0, what is reserved included. */
	readonly fields: readonly DecodedField[];
	/** The register that a trapped MSR or MRS named, or the operation of a system instruction: `ACTLR_EL1`. */
	readonly register: string | undefined;
	/** All of it in half a line: `STRB W1: translation fault, level 2`. */
	readonly summary: string;
}

/**
 * What an ESR_ELx says (Arm ARM, "ESR_EL2, Exception Syndrome Register (EL2)"). Anything can be given:
 * classes and values that Armv8.0 does not define are called so.
 *
 * @param esr as a register holds it, or as TrapRecord has it; negative numbers are taken modulo 2^32
 */
export function decodeSyndrome(esr: number | bigint): Syndrome {
	const word = BigInt.asUintN(32, BigInt(esr));
	const at = (place: Place) => Number(fieldValue(word, place));
	const [ec, iss] = [at(esrPlaces.EC), at(esrPlaces.ISS)];
	const known = exceptionClass(ec);
	const register = ec === EC.systemRegister ? registerName(word) : undefined;
	return {
		esr: Number(word),
		ec,
		name: known?.name ?? `Not defined in Armv8.0 (class 0b${ec.toString(2).padStart(6, '0')})`,
		il: at(esrPlaces.IL) === 1,
		iss,
		fields: known ? issFields(ec, word, known) : unknownIss(word),
		register,
		summary: summary(ec, word, known, register)
	};
}

function unknownIss(word: bigint): DecodedField[] {
	const value = fieldValue(word, esrPlaces.ISS);
	return [{ name: 'ISS', bits: esrPlaces.ISS, value, means: 'not defined in Armv8.0' }];
}

const isDataAbort = (ec: number) => ec === EC.dataAbortLower || ec === EC.dataAbortSame;

function issFields(ec: number, word: bigint, known: ExceptionClass): DecodedField[] {
	const described = isDataAbort(ec) && fieldValue(word, issPlaces.dataAbort.ISV) === 1n;
	if (!described) return splitFields(word, 25, known.places, known.meanings);
	const places = { ...known.places, ...issPlaces.access };
	return splitFields(word, 25, places, {
		...dataAbortMeanings,
		SRT: () => accessedRegister(word)
	});
}

/** SRT by the width that SF gives it. */
function accessedRegister(word: bigint): string {
	const { SRT, SF } = issPlaces.access;
	const letter = fieldValue(word, SF) === 1n ? 'X' : 'W';
	const number = fieldValue(word, SRT);
	return number === 31n ? `${letter}ZR` : letter + number;
}

function registerName(word: bigint): string {
	const { Op0, Op1, CRn, CRm, Op2 } = issPlaces.system;
	const at = (place: Place) => Number(fieldValue(word, place));
	const key = keyOf([at(Op0), at(Op1), at(CRn), at(CRm), at(Op2)]);
	return systemRegister(key)?.name ?? systemInstruction(key)?.name ?? encodingName(key);
}

function summary(
	ec: number,
	word: bigint,
	known: ExceptionClass | undefined,
	register: string | undefined
): string {
	const at = (place: Place) => Number(fieldValue(word, place));
	const number = at(issPlaces.call.imm16);
	switch (ec) {
		case EC.wfx:
			return at(issPlaces.wfx.TI) === 1 ? 'WFE' : 'WFI';
		case EC.svc:
		case EC.svc32:
			return `SVC #${number}`;
		case EC.hvc:
		case EC.hvc32:
			return `HVC #${number}`;
		case EC.smc:
			return `SMC #${number}`;
		case EC.smc32:
			return 'SMC';
		case EC.brk:
			return `BRK #${hex(number)}`;
		case EC.bkpt32:
			return `BKPT #${hex(number)}`;
		case EC.simd:
			return 'a floating-point or SIMD instruction';
		case EC.systemRegister:
			return systemSummary(word, register!);
		case EC.instructionAbortLower:
		case EC.instructionAbortSame:
			return `instruction fetch: ${faultWords(word, issPlaces.instructionAbort.IFSC)}`;
		case EC.dataAbortLower:
		case EC.dataAbortSame:
			return `${accessWords(word)}: ${faultWords(word, issPlaces.dataAbort.DFSC)}`;
	}
	return known ? known.name : `exception class ${hex(ec)}, not defined in Armv8.0`;
}

function systemSummary(word: bigint, register: string): string {
	const { Op0, Rt, Direction } = issPlaces.system;
	const number = fieldValue(word, Rt);
	const rt = number === 31n ? 'XZR' : `X${number}`;
	// AT, DC, IC and TLBI are written after their names' first word.
	if (fieldValue(word, Op0) === 1n)
		return register.startsWith('S1_') ? `SYS ${register}, ${rt}` : `${register}, ${rt}`;
	return fieldValue(word, Direction) === 1n ? `MRS ${rt}, ${register}` : `MSR ${register}, ${rt}`;
}

/** Aborts by fetch and by data have S1PTW at the same place. */
function faultWords(word: bigint, place: Place): string {
	const status = faultStatusWords(Number(fieldValue(word, place)));
	const walk = fieldValue(word, issPlaces.dataAbort.S1PTW) === 1n;
	return walk ? `${status}, on a stage-1 table walk` : status;
}

function accessWords(word: bigint): string {
	const { ISV, CM, WnR } = issPlaces.dataAbort;
	const { SAS, SSE } = issPlaces.access;
	if (fieldValue(word, CM) === 1n) return 'cache maintenance or address translation';
	const write = fieldValue(word, WnR) === 1n;
	if (fieldValue(word, ISV) === 0n) return write ? 'write' : 'read';
	const bytes = 1 << Number(fieldValue(word, SAS));
	const size = bytes === 1 ? '1 byte' : `${bytes} bytes`;
	const signed = fieldValue(word, SSE) === 1n ? ', signed' : '';
	return `${write ? 'write' : 'read'} of ${size} ${write ? 'from' : 'into'} ${accessedRegister(word)}${signed}`;
}

/**
 * The IPA of a stage-2 fault: HPFAR_EL2 has bits 47:12, FAR_EL2 the same page offset as the virtual
 * address. Only for faults whose HPFAR_EL2 is valid: of translation, access flag and address size, and
 * all on a stage-1 table walk (there, the page of the descriptor; the offset is then not the descriptor's).
 */
export function ipaOf(hpfar: bigint, far: bigint): bigint {
	return (((hpfar >> 4n) & 0xf_ffff_ffffn) << 12n) | (far & 0xfffn);
}

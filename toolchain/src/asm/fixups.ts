import { R_AARCH64 } from '../elf/constants.ts';
import type { A64Assembler, A64FixupKind } from './a64.ts';
import type { Place } from './diagnostics.ts';
import { nameOf, reduce, type Linear } from './evaluate.ts';
import type { Expression } from './expression.ts';
import type { Subsection } from './sections.ts';
import type { AsmSymbol } from './symbols.ts';

/** A value that could not be put in yet when its bytes were emitted. */
export interface Fixup {
	readonly sub: Subsection;
	readonly offset: number;
	readonly kind: A64FixupKind | DataKind | LinkerKind;
	readonly expression: Expression;
	readonly place: Place;
}

export type DataKind = 'data1' | 'data2' | 'data4' | 'data8';

/** What a fixup becomes if the linker has to do it. */
export interface PendingRelocation {
	readonly sub: Subsection;
	readonly offset: number;
	readonly type: number;
	readonly symbol: AsmSymbol | undefined;
	readonly addend: bigint;
}

/** One that the text asks for by its name, whatever is there. */
export interface WantedRelocation {
	readonly sub: Subsection;
	readonly at: Expression;
	readonly type: number;
	readonly value: Expression;
	readonly place: Place;
}

/** References that the assembler never resolves itself: to tables that the linker makes, mostly. */
export const linkerRelocations = {
	adr_got_page: R_AARCH64.ADR_GOT_PAGE,
	ld64_got_lo12: R_AARCH64.LD64_GOT_LO12_NC,
	ld64_gotpage_lo15: R_AARCH64.LD64_GOTPAGE_LO15,
	adr_prel_pg_hi21_nc: R_AARCH64.ADR_PREL_PG_HI21_NC,
	movw_prel_g0: R_AARCH64.MOVW_PREL_G0,
	movw_prel_g0_nc: R_AARCH64.MOVW_PREL_G0_NC,
	movw_prel_g1: R_AARCH64.MOVW_PREL_G1,
	movw_prel_g1_nc: R_AARCH64.MOVW_PREL_G1_NC,
	movw_prel_g2: R_AARCH64.MOVW_PREL_G2,
	movw_prel_g2_nc: R_AARCH64.MOVW_PREL_G2_NC,
	movw_prel_g3: R_AARCH64.MOVW_PREL_G3,
	adr_gottprel_page: R_AARCH64.TLSIE_ADR_GOTTPREL_PAGE21,
	ld64_gottprel_lo12: R_AARCH64.TLSIE_LD64_GOTTPREL_LO12_NC,
	add_tprel_hi12: R_AARCH64.TLSLE_ADD_TPREL_HI12,
	add_tprel_lo12: R_AARCH64.TLSLE_ADD_TPREL_LO12,
	add_tprel_lo12_nc: R_AARCH64.TLSLE_ADD_TPREL_LO12_NC
} as const;
export type LinkerKind = keyof typeof linkerRelocations;

const relocationOf: Record<A64FixupKind | LinkerKind, number> = {
	...linkerRelocations,
	call26: R_AARCH64.CALL26,
	jump26: R_AARCH64.JUMP26,
	condbr19: R_AARCH64.CONDBR19,
	tstbr14: R_AARCH64.TSTBR14,
	ld_prel_lo19: R_AARCH64.LD_PREL_LO19,
	adr_prel_lo21: R_AARCH64.ADR_PREL_LO21,
	adr_prel_pg_hi21: R_AARCH64.ADR_PREL_PG_HI21,
	add_abs_lo12: R_AARCH64.ADD_ABS_LO12_NC,
	ldst8_lo12: R_AARCH64.LDST8_ABS_LO12_NC,
	ldst16_lo12: R_AARCH64.LDST16_ABS_LO12_NC,
	ldst32_lo12: R_AARCH64.LDST32_ABS_LO12_NC,
	ldst64_lo12: R_AARCH64.LDST64_ABS_LO12_NC,
	ldst128_lo12: R_AARCH64.LDST128_ABS_LO12_NC,
	movw_uabs_g0: R_AARCH64.MOVW_UABS_G0,
	movw_uabs_g0_nc: R_AARCH64.MOVW_UABS_G0_NC,
	movw_uabs_g1: R_AARCH64.MOVW_UABS_G1,
	movw_uabs_g1_nc: R_AARCH64.MOVW_UABS_G1_NC,
	movw_uabs_g2: R_AARCH64.MOVW_UABS_G2,
	movw_uabs_g2_nc: R_AARCH64.MOVW_UABS_G2_NC,
	movw_uabs_g3: R_AARCH64.MOVW_UABS_G3,
	movw_sabs_g0: R_AARCH64.MOVW_SABS_G0,
	movw_sabs_g1: R_AARCH64.MOVW_SABS_G1,
	movw_sabs_g2: R_AARCH64.MOVW_SABS_G2
};

const absolute: Record<DataKind, number | undefined> = {
	data1: undefined,
	data2: R_AARCH64.ABS16,
	data4: R_AARCH64.ABS32,
	data8: R_AARCH64.ABS64
};

const relative: Record<DataKind, number | undefined> = {
	data1: undefined,
	data2: R_AARCH64.PREL16,
	data4: R_AARCH64.PREL32,
	data8: R_AARCH64.PREL64
};

const pcRelative = new Set<string>([
	'call26',
	'jump26',
	'condbr19',
	'tstbr14',
	'ld_prel_lo19',
	'adr_prel_lo21'
]);

function isLinkerKind(kind: A64FixupKind | LinkerKind): kind is LinkerKind {
	return Object.hasOwn(linkerRelocations, kind);
}

/** Does it patch an instruction (and not data)? */
export function isInstructionKind(kind: Fixup['kind']): kind is A64FixupKind | LinkerKind {
	return !kind.startsWith('data');
}

/**
 * Puts the value in, or says what the linker shall do. A string is an error.
 * As GNU as does: a reference to a global symbol is left to the linker even where it is defined here.
 */
export function resolveFixup(
	fixup: Fixup,
	a64: A64Assembler
): PendingRelocation | undefined | string {
	const value = reduce(fixup.expression, 'final');
	if (typeof value === 'string') return value;
	const { kind } = fixup;
	return isInstructionKind(kind)
		? resolveInstruction(fixup, kind, value, a64)
		: resolveData(fixup, kind, value);
}

function resolveInstruction(
	fixup: Fixup,
	kind: A64FixupKind | LinkerKind,
	value: Linear,
	a64: A64Assembler
): PendingRelocation | undefined | string {
	const { sub, offset } = fixup;
	if (value.sub)
		return `The distance between "${nameOf(value.sub)}" and "${value.add ? nameOf(value.add) : 0}" is not known here: they are not in one section`;
	const isRelative = pcRelative.has(kind);
	let known: bigint | undefined;
	if (!value.add) {
		if (!isRelative && kind !== 'adr_prel_pg_hi21') known = value.constant;
	} else if (isRelative && value.add.sub?.section === sub.section && !value.add.isPreemptible) {
		known = BigInt(value.add.sub.base + value.add.offset - sub.base - offset) + value.constant;
	}
	if (known === undefined || isLinkerKind(kind))
		return {
			sub,
			offset,
			type: relocationOf[kind],
			symbol: value.add,
			addend: value.constant
		};
	const word = a64.applyFixup(sub.wordAt(offset), kind, known);
	if (typeof word !== 'number') return word.error;
	sub.setWord(offset, word);
	return undefined;
}

function resolveData(
	fixup: Fixup,
	kind: DataKind,
	value: Linear
): PendingRelocation | undefined | string {
	const { sub, offset } = fixup;
	const bytes = Number(kind.slice(4));
	if (!value.add && !value.sub) {
		const problem = rangeProblem(value.constant, bytes);
		if (problem) return problem;
		sub.patch(offset, value.constant, bytes);
		return undefined;
	}
	if (!value.sub) return relocate(fixup, absolute[kind], bytes, value.add!, value.constant);
	if (!value.add || value.sub.sub?.section !== sub.section)
		return value.sub.isDefined
			? `"${nameOf(value.sub)}" cannot be subtracted here: it is in another section, and the linker can only subtract the place of the value itself`
			: `"${nameOf(value.sub)}" is subtracted but not defined in this file`;
	const distance = BigInt(sub.base + offset - value.sub.sub.base - value.sub.offset);
	return relocate(fixup, relative[kind], bytes, value.add, value.constant + distance);
}

function relocate(
	{ sub, offset }: Fixup,
	type: number | undefined,
	bytes: number,
	symbol: AsmSymbol,
	addend: bigint
): PendingRelocation | string {
	if (type === undefined)
		return `The address of "${nameOf(symbol)}" does not fit ${bytes} byte: AArch64 has relocations for 2, 4 and 8 bytes`;
	return { sub, offset, type, symbol, addend };
}

/** A message if a number fits the bytes neither as a signed nor as an unsigned one. */
export function rangeProblem(value: bigint, bytes: number): string | undefined {
	if (bytes >= 8) return undefined;
	const bits = BigInt(8 * bytes);
	if (value >= -(1n << (bits - 1n)) && value < 1n << bits) return undefined;
	return `${value} does not fit ${bytes} byte${bytes > 1 ? 's' : ''} (from ${-(1n << (bits - 1n))} to ${(1n << bits) - 1n})`;
}

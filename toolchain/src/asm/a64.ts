/**
 * The single-instruction assembler that the caller hands in. It is made from the instruction table in
 * emulator-core (isa/assembler.ts describes it); this package may not import that one, so the shape is
 * repeated here and tests/ hold the two together.
 */
export interface A64Assembler {
	encode(mnemonic: string, operands: string, at: A64Context): A64Encoded | A64Error;
	applyFixup(word: number, kind: A64FixupKind, value: bigint): number | { error: string };
	readonly mnemonics: readonly string[];
}

export interface A64Context {
	symbol(expression: string): number | bigint | undefined;
}

export interface A64Encoded {
	readonly word: number;
	readonly fixup?: { readonly kind: A64FixupKind; readonly expression: string };
}

export interface A64Error {
	readonly error: string;
	readonly column: number;
}

export type A64FixupKind =
	| 'call26'
	| 'jump26'
	| 'condbr19'
	| 'tstbr14'
	| 'ld_prel_lo19'
	| 'adr_prel_lo21'
	| 'adr_prel_pg_hi21'
	| 'add_abs_lo12'
	| 'ldst8_lo12'
	| 'ldst16_lo12'
	| 'ldst32_lo12'
	| 'ldst64_lo12'
	| 'ldst128_lo12'
	| 'movw_uabs_g0'
	| 'movw_uabs_g0_nc'
	| 'movw_uabs_g1'
	| 'movw_uabs_g1_nc'
	| 'movw_uabs_g2'
	| 'movw_uabs_g2_nc'
	| 'movw_uabs_g3'
	| 'movw_sabs_g0'
	| 'movw_sabs_g1'
	| 'movw_sabs_g2';

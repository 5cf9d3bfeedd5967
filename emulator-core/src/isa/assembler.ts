/**
 * The single-instruction assembler, as the toolchain gets it: handed over as an object, so that
 * neither package imports the other. The syntax is GNU as's for AArch64.
 */
export interface A64Assembler {
	/**
	 * Encodes one instruction. `operands` is the text after the mnemonic, comments removed.
	 * Numbers are evaluated here; an expression that names anything else goes whole to `at.symbol`.
	 */
	encode(mnemonic: string, operands: string, at: AssemblyContext): Encoded | AssemblyError;
	/**
	 * Puts a resolved value into an instruction.
	 *
	 * `value` is, for the PC-relative kinds (branches, `ld_prel_lo19`, `adr_prel_lo21`), S + A - P; for
	 * `adr_prel_pg_hi21`, Page(S + A) - Page(P) in bytes; for the others S + A itself.
	 */
	applyFixup(word: number, kind: FixupKind, value: bigint): number | { error: string };
	/** Every mnemonic, lower case, sorted: for messages and completion. `b.cond` forms are written out. */
	readonly mnemonics: readonly string[];
}

export interface AssemblyContext {
	/**
	 * Value of an expression that names symbols (a label, `.`, `1f`, `end - start`, a constant from
	 * .equ), or undefined if only the linker (or a later pass) can know it: then it becomes a fixup.
	 */
	symbol(expression: string): number | bigint | undefined;
}

export interface Encoded {
	readonly word: number;
	/** What is still to be put in, with the text of the expression. Branch targets are always fixups. */
	readonly fixup?: { readonly kind: FixupKind; readonly expression: string };
}

/** `column` counts characters of `operands` from 0; -1 means the mnemonic itself. */
export interface AssemblyError {
	readonly error: string;
	readonly column: number;
}

/** Named as in the ELF relocations R_AARCH64_* that each turns into. */
export type FixupKind =
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

/**
 * The names of system registers, by the key that the hardware uses: op0:op1:CRn:CRm:op2, packed as
 * in bits 20:5 of MRS, MSR and SYS. The names live with their descriptions in cpu/sysregs; src/index.ts
 * hands them to `createA64`, because isa/ may not import cpu/.
 */
export type SystemRegisterNames = Iterable<readonly [name: string, key: number]>;

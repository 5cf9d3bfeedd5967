/** Numbers of the ELF format ("System V ABI", chapter "Object Files") and of its AArch64 supplement. */

export const EM_AARCH64 = 183;

export const ET_REL = 1;
export const ET_EXEC = 2;
export const ET_DYN = 3;

export const PT_LOAD = 1;

export const SHT_NULL = 0;
export const SHT_PROGBITS = 1;
export const SHT_SYMTAB = 2;
export const SHT_STRTAB = 3;
export const SHT_RELA = 4;
export const SHT_NOTE = 7;
export const SHT_NOBITS = 8;
export const SHT_INIT_ARRAY = 14;
export const SHT_FINI_ARRAY = 15;
export const SHT_PREINIT_ARRAY = 16;
export const SHT_GROUP = 17;

export const SHF_WRITE = 0x1;
export const SHF_ALLOC = 0x2;
export const SHF_EXECINSTR = 0x4;
export const SHF_MERGE = 0x10;
export const SHF_STRINGS = 0x20;
export const SHF_INFO_LINK = 0x40;
export const SHF_LINK_ORDER = 0x80;
export const SHF_GROUP = 0x200;
export const SHF_TLS = 0x400;
export const SHF_GNU_RETAIN = 0x20_0000;
export const SHF_EXCLUDE = 0x8000_0000;

export const SHN_UNDEF = 0;
export const SHN_ABS = 0xfff1;
export const SHN_COMMON = 0xfff2;

export const STB_LOCAL = 0;
export const STB_GLOBAL = 1;
export const STB_WEAK = 2;

export const STT_NOTYPE = 0;
export const STT_OBJECT = 1;
export const STT_FUNC = 2;
export const STT_SECTION = 3;
export const STT_FILE = 4;
export const STT_TLS = 6;
export const STT_GNU_IFUNC = 10;

export const GRP_COMDAT = 1;

export const STV_DEFAULT = 0;
export const STV_INTERNAL = 1;
export const STV_HIDDEN = 2;
export const STV_PROTECTED = 3;

/** Relocation numbers: "ELF for the Arm 64-bit Architecture (AArch64)", chapter "Relocation". */
export const R_AARCH64 = {
	NONE: 0,
	ABS64: 257,
	ABS32: 258,
	ABS16: 259,
	PREL64: 260,
	PREL32: 261,
	PREL16: 262,
	MOVW_UABS_G0: 263,
	MOVW_UABS_G0_NC: 264,
	MOVW_UABS_G1: 265,
	MOVW_UABS_G1_NC: 266,
	MOVW_UABS_G2: 267,
	MOVW_UABS_G2_NC: 268,
	MOVW_UABS_G3: 269,
	MOVW_SABS_G0: 270,
	MOVW_SABS_G1: 271,
	MOVW_SABS_G2: 272,
	LD_PREL_LO19: 273,
	ADR_PREL_LO21: 274,
	ADR_PREL_PG_HI21: 275,
	ADR_PREL_PG_HI21_NC: 276,
	ADD_ABS_LO12_NC: 277,
	LDST8_ABS_LO12_NC: 278,
	TSTBR14: 279,
	CONDBR19: 280,
	JUMP26: 282,
	CALL26: 283,
	LDST16_ABS_LO12_NC: 284,
	LDST32_ABS_LO12_NC: 285,
	LDST64_ABS_LO12_NC: 286,
	MOVW_PREL_G0: 287,
	MOVW_PREL_G0_NC: 288,
	MOVW_PREL_G1: 289,
	MOVW_PREL_G1_NC: 290,
	MOVW_PREL_G2: 291,
	MOVW_PREL_G2_NC: 292,
	MOVW_PREL_G3: 293,
	LDST128_ABS_LO12_NC: 299,
	GOT_LD_PREL19: 309,
	ADR_GOT_PAGE: 311,
	LD64_GOT_LO12_NC: 312,
	LD64_GOTPAGE_LO15: 313,
	TLSIE_ADR_GOTTPREL_PAGE21: 541,
	TLSIE_LD64_GOTTPREL_LO12_NC: 542,
	TLSLE_ADD_TPREL_HI12: 549,
	TLSLE_ADD_TPREL_LO12: 550,
	TLSLE_ADD_TPREL_LO12_NC: 551
} as const;

const relocationNames = new Map(
	Object.entries(R_AARCH64).map(([name, number]) => [number as number, `R_AARCH64_${name}`])
);

/** `R_AARCH64_CALL26` for 283; the bare number for one that is not in the table above. */
export function relocationName(type: number): string {
	return relocationNames.get(type) ?? `R_AARCH64_${type}`;
}

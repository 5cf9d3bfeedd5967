/**
 * Debugging information entries (.debug_info and .debug_abbrev, DWARF version 5) as assembly text, so
 * that labels, distances and relocations are the assembler's business.
 */

export interface Die {
	tag: number;
	attributes: readonly Attribute[];
	children?: readonly Die[];
}

/** An attribute with its value as it stands in assembly: a number, a label, a string's characters. */
export type Attribute = readonly [attribute: number, form: number, value: string | number];

export const DW_TAG = {
	formal_parameter: 0x05,
	lexical_block: 0x0b,
	compile_unit: 0x11,
	base_type: 0x24,
	subprogram: 0x2e,
	variable: 0x34
} as const;

export const DW_AT = {
	location: 0x02,
	name: 0x03,
	byte_size: 0x0b,
	stmt_list: 0x10,
	low_pc: 0x11,
	high_pc: 0x12,
	language: 0x13,
	comp_dir: 0x1b,
	producer: 0x25,
	decl_file: 0x3a,
	decl_line: 0x3b,
	encoding: 0x3e,
	external: 0x3f,
	frame_base: 0x40,
	type: 0x49,
	ranges: 0x55
} as const;

export const DW_FORM = {
	addr: 0x01,
	data2: 0x05,
	data4: 0x06,
	data8: 0x07,
	string: 0x08,
	data1: 0x0b,
	udata: 0x0f,
	sec_offset: 0x17,
	flag_present: 0x19
} as const;

export const DW_LANG = { C11: 0x1d, Mips_Assembler: 0x8001 } as const;

const directiveOf: Record<number, string> = {
	[DW_FORM.addr]: '.8byte',
	[DW_FORM.data1]: '.byte',
	[DW_FORM.data2]: '.2byte',
	[DW_FORM.data4]: '.4byte',
	[DW_FORM.data8]: '.8byte',
	[DW_FORM.udata]: '.uleb128',
	[DW_FORM.sec_offset]: '.4byte',
	[DW_FORM.string]: '.asciz'
};

/** The text of the sections .debug_abbrev and .debug_info that hold one compilation unit. */
export function unitText(unit: Die): string[] {
	const abbreviations = new Map<string, number>();
	const abbrevs: string[] = [];
	const entries: string[] = [];

	const write = (die: Die): void => {
		const children = die.children ?? [];
		const shape = JSON.stringify([
			die.tag,
			children.length > 0,
			die.attributes.map(([attribute, form]) => [attribute, form])
		]);
		let code = abbreviations.get(shape);
		if (code === undefined) {
			code = abbreviations.size + 1;
			abbreviations.set(shape, code);
			abbrevs.push(`.uleb128 ${code}, ${die.tag}`, `.byte ${children.length > 0 ? 1 : 0}`);
			for (const [attribute, form] of die.attributes)
				abbrevs.push(`.uleb128 ${attribute}, ${form}`);
			abbrevs.push('.byte 0, 0');
		}
		entries.push(`.uleb128 ${code}`);
		for (const [, form, value] of die.attributes)
			if (form !== DW_FORM.flag_present)
				entries.push(`${directiveOf[form]} ${form === DW_FORM.string ? quote(value) : value}`);
		if (children.length === 0) return;
		for (const child of children) write(child);
		entries.push('.byte 0');
	};
	write(unit);

	return [
		'.section .debug_abbrev,"",@progbits',
		'.Ldwarf_abbrev:',
		...abbrevs,
		'.byte 0',
		'.section .debug_info,"",@progbits',
		'.4byte .Ldwarf_info_end - .Ldwarf_info',
		'.Ldwarf_info:',
		'.2byte 5', // DWARF version
		'.byte 1, 8', // DW_UT_compile, bytes of an address
		'.4byte .Ldwarf_abbrev',
		...entries,
		'.Ldwarf_info_end:'
	];
}

function quote(value: string | number): string {
	return JSON.stringify(String(value)).replace(/\\u00(..)/g, '\\x$1');
}

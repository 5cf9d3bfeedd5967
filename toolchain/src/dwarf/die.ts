/**
 * Debugging information entries (.debug_info and .debug_abbrev, DWARF version 5) as assembly text, so
 * that labels, distances and relocations are the assembler's business.
 */

export interface Die {
	tag: number;
	attributes: readonly Attribute[];
	/** A label for other entries to refer to. */
	label?: string;
	children?: readonly Die[];
}

/**
 * An attribute with its value as it stands in assembly: a number, a label, a string's characters; for
 * exprloc the statements that make the expression (see `expressionText`).
 */
export type Attribute = readonly [attribute: number, form: number, value: string | number];

export const DW_TAG = {
	array_type: 0x01,
	enumeration_type: 0x04,
	formal_parameter: 0x05,
	lexical_block: 0x0b,
	member: 0x0d,
	pointer_type: 0x0f,
	compile_unit: 0x11,
	structure_type: 0x13,
	subroutine_type: 0x15,
	typedef: 0x16,
	union_type: 0x17,
	unspecified_parameters: 0x18,
	inlined_subroutine: 0x1d,
	subrange_type: 0x21,
	base_type: 0x24,
	const_type: 0x26,
	enumerator: 0x28,
	subprogram: 0x2e,
	variable: 0x34,
	volatile_type: 0x35,
	restrict_type: 0x37,
	atomic_type: 0x47
} as const;

export const DW_AT = {
	location: 0x02,
	name: 0x03,
	byte_size: 0x0b,
	bit_size: 0x0d,
	stmt_list: 0x10,
	low_pc: 0x11,
	high_pc: 0x12,
	language: 0x13,
	comp_dir: 0x1b,
	const_value: 0x1c,
	inline: 0x20,
	producer: 0x25,
	prototyped: 0x27,
	abstract_origin: 0x31,
	artificial: 0x34,
	count: 0x37,
	data_member_location: 0x38,
	decl_file: 0x3a,
	decl_line: 0x3b,
	declaration: 0x3c,
	encoding: 0x3e,
	external: 0x3f,
	frame_base: 0x40,
	type: 0x49,
	ranges: 0x55,
	call_column: 0x57,
	call_file: 0x58,
	call_line: 0x59,
	data_bit_offset: 0x6b
} as const;

export const DW_FORM = {
	addr: 0x01,
	data2: 0x05,
	data4: 0x06,
	data8: 0x07,
	string: 0x08,
	data1: 0x0b,
	sdata: 0x0d,
	strp: 0x0e,
	udata: 0x0f,
	ref4: 0x13,
	sec_offset: 0x17,
	exprloc: 0x18,
	flag_present: 0x19
} as const;

export const DW_LANG = { C11: 0x1d, Mips_Assembler: 0x8001 } as const;

export const DW_ATE = {
	address: 1,
	boolean: 2,
	complex_float: 3,
	float: 4,
	signed: 5,
	signed_char: 6,
	unsigned: 7,
	unsigned_char: 8,
	UTF: 16
} as const;

export const DW_OP = {
	addr: 0x03,
	deref: 0x06,
	const8u: 0x0e,
	consts: 0x11,
	and: 0x1a,
	minus: 0x1c,
	mul: 0x1e,
	neg: 0x1f,
	not: 0x20,
	or: 0x21,
	plus: 0x22,
	plus_uconst: 0x23,
	shl: 0x24,
	shr: 0x25,
	shra: 0x26,
	xor: 0x27,
	eq: 0x29,
	ne: 0x2e,
	lit0: 0x30,
	reg0: 0x50,
	breg0: 0x70,
	regx: 0x90,
	fbreg: 0x91,
	piece: 0x93,
	call_frame_cfa: 0x9c,
	implicit_value: 0x9e,
	stack_value: 0x9f
} as const;

const directiveOf: Record<number, string> = {
	[DW_FORM.addr]: '.8byte',
	[DW_FORM.data1]: '.byte',
	[DW_FORM.data2]: '.2byte',
	[DW_FORM.data4]: '.4byte',
	[DW_FORM.data8]: '.8byte',
	[DW_FORM.udata]: '.uleb128',
	[DW_FORM.sdata]: '.sleb128',
	[DW_FORM.sec_offset]: '.4byte',
	[DW_FORM.string]: '.asciz'
};

/** A byte of an expression, or the eight bytes of an address. */
export type ExpressionItem = number | { symbol: string; offset: bigint };

export const lengthOf = (items: readonly ExpressionItem[]) =>
	items.reduce<number>((sum, item) => sum + (typeof item === 'number' ? 1 : 8), 0);

/** A location expression as statements, its length before it. */
export function expressionText(items: readonly ExpressionItem[]): string {
	const statements = [`.uleb128 ${lengthOf(items)}`];
	let bytes: number[] = [];
	const flush = () => {
		if (bytes.length > 0) statements.push(`.byte ${bytes.join(', ')}`);
		bytes = [];
	};
	for (const item of items)
		if (typeof item === 'number') bytes.push(item);
		else {
			flush();
			const { symbol, offset } = item;
			statements.push(
				`.8byte ${symbol}${offset === 0n ? '' : `${offset > 0n ? '+' : ''}${offset}`}`
			);
		}
	flush();
	return statements.join('; ');
}

/** The text of the sections .debug_abbrev, .debug_info and .debug_str of one compilation unit. */
export function unitText(unit: Die): string[] {
	const abbreviations = new Map<string, number>();
	const abbrevs: string[] = [];
	const entries: string[] = [];
	const strings = new Map<string, number>();
	const valueText = (form: number, value: string | number): string => {
		if (form === DW_FORM.string) return `.asciz ${quote(value)}`;
		if (form === DW_FORM.exprloc) return String(value);
		if (form === DW_FORM.ref4) return `.4byte ${value} - .Ldwarf_unit`;
		if (form !== DW_FORM.strp) return `${directiveOf[form]} ${value}`;
		const text = String(value);
		if (!strings.has(text)) strings.set(text, strings.size);
		return `.4byte .Ldwarf_string${strings.get(text)}`;
	};
	const write = (die: Die): void => {
		const children = die.children ?? [];
		const shape = [
			die.tag,
			children.length > 0,
			...die.attributes.map(([attribute, form]) => `${attribute}/${form}`)
		].join(' ');
		let code = abbreviations.get(shape);
		if (code === undefined) {
			code = abbreviations.size + 1;
			abbreviations.set(shape, code);
			abbrevs.push(`.uleb128 ${code}, ${die.tag}`, `.byte ${children.length > 0 ? 1 : 0}`);
			for (const [attribute, form] of die.attributes)
				abbrevs.push(`.uleb128 ${attribute}, ${form}`);
			abbrevs.push('.byte 0, 0');
		}
		if (die.label !== undefined) entries.push(`${die.label}:`);
		entries.push(`.uleb128 ${code}`);
		for (const [, form, value] of die.attributes)
			if (form !== DW_FORM.flag_present) entries.push(valueText(form, value));
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
		'.Ldwarf_unit:',
		'.4byte .Ldwarf_info_end - .Ldwarf_info',
		'.Ldwarf_info:',
		'.2byte 5', // DWARF version
		'.byte 1, 8', // DW_UT_compile, bytes of an address
		'.4byte .Ldwarf_abbrev',
		...entries,
		'.Ldwarf_info_end:',
		...(strings.size > 0 ? ['.section .debug_str,"MS",@progbits,1'] : []),
		...[...strings].flatMap(([text, number]) => [
			`.Ldwarf_string${number}:`,
			`.asciz ${quote(text)}`
		])
	];
}

function quote(value: string | number): string {
	return JSON.stringify(String(value)).replace(/\\u00(..)/g, '\\x$1');
}

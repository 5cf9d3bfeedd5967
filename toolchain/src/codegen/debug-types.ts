import { DW_AT, DW_ATE, DW_FORM, DW_TAG, type Attribute, type Die } from '../dwarf/die.ts';
import type { Metadata, MetadataNode } from '../ir/module.ts';

/** The C types of a unit as debugging entries, each made when it is first asked for. */
export class DebugTypes {
	readonly entries: Die[] = [];
	readonly #metadata: Metadata;
	readonly #labels = new Map<number, string>();
	readonly #counts: { variable: number; attributes: Attribute[] }[] = [];

	constructor(metadata: Metadata) {
		this.#metadata = metadata;
	}

	/** `DW_AT_type` for a reference to a type such as `!12`; nothing for void. */
	attribute(type: string | undefined): Attribute[] {
		const label = this.#label(metadataReference(type));
		return label === undefined ? [] : [[DW_AT.type, DW_FORM.ref4, label]];
	}

	#label(id: number): string | undefined {
		const known = this.#labels.get(id);
		if (known !== undefined) return known;
		const node = this.#metadata.node(id);
		if (!node) return undefined;
		const label = `.Ldwarf_type${id}`;
		// Before the entry is made: a structure may point at itself.
		this.#labels.set(id, label);
		const entry = this.#entry(node);
		this.entries.push({ ...entry, label });
		return label;
	}

	#entry(node: MetadataNode): Die {
		const { fields } = node;
		switch (node.tag) {
			case 'DIBasicType':
				return this.#basic(fields);
			case 'DIDerivedType':
				return this.#derived(fields);
			case 'DICompositeType':
				return this.#composite(fields);
			case 'DISubroutineType':
				return this.#subroutine(fields);
			default:
				return { tag: DW_TAG.base_type, attributes: [...named(node.tag), ...byteSize('0')] };
		}
	}

	#basic(fields: Record<string, string>): Die {
		const encoding = (fields['encoding'] ?? '').replace('DW_ATE_', '') as keyof typeof DW_ATE;
		return {
			tag: DW_TAG.base_type,
			attributes: [
				...named(fields['name']),
				...byteSize(fields['size'] ?? '0'),
				[DW_AT.encoding, DW_FORM.data1, DW_ATE[encoding] ?? DW_ATE.unsigned]
			]
		};
	}

	#derived(fields: Record<string, string>): Die {
		const kind = (fields['tag'] ?? '').replace('DW_TAG_', '') as keyof typeof DW_TAG;
		const tag = DW_TAG[kind] ?? DW_TAG.typedef;
		const size = tag === DW_TAG.pointer_type ? byteSize(fields['size'] ?? '64') : [];
		return {
			tag,
			attributes: [...named(fields['name']), ...size, ...this.attribute(fields['baseType'])]
		};
	}

	#composite(fields: Record<string, string>): Die {
		const kind = (fields['tag'] ?? '').replace('DW_TAG_', '') as keyof typeof DW_TAG;
		const tag = DW_TAG[kind] ?? DW_TAG.structure_type;
		const elements = this.#items(fields['elements']);
		if (tag === DW_TAG.array_type)
			return {
				tag,
				attributes: this.attribute(fields['baseType']),
				children: elements.map(({ fields: range }) => ({
					tag: DW_TAG.subrange_type,
					attributes: this.#count(range['count'] ?? '')
				}))
			};
		if (fields['flags']?.includes('DIFlagFwdDecl'))
			return {
				tag,
				attributes: [...named(fields['name']), [DW_AT.declaration, DW_FORM.flag_present, '']]
			};
		const attributes = [...named(fields['name']), ...byteSize(fields['size'] ?? '0')];
		if (tag === DW_TAG.enumeration_type)
			return {
				tag,
				attributes: [...attributes, ...this.attribute(fields['baseType'])],
				children: elements.map(({ fields: value }) => ({
					tag: DW_TAG.enumerator,
					attributes: [
						...named(value['name']),
						[DW_AT.const_value, DW_FORM.sdata, value['value'] ?? '0'] as const
					]
				}))
			};
		return { tag, attributes, children: elements.map((member) => this.#member(member)) };
	}

	/** A number, or of an array of variable length the variable that holds it. */
	#count(count: string): Attribute[] {
		if (/^\d+$/.test(count)) return [[DW_AT.count, DW_FORM.udata, count]];
		const attributes: Attribute[] = [];
		this.#counts.push({ variable: metadataReference(count), attributes });
		return attributes;
	}

	/** Names the variables that hold arrays' lengths, when all that have an entry are known. */
	finishCounts(labels: ReadonlyMap<number, string>): void {
		for (const { variable, attributes } of this.#counts) {
			const label = labels.get(variable);
			if (label !== undefined) attributes.push([DW_AT.count, DW_FORM.ref4, label]);
		}
	}

	#member({ fields }: MetadataNode): Die {
		const offset = Number(fields['offset'] ?? 0);
		const isBitField = fields['flags']?.includes('DIFlagBitField') ?? false;
		const place: Attribute[] = isBitField
			? [
					[DW_AT.bit_size, DW_FORM.udata, fields['size'] ?? '0'],
					[DW_AT.data_bit_offset, DW_FORM.udata, offset]
				]
			: [[DW_AT.data_member_location, DW_FORM.udata, offset / 8]];
		return {
			tag: DW_TAG.member,
			attributes: [...named(fields['name']), ...this.attribute(fields['baseType']), ...place]
		};
	}

	/** The result and then the parameters; a null behind them stands for `...`. */
	#subroutine(fields: Record<string, string>): Die {
		const list = this.#metadata.node(metadataReference(fields['types']))?.items ?? [];
		const [result, ...parameters] = list;
		return {
			tag: DW_TAG.subroutine_type,
			attributes: [[DW_AT.prototyped, DW_FORM.flag_present, ''], ...this.attribute(result)],
			children: parameters.map((type) =>
				type === 'null'
					? { tag: DW_TAG.unspecified_parameters, attributes: [] }
					: { tag: DW_TAG.formal_parameter, attributes: this.attribute(type) }
			)
		};
	}

	/** What a function of this type returns. */
	resultOf(type: string | undefined): Attribute[] {
		const fields = this.#metadata.node(metadataReference(type))?.fields;
		const list = this.#metadata.node(metadataReference(fields?.['types']))?.items;
		return this.attribute(list?.[0]);
	}

	#items(list: string | undefined): MetadataNode[] {
		const items = this.#metadata.node(metadataReference(list))?.items ?? [];
		return items
			.map((item) => this.#metadata.node(metadataReference(item)))
			.filter((node) => node !== undefined);
	}
}

/** Size of a type; 0 where it does not say. */
export function bitsOfType(metadata: Metadata, id: number): number {
	let at = metadata.node(id);
	for (let depth = 0; at && depth < 100; depth++) {
		const size = Number(at.fields['size'] ?? 0);
		if (size > 0 || at.tag !== 'DIDerivedType') return size;
		at = metadata.node(metadataReference(at.fields['baseType']));
	}
	return 0;
}

/** The number in `!12`; -1 for anything else. */
export function metadataReference(text: string | undefined): number {
	return text !== undefined && /^!\d+$/.test(text) ? Number(text.slice(1)) : -1;
}

export function named(name: string | undefined): Attribute[] {
	return name === undefined || name === '' ? [] : [[DW_AT.name, DW_FORM.strp, name]];
}

/** LLVM counts in bits. */
function byteSize(bits: string): Attribute[] {
	return [[DW_AT.byte_size, DW_FORM.udata, Math.ceil(Number(bits) / 8)]];
}

import { SHT_NOBITS } from '../elf/constants.ts';
import { ElfError, type ElfFile } from '../elf/reader.ts';
import { ByteReader } from './byte-reader.ts';
import { CallFrames } from './call-frames.ts';
import { DW_AT, DW_FORM, DW_TAG } from './die.ts';

/** An entry as it is read: numbers, texts, references to other entries, expressions as bytes. */
export interface Entry {
	tag: number;
	/** Offset in .debug_info. */
	offset: number;
	attributes: Map<number, AttributeValue>;
	children: Entry[];
	parent: Entry | undefined;
}

export type AttributeValue = bigint | string | Uint8Array | { reference: number };

/** A function with code, or a call of one that became part of its caller. */
export interface DebugFunction {
	name: string;
	/** Where it is declared; 0: unknown. */
	line: number;
	ranges: { start: bigint; end: bigint }[];
	isInlined: boolean;
	entry: Entry;
}

/** What .debug_info says about a linked program: functions, variables, types. */
export class DebugInfo {
	readonly units: readonly Entry[];
	readonly functions: readonly DebugFunction[];
	readonly #entries: ReadonlyMap<number, Entry>;
	readonly #sections: Sections;
	#frames: CallFrames | undefined;

	constructor(units: Entry[], entries: Map<number, Entry>, sections: Sections) {
		this.units = units;
		this.#entries = entries;
		this.#sections = sections;
		this.functions = units.flatMap((unit) =>
			unit.children
				.filter(({ tag }) => tag === DW_TAG.subprogram)
				.map((entry) => this.#function(entry))
				.filter(({ ranges }) => ranges.length > 0)
		);
	}

	/** The function that an address lies in, and the inlined ones around it: the innermost first. */
	functionsAt(pc: bigint): DebugFunction[] {
		const outer = this.functions.find((found) => covers(found.ranges, pc));
		if (!outer) return [];
		const out = [outer];
		for (const scope of this.#scopesAt(outer.entry, pc))
			if (scope.tag === DW_TAG.inlined_subroutine) out.unshift(this.#function(scope));
		return out;
	}

	/** Parameters and variables that are in scope at an address: of the innermost function, inner blocks first. */
	variablesAt(pc: bigint): Entry[] {
		const [innermost] = this.functionsAt(pc);
		return innermost ? this.variablesIn(innermost, pc) : [];
	}

	/** The same of one of the functions that an address lies in. */
	variablesIn({ entry }: DebugFunction, pc: bigint): Entry[] {
		const scopes = [entry];
		for (const scope of this.#scopesAt(entry, pc)) {
			if (scope.tag === DW_TAG.inlined_subroutine) break;
			scopes.unshift(scope);
		}
		return scopes.flatMap(({ children }) =>
			children.filter(({ tag }) => tag === DW_TAG.formal_parameter || tag === DW_TAG.variable)
		);
	}

	/** The expression that says where a variable is at an address; undefined where it is nowhere. */
	locationAt(entry: Entry, pc: bigint): Uint8Array | undefined {
		const location = entry.attributes.get(DW_AT.location);
		if (location instanceof Uint8Array) return location;
		return typeof location === 'bigint'
			? readLocation(this.#sections.loclists, Number(location), pc)
			: undefined;
	}

	/** How to get from a function's frame to its caller's. */
	get frames(): CallFrames {
		return (this.#frames ??= new CallFrames(this.#sections.frame));
	}

	/** Variables outside functions, by name. */
	globals(): Map<string, Entry> {
		const found = new Map<string, Entry>();
		for (const unit of this.units)
			for (const entry of unit.children)
				if (entry.tag === DW_TAG.variable) found.set(this.nameOf(entry), entry);
		return found;
	}

	nameOf(entry: Entry): string {
		const name = entry.attributes.get(DW_AT.name);
		if (typeof name === 'string') return name;
		const origin = this.follow(entry, DW_AT.abstract_origin)?.attributes.get(DW_AT.name);
		return typeof origin === 'string' ? origin : '';
	}

	/** The type of a variable, member or type; undefined is void. */
	typeOf(entry: Entry): Entry | undefined {
		const origin = this.follow(entry, DW_AT.abstract_origin);
		return this.follow(origin ?? entry, DW_AT.type);
	}

	follow(entry: Entry, attribute: number): Entry | undefined {
		const value = entry.attributes.get(attribute);
		return typeof value === 'object' && 'reference' in value
			? this.#entries.get(value.reference)
			: undefined;
	}

	/** The function that an entry belongs to. */
	subprogramOf(entry: Entry): Entry | undefined {
		let at: Entry | undefined = entry;
		while (at && at.tag !== DW_TAG.subprogram) at = at.parent;
		return at;
	}

	*#scopesAt(entry: Entry, pc: bigint): Generator<Entry> {
		for (const child of entry.children) {
			const isScope = child.tag === DW_TAG.lexical_block || child.tag === DW_TAG.inlined_subroutine;
			if (!isScope || !covers(this.#ranges(child), pc)) continue;
			yield child;
			yield* this.#scopesAt(child, pc);
		}
	}

	#function(entry: Entry): DebugFunction {
		const origin = this.follow(entry, DW_AT.abstract_origin) ?? entry;
		return {
			name: this.nameOf(entry),
			line: numberOf(origin, DW_AT.decl_line) ?? 0,
			ranges: this.#ranges(entry),
			isInlined: entry.tag === DW_TAG.inlined_subroutine,
			entry
		};
	}

	#ranges(entry: Entry): { start: bigint; end: bigint }[] {
		const low = entry.attributes.get(DW_AT.low_pc);
		const high = entry.attributes.get(DW_AT.high_pc);
		if (typeof low === 'bigint' && typeof high === 'bigint')
			return low === 0n ? [] : [{ start: low, end: low + high }];
		const list = numberOf(entry, DW_AT.ranges);
		return list === undefined ? [] : readRanges(this.#sections.rnglists, list);
	}
}

export function numberOf(entry: Entry, attribute: number): number | undefined {
	const value = entry.attributes.get(attribute);
	return typeof value === 'bigint' ? Number(value) : undefined;
}

function covers(ranges: readonly { start: bigint; end: bigint }[], pc: bigint): boolean {
	return ranges.some(({ start, end }) => pc >= start && pc < end);
}

interface Sections {
	abbrev: Uint8Array;
	str: Uint8Array;
	rnglists: Uint8Array;
	loclists: Uint8Array;
	frame: Uint8Array;
}

/**
 * Reads .debug_info (DWARF version 5, as this toolchain writes it). Units of other versions, and files
 * without the section, give nothing.
 *
 * @throws {ElfError} when the section is damaged
 */
export function readDebugInfo(elf: ElfFile): DebugInfo {
	const section = (name: string) =>
		elf.sections.find((found) => found.name === name && found.type !== SHT_NOBITS)?.data ??
		new Uint8Array();
	const info = section('.debug_info');
	const sections = {
		abbrev: section('.debug_abbrev'),
		str: section('.debug_str'),
		rnglists: section('.debug_rnglists'),
		loclists: section('.debug_loclists'),
		frame: section('.debug_frame')
	};
	const units: Entry[] = [];
	const entries = new Map<number, Entry>();
	const abbreviations = new Map<number, Abbreviations>();
	let at = 0;
	while (at + 12 <= info.length) {
		const reader = new ByteReader(info, at, '.debug_info');
		const length = Number(reader.unsigned(4));
		const end = at + 4 + length;
		if (end > info.length) throw new ElfError(`.debug_info is damaged or cut off near byte ${at}.`);
		const version = reader.unsigned(2);
		const kind = reader.unsigned(1);
		if (version === 5n && kind === 1n) {
			reader.unsigned(1);
			const table = Number(reader.unsigned(4));
			let known = abbreviations.get(table);
			if (!known) abbreviations.set(table, (known = readAbbreviations(sections.abbrev, table)));
			const unit = readTree(reader, end, { unit: at, abbreviations: known, sections, entries });
			if (unit) units.push(unit);
		}
		at = end;
	}
	return new DebugInfo(units, entries, sections);
}

type Abbreviations = Map<
	number,
	{ tag: number; hasChildren: boolean; attributes: [attribute: number, form: number][] }
>;

function readAbbreviations(data: Uint8Array, at: number): Abbreviations {
	const reader = new ByteReader(data, at, '.debug_abbrev');
	const table: Abbreviations = new Map();
	for (let code = reader.uleb(); code !== 0; code = reader.uleb()) {
		const tag = reader.uleb();
		const hasChildren = reader.unsigned(1) !== 0n;
		const attributes: [number, number][] = [];
		for (;;) {
			const attribute = reader.uleb();
			const form = reader.uleb();
			if (attribute === 0 && form === 0) break;
			attributes.push([attribute, form]);
		}
		table.set(code, { tag, hasChildren, attributes });
	}
	return table;
}

interface UnitContext {
	unit: number;
	abbreviations: Abbreviations;
	sections: Sections;
	entries: Map<number, Entry>;
}

function readTree(reader: ByteReader, end: number, context: UnitContext): Entry | undefined {
	let root: Entry | undefined;
	let parent: Entry | undefined;
	while (reader.at < end) {
		const offset = reader.at;
		const code = reader.uleb();
		if (code === 0) {
			parent = parent?.parent;
			if (!parent) break;
			continue;
		}
		const abbreviation = context.abbreviations.get(code);
		if (!abbreviation) throw reader.damaged();
		const attributes = new Map<number, AttributeValue>();
		for (const [attribute, form] of abbreviation.attributes)
			attributes.set(attribute, readValue(reader, form, context));
		const entry: Entry = { tag: abbreviation.tag, offset, attributes, children: [], parent };
		context.entries.set(offset, entry);
		parent?.children.push(entry);
		root ??= entry;
		if (abbreviation.hasChildren) parent = entry;
		else if (!parent) break;
	}
	return root;
}

function readValue(
	reader: ByteReader,
	form: number,
	{ unit, sections }: UnitContext
): AttributeValue {
	switch (form) {
		case DW_FORM.addr:
		case DW_FORM.data8:
			return reader.unsigned(8);
		case DW_FORM.data4:
		case DW_FORM.sec_offset:
			return reader.unsigned(4);
		case DW_FORM.data2:
			return reader.unsigned(2);
		case DW_FORM.data1:
			return reader.unsigned(1);
		case DW_FORM.udata:
			return BigInt(reader.uleb());
		case DW_FORM.sdata:
			return reader.sleb();
		case DW_FORM.string:
			return reader.string();
		case DW_FORM.strp:
			return new ByteReader(sections.str, Number(reader.unsigned(4)), '.debug_str').string();
		case DW_FORM.ref4:
			return { reference: unit + Number(reader.unsigned(4)) };
		case DW_FORM.exprloc:
			return reader.bytes(reader.uleb());
		case DW_FORM.flag_present:
			return 1n;
		default:
			throw new ElfError(
				`.debug_info uses form 0x${form.toString(16)}, which this toolchain does not write: was the file compiled by another compiler?`
			);
	}
}

/** A list of .debug_rnglists: pairs counted from a base, or a start and a length. */
function readRanges(data: Uint8Array, at: number): { start: bigint; end: bigint }[] {
	const reader = new ByteReader(data, at, '.debug_rnglists');
	const ranges: { start: bigint; end: bigint }[] = [];
	let base = 0n;
	for (;;) {
		const kind = reader.unsigned(1);
		if (kind === 0n) return ranges;
		if (kind === 5n) base = reader.unsigned(8);
		else if (kind === 4n)
			ranges.push({ start: base + BigInt(reader.uleb()), end: base + BigInt(reader.uleb()) });
		else if (kind === 7n) {
			const start = reader.unsigned(8);
			ranges.push({ start, end: start + BigInt(reader.uleb()) });
		} else throw reader.damaged();
	}
}

/** A list of .debug_loclists: pairs counted from a base, each with an expression. */
function readLocation(data: Uint8Array, at: number, pc: bigint): Uint8Array | undefined {
	const reader = new ByteReader(data, at, '.debug_loclists');
	let base = 0n;
	for (;;) {
		const kind = reader.unsigned(1);
		if (kind === 0n) return undefined;
		if (kind === 6n) base = reader.unsigned(8);
		else if (kind === 4n) {
			const start = base + BigInt(reader.uleb());
			const end = base + BigInt(reader.uleb());
			const expression = reader.bytes(reader.uleb());
			if (pc >= start && pc < end) return expression;
		} else throw reader.damaged();
	}
}

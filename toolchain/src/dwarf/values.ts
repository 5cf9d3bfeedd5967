import { lookupAddress } from './call-frames.ts';
import { numberOf, type DebugFunction, type DebugInfo, type Entry } from './debug-info.ts';
import { DW_AT, DW_ATE, DW_TAG } from './die.ts';
import { readVariable, type StoppedMachine } from './locations.ts';

/** A variable as a debugger shows it. */
export interface ShownVariable {
	name: string;
	/** Where it is declared; 0: unknown. */
	line: number;
	type: string;
	/** In C's notation: 5, -1, 0x40080000, {x = 1, y = 2}; undefined where it is not known here. */
	value: string | undefined;
	/** Where it lies; undefined for constants. */
	address: bigint | undefined;
}

/** The parameters and variables in scope at the machine's PC with their values. */
export function localsAt(info: DebugInfo, machine: StoppedMachine): ShownVariable[] {
	return info
		.variablesAt(lookupAddress(machine))
		.map((entry) => showVariable(info, entry, machine));
}

/** A function that has been called and not returned, or whose code stands in its caller's. */
export interface ShownFrame {
	function: DebugFunction;
	variables: ShownVariable[];
}

const mostFrames = 256;

/** The functions that are under way with their variables, the innermost first. */
export function backtrace(info: DebugInfo, machine: StoppedMachine): ShownFrame[] {
	const out: ShownFrame[] = [];
	let at: StoppedMachine | undefined = machine;
	while (at && out.length < mostFrames) {
		const [here, pc]: [StoppedMachine, bigint] = [at, lookupAddress(at)];
		const functions = info.functionsAt(pc);
		for (const found of functions)
			out.push({
				function: found,
				variables: info.variablesIn(found, pc).map((entry) => showVariable(info, entry, here))
			});
		at = functions.length > 0 ? info.frames.callerOf(here) : undefined;
	}
	return out;
}

export function showVariable(
	info: DebugInfo,
	entry: Entry,
	machine: StoppedMachine
): ShownVariable {
	const name = info.nameOf(entry);
	const origin = info.follow(entry, DW_AT.abstract_origin) ?? entry;
	const line = numberOf(origin, DW_AT.decl_line) ?? 0;
	const declared = info.typeOf(entry);
	const type = withLengths(info, declared, machine);
	if (declared && !type)
		return { name, line, type: typeName(info, declared), value: undefined, address: undefined };
	const { bytes, address } = readVariable(info, entry, machine, sizeOf(info, type));
	return {
		name,
		line,
		type: typeName(info, type),
		value: bytes && formatValue(info, type, bytes),
		address
	};
}

/** An array of variable length with the lengths that it has here; undefined where they are not known. */
function withLengths(
	info: DebugInfo,
	type: Entry | undefined,
	machine: StoppedMachine
): Entry | undefined {
	if (type?.tag !== DW_TAG.array_type) return type;
	const children: Entry[] = [];
	for (const range of type.children) {
		const length = info.follow(range, DW_AT.count);
		const { bytes } = length ? readVariable(info, length, machine, 8) : {};
		if (length && !bytes) return undefined;
		const attributes = new Map(range.attributes);
		if (bytes) attributes.set(DW_AT.count, littleEndian(bytes));
		children.push({ ...range, attributes });
	}
	return { ...type, children };
}

const qualifiers: Record<number, string> = {
	[DW_TAG.const_type]: 'const',
	[DW_TAG.volatile_type]: 'volatile',
	[DW_TAG.restrict_type]: 'restrict',
	[DW_TAG.atomic_type]: '_Atomic'
};
const keywords: Record<number, string> = {
	[DW_TAG.structure_type]: 'struct',
	[DW_TAG.union_type]: 'union',
	[DW_TAG.enumeration_type]: 'enum'
};

/** The name of a type in C. */
export function typeName(info: DebugInfo, type: Entry | undefined, depth = 0): string {
	if (!type) return 'void';
	// Damaged types may refer to themselves.
	if (depth > 64) return '…';
	const inner = () => typeName(info, info.typeOf(type), depth + 1);
	const name = info.nameOf(type);
	if (type.tag === DW_TAG.pointer_type) return inner().replace(/ ?(\**)$/, ' $1*');
	if (type.tag === DW_TAG.array_type)
		return `${inner()}${countsOf(type)
			.map((count) => `[${count}]`)
			.join('')}`;
	if (type.tag === DW_TAG.subroutine_type) return `${inner()} ()`;
	if (qualifiers[type.tag]) return `${qualifiers[type.tag]} ${inner()}`;
	const keyword = keywords[type.tag];
	return keyword ? `${keyword} ${name || '{…}'}` : name;
}

const countsOf = (array: Entry): number[] =>
	array.children.map((range) => numberOf(range, DW_AT.count) ?? 0);

/** Typedefs and qualifiers taken off. */
function plainType(info: DebugInfo, type: Entry | undefined): Entry | undefined {
	let at = type;
	for (let depth = 0; at && depth < 64; depth++) {
		if (at.tag !== DW_TAG.typedef && !qualifiers[at.tag]) return at;
		at = info.typeOf(at);
	}
	return undefined;
}

/** Bytes that a value of the type takes; at most 64 KiB are ever shown. */
export function sizeOf(info: DebugInfo, type: Entry | undefined, depth = 0): number {
	const plain = plainType(info, type);
	if (!plain || depth > 64) return 0;
	if (plain.tag !== DW_TAG.array_type) return numberOf(plain, DW_AT.byte_size) ?? 0;
	const count = countsOf(plain).reduce((product, next) => product * next, 1);
	return Math.min(count * sizeOf(info, info.typeOf(plain), depth + 1), 65536);
}

/** Bytes as C would write the value. */
export function formatValue(
	info: DebugInfo,
	type: Entry | undefined,
	bytes: Uint8Array,
	depth = 0
): string {
	const plain = plainType(info, type);
	if (!plain || depth > 8) return '…';
	switch (plain.tag) {
		case DW_TAG.structure_type:
		case DW_TAG.union_type:
			return `{${plain.children
				.map((member) => `${info.nameOf(member)} = ${memberValue(info, member, bytes, depth)}`)
				.join(', ')}}`;
		case DW_TAG.array_type:
			return formatArray(info, plain, countsOf(plain), bytes, depth);
		case DW_TAG.pointer_type:
			return `0x${littleEndian(bytes).toString(16)}`;
		case DW_TAG.enumeration_type: {
			const value = asSigned(littleEndian(bytes), bytes.length);
			const found = plain.children.find(
				(entry) => entry.attributes.get(DW_AT.const_value) === value
			);
			return found ? info.nameOf(found) : String(value);
		}
		default:
			return formatNumber(numberOf(plain, DW_AT.encoding) ?? 0, bytes);
	}
}

function memberValue(info: DebugInfo, member: Entry, bytes: Uint8Array, depth: number): string {
	const type = info.typeOf(member);
	const bits = numberOf(member, DW_AT.bit_size);
	if (bits === undefined) {
		const offset = numberOf(member, DW_AT.data_member_location) ?? 0;
		return formatValue(info, type, bytes.subarray(offset, offset + sizeOf(info, type)), depth + 1);
	}
	const offset = numberOf(member, DW_AT.data_bit_offset) ?? 0;
	const value = BigInt.asUintN(bits, littleEndian(bytes) >> BigInt(offset));
	const plain = plainType(info, type);
	const isSigned = plain && numberOf(plain, DW_AT.encoding) === DW_ATE.signed;
	return String(isSigned ? BigInt.asIntN(bits, value) : value);
}

const mostElements = 32;

function formatArray(
	info: DebugInfo,
	array: Entry,
	[count = 0, ...inner]: number[],
	bytes: Uint8Array,
	depth: number
): string {
	const type = info.typeOf(array);
	const plain = plainType(info, type);
	const isText = plain && numberOf(plain, DW_AT.byte_size) === 1 && isCharacter(plain);
	if (isText && inner.length === 0) {
		const end = bytes.indexOf(0);
		return JSON.stringify(new TextDecoder().decode(end < 0 ? bytes : bytes.subarray(0, end)));
	}
	const size = inner.reduce((product, next) => product * next, sizeOf(info, type));
	const shown = Array.from({ length: Math.min(count, mostElements) }, (_, i) => {
		const element = bytes.subarray(i * size, (i + 1) * size);
		return inner.length > 0
			? formatArray(info, array, inner, element, depth + 1)
			: formatValue(info, type, element, depth + 1);
	});
	return `{${shown.join(', ')}${count > mostElements ? ', …' : ''}}`;
}

function isCharacter(type: Entry): boolean {
	const encoding = numberOf(type, DW_AT.encoding);
	return encoding === DW_ATE.signed_char || encoding === DW_ATE.unsigned_char;
}

function formatNumber(encoding: number, bytes: Uint8Array): string {
	const value = littleEndian(bytes);
	if (encoding === DW_ATE.boolean) return value === 0n ? 'false' : 'true';
	if (encoding === DW_ATE.float && (bytes.length === 4 || bytes.length === 8)) {
		const view = new DataView(bytes.slice().buffer);
		return String(bytes.length === 4 ? view.getFloat32(0, true) : view.getFloat64(0, true));
	}
	const isSigned = encoding === DW_ATE.signed || encoding === DW_ATE.signed_char;
	return String(isSigned ? asSigned(value, bytes.length) : value);
}

function littleEndian(bytes: Uint8Array): bigint {
	let value = 0n;
	for (let i = bytes.length - 1; i >= 0; i--) value = (value << 8n) | BigInt(bytes[i]!);
	return value;
}

const asSigned = (value: bigint, bytes: number) => BigInt.asIntN(8 * bytes, value);

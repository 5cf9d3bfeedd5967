import {
	decodeDescriptor,
	decodeSyndrome,
	type DecodedField,
	type Level,
	type Stage,
	type TrapRecord
} from 'emulator-core';
import { hexInFours } from '../../ui/hex.ts';

/** Which table the descriptor stands in: that decides what its bits mean. */
export interface Place {
	readonly stage: Stage;
	readonly level: Level;
	/** Its physical address. */
	readonly at: bigint;
}

/** A stretch of the space that the descriptor's output address lies in. */
export interface Region {
	readonly name: string;
	readonly base: bigint;
	readonly size: bigint;
}

/** What came of a descriptor on the scratch copy: the exceptions since, oldest first. */
export interface Tried {
	readonly value: bigint;
	readonly records: readonly TrapRecord[];
	/** The address that the descriptor was tried for, and the instruction at which the copy went on. */
	readonly access?: { readonly va: bigint; readonly instruction: number };
}

/** How a field is changed: a switch, a choice among all its values, an address, or not at all here. */
export interface Control {
	readonly kind: 'switch' | 'choice' | 'address' | 'plain';
	readonly name: string;
	readonly bits: readonly [number, number];
	readonly value: bigint;
	readonly means: string;
	/** Every value with its meaning, of a choice. */
	readonly options: readonly { readonly value: bigint; readonly means: string }[];
}

const fieldsOf = (value: bigint, { level, stage }: Place): readonly DecodedField[] =>
	decodeDescriptor(value, level, stage).fields;

const widthOf = ([high, low]: readonly [number, number]) => high - low + 1;

/** A descriptor with other bits in one field. */
export function withField(
	descriptor: bigint,
	bits: readonly [number, number],
	value: bigint
): bigint {
	const [high, low] = bits;
	const mask = ((1n << BigInt(high - low + 1)) - 1n) << BigInt(low);
	return (descriptor & ~mask) | ((value << BigInt(low)) & mask);
}

/** Fields that no lesson speaks of: shown where they are set. All 64 bits can be typed. */
const rare = ['ignored', 'software', 'Contiguous', 'NS', 'NSTable'];

/** What can be changed in a descriptor, high bits first, in the words of the decoder itself. */
export function controls(descriptor: bigint, place: Place): Control[] {
	return fieldsOf(descriptor, place)
		.filter(({ name, value }) => !rare.includes(name) || (name !== 'ignored' && value !== 0n))
		.map(({ name, bits, value, means }) => {
			const width = widthOf(bits);
			const kind =
				width === 1 ? 'switch' : width <= 4 ? 'choice' : name === 'Address' ? 'address' : 'plain';
			const options =
				kind !== 'choice'
					? []
					: Array.from({ length: 2 ** width }, (_, n) => ({
							value: BigInt(n),
							means: meaningIn(withField(descriptor, bits, BigInt(n)), place, bits)
						}));
			return { kind, name, bits: [bits[0], bits[1]] as const, value, means, options };
		});
}

function meaningIn(descriptor: bigint, place: Place, [high]: readonly [number, number]): string {
	return fieldsOf(descriptor, place).find(({ bits }) => bits[0] === high)?.means ?? '';
}

/** A field as it was and as it is; `undefined` where the other kind of descriptor has no such field. */
export interface FieldChange {
	readonly name: string;
	readonly before: string | undefined;
	readonly after: string | undefined;
}

/** What an edit changed, field by field. */
export function changes(before: bigint, after: bigint, place: Place): FieldChange[] {
	const named = (descriptor: bigint) =>
		new Map(
			fieldsOf(descriptor, place).map(({ name, bits, value, means }) => [
				`${name} ${bits.join(':')}`,
				{ name, bits, value, means, text: means || hexInFours(value) }
			])
		);
	const [old, now] = [named(before), named(after)];
	return [...new Set([...old.keys(), ...now.keys()])].flatMap((key) => {
		const [was, is] = [old.get(key), now.get(key)];
		if (was !== undefined && is !== undefined && was.value === is.value) return [];
		// Bits that only changed their name did not change.
		const { bits, name } = (was ?? is)!;
		const mask = ((1n << BigInt(widthOf(bits))) - 1n) << BigInt(bits[1]);
		if ((before & mask) === (after & mask)) return [];
		return [{ name, before: was?.text, after: is?.text }];
	});
}

/** Bits that differ, from 63 down, for the strip. */
export function changedBits(before: bigint, after: bigint): number[] {
	const different = before ^ after;
	return Array.from({ length: 64 }, (_, i) => 63 - i).filter(
		(n) => ((different >> BigInt(n)) & 1n) === 1n
	);
}

/** A warning, if a valid descriptor points where nothing is. */
export function pointsNowhere(
	descriptor: bigint,
	place: Place,
	regions: readonly Region[]
): string | undefined {
	const to = decodeDescriptor(descriptor, place.level, place.stage).address;
	if (to === undefined || regions.length === 0) return undefined;
	if (regions.some(({ base, size }) => to >= base && to < base + size)) return undefined;
	const known = regions
		.map(
			({ name, base, size }) => `${name} at ${hexInFours(base)} to ${hexInFours(base + size - 1n)}`
		)
		.join(', ');
	return `It points to ${hexInFours(to)}, where nothing is. There is ${known}.`;
}

/** The output address typed into its field, or what is wrong with it. */
export function addressField(
	address: bigint,
	[high, low]: readonly [number, number]
): { readonly value: bigint } | { readonly wrong: string } {
	const unit = 1n << BigInt(low);
	if (address % unit !== 0n)
		return {
			wrong: `The address must be a multiple of ${hexInFours(unit)}: its low ${low} bits are not in the descriptor.`
		};
	if (address >> BigInt(high + 1) !== 0n)
		return { wrong: `The address has more than ${high + 1} bits; the field has no room for it.` };
	return { value: address >> BigInt(low) };
}

/** What happened, in a headline and a sentence. */
export interface Outcome {
	readonly fault: boolean;
	readonly headline: string;
	readonly text: string;
	/** Of the exception that came, for the decoder. */
	readonly esr: number | undefined;
}

const abortClasses = [0x20, 0x21, 0x24, 0x25];

/** What the scratch machine met: the first abort, or that the access went through. */
export function outcome({ records, access }: Tried): Outcome {
	const entry = records.find(({ what }) => what === 'entry');
	const isAbort = entry?.cause === 'sync' && abortClasses.includes(entry.esr >>> 26);
	// The very next instruction, or the same page later: else it is another page's first touch.
	const isAboutIt =
		entry === undefined ||
		access === undefined ||
		entry.at === access.instruction ||
		entry.far >> 12n === access.va >> 12n;
	if (entry === undefined || !isAbort || !isAboutIt)
		return {
			fault: false,
			headline: 'No fault: the access went through',
			text:
				entry === undefined
					? 'Nothing else happened in the time that was tried.'
					: `What came next has nothing to do with it: ${nameOf(entry)}.`,
			esr: undefined
		};
	const { esr, toEl, far, ipa, stage } = entry;
	const parts = [
		stage === undefined || (esr & 0x3f) === externalAbort ? undefined : `of stage ${stage}`,
		`at address ${hexInFours(far)}`,
		ipa === undefined ? undefined : `IPA ${hexInFours(ipa)}`
	];
	return {
		fault: true,
		headline: capital(decodeSyndrome(esr).summary),
		text: `An abort ${parts.filter((part) => part !== undefined).join(', ')}: taken to EL${toEl}${toEl === 2 ? ', so KVM sees it' : ', so KVM does not see it'}.`,
		esr
	};
}

/** The fault status of an access that no memory answered: it belongs to no stage. */
const externalAbort = 0b010000;

function nameOf({ cause, esr, far }: TrapRecord): string {
	if (cause !== 'sync') return 'an interrupt';
	const { ec, summary } = decodeSyndrome(esr);
	return abortClasses.includes(ec) ? `at ${hexInFours(far)}, ${lower(summary)}` : summary;
}

const lower = (text: string) => text.slice(0, 1).toLowerCase() + text.slice(1);
const capital = (text: string) => text.slice(0, 1).toUpperCase() + text.slice(1);

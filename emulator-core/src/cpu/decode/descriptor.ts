import type { DescriptorKind, Level, RegimeName, Stage } from '../../mmu/index.ts';
import {
	hex,
	splitFields,
	type DecodedField,
	type Meaning,
	type Meanings,
	type Place,
	type Places
} from '../../fields.ts';
import { memoryAttributeWords } from './memory-attributes.ts';

/** A page-table descriptor taken apart. */
export interface Descriptor {
	readonly desc: bigint;
	/** `invalid` includes the types that are reserved at this level. */
	readonly kind: DescriptorKind;
	/** From bit 63 down to bit 0, what is ignored included. */
	readonly fields: readonly DecodedField[];
	/** Of a table, where the next one lies; of a block or page, what it maps. Undefined if invalid. */
	readonly address: bigint | undefined;
	/** In half a line: `page at 0x8001_2000: EL1 reads and writes, EL0 nothing; no execution`. */
	readonly summary: string;
}

export interface DescriptorOptions {
	/** log2 of the granule; 12 (4 KB) if left out. */
	readonly granuleBits?: 12 | 14 | 16;
	/** Whose stage 1 it is; EL1's if left out. */
	readonly regime?: RegimeName;
	/** MAIR_ELx, to say what memory AttrIndx chooses. */
	readonly mair?: bigint;
}

/**
 * What a descriptor of the VMSAv8-64 long format says (Arm ARM, "VMSAv8-64 translation table format
 * descriptors"), without later versions' extensions.
 *
 * @param level 0 to 3
 */
export function decodeDescriptor(
	desc: bigint,
	level: Level,
	stage: Stage,
	options: DescriptorOptions = {}
): Descriptor {
	const { granuleBits = 12 } = options;
	const word = BigInt.asUintN(64, desc);
	const kind = kindOf(word, level, granuleBits);
	const lowest = kind === 'block' ? granuleBits + (granuleBits - 3) * (3 - level) : granuleBits;
	const address =
		kind === 'invalid' ? undefined : word & 0xffff_ffff_ffffn & ~((1n << BigInt(lowest)) - 1n);
	const { places, meanings } =
		kind === 'invalid'
			? invalid(word, level)
			: kind === 'table'
				? table(granuleBits, stage)
				: leaf(lowest, stage, level, options);
	const fields = splitFields(word, 64, places, {
		Address: (value) => hexAddress(value, lowest),
		...meanings
	})
		// Reserved bits of a descriptor are ignored by this version of the architecture.
		.map((field) => (field.name === 'RES0' ? { ...field, name: 'ignored', means: '' } : field));
	return {
		desc: word,
		kind,
		fields,
		address,
		summary: summary(word, kind, address, stage, options)
	};
}

const hexAddress = (value: bigint, low: number) => hex(value << BigInt(low));

function kindOf(word: bigint, level: Level, granuleBits: number): DescriptorKind {
	if ((word & 1n) === 0n) return 'invalid';
	const two = (word & 2n) !== 0n;
	if (level === 3) return two ? 'page' : 'invalid';
	if (two) return 'table';
	return level === 2 || (level === 1 && granuleBits === 12) ? 'block' : 'invalid';
}

interface Format {
	readonly places: Places;
	readonly meanings: Meanings;
}

const valid: Meaning = ['invalid: any access faults', 'valid'];

function invalid(word: bigint, level: Level): Format {
	if ((word & 1n) === 0n) return { places: { valid: 0 }, meanings: { valid } };
	const reserved = () => `reserved at level ${level}: as if it were invalid`;
	return { places: { type: 1, valid: 0 }, meanings: { type: reserved, valid } };
}

function table(granuleBits: number, stage: Stage): Format {
	// Stage 2 has no attributes in its tables.
	const attributes: Places =
		stage === 1 ? { NSTable: 63, APTable: [62, 61], XNTable: 60, PXNTable: 59 } : {};
	return {
		places: { ...attributes, Address: [47, granuleBits], type: 1, valid: 0 },
		meanings: {
			NSTable: ['', 'all below is non-secure'],
			APTable: [
				'no limit',
				'nothing below is for EL0',
				'everything below is read-only',
				'everything below is read-only, and not for EL0'
			],
			XNTable: ['no limit', 'EL0 executes nothing below'],
			PXNTable: ['no limit', 'EL1 executes nothing below'],
			type: ['block', 'table'],
			valid
		}
	};
}

const shareability: Meaning = ['not shareable', 'reserved', 'outer shareable', 'inner shareable'];

function leaf(lowest: number, stage: Stage, level: Level, options: DescriptorOptions): Format {
	const address: Place = [47, lowest];
	const common: Meanings = {
		Contiguous: ['', 'one of a row of alike entries: a single TLB entry may hold all'],
		SH: shareability,
		AF: ['not accessed yet: the first access faults', 'accessed'],
		type: level === 3 ? ['reserved', 'page'] : ['block', 'table'],
		valid,
		software: (value) => (value === 0n ? 'left to software' : 'left to software, in use')
	};
	if (stage === 2)
		return {
			places: {
				...{ software: [58, 55], XN: 54, Contiguous: 52, Address: address },
				...{ AF: 10, SH: [9, 8], S2AP: [7, 6], MemAttr: [5, 2], type: 1, valid: 0 }
			},
			meanings: {
				...common,
				XN: ['may be executed', 'never executed'],
				S2AP: ['no access', 'read only', 'write only', 'read and write'],
				MemAttr: (value) => stage2Memory(Number(value))
			}
		};
	const el2 = options.regime === 'EL2';
	const never: Places = el2 ? { XN: 54 } : { UXN: 54, PXN: 53 };
	return {
		places: {
			...{ software: [58, 55], ...never, Contiguous: 52, Address: address },
			...(el2 ? {} : { nG: 11 }),
			...{ AF: 10, SH: [9, 8], AP: [7, 6], NS: 5, AttrIndx: [4, 2], type: 1, valid: 0 }
		},
		meanings: {
			...common,
			XN: ['may be executed', 'never executed'],
			UXN: ['EL0 may execute it', 'EL0 never executes it'],
			PXN: ['EL1 may execute it', 'EL1 never executes it'],
			nG: ['global: for every ASID', 'only for the ASID that is in use'],
			AP: el2
				? ['read and write', 'read and write', 'read only', 'read only']
				: [
						'EL1 reads and writes, EL0 nothing',
						'EL1 and EL0 read and write',
						'EL1 reads, EL0 nothing',
						'EL1 and EL0 read'
					],
			NS: ['', 'non-secure; ignored outside of secure state'],
			AttrIndx: (value) =>
				options.mair === undefined
					? `byte ${value} of MAIR`
					: `byte ${value} of MAIR: ${memoryAttributeWords(
							Number((options.mair >> (8n * value)) & 0xffn)
						)}`
		}
	};
}

const devices = ['nGnRnE', 'nGnRE', 'nGRE', 'GRE'];
const caching = ['reserved', 'non-cacheable', 'write-through', 'write-back'];

/** MemAttr of a stage-2 descriptor. */
function stage2Memory(attr: number): string {
	const [outer, inner] = [attr >> 2, attr & 3];
	if (outer === 0) return `Device-${devices[inner]}`;
	if (inner === 0) return 'reserved';
	return outer === inner
		? `Normal, ${caching[inner]}`
		: `Normal, outer ${caching[outer]}, inner ${caching[inner]}`;
}

function summary(
	word: bigint,
	kind: DescriptorKind,
	address: bigint | undefined,
	stage: Stage,
	options: DescriptorOptions
): string {
	if (address === undefined) return 'invalid: any access faults';
	if (kind === 'table') return `table at ${hex(address)}`;
	const bit = (n: number) => ((word >> BigInt(n)) & 1n) === 1n;
	const what = `${kind} at ${hex(address)}`;
	const untouched = bit(10) ? '' : '; not accessed yet';
	if (stage === 2) {
		const access = ['no access', 'read only', 'write only', 'read and write'];
		const may = access[Number((word >> 6n) & 3n)]!;
		return `${what}: ${may}, ${bit(54) ? 'no execution' : 'execution'}; ${stage2Memory(Number((word >> 2n) & 15n))}${untouched}`;
	}
	const ap = bit(7) ? 'read only' : 'read and write';
	if (options.regime === 'EL2')
		return `${what}: ${ap}, ${bit(54) ? 'no execution' : 'execution'}${untouched}`;
	const who = bit(6) ? 'EL1 and EL0' : 'EL1';
	const runs = [...(bit(53) ? [] : ['EL1']), ...(bit(54) ? [] : ['EL0'])];
	const execution = runs.length === 0 ? 'no execution' : `${runs.join(' and ')} may execute`;
	return `${what}: ${ap} for ${who}, ${execution}${untouched}`;
}

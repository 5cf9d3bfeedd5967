import { TIMER } from './boxes.ts';
import { liveRegisters } from './held.ts';
import { hexWord, readListRegister, type LrState } from './list-register.ts';
import { headline, stationsOf } from './stations.ts';

/** An interrupt at the machine's own distributor, the host's. */
export interface PhysicalInterrupt {
	readonly id: number;
	readonly enabled: boolean;
	readonly pending: boolean;
	readonly active: boolean;
}

/** An interrupt at the distributor that KVM plays. Those not listed are disabled and quiet. */
export interface VirtualInterrupt {
	readonly id: number;
	readonly enabled: boolean;
	/** Level-triggered: the line is high. */
	readonly pending: boolean;
	/** Level-triggered: handed to a list register, and not ended yet. */
	readonly active: boolean;
	readonly edge: boolean;
}

/** The registers that stand behind a virtual CPU interface, in GICH or in the vCPU's memory. */
export interface InterfaceRegisters {
	readonly hcr: number;
	readonly vmcr: number;
	readonly apr: number;
	readonly listRegisters: readonly number[];
}

/** All that one virtual interrupt can meet on its way to the guest. */
export interface VgicData {
	/** Whose instruction is next; `hyp` is EL2. */
	readonly world: 'guest' | 'host' | 'hyp';
	/** PSTATE.I of the guest, wherever it is kept now; undefined where that is not known. */
	readonly guestMasks: boolean | undefined;
	/** The guest has taken an IRQ at EL1 and not returned from it. */
	readonly guestHandles: boolean;
	/** The guest's virtual timer; `left` in ticks of 100 MHz to its deadline. */
	readonly timer: {
		/** In the hardware, where it can raise its line; else its values are saved. */
		readonly running: boolean;
		readonly enabled: boolean;
		readonly masked: boolean;
		readonly expired: boolean;
		readonly left: bigint;
	};
	readonly physical: readonly PhysicalInterrupt[];
	/** Undefined before there is a guest. */
	readonly distributor:
		{ readonly enabled: boolean; readonly interrupts: readonly VirtualInterrupt[] } | undefined;
	/** GICH; `eisr` has a bit for each list register that was ended and wanted that told. */
	readonly hardware: InterfaceRegisters & { readonly eisr: number };
	/** What the world switch keeps of it while the vCPU rests; `used` has a bit for each that KVM has filled. */
	readonly saved: (InterfaceRegisters & { readonly used: number }) | undefined;
	/** Which list registers count: those in GICH, or the vCPU’s memory. */
	readonly live: 'hardware' | 'saved';
	/** The virtual CPU interface holds the CPU's virtual IRQ line high. */
	readonly virtualIrq: boolean;
}

export const stationKeys = [
	'source',
	'physical',
	'distributor',
	'list',
	'interface',
	'guest'
] as const;
export type StationKey = (typeof stationKeys)[number];

/** How the interrupt stands somewhere. */
export type Standing = 'none' | 'pending' | 'active' | 'both';

/** What happens when the guest makes this access. */
export interface Access {
	readonly what: string;
	readonly kind: 'traps' | 'does not trap' | 'EL2 only' | 'out of reach' | 'your guess';
	readonly says: string;
}

export interface Fact {
	readonly name: string;
	readonly value: string;
	/** What it was in the earlier view, where that differs. */
	readonly was?: string | undefined;
}

/** One box of the picture. */
export interface Station {
	readonly key: StationKey;
	readonly title: string;
	/** Where it is: in the hardware, or whose memory. */
	readonly place: string;
	readonly standing: Standing;
	/** A few words. */
	readonly state: string;
	readonly was?: string | undefined;
	/** This interrupt does not come through here. */
	readonly aside: boolean;
	readonly facts: readonly Fact[];
	readonly access: Access;
	/** Who or what brings the interrupt here from the box before. */
	readonly by: string;
	/** The state in sentences. */
	readonly says: string;
	/** The whole box, but for its title, for a screen reader. */
	readonly spoken: string;
}

export type Unspoken = Omit<Station, 'spoken'>;

/** A list register as a cell. */
export interface Slot {
	readonly number: number;
	readonly word: number;
	readonly hex: string;
	readonly id: number;
	readonly state: LrState;
	/** It holds, or held last, the interrupt under discussion. */
	readonly mine: boolean;
	readonly was?: string | undefined;
}

/** The list registers of one place. */
export interface Copy {
	readonly place: 'hardware' | 'saved';
	readonly title: string;
	/** The copy that counts now. */
	readonly live: boolean;
	readonly slots: readonly Slot[];
}

export interface VgicPicture {
	readonly id: number;
	readonly headline: string;
	readonly stations: readonly Station[];
	readonly copies: readonly Copy[];
	/** How far the interrupt has come: the index of the last box that holds it, or -1. */
	readonly reached: number;
	/** Interrupts that are anywhere on the way now, in rising order. */
	readonly others: readonly number[];
}

/**
 * The way of one virtual interrupt, box by box.
 *
 * @param id INTID, 0 to 1019
 * @param before an earlier view, for marking what has changed
 * @param guessing does not say which accesses of the guest trap
 */
export function vgicPicture(
	data: VgicData,
	id: number,
	before?: VgicData,
	guessing = false
): VgicPicture {
	const now = stationsOf(data, id);
	const earlier = before && stationsOf(before, id);
	const copies = copiesOf(data, id, before);
	const stations = now
		.map((station, i) => (earlier ? marked(station, earlier[i]!) : station))
		.map((station) => (guessing ? { ...station, access: unsaid(station.access) } : station))
		.map((station) => ({ ...station, spoken: spoken(station, copies) }));
	return {
		id,
		headline: headline(data, id),
		stations,
		copies,
		reached: stations.findLastIndex(({ standing }) => standing !== 'none'),
		others: onTheWay(data).filter((other) => other !== id)
	};
}

function unsaid(access: Access): Access {
	if (access.kind !== 'traps' && access.kind !== 'does not trap') return access;
	const says = 'Answer the question first: then the machine shows whether it traps.';
	return { what: access.what, kind: 'your guess', says };
}

function marked(station: Unspoken, before: Unspoken): Unspoken {
	const was = (fact: Fact) => before.facts.find(({ name }) => name === fact.name)?.value;
	return {
		...station,
		was: before.state === station.state ? undefined : before.state,
		facts: station.facts.map((fact) => ({
			...fact,
			was: was(fact) === fact.value ? undefined : was(fact)
		}))
	};
}

function spoken(
	{ key, place, says, was, facts, access }: Unspoken,
	copies: readonly Copy[]
): string {
	const reading = (name: string, value: string, was: string | undefined) =>
		was === undefined ? `${name}: ${value}` : `${name}: ${value}, was ${was}`;
	const slots = copies.find(({ live }) => live && key === 'list')?.slots ?? [];
	const readings = [
		...facts.map(({ name, value, was }) => reading(name, value, was)),
		...slots.map((slot) => reading(`LR${slot.number}`, slotText(slot), slot.was))
	];
	return [
		`${place[0]!.toUpperCase()}${place.slice(1)}.`,
		says,
		...(was === undefined ? [] : [`Changed; it was: ${was}.`]),
		...(readings.length === 0 ? [] : [`${readings.join('; ')}.`]),
		`For the guest, ${access.what}: ${access.kind}.`
	].join(' ');
}

function copiesOf(data: VgicData, id: number, before: VgicData | undefined): Copy[] {
	const copy = (place: Copy['place'], title: string): Copy[] => {
		const registers = data[place]?.listRegisters;
		if (registers === undefined) return [];
		const slots = registers.map((word, number) => {
			const earlier = before?.[place]?.listRegisters[number];
			return slotOf(word, number, id, earlier);
		});
		return [{ place, title, live: place === data.live, slots }];
	};
	return [
		...copy('saved', 'In the vCPU’s memory'),
		...copy('hardware', 'In the hardware, GICH_LR')
	];
}

function slotOf(word: number, number: number, id: number, before: number | undefined): Slot {
	const { id: holds, state } = readListRegister(word);
	const earlier = before === undefined ? undefined : readListRegister(before);
	const changed =
		earlier && (earlier.state !== state || (state !== 'empty' && earlier.id !== holds));
	return {
		number,
		word,
		hex: hexWord(word),
		id: holds,
		state,
		mine: holds === id && word !== 0,
		was: changed ? slotText(earlier) : undefined
	};
}

/** `empty`, `27 pending`, `27 active and pending`. */
export function slotText({ id, state }: { readonly id: number; readonly state: LrState }): string {
	if (state === 'empty') return 'empty';
	return `${id} ${state === 'both' ? 'active and pending' : state}`;
}

/** The interrupts that are pending or active anywhere behind the physical GIC. */
export function onTheWay(data: VgicData): number[] {
	const held = liveRegisters(data)
		.map(readListRegister)
		.filter(({ state }) => state !== 'empty')
		.map(({ id }) => id);
	const waiting = (data.distributor?.interrupts ?? [])
		.filter(({ pending, active }) => pending || active)
		.map(({ id }) => id);
	return [...new Set([...held, ...waiting])].sort((a, b) => a - b);
}

/**
 * The interrupt that a picture shows if nobody says which: a device's that is on the way, else any that
 * is, else the last that a list register held, else the timer's.
 */
export function pickInterrupt(data: VgicData): number {
	const way = onTheWay(data);
	const last = liveRegisters(data).find((word) => word !== 0);
	return (
		way.find((id) => id >= 32) ?? way[0] ?? (last === undefined ? TIMER : readListRegister(last).id)
	);
}

import type { Position, TrapRecord } from 'emulator-core';

export type { Position };

/** Who runs at which level, in the order in which the track draws them: EL2 between the two worlds. */
export const lanes = ['host0', 'host1', 'hyp', 'guest1', 'guest0'] as const;
export type Lane = (typeof lanes)[number];

export const laneNames: Record<Lane, string> = {
	host0: 'host EL0',
	host1: 'host EL1',
	hyp: 'EL2',
	guest1: 'guest EL1',
	guest0: 'guest EL0'
};

export type When = 'past' | 'now' | 'future';

/** Instructions between two exceptions: one lane of the track. */
export interface Stretch {
	readonly kind: 'stretch';
	/** Its number among the events: 0, 2, 4 … Crossings have the odd numbers. */
	readonly event: number;
	readonly lane: Lane;
	/** Its first position. */
	readonly go: Position;
	/** Instructions, the one that causes the next exception included. */
	readonly length: number;
	/** Ticks that WFI skipped meanwhile. */
	readonly slept: number;
	/** The run goes on behind it, as far as nobody knows. */
	readonly open: boolean;
}

/** An exception entry or return. */
export interface Crossing {
	readonly kind: 'crossing';
	readonly event: number;
	readonly from: Lane;
	readonly to: Lane;
	/** The position just before it. */
	readonly go: Position;
	readonly entry: boolean;
	/** `HVC`, `data abort`, `IRQ`, `ERET`. */
	readonly cause: string;
	readonly record: TrapRecord;
}

export type TrackEvent = Stretch | Crossing;

/** What the track is drawn from: records in the order in which they happened. */
export interface Run {
	readonly records: readonly TrapRecord[];
	/** From where to where the run is known, in instructions. */
	readonly range: { readonly from: number; readonly to: number };
}

/** Exception classes, ESR_ELx bits 31:26, as short as a label must be. */
const classNames: Readonly<Record<number, string>> = {
	0x00: 'undefined',
	0x07: 'FP trap',
	0x0e: 'illegal state',
	0x15: 'SVC',
	0x16: 'HVC',
	0x17: 'SMC',
	0x20: 'instr. abort',
	0x21: 'instr. abort',
	0x22: 'PC alignment',
	0x24: 'data abort',
	0x25: 'data abort',
	0x26: 'SP alignment',
	0x2f: 'SError',
	0x3c: 'BRK'
};

/** The cause of an entry or return, as its label says it. */
export function causeOf({ what, cause, esr }: TrapRecord): string {
	if (what === 'return') return 'ERET';
	if (cause === 'serror') return 'SError';
	if (cause !== 'sync') return cause.toUpperCase();
	const exceptionClass = esr >>> 26;
	// The lowest bit of the syndrome tells WFE from WFI, and a read from a write.
	if (exceptionClass === 0x01) return esr & 1 ? 'WFE' : 'WFI';
	if (exceptionClass === 0x18) return esr & 1 ? 'MRS' : 'MSR';
	return classNames[exceptionClass] ?? `class 0x${exceptionClass.toString(16)}`;
}

/** Whether an entry is an interrupt's: it comes before an instruction and executes none. */
const isInterrupt = ({ what, cause }: TrapRecord) => what === 'entry' && cause !== 'sync';

function lane(el: number, guest: boolean): Lane {
	if (el === 2) return 'hyp';
	return `${guest ? 'guest' : 'host'}${el === 0 ? 0 : 1}`;
}

/** The records that lie in the range that can be gone to. */
export function runOf(records: readonly TrapRecord[], range: Run['range']): Run {
	const inside = ({ at }: TrapRecord) => at >= range.from && at <= range.to;
	return { range, records: records.every(inside) ? records : records.filter(inside) };
}

/** How many of the records have happened at a position. */
export function passed({ records }: Run, { instruction, entered }: Position): number {
	let low = 0;
	let high = records.length;
	while (low < high) {
		const middle = (low + high) >> 1;
		const record = records[middle]!;
		const over = record.at < instruction || (record.at === instruction && isInterrupt(record));
		if (over) low = middle + 1;
		else high = middle;
	}
	// Interrupts that wait at this very instruction are over only if it was entered.
	while (!entered && low > 0) {
		const record = records[low - 1]!;
		if (record.at !== instruction || !isInterrupt(record)) break;
		low--;
	}
	return low;
}

/** The run without its future, up to and with the next instruction. */
export function untilNow(run: Run, position: Position): Run {
	return {
		records: run.records.slice(0, passed(run, position)),
		range: { from: run.range.from, to: Math.max(run.range.from, position.instruction + 1) }
	};
}

/** The stretch in which a position lies. */
export function stretchAt(run: Run, position: Position): number {
	return 2 * passed(run, position);
}

/** An event that is known again when other records are known around it, and the numbers are others. */
export type EventPlace = Pick<TrackEvent, 'kind' | 'go'>;

/** The number of an event now. */
export function numberOf(run: Run, { kind, go }: EventPlace): number {
	const stretch = stretchAt(run, go);
	return kind === 'stretch' ? stretch : Math.min(stretch + 1, Math.max(0, countOf(run) - 1));
}

/** Number of events: a stretch before and after each crossing. */
export function countOf({ records }: Run): number {
	return records.length === 0 ? 0 : 2 * records.length + 1;
}

/** One event by its number. */
export function eventAt(run: Run, event: number): TrackEvent {
	return event % 2 === 0 ? stretch(run, event) : crossing(run, event);
}

function crossing({ records }: Run, event: number): Crossing {
	const record = records[(event - 1) / 2]!;
	const before = records[(event - 3) / 2];
	// An interrupt may come first, before the very instruction that causes this exception.
	const entered = before?.at === record.at && isInterrupt(before) && !isInterrupt(record);
	const guest = record.vmid !== undefined;
	return {
		kind: 'crossing',
		event,
		from: lane(record.fromEl, guest),
		to: lane(record.toEl, guest),
		go: { instruction: record.at, entered },
		entry: record.what === 'entry',
		cause: causeOf(record),
		record
	};
}

function stretch({ records, range }: Run, event: number): Stretch {
	const before = records[event / 2 - 1];
	const after = records[event / 2];
	const known = (before ?? after)!;
	const guest = known.vmid !== undefined;
	const entered = before !== undefined && isInterrupt(before);
	const first = before === undefined ? range.from : before.at + (entered ? 0 : 1);
	const end = after === undefined ? range.to : after.at + (isInterrupt(after) ? 0 : 1);
	const skipped = (record: TrapRecord) => record.tick - record.at;
	return {
		kind: 'stretch',
		event,
		lane: lane(before === undefined ? known.fromEl : known.toEl, guest),
		go: { instruction: first, entered },
		length: Math.max(0, end - first),
		slept: before && after ? skipped(after) - skipped(before) : 0,
		open: after === undefined
	};
}

/** `1 instruction`, `2,968 instructions`. */
export function instructions(count: number): string {
	return `${count.toLocaleString('en')} instruction${count === 1 ? '' : 's'}`;
}

/** An event in words: what a screen reader says of it. */
export function describe(run: Run, event: TrackEvent): string {
	return event.kind === 'stretch' ? describeStretch(run, event) : describeCrossing(event);
}

function describeStretch(run: Run, { event, lane, length, open, slept }: Stretch): string {
	const asleep = slept > 0 ? `, asleep for ${slept.toLocaleString('en')} ticks` : '';
	const what = `${laneNames[lane]}, ${instructions(length)}${asleep}`;
	if (open) return `${what} so far`;
	const next = crossing(run, event + 1);
	return `${what}, then ${next.cause} to ${laneNames[next.to]}`;
}

function describeCrossing({ cause, from, to, record }: Crossing): string {
	const where = `${cause} from ${laneNames[from]} to ${laneNames[to]}`;
	if (record.stage === 2 && record.ipa !== undefined)
		return `${where}: stage 2, IPA ${hex(record.ipa)}`;
	if (record.stage === 1) return `${where}: stage 1, address ${hex(record.far)}`;
	return where;
}

/** Hexadecimal in groups of four. */
export function hex(value: bigint): string {
	return '0x' + value.toString(16).replace(/\B(?=(?:.{4})+$)/g, '_');
}

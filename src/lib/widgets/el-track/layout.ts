import {
	countOf,
	describe,
	eventAt,
	lanes,
	laneNames,
	passed,
	stretchAt,
	type Crossing,
	type Lane,
	type Position,
	type Run,
	type Stretch,
	type When
} from './events.ts';

export interface TrackOptions {
	/** Of the drawing, in its units. */
	readonly width: number;
	/** Time runs down instead of to the right: for narrow screens. */
	readonly vertical: boolean;
	/** 1 as it is read best, more to see less of the run in more detail. */
	readonly zoom: number;
	/** Lengths in proportion to instructions, instead of growing with their logarithm. */
	readonly toScale: boolean;
	/** The event around which the window lies; the present one if left out. */
	readonly around?: number;
}

/** A place along time (t) and across the lanes (c) becomes x and y by the track's direction. */
export interface Bar {
	readonly key: string;
	readonly event: number;
	readonly lane: Lane;
	readonly when: When;
	readonly x: number;
	readonly y: number;
	readonly width: number;
	readonly height: number;
	/** Of the present stretch: how much of it is over, along time. */
	readonly done: number;
	/** Instructions, if there is room for the number: of the present stretch, beside the mark. */
	readonly count: Label | undefined;
	readonly text: string;
	readonly go: Position;
}

export interface Link {
	readonly key: string;
	readonly event: number;
	readonly when: When;
	readonly entry: boolean;
	/** From lane to lane, with the head at its end. */
	readonly path: string;
	readonly head: string;
	/** Where a pointer may hit it. */
	readonly hit: Box;
	readonly label: Label | undefined;
	readonly text: string;
	readonly go: Position;
}

export interface Label {
	readonly text: string;
	readonly x: number;
	readonly y: number;
	readonly anchor: 'start' | 'middle' | 'end';
}

export interface Box {
	readonly x: number;
	readonly y: number;
	readonly width: number;
	readonly height: number;
}

export interface Track {
	readonly width: number;
	readonly height: number;
	/** The part in which events are drawn. */
	readonly window: Box;
	readonly lanes: readonly (Label & { readonly lane: Lane; readonly middle: number })[];
	readonly bars: readonly Bar[];
	readonly links: readonly Link[];
	/** A line across the lanes, and a dot on the present one. */
	readonly now: { readonly at: number; readonly dot: { readonly x: number; readonly y: number } };
	/** Numbers of the first and the last event that is drawn whole. */
	readonly whole: { readonly from: number; readonly to: number };
	/** Instructions that the window covers. */
	readonly covers: { readonly from: number; readonly to: number };
}

const barSize = 24;
const gap = 27;
const head = 5;
const lineHeight = 15;
const endMargin = 10;
/** Half of the arc that leads from a lane to itself. */
const loopHalf = 7;
/** Sizes of the vertical track: its height, and the room for the lanes' names. */
const tall = 460;
const namesHeight = 36;
const namesWidth = 74;
const topMargin = 16;

/** Between the present end of the run and the edge: half of the mark for now. */
const endRoom = 8;

/** About how wide a label of 12 px is, with its distance from the arrow; capitals are wide. */
const labelWidth = (text: string) =>
	text.length * 6.3 + 9 + (text.match(/[A-Z]/g)?.length ?? 0) * 1.8;

/**
 * The window of the run around the present position, or around an event: bars for stretches, links for
 * exceptions. Undefined while no exception is known.
 */
export function layTrack(run: Run, position: Position, options: TrackOptions): Track | undefined {
	const count = countOf(run);
	if (count === 0) return undefined;
	const { width, vertical } = options;
	const across = crossSizes(options);
	const window: Box = vertical
		? { x: 0, y: namesHeight, width, height: tall - namesHeight }
		: {
				x: namesWidth,
				y: topMargin,
				width: width - namesWidth,
				height: across.total + 2 * endMargin
			};
	const room = vertical ? window.height : window.width;
	const start = vertical ? window.y : window.x;
	const present = stretchAt(run, position);
	const around = Math.min(Math.max(options.around ?? present, 0), count - 1);
	const placed = placeStretches(run, around - (around % 2), room, options);
	const origin = start + placed.shift;
	const { lengths } = placed;
	const edges = [start, start + room] as const;
	const plan: Plan = { run, position, present, options, across, origin, edges, lengths };

	const bars = placed.events.map((event) => bar(plan, event));
	const links = placed.events
		.filter((event) => event + 1 < count && placed.lengths.has(event + 2))
		.map((event) => link(plan, event + 1));
	const here = eventAt(run, present) as Stretch;
	const there = placed.lengths.get(present);
	const at =
		there === undefined
			? Number.NEGATIVE_INFINITY
			: origin + there.at + there.length * doneOf(here, position);
	const c = across.middle(here.lane);
	const inside = placed.events.filter((event) => {
		const { at, length } = placed.lengths.get(event)!;
		return at + placed.shift >= -1 && at + length + placed.shift <= room + 1;
	});
	const instructionAt = (event: number, t: number) => {
		const { go, length } = eventAt(run, event) as Stretch;
		const place = placed.lengths.get(event)!;
		const part = (t - placed.shift - place.at) / place.length;
		return go.instruction + Math.min(1, Math.max(0, part)) * length;
	};
	return {
		width,
		height: vertical ? tall : topMargin + window.height,
		window,
		lanes: lanes.map((lane) => laneLabel(lane, across, options)),
		bars,
		links,
		now: { at, dot: vertical ? { x: c, y: at } : { x: at, y: c } },
		whole: { from: inside[0] ?? around, to: inside.at(-1) ?? around },
		covers: {
			from: instructionAt(placed.events[0]!, 0),
			to: instructionAt(placed.events.at(-1)!, room)
		}
	};
}

/** Where the lanes lie across the direction of time. */
function crossSizes({ width, vertical }: TrackOptions) {
	const pitch = vertical ? width / lanes.length : barSize + gap;
	const size = vertical ? Math.min(40, pitch * 0.62) : barSize;
	const first = vertical ? (pitch - size) / 2 : topMargin + endMargin;
	const at = (lane: Lane) => first + lanes.indexOf(lane) * pitch;
	return {
		pitch,
		size,
		total: (lanes.length - 1) * pitch + size,
		at,
		middle: (lane: Lane) => at(lane) + size / 2
	};
}

interface Plan {
	readonly run: Run;
	readonly position: Position;
	readonly present: number;
	readonly options: TrackOptions;
	readonly across: ReturnType<typeof crossSizes>;
	/** Of time, in the drawing. */
	readonly origin: number;
	/** Where the window begins and ends, along time. */
	readonly edges: readonly [number, number];
	readonly lengths: ReadonlyMap<number, { readonly at: number; readonly length: number }>;
}

/** From the middle one outwards, until the room is full; `shift` brings the middle one into view. */
function placeStretches(run: Run, middle: number, room: number, options: TrackOptions) {
	const last = countOf(run) - 1;
	const lengths = new Map<number, { at: number; length: number }>();
	const own = stretchLength(run, middle, options);
	lengths.set(middle, { at: 0, length: own });
	// More than half of the room to each side: at an end of the run, the window stops there.
	let right = own;
	let to = middle;
	while (to < last && right < room + own) {
		to += 2;
		const length = stretchLength(run, to, options);
		lengths.set(to, { at: right, length });
		right += length;
	}
	let left = 0;
	let from = middle;
	while (from > 0 && left > -room) {
		from -= 2;
		const length = stretchLength(run, from, options);
		left -= length;
		lengths.set(from, { at: left, length });
	}
	let shift = room * 0.46 - own / 2;
	if (own > room) shift = 0;
	if (to === last && right + shift < room - endRoom) shift = room - endRoom - right;
	if (from === 0 && left + shift > 0) shift = -left;
	const events = [...lengths.keys()]
		.sort((a, b) => a - b)
		.filter((event) => {
			const { at, length } = lengths.get(event)!;
			return at + length + shift > 0 && at + shift < room;
		});
	return { events, lengths, shift };
}

/** Along time: room for the labels at both ends, and more for more instructions. */
function stretchLength(run: Run, event: number, options: TrackOptions): number {
	const { zoom, toScale, vertical } = options;
	const { length } = eventAt(run, event) as Stretch;
	const unit = vertical ? 0.66 : 1;
	if (toScale) return Math.max(2, length * 0.075 * zoom * unit);
	const free = (10 + 21 * Math.log10(1 + length)) * zoom * unit;
	if (zoom < 1) return Math.max(4, free);
	return Math.max(free, roomForLabels(run, event, vertical));
}

/** What its own labels need: that of the entry at its start, and of the return at its end. */
function roomForLabels(run: Run, event: number, vertical: boolean): number {
	const [start, end] = endsOf(run, event);
	const size = (crossing: Crossing | undefined) => {
		if (crossing === undefined) return 0;
		const arc = crossing.from === crossing.to ? loopHalf : 0;
		return arc + (vertical ? lineHeight + 2 : labelWidth(crossing.cause));
	};
	if (start && end && side(start) === side(end))
		return size(start) + size(end) + (vertical ? 0 : 8);
	return Math.max(size(start), size(end));
}

/** The crossings whose labels stand beside a stretch. */
function endsOf(run: Run, event: number): [Crossing | undefined, Crossing | undefined] {
	const start = event > 0 ? (eventAt(run, event - 1) as Crossing) : undefined;
	const end = event + 1 < countOf(run) ? (eventAt(run, event + 1) as Crossing) : undefined;
	return [start?.entry ? start : undefined, end && !end.entry ? end : undefined];
}

/** On which side of the stretch that it belongs to a crossing's label stands: -1 is towards the host. */
function side({ entry, from, to }: Crossing): -1 | 1 {
	const own = lanes.indexOf(entry ? to : from);
	const other = lanes.indexOf(entry ? from : to);
	if (own === other) return own <= 2 ? -1 : 1;
	return other < own ? -1 : 1;
}

/** The part of a stretch that is over, 0 to 1: the middle of the instruction that comes next. */
function doneOf({ go, length }: Stretch, { instruction }: Position): number {
	if (length === 0) return 0.5;
	return Math.min(1, Math.max(0, (instruction - go.instruction + 0.5) / length));
}

function whenOf(event: number, present: number): When {
	return event === present ? 'now' : event < present ? 'past' : 'future';
}

function bar(plan: Plan, event: number): Bar {
	const { run, across, origin, lengths, options, position, present } = plan;
	const stretch = eventAt(run, event) as Stretch;
	const { at, length } = lengths.get(event)!;
	const t = origin + at;
	const c = across.at(stretch.lane);
	const done =
		event === present ? length * doneOf(stretch, position) : event < present ? length : 0;
	return {
		key: keyOf(run, event),
		event,
		lane: stretch.lane,
		when: whenOf(event, present),
		...(options.vertical
			? { x: c, y: t, width: across.size, height: length }
			: { x: t, y: c, width: length, height: across.size }),
		done,
		count: countLabel(plan, stretch, t, event === present ? done : 0),
		text: describe(run, stretch),
		go: stretch.go
	};
}

/** The number in the middle of the larger part that the mark leaves free, as far as it is in the window. */
function countLabel(plan: Plan, stretch: Stretch, t: number, mark: number): Label | undefined {
	const { across, lengths, options, edges } = plan;
	const { length } = lengths.get(stretch.event)!;
	const text = stretch.length.toLocaleString('en') + (stretch.open ? ' …' : '');
	const width = text.length * 6.2 + 4;
	const before = mark > length / 2;
	const from = Math.max(edges[0], before || mark === 0 ? t : t + mark + 4);
	const to = Math.min(edges[1], before ? t + mark - 4 : t + length);
	if (to - from < (options.vertical ? 13 : width)) return undefined;
	if (options.vertical && across.size < width - 3) return undefined;
	const middle = (from + to) / 2;
	const c = across.middle(stretch.lane);
	const [x, y] = options.vertical ? [c, middle] : [middle, c];
	return { text, x, y, anchor: 'middle' };
}

function link(plan: Plan, event: number): Link {
	const { run, across, origin, lengths, options, position } = plan;
	const crossing = eventAt(run, event) as Crossing;
	const { vertical } = options;
	const t = origin + lengths.get(event + 1)!.at;
	const from = across.middle(crossing.from);
	const to = across.middle(crossing.to);
	const over = passed(run, position) > (event - 1) / 2;
	const half = across.size / 2;
	const towards = Math.sign(to - from);
	const loop = from === to;
	const beside = side(crossing);
	const tip = loop ? to + beside * (half + 1) : to - towards * half;
	const tipAt = loop ? t + loopHalf : t;
	const point = (t: number, c: number) => (vertical ? `${c} ${t}` : `${t} ${c}`);
	const back = (loop ? beside : -towards) * head;
	const bow = tip + beside * 15;
	const low = Math.min(from, to) - (loop ? 22 : 0);
	const high = Math.max(from, to) + (loop ? 22 : 0);
	return {
		key: keyOf(run, event),
		event,
		when: over ? 'past' : 'future',
		entry: crossing.entry,
		path: loop
			? `M${point(t - loopHalf, tip)}C${point(t - loopHalf, bow)} ${point(tipAt, bow)} ${point(tipAt, tip)}`
			: `M${point(t, from + towards * half)}L${point(t, tip)}`,
		head: `M${point(tipAt - head * 0.7, tip + back)}L${point(tipAt, tip)}L${point(tipAt + head * 0.7, tip + back)}`,
		hit: vertical
			? { x: low, y: t - 7, width: high - low, height: 14 }
			: { x: t - 7, y: low, width: 14, height: high - low },
		label: linkLabel(plan, crossing, t),
		text: describe(run, crossing),
		go: crossing.go
	};
}

/**
 * Beside the stretch that it leads into (an entry) or out of (a return): there is nothing else there. None
 * where the window's edge would cut it.
 */
function linkLabel(plan: Plan, crossing: Crossing, t: number): Label | undefined {
	const { run, across, lengths, options, edges } = plan;
	const { entry, cause, event } = crossing;
	const { vertical } = options;
	const own = entry ? event + 1 : event - 1;
	const room = lengths.get(own)!.length;
	if (room < roomForLabels(run, own, vertical)) return undefined;
	const lane = entry ? crossing.to : crossing.from;
	const beside = side(crossing);
	const edge = across.middle(lane) + beside * (across.size / 2);
	const arc = crossing.from === crossing.to ? loopHalf - 1 : 0;
	const needs = (vertical ? lineHeight : labelWidth(cause)) + arc;
	const [first, last] = entry ? [t, t + needs] : [t - needs, t];
	if (first < edges[0] || last > edges[1]) return undefined;
	if (vertical) {
		const x = edge + beside * 6;
		const most = options.width - cause.length * 5.7;
		return {
			text: cause,
			x: beside < 0 ? x : Math.min(x, most),
			y: t + (entry ? lineHeight - 3 + arc : -6 - arc),
			anchor: beside < 0 ? 'end' : 'start'
		};
	}
	return {
		text: cause,
		x: t + (entry ? 6 + arc : -6 - arc),
		y: edge + (beside * gap) / 2 + 4,
		anchor: entry ? 'start' : 'end'
	};
}

function laneLabel(lane: Lane, across: ReturnType<typeof crossSizes>, options: TrackOptions) {
	const middle = across.middle(lane);
	return options.vertical
		? { lane, middle, text: laneNames[lane], x: middle, y: 14, anchor: 'middle' as const }
		: {
				lane,
				middle,
				text: laneNames[lane],
				x: namesWidth - 12,
				y: middle + 4,
				anchor: 'end' as const
			};
}

/** The same event keeps its key when the records known around it change. */
function keyOf(run: Run, event: number): string {
	if (event % 2 === 1) {
		const { at, cause, what } = run.records[(event - 1) / 2]!;
		return `${what} ${cause} ${at}`;
	}
	return event === 0 ? 'first' : `after ${keyOf(run, event - 1)}`;
}

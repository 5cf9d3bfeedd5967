import { comparePositions, type Timeline } from 'emulator-core';
import type { Position, Way } from './protocol.ts';
import { Refused } from './refused.ts';
import type { Sought } from './sought.ts';

/** Instructions that are gone through between two pauses: some hundredths of a second. */
const part = 1_000_000;
/** So many that are not the right ones are passed between two pauses. */
const manyWrong = 10;
/** How far ahead is looked: some seconds. */
const farAhead = 50_000_000;

/**
 * Looks for something from where the machine stands, a part at a time: between them it tells up to which
 * instruction has been looked. The machine ends up where it was found, and otherwise anywhere.
 *
 * @throws {Refused} there is none, in words
 */
export function* search(
	timeline: Timeline,
	sought: Sought,
	way: Way
): Generator<number, Position, void> {
	if (sought.what === undefined) return yield* change(timeline, sought, way);
	const begin = timeline.position;
	/** What begins where the machine stands counts: it stands there only because a part ended. */
	let here = false;
	let wrong = 0;
	for (;;) {
		const from = timeline.position;
		let looked = from.instruction;
		let paused = false;
		const goOn = (at: number) => {
			looked = at;
			paused = Math.abs(at - from.instruction) >= part;
			return !paused;
		};
		const within = begin.instruction + farAhead - from.instruction;
		const found =
			way === 'back'
				? timeline.back(sought.what, { goOn })
				: timeline.forward(sought.what, { goOn, here, within });
		if (found.position !== undefined) {
			if (sought.accept?.() ?? true) return found.position;
			here = false;
			looked = found.position.instruction;
			if (++wrong % manyWrong > 0) continue;
		} else if (!paused || (way === 'back' && looked <= timeline.start))
			throw new Refused(nothing(timeline, sought, way, found.message));
		else {
			timeline.seek(looked);
			here = way === 'on';
		}
		yield looked;
	}
}

/** The value is looked at so often: one that goes and comes back sooner is not seen. */
const often = 64;
/** So much is gone through at a time. */
const stretch = 50_000;

/** Just before the value changes. */
function* change(timeline: Timeline, sought: Sought, way: Way): Generator<number, Position, void> {
	const begin = timeline.position;
	const first = timeline.start;
	for (let from = begin.instruction; ;) {
		const to = way === 'back' ? Math.max(first, from - stretch) : from + stretch;
		const [low, high] = way === 'back' ? [to, from] : [from, to];
		const found = changeBetween(timeline, sought, low, high, way, begin);
		if (found !== undefined) {
			timeline.seek(found);
			return found;
		}
		const ended = way === 'back' ? to === first : timeline.position.instruction < high;
		if (ended || Math.abs(to - begin.instruction) > farAhead)
			throw new Refused(nothing(timeline, sought, way, ended ? 'sleeps' : ''));
		from = to;
		yield from;
	}
}

function changeBetween(
	timeline: Timeline,
	{ value }: Sought,
	low: number,
	high: number,
	way: Way,
	begin: Position
): Position | undefined {
	const intervals: (readonly [from: number, to: number])[] = [];
	timeline.seek(low);
	let held = value?.();
	while (timeline.position.instruction < high) {
		const from = timeline.position.instruction;
		timeline.run({ maxInstructions: Math.min(often, high - from) });
		const to = timeline.position.instruction;
		if (to === from) break;
		const now = value?.();
		if (now !== held) intervals.push([from, to]);
		held = now;
		if (way === 'on' && intervals.length > 1) break;
	}
	if (way === 'back') intervals.reverse();
	const end = timeline.position.instruction;
	for (const [from, to] of intervals) {
		const all = changesWithin(timeline, value!, from, to).filter((each) => {
			const order = comparePositions(each, begin);
			return way === 'back' ? order < 0 : order > 0;
		});
		const found = way === 'back' ? all.at(-1) : all[0];
		if (found) return found;
	}
	timeline.seek(end);
	return undefined;
}

function changesWithin(
	timeline: Timeline,
	value: () => bigint | undefined,
	from: number,
	to: number
): Position[] {
	const found: Position[] = [];
	timeline.seek(from);
	while (timeline.position.instruction < to) {
		const here = timeline.position;
		const before = value();
		timeline.step();
		if (value() !== before) found.push(here);
		if (comparePositions(timeline.position, here) === 0) break;
	}
	return found;
}

function nothing(timeline: Timeline, { kind, name }: Sought, way: Way, why: string): string {
	const verb = { write: 'is not written', change: 'does not change', place: 'does not come' }[kind];
	const what = `${shown(name)} ${verb}`;
	if (way === 'back')
		return `${what} between here and the beginning of this lesson’s part of the run (instruction ${grouped(timeline.start)}).`;
	const end = why.includes('sleeps')
		? 'before the machine goes to sleep for good'
		: why.includes('is off')
			? 'before the machine is switched off'
			: `in the next ${grouped(farAhead)} instructions`;
	return `${what} any more ${end}.`;
}

/** Names that are code are marked as code. */
export const shown = (name: string) => (name.startsWith('the ') ? name : `\`${name}\``);

export const grouped = (n: number) => n.toLocaleString('en').replaceAll(',', '\u202f');

/** In words, where one place of the run is as seen from another. */
export function distance(from: Position, to: Position): string {
	const far = to.instruction - from.instruction;
	if (far === 0) {
		const order = comparePositions(to, from);
		return order === 0
			? 'where you were'
			: `at the same instruction, ${order < 0 ? 'before' : 'behind'} its interrupt`;
	}
	const many = Math.abs(far);
	return `${grouped(many)} ${many === 1 ? 'instruction' : 'instructions'} ${far < 0 ? 'earlier' : 'later'}`;
}

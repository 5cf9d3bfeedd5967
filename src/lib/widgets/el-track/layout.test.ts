import { describe, expect, it } from 'vitest';
import {
	causeOf,
	describe as say,
	eventAt,
	numberOf,
	passed,
	runOf,
	stretchAt,
	untilNow
} from './events.ts';
import { examples } from './examples.ts';
import { layTrack } from './layout.ts';
import { layOverview } from './overview.ts';

const [call, , program, idle, nothing] = Object.values(examples);
const run = runOf(call!.records, call!.range);
const options = { width: 700, vertical: false, zoom: 1, toScale: false };
const at = (instruction: number, entered = false) => ({ instruction, entered });
const wordsOf = (of: typeof run, event: number) => say(of, eventAt(of, event));

describe('the events of a run', () => {
	it('are stretches, and crossings between them, in words', () => {
		expect([3, 4, 5, 6].map((event) => wordsOf(run, event))).toEqual([
			'ERET from EL2 to guest EL1',
			'guest EL1, 87 instructions, then instr. abort to EL2',
			'instr. abort from guest EL1 to EL2: stage 2, IPA 0x8400_0000',
			'EL2, 257 instructions, then ERET to host EL1'
		]);
	});

	it('count the instruction that causes the exception', () => {
		const programRun = runOf(program!.records, program!.range);
		const event = stretchAt(programRun, program!.position);
		expect(wordsOf(programRun, event)).toBe(
			'guest EL0, 1 instruction, then instr. abort to guest EL1'
		);
		expect(eventAt(programRun, event).go).toEqual(at(7195851));
	});

	it('put an interrupt before its instruction: the position says whether it was taken', () => {
		const idleRun = runOf(idle!.records, idle!.range);
		expect(passed(idleRun, at(7715162))).toBe(12);
		expect(passed(idleRun, at(7715162, true))).toBe(13);
		expect(passed(idleRun, at(7715163))).toBe(13);
		const event = stretchAt(idleRun, at(7715162, true));
		expect(eventAt(idleRun, event).go).toEqual(at(7715162, true));
		expect(wordsOf(idleRun, event)).toBe('host EL1, 294 instructions, then ERET to host EL1');
	});

	it('put an HVC behind its instruction: just before it, the caller still runs', () => {
		expect(stretchAt(run, at(2397222))).toBe(14);
		expect(stretchAt(run, at(2397223))).toBe(16);
	});

	it('are found again when other records are known', () => {
		const later = runOf(call!.records, { from: 2391152, to: 2401152 });
		for (const event of [9, 10, 13, 14]) {
			const found = numberOf(later, eventAt(run, event));
			expect(wordsOf(later, found)).toBe(wordsOf(run, event));
			expect(found).toBeLessThan(event);
		}
	});

	it('tell an interrupt from the exception of the instruction that it came before', () => {
		const [entry] = call!.records;
		const both = [
			{ ...entry!, cause: 'irq' as const, at: 50, fromEl: 1, toEl: 1 },
			{ ...entry!, cause: 'sync' as const, at: 50, fromEl: 1, toEl: 1 }
		];
		const twice = { records: both, range: { from: 0, to: 100 } };
		expect([1, 2, 3].map((event) => eventAt(twice, event).go)).toEqual([
			at(50),
			at(50, true),
			at(50, true)
		]);
		expect([1, 3].map((event) => numberOf(twice, eventAt(twice, event)))).toEqual([1, 3]);
	});

	it('end at the present, if the future is to be guessed', () => {
		const past = untilNow(run, at(2397222));
		expect(past.records).toHaveLength(7);
		expect(wordsOf(past, 14)).toBe('guest EL1, 5,552 instructions so far');
		expect(untilNow(run, at(2388452)).records).toEqual([]);
	});

	it('leave out what lies outside the range', () => {
		expect(runOf(call!.records, { from: 2397152, to: 2398152 }).records).toHaveLength(2);
	});

	it('say how long WFI slept', () => {
		const idleRun = runOf(idle!.records, idle!.range);
		const words = wordsOf(idleRun, stretchAt(idleRun, at(7715487)));
		expect(words).toBe('host EL1, 49 instructions, asleep for 171,003 ticks, then IRQ to host EL1');
	});

	it.each([
		[0x07e0_0000, 'WFI'],
		[0x07e0_0001, 'WFE'],
		[0x5e00_0000, 'SMC'],
		[0x6214_3c3c, 'MSR'],
		[0x6214_3c3d, 'MRS'],
		[0xfc00_0000, 'class 0x3f']
	])('name the cause of syndrome %d', (esr, name) => {
		expect(causeOf({ ...call!.records[1]!, what: 'entry', cause: 'sync', esr })).toBe(name);
	});
});

describe('the picture of the track', () => {
	it('lies to the right in time, with the host above and the guest below EL2', () => {
		const track = layTrack(run, at(2397348), options)!;
		const bar = (event: number) => {
			const { x, y, width, lane, when, count } = track.bars.find((each) => each.event === event)!;
			return [lane, when, Math.round(x), y, Math.round(width), count?.text];
		};
		expect([bar(14), bar(16), bar(18)]).toEqual([
			['guest1', 'past', 243, 179, 89, '5,552'],
			['hyp', 'now', 332, 128, 61, '256'],
			['host1', 'future', 392, 77, 73, '992']
		]);
		expect(Math.round(track.now.at)).toBe(361);
		expect(track.now.dot.y).toBe(140);
	});

	it('stands at the end of a run, and at its start, without a void', () => {
		const start = layTrack(run, at(2388452), options)!;
		expect(start.bars[0]!.x).toBe(start.window.x);
		const end = layTrack(run, at(2401152), options)!;
		const last = end.bars.at(-1)!;
		// Half of the mark for now needs the rest.
		expect(last.x + last.width).toBeCloseTo(692);
	});

	it.each([
		[260, true],
		[300, true],
		[520, false],
		[1200, false]
	])('keeps labels of crossings beside other labels: width %d', (width, vertical) => {
		for (const { records, range, position } of [call!, program!, idle!]) {
			const track = layTrack(runOf(records, range), position, { ...options, width, vertical })!;
			const boxes = track.links
				.flatMap(({ label }) => label ?? [])
				.map(({ text, x, y, anchor }) => {
					const capitals = text.match(/[A-Z]/g)?.length ?? 0;
					const wide = text.length * 5.7 + capitals * 2.2;
					return {
						text,
						left: anchor === 'end' ? x - wide : x,
						right: anchor === 'end' ? x : x + wide,
						y
					};
				});
			for (const [i, a] of boxes.entries())
				for (const b of boxes.slice(i + 1)) {
					const apart = a.right <= b.left || b.right <= a.left || Math.abs(a.y - b.y) >= 12;
					expect(apart, `${a.text} at ${a.left} and ${b.text} at ${b.left}`).toBe(true);
				}
			// A label that the window's edge would cut is left out.
			for (const { text, left, right, y } of boxes)
				if (vertical) {
					expect(right).toBeLessThanOrEqual(width);
					expect(y, text).toBeGreaterThan(track.window.y + 8);
					expect(y, text).toBeLessThan(track.height - 2);
				} else {
					expect(left, text).toBeGreaterThanOrEqual(track.window.x);
					expect(right, text).toBeLessThanOrEqual(width);
				}
		}
	});

	it('goes to where the focus is', () => {
		const track = layTrack(run, at(2388452), { ...options, around: 28 })!;
		expect(track.whole.from).toBeLessThanOrEqual(28);
		expect(track.whole.to).toBeGreaterThanOrEqual(28);
	});

	it('is in proportion to instructions if asked to', () => {
		const { bars } = layTrack(run, at(2397348), { ...options, toScale: true })!;
		expect(bars.find(({ event }) => event === 14)!.width).toBeCloseTo(5552 * 0.075);
	});

	it('draws nothing where no exception is known', () => {
		expect(layTrack(nothing!, at(0), options)).toBeUndefined();
		expect(layOverview(nothing!, 1000).paths.every(({ d }) => d === '')).toBe(true);
	});

	it('draws the whole run in a strip, each place of which is an instruction', () => {
		const overview = layOverview(run, 1000);
		expect(overview.instruction(0)).toBe(2388452);
		expect(overview.instruction(500)).toBe(2394802);
		expect(overview.instruction(5000)).toBe(2401152);
		expect(overview.x(2401152)).toBe(1000);
	});
});

import { scaleLog } from 'd3-scale';
import {
	classes,
	describeDifference,
	formatCount,
	classNames,
	isBetween,
	type ClassName,
	type PhaseCounts
} from '../trap-table/layout.ts';

/** One line of the chart: a phase and a class, with a place for each of the two numbers. */
export interface ChartRow {
	readonly phase: string;
	/** The phase's name stands only at its first row. */
	readonly firstOfPhase: boolean;
	readonly name: ClassName;
	readonly y: number;
	readonly machine: { readonly x: number; readonly count: number };
	readonly student: { readonly x: number; readonly count: number } | undefined;
	/** The row in words. */
	readonly text: string;
}

export interface Chart {
	readonly width: number;
	readonly height: number;
	readonly left: number;
	readonly right: number;
	readonly top: number;
	readonly bottom: number;
	readonly zero: number;
	readonly ticks: readonly { readonly x: number; readonly label: string }[];
	readonly rows: readonly ChartRow[];
}

const rowHeight = 22;
const phaseGap = 14;
const left = 92;
const rightMargin = 16;
const zeroBand = 34;

/**
 * A dot plot on a log scale. Zero has no place on such a scale, so it gets one of its own, left of a
 * gap; numbers below zero (a counter that fell between phases) are drawn there too. What the guest’s
 * shell costs between the phases is left to the table.
 *
 * @param width of the drawing in pixels, at least 280
 */
export function trapChart(all: readonly PhaseCounts[], width: number): Chart {
	const data = all.filter(({ phase }) => !isBetween(phase));
	const top = 8;
	const right = Math.max(width, 280) - rightMargin;
	const counts = data.flatMap(({ machine, student }) =>
		classes.flatMap((name) => [machine[name], student?.[name] ?? 0])
	);
	const most = Math.max(10, ...counts);
	const x = scaleLog()
		.domain([1, 10 ** Math.ceil(Math.log10(most))])
		.range([left + zeroBand, right]);
	const place = (count: number) => ({ x: count < 1 ? left + 6 : x(count), count });

	let y = top;
	const rows = data.flatMap(({ phase, machine, student }) => {
		y += phaseGap / 2;
		const group = classes.map((name, i): ChartRow => {
			const row = {
				phase,
				firstOfPhase: i === 0,
				name,
				y: y + rowHeight / 2,
				machine: place(machine[name]),
				student: student && place(student[name]),
				text: rowText(phase, name, machine[name], student?.[name])
			};
			y += rowHeight;
			return row;
		});
		y += phaseGap / 2;
		return group;
	});
	const [, end] = x.domain();
	const ticks = [{ x: left + 6, label: '0' }];
	for (let power = 1; power <= end!; power *= 10)
		ticks.push({ x: x(power), label: shortCount(power) });

	return {
		width: Math.max(width, 280),
		height: y + 26,
		left,
		right,
		top,
		bottom: y,
		zero: left + 6,
		ticks,
		rows
	};
}

function rowText(phase: string, name: ClassName, machine: number, student: number | undefined) {
	const yours = student === undefined ? 'not reported' : formatCount(student);
	const verdict = describeDifference(student === undefined ? undefined : student - machine);
	return `${phase}, ${classNames[name]}: machine ${formatCount(machine)}, yours ${yours}${student === undefined ? '' : `, ${verdict}`}`;
}

/** `1`, `100`, `10k`, `1M`. */
export function shortCount(count: number): string {
	if (count >= 1e6) return `${count / 1e6}M`;
	return count >= 1e3 ? `${count / 1e3}k` : String(count);
}

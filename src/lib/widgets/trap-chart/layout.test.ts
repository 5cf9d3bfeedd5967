import { describe, expect, it } from 'vitest';
import { examples } from '../trap-table/examples.ts';
import { shortCount, trapChart } from './layout.ts';

const rounded = (rows: ReturnType<typeof trapChart>['rows']) =>
	rows.map((r) => [
		r.phase,
		r.name,
		r.y,
		Math.round(r.machine.x),
		r.student && Math.round(r.student.x)
	]);

describe('the chart of traps', () => {
	it('puts zero left of the scale, and powers of ten at equal distances', () => {
		const chart = trapChart(examples['As shipped: three zeros']!.data, 516);
		expect(chart.ticks.map((tick) => [Math.round(tick.x), tick.label])).toEqual([
			[98, '0'],
			[126, '1'],
			[220, '10'],
			[313, '100'],
			[406, '1k'],
			[500, '10k']
		]);
	});

	it('draws a row for each class of each phase', () => {
		const chart = trapChart(examples['By exception class alone: I/O counted as memory']!.data, 516);
		expect(rounded(chart.rows).slice(0, 4)).toEqual([
			['boot', 'cpu', 26, 274, 274],
			['boot', 'mem', 48, 370, 458],
			['boot', 'io', 70, 453, 98],
			['mem', 'cpu', 106, 182, 182]
		]);
		expect(chart.rows[1]!.text).toBe('boot, MEM: machine 412, yours 3,532, 3,120 too many');
	});

	it.each([280, 320, 900])('keeps marks and ticks inside a width of %d', (width) => {
		for (const { data } of Object.values(examples)) {
			const chart = trapChart(data, width);
			for (const { machine, student } of chart.rows)
				for (const mark of [machine, student])
					if (mark) {
						expect(mark.x).toBeGreaterThanOrEqual(chart.left);
						expect(mark.x).toBeLessThanOrEqual(chart.right);
					}
		}
	});

	it('draws a counter that fell, or nothing at all, without a complaint', () => {
		const counts = { cpu: 1, mem: 2, io: 3 };
		const fell = [{ phase: 'boot', machine: counts, student: { cpu: -5, mem: 0, io: 3 } }];
		expect(trapChart(fell, 400).rows[0]!.student!.x).toBe(98);
		expect(trapChart([], 400).rows).toEqual([]);
	});

	it.each([
		[1, '1'],
		[1000, '1k'],
		[1_000_000, '1M']
	])('writes %d short', (count, text) => expect(shortCount(count)).toBe(text));
});

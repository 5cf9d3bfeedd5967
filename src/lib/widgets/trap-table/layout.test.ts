import { describe, expect, it } from 'vitest';
import { examples } from './examples.ts';
import { describeDifference, formatDifference, isBetween, sumOf, trapTable } from './layout.ts';

describe('the table of traps', () => {
	it('sets the student beside the machine, with the difference', () => {
		const [boot] = trapTable(examples['By exception class alone: I/O counted as memory']!.data);
		expect(boot).toEqual({
			phase: 'boot',
			cells: [
				{ name: 'cpu', machine: 38, student: 38, difference: 0 },
				{ name: 'mem', machine: 412, student: 3532, difference: 3120 },
				{ name: 'io', machine: 3120, student: 0, difference: -3120 }
			]
		});
	});

	it('leaves open what was not reported', () => {
		const rows = trapTable(examples['Right, while io still runs']!.data);
		expect(rows[3]!.cells[2]).toEqual({
			name: 'io',
			machine: 17,
			student: undefined,
			difference: undefined
		});
	});

	it('puts what lies between the phases into one line', () => {
		const row = trapTable(examples['Right, while io still runs']!.data)[2]!;
		expect(isBetween(row.phase)).toBe(true);
		expect(sumOf(row)).toEqual({ machine: 21, student: 21, difference: 0 });
	});

	it.each([
		[0, '=', 'equal'],
		[3120, '+3,120', '3,120 too many'],
		[-2, '−2', '2 too few'],
		[undefined, '', 'not reported']
	])('writes a difference of %s', (difference, short, long) => {
		expect(formatDifference(difference)).toBe(short);
		expect(describeDifference(difference)).toBe(long);
	});
});

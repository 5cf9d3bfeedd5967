/** `trapline bench --json`: every figure that has a floor, and the floors themselves. */
import { beforeAll, describe, expect, it } from 'vitest';
import { trapline, type Ran } from './trapline.ts';

interface Figure {
	name: string;
	value: number;
	unit: string;
	floor?: number;
	aim?: number;
	atMost?: boolean;
	note?: string;
}

interface Report {
	node: string;
	qemu: string | null;
	sections: { title: string; figures: Figure[]; skipped?: string }[];
}

const root = new URL('../..', import.meta.url).pathname;

describe('trapline bench', () => {
	let ran: Ran;
	let report: Report;
	beforeAll(async () => {
		// Each figure once: how fast this computer is now is not what is tested.
		ran = await trapline(['bench', '--quick', '--json'], root);
		report = JSON.parse(ran.stdout) as Report;
	}, 130_000);

	it('says what it ran on, and measures numbers', () => {
		expect(report.node).toMatch(/^Node \d+\.\d+\.\d+, \d+ CPUs \(.+\)$/);
		expect(report.qemu).toBeNull();
		const figures = report.sections.flatMap((section) => section.figures);
		for (const { name, value, unit } of figures) {
			expect(value, name).toBeGreaterThan(0);
			expect(unit, name).toMatch(/\w/);
		}
	});

	it.each<[string, string, Partial<Figure>]>([
		['Opening a lesson', 'to a live machine', { unit: 's', floor: 3, atMost: true }],
		[
			'The toolchain, the compiler warm',
			'handle_exit.c edited: to the verdict',
			{ unit: 's', floor: 6, aim: 3, atMost: true }
		],
		[
			'The toolchain, the compiler warm',
			'kvm_host.h edited: to the verdict',
			{ unit: 's', floor: 10, aim: 3, atMost: true }
		],
		[
			'The standard run: the host boots, its guest boots, mem and io run',
			'interpreter',
			{ unit: 'M insns/s', floor: 50, aim: 100 }
		]
	])('%s: %s has its floor', (title, name, bounds) => {
		const section = report.sections.find((each) => each.title === title)!;
		const figure = section.figures.find((each) => each.name === name)!;
		expect({ ...figure, value: 0, note: '' }).toEqual({ name, ...bounds, value: 0, note: '' });
	});

	it('weighs the page where it has been built, and says so where not', () => {
		const page = report.sections.at(-1)!;
		expect(page.title).toBe('The lesson page, before the compiler');
		if (page.skipped !== undefined) expect(page.skipped).toContain('npm run build:site');
		else
			expect(page.figures).toMatchObject([
				{ name: 'largest lesson, compressed', floor: 2, atMost: true }
			]);
	});

	it('fails exactly where a floor is missed, and names it', () => {
		const missed = report.sections
			.flatMap(({ figures }) => figures)
			.filter(({ value, floor, atMost }) =>
				floor === undefined ? false : atMost ? value > floor : value < floor
			)
			.map(({ name }) => name);
		expect(ran.stderr).toBe(
			missed.length === 0 ? '' : `trapline bench: floors missed: ${missed.join(', ')}\n`
		);
		expect(ran.code).toBe(missed.length === 0 ? 0 : 1);
	});

	it('takes no files', async () => {
		const { code, stderr } = await trapline(['bench', 'Image'], root);
		expect(code).toBe(2);
		expect(stderr).toMatch(/^trapline bench: bench takes no files[^\n]*\n$/);
	});
});

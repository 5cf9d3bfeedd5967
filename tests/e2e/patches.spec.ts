import { expect, test, type Page } from '@playwright/test';
import type { Verdict } from 'checks';
import { readGrades, type Grade } from '../lessons/grades.ts';
import { rightPatches, type StudentPatch } from '../lessons/patches.ts';
import { allPatches, patchedTexts, shippedText } from '../lessons/submissions.ts';
import { clipboard, Workbench, type ShownRow } from './workbench.ts';

/** The right ones are typed key by key, the others pasted file by file. */
const typed: readonly StudentPatch[] = rightPatches;

// The patches are shared out among the workers, each with a page of its own.
test.describe.configure({ mode: 'parallel' });

let page: Page;
let bench: Workbench;
let grades: ReadonlyMap<string, Grade>;

test.beforeAll(async ({ browser, baseURL }) => {
	grades = readGrades();
	page = await browser.newPage({ baseURL: baseURL!, ...clipboard });
	bench = new Workbench(page);
	await bench.open();
});
test.afterEach(() => bench.resetAll());
test.afterAll(() => page.close());

const names = { cpu: 'CPU', mem: 'MEM', io: 'I/O' };
const classes = ['cpu', 'mem', 'io'] as const;
const number = (n: number) => n.toLocaleString('en');

function row(phase: string, name: string, machine: number, yours?: number): ShownRow {
	const off = (yours ?? 0) - machine;
	const difference = off === 0 ? '=' : (off > 0 ? '+' : '−') + number(Math.abs(off));
	return {
		phase,
		class: name,
		yours: yours === undefined ? '–' : number(yours),
		machine: number(machine),
		difference: yours === undefined ? '' : difference
	};
}

/** The verdict's table as the page is to show it: what the guest's shell costs has one line. */
function expectedTable(verdict: Verdict): ShownRow[] {
	const all = (counts: Record<'cpu' | 'mem' | 'io', number>) => counts.cpu + counts.mem + counts.io;
	return verdict.table.flatMap(({ phase, student, machine }) =>
		phase.startsWith('shell')
			? [row(phase, 'all', all(machine), student && all(student))]
			: classes.map((key) => row(phase, names[key], machine[key], student?.[key]))
	);
}

async function enter(patch: StudentPatch): Promise<void> {
	if (!typed.includes(patch)) {
		for (const [file, text] of patchedTexts(patch)) await bench.paste(file, text);
		return;
	}
	const now = new Map<string, string>();
	for (const [file, find, replace] of patch.edits) {
		const before = now.get(file) ?? shippedText(file);
		now.set(
			file,
			before.replace(find, () => replace)
		);
		await bench.type(file, before, now.get(file)!);
	}
}

for (const patch of allPatches)
	test(`${patch.name}: the page says what trapline grade says`, async () => {
		test.setTimeout(300_000);
		const wanted = grades.get(patch.name)!.verdict!;
		await enter(patch);
		await bench.run();
		expect(Object.keys(await bench.stored())).toEqual([...patchedTexts(patch).keys()].sort());
		expect(await bench.findings()).toEqual(
			wanted.findings.map(({ title, text }) => ({ title, text }))
		);
		await expect(bench.verdict.locator('.summary')).toHaveText(
			wanted.passed ? 'Passed.' : 'Not there yet.'
		);
		expect(await bench.table()).toEqual(expectedTable(wanted));
	});

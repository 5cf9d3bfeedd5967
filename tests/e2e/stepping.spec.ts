/**
 * The lessons that step the machine, from end to end with the keyboard alone: forward and back, every
 * prediction wrong and then right, and what the widgets show against a machine that was booted here.
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test, type Locator } from '@playwright/test';
import {
	createMachine,
	decodeListRegister,
	gicView,
	type Machine,
	type RegisterSnapshot
} from 'emulator-core';
import { standardRun, type LessonCheck } from 'checks';
import stage2 from '../../lessons/02-hypervisor/02-stage-2/checks.ts';
import vgic from '../../lessons/02-hypervisor/03-vgic/checks.ts';
import worldSwitch from '../../lessons/02-hypervisor/01-world-switch/checks.ts';
import { pages } from './pages.ts';
import { answerTo, images, lessons, momentsOf, SteppedLesson } from './stepped.ts';
import { clipboard, Workbench } from './workbench.ts';

test.use(clipboard);

/** A machine that is booted here and only goes forward: what the page must show. */
function reference({ instruction, entered }: { instruction: number; entered: boolean }): Machine {
	const machine = createMachine({ ...standardRun, ...images() });
	machine.run({ maxInstructions: instruction });
	expect(machine.instructions).toBe(instruction);
	if (entered) machine.takeInterrupt();
	return machine;
}

/** What the widgets that are shown say, against a machine that stands at the same place. */
async function compare({ stage }: SteppedLesson, machine: Machine): Promise<void> {
	const expected = machine.registers();
	await expect(stage.locator('.world')).toContainText(`EL${expected.el}`);
	const current = stage.locator('[data-pc][aria-current="step"]');
	if ((await stage.locator('[data-pc]').count()) > 0)
		expect(BigInt((await current.getAttribute('data-pc'))!)).toBe(expected.pc);
	await compareRegisters(stage, expected);
	// The host's page shows the guest as it rests in memory; of a guest that runs the machine is the truth.
	if (expected.el < 2 && machine.stage2) {
		await compareWalk(stage, machine);
		await compareInterrupts(stage, machine);
	}
	const syndrome = stage.getByRole('group', { name: 'ESR_EL2' });
	if ((await syndrome.count()) > 0)
		expect(hexes(await syndrome.innerText())).toContain(expected.system['ESR_EL2']);
}

async function compareRegisters(stage: Locator, expected: RegisterSnapshot): Promise<void> {
	const rows = await stage
		.locator('[data-register]')
		.evaluateAll((all) =>
			all.map((each) => [each.getAttribute('data-register')!, each.getAttribute('aria-label')!])
		);
	for (const [name, text] of rows) {
		const value = registerOf(expected, name!);
		if (value !== undefined) expect.soft(hexes(text!), `${name}: ${text}`).toContain(value);
	}
}

/** Every descriptor of the walk is on the page, and their number. */
async function compareWalk(stage: Locator, machine: Machine): Promise<void> {
	const grid = stage.getByRole('grid', { name: /Descriptors in the order/ });
	if ((await grid.count()) === 0) return;
	const va = BigInt((await stage.getByLabel('Address').first().inputValue()).replaceAll('_', ''));
	const access = await stage.getByRole('combobox').first().inputValue();
	const { steps } = machine.explainWalk(va, access as 'read' | 'write' | 'fetch');
	expect(steps.length).toBeGreaterThan(0);
	await expect(stage).toContainText(new RegExp(`\\b${steps.length} reads?\\b`));
	const text = (await grid.innerText()).replaceAll('_', '');
	for (const { at, desc } of steps)
		for (const value of [at, desc])
			expect.soft(text).toContain((value & 0xffff_ffffn).toString(16).padStart(8, '0').slice(-8));
}

/** List registers in use, and the deadline of the guest's timer. */
async function compareInterrupts(stage: Locator, machine: Machine): Promise<void> {
	const way = stage.getByRole('list', { name: /^The way of/ });
	if ((await way.count()) > 0) {
		const { gich } = gicView(machine.devices);
		const text = await way.innerText();
		gich.listRegisters.map(decodeListRegister).forEach(({ state }, n) => {
			if (state !== 'invalid') expect.soft(text).toContain(`LR${n} ${state}`);
		});
	}
	const timer = stage.getByRole('list', { name: /^CNTV_CTL/ });
	if ((await timer.count()) > 0) {
		const digits = (await stage.innerText()).replaceAll(/[\s,_\u202f]/g, '');
		expect.soft(digits).toContain(String(machine.registers().system['CNTV_CVAL_EL0']));
	}
}

const hexes = (text: string) =>
	[...text.matchAll(/0x[0-9a-f_]+/gi)].map(([hex]) => BigInt(hex.replaceAll('_', '')));

function registerOf({ x, system }: RegisterSnapshot, name: string): bigint | undefined {
	const general = /^X(\d+)$/.exec(name);
	return general ? x[Number(general[1])] : system[name];
}

for (const { slug, folder, predictions } of lessons) {
	test(`${slug}: by keyboard, forward and back`, async ({ page }) => {
		test.setTimeout(240_000);
		const lesson = new SteppedLesson(page);
		const moments = momentsOf(slug);
		const steps = SteppedLesson.moments(folder);
		await lesson.open(`lessons/${slug}/`);

		for (const [i, name] of steps.entries()) {
			if (i > 0) await page.keyboard.press('ArrowRight');
			await lesson.stands(moments[name]!.instruction);
			await compare(lesson, reference(moments[name]!));
		}
		for (const name of steps.slice(0, -1).reverse()) {
			await page.keyboard.press('ArrowLeft');
			await lesson.stands(moments[name]!.instruction);
		}

		const there = await lesson.fingerprint();
		for (let i = 0; i < 10; i++) await page.keyboard.press('Shift+ArrowLeft');
		await lesson.stands(moments[steps[0]!]!.instruction - 10);
		expect(await lesson.fingerprint()).not.toBe(there);
		for (let i = 0; i < 10; i++) await page.keyboard.press('Shift+ArrowRight');
		await lesson.stands(moments[steps[0]!]!.instruction);
		expect(await lesson.fingerprint()).toBe(there);
	});

	test(`${slug}: every prediction can be wrong, and then right`, async ({ page }) => {
		test.setTimeout(240_000);
		const lesson = new SteppedLesson(page);
		await lesson.open(`lessons/${slug}/`);
		for (const [id, [wrong, right]] of Object.entries(predictions)) {
			const facts = page.locator(`[data-prediction="${id}"] .facts`);
			expect(await lesson.predict(id, wrong), id).toMatch(/^No\. [A-Z].{40}/);
			await expect(facts).toContainText(/^(An exception from EL\d to EL\d|No exception)/);
			expect(await lesson.predict(id, right), id).toMatch(/^Right\.\s*$/);
			await expect(facts).toContainText(/^(An exception from EL\d to EL\d|No exception)/);
		}
	});
}

/** Any number will do: it chooses the questions. */
const seed = 4711;

test.describe('checks fail first, and then pass', () => {
	test.beforeEach(({ page }) =>
		page.addInitScript((value) => localStorage.setItem('trapline-seed', String(value)), seed)
	);

	/** The check with a question of its own: a number that is wrong, then one that the machine gives. */
	async function answerRightly(lesson: SteppedLesson, slug: string, checks: LessonCheck[]) {
		const asked = checks.find(({ question }) => question)!;
		const check = lesson.check(new RegExp(asked.ask));
		const { measure } = asked.question!(seed);
		const right = answerTo(slug, measure);
		expect(await lesson.answer(check, 'seven')).toContain('is no number');
		expect(await lesson.answer(check, String(right + 1n))).toContain('does not say');
		await expect(check).toContainText('Not yet.');
		await lesson.answer(check, `0x${right.toString(16)}`);
		await expect(check).toContainText('Passed.');
	}

	async function allFail(lesson: SteppedLesson, checks: LessonCheck[]) {
		for (const { ask } of checks)
			await expect(lesson.check(new RegExp(ask.slice(0, 40)))).toContainText('Not yet.');
	}

	/** To a step by its moment, from wherever the page has opened. */
	async function goTo(lesson: SteppedLesson, slug: string, folder: string, moment: string) {
		const wanted = SteppedLesson.moments(folder).lastIndexOf(moment);
		for (let at = await lesson.active(); at !== wanted; at = await lesson.active())
			await lesson.page.keyboard.press(at < wanted ? 'ArrowRight' : 'ArrowLeft');
		await lesson.stands(momentsOf(slug)[moment]!.instruction);
	}

	test('the world switch', async ({ page }) => {
		test.setTimeout(180_000);
		const { slug, folder, predictions } = lessons[0]!;
		const lesson = new SteppedLesson(page);
		await lesson.open(`lessons/${slug}/`);
		await allFail(lesson, worldSwitch);
		await goTo(lesson, slug, folder, 'load-guest-el1');
		const between = lesson.check(/between the worlds/);
		for (let i = 0; i < 16; i++) await page.keyboard.press('Shift+ArrowRight');
		await expect(between).toContainText('Passed.');
		for (const [id, [, right]] of Object.entries(predictions)) await lesson.predict(id, right);
		await expect(lesson.check(/Predict at which level/)).toContainText('Passed.');
		await expect(lesson.check(/the exit that is none/)).toContainText('Passed.');
		await answerRightly(lesson, slug, worldSwitch);
	});

	test('two-stage translation', async ({ page }) => {
		test.setTimeout(180_000);
		const { slug, folder, predictions } = lessons[1]!;
		const lesson = new SteppedLesson(page);
		await lesson.open(`lessons/${slug}/`);
		await allFail(lesson, stage2);
		for (const [id, [, right]] of Object.entries(predictions)) await lesson.predict(id, right);
		await expect(lesson.check(/Predict the class/)).toContainText('Passed.');
		await expect(lesson.check(/where three exceptions/)).toContainText('Passed.');
		await lesson.open(`lessons/${slug}/`);
		await goTo(lesson, slug, folder, 'mem-el0-fault');
		await answerRightly(lesson, slug, stage2);

		// The last step: the guest is about to fetch, and the page may not be executed any more.
		await lesson.open(`lessons/${slug}/`);
		await goTo(lesson, slug, folder, 'retry');
		const spoil = lesson.check(/fail for lack of permission/);
		await expect(spoil).toContainText('Not yet.');
		const tryIt = lesson.stage.getByRole('button', { name: 'Try it' });
		await lesson.tabTo(lesson.stage.getByRole('checkbox', { name: 'XN' }));
		await page.keyboard.press('Space');
		await lesson.tabTo(tryIt);
		await page.keyboard.press('Enter');
		await expect(spoil).toContainText('Passed.');
	});

	test('the vGIC', async ({ page }) => {
		test.setTimeout(180_000);
		const { slug, folder, predictions } = lessons[2]!;
		const lesson = new SteppedLesson(page);
		await lesson.open(`lessons/${slug}/`);
		await allFail(lesson, vgic);
		for (const [id, [, right]] of Object.entries(predictions)) await lesson.predict(id, right);
		await expect(lesson.check(/steps that trap/)).toContainText('Passed.');
		await answerRightly(lesson, slug, vgic);

		await lesson.open(`lessons/${slug}/`);
		await goTo(lesson, slug, folder, 'acknowledge');
		const active = lesson.check(/with an interrupt active/);
		await page.keyboard.press('Shift+ArrowRight');
		await expect(active).toContainText('Passed.');

		await lesson.open(`lessons/${slug}/`);
		await goTo(lesson, slug, folder, 'flush');
		const injected = lesson.check(/the guest acknowledges/);
		const line = lesson.stage.getByLabel(/Raise a line/);
		const raise = lesson.stage.getByRole('button', { name: 'Raise it on a copy' });
		await lesson.tabTo(line);
		await page.keyboard.press('ControlOrMeta+A');
		await page.keyboard.type('200');
		await lesson.tabTo(raise);
		await page.keyboard.press('Enter');
		await expect(lesson.stage).toContainText(/0 to 127/);
		await expect(injected).toContainText('Not yet.');
		await lesson.tabTo(line);
		await page.keyboard.press('ControlOrMeta+A');
		await page.keyboard.type('33');
		await page.keyboard.press('Enter');
		await expect(injected).toContainText('Passed.');
	});
});

test('a student’s own tree is stepped, and a moment that it never reaches is said', async ({
	page
}) => {
	test.setTimeout(240_000);
	const { slug, folder } = lessons[1]!;
	const file = 'linux-kvm-arm/arch/arm/kvm/mmu.c';
	const shipped = readFileSync(join(import.meta.dirname, '../../lessons/VM_HW2', file), 'utf8');
	const bench = new Workbench(page);
	await bench.open(pages.Setup);
	// The function goes by another name: the run is the same, the moment cannot be found.
	const head = '#define stage2_set_pte stage2_write_entry\n';
	const mine = shipped.replace(
		/\nint kvm_handle_guest_abort\([^{]*\n\{\n/,
		'$&\t/* of my own */\n'
	);
	expect(mine).not.toBe(shipped);
	await bench.paste(file, head + mine);

	const lesson = new SteppedLesson(page);
	await lesson.open(`lessons/${slug}/`);
	const { stage } = lesson;
	await lesson.tabTo(stage.getByRole('button', { name: 'Step through yours' }));
	await page.keyboard.press('Enter');
	await expect(stage).toContainText('This is your own tree.', { timeout: 120_000 });
	await expect(stage.locator('.position')).toBeVisible();

	const goTo = (moment: string) =>
		page
			.locator('[data-step]')
			.nth(SteppedLesson.moments(folder).indexOf(moment))
			.getByRole('button')
			.first()
			.click();
	// The source beside the instructions is the student's, and the line is the one in it.
	await goTo('guest-abort');
	const source = stage.getByLabel(/^mmu\.c, around line/);
	await expect(source).toContainText('/* of my own */');
	const current = await source.locator('[aria-current]').innerText();
	const line = Number(/\d+/.exec(current)![0]);
	expect(current).toContain((head + mine).split('\n')[line - 1]!.trim());
	await goTo('list-read-only');
	await expect(
		stage.getByRole('alert').filter({ hasText: 'never comes to the moment' })
	).toBeVisible();
	await stage.getByRole('button', { name: 'Step through the shipped one' }).click();
	await lesson.stands(momentsOf(slug)['list-read-only']!.instruction);
	await expect(stage.getByRole('alert')).toHaveCount(0);
});

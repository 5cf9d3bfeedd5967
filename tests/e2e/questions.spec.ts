/**
 * The questions of the stepped lessons in their pages: an open one is not given away by the stage, and
 * what is answered is judged by its moment. What the machine answers is in tests/lessons/questions.test.ts.
 */
import { expect, test, type Locator } from '@playwright/test';
import worldSwitch from '../../lessons/02-hypervisor/01-world-switch/checks.ts';
import { answerTo, lessons, momentsOf, SteppedLesson } from './stepped.ts';

/** The track, the walk and the syndrome: each shows what the next instruction leads to. */
const pictures = (stage: Locator) => [
	stage.getByRole('group', { name: /^Exception levels over time/ }),
	stage.getByRole('grid', { name: /Descriptors in the order/ }),
	stage.getByRole('group', { name: 'ESR_EL2' })
];

/** Words that would give an answer away. */
function tells(answer: string): RegExp[] {
	const always = [
		/\bexception to\b/i,
		/\btraps? to\b/i,
		/\b(does not trap|traps|trapped)\b/i,
		/\b(translation|permission) fault\b/i,
		/\bto (the )?(guest |host )?EL\d/,
		/\btaken (at|to) EL\d/,
		/but first an interrupt/
	];
	const own: Record<string, RegExp[]> = {
		'0x01': [/WFI from/, /TWI/],
		'0x16': [/HVC from/],
		'0x18': [/access to a system register/i, /TACR/],
		'0x24': [/data abort/i, /DABT/, /reads, then/],
		interrupt: [/maintenance/i, /PPI 25/, /\bIRQ\b/],
		none: [/reads? for one/, /without (a trap|an exit)/i]
	};
	return [...always, ...(own[answer] ?? [])];
}

for (const { slug, folder, predictions } of lessons)
	test(`${slug}: the stage does not tell what is asked`, async ({ page }) => {
		test.setTimeout(240_000);
		const lesson = new SteppedLesson(page);
		const moments = momentsOf(slug);
		await lesson.open(`lessons/${slug}/`);
		const asked: string[] = [];
		const held: string[] = [];
		for (const [i, name] of SteppedLesson.moments(folder).entries()) {
			if (i > 0) await page.keyboard.press('ArrowRight');
			await lesson.stands(moments[name]!.instruction);
			const question = page.locator('[data-step]').nth(i).locator('[data-prediction]');
			if ((await question.count()) === 0) continue;
			const id = (await question.getAttribute('data-prediction'))!;
			asked.push(id);
			await expect.poll(() => lesson.active()).toBe(i);
			if ((await lesson.stage.locator('.withheld').count()) > 0) held.push(id);
			for (const tell of tells(predictions[id]![1]))
				expect.soft(await lesson.said(), id).not.toMatch(tell);
			for (const picture of pictures(lesson.stage)) await expect(picture).toHaveCount(0);
		}
		expect(asked).toEqual(Object.keys(predictions));

		// With the answer they come.
		const [first] = held;
		await lesson.predict(first!, predictions[first!]![1]);
		await expect(lesson.stage.locator('.withheld')).toHaveCount(0);
		await expect(pictures(lesson.stage)[0]!).toBeVisible();
	});

/** Any number will do: it chooses the questions. */
const seed = 4711;

test('a question is judged by its moment, wherever the reader goes meanwhile', async ({ page }) => {
	test.setTimeout(120_000);
	await page.addInitScript((value) => localStorage.setItem('trapline-seed', String(value)), seed);
	const { slug, folder } = lessons[0]!;
	const lesson = new SteppedLesson(page);
	await lesson.open(`lessons/${slug}/`);
	const asked = worldSwitch.find(({ question }) => question)!;
	const check = lesson.check(new RegExp(asked.ask));
	const right = answerTo(slug, asked.question!(seed).measure);
	const input = check.getByRole('textbox');
	await lesson.tabTo(input);
	await page.keyboard.type(String(right));
	// Enter, and away at once: both are under way when the machine answers.
	await input.evaluate((element) => {
		element.closest('form')!.requestSubmit();
		element.blur();
		for (let i = 0; i < 3; i++)
			dispatchEvent(new KeyboardEvent('keydown', { key: 'ArrowRight', bubbles: true }));
	});
	await expect(check).toContainText('Passed.');
	const moments = momentsOf(slug);
	await lesson.stands(moments[SteppedLesson.moments(folder)[3]!]!.instruction);

	const form = page.locator('[data-prediction="hvc-level"]');
	await form.evaluate((element: HTMLFormElement) => {
		element.querySelector<HTMLInputElement>('[value="2"]')!.click();
	});
	await form.getByRole('button').evaluate((button: HTMLButtonElement) => {
		button.click();
		for (let i = 0; i < 4; i++)
			dispatchEvent(new KeyboardEvent('keydown', { key: 'ArrowRight', bubbles: true }));
	});
	await expect(form.locator('.told')).toHaveText(/^Right\./);
	await expect(form.locator('.facts')).toContainText('from EL1 to EL2: class 0x16, HVC');
});

test('the focus on its way to the machine leaves the step as it is', async ({ page }) => {
	test.setTimeout(120_000);
	await page.setViewportSize({ width: 1280, height: 800 });
	const { slug } = lessons[1]!;
	const lesson = new SteppedLesson(page);
	await lesson.open(`lessons/${slug}/`);
	for (let i = 0; i < 3; i++) await page.keyboard.press('ArrowRight');
	await expect.poll(() => lesson.active()).toBe(3);
	const step = page.locator('[data-step]').nth(3);
	const first = lesson.stage.getByRole('button', { name: 'Previous step' });

	// All the way through the text of the steps behind, slowly enough for the page to notice.
	await step.getByRole('button').first().focus();
	for (let i = 0; i < 90; i++) {
		await page.keyboard.press('Tab');
		await page.waitForTimeout(i % 10 === 0 ? 500 : 30);
		expect(await lesson.active()).toBe(3);
		if (await first.evaluate((each) => each === document.activeElement)) break;
	}
	await expect(first).toBeFocused();
	await expect(step).toBeInViewport();

	// And by the way that leads there at once.
	await step.getByRole('button').first().focus();
	await page.keyboard.press('Tab');
	await expect(page.getByRole('button', { name: 'To the machine' })).toBeFocused();
	await page.keyboard.press('Enter');
	await expect(first).toBeFocused();
	expect(await lesson.active()).toBe(3);
});

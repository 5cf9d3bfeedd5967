import { expect, test, type Page } from '@playwright/test';
import { rightPatches } from '../lessons/patches.ts';
import { patchedTexts } from '../lessons/submissions.ts';
import { count, pages } from './pages.ts';
import { clipboard, Workbench } from './workbench.ts';

test.use(clipboard);

const selfCheck = (page: Page, ask: RegExp) =>
	page.getByRole('group', { name: 'Self-check' }).filter({ hasText: ask });

test('Setup: both checks fail first, and pass when the guest has booted and run a program', async ({
	page
}) => {
	const bench = new Workbench(page);
	await bench.open(pages.Setup);
	const boots = selfCheck(page, /until the guest has booted/);
	const used = selfCheck(page, /Run a program in the guest/);
	await expect(boots).toContainText('Not yet.');
	await expect(used).toContainText('Not yet.');

	await bench.run();
	await expect(boots).toContainText('Passed.');
	await expect(used).toContainText('Not yet.');
	// What is counted is the task of another lesson.
	await expect(bench.verdict).toHaveCount(0);
	await expect(bench.status).toHaveText(/The run is over/);
	const own = page.locator('#workbench .own li');
	await expect(own).toHaveText([/^Passed\. Build the tree/, /^Not yet\. Run a program/]);

	await page.getByRole('tab', { name: 'Guest’s console' }).click();
	await page.getByRole('group', { name: 'Console of the guest' }).click();
	await page.keyboard.type('mem 10\n');
	await expect(used).toContainText('Passed.', { timeout: 120_000 });
	await page.reload();
	await expect(boots).toContainText('Passed.');
});

test('Count the traps: zeros do not pass, right counters do', async ({ page }) => {
	test.setTimeout(240_000);
	const bench = new Workbench(page);
	await bench.open(count);
	const counted = selfCheck(page, /Count every trap/);
	await expect(counted).toContainText('Not yet.');

	// The lesson opens on the machine as shipped, and no compiler has been loaded.
	await expect(bench.status).toHaveText(/Judged/, { timeout: 120_000 });
	await expect(bench.verdict.locator('.summary')).toHaveText('Nothing is counted yet.');
	const zeros = await bench.table();
	expect(zeros.map(({ yours }) => yours)).toEqual(zeros.map(() => '0'));
	expect(zeros.some(({ machine }) => machine !== '0')).toBe(true);
	await expect(counted).toContainText('Not yet.');

	for (const [file, text] of patchedTexts(rightPatches[0]!)) await bench.paste(file, text);
	await bench.run();
	await expect(bench.verdict.locator('.summary')).toHaveText('Passed.');
	await expect(counted).toContainText('Passed.');
});

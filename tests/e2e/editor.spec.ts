import { expect, test, type Page } from '@playwright/test';
import { count, pages } from './pages.ts';
import { Workbench } from './workbench.ts';

const arm = 'linux-kvm-arm/arch/arm/kvm/arm.c';

/** Opens Count with the full editor held back; what is returned lets it come. */
async function openWithoutMonaco(page: Page): Promise<() => void> {
	let come = () => {};
	const gate = new Promise<void>((resolve) => (come = resolve));
	await page.route(/\/assets\/monaco\./, async (route) => {
		await gate;
		await route.continue();
	});
	await page.goto(count);
	await expect(page.locator('.plain-editor')).toHaveValue(/include/);
	return come;
}

const atLine = (page: Page, line: number) =>
	page.locator('.plain-editor').evaluate((element, line) => {
		const area = element as HTMLTextAreaElement;
		const at = area.value.split('\n').slice(0, line).join('\n').length;
		area.setSelectionRange(at, at);
		area.scrollTop = 20 * (line - 5);
	}, line);

const pixels = (page: Page, selector: string) =>
	page
		.locator(selector)
		.first()
		.evaluate((element) => element.getBoundingClientRect().x);

test('the machine comes first: the full editor is asked for when the run is judged', async ({
	page
}) => {
	const asked: string[] = [];
	const bench = new Workbench(page);
	page.on('request', (request) => {
		if (/\/assets\/monaco\./.test(request.url())) asked.push(request.url());
	});
	// Held back until one has looked.
	let come = () => {};
	const gate = new Promise<void>((resolve) => (come = resolve));
	await page.route(/\/generated\/Image/, async (route) => {
		await gate;
		await route.continue();
	});
	await page.goto(count);
	await expect(page.locator('.plain-editor')).toHaveValue(/include/);
	await page.waitForTimeout(1000);
	expect(asked).toEqual([]);
	come();
	await expect(bench.status).toHaveText(/Judged/);
	await expect(page.locator('.monaco-editor .view-lines')).toContainText('include');
	expect(asked).toHaveLength(1);
	await expect(page.locator('.plain-editor')).toHaveCount(0);
});

test('what is typed before the full editor is there is neither lost nor moved', async ({
	page
}) => {
	const bench = new Workbench(page);
	const come = await openWithoutMonaco(page);
	const left = await pixels(page, '.plain-editor');
	await page.locator('.plain-editor').focus();
	await atLine(page, 200);
	const top = await page.locator('.plain-editor').evaluate((area) => area.scrollTop);
	await page.keyboard.press('Enter');
	await page.keyboard.press('Tab');
	await page.keyboard.type('/* early');
	come();
	// Without a pause: some of the keys fall to the one editor, the others to the other.
	for (const key of ' and late, with no key lost between the two editors */')
		await page.keyboard.press(key === ' ' ? 'Space' : key);
	await expect(page.locator('.monaco-editor')).toBeVisible();
	await page.keyboard.type(' x');
	const typed = '/* early and late, with no key lost between the two editors */ x';
	await expect.poll(async () => (await bench.stored())[arm]?.split('\n')[200]?.trim()).toBe(typed);
	await expect(bench.input).toBeFocused();
	await expect(page.locator('.monaco-editor .view-lines')).toContainText('early');
	// The line is longer than the window: back to where it begins.
	await page.keyboard.press('Home');
	await page.keyboard.press('Home');
	expect(Math.abs((await pixels(page, '.monaco-editor .view-line')) - left)).toBeLessThan(1.5);
	const lines = page.locator('.monaco-editor .lines-content');
	const shown = await lines.evaluate(
		(element) =>
			element.closest('.overflow-guard')!.getBoundingClientRect().y -
			element.getBoundingClientRect().y
	);
	expect(Math.abs(shown - top)).toBeLessThan(1.5);

	// Undoing leads back to the file as it was opened.
	for (let n = 0; n < 30; n++) await page.keyboard.press('Control+z');
	await expect.poll(() => bench.stored()).toEqual({});
});

test('files may be changed, and switched, before the full editor is there', async ({ page }) => {
	const bench = new Workbench(page);
	const come = await openWithoutMonaco(page);
	const area = page.locator('.plain-editor');
	await area.focus();
	await atLine(page, 1);
	await page.keyboard.type(' // one');
	await page.getByRole('searchbox', { name: 'Find a file' }).fill('handle_exit.c');
	await page.getByRole('button', { name: 'handle_exit.c' }).last().click();
	await expect(area).toHaveValue(/handle_exit/);
	await area.focus();
	await atLine(page, 2);
	await page.keyboard.type(' // two');
	await bench.tab(arm).getByRole('button').first().click();
	await expect(area).toHaveValue(/ \/\/ one\n/);
	come();
	await expect(page.locator('.monaco-editor .view-lines')).toContainText('// one');
	await bench.openFile('linux-kvm-arm/arch/arm64/kvm/handle_exit.c');
	await expect(page.locator('.monaco-editor .view-lines')).toContainText('// two');

	// And they are there again when the page is.
	await page.unrouteAll();
	const again = await openWithoutMonaco(page);
	await expect(area).toHaveValue(/ \/\/ one\n/);
	again();
	await expect(page.locator('.monaco-editor .view-lines')).toContainText('// one');
});

test('the keyboard leads out of the stand-in, and the full editor keeps to that', async ({
	page
}) => {
	const come = await openWithoutMonaco(page);
	const area = page.locator('.plain-editor');
	await area.focus();
	await page.keyboard.press('Control+m');
	await expect(page.locator('.code .keys')).toContainText('leaves');
	await page.keyboard.press('Tab');
	await expect(area).not.toBeFocused();
	await page.keyboard.press('Shift+Tab');
	await expect(area).toBeFocused();
	come();
	const input = new Workbench(page).input;
	await expect(input).toBeFocused();
	await page.keyboard.press('Tab');
	await expect(input).not.toBeFocused();
});

test('no page links the full editor’s styles', async ({ page, request }) => {
	for (const path of Object.values(pages))
		expect(await (await request.get(path)).text(), path).not.toMatch(/monaco[^"]*\.css/);
	// And yet it has them.
	await page.goto(count);
	await expect(page.locator('.monaco-editor .view-lines')).toContainText('include');
	await expect(page.locator('.monaco-editor .margin').first()).toHaveCSS('position', 'absolute');
});

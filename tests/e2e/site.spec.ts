import { expect, test } from '@playwright/test';
import { count, pages } from './pages.ts';

test('the front page says what this is and leads into the first lesson', async ({ page }) => {
	await page.goto('');
	await expect(page.getByRole('heading', { level: 1 })).toHaveText(
		'A hypervisor you can take apart while it runs'
	);
	await page.getByRole('link', { name: 'Start: Setup' }).click();
	await expect(page.getByRole('heading', { level: 1 })).toHaveText('Setup');
	await expect(page).toHaveURL(/\/lessons\/setup\/setup\/$/);
});

test('a chosen theme stays', async ({ page }) => {
	await page.emulateMedia({ colorScheme: 'light' });
	const paper = () => page.evaluate(() => getComputedStyle(document.body).backgroundColor);
	await page.goto('');
	expect(await paper()).toBe('rgb(251, 249, 244)');
	await page.getByText('Dark', { exact: true }).click();
	expect(await paper()).toBe('rgb(23, 21, 19)');
	await page.reload();
	expect(await paper()).toBe('rgb(23, 21, 19)');
	await page.goto(pages['the exception classes']);
	await expect(page.getByRole('radio', { name: 'Dark' })).toBeChecked();
	await page.getByText('Auto', { exact: true }).click();
	expect(await paper()).toBe('rgb(251, 249, 244)');
});

test('progress can be carried to another browser', async ({ page, browser }) => {
	const passed = (id: string) => ({ id, at: '2026-03-01T10:00:00.000Z' });
	const file = {
		name: 'progress.json',
		mimeType: 'application/json',
		buffer: Buffer.from(
			JSON.stringify({
				format: 'trapline-progress',
				version: 1,
				passed: [passed('guest-boots'), passed('console-is-used')]
			})
		)
	};
	await page.goto('');
	await page.locator('input[type=file]').setInputFiles(file);
	await expect(page.getByText('Read 2 checks.')).toBeVisible();
	await expect(page.getByText('10 minutes, passed')).toBeVisible();
	await page.reload();
	await expect(
		page.getByRole('link', { name: 'Go on: Hyp mode and the world switch' })
	).toBeVisible();

	const download = page.waitForEvent('download');
	await page.getByRole('button', { name: 'Export progress' }).click();
	const path = await (await download).path();
	const other = await browser.newPage();
	await other.goto('');
	await other.locator('input[type=file]').setInputFiles(path);
	await expect(other.getByText('10 minutes, passed')).toBeVisible();
	await other.locator('input[type=file]').setInputFiles({ ...file, buffer: Buffer.from('{') });
	await expect(other.getByText('This file is not JSON.')).toBeVisible();
	await other.close();
});

test('every link inside the site leads somewhere', async ({ page, request, baseURL }) => {
	for (const path of Object.values(pages)) {
		await page.goto(path);
		const links = await page
			.locator('a[href]')
			.evaluateAll((all) => all.map((a) => (a as HTMLAnchorElement).href));
		for (const link of new Set(links)) {
			if (!link.startsWith(baseURL!)) throw new Error(`${path} links outside: ${link}`);
			expect((await request.get(link)).status(), `${link} on ${path}`).toBe(200);
		}
	}
});

test('a page that does not exist says so', async ({ page }) => {
	const response = await page.goto(count + 'nothing/');
	expect(response?.status()).toBe(404);
});

import { readFileSync } from 'node:fs';
import { expect, test } from '@playwright/test';
import { count } from './pages.ts';

test('an error of the compiler stands at its place, and the last good build stays', async ({
	page
}) => {
	await page.goto(count);
	await expect(page.locator('.monaco-editor .view-lines')).toContainText('include');
	const build = page.locator('.toolbar').getByRole('button', { name: 'Build and run' });
	await page
		.locator('.monaco-editor .view-line')
		.first()
		.click({ position: { x: 4, y: 8 } });
	await page.keyboard.press('Control+Home');
	await page.keyboard.type('int broken = undeclared_thing;\n');
	await build.click();
	const messages = page.getByRole('tabpanel', { name: 'Messages' });
	await expect(messages).toContainText("use of undeclared identifier 'undeclared_thing'", {
		timeout: 120_000
	});
	await expect(page.getByRole('status').filter({ hasText: 'has errors' })).toBeVisible();
	await expect(page.locator('.monaco-editor .squiggly-error')).toHaveCount(1);

	await page.getByRole('searchbox', { name: 'Find a file' }).fill('guest/io.c');
	await page
		.getByRole('navigation', { name: 'Files of the tree' })
		.getByRole('button', { name: 'io.c' })
		.click();
	await messages.getByRole('button', { name: /arm\/kvm\/arm\.c:1:14/ }).click();
	await expect(page.locator('.monaco-editor .view-line').first()).toContainText('undeclared_thing');
});

test('a run is judged, goes on for whoever types, and can be stopped', async ({ page }) => {
	await page.goto(count);
	await expect(page.locator('.monaco-editor .view-lines')).toContainText('include');
	await page.locator('.toolbar').getByRole('button', { name: 'Build and run' }).click();
	const status = page.locator('.toolbar').getByRole('status');
	await expect(status).toContainText('Judged', { timeout: 50_000 });
	await expect(page.getByRole('tab', { name: 'Counts' })).toHaveAttribute('aria-selected', 'true');

	const stop = page.getByRole('button', { name: 'Stop' });
	await stop.click();
	await expect(status).toContainText('Stopped after');
	await expect(stop).toBeDisabled();
	const waiting = page.waitForEvent('download');
	await page.getByRole('button', { name: 'Download logs' }).click();
	const log = readFileSync(await (await waiting).path(), 'utf8');
	expect(log).toContain('kvm: Hyp mode initialized successfully');
});

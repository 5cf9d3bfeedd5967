import { readFileSync } from 'node:fs';
import { expect, test, type Page } from '@playwright/test';
import { count } from './pages.ts';
import { Workbench } from './workbench.ts';

const armC = 'linux-kvm-arm/arch/arm/kvm/arm.c';

/** Opens the lesson; resolves when Monaco shows the file. */
async function openLesson(page: Page) {
	await page.goto(count);
	await expect(page.locator('.monaco-editor .view-lines')).toContainText('include', {
		timeout: 20_000
	});
}

/** Clicks at the first characters: the element of all lines is far larger than what one sees of it. */
const intoEditor = (page: Page) => firstLine(page).click({ position: { x: 4, y: 8 } });

/** What was typed last is in the store: a reload in the same moment could come before it. */
const storedText = (page: Page, text: string) =>
	expect.poll(async () => (await new Workbench(page).stored())[armC]).toContain(text);

/** Types at the very start of the open file. */
async function typeAtStart(page: Page, text: string) {
	await intoEditor(page);
	await page.keyboard.press('Control+Home');
	await page.keyboard.type(text);
}

const firstLine = (page: Page) => page.locator('.monaco-editor .view-line').first();

test('an edit survives a reload and can be taken back', async ({ page }) => {
	await openLesson(page);
	await typeAtStart(page, '// mine\n');
	await expect(page.getByTitle('changed')).toBeVisible();
	await storedText(page, '// mine\n');
	await page.reload();
	await expect(firstLine(page)).toHaveText('// mine');
	await expect(page.getByRole('heading', { name: 'Changed' })).toBeVisible();

	page.on('dialog', (dialog) => void dialog.accept());
	await page.getByRole('button', { name: 'Reset file' }).click();
	await expect(firstLine(page)).not.toHaveText('// mine');
	await expect(page.getByTitle('changed')).toHaveCount(0);
	await page.reload();
	await expect(firstLine(page)).not.toHaveText('// mine');
	await expect(page.getByRole('button', { name: 'Reset all' })).toBeDisabled();
});

test('the patch is a unified diff of what was changed', async ({ page }) => {
	await openLesson(page);
	await typeAtStart(page, '// mine\n');
	const waiting = page.waitForEvent('download');
	await page.getByRole('button', { name: 'Download patch' }).click();
	const download = await waiting;
	expect(download.suggestedFilename()).toBe('trapline.patch');
	const lines = readFileSync(await download.path(), 'utf8').split('\n');
	expect(lines.slice(0, 3)).toEqual([
		`diff --git a/${armC} b/${armC}`,
		`--- a/${armC}`,
		`+++ b/${armC}`
	]);
	expect(lines.filter((line) => /^[+-](?![+-])/.test(line))).toEqual(['+// mine']);
});

test('compare shows original and change side by side, and goes back', async ({ page }) => {
	await openLesson(page);
	await typeAtStart(page, '// mine\n');
	await page.getByRole('button', { name: 'Compare' }).click();
	await expect(page.locator('.monaco-diff-editor .line-insert').first()).toBeVisible();
	await page.getByRole('button', { name: 'Edit', exact: true }).click();
	await expect(firstLine(page)).toHaveText('// mine');
});

test('a damaged record is named, and the other changes are kept', async ({ page }) => {
	await openLesson(page);
	await typeAtStart(page, '// mine\n');
	await expect(page.getByTitle('changed')).toBeVisible();
	await page.evaluate(
		() =>
			new Promise<void>((resolve, reject) => {
				const open = indexedDB.open('trapline');
				open.onsuccess = () => {
					const write = open.result.transaction('edits', 'readwrite');
					write.objectStore('edits').put({ broken: true }, 'linux-kvm-arm/arch/arm/kvm/mmu.c');
					write.oncomplete = () => (open.result.close(), resolve());
					write.onerror = () => reject(write.error);
				};
			})
	);
	await page.reload();
	await expect(page.locator('.bench [role=alert].problem')).toContainText(
		'linux-kvm-arm/arch/arm/kvm/mmu.c'
	);
	await expect(firstLine(page)).toHaveText('// mine');
});

/** Puts an edit into the store that was made to another version of the file than the shipped one. */
const storeOlderEdit = (page: Page, text: string) =>
	page.evaluate(
		([path, text]) =>
			new Promise<void>((resolve, reject) => {
				const open = indexedDB.open('trapline');
				open.onsuccess = () => {
					const write = open.result.transaction('edits', 'readwrite');
					write.objectStore('edits').put({ text, base: 12345 }, path);
					write.oncomplete = () => (open.result.close(), resolve());
					write.onerror = () => reject(write.error);
				};
			}),
		[armC, text] as const
	);

test('an edit of a file that was shipped anew is pointed out until the student decides', async ({
	page
}) => {
	await openLesson(page);
	const bench = new Workbench(page);
	const notice = page.getByText('This file has been shipped anew since you changed it');
	await expect(notice).toHaveCount(0);
	await storeOlderEdit(page, '// of the older file\n');
	await page.reload();
	await expect(firstLine(page)).toHaveText('// of the older file');
	await expect(notice).toBeVisible();

	// Editing decides nothing.
	await typeAtStart(page, '// more\n');
	await storedText(page, '// more\n');
	await page.reload();
	await expect(firstLine(page)).toHaveText('// more');
	await expect(notice).toBeVisible();

	await page.getByRole('button', { name: 'Keep mine' }).click();
	await expect(notice).toHaveCount(0);
	await expect.poll(async () => (await bench.storedEdits())[armC]!.base).toBeGreaterThan(0);
	await page.reload();
	await expect(firstLine(page)).toHaveText('// more');
	await expect(notice).toHaveCount(0);

	await storeOlderEdit(page, '// of the older file\n');
	await page.reload();
	await expect(notice).toBeVisible();
	page.on('dialog', (dialog) => void dialog.accept());
	await page.getByRole('button', { name: 'Take the new one' }).click();
	await expect(notice).toHaveCount(0);
	await expect(firstLine(page)).not.toHaveText('// of the older file');
	await expect.poll(() => bench.stored()).toEqual({});
});

test('a store of a later version is left alone, and work goes on without it', async ({ page }) => {
	await page.goto('exceptions/');
	await page.evaluate(
		() =>
			new Promise<void>((resolve) => {
				const open = indexedDB.open('trapline', 99);
				open.onsuccess = () => (open.result.close(), resolve());
			})
	);
	await openLesson(page);
	await expect(page.locator('.bench [role=alert].problem')).toContainText('could not be opened');
	await typeAtStart(page, '// mine\n');
	await expect(page.getByTitle('changed')).toBeVisible();
});

test('the keyboard leads into the editor and out of it again', async ({ page }) => {
	await openLesson(page);
	await intoEditor(page);
	await expect(page.getByText('Ctrl+M frees Tab')).toBeVisible();
	await page.keyboard.press('Control+m');
	await expect(page.getByText('Tab leaves, Ctrl+M undoes that')).toBeVisible();
	await page.keyboard.press('Tab');
	await expect
		.poll(() => page.evaluate(() => document.activeElement?.closest('.monaco-editor') === null))
		.toBe(true);
});

test('the panels are tabs for the arrow keys', async ({ page }) => {
	await openLesson(page);
	await page.getByRole('tab', { name: 'Counts' }).focus();
	await page.keyboard.press('ArrowRight');
	await expect(page.getByRole('tab', { name: 'Messages' })).toBeFocused();
	await expect(page.getByText('Messages of the compiler, assembler and linker')).toBeVisible();
	await page.keyboard.press('End');
	await expect(page.getByRole('tabpanel', { name: 'Exception classes' })).toContainText(
		'kvm_handle_guest_abort'
	);
});

test('a name in the text leads to its place in the tree', async ({ page }) => {
	await openLesson(page);
	await page.getByRole('button', { name: 'kvm_arch_vcpu_ioctl_run' }).first().click();
	await expect(page.locator('.monaco-editor .view-lines')).toContainText(
		'int kvm_arch_vcpu_ioctl_run('
	);
});

test('a file is found by a part of its name', async ({ page }) => {
	await openLesson(page);
	await page.getByRole('searchbox', { name: 'Find a file' }).fill('arm/kvm/mmio.c');
	await page
		.getByRole('navigation', { name: 'Files of the tree' })
		.getByRole('button', { name: 'mmio.c' })
		.last()
		.click();
	await expect(page.getByText('linux-kvm-arm/arch/arm/kvm/mmio.c')).toBeVisible();
});

test.describe('on a phone', () => {
	test.use({ viewport: { width: 360, height: 740 }, hasTouch: true });

	test('a plain editor does the same', async ({ page }) => {
		await page.goto(count);
		const area = page.getByRole('textbox', { name: `Source code of ${armC}` });
		await expect(area).toHaveValue(/include/);
		await area.fill('// all mine\n');
		await storedText(page, '// all mine\n');
		await page.reload();
		await expect(area).toHaveValue('// all mine\n');
		await page.getByRole('button', { name: 'Compare' }).click();
		await expect(page.locator('.plain-diff')).toContainText('+// all mine');
	});
});

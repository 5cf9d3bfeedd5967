import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { expect, type Locator, type Page } from '@playwright/test';

/** A lesson that is stepped, driven with the keyboard alone. */
export class SteppedLesson {
	readonly page: Page;
	readonly stage: Locator;

	constructor(page: Page) {
		this.page = page;
		this.stage = page.getByRole('region', { name: 'The machine' });
	}

	async open(address: string): Promise<void> {
		await this.page.goto(address);
		await expect(this.stage.locator('.position')).toBeVisible({ timeout: 30_000 });
	}

	/** Names of the moments of the steps, as the lesson's text has them. */
	static moments(folder: string): string[] {
		const text = readFileSync(
			join(import.meta.dirname, '../../lessons', folder, 'index.md'),
			'utf8'
		);
		return [...text.matchAll(/<Step moment="([^"]+)"/g)].map((match) => match[1]!);
	}

	/** Where the machine stands, as the page says it. */
	async instruction(): Promise<number> {
		const text = await this.stage.locator('.position').innerText();
		return Number(text.replaceAll(/\D/g, ''));
	}

	async stands(at: number): Promise<void> {
		await expect.poll(() => this.instruction()).toBe(at);
	}

	check(ask: RegExp): Locator {
		return this.page.getByRole('group', { name: 'Self-check' }).filter({ hasText: ask });
	}

	/** Presses Tab until an element has the focus. */
	async tabTo(element: Locator, most = 120): Promise<void> {
		for (let i = 0; i < most; i++) {
			if (await element.evaluate((each) => each === document.activeElement)) return;
			await this.page.keyboard.press('Tab');
		}
		throw new Error(`${most} times Tab, and the focus never came to ${element.toString()}`);
	}

	/** Answers a prediction, and returns what the machine said. */
	async predict(id: string, answer: string): Promise<string> {
		const form = this.page.locator(`[data-prediction="${id}"]`);
		const options = form.getByRole('radio');
		const values = await options.evaluateAll((all) =>
			all.map((each) => each.getAttribute('value'))
		);
		const chosen = await options.evaluateAll((all) =>
			all.findIndex((each) => (each as HTMLInputElement).checked)
		);
		const start = Math.max(0, chosen);
		await this.tabTo(options.nth(start));
		if (chosen < 0) await this.page.keyboard.press('Space');
		const steps = values.indexOf(answer) - start;
		for (let i = 0; i < Math.abs(steps); i++)
			await this.page.keyboard.press(steps > 0 ? 'ArrowDown' : 'ArrowUp');
		await this.tabTo(form.getByRole('button', { name: 'Let the machine do it' }));
		await this.page.keyboard.press('Enter');
		const told = form.locator('.told');
		await expect(told).toBeVisible();
		return told.innerText();
	}

	async fingerprint(): Promise<string> {
		const button = this.stage.getByRole('button', { name: 'Fingerprint' });
		await button.focus();
		await this.page.keyboard.press('Enter');
		const output = this.stage.locator('.hash');
		await expect(output).toHaveText(/^[0-9a-f]{16}$/);
		return output.innerText();
	}
}

const generated = join(import.meta.dirname, '../../build/site/generated');
interface Index {
	readonly shipped: Record<'kernel' | 'initrd', { readonly file: string }>;
	readonly lessons: Record<string, { readonly moments: { readonly file: string } }>;
}
const index = JSON.parse(readFileSync(join(generated, 'index.json'), 'utf8')) as Index;
const unpacked = (file: string) => new Uint8Array(gunzipSync(readFileSync(join(generated, file))));

/** What the site boots. */
export const images = () => ({
	kernel: unpacked(index.shipped.kernel.file),
	initrd: unpacked(index.shipped.initrd.file)
});

/** Where the moments of a lesson are in the standard run. */
export function momentsOf(
	lesson: string
): Record<string, { readonly instruction: number; readonly entered: boolean }> {
	const { file } = index.lessons[lesson]!.moments;
	return JSON.parse(new TextDecoder().decode(unpacked(file))) as ReturnType<typeof momentsOf>;
}

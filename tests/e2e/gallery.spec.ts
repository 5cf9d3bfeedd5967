import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { expect, test, type Locator, type Page } from '@playwright/test';

/**
 * The gallery on a phone, widget by widget: nothing sticks out, axe finds nothing in either theme. And
 * how the pictures of interrupts are gone through without a mouse.
 */
const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

async function openGallery(page: Page, colorScheme: 'light' | 'dark' = 'light'): Promise<void> {
	await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' });
	await page.setViewportSize({ width: 360, height: 740 });
	await page.goto('gallery/', { waitUntil: 'networkidle' });
	// Drawn for a wide page on the server; once the page is alive it is as wide as the phone.
	const timer = page.locator('section', {
		has: page.getByRole('heading', { level: 2, name: 'The virtual timer' })
	});
	await expect(timer.locator('svg[width="560"]')).toHaveCount(0);
}

/** What axe finds inside a section, one line a finding. */
async function findings(section: Locator): Promise<string[]> {
	return section.evaluate(async (element) => {
		const { axe } = window as unknown as {
			axe: { run(context: Element): Promise<{ violations: Violation[] }> };
		};
		interface Violation {
			id: string;
			nodes: { target: unknown[]; failureSummary: string }[];
		}
		const { violations } = await axe.run(element);
		return violations.flatMap(({ id, nodes }) =>
			nodes.map(({ target, failureSummary }) => `${id}: ${target.join(' ')}: ${failureSummary}`)
		);
	});
}

/** What reaches beyond its example's frame without being inside something that scrolls, or is clipped. */
async function stickingOut(section: Locator): Promise<string[]> {
	return section.evaluate((element) => {
		const out: string[] = [];
		for (const article of element.querySelectorAll('article')) {
			const { left, right } = article.getBoundingClientRect();
			for (const each of article.querySelectorAll('*')) {
				const box = each.getBoundingClientRect();
				const hidden = box.width <= 1 || box.height <= 1;
				if (hidden || (box.left >= left - 0.5 && box.right <= right + 0.5)) continue;
				let outer = each.parentElement;
				while (outer && outer !== article && getComputedStyle(outer).overflowX === 'visible')
					outer = outer.parentElement;
				if (outer === article)
					out.push(`${article.querySelector('h3')?.textContent}: ${each.outerHTML.slice(0, 120)}`);
			}
		}
		return out;
	});
}

for (const scheme of ['light', 'dark'] as const)
	test(`every widget of the gallery fits a phone and passes axe, ${scheme}`, async ({ page }) => {
		test.setTimeout(420_000);
		await openGallery(page, scheme);
		await page.evaluate(axe);
		const sections = page.locator('main section:has(> h2)');
		const count = await sections.count();
		expect(count).toBeGreaterThan(5);
		for (let i = 0; i < count; i++) {
			const section = sections.nth(i);
			const title = await section.locator('h2').textContent();
			expect.soft(await stickingOut(section), `${title}: sticks out`).toEqual([]);
			expect.soft(await findings(section), `${title}: axe`).toEqual([]);
		}
		const wider = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
		expect(wider).toBeLessThanOrEqual(0);
	});

/** An example of the way of a virtual interrupt. */
const example = (page: Page, name: string) =>
	page.locator('article', { has: page.getByRole('heading', { name, exact: true }) });

test('the way of an interrupt is one Tab stop, and arrows go along it', async ({ page }) => {
	await openGallery(page);
	const way = example(page, 'Nothing on the way');
	const box = (name: string) => way.getByRole('button', { name, exact: true });
	await expect(way.locator('button[tabindex="0"]')).toHaveCount(1);
	await box('Virtual timer').focus();
	await page.keyboard.press('ArrowRight');
	await expect(box('Physical GIC')).toBeFocused();
	await page.keyboard.press('End');
	await expect(box('The guest’s CPU')).toBeFocused();
	await page.keyboard.press('ArrowRight');
	await expect(box('The guest’s CPU')).toBeFocused();
	await page.keyboard.press('ArrowUp');
	await expect(box('Virtual CPU interface')).toBeFocused();
	await page.keyboard.press('Home');
	await expect(box('Virtual timer')).toBeFocused();
	await page.keyboard.press('Tab');
	await expect(way.locator(':focus')).toHaveCount(0);
	await page.keyboard.press('Shift+Tab');
	await expect(box('Virtual timer')).toBeFocused();
});

test('a box opens and closes by keyboard, and says itself to a screen reader', async ({ page }) => {
	await openGallery(page);
	const way = example(page, 'Active: the guest has acknowledged it');
	const list = way.getByRole('button', { name: 'List registers', exact: true });
	await expect(list).toHaveAccessibleDescription(
		/LR0, in the hardware, is active.*LR0: 27 active, was 27 pending; LR1: empty/
	);
	await list.focus();
	await page.keyboard.press('Enter');
	await expect(list).toHaveAttribute('aria-expanded', 'true');
	const strip = way.getByRole('region', { name: 'List register 0, 0x2000_001b' });
	await expect(strip).toContainText('10, active: the guest has acknowledged it');
	await expect(strip).toContainText('27, the number that the guest reads');
	await page.evaluate(axe);
	expect(await findings(way)).toEqual([]);
	await page.keyboard.press('Escape');
	await expect(list).toHaveAttribute('aria-expanded', 'false');
	await expect(strip).toHaveCount(0);
	await expect(list).toBeFocused();
});

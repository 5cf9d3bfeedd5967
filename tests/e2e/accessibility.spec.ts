import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { expect, test, type Page } from '@playwright/test';
import { pages } from './pages.ts';

const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

/** What axe finds, one line a finding. */
async function findings(page: Page): Promise<string[]> {
	await page.evaluate(axe);
	return page.evaluate(async () => {
		const { axe } = window as unknown as { axe: { run(): Promise<{ violations: Violation[] }> } };
		interface Violation {
			id: string;
			nodes: { target: unknown[]; failureSummary: string }[];
		}
		const { violations } = await axe.run();
		return violations.flatMap(({ id, nodes }) =>
			nodes.map(({ target, failureSummary }) => `${id}: ${target.join(' ')}: ${failureSummary}`)
		);
	});
}

for (const scheme of ['light', 'dark'] as const)
	for (const [width, height] of [
		[1280, 860],
		[360, 740]
	] as const)
		for (const [name, path] of Object.entries(pages))
			test(`axe finds nothing on ${name}, ${scheme}, ${width} pixels wide`, async ({ page }) => {
				await page.emulateMedia({ colorScheme: scheme });
				await page.setViewportSize({ width, height });
				await page.goto(path, { waitUntil: 'networkidle' });
				if (path.startsWith('lessons/'))
					await expect(page.getByText('The editor is loading')).toHaveCount(0);
				expect(await findings(page)).toEqual([]);
				expect(
					await page.evaluate(() => document.documentElement.scrollWidth - innerWidth)
				).toBeLessThanOrEqual(0);
			});

test('the panels of the workbench have nothing for axe to find either', async ({ page }) => {
	await page.goto(pages['Count the traps'], { waitUntil: 'networkidle' });
	for (const name of ['Counts', 'Messages', 'Exception classes']) {
		await page.getByRole('tab', { name }).click();
		expect(await findings(page)).toEqual([]);
	}
});

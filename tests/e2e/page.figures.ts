import { expect, test, type Page } from '@playwright/test';
import { rightPatches } from '../lessons/patches.ts';
import { patchedTexts } from '../lessons/submissions.ts';
import { count } from './pages.ts';
import { clipboard, Workbench } from './workbench.ts';

/** Figures of the page, printed and not judged: they depend on the computer and on what else it does. */

test.use(clipboard);

const kvmHost = 'linux-kvm-arm/include/linux/kvm_host.h';
const handleExit = 'linux-kvm-arm/arch/arm64/kvm/handle_exit.c';

const seconds = (since: number) => ((performance.now() - since) / 1000).toFixed(2) + ' s';
const megabytes = (bytes: number) => (bytes / 1e6).toFixed(2) + ' MB';

/** Bytes that came over the wire since the last call, Workers included. */
async function traffic(page: Page): Promise<() => number> {
	let bytes = 0;
	page.on('requestfinished', async (request) => {
		const sizes = await request.sizes().catch(() => undefined);
		bytes += sizes ? sizes.responseBodySize + sizes.responseHeadersSize : 0;
	});
	return () => {
		const now = bytes;
		bytes = 0;
		return now;
	};
}

/** Milliseconds from a key to the picture that shows what it did, drawn. */
async function keyToPicture(page: Page, key: string): Promise<number> {
	await page.evaluate(() => {
		const stage = document.querySelector('.stage')!;
		const drawn = new Promise<number>((resolve) => {
			addEventListener(
				'keydown',
				() => {
					const pressed = performance.now();
					new MutationObserver((_, observer) => {
						observer.disconnect();
						// The frame after the one that this change is painted in.
						requestAnimationFrame(() =>
							requestAnimationFrame(() => resolve(performance.now() - pressed))
						);
					}).observe(stage, { characterData: true, childList: true, subtree: true });
				},
				{ once: true, capture: true }
			);
		});
		(globalThis as { drawn?: Promise<number> }).drawn = drawn;
	});
	await page.keyboard.press(key);
	const drawn = await page.evaluate(() => {
		const late = new Promise<number>((resolve) => setTimeout(() => resolve(Infinity), 5000));
		return Promise.race([(globalThis as unknown as { drawn: Promise<number> }).drawn, late]);
	});
	// What the step before has left to draw is not the next one's.
	await page.waitForTimeout(50);
	return drawn;
}

const median = (all: number[]) => [...all].sort((a, b) => a - b)[all.length >> 1]!;
const milliseconds = (value: number) => value.toFixed(0) + ' ms';

for (const slug of ['world-switch', 'stage-2', 'vgic'])
	test(`figures of ${slug}`, async ({ page }) => {
		const start = performance.now();
		await page.goto(`lessons/hypervisor/${slug}/`);
		await expect(page.locator('.stage .position')).toBeVisible({ timeout: 60_000 });
		const lines = [`${slug}, live machine: ${seconds(start)}`];
		const steps = await page.locator('[data-step]').count();
		const moves: number[] = [];
		for (let i = 1; i < steps; i++) moves.push(await keyToPicture(page, 'ArrowRight'));
		for (let i = 1; i < steps; i++) moves.push(await keyToPicture(page, 'ArrowLeft'));
		lines.push(
			`${slug}, to a step: median ${milliseconds(median(moves))}, worst ${milliseconds(Math.max(...moves))}`
		);
		const single: number[] = [];
		for (let i = 0; i < 20; i++) single.push(await keyToPicture(page, 'Shift+ArrowRight'));
		for (let i = 0; i < 20; i++) single.push(await keyToPicture(page, 'Shift+ArrowLeft'));
		lines.push(
			`${slug}, one instruction: median ${milliseconds(median(single))}, worst ${milliseconds(Math.max(...single))}`
		);
		console.log(lines.join('\n'));
	});

test('figures', async ({ page }) => {
	test.setTimeout(300_000);
	const bench = new Workbench(page);
	const taken = await traffic(page);
	const lines: string[] = [];

	let start = performance.now();
	await page.goto(count);
	const console_ = page.getByRole('group', { name: 'Console of the host' });
	await expect(console_).toContainText(/Hyp mode initialized/, { timeout: 120_000 });
	lines.push(`lesson, KVM is up on the machine: ${seconds(start)}`);
	await expect(page.locator('.monaco-editor .view-lines')).toContainText('include');
	lines.push(`lesson, editor ready: ${seconds(start)}`);
	await expect(bench.status).toHaveText(/Judged/, { timeout: 120_000 });
	lines.push(`lesson, shipped run judged: ${seconds(start)}`);
	await page.waitForLoadState('networkidle');
	lines.push(`before the compiler: ${megabytes(taken())} from this server`);

	const texts = patchedTexts(rightPatches[0]!);
	for (const [file, text] of texts) await bench.paste(file, text);
	start = performance.now();
	await bench.run();
	lines.push(`first Build and run, compiler loaded (${megabytes(taken())}): ${seconds(start)}`);
	for (const file of [handleExit, kvmHost]) {
		await bench.paste(file, `${texts.get(file)!}\n/* touched */\n`);
		// The check as one types is over by then.
		await page.waitForTimeout(1500);
		start = performance.now();
		await bench.run();
		lines.push(`Build and run, warm, ${file.split('/').at(-1)} edited: ${seconds(start)}`);
	}
	console.log(lines.join('\n'));
});

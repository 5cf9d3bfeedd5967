import { readFileSync } from 'node:fs';
import { expect, test, type Page } from '@playwright/test';
import { shippedText } from '../lessons/submissions.ts';
import { clipboard, Workbench } from './workbench.ts';

const armC = 'linux-kvm-arm/arch/arm/kvm/arm.c';
const handleExit = 'linux-kvm-arm/arch/arm64/kvm/handle_exit.c';
const kvmHost = 'linux-kvm-arm/include/linux/kvm_host.h';
const lines = (text: string) => text.split('\n').length;

let page: Page;
let bench: Workbench;
/** Each time the page has asked for the whole compiler. */
const asked: string[] = [];

/** One page for all: whatever one test breaks, the next must still find working. */
test.beforeAll(async ({ browser, baseURL }) => {
	page = await browser.newPage({ baseURL: baseURL!, ...clipboard });
	page.on('request', (request) => {
		if (/\/llvm-[0-9a-f]{16}\.wasm\.gz$/.test(request.url())) asked.push(request.url());
	});
	bench = new Workbench(page);
	await bench.open();
});
test.afterEach(() => bench.resetAll());
test.afterAll(() => page.close());

test('a run is judged; an error of the compiler then stands at its place, and the run stays', async () => {
	await bench.paste(armC, `// a comment changes nothing\n${shippedText(armC)}`);
	await bench.run();
	await expect(bench.status).toContainText('Judged');
	const table = await bench.table();
	expect(table.length).toBeGreaterThan(8);

	await bench.openFile(armC);
	await page.keyboard.press('Control+Home');
	await page.keyboard.type('int broken = undeclared_thing;\n');
	await bench.run();
	await expect(bench.status).toHaveText('The build has errors: see Messages');
	await expect(bench.messages).toContainText("use of undeclared identifier 'undeclared_thing'");
	await expect(page.locator('.monaco-editor .squiggly-error')).toHaveCount(1);
	await page.getByRole('tab', { name: 'Counts' }).click();
	expect(await bench.table()).toEqual(table);

	await page.getByRole('tab', { name: 'Messages' }).click();
	await bench.openFile('guest/io.c');
	await bench.messages.getByRole('button', { name: `${armC}:1:14` }).click();
	await expect(bench.firstLine).toContainText('undeclared_thing');
});

test('the machine stays on, can be stopped, and hands its logs out', async () => {
	await bench.paste(armC, `${shippedText(armC)}\n`);
	await bench.run();
	await bench.stop.click();
	await expect(bench.status).toContainText('Stopped after');
	await expect(bench.stop).toBeDisabled();
	const logs = new Map<string, string>();
	page.on('download', async (download) =>
		logs.set(download.suggestedFilename(), readFileSync(await download.path(), 'utf8'))
	);
	await page.getByRole('button', { name: 'Download logs' }).click();
	await expect.poll(() => logs.get('host-console.log')).toContain('Hyp mode initialized');
	await expect.poll(() => logs.get('trap-log.txt')).toMatch(/^# \d+ .* digest [0-9a-f]{16}/);
});

test('Stop ends a run that would never end, and the page is as usable as before', async () => {
	const loop = shippedText(handleExit).replace(
		'		return exit_handler(vcpu, run);',
		'		for (;;)\n			;\n		return exit_handler(vcpu, run);'
	);
	await bench.paste(handleExit, loop);
	await bench.buildAndRun.click();
	await expect(bench.status).toHaveText('The guest boots', { timeout: 90_000 });
	await bench.stop.click();
	await expect(bench.status).toContainText('Stopped after');
	await expect(bench.verdict).toHaveText('Stopped before there was anything to judge.');
	await expect(bench.buildAndRun).toBeEnabled();
	await bench.paste(handleExit, `${shippedText(handleExit)}\n`);
	await bench.run();
	await expect(bench.status).toContainText('Judged');
});

test('wrong inline assembly is named at its line of C', async () => {
	const text = shippedText(armC);
	// Behind the last line come an empty one, the name, and the brace.
	const at = lines(text) + 3;
	await bench.paste(
		armC,
		`${text}\nvoid wrong_asm(void)\n{\n\tasm volatile("mov x0, #1\\n\\tbogus x0");\n}\n`
	);
	await bench.run();
	await expect(bench.status).toHaveText('The build has errors: see Messages');
	const link = bench.messages.getByRole('button', { name: `${armC}:${at}:` }).first();
	await expect(link).toBeVisible();
	await expect(bench.messages).toContainText('bogus');
});

test('markers appear as one types, and go when it is mended', async () => {
	await bench.openFile(handleExit);
	await page.keyboard.press('Control+Home');
	await page.keyboard.type('int as_one_types = ;\n');
	const squiggle = page.locator('.monaco-editor .squiggly-error');
	await expect(squiggle).toHaveCount(1, { timeout: 90_000 });
	await expect(bench.buildAndRun).toBeEnabled();
	for (let i = 0; i < 3; i++) await page.keyboard.press('ArrowLeft');
	await page.keyboard.type(' 1');
	await expect(squiggle).toHaveCount(0, { timeout: 90_000 });
});

test('what is typed while a build goes on is checked when it is over', async () => {
	// Nearly every file includes this one: the build takes longer than the typing.
	await bench.paste(kvmHost, `${shippedText(kvmHost)}\n`);
	await bench.buildAndRun.click();
	await expect(bench.buildAndRun).toBeDisabled();
	await bench.openFile(handleExit);
	await page.keyboard.press('Control+Home');
	await page.keyboard.type('int as_it_builds = ;\n');
	await expect(page.locator('.monaco-editor .squiggly-error')).toHaveCount(1, { timeout: 90_000 });
});

test('C that the small compiler lacks a part for brings the whole one', async () => {
	// What students do every day, all that stands above, is done by the small one.
	expect(asked).toEqual([]);
	// Once a build has loaded it, files are checked as one types.
	await bench.run();
	await bench.paste(
		handleExit,
		`${shippedText(handleExit)}\n_Complex int of_both(_Complex int a, _Complex int b)\n{\n\treturn a * b + 1;\n}\n`
	);
	// The check wants it, then the build, too: it comes once.
	await expect.poll(() => asked.length, { timeout: 90_000 }).toBe(1);
	await bench.run();
	expect(asked).toHaveLength(1);
	await expect(bench.status).toContainText('Judged');
	await page.getByRole('tab', { name: 'Messages' }).click();
	await expect(bench.messages).not.toContainText('error:');
});

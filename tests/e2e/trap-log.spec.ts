/** The standard run in a Worker of the browser leaves the trap log that it leaves in Node, bit for bit. */
import { readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { expect, test } from '@playwright/test';
import { build } from 'vite';
import type { printOfStandardRun, RunPrint } from '../trap-log-hash.ts';
import type { Event as MachineEvent, Request } from '../../src/lib/machine/protocol.ts';
import type { judgedLog } from '../watched-run.ts';
import { count } from './pages.ts';
import { image } from './stepped.ts';
import { Workbench } from './workbench.ts';

const root = join(import.meta.dirname, '../..');
/** Slices as the page's Worker runs them, others, and none. */
const slices = [1000, 9973, 2_000_000, Infinity];

/** Asked for images and a slice, answers with the print of the run. */
const worker = `
import { printOfStandardRun } from './trap-log.js';
onmessage = ({ data: { images, slice } }) =>
	printOfStandardRun(images, slice).then(
		(print) => postMessage({ print }),
		(error) => postMessage({ error: String(error) })
	);
`;

/** A module and all that it imports as one file, which Node and a browser load alike. */
async function bundled(entry: string, outDir: string): Promise<string> {
	const name = basename(entry, '.ts') + '.js';
	await build({
		root,
		configFile: false,
		publicDir: false,
		logLevel: 'warn',
		build: {
			lib: { entry, formats: ['es'], fileName: () => name },
			outDir,
			emptyOutDir: false,
			target: 'es2023'
		}
	});
	return join(outDir, name);
}

test('the trap log in Chromium is that of Node, whatever the slices', async ({ page }, {
	outputDir
}) => {
	const bundle = await bundled('tests/trap-log-hash.ts', outputDir);
	const inNode = (await import(pathToFileURL(bundle).href)) as {
		printOfStandardRun: typeof printOfStandardRun;
	};
	const images = { kernel: image('kernel'), initrd: image('initrd') };
	const expected = await inNode.printOfStandardRun(images, Infinity);
	expect(expected.records).toBeGreaterThan(1000);

	await page.route('**/trap-log.js', (route) =>
		route.fulfill({ contentType: 'text/javascript', body: readFileSync(bundle, 'utf8') })
	);
	await page.route('**/trap-log-worker.js', (route) =>
		route.fulfill({ contentType: 'text/javascript', body: worker })
	);
	for (const name of ['kernel', 'initrd'] as const)
		await page.route(`**/trap-log-${name}`, (route) =>
			route.fulfill({ contentType: 'application/octet-stream', body: Buffer.from(images[name]) })
		);
	await page.goto('exceptions/');
	for (const slice of slices) {
		const print = await page.evaluate(async (slice) => {
			const load = async (name: string) =>
				new Uint8Array(await (await fetch(`/trap-log-${name}`)).arrayBuffer());
			const images = { kernel: await load('kernel'), initrd: await load('initrd') };
			const worker = new Worker('/trap-log-worker.js', { type: 'module' });
			const { data } = await new Promise<MessageEvent<{ print?: RunPrint; error?: string }>>(
				(resolve, reject) => {
					worker.onmessage = resolve;
					worker.onerror = (event) => reject(new Error(event.message));
					worker.postMessage({ images, slice });
				}
			);
			worker.terminate();
			if (!data.print) throw new Error(data.error);
			return data.print;
		}, slice);
		expect(print, `slices of ${slice}`).toEqual(expected);
	}
});

/**
 * Runs in the page before its own scripts: the Worker of its machine is asked to run in slices of so
 * many instructions, and what it had executed at each report up to the verdict is kept.
 */
function cutRuns(slice: number): void {
	const reports: number[] = [];
	let judged = false;
	Object.assign(window, { reports });
	window.Worker = class extends Worker {
		constructor(url: string | URL, options?: WorkerOptions) {
			super(url, options);
			this.addEventListener('message', ({ data }: MessageEvent<MachineEvent | undefined>) => {
				if (data?.say === 'judged') judged = true;
				if (data?.say === 'progress' && !judged) reports.push(data.progress.instructions);
			});
		}

		override postMessage(message: Request | undefined): void {
			if (message?.ask !== 'boot') return super.postMessage(message);
			super.postMessage({ ...message, spec: { ...message.spec, slice } } satisfies Request);
		}
	};
}

test('the page’s own machine leaves the trap log of Node’s, whatever the slices', async ({
	browser,
	baseURL
}, { outputDir }) => {
	test.setTimeout(240_000);
	const inNode = (await import(
		pathToFileURL(await bundled('tests/watched-run.ts', outputDir)).href
	)) as { judgedLog: typeof judgedLog };
	const images = { kernel: image('kernel'), initrd: image('initrd'), elf: image('elf') };
	const expected = inNode.judgedLog(images, 123_457);
	expect(expected).toMatch(/^# \d{5} exception entries and returns, digest [0-9a-f]{16};/);
	expect(expected.split('\n').length).toBeGreaterThan(2000);

	for (const slice of [undefined, 1000, 9973]) {
		const page = await browser.newPage({ baseURL: baseURL! });
		if (slice !== undefined) await page.addInitScript(cutRuns, slice);
		const bench = new Workbench(page);
		await bench.open(count);
		// The lesson boots the shipped tree by itself.
		await expect(bench.status).toHaveText(/Judged/, { timeout: 120_000 });
		const logs = new Map<string, string>();
		page.on('download', async (download) =>
			logs.set(download.suggestedFilename(), readFileSync(await download.path(), 'utf8'))
		);
		await page.getByRole('button', { name: 'Download logs' }).click();
		await expect.poll(() => logs.get('trap-log.txt')).toBe(expected);
		if (slice !== undefined) {
			const reports = await page.evaluate(
				() => (window as unknown as { reports: number[] }).reports
			);
			expect(reports.length).toBeGreaterThan(1);
			expect(reports.filter((instructions) => instructions % slice !== 0)).toEqual([]);
		}
		await page.close();
	}
});

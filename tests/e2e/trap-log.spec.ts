/** The standard run in a Worker of the browser leaves the trap log that it leaves in Node, bit for bit. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { gunzipSync } from 'node:zlib';
import { expect, test } from '@playwright/test';
import { build } from 'vite';
import type { printOfStandardRun, RunPrint } from '../trap-log-hash.ts';

const root = join(import.meta.dirname, '../..');
/** The images that the site ships. */
const generated = join(root, 'build/site/generated');
const index = JSON.parse(readFileSync(join(generated, 'index.json'), 'utf8')) as {
	shipped: Record<'kernel' | 'initrd', { file: string }>;
};
const image = (name: 'kernel' | 'initrd') =>
	new Uint8Array(gunzipSync(readFileSync(join(generated, index.shipped[name].file))));

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

test('the trap log in Chromium is that of Node, whatever the slices', async ({ page }, {
	outputDir
}) => {
	await build({
		root,
		configFile: false,
		publicDir: false,
		logLevel: 'warn',
		build: {
			lib: { entry: 'tests/trap-log-hash.ts', formats: ['es'], fileName: () => 'trap-log.js' },
			outDir: outputDir,
			emptyOutDir: false,
			target: 'es2023'
		}
	});
	const bundle = join(outputDir, 'trap-log.js');
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

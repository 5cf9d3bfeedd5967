import { createReadStream, existsSync, statSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { extname, join } from 'node:path';
import { expect, test } from '@playwright/test';
import { lessonPageBytes, lessonPageFilesIn, lessonSlugs } from '../../cli/src/bench/page.ts';
import { count } from './pages.ts';
import { Workbench } from './workbench.ts';

const root = join(import.meta.dirname, '../../build/site');
const types: Record<string, string> = {
	'.html': 'text/html',
	'.js': 'text/javascript',
	'.css': 'text/css',
	'.json': 'application/json',
	'.svg': 'image/svg+xml',
	'.ttf': 'font/ttf',
	'.wasm': 'application/wasm'
};

/** What the host has sent since it was last emptied, Workers' requests included: path and bytes. */
const sent = new Map<string, number>();
const sentBytes = () => [...sent.values()].reduce((sum, bytes) => sum + bytes, 0);

/** A plain static host: files, gzip where a compressed copy lies beside, and a folder above the site. */
function host(prefix: string): Server {
	return createServer((request, response) => {
		const path = new URL(request.url!, 'http://x').pathname;
		const inside = path.startsWith(prefix) ? path.slice(prefix.length) : '..';
		const name = inside.endsWith('/') || inside === '' ? inside + 'index.html' : inside;
		const file = join(root, name);
		if (!file.startsWith(root) || !existsSync(file) || !statSync(file).isFile())
			return void response.writeHead(404).end();
		const packed = existsSync(file + '.gz');
		response.writeHead(200, {
			'content-type': types[extname(file)] ?? 'application/octet-stream',
			...(packed && { 'content-encoding': 'gzip' })
		});
		const copy = packed ? file + '.gz' : file;
		sent.set(name, statSync(copy).size);
		createReadStream(copy).pipe(response);
	});
}

let server: Server;
let address: string;

test.beforeAll(async () => {
	server = host('/some/course/');
	await new Promise<void>((resolve) => server.listen(0, resolve));
	address = `http://localhost:${(server.address() as AddressInfo).port}/some/course/`;
});
test.afterAll(() => server.close());

test('the site works under a sub-path, and a lesson weighs at most 2 MB', async ({ page }) => {
	const failed: string[] = [];
	const foreign: string[] = [];
	page.on('response', (r) => r.status() >= 400 && failed.push(`${r.status()} ${r.url()}`));
	page.on(
		'request',
		(r) => !/^(data|blob):/.test(r.url()) && !r.url().startsWith(address) && foreign.push(r.url())
	);
	page.on('pageerror', (error) => failed.push(String(error)));

	sent.clear();
	await page.goto(address + count);
	await expect(new Workbench(page).status).toHaveText(/Judged/);
	await expect(page.locator('.monaco-editor .view-lines')).toContainText('include');
	await page.waitForLoadState('networkidle');
	console.log(`lesson page: ${(sentBytes() / 1e6).toFixed(2)} MB over the wire`);
	const listed = [...sent].map(([name, bytes]) => `${bytes} ${name}`).join('\n');
	expect(sentBytes(), listed).toBeLessThan(2_000_000);
	await page.getByRole('tab', { name: 'Counts' }).click();
	await page.getByRole('link', { name: 'Trapline' }).click();
	await expect(page.getByRole('heading', { name: 'Lessons' })).toBeVisible();

	expect(failed).toEqual([]);
	expect(foreign).toEqual([]);
});

test('the bench lists all that a lesson’s page asks for', async ({ browser }) => {
	for (const slug of lessonSlugs(root)) {
		// A context of its own: nothing is in its cache.
		const context = await browser.newContext();
		const page = await context.newPage();
		sent.clear();
		await page.goto(`${address}lessons/${slug}/`, { waitUntil: 'networkidle' });
		// Once the machine is there; of Setup, the editor.
		await expect(page.locator('.stage .position, .monaco-editor .view-line').first()).toBeVisible();
		await page.waitForLoadState('networkidle');
		const listed = lessonPageFilesIn(root, slug);
		expect([...sent.keys()].filter((path) => !listed.has(path))).toEqual([]);
		expect(sentBytes()).toBeLessThanOrEqual(lessonPageBytes(root, slug));
		console.log(`${slug}: ${sentBytes()} bytes sent, ${lessonPageBytes(root, slug)} listed`);
		await context.close();
	}
});

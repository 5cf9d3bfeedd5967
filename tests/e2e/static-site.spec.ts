import { createReadStream, existsSync, statSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { extname, join } from 'node:path';
import { expect, test } from '@playwright/test';
import { count } from './pages.ts';

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

/** A plain static host: files, gzip where a compressed copy lies beside, and a folder above the site. */
function host(prefix: string): Server {
	return createServer((request, response) => {
		const path = new URL(request.url!, 'http://x').pathname;
		const inside = path.startsWith(prefix) ? path.slice(prefix.length) : '..';
		const file = join(root, inside.endsWith('/') || inside === '' ? inside + 'index.html' : inside);
		if (!file.startsWith(root) || !existsSync(file) || !statSync(file).isFile())
			return void response.writeHead(404).end();
		const packed = existsSync(file + '.gz');
		response.writeHead(200, {
			'content-type': types[extname(file)] ?? 'application/octet-stream',
			...(packed && { 'content-encoding': 'gzip' })
		});
		createReadStream(packed ? file + '.gz' : file).pipe(response);
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
	const session = await page.context().newCDPSession(page);
	await session.send('Network.enable');
	let bytes = 0;
	session.on('Network.loadingFinished', (event) => (bytes += event.encodedDataLength));

	await page.goto(address + count, { waitUntil: 'networkidle' });
	await expect(page.locator('.monaco-editor .view-lines')).toContainText('include');
	await page.getByRole('tab', { name: 'Counts' }).click();
	await page.getByRole('link', { name: 'Trapline' }).click();
	await expect(page.getByRole('heading', { name: 'Lessons' })).toBeVisible();

	expect(failed).toEqual([]);
	expect(foreign).toEqual([]);
	console.log(`lesson page: ${(bytes / 1e6).toFixed(2)} MB over the wire`);
	expect(bytes).toBeLessThan(2_000_000);
});

import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { format, resolveConfig } from 'prettier';
import type { Component } from 'svelte';
import { createServer, type ViteDevServer } from 'vite';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

/**
 * Every example of every widget in the gallery, rendered on the server and compared with the file in
 * widgets/. After a change that is meant: `UPDATE_GOLDEN=1 npx vitest run tests/golden/widgets.test.ts`,
 * then look at the difference before committing it.
 */
const root = resolve(import.meta.dirname, '../..');
const folder = join(root, 'src/lib/widgets');
const golden = join(import.meta.dirname, 'widgets');
const update = process.env['UPDATE_GOLDEN'] !== undefined;

interface Examples {
	readonly examples: Record<string, Record<string, unknown>>;
}

const widgets = readdirSync(folder).filter((name) => existsSync(join(folder, name, 'examples.ts')));
const slug = (name: string) => name.toLowerCase().replace(/[^a-z0-9]+/g, '-');

describe('the widgets of the gallery, drawn on the server', () => {
	let server: ViteDevServer;
	const expected = new Set<string>();
	let style: Awaited<ReturnType<typeof resolveConfig>>;

	beforeAll(async () => {
		style = await resolveConfig(join(root, 'package.json'));
		server = await createServer({
			root,
			server: { middlewareMode: true, hmr: false, ws: false, watch: null },
			optimizeDeps: { noDiscovery: true },
			logLevel: 'error'
		});
	});
	afterAll(() => server.close());

	it.each(widgets)('%s', async (widget) => {
		const component = readdirSync(join(folder, widget)).find((name) => name.endsWith('.svelte'))!;
		const at = `/src/lib/widgets/${widget}`;
		const { render } = (await server.ssrLoadModule(
			'svelte/server'
		)) as typeof import('svelte/server');
		const { default: Widget } = await server.ssrLoadModule(`${at}/${component}`);
		const { examples } = (await server.ssrLoadModule(`${at}/examples.ts`)) as Examples;
		for (const [name, props] of Object.entries(examples)) {
			const { body } = render(Widget as Component<Record<string, unknown>>, { props });
			const text = await format(plain(body), { ...style, parser: 'html' });
			const file = join(golden, `${widget}.${slug(name)}.html`);
			expected.add(`${widget}.${slug(name)}.html`);
			if (update) {
				mkdirSync(golden, { recursive: true });
				writeFileSync(file, text);
			}
			expect(existsSync(file), `${file} is missing: see the head of this test`).toBe(true);
			expect(text, `${widget}: ${name}`).toBe(readFileSync(file, 'utf8'));
		}
	});

	it('holds no file without its example', () => {
		const left = readdirSync(golden).filter((name) => !expected.has(name));
		if (update) for (const name of left) rmSync(join(golden, name));
		else expect(left).toEqual([]);
	});
});

/** Without what Svelte needs for itself: hydration marks, and class names that hash the style. */
function plain(html: string): string {
	return html.replace(/<!--[\s\S]*?-->/g, '').replace(/ ?\bsvelte-[a-z0-9]{5,8}\b/g, '');
}

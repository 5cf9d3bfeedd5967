/** `npm start` in a fresh clone: installs, builds, serves and prints its address; again, it does nothing twice. Nor do checks. */
import { execFileSync, spawn, spawnSync } from 'node:child_process';
import { cpSync, existsSync, mkdtempSync, rmSync, statSync } from 'node:fs';
import { createServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

const root = join(import.meta.dirname, '../..');
const isCheckout = existsSync(join(root, '.git'));
if (!isCheckout && process.env['CI'] === 'true')
	throw new Error('in CI the fresh clone must be tested, but this is no git checkout');
if (!isCheckout) console.warn('the fresh clone is not tested: this copy is no git checkout');

let work = '';
let clone = '';

/** A clone of what is committed, and over it what the working tree has changed since. */
beforeAll(() => {
	if (!isCheckout) return;
	work = mkdtempSync(join(tmpdir(), 'trapline-clone-'));
	clone = join(work, 'trapline');
	execFileSync('git', ['clone', '--quiet', '--no-hardlinks', root, clone]);
	const changed = ['ls-files', '-z', '--modified', '--deleted', '--others', '--exclude-standard'];
	const names = execFileSync('git', changed, { cwd: root, encoding: 'utf8' }).split('\0');
	for (const name of new Set(names.filter((each) => each !== '')))
		if (existsSync(join(root, name)))
			cpSync(join(root, name), join(clone, name), { recursive: true });
		else rmSync(join(clone, name));
}, 120_000);
afterAll(() => rmSync(work, { recursive: true, force: true }), 120_000);

/** Nothing of the npm, wireit or Vitest that runs this test may reach the one under test. */
const environment = Object.fromEntries(
	Object.entries(process.env).filter(
		([name]) => !/^(npm_|WIREIT|VITEST|VITE_|NODE_|INIT_CWD)/i.test(name)
	)
);

async function freePort(): Promise<number> {
	const server = createServer();
	await new Promise<void>((resolve) => server.listen(0, resolve));
	const { port } = server.address() as AddressInfo;
	await new Promise((resolve) => server.close(resolve));
	return port;
}

interface Started {
	address: string;
	output: string;
	seconds: number;
	stop: () => Promise<void>;
}

/** Runs `npm start` until it has printed an address. */
async function npmStart(limitSeconds: number): Promise<Started> {
	const port = await freePort();
	const begin = performance.now();
	// A process group of its own, so that the server ends with it.
	const child = spawn('npm', ['start'], {
		cwd: clone,
		detached: true,
		env: { ...environment, TRAPLINE_PORT: String(port) }
	});
	const ended = new Promise<void>((resolve) => child.on('close', () => resolve()));
	let output = '';
	const address = await new Promise<string>((resolve, reject) => {
		const fail = (what: string) => reject(new Error(`npm start ${what}:\n${output}`));
		const timer = setTimeout(() => {
			process.kill(-child.pid!, 'SIGKILL');
			fail(`printed no address in ${limitSeconds} s`);
		}, limitSeconds * 1000);
		const hear = (chunk: Buffer) => {
			output += chunk.toString();
			const found = /Trapline is at (http:\S+)/.exec(output)?.[1];
			if (found === undefined) return;
			clearTimeout(timer);
			resolve(found);
		};
		child.stdout.on('data', hear);
		child.stderr.on('data', hear);
		child.on('exit', (code) => {
			clearTimeout(timer);
			fail(`ended with ${code}`);
		});
	});
	const stop = () => {
		process.kill(-child.pid!, 'SIGINT');
		return ended;
	};
	return { address, output, seconds: (performance.now() - begin) / 1000, stop };
}

/** What the steps leave behind, and when: a step that is done again writes again. */
const made = () =>
	[
		'node_modules/.package-lock.json',
		'cli/dist/trapline.js',
		'static/generated/index.json',
		'build/site/index.html'
	].map((name) => [name, statSync(join(clone, name)).mtimeMs]);

const changedFiles = () =>
	execFileSync('git', ['status', '--porcelain'], { cwd: clone, encoding: 'utf8' });

describe.skipIf(!isCheckout)('a fresh clone', () => {
	it('npm start does everything, and nothing twice', async () => {
		const untouched = changedFiles();
		const first = await npmStart(400);
		let before: ReturnType<typeof made>;
		try {
			const front = await fetch(first.address);
			expect(front.status).toBe(200);
			expect(await front.text()).toContain('<h1');
			const lesson = await fetch(first.address + 'lessons/traps/count-the-traps/');
			expect(lesson.status).toBe(200);
			const index = await fetch(first.address + 'generated/index.json');
			const { shipped } = (await index.json()) as { shipped: { elf: { file: string } } };
			const kernel = await fetch(`${first.address}generated/${shipped.elf.file}`);
			expect(kernel.status).toBe(200);
			expect((await kernel.arrayBuffer()).byteLength).toBeGreaterThan(10_000);
			before = made();
		} finally {
			await first.stop();
		}
		const second = await npmStart(60);
		try {
			expect((await fetch(second.address)).status).toBe(200);
			expect(second.output).not.toContain('Installing');
			expect(made()).toEqual(before);
		} finally {
			await second.stop();
		}
		console.log(
			`npm start: ${first.seconds.toFixed(0)} s from a fresh clone, then ${second.seconds.toFixed(1)} s`
		);
		expect(second.seconds).toBeLessThan(20);
		expect(changedFiles(), 'what git does not ignore is as it was').toEqual(untouched);
	});

	it('a check that has passed is not run again on the same files', () => {
		const check = () => {
			const { stdout, stderr } = spawnSync('npm', ['run', 'test:format'], {
				cwd: clone,
				env: { ...environment, WIREIT_LOGGER: 'simple' },
				encoding: 'utf8',
				timeout: 250_000
			});
			return stdout + stderr;
		};
		expect(check()).toContain('[test:format] Executed successfully');
		expect(check()).toContain('[test:format] Already fresh');
	});
});

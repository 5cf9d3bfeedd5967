/** `npm start`, `npm test` and continuous integration: that they are what the README says and leave nothing out. */
import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, matchesGlob } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import vitestConfig from '../vitest.config.ts';

const root = join(import.meta.dirname, '..');
const text = (name: string) => readFileSync(join(root, name), 'utf8');

interface Step {
	command?: string;
	files?: string[];
	output?: string[];
	dependencies?: string[];
}
const { scripts, wireit } = JSON.parse(text('package.json')) as {
	scripts: Record<string, string>;
	wireit: Record<string, Step>;
};

describe('continuous integration', () => {
	it('runs npm test, and nothing else', () => {
		const lines = text('.ci/run')
			.split('\n')
			.filter((line) => line !== '' && !line.startsWith('#'));
		expect(lines).toEqual(['set -euo pipefail', 'cd "$(dirname "$0")/.."', 'npm test']);
	});

	it.each(['start', 'test'])('npm %s is in the README and is a script of ours', (name) => {
		expect(text('README.md')).toMatch(new RegExp(`^npm ${name} `, 'm'));
		expect(scripts[name]).toBe(`node scripts/${name}.js`);
		expect(existsSync(join(root, `scripts/${name}.js`))).toBe(true);
	});
});

describe('npm test', () => {
	const steps = Object.keys(scripts).filter((name) => /^test:(?!code$)/.test(name));

	it('runs every step that there is', () => {
		expect([...wireit['test:code']!.dependencies!, 'test:e2e'].sort()).toEqual([...steps].sort());
		const kinds = [
			'format',
			'lint',
			'types',
			'unit',
			'conformance',
			'boot',
			'stock',
			'e2e',
			'clone'
		];
		expect(steps.map((name) => name.replace('test:', '')).sort()).toEqual(kinds.sort());
	});

	it.each(steps)(
		'%s is known by its inputs, so that it is not repeated on the same ones',
		(name) => {
			expect(scripts[name]).toBe('wireit');
			expect(wireit[name]!.files!.length).toBeGreaterThan(0);
			expect(wireit[name]!.output).toEqual([]);
		}
	);

	it('finds every test that there is', () => {
		const left = /(^|\/)(node_modules|build|dist|\.\w[^/]*|test-results)(\/|$)/;
		const tests = readdirSync(root, { recursive: true, encoding: 'utf8' }).filter(
			(name) => /\.(test|spec)\.ts$/.test(name) && !left.test(name)
		);
		expect(tests.length).toBeGreaterThan(60);
		const projects = vitestConfig.test!.projects as { test: { name: string; include: string[] } }[];
		const run = projects.filter(({ test }) =>
			steps.some((step) => wireit[step]!.command === `vitest run --project ${test.name}`)
		);
		const globs = [...run.flatMap(({ test }) => test.include), 'tests/e2e/**/*.spec.ts'];
		expect(tests.filter((name) => !globs.some((glob) => matchesGlob(name, glob)))).toEqual([]);
	});
});

/** A program of a few lines of shell, for a PATH on which there is nothing else. */
const program = (folder: string, name: string, body: string) =>
	writeFileSync(join(folder, name), `#!/bin/sh\n${body}\n`, { mode: 0o755 });

describe('what npm test runs', () => {
	let folder = '';
	beforeAll(() => {
		folder = mkdtempSync(join(tmpdir(), 'trapline-npm-'));
		program(folder, 'which', 'exit 0');
	});
	afterAll(() => rmSync(folder, { recursive: true, force: true }));

	it.each([
		['neither', 0],
		['test:code', 1],
		['test:e2e', 1]
	])('is the code, then the browser’s tests; %s fails', (failing, code) => {
		program(folder, 'npm', `echo "$@" on $WIREIT_FAILURES; [ "$3" != ${failing} ]`);
		const { status, stdout } = spawnSync(process.execPath, ['scripts/test.js'], {
			cwd: root,
			env: { PATH: folder },
			encoding: 'utf8'
		});
		const run = stdout.split('\n').filter((line) => line.startsWith('run '));
		expect(run).toEqual([
			'run --silent test:code on continue',
			'run --silent test:e2e on continue'
		]);
		expect(status).toBe(code);
	});
});

describe('where tools are missing', () => {
	let folder = '';
	beforeAll(() => {
		// All that can be found on this PATH: a `which` that finds nothing, and an apt-get that only notes.
		folder = mkdtempSync(join(tmpdir(), 'trapline-tools-'));
		program(folder, 'which', 'exit 1');
		program(folder, 'apt-get', `echo "$@" >> ${join(folder, 'apt')}`);
	});
	afterAll(() => rmSync(folder, { recursive: true, force: true }));

	it('Debian’s root gets them with apt, anybody else is told their names', () => {
		const said = execFileSync(
			process.execPath,
			['-e', "import('./scripts/ready.js').then((ready) => ready.installTestTools())"],
			{ cwd: root, env: { PATH: folder }, encoding: 'utf8' }
		);
		const packages =
			'chromium qemu-system-arm qemu-user gcc-aarch64-linux-gnu g++-aarch64-linux-gnu binutils-aarch64-linux-gnu device-tree-compiler';
		const isDebian =
			existsSync('/etc/debian_version') && /debian/i.test(readFileSync('/etc/os-release', 'utf8'));
		if (isDebian && process.getuid?.() === 0) {
			const asked = readFileSync(join(folder, 'apt'), 'utf8').trimEnd().split('\n');
			expect(asked).toEqual(['update -qq', `install -y -qq --no-install-recommends ${packages}`]);
			expect(said).toBe(`Installing with apt: ${packages} …\n`);
		} else {
			expect(said).toMatch(
				/^Not on this machine: chromium, .*Tests that need them will be skipped/
			);
			expect(existsSync(join(folder, 'apt'))).toBe(false);
		}
	});

	it.each([
		['boot', 'tests/boot/boot.test.ts', 'qemu-system-aarch64 and aarch64-linux-gnu-gcc is missing'],
		['boot', 'tests/cli/cc.test.ts', 'qemu-aarch64 is missing']
	])('%s tests of %s fail in CI and do not skip', (project, file, message) => {
		const vitest = join(root, 'node_modules/vitest/vitest.mjs');
		const { status, stdout, stderr } = spawnSync(
			process.execPath,
			[vitest, 'run', '--project', project, file],
			{ cwd: root, env: { PATH: folder, CI: 'true' }, encoding: 'utf8', timeout: 50_000 }
		);
		expect(stdout + stderr).toContain(message);
		expect(status).toBe(1);
	});

	describe('boots of a stock kernel, where apt cannot bring it,', () => {
		/** In a folder without packages, on a PATH without apt. */
		const run = (env: Record<string, string>) => {
			const vitest = join(root, 'node_modules/vitest/vitest.mjs');
			const { status, stdout, stderr } = spawnSync(
				process.execPath,
				[vitest, 'run', '--project', 'stock', 'tests/stock/stock-smp.test.ts'],
				{
					cwd: root,
					env: { PATH: folder, TRAPLINE_STOCK_PACKAGES: join(folder, 'packages'), ...env },
					encoding: 'utf8',
					timeout: 50_000
				}
			);
			return { status, said: stdout + stderr };
		};

		it('are skipped, which is said with the reason', () => {
			const { status, said } = run({});
			expect(said).toContain(
				'boots of a stock kernel skipped: no stock kernel: apt cannot bring it'
			);
			expect(said).toContain('apt-config cannot be run');
			expect(said).toMatch(/2 skipped/);
			expect(status).toBe(0);
		});

		it('fail in CI', () => {
			const { status, said } = run({ CI: 'true' });
			expect(said).toContain(
				'in CI a stock kernel must boot, but no stock kernel: apt cannot bring it'
			);
			expect(status).toBe(1);
		});
	});

	it('a missing browser fails: nothing skips a test of the pages', () => {
		const specs = readdirSync(join(root, 'tests/e2e')).filter((name) => name.endsWith('.spec.ts'));
		expect(specs.filter((name) => /\.(skip|fixme)\b/.test(text(`tests/e2e/${name}`)))).toEqual([]);
	});
});

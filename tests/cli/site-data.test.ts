/** `trapline build --site` in a copy of Trapline where something that it keeps or needs is missing, stale or damaged. */
import { execFile } from 'node:child_process';
import {
	cpSync,
	existsSync,
	mkdirSync,
	mkdtempSync,
	readdirSync,
	readFileSync,
	rmSync,
	symlinkSync,
	writeFileSync
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

const root = join(import.meta.dirname, '../..');
const profile = 'toolchain/src/lite/llvm-profile.json';

let copy = '';
const at = (name: string) => join(copy, name);

/** As much of Trapline as the command needs, with what earlier builds have kept. */
beforeAll(() => {
	copy = mkdtempSync(join(tmpdir(), 'trapline-copy-'));
	const parts = ['cli/bin', 'cli/dist', 'cli/package.json', 'lessons/VM_HW2', 'toolchain/runtime'];
	for (const name of [...parts, profile]) cpSync(join(root, name), at(name), { recursive: true });
	symlinkSync(join(root, 'node_modules'), at('node_modules'));
	if (existsSync(join(root, '.cache/trapline')))
		cpSync(join(root, '.cache/trapline'), at('.cache/trapline'), { recursive: true });
}, 60_000);
afterAll(() => rmSync(copy, { recursive: true, force: true }));

interface SiteIndex {
	llvm: { whole: { file: string; bytes: number }; lite?: { file: string; bytes: number } };
	objects: { file: string; bytes: number };
}

/** Runs the copy's command; gives what it said on standard error. */
const trapline = (...words: string[]) =>
	new Promise<string>((resolve, reject) => {
		const run = [at('cli/bin/trapline.js'), ...words];
		execFile(process.execPath, run, { timeout: 300_000 }, (error, _, stderr) =>
			error ? reject(new Error(stderr)) : resolve(stderr)
		);
	});

/** Builds the site's data and returns what the command said, what it left, and the index. */
async function build(): Promise<{ said: string; files: string[]; index: SiteIndex }> {
	const said = await trapline('build', '--site', at('site'));
	const index = JSON.parse(readFileSync(at('site/index.json'), 'utf8')) as SiteIndex;
	return { said, files: readdirSync(at('site')).sort(), index };
}

describe('the data of the site', () => {
	let first: Awaited<ReturnType<typeof build>>;
	beforeAll(async () => {
		first = await build();
	}, 600_000);

	it('has the whole compiler and a small one, and says nothing but how much was compiled', () => {
		const { lite, whole } = first.index.llvm;
		expect(lite!.bytes).toBeLessThan(whole.bytes / 2);
		expect(first.files).toContain(lite!.file);
		expect(first.files).toContain(whole.file);
		expect(first.said).toMatch(/^\d+ files compiled, \d+ up to date\n$/);
	});

	it.each<[string, () => void, RegExp]>([
		['no profile', () => rmSync(at(profile)), /whole compiler, \d+\.\d MB: .*\(no profile\)/],
		[
			'the profile of another version of the compiler',
			() => {
				const stored = JSON.parse(readFileSync(join(root, profile), 'utf8')) as { module: string };
				writeFileSync(at(profile), JSON.stringify({ ...stored, module: '0'.repeat(64) }));
			},
			/whole compiler, .*\(its profile was taken of another version of the package\)/
		]
	])('with %s: the whole compiler alone, and a line that says so', async (_, change, message) => {
		const before = readFileSync(join(root, profile));
		try {
			change();
			const { said, files, index } = await build();
			const lines = said.trimEnd().split('\n');
			expect(lines).toHaveLength(2);
			expect(lines[0]).toMatch(message);
			expect(lines[0]).toContain('`trapline profile-llvm` records one');
			expect(index.llvm).toEqual({ whole: first.index.llvm.whole });
			expect(files.filter((name) => name.startsWith('llvm'))).toEqual([index.llvm.whole.file]);
		} finally {
			writeFileSync(at(profile), before);
		}
		expect((await build()).index).toEqual(first.index);
	});

	it('what is kept between builds may be damaged or cut: it is made again', async () => {
		const { file } = first.index.objects;
		const stored = at(`.cache/trapline/site/${file}`);
		const whole = readFileSync(stored);
		const flipped = Buffer.from(whole);
		flipped[whole.length >> 1]! ^= 0x55;
		for (const bytes of [flipped, whole.subarray(0, 1000), Buffer.alloc(0)]) {
			writeFileSync(stored, bytes);
			writeFileSync(at(`site/${file}`), bytes);
			const { index } = await build();
			expect(index).toEqual(first.index);
			expect(readFileSync(stored).equals(whole)).toBe(true);
			expect(gunzipSync(readFileSync(at(`site/${file}`))).length).toBeGreaterThan(10_000);
		}
	});

	it('files of an earlier build go', async () => {
		mkdirSync(at('site'), { recursive: true });
		writeFileSync(at('site/llvm-0123456789abcdef.wasm.gz'), 'old');
		expect((await build()).files).toEqual(first.files);
	});

	it('damaged headers of the compiler are taken from its package again', async () => {
		const kept = at('.cache/trapline/clang-headers.json');
		const whole = readFileSync(kept, 'utf8');
		writeFileSync(kept, whole.slice(0, 5000));
		expect((await build()).index).toEqual(first.index);
		expect(readFileSync(kept, 'utf8')).toBe(whole);
	});

	it('damaged objects are compiled again, and a line says so', async () => {
		const name = readdirSync(at('.cache/trapline')).find((each) => each.startsWith('objects-'))!;
		const kept = at(`.cache/trapline/${name}`);
		const before = readFileSync(kept);
		writeFileSync(kept, before.subarray(0, 4096));
		writeFileSync(at('hello.c'), 'int main(void) { return 0; }\n');
		const said = await trapline('cc', '--libc', at('hello.c'), '-o', at('hello'));
		expect(said).toMatch(/^the objects kept .* damaged: all files are compiled again\n/);
		const whole = readFileSync(kept);
		expect(whole.length).toBeGreaterThan(50_000);
		expect(await trapline('cc', '--libc', at('hello.c'), '-o', at('hello'))).toBe('');
		expect(readFileSync(kept).equals(whole)).toBe(true);
	}, 300_000);
});

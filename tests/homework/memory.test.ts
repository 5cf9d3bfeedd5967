/** What protects a process's memory, and keeps it apart from others': our kernel's answers are those of Linux. */
import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { onTheHost } from './host-program.ts';

const source = join(import.meta.dirname, 'memory-work.c');
const expected = readFileSync(join(import.meta.dirname, 'memory-expected.txt'), 'utf8');

const tools = ['aarch64-linux-gnu-gcc', 'qemu-aarch64'];
const absent = tools.filter((tool) => spawnSync(tool, ['--version']).error !== undefined);
if (absent.length > 0) console.warn(`memory under Linux skipped: no ${absent.join(', no ')}`);

describe('the memory of processes', () => {
	it('is protected as expected on our host', async () => {
		const console = await onTheHost(['/memory-work'], { 'memory-work': source });
		const [, said] = console.split('# /memory-work\n');
		// The kernel tells of processes that it ends.
		const own = said?.slice(0, said.indexOf('root@')).replaceAll(/^\[ +\d+\.\d+\] .*\n/gm, '');
		expect(own).toBe(expected);
	}, 150_000);

	it.skipIf(absent.length > 0)('is protected so under Linux', () => {
		const folder = mkdtempSync(join(tmpdir(), 'trapline-memory-'));
		try {
			const program = join(folder, 'memory-work');
			execFileSync(tools[0]!, ['-static', '-O1', '-w', '-o', program, source]);
			const said = execFileSync('qemu-aarch64', [program], {
				cwd: folder,
				encoding: 'utf8',
				stdio: ['ignore', 'pipe', 'ignore']
			});
			// This computer's kernel does not start programs for arm64: a child's exec ends with 9.
			expect(said.replace(/^exec: 9/m, 'exec: 7')).toBe(expected);
		} finally {
			rmSync(folder, { recursive: true, force: true });
		}
	});
});

/**
 * Programs in C, compiled by us with the tree's C library and by gcc with glibc: both are static Linux
 * programs, and print the same under qemu-aarch64. And the tree's shell against the one of this machine.
 */
import { execFileSync, spawnSync } from 'node:child_process';
import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { Builder } from '../../cli/src/project.ts';
import { trapline } from '../cli/trapline.ts';

const tools = ['qemu-aarch64', 'aarch64-linux-gnu-gcc', 'dash'];
const absent = tools.filter((tool) => spawnSync(tool, ['--version']).error !== undefined);
if (absent.length > 0) console.warn(`the C library against glibc skipped: no ${absent.join(', ')}`);
const folder = mkdtempSync(join(tmpdir(), 'trapline-libc-'));
afterAll(() => rmSync(folder, { recursive: true }));

/** What a command prints in an empty folder of its own, and its exit status. */
function run(name: string, command: string[]): string {
	const cwd = join(folder, name);
	mkdirSync(cwd);
	const [program, ...words] = command as [string, ...string[]];
	const ran = spawnSync(program, words, { cwd, encoding: 'latin1', timeout: 30_000 });
	return `${ran.stdout}status ${ran.status}\n`;
}

describe.skipIf(absent.length > 0)('the C library', () => {
	it.each(['formats', 'strings', 'floats', 'calls'])('%s: as with glibc', async (name) => {
		const source = join(import.meta.dirname, 'libc', `${name}.c`);
		const built = await trapline(['cc', '--libc', '-O2', '-w', source, '-o', name], folder);
		expect(built.stderr).toBe('');
		const flags = ['-O1', '-w', '-fno-builtin', '-static', source, '-lm'];
		execFileSync('aarch64-linux-gnu-gcc', [...flags, '-o', join(folder, `${name}.glibc`)]);
		const ours = run(`${name}-ours`, ['qemu-aarch64', join(folder, name)]);
		expect(ours).toBe(run(`${name}-glibc`, ['qemu-aarch64', join(folder, `${name}.glibc`)]));
		expect(ours.length).toBeGreaterThan(300);
	});

	it('has a shell that reads a script as dash does', () => {
		const shell = join(folder, 'sh');
		writeFileSync(shell, new Builder().pristine().get('sh')!);
		chmodSync(shell, 0o755);
		const script = join(import.meta.dirname, 'shell/posix.sh');
		const ours = run('sh-ours', ['qemu-aarch64', shell, script]);
		expect(ours).toBe(run('sh-dash', ['dash', script]));
	});
});

/** Terminals, jobs, pipes and FIFOs: the answers of our kernel are those of Linux. */
import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { onTheHost } from './host-program.ts';

const source = join(import.meta.dirname, 'tty-work.c');
const fuzzer = join(import.meta.dirname, 'tty-fuzz.c');
const seed = Number(process.env['TTY_FUZZ_SEED'] ?? 300);
const seeds = Number(process.env['TTY_FUZZ_SEEDS'] ?? 12);
const expected = readFileSync(join(import.meta.dirname, 'tty-expected.txt'), 'utf8');

const tools = ['aarch64-linux-gnu-gcc', 'qemu-aarch64'];
const absent = tools.filter((tool) => spawnSync(tool, ['--version']).error !== undefined);
if (absent.length > 0) console.warn(`terminals under Linux skipped: no ${absent.join(', no ')}`);

/** What the program prints on this computer's kernel. */
function underLinux(): string {
	const folder = mkdtempSync(join(tmpdir(), 'trapline-tty-'));
	const program = join(folder, 'tty-work');
	try {
		execFileSync(tools[0]!, ['-static', '-O1', '-D_GNU_SOURCE', '-w', '-o', program, source]);
		/* a session of its own: without a terminal, whoever runs the tests */
		return execFileSync('setsid', ['-w', 'qemu-aarch64', program], {
			encoding: 'utf8',
			stdio: ['ignore', 'pipe', 'ignore'],
			timeout: 60_000
		});
	} finally {
		rmSync(folder, { recursive: true, force: true });
	}
}

describe('terminals, jobs, pipes and FIFOs', () => {
	it('answer as expected on our host, and end whatever is done to them', async () => {
		const fuzz = `/tty-fuzz ${seed} ${seed + seeds}`;
		const programs = { 'tty-work': source, 'tty-fuzz': fuzzer };
		const console = await onTheHost(['/tty-work', fuzz, 'ls /dev/pts'], programs);
		const [, said] = console.split('# /tty-work\n');
		expect(said?.slice(0, said.indexOf('root@'))).toBe(expected);
		expect(console).toContain(`# ${fuzz}\nseeds ${seed} to ${seed + seeds}\n`);
		expect(console).toMatch(/# ls \/dev\/pts\nroot@/);
	}, 300_000);

	it.skipIf(absent.length > 0)(
		'answer so under Linux',
		() => {
			expect(underLinux()).toBe(expected);
		},
		90_000
	);
});

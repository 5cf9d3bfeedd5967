/**
 * System calls with wrong, odd and hostile arguments: whatever the first program's children do, the
 * kernel answers with an error or kills them, and lives. More of it: FUZZ_ROUNDS=2000 FUZZ_SEED=7.
 */
import { join } from 'node:path';
import { createMachine } from 'emulator-core';
import { writeCpio } from 'toolchain';
import { expect, it } from 'vitest';
import { Builder } from '../../cli/src/project.ts';
import { buildPrograms } from './host-program.ts';

const seed = Number(process.env['FUZZ_SEED'] ?? 1);
const rounds = Number(process.env['FUZZ_ROUNDS'] ?? 8);

/** Boots with the program as the first one. */
function boot(name: string, bootargs: string, ramBytes: number) {
	const builder = new Builder();
	const path = join(import.meta.dirname, `${name}.c`);
	const data = buildPrograms(builder, { [name]: path }).get(name)!;
	const folders = ['dev', 'proc', 'sys', 'tmp'];
	const machine = createMachine({
		board: 'foundation',
		ramBytes,
		bootargs: `console=ttyAMA0 ${bootargs}`,
		kernel: builder.pristine().get('Image')!,
		initrd: writeCpio([
			...folders.map((folder) => ({ path: folder, mode: 0o40755, data: new Uint8Array(0) })),
			{ path: 'init', mode: 0o100755, data }
		])
	});
	let console = '';
	machine.onConsole = (bytes) => (console += Buffer.from(bytes).toString('latin1'));
	const stopped = machine.run({ maxInstructions: 400_000_000 * Math.max(10, rounds) });
	return { console: console.replaceAll('\r', ''), stopped };
}

it('answers every system call', { timeout: 30_000 * Math.max(8, rounds) }, () => {
	const { console, stopped } = boot('syscall-fuzz', `fuzz=${seed},${rounds},250`, 64 * 2 ** 20);
	expect(console).not.toMatch(/Oops|panic|Unable to handle|BUG/);
	expect(stopped).toEqual({ reason: 'poweroff' });
	const [, calls, kb] = /^syscall-fuzz: (\d+) calls, .* (-?\d+) kB less$/m.exec(console)!;
	process.stdout.write(`system calls, seed ${seed}: ${calls}, ${kb} kB less\n`);
	expect(Number(calls)).toBeGreaterThan(50 * rounds);
	expect(Number(kb)).toBeLessThan(200);
});

it('lives when there is no memory left', { timeout: 240_000 }, () => {
	const { console, stopped } = boot('memory-hogs', '', 32 * 2 ** 20);
	expect(console).not.toMatch(/Oops|panic|Unable to handle|BUG/);
	expect(stopped).toEqual({ reason: 'poweroff' });
	expect(console).toContain('forks: refused');
	expect(console).toContain('touch: killed by 9');
	expect(console).toContain('limit: refused');
	expect(console).toContain('stack: killed by 11');
	expect(console).toMatch(/^left: -?\d\d? kB$/m);
});

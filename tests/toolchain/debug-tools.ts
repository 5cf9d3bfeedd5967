import { execFileSync, spawn, spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { a64 } from '../../emulator-core/src/index.ts';
import { createToolchain, extractHeaders, type Toolchain } from '../../toolchain/src/index.ts';
import type { CompileFlags } from '../../toolchain/src/clang/flags.ts';

/** The toolchain as the command line makes it. */
export function newToolchain(): Toolchain {
	const gen = join(dirname(createRequire(import.meta.url).resolve('@yowasp/clang')), '..', 'gen');
	return createToolchain({
		llvm: new WebAssembly.Module(readFileSync(join(gen, 'llvm.core.wasm'))),
		headers: extractHeaders(readFileSync(join(gen, 'llvm-resources.tar'))),
		assembler: a64
	});
}

/** Is the tool installed? If not, says what is skipped. */
export function has(...tools: string[]): boolean {
	const missing = tools.filter((tool) => spawnSync('which', [tool]).status !== 0);
	if (missing.length > 0) console.warn(`skipped: ${missing.join(' and ')} not found`);
	return missing.length === 0;
}

/** A folder that is removed by `remove`. */
export function temporaryFolder(): { path: string; remove: () => void } {
	const path = mkdtempSync(join(tmpdir(), 'trapline-toolchain-'));
	return { path, remove: () => rmSync(path, { recursive: true, force: true }) };
}

/** Compiles one C file and links it with the system's C library for qemu-aarch64; returns the path. */
export function buildProgram(
	toolchain: Toolchain,
	folder: string,
	name: string,
	source: string,
	flags: CompileFlags
): string {
	writeFileSync(join(folder, `${name}.c`), source);
	const files = new Map([[`${name}.c`, new TextEncoder().encode(source)]]);
	const { object, diagnostics } = toolchain.compile(`${name}.c`, files, {
		freestanding: false,
		variables: true,
		...flags
	});
	if (!object) throw new Error(diagnostics.map(({ message }) => message).join('\n'));
	const path = join(folder, `${name}${flags.opt ?? '-O0'}`);
	writeFileSync(`${path}.o`, object);
	execFileSync('aarch64-linux-gnu-gcc', ['-static', '-o', path, `${path}.o`]);
	return path;
}

/** Runs the program under qemu-aarch64 with gdb attached, obeys the commands, returns what gdb printed. */
export async function debug(program: string, commands: readonly string[]): Promise<string> {
	const port = 20_000 + (process.pid % 20_000);
	const qemu = spawn('qemu-aarch64', ['-g', String(port), program], { stdio: 'ignore' });
	try {
		const all = [
			'set confirm off',
			'set pagination off',
			`set sysroot /`,
			`target remote :${port}`,
			...commands,
			'kill'
		];
		// qemu needs a moment before it listens: gdb waits for it.
		const args = ['-q', '-nx', '-batch', '-ex', 'set tcp connect-timeout 20'];
		args.push(...all.flatMap((command) => ['-ex', command]), program);
		const made = spawnSync('timeout', ['60', 'gdb-multiarch', ...args], {
			encoding: 'utf8',
			cwd: dirname(program)
		});
		return made.stdout + made.stderr;
	} finally {
		qemu.kill('SIGKILL');
	}
}

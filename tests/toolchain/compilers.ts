import { execFileSync, spawnSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { a64 } from '../../emulator-core/src/index.ts';
import { compileIr } from '../../toolchain/src/codegen/compile-module.ts';
import {
	assemble,
	createToolchain,
	extractHeaders,
	type Toolchain
} from '../../toolchain/src/index.ts';

/** The two compilers of these tests, and the programs they make under qemu-aarch64. */

export const gcc = 'aarch64-linux-gnu-gcc';
export const levels = ['-O0', '-O1', '-O2', '-Og'] as const;

const found = (tool: string) => spawnSync('which', [tool]).status === 0;
export const haveGcc = found(gcc);
export const haveQemu = found('qemu-aarch64');
export const haveCsmith = found('csmith');

/** What C leaves open is settled as Clang settles it. */
const oracleFlags = [
	...['-static', '-w', '-O1', '-fwrapv', '-fno-strict-aliasing', '-ffp-contract=off'],
	'-mno-outline-atomics',
	'-fno-pie'
];

export function makeToolchain(): Toolchain {
	const packagePath = createRequire(import.meta.url).resolve('@yowasp/clang');
	const gen = join(dirname(packagePath), '..', 'gen');
	return createToolchain({
		llvm: new WebAssembly.Module(readFileSync(join(gen, 'llvm.core.wasm'))),
		headers: extractHeaders(readFileSync(join(gen, 'llvm-resources.tar'))),
		assembler: a64,
		runtime: runtimeSources()
	});
}

/** The sources of the library that compiled code counts on. */
export function runtimeSources(): Map<string, Uint8Array> {
	const folder = join(import.meta.dirname, '../../toolchain/runtime');
	return new Map(readdirSync(folder).map((name) => [name, readFileSync(join(folder, name))]));
}

/** All headers of a folder, by the path that `#include` finds them under. */
export function headersOf(folder: string): Map<string, Uint8Array> {
	const names = readdirSync(folder).filter((name) => name.endsWith('.h'));
	return new Map(names.map((name) => [`include/${name}`, readFileSync(join(folder, name))]));
}

/**
 * C to an object, by our compiler.
 *
 * @throws Error with the diagnostics
 */
export function compileOurs(
	toolchain: Toolchain,
	name: string,
	source: Uint8Array,
	opt: string,
	headers: ReadonlyMap<string, Uint8Array>,
	more: readonly string[] = []
): Uint8Array {
	const files = new Map([[`${name}.c`, source], ...headers]);
	const flags = {
		opt,
		freestanding: false,
		includes: ['include'],
		// csmith passes pointers about as C before C99 did.
		warnings: ['-w', '-ffp-contract=off', '-Wno-incompatible-pointer-types', ...more],
		debug: false
	};
	const { object, diagnostics } = toolchain.compile(`${name}.c`, files, flags);
	if (!object || diagnostics.length > 0)
		throw new Error(
			diagnostics
				.map(({ file, line, column, message }) => `${file}:${line}:${column}: ${message}`)
				.join('\n')
		);
	return object;
}

/** The intermediate code of a file of its own to an object, as `compileOurs` does with Clang's. */
export function compileOursFromIr(path: string, opt: string): Uint8Array {
	const { text } = compileIr(readFileSync(path, 'utf8'), { optimize: opt !== '-O0', lines: false });
	const { object, diagnostics } = assemble(text, { a64, file: path });
	if (!object) throw new Error(diagnostics.map(({ message }) => message).join('\n'));
	return object;
}

const startOf = new WeakMap<Toolchain, Map<string, Uint8Array>>();

/** What a program without a C library begins with and prints by (bare/). */
function bareParts(toolchain: Toolchain): Map<string, Uint8Array> {
	const known = startOf.get(toolchain);
	if (known) return known;
	const folder = join(import.meta.dirname, 'bare');
	const files = new Map(
		readdirSync(folder).map((name) => [name, new Uint8Array(readFileSync(join(folder, name)))])
	);
	const start = toolchain.assembleFile('start.S', files, { debug: false });
	const print = toolchain.compile('print.c', files, { opt: '-O1', debug: false });
	const made = new Map([
		['start.o', start.object!],
		['print.o', print.object!]
	]);
	startOf.set(toolchain, made);
	return made;
}

/**
 * Links objects by our own linker with our own runtime: a program for qemu-aarch64 and for the flat
 * machine alike.
 *
 * @throws Error with the diagnostics
 */
export function linkBare(toolchain: Toolchain, ...program: Uint8Array[]): Uint8Array {
	const own = program.map((object, i) => [`program${i}.o`, object] as const);
	const objects = new Map([...bareParts(toolchain), ...own]);
	const flags = ['-static', '--image-base=0x40000000', '--build-id=none'];
	const { output, diagnostics } = toolchain.link(objects, undefined, flags);
	if (!output) throw new Error(diagnostics.map(({ message }) => message).join('\n'));
	return output;
}

export function compileGcc(
	sources: readonly string[],
	path: string,
	includes: readonly string[],
	more: readonly string[] = []
): string {
	const dirs = includes.map((folder) => `-I${folder}`);
	execFileSync(gcc, [...oracleFlags, ...more, ...dirs, '-o', path, ...sources, '-lm', '-latomic']);
	return path;
}

/** What a program prints and how it ends: 124 after so many seconds of the processor's time. */
export function runInQemu(program: string, seconds = 20, args: readonly string[] = []): string {
	const script = `ulimit -t ${seconds}; exec qemu-aarch64 "$@"`;
	const { stdout, status, signal } = spawnSync('sh', ['-c', script, 'sh', program, ...args], {
		maxBuffer: 1 << 26
	});
	const ended = signal === 'SIGKILL' || signal === 'SIGXCPU' ? 124 : status;
	return `${stdout.toString('latin1')}[exit ${ended}]\n`;
}

import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { a64 } from 'emulator-core';
import { createToolchain, extractHeaders, type Toolchain } from 'toolchain';
import { badUsage } from './failure.ts';

/** Folder of the package that brings Clang and LLD as WebAssembly. */
export function llvmFolder(): string {
	try {
		return join(dirname(createRequire(import.meta.url).resolve('@yowasp/clang')), '..', 'gen');
	} catch {
		throw badUsage('the package @yowasp/clang is not installed; run `npm install` first');
	}
}

/** The version of that package. */
export function llvmVersion(): string {
	const text = readFileSync(join(llvmFolder(), '..', 'package.json'), 'utf8');
	return (JSON.parse(text) as { version: string }).version;
}

export const llvmWasm = () => readFileSync(join(llvmFolder(), 'llvm.core.wasm'));

/** The compiler's own headers; taken out of the package's archive once and kept in `cache`. */
export function compilerHeaders(cache: string): Record<string, string> {
	const kept = join(cache, 'clang-headers.json');
	try {
		return JSON.parse(readFileSync(kept, 'utf8')) as Record<string, string>;
	} catch {
		// Not there yet, or damaged: the archive has them.
	}
	const headers = extractHeaders(readFileSync(join(llvmFolder(), 'llvm-resources.tar')));
	mkdirSync(cache, { recursive: true });
	writeFileSync(kept, JSON.stringify(headers));
	return headers;
}

/**
 * Clang, LLD, our own assembler and the runtime of compiled code, ready to use. Compiling the module takes
 * about half a second.
 */
export function loadToolchain(cache: string, runtimeFolder: string): Toolchain {
	const llvm = new WebAssembly.Module(llvmWasm());
	const runtime = new Map(
		readdirSync(runtimeFolder).map((name) => [name, readFileSync(join(runtimeFolder, name))])
	);
	return createToolchain({ llvm, headers: compilerHeaders(cache), assembler: a64, runtime });
}

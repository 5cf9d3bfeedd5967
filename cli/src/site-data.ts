import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { packCache } from 'toolchain';
import { compilerHeaders, llvmWasm } from './llvm.ts';
import { cacheFolder, type Builder } from './project.ts';

/** Outputs of the shipped tree that a page boots and names addresses with. */
const shippedOutputs = ['Image', 'vmlinux', 'host.cpio'];

/**
 * What the site needs from a build, as static files: the shipped tree's objects (so that a first build
 * in the page compiles only what was edited), its images, the compiler and its headers. All are gzip,
 * which every browser unpacks itself; a static host need not know.
 */
export function writeSiteData(folder: string, builder: Builder): void {
	mkdirSync(folder, { recursive: true });
	const put = (name: string, bytes: Uint8Array) =>
		writeFileSync(join(folder, `${name}.gz`), gzipSync(bytes, { level: 9 }));
	const outputs = builder.pristine();
	for (const name of shippedOutputs) put(name, outputs.get(name)!);
	put('objects', packCache(builder.cache));
	put('headers.json', new TextEncoder().encode(JSON.stringify(compilerHeaders(cacheFolder))));
	put('llvm.wasm', llvmWasm());
}

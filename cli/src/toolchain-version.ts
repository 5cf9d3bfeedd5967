import { createHash } from 'node:crypto';
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';

/** All of ours that an object depends on besides its sources and flags: what compiles it. */
const parts = [
	'toolchain/src',
	// Programs are linked with it.
	'toolchain/runtime',
	// The instruction table, its assembler, and the names of system registers and operations.
	'emulator-core/src/isa',
	'emulator-core/src/builder',
	'emulator-core/src/cpu/sysregs',
	'emulator-core/src/cpu/system-instructions.ts'
];

/** Asked when the command line is built, which then knows its own; `root` is Trapline's folder. */
export function toolchainHash(root: string): string {
	const hash = createHash('sha256');
	for (const part of parts)
		for (const file of sourcesIn(root, part))
			hash.update(file).update(readFileSync(join(root, file)));
	return hash.digest('hex').slice(0, 16);
}

function sourcesIn(root: string, part: string): string[] {
	if (statSync(join(root, part)).isFile()) return [part];
	return readdirSync(join(root, part))
		.sort()
		.flatMap((name) => sourcesIn(root, `${part}/${name}`))
		.filter((file) => /\.(?:ts|c|h)$/.test(file) && !file.endsWith('.test.ts'));
}

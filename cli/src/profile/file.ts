import { createHash } from 'node:crypto';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync, gzipSync } from 'node:zlib';
import type { Profile } from 'toolchain';
import { root } from '../project.ts';

/** Which functions of the compiler the small one keeps; beside the code that makes it. */
export const profileFile = join(root, 'toolchain', 'src', 'lite', 'llvm-profile.json');

export const sha256 = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest('hex');

interface Stored {
	module: string;
	functions: number;
	kept: number;
	/** Bit map, gzip, base64. */
	used: string;
}

export function readProfile(): Profile | undefined {
	if (!existsSync(profileFile)) return undefined;
	const { module, functions, used } = JSON.parse(readFileSync(profileFile, 'utf8')) as Stored;
	return { module, functions, used: gunzipSync(Buffer.from(used, 'base64')) };
}

export function writeProfile({ module, functions, used }: Profile, kept: number): void {
	const packed = gzipSync(used, { level: 9 }).toString('base64');
	const stored: Stored = { module, functions, kept, used: packed };
	writeFileSync(profileFile, JSON.stringify(stored, undefined, '\t') + '\n');
}

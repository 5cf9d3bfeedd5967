import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { a64 } from '../../emulator-core/src/index.ts';
import { assemble } from '../../toolchain/src/asm/assemble.ts';
import { describeObject, hasTool, inTemporaryFolder } from '../golden/compare-objects.ts';

/** One file for each feature of the assembler: GNU as must make the same object of it. */
const corpus = join(import.meta.dirname, 'asm');
const sources = readdirSync(corpus).filter((name) => name.endsWith('.s'));

function ours(name: string): Uint8Array {
	const files = new Map(
		readdirSync(corpus).map((file) => [file, new Uint8Array(readFileSync(join(corpus, file)))])
	);
	const text = readFileSync(join(corpus, name), 'utf8');
	const { object, diagnostics } = assemble(text, { a64, file: name, files });
	expect(diagnostics.filter(({ severity }) => severity === 'error')).toEqual([]);
	return object!;
}

function gnu(name: string): Uint8Array {
	return inTemporaryFolder((folder) => {
		const out = join(folder, 'out.o');
		const args = ['-march=armv8.2-a+lse', '-o', out, name];
		execFileSync('aarch64-linux-gnu-as', args, {
			cwd: corpus,
			stdio: ['ignore', 'ignore', 'pipe']
		});
		return new Uint8Array(readFileSync(out));
	});
}

describe.skipIf(!hasTool('aarch64-linux-gnu-as', 'aarch64-linux-gnu-objdump'))(
	'the same object as GNU as makes',
	() => {
		it.each(sources)('%s', (name) => {
			expect(describeObject(ours(name))).toEqual(describeObject(gnu(name)));
		});

		it('the same call frame information', () => {
			const dump = (object: Uint8Array) =>
				inTemporaryFolder((folder) => {
					writeFileSync(join(folder, 'a.o'), object);
					const args = ['-sr', '-j', '.eh_frame', 'a.o'];
					return execFileSync('aarch64-linux-gnu-objdump', args, {
						cwd: folder,
						encoding: 'utf8'
					});
				});
			expect(dump(ours('frames.s'))).toBe(dump(gnu('frames.s')));
		});
	}
);

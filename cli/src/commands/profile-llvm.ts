import { parseArgs } from 'node:util';
import { makeProfile } from 'toolchain';
import { compilerHeaders, llvmWasm } from '../llvm.ts';
import { profileFile, sha256, writeProfile } from '../profile/file.ts';
import { recordUse } from '../profile/record.ts';
import { cacheFolder, shippedFolder } from '../project.ts';
import { readTree, withSubmission } from '../submission.ts';

const usage = 'profile-llvm [PATCH-OR-FOLDER…]';
const does =
	'For Trapline’s own developers: finds the functions of the compiler that a page needs, for the small one.';

async function run(words: string[]): Promise<void> {
	const { positionals } = parseArgs({ args: words, allowPositionals: true, options: {} });
	const tree = readTree(shippedFolder);
	const submissions = positionals.map((path) => withSubmission(tree, path));
	const wasm = llvmWasm();
	const used = recordUse(wasm, compilerHeaders(cacheFolder), tree, submissions, (step) =>
		console.error(step)
	);
	const profile = makeProfile(wasm, sha256(wasm), used);
	writeProfile(profile, used.size);
	console.error(`${used.size} of ${profile.functions} functions; written to ${profileFile}`);
}

export const profileLlvm = { run, usage, does };

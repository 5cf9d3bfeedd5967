import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import type { BuildProgress } from 'toolchain';
import { badUsage, failed } from '../failure.ts';
import { makeFolder, writeSparse } from '../files.ts';
import { Builder, messagesOf, shippedFolder } from '../project.ts';
import { writeSiteData } from '../site-data.ts';
import { readTree } from '../submission.ts';

const usage = 'build [TREE] -o DIR';
const does =
	'Builds a homework tree (lessons/VM_HW2 if none is named) with our toolchain: kernel, programs, disks, and the kernel with its boot wrapper.';

async function run(words: string[]): Promise<void> {
	const { values, positionals } = parseArgs({
		args: words,
		allowPositionals: true,
		options: { output: { type: 'string', short: 'o' }, site: { type: 'string' } }
	});
	if (positionals.length > 1) throw badUsage(`give one tree. Usage: trapline ${usage}`);
	if (values.output === undefined && values.site === undefined) {
		throw badUsage(`say where the results go. Usage: trapline ${usage}`);
	}
	const folder = positionals[0] ?? shippedFolder;
	if (!existsSync(folder))
		throw badUsage(`cannot read the tree ${folder}: there is no such folder`);
	if (!existsSync(join(folder, 'tree.json')))
		throw badUsage(`${folder} is no homework tree: it has no tree.json`);
	if (values.output !== undefined) makeFolder(values.output);
	const builder = new Builder();
	const tree = folder === shippedFolder ? builder.shipped : readTree(folder);
	const result = builder.build(tree, showProgress, values.output !== undefined);
	clearProgress();
	const messages = messagesOf(result);
	if (messages) console.error(messages);
	if (!result.ok) throw failed('the tree does not build');
	if (values.output !== undefined) {
		for (const [name, bytes] of result.outputs) writeSparse(join(values.output, name), bytes);
	}
	if (values.site !== undefined) writeSiteData(values.site, builder);
	console.error(`${result.compiled} files compiled, ${result.reused} up to date`);
}

/** One line that is written over, on a terminal only. */
function showProgress({ done, total, file, cached }: BuildProgress): void {
	if (!process.stderr.isTTY || cached) return;
	process.stderr.write(`\r\x1b[K[${done}/${total}] ${file}`);
}

const clearProgress = () => process.stderr.isTTY && process.stderr.write('\r\x1b[K');

export const build = { run, usage, does };

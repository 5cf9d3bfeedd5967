import { basename, join } from 'node:path';
import { formatDiagnostic, type Diagnostic, type Toolchain } from 'toolchain';
import { parseCc, type CcOptions } from '../cc/options.ts';
import { SourceFiles } from '../cc/source-files.ts';
import { failed } from '../failure.ts';
import { checkWritable, readInput, writeOutput } from '../files.ts';
import { loadToolchain } from '../llvm.ts';
import { Builder, cacheFolder, runtimeFolder, shippedFolder } from '../project.ts';

const usage =
	'cc FILE… [-c|-S|-E] [-o OUT] [-I DIR] [-D NAME[=TEXT]] [-U NAME] [-O0|-O1|-O2|-Og] [-g] [-W…] [-f…] [-std=C] [-T SCRIPT] [--libc] [-nostdlib]';
const does =
	'Compiles C (.c) and assembly (.S, .s), and links them with objects (.o, .a), to an AArch64 ELF program: freestanding, beginning at _start; or with --libc one for the host and guest, with the C library of lessons/VM_HW2.';

/** What one source became. */
interface Made {
	result: Uint8Array | string | undefined;
	diagnostics: Diagnostic[];
}

async function run(words: string[]): Promise<void> {
	const options = parseCc(words);
	const parts = options.libc ? new Builder().library() : undefined;
	for (const folder of parts?.includes ?? []) options.includes.push(join(shippedFolder, folder));
	const sources = options.inputs.filter((name) => !isLinkerInput(name));
	// All files are read before anything is compiled: a wrong name costs nothing.
	const files = new SourceFiles(sources, options.includes, options.forceIncludes);
	const linked = new Map(
		options.inputs.filter(isLinkerInput).map((name) => [name, readInput(name, 'the object')])
	);
	const script =
		options.script === undefined
			? parts && { path: 'program.lds', text: parts.script }
			: {
					path: options.script,
					text: new TextDecoder().decode(readInput(options.script, 'the linker script'))
				};
	if (options.output !== undefined && options.output !== '-') checkWritable(options.output);
	const toolchain = loadToolchain(cacheFolder, runtimeFolder);

	const objects = new Map<string, Uint8Array>();
	let errors = 0;
	for (const name of options.inputs) {
		const given = linked.get(name);
		if (given) {
			objects.set(name, given);
			continue;
		}
		const { result, diagnostics } = make(toolchain, options, files, name);
		errors += report(diagnostics, files);
		if (result === undefined) continue;
		if (options.goal === 'program')
			objects.set(unusedName(objects, outputName(name, '.o')), result as Uint8Array);
		else keep(options, name, result);
	}
	if (errors > 0) throw failed(errors === 1 ? 'there was an error' : `there were ${errors} errors`);
	if (options.goal !== 'program') return;

	const flags = ['-static', '--build-id=none', '-z', 'max-page-size=4096', ...options.linker];
	const { output, diagnostics } = toolchain.link(objects, script, flags, parts?.library);
	report(diagnostics, files);
	if (!output) throw failed('the program does not link');
	writeOutput(options.output ?? 'a.out', output, 0o777);
}

const isLinkerInput = (name: string) => /\.[oa]$/.test(name);
const outputName = (name: string, ending: string) => basename(name).replace(/\.[^.]*$/, ending);

/** Two sources of one name in different folders make two objects. */
function unusedName(objects: ReadonlyMap<string, unknown>, name: string): string {
	let free = name;
	for (let n = 2; objects.has(free); n++) free = name.replace(/\.o$/, `-${n}.o`);
	return free;
}

function make(toolchain: Toolchain, options: CcOptions, files: SourceFiles, name: string): Made {
	const path = files.inside(name);
	const flags = {
		...options.flags,
		includes: options.includes.map((folder) => files.inside(folder)),
		forceIncludes: options.forceIncludes
	};
	const isC = name.endsWith('.c');
	if (options.goal === 'preprocessed' || (options.goal === 'assembly' && !isC)) {
		const language = isC ? 'c' : 'assembler-with-cpp';
		const made = toolchain.preprocess(path, files.files, flags, { language });
		return { result: made.text, diagnostics: made.diagnostics };
	}
	if (options.goal === 'assembly') {
		const made = toolchain.compileToAssembly(path, files.files, flags);
		return { result: made.assembly?.text, diagnostics: made.diagnostics };
	}
	const made = isC
		? toolchain.compile(path, files.files, flags)
		: toolchain.assembleFile(path, files.files, flags);
	return { result: made.object, diagnostics: made.diagnostics };
}

/** Preprocessed text goes to stdout unless `-o` says otherwise; objects and assembly to a file beside us. */
function keep({ goal, output }: CcOptions, name: string, result: Uint8Array | string): void {
	const toStdout = output === '-' || (output === undefined && goal === 'preprocessed');
	if (toStdout) process.stdout.write(result);
	else writeOutput(output ?? outputName(name, goal === 'object' ? '.o' : '.s'), result);
}

/** Messages on stderr, in Clang's form, each followed by its notes; returns how many are errors. */
function report(diagnostics: readonly Diagnostic[], files: SourceFiles): number {
	for (const diagnostic of diagnostics)
		for (const each of [diagnostic, ...diagnostic.notes])
			console.error(formatDiagnostic({ ...each, file: files.shown(each.file) }));
	return diagnostics.filter(({ severity }) => severity === 'error').length;
}

export const cc = { run, usage, does };

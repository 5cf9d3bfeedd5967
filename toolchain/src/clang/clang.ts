import { isStubTrap, StubReached } from '../lite/stub-reached.ts';
import { contents, MemoryFiles, normalizePath } from '../wasi/memory-files.ts';
import { runWasi, type WasiResult } from '../wasi/run-wasi.ts';
import { parseDiagnostics, place, type Diagnostic } from './diagnostics.ts';
import { compileArguments, preprocessorArguments, type CompileFlags } from './flags.ts';
import { headerFolder } from './headers.ts';

/** Source files by path, without a leading slash. */
export type SourceFiles = ReadonlyMap<string, Uint8Array>;

export interface PreprocessOptions {
	lineMarkers?: boolean;
	language?: 'c' | 'assembler-with-cpp';
}

export interface FrontEndResult {
	/** Absent when there were errors. */
	text?: string;
	diagnostics: Diagnostic[];
	/** Every file that was read, the source first; the compiler's own headers left out. */
	dependencies: string[];
}

export interface LinkResult {
	/** Absent when there were errors. */
	output?: Uint8Array;
	diagnostics: Diagnostic[];
}

export interface ClangOptions {
	stubbed?: boolean;
	onExit?: (code: number) => boolean;
}

const outputPath = 'trapline-out';
const dependencyPath = 'trapline-out.d';

/** Clang and LLD: one compiled WebAssembly module, a fresh instance for every run. */
export class Clang {
	readonly #module: WebAssembly.Module;
	readonly #headers: [string, Uint8Array][];
	readonly #stubbed: boolean;
	readonly #onExit: ((code: number) => boolean) | undefined;

	/**
	 * @param headers the compiler's own headers by name, as `extractHeaders` gives them
	 * @param options `stubbed`: the module is a stubbed one, and every method throws StubReached where the
	 * work needs the whole one; `onExit`: see runWasi
	 */
	constructor(
		module: WebAssembly.Module,
		headers: Readonly<Record<string, string>>,
		options: ClangOptions = {}
	) {
		this.#module = module;
		this.#stubbed = options.stubbed ?? false;
		this.#onExit = options.onExit;
		const encoder = new TextEncoder();
		this.#headers = Object.entries(headers).map(([name, text]) => [
			`${headerFolder}/${name}`,
			encoder.encode(text)
		]);
	}

	/** C to LLVM IR. */
	compileToIr(file: string, files: SourceFiles, flags: CompileFlags): FrontEndResult {
		const args = ['-emit-llvm', '-discard-value-names', ...compileArguments(flags, headerFolder)];
		return this.#frontEnd(file, files, args, 'c');
	}

	/** Errors and warnings only, for markers as one types: about a third of a compilation's time. */
	checkSyntax(file: string, files: SourceFiles, flags: CompileFlags): Diagnostic[] {
		const args = ['-fsyntax-only', ...compileArguments({ ...flags, debug: false }, headerFolder)];
		return this.#frontEnd(file, files, args, 'c').diagnostics;
	}

	/** The C preprocessor, on assembly or linker scripts if not told otherwise; `# line "file"` markers are kept. */
	preprocess(
		file: string,
		files: SourceFiles,
		flags: CompileFlags,
		{ lineMarkers = true, language = 'assembler-with-cpp' }: PreprocessOptions = {}
	): FrontEndResult {
		const args =
			language === 'c'
				? ['-E', ...compileArguments(flags, headerFolder)]
				: ['-E', '-D', '__ASSEMBLER__=1', ...preprocessorArguments(flags, headerFolder)];
		if (!lineMarkers) args.push('-P');
		return this.#frontEnd(file, files, args, language);
	}

	#frontEnd(file: string, files: SourceFiles, args: string[], language: string): FrontEndResult {
		const path = normalizePath(file);
		const memory = new MemoryFiles([...this.#headers, ...files]);
		const run = this.#run(
			[
				'clang',
				'-cc1',
				...args,
				'-dependency-file',
				dependencyPath,
				'-MT',
				'out',
				'-main-file-name',
				path.slice(path.lastIndexOf('/') + 1),
				'-x',
				language,
				path,
				'-o',
				outputPath
			],
			memory
		);
		const diagnostics = parseDiagnostics(run.stderr);
		const failed = reportFailure(run, path, diagnostics);
		const output = memory.get(outputPath);
		const result: FrontEndResult = { diagnostics, dependencies: dependencies(memory, path) };
		if (!failed && output) result.text = new TextDecoder().decode(contents(output));
		return result;
	}

	#run(args: readonly string[], memory: MemoryFiles): WasiResult {
		const run = runWasi(this.#module, args, memory, this.#onExit);
		if (this.#stubbed && isStubTrap(run.trap)) throw new StubReached(args[0]!);
		return run;
	}

	/** ELF objects to an ELF file, by ld.lld. */
	link(
		objects: ReadonlyMap<string, Uint8Array>,
		script: { path: string; text: string } | undefined,
		flags: readonly string[] = [],
		library: ReadonlyMap<string, Uint8Array> = new Map()
	): LinkResult {
		const encoder = new TextEncoder();
		const memory = new MemoryFiles(new Map([...objects, ...library]));
		const args = ['ld.lld', '-m', 'aarch64elf', '-o', outputPath, '--no-color-diagnostics'];
		if (script) {
			// This linker takes SQUAD for the name of a file; columns stay as they are.
			const text = script.text.replace(/\bSQUAD(?=\s*\()/g, ' QUAD');
			memory.put(normalizePath(script.path), encoder.encode(text));
			args.push('-T', normalizePath(script.path));
		}
		args.push('--threads=1', ...flags, ...objects.keys());
		if (library.size > 0) args.push('--start-lib', ...library.keys(), '--end-lib');
		const run = this.#run(args, memory);
		const diagnostics = parseDiagnostics(run.stderr);
		if (script) for (const diagnostic of diagnostics) placeInScript(diagnostic, script);
		const failed = reportFailure(run, script?.path ?? '', diagnostics);
		const output = memory.get(outputPath);
		return failed || !output ? { diagnostics } : { diagnostics, output: contents(output).slice() };
	}
}

/** The linker names a memory region without its place: that is where the script names it first. */
function placeInScript(diagnostic: Diagnostic, script: { path: string; text: string }): void {
	const region = /region '([^']+)'/.exec(diagnostic.message)?.[1];
	if (diagnostic.line > 0 || region === undefined) return;
	const lines = script.text.split('\n');
	const index = lines.findIndex((line) => line.split(/[^\w.$]+/).includes(region));
	if (index < 0) return;
	const column = lines[index]!.indexOf(region) + 1;
	const { severity, message } = diagnostic;
	const placed = place(normalizePath(script.path), index + 1, column, severity, message);
	Object.assign(diagnostic, { ...placed, endColumn: column + region.length });
}

/** A run that failed without saying so in a form we read gets a message of its own. */
function reportFailure(run: WasiResult, file: string, diagnostics: Diagnostic[]): boolean {
	if (run.exitCode === 0) return false;
	if (!diagnostics.some(({ severity }) => severity === 'error')) {
		const reason = run.trap ?? (run.stderr.trim().slice(0, 500) || `exit code ${run.exitCode}`);
		diagnostics.push(place(file, 0, 0, 'error', `the compiler gave up: ${reason}`));
	}
	return true;
}

/** Paths of a make rule, `out: a.c a.h \` and so on. */
function dependencies(memory: MemoryFiles, source: string): string[] {
	const node = memory.get(dependencyPath);
	if (!node) return [source];
	const text = new TextDecoder().decode(contents(node)).replace(/\\\n/g, ' ');
	const names = text.slice(text.indexOf(':') + 1).match(/(?:\\.|[^\s\\])+/g) ?? [];
	const paths = names
		.map((name) => normalizePath(name.replace(/\\(.)/g, '$1')))
		.filter((path) => !`/${path}`.startsWith(headerFolder));
	return [...new Set([source, ...paths])];
}

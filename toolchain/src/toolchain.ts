import type { A64Assembler } from './asm/a64.ts';
import { assemble } from './asm/assemble.ts';
import type { AsmDiagnostic } from './asm/diagnostics.ts';
import {
	Clang,
	type ClangOptions,
	type LinkResult,
	type PreprocessOptions,
	type SourceFiles
} from './clang/clang.ts';
import { place, type Diagnostic } from './clang/diagnostics.ts';
import type { CompileFlags } from './clang/flags.ts';
import { BackEndError, compileIr, type Assembly } from './codegen/compile-module.ts';
import { UnsupportedError } from './ir/ir-error.ts';
import { Runtime } from './runtime/runtime.ts';

export interface ToolchainParts extends ClangOptions {
	/** The package's llvm.core.wasm, compiled. */
	llvm: WebAssembly.Module;
	/** The compiler's own headers, as `extractHeaders` gives them. */
	headers: Readonly<Record<string, string>>;
	/** The instruction table's assembler, from emulator-core. */
	assembler: A64Assembler;
	/** The files of toolchain/runtime by name: `link` then adds what the objects need of them. */
	runtime?: SourceFiles;
}

export interface CompiledObject {
	/** Absent when there were errors. */
	object?: Uint8Array;
	diagnostics: Diagnostic[];
	/** Every file that was read, the source first. */
	dependencies: string[];
}

export interface CompiledAssembly {
	assembly?: Assembly;
	diagnostics: Diagnostic[];
	dependencies: string[];
}

export interface PreprocessedText {
	text?: string;
	diagnostics: Diagnostic[];
	dependencies: string[];
}

/** C and assembly to AArch64 ELF. Sources are maps from path to bytes; errors come back as diagnostics. */
export class Toolchain {
	readonly #clang: Clang;
	readonly #assembler: A64Assembler;
	readonly #runtime: Runtime | undefined;

	constructor({ llvm, headers, assembler, runtime, ...options }: ToolchainParts) {
		this.#clang = new Clang(llvm, headers, options);
		this.#assembler = assembler;
		this.#runtime = runtime && new Runtime(runtime);
	}

	/** C to assembly text. */
	compileToAssembly(file: string, files: SourceFiles, flags: CompileFlags): CompiledAssembly {
		const { text, diagnostics, dependencies } = this.#clang.compileToIr(file, files, flags);
		if (text === undefined) return { diagnostics, dependencies };
		try {
			const assembly = compileIr(text, {
				optimize: (flags.opt ?? '-O0') !== '-O0',
				lines: flags.debug !== false,
				noFloat: flags.generalRegsOnly ?? false,
				strictAlign: flags.strictAlign ?? false
			});
			return { assembly, diagnostics, dependencies };
		} catch (error) {
			// Without records of places nobody knows it: once more, for the message only.
			if (error instanceof BackEndError && !knowsPlaces(flags))
				return this.compileToAssembly(file, files, { ...flags, ...allPlaces });
			const at =
				error instanceof BackEndError
					? error.location
					: error instanceof UnsupportedError
						? named(error.subject, files, file)
						: undefined;
			const message = (error as Error).message;
			diagnostics.push(place(at?.file ?? file, at?.line ?? 1, at?.column || 1, 'error', message));
			return { diagnostics, dependencies };
		}
	}

	/** C to an ELF object. */
	compile(file: string, files: SourceFiles, flags: CompileFlags): CompiledObject {
		const { assembly, diagnostics, dependencies } = this.compileToAssembly(file, files, flags);
		if (!assembly) return { diagnostics, dependencies };
		const assembled = assemble(assembly.text, { a64: this.#assembler, file, files });
		// Here, too, it is known only with records of places.
		if (!assembled.object && !knowsPlaces(flags)) {
			const { diagnostics: placed } = this.compile(file, files, { ...flags, ...allPlaces });
			return { diagnostics: placed, dependencies };
		}
		for (const diagnostic of assembled.diagnostics)
			diagnostics.push(inSource(diagnostic, assembly, files, file));
		return { ...objectOf(assembled.object), diagnostics, dependencies };
	}

	/** Assembly with preprocessor directives (`.S`) to an ELF object. */
	assembleFile(file: string, files: SourceFiles, flags: CompileFlags): CompiledObject {
		const { text, diagnostics, dependencies } = this.preprocess(file, files, flags);
		if (text === undefined) return { diagnostics, dependencies };
		const lineTable = flags.debug !== false;
		const assembled = assemble(text, { a64: this.#assembler, file, files, lineTable });
		for (const diagnostic of assembled.diagnostics) diagnostics.push(fromAssembler(diagnostic));
		return { ...objectOf(assembled.object), diagnostics, dependencies };
	}

	/** The C preprocessor alone. */
	preprocess(
		file: string,
		files: SourceFiles,
		flags: CompileFlags,
		options: PreprocessOptions = {}
	): PreprocessedText {
		return this.#clang.preprocess(file, files, flags, options);
	}

	/** Messages for a file as it is typed; assembly text is not looked at. */
	checkSyntax(file: string, files: SourceFiles, flags: CompileFlags): Diagnostic[] {
		return this.#clang.checkSyntax(file, files, flags);
	}

	/**
	 * Objects to an ELF file by ld.lld; `flags` are GNU ld's. Of `library`, a program gets the objects
	 * that define what is wanted.
	 */
	link(
		objects: ReadonlyMap<string, Uint8Array>,
		script?: { path: string; text: string },
		flags: readonly string[] = [],
		library: ReadonlyMap<string, Uint8Array> = new Map()
	): LinkResult {
		const more = this.#runtime?.missingFrom(new Map([...objects, ...library]), this) ?? [];
		return this.#clang.link(new Map([...objects, ...more]), script, flags, library);
	}
}

export const createToolchain = (parts: ToolchainParts) => new Toolchain(parts);

/** Records of no more than places: the page's small compiler has what they take. */
const allPlaces = { debug: true, columns: true };
const knowsPlaces = ({ debug, columns, variables }: CompileFlags) =>
	debug !== false && (columns === true || variables === true);

const objectOf = (object: Uint8Array | undefined) => (object ? { object } : {});

function fromAssembler({
	file,
	line,
	column,
	endColumn,
	severity,
	message
}: AsmDiagnostic): Diagnostic {
	return { file, line, column, endLine: line, endColumn, severity, message, notes: [] };
}

/** An error in generated assembly is one in the C statement whose asm text it was. */
function inSource(
	diagnostic: AsmDiagnostic,
	assembly: Assembly,
	files: SourceFiles,
	file: string
): Diagnostic {
	const source = assembly.sources[diagnostic.line - 1];
	const text = assembly.text.split('\n')[diagnostic.line - 1]?.trim() ?? '';
	const where = source?.inlineAsm ? 'in this asm statement' : 'in generated code';
	const message = `${where}, "${text}": ${diagnostic.message}`;
	const at = source ?? named(text, files, file);
	return place(at?.file ?? file, at?.line ?? 1, at?.column || 1, diagnostic.severity, message);
}

/** Where a source first has a text: for what no debug record tells the place of. */
function named(
	text: string,
	files: SourceFiles,
	file: string
): { file: string; line: number; column: number } | undefined {
	const bytes = files.get(file);
	const lines = bytes ? new TextDecoder().decode(bytes).split('\n') : [];
	const index = lines.findIndex((line) => line.includes(text));
	return index < 0 ? undefined : { file, line: index + 1, column: lines[index]!.indexOf(text) + 1 };
}

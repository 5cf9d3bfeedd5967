import type { A64Assembler } from '../asm/a64.ts';
import { assemble } from '../asm/assemble.ts';
import type { AsmDiagnostic } from '../asm/diagnostics.ts';
import type { Clang, SourceFiles } from '../clang/clang.ts';
import type { Diagnostic } from '../clang/diagnostics.ts';
import type { CompileFlags } from '../clang/flags.ts';
import { BackEndError, compileIr, type Assembly } from '../codegen/compile-module.ts';

/** The two halves of the toolchain that a compilation needs. */
export interface Tools {
	readonly clang: Clang;
	readonly a64: A64Assembler;
}

export interface UnitResult {
	/** The object file; absent where there were errors. */
	readonly object?: Uint8Array;
	readonly diagnostics: Diagnostic[];
	/** Every file of the tree that was read. */
	readonly dependencies: string[];
}

/** Compiles a C file, or preprocesses and assembles a `.S` file, to an ELF object. */
export function compileUnit(
	tools: Tools,
	file: string,
	files: SourceFiles,
	flags: CompileFlags
): UnitResult {
	if (file.endsWith('.c')) return compileC(tools, file, files, flags);
	if (file.endsWith('.s')) {
		const text = new TextDecoder().decode(files.get(file));
		return assembled(tools, file, text, files, [], [file]);
	}
	const defines = { ...flags.defines, __ASSEMBLY__: '1' };
	const { text, diagnostics, dependencies } = tools.clang.preprocess(file, files, { ...flags, defines });
	if (text === undefined) return { diagnostics, dependencies };
	return assembled(tools, file, text, files, diagnostics, dependencies);
}

function assembled(
	{ a64 }: Tools,
	file: string,
	text: string,
	files: SourceFiles,
	diagnostics: Diagnostic[],
	dependencies: string[]
): UnitResult {
	const result = assemble(text, { a64, file, files, lineTable: true });
	const all = [...diagnostics, ...result.diagnostics.map(fromAssembler)];
	return result.object
		? { object: result.object, diagnostics: all, dependencies }
		: { diagnostics: all, dependencies };
}

function compileC({ clang, a64 }: Tools, file: string, files: SourceFiles, flags: CompileFlags): UnitResult {
	const { text, diagnostics, dependencies } = compileToAssembly(clang, file, files, flags);
	if (!text) return { diagnostics, dependencies };
	const result = assemble(text.text, { a64, file });
	for (const found of result.diagnostics) diagnostics.push(fromInlineAsm(found, text, file));
	return result.object ? { object: result.object, diagnostics, dependencies } : { diagnostics, dependencies };
}

/** C to assembly text with the places its lines come from: what `-S` shows. */
export function compileToAssembly(
	clang: Clang,
	file: string,
	files: SourceFiles,
	flags: CompileFlags
): { text?: Assembly; diagnostics: Diagnostic[]; dependencies: string[] } {
	const { text: ir, diagnostics, dependencies } = clang.compileToIr(file, files, flags);
	if (ir === undefined) return { diagnostics, dependencies };
	try {
		const optimize = (flags.opt ?? '-O0') !== '-O0';
		const text = compileIr(ir, { optimize, noFloat: flags.generalRegsOnly === true });
		return { text, diagnostics, dependencies };
	} catch (error) {
		const where = error instanceof BackEndError ? error.location : undefined;
		const message = `the back end cannot translate this: ${(error as Error).message}`;
		const at = { line: where?.line ?? 1, column: where?.column || 1 };
		diagnostics.push(oneLine(where?.file ?? file, at.line, at.column, at.column + 1, 'error', message));
		return { diagnostics, dependencies };
	}
}

const fromAssembler = ({ file, line, column, endColumn, severity, message }: AsmDiagnostic) =>
	oneLine(file, line, column, endColumn, severity, message);

/** The assembler's complaint about text inside an asm statement, at the statement's place in the C file. */
function fromInlineAsm(found: AsmDiagnostic, { sources, text }: Assembly, file: string): Diagnostic {
	const source = sources[found.line - 1];
	const line = text.split('\n')[found.line - 1]?.trim() ?? '';
	const message = `${found.message} (in \`${line}\`)`;
	const column = source?.column || 1;
	return oneLine(source?.file ?? file, source?.line ?? 1, column, column + 1, found.severity, message);
}

function oneLine(
	file: string,
	line: number,
	column: number,
	endColumn: number,
	severity: 'error' | 'warning',
	message: string
): Diagnostic {
	return { file, line, column, endLine: line, endColumn, severity, message, notes: [] };
}

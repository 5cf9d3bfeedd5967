/**
 * The assembler, from the text to the object. To be read in this order:
 * lines.ts and input.ts (statements), statements.ts (what a statement is), expression.ts and
 * evaluate.ts (values), directives/ and macros.ts, instructions.ts, then what is done when everything
 * is read: frames.ts, fixups.ts, line-sections.ts, object.ts. assembly.ts holds the state of a pass.
 */
import { writeObject } from '../elf/writer.ts';
import { addFrames } from './frames.ts';
import { addLineTable } from './line-sections.ts';
import { Assembly, type AsmOptions } from './assembly.ts';
import type { AsmDiagnostic } from './diagnostics.ts';
import { splitLines } from './lines.ts';
import { makeObject, placeSubsections } from './object.ts';
import { assembleStatements } from './statements.ts';

export interface Assembled {
	/** The ELF64 relocatable object; absent if there are errors. */
	object: Uint8Array | undefined;
	/** All errors and warnings, in the order of the text. */
	diagnostics: AsmDiagnostic[];
}

/** Sizes that keep changing each other never settle; real sources need two or three passes. */
const mostPasses = 10;

/**
 * Assembles GNU-syntax AArch64 text into an ELF64 relocatable object. Never throws for what is in the
 * text: errors come back with their places.
 */
export function assemble(text: string, options: AsmOptions): Assembled {
	const lines = splitLines(text);
	let asm: Assembly | undefined;
	for (let pass = 1; pass <= mostPasses; pass++) {
		const before: Assembly | undefined = asm;
		asm = new Assembly(lines, options, before);
		assembleStatements(asm);
		const isPlaced = placeSubsections(asm);
		if (!needsAnotherPass(asm, before, isPlaced)) return finish(asm);
	}
	asm!.report(
		'The sizes in this file depend on each other and never settle: look for .skip, .org or .align that depend on labels behind them'
	);
	return { object: undefined, diagnostics: inOrder(asm!.diagnostics) };
}

function needsAnotherPass(asm: Assembly, before: Assembly | undefined, isPlaced: boolean): boolean {
	if (!asm.dependsOnLater && !(asm.mayBeConstantLater && asm.errors > 0)) return false;
	if (!before) return true;
	return !isPlaced || !agrees(asm, before);
}

/** Did two passes find every label at the same place? */
function agrees(asm: Assembly, before: Assembly): boolean {
	for (const symbol of asm.symbols.all)
		if (symbol.sub && before.symbols.find(symbol.name)?.offset !== symbol.offset) return false;
	return true;
}

function finish(asm: Assembly): Assembled {
	addLineTable(asm);
	addFrames(asm);
	const object = makeObject(asm);
	const diagnostics = inOrder(asm.diagnostics);
	const failed = diagnostics.some(({ severity }) => severity === 'error');
	return { object: failed ? undefined : writeObject(object), diagnostics };
}

/** Errors found at the end (ranges, missing labels) take their place among the others. */
function inOrder(diagnostics: AsmDiagnostic[]): AsmDiagnostic[] {
	return diagnostics.sort((a, b) =>
		a.file === b.file ? a.line - b.line || a.column - b.column : 0
	);
}

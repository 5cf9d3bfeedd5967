/** One message about a place in a source file. */
export interface AsmDiagnostic {
	severity: 'error' | 'warning';
	/** The file as the preprocessor's line markers name it, else the name given to `assemble`. */
	file: string;
	/** From 1. */
	line: number;
	/** From 1, in UTF-16 units. */
	column: number;
	/** The first column after the marked text. */
	endColumn: number;
	message: string;
}

/** Thrown while one statement is read; the main loop turns it into a diagnostic and goes on. */
export class AsmError extends Error {
	override name = 'AsmError';
	/** Marked text, as offsets into the statement; absent: the whole statement. */
	readonly start: number | undefined;
	readonly end: number | undefined;

	constructor(message: string, start?: number, end?: number) {
		super(message);
		this.start = start;
		this.end = end;
	}
}

/** A place in a source file: what an `AsmDiagnostic` says of it. */
export interface Place {
	file: string;
	line: number;
	column: number;
	endColumn: number;
}

export type Severity = 'error' | 'warning' | 'note';

/** A message about source text. Lines and columns count from 1; columns are bytes; the end is exclusive. */
export interface Diagnostic {
	file: string;
	line: number;
	column: number;
	endLine: number;
	endColumn: number;
	severity: Severity;
	message: string;
	notes: Diagnostic[];
}

const linePattern =
	/^(?:(.*?):([0-9]+):([0-9]+):(?:((?:\{[0-9]+:[0-9]+-[0-9]+:[0-9]+\})+):)?|([^\s:]+):) (?:fatal )?(error|warning|note): (.*)$/;
const rangePattern = /\{([0-9]+):([0-9]+)-([0-9]+):([0-9]+)\}/;

/**
 * Clang's one-line diagnostics (`-fdiagnostics-print-source-range-info -fno-caret-diagnostics`), notes
 * gathered under the message they explain.
 */
export function parseDiagnostics(text: string): Diagnostic[] {
	const out: Diagnostic[] = [];
	for (const line of text.split('\n')) {
		const match = linePattern.exec(line);
		if (!match) {
			const plain = /^(?:ld\.lld|clang|lld): (error|warning): (.*)$/.exec(line);
			if (plain) out.push(place('', 0, 0, plain[1] as Severity, plain[2]!));
			continue;
		}
		const [, file, row, column, ranges, tool, severity, message] = match;
		const diagnostic = place(
			file ?? tool!,
			Number(row ?? 0),
			Number(column ?? 0),
			severity as Severity,
			message!
		);
		const range = ranges ? rangePattern.exec(ranges) : undefined;
		if (range) {
			// The range may begin before the caret; markers begin at the caret and end with the range.
			const [line2, column2] = [Number(range[3]), Number(range[4])];
			if (line2 > diagnostic.line || (line2 === diagnostic.line && column2 > diagnostic.column)) {
				diagnostic.endLine = line2;
				diagnostic.endColumn = column2;
			}
		}
		const owner = out.at(-1);
		if (severity === 'note' && owner) owner.notes.push(diagnostic);
		else out.push(diagnostic);
	}
	return out;
}

export function place(
	file: string,
	line: number,
	column: number,
	severity: Severity,
	message: string
): Diagnostic {
	const endColumn = column + 1;
	return { file, line, column, endLine: line, endColumn, severity, message, notes: [] };
}

/** As a compiler prints it. */
export function formatDiagnostic({ file, line, column, severity, message }: Diagnostic): string {
	const at = line > 0 ? `${file}:${line}:${column}: ` : file ? `${file}: ` : '';
	return `${at}${severity}: ${message}`;
}

import { normalizePath } from '../wasi/memory-files.ts';

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
/** ld.lld says below a message where the symbol stands: `>>> referenced by x.c:4 (dir/x.c:4)`. */
const linkerPlace = /^>>> (?:referenced by|defined at) (?:\S+ \()?([^\s:()]+):([0-9]+)\)?$/;
const linkerObject = /^>>> (?:referenced by|defined at) (\S+:\(.*\))$/;
const linkerScriptPlace = /^([^\s:]+):([0-9]+): (.*)$/;
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
			if (line.startsWith('>>> ')) placeLinkerMessage(line, out.at(-1));
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
		const inScript = tool === 'ld.lld' ? linkerScriptPlace.exec(message!) : undefined;
		if (inScript) moveTo(diagnostic, inScript[1]!, Number(inScript[2]), inScript[3]!);
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

/** The first line with a source line gives the message its place; an object without lines is named. */
function placeLinkerMessage(line: string, diagnostic: Diagnostic | undefined): void {
	if (diagnostic?.file !== 'ld.lld') return;
	const found = linkerPlace.exec(line);
	if (found) {
		moveTo(diagnostic, normalizePath(found[1]!), Number(found[2]), diagnostic.message);
		return;
	}
	const object = linkerObject.exec(line)?.[1];
	if (object && !diagnostic.message.includes(' in ')) diagnostic.message += ` in ${object}`;
}

function moveTo(diagnostic: Diagnostic, file: string, line: number, message: string): void {
	Object.assign(diagnostic, place(file, line, 1, diagnostic.severity, message), {
		notes: diagnostic.notes
	});
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

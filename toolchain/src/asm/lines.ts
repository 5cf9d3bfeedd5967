/**
 * The first pass over the text: comments become blanks, so that every later column is a column of the
 * source file.
 */

/** Splits into lines; comments (`//`, `/* … *​/`) are replaced by as many spaces. */
export function splitLines(text: string): string[] {
	const lines = text.split('\n');
	if (!text.includes('//') && !text.includes('/*')) return lines;
	let inComment = false;
	for (let i = 0; i < lines.length; i++) {
		if (!inComment && !lines[i].includes('/')) continue;
		const blanked = blankComments(lines[i], inComment);
		lines[i] = blanked.line;
		inComment = blanked.inComment;
	}
	return lines;
}

function blankComments(line: string, inComment: boolean): { line: string; inComment: boolean } {
	let result = '';
	let kept = 0;
	let at = 0;
	const blank = (from: number, to: number) => {
		result += line.slice(kept, from) + ' '.repeat(to - from);
		kept = to;
		at = to;
	};
	while (at < line.length) {
		if (inComment) {
			const close = line.indexOf('*/', at);
			if (close < 0) {
				blank(at, line.length);
			} else {
				blank(at, close + 2);
				inComment = false;
			}
			continue;
		}
		const char = line[at];
		if (char === '"') {
			at = endOfString(line, at);
		} else if (char === '/' && line[at + 1] === '/') {
			blank(at, line.length);
		} else if (char === '/' && line[at + 1] === '*') {
			inComment = true;
			blank(at, at + 2);
		} else {
			at++;
		}
	}
	return { line: result + line.slice(kept), inComment };
}

/** The offset after the string literal that begins at `start`; the line's end if it is not closed. */
export function endOfString(line: string, start: number): number {
	for (let at = start + 1; at < line.length; at++) {
		if (line[at] === '\\') at++;
		else if (line[at] === '"') return at + 1;
	}
	return line.length;
}

/** `# 12 "file.S" 2`, as the C preprocessor leaves it. */
export function lineMarker(line: string): { line: number; file: string } | undefined {
	const match = /^\s*#\s*(?:line\s+)?(\d+)\s+"((?:[^"\\]|\\.)*)"/.exec(line);
	if (!match) return undefined;
	return { line: Number(match[1]), file: match[2].replace(/\\(.)/g, '$1') };
}

/** Where the statement that begins at `start` ends: at a `;` outside a string, or at the line's end. */
export function statementEnd(line: string, start: number): number {
	let end = line.indexOf(';', start);
	if (end < 0) return line.length;
	const quote = line.indexOf('"', start);
	if (quote < 0 || quote > end) return end;
	for (end = start; end < line.length; end++) {
		if (line[end] === '"') end = endOfString(line, end) - 1;
		else if (line[end] === ';') return end;
	}
	return line.length;
}

import type { Place } from './diagnostics.ts';
import { lineMarker, statementEnd } from './lines.ts';

/**
 * Where statements come from: the file, and on top of it the expansions of macros and repetitions
 * that are under way.
 */
export interface Frame {
	readonly lines: readonly string[];
	/** Index of the next line. */
	next: number;
	/** For an expansion: what is expanded, and the place in the file that asked for it. */
	readonly expansion: { readonly name: string; readonly place: Place } | undefined;
	/** Depth of conditionals at the beginning, to which .exitm returns. */
	readonly conditions: number;
}

/** More nested expansions than any sane source needs: a macro that calls itself without end. */
const deepest = 200;

export class Input {
	readonly frames: Frame[] = [];
	/** The line that the current statement lies in, and the statement's borders there. */
	line = '';
	start = 0;
	end = 0;
	/** Names the file as the last line marker did. */
	file: string;
	/** Line number of the file's line with index `i` is `i + #lineDelta`. */
	#lineDelta = 1;
	#unread = -1;

	constructor(lines: readonly string[], file: string) {
		this.file = file;
		this.frames.push({ lines, next: 0, expansion: undefined, conditions: 0 });
	}

	get top(): Frame {
		return this.frames[this.frames.length - 1];
	}

	get lineNumber(): number {
		return this.frames[0].next - 1 + this.#lineDelta;
	}

	/** Moves to the next statement; false at the end of everything. */
	advance(): boolean {
		if (this.#unread >= 0) {
			this.start = this.#unread;
			this.end = statementEnd(this.line, this.start);
			this.#unread = this.end < this.line.length ? this.end + 1 : -1;
			return true;
		}
		return this.advanceLine();
	}

	/** Moves to the first statement of the next line. */
	advanceLine(): boolean {
		let frame = this.frames[this.frames.length - 1];
		while (frame.next >= frame.lines.length) {
			if (this.frames.length === 1) return false;
			this.pop();
			frame = this.frames[this.frames.length - 1];
			if (this.#unread >= 0) return this.advance();
		}
		this.line = frame.lines[frame.next++];
		this.start = 0;
		this.end = this.line.includes(';') ? statementEnd(this.line, 0) : this.line.length;
		this.#unread = this.end < this.line.length ? this.end + 1 : -1;
		return true;
	}

	/** Leaves out what follows on the current line. */
	skipRestOfLine(): void {
		this.#unread = -1;
	}

	/** Is the current statement its whole line? */
	get isWholeLine(): boolean {
		return this.start === 0 && this.end === this.line.length;
	}

	/** Takes the current line as a `# 12 "file.S"` marker if it is one. */
	takeLineMarker(): boolean {
		if (this.frames.length > 1) return false;
		const marker = lineMarker(this.line);
		if (!marker) return false;
		this.file = marker.file;
		this.#lineDelta = marker.line - this.frames[0].next;
		return true;
	}

	/** Lines to read before going on; false if the nesting is too deep. */
	push(lines: readonly string[], name: string, place: Place, conditions: number): boolean {
		if (this.frames.length > deepest) return false;
		this.#saved.push({ line: this.line, unread: this.#unread });
		this.frames.push({ lines, next: 0, expansion: { name, place }, conditions });
		this.#unread = -1;
		return true;
	}

	/** Leaves the expansion under way. */
	pop(): Frame {
		const frame = this.frames.pop()!;
		const saved = this.#saved.pop()!;
		this.line = saved.line;
		this.#unread = saved.unread;
		return frame;
	}

	/** Where `from`…`to` of the current line are in the file; in an expansion, where that began. */
	place(from = this.start, to = this.end): Place {
		const expansion = this.frames[this.frames.length - 1].expansion;
		if (expansion) return expansion.place;
		while (from < to && isBlank(this.line.charCodeAt(from))) from++;
		while (to > from + 1 && isBlank(this.line.charCodeAt(to - 1))) to--;
		return { file: this.file, line: this.lineNumber, column: from + 1, endColumn: to + 1 };
	}

	readonly #saved: { line: string; unread: number }[] = [];
}

function isBlank(code: number): boolean {
	return code === 32 || code === 9 || code === 13;
}

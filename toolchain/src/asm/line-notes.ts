import type { Assembly } from './assembly.ts';
import type { Subsection } from './sections.ts';

/** Which source line the code from an offset on belongs to. */
export interface LineNote {
	readonly sub: Subsection;
	readonly offset: number;
	/** Number of the file as in `.file 1 "…"`. */
	readonly file: number;
	readonly line: number;
	readonly column: number;
	readonly isStatement: boolean;
	readonly prologueEnd: boolean;
	readonly epilogueBegin: boolean;
}

export type PendingNote = Omit<LineNote, 'sub' | 'offset'>;

export interface SourceFile {
	readonly directory: string | undefined;
	readonly name: string;
}

/** Collects the line table: from .file and .loc, or from the lines of the text itself. */
export class LineNotes {
	/** By number; the numbers may have holes. */
	readonly files = new Map<number, SourceFile>();
	readonly notes: LineNote[] = [];
	/** Has the text line information of its own? Then none is made from the text's lines. */
	hasLoc = false;
	isStatement = true;
	pending: PendingNote | undefined;

	#ownFiles = new Map<string, number>();
	#lastLine = -1;
	#lastFile = '';
	#lastSub: Subsection | undefined;

	/** The `.loc` that waits belongs to the instruction that comes now. */
	beforeInstruction(asm: Assembly): void {
		if (this.pending) {
			this.notes.push({ sub: asm.current, offset: asm.current.size, ...this.pending });
			this.pending = undefined;
		} else if (asm.options.lineTable && !this.hasLoc) {
			this.#noteOwnLine(asm);
		}
	}

	/** `.loc`: the first one discards what was made from the text's own lines. */
	loc(note: PendingNote): void {
		if (!this.hasLoc) {
			this.hasLoc = true;
			this.notes.length = 0;
			for (const number of this.#ownFiles.values()) this.files.delete(number);
		}
		this.pending = note;
	}

	#noteOwnLine(asm: Assembly): void {
		const { input, current: sub } = asm;
		const place = input.top.expansion?.place;
		const line = place ? place.line : input.lineNumber;
		const name = place ? place.file : input.file;
		if (line === this.#lastLine && name === this.#lastFile && sub === this.#lastSub) return;
		this.#lastLine = line;
		this.#lastFile = name;
		this.#lastSub = sub;
		let file = this.#ownFiles.get(name);
		if (file === undefined) {
			file = 1;
			while (this.files.has(file)) file++;
			this.#ownFiles.set(name, file);
			this.files.set(file, { directory: undefined, name });
		}
		this.notes.push({
			sub,
			offset: sub.size,
			file,
			line,
			column: 0,
			isStatement: true,
			prologueEnd: false,
			epilogueBegin: false
		});
	}
}

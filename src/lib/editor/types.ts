/** A place and a message, as the compiler or assembler gave it. Lines and columns count from 1. */
export interface Marker {
	readonly severity: 'error' | 'warning' | 'note';
	readonly line: number;
	readonly column: number;
	readonly endLine?: number;
	readonly endColumn?: number;
	readonly message: string;
}

/** What Monaco and the plain editor for small screens both do. */
export interface EditorBackend {
	/** Shows a file; `original` is what the diff compares with. Text given again for a file replaces it. */
	open(file: string, text: string, original: string): void;
	setMarkers(file: string, markers: readonly Marker[]): void;
	/** Moves to a place in the open file and takes the focus. */
	reveal(line: number, column: number): void;
	setDiff(on: boolean): void;
	setTheme(dark: boolean): void;
	dispose(): void;
}

export interface EditorEvents {
	change(file: string, text: string): void;
	/** Tab moves the focus (true) or indents (false). */
	tabMovesFocus(on: boolean): void;
}

/** Where a reader is in the open file, for another editor to go on from. */
export interface Place {
	/** Of the text, in pixels. */
	readonly scrollTop: number;
	readonly scrollLeft: number;
	/** What is selected, in UTF-16 units of the text; the cursor is at `head`. */
	readonly anchor: number;
	readonly head: number;
	readonly focused: boolean;
	/** The file as it was opened: what undoing leads back to. */
	readonly before: string;
	readonly text: string;
	readonly tabMovesFocus: boolean;
}

/** What language a file is written in, by its name. */
export function languageOf(file: string): 'c' | 'aarch64' | 'plaintext' {
	if (/\.(c|h)$/.test(file)) return 'c';
	if (/\.(S|s|lds)$/.test(file)) return 'aarch64';
	return 'plaintext';
}

/** What Tab does in an editor: always lead out, indent, or lead out until Control M is pressed again. */
export type TabKey = 'leaves' | 'indents' | 'leaves for now';

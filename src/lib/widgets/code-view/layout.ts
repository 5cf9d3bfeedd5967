import { languageOf, tokenize, type Token } from './tokens.ts';

/** An instruction near the next one. */
export interface CodeLine {
	readonly pc: bigint;
	readonly word: number;
	readonly text: string;
	/** The instruction in words. */
	readonly says: string;
	readonly symbol: string | undefined;
	/** Bytes from the symbol. */
	readonly offset: number;
	readonly file: string | undefined;
	/** 1-based. */
	readonly line: number | undefined;
	readonly current: boolean;
	/** The function, or the place in one, to which a branch goes. */
	readonly target?: string | undefined;
}

/** A part of a source file. */
export interface Source {
	/** Path from the tree's root. */
	readonly file: string;
	/** Number of the first of `lines`, from 1. */
	readonly firstLine: number;
	readonly lines: readonly string[];
	/** The line of the next instruction, from 1. */
	readonly current: number | undefined;
}

/** A register that the last instruction changed; words where a number would say less. */
export interface ChangedRegister {
	readonly name: string;
	readonly from: bigint | string;
	readonly to: bigint | string;
}

/** Something that the reader has picked to go to. */
export type Chosen =
	| { readonly kind: 'register'; readonly register: string }
	| {
			readonly kind: 'line';
			readonly world: World | undefined;
			readonly file: string;
			readonly line: number;
	  }
	| { readonly kind: 'instruction'; readonly world: World | undefined; readonly line: CodeLine };

/** Whose code it is; `hyp` is EL2. */
export type World = 'guest' | 'host' | 'hyp';

export interface SourceRow {
	readonly number: number;
	readonly tokens: readonly Token[];
	readonly current: boolean;
	/** Some of the instructions that are shown come from this line. */
	readonly hasCode: boolean;
}

export interface InstructionRow {
	readonly pc: bigint;
	/** The digits of the address that differ among the instructions shown, at least four. */
	readonly address: string;
	/** The word as it lies in memory, eight digits. */
	readonly word: string;
	readonly mnemonic: string;
	readonly operands: string;
	/** Where a branch goes, in place of its address. */
	readonly target: string | undefined;
	readonly current: boolean;
	/** Of the current source line. */
	readonly ofLine: boolean;
	/** The first of several of one source line. */
	readonly first: boolean;
	readonly line: number | undefined;
	readonly text: string;
}

export interface CodePicture {
	readonly source: readonly SourceRow[];
	readonly instructions: readonly InstructionRow[];
	/** What the addresses begin with: `0xffff_ffc0_0009_`. */
	readonly prefix: string;
	readonly current:
		| (CodeLine & {
				readonly at: string;
				/** The instruction with the names of functions. */
				readonly named: string;
		  })
		| undefined;
}

/** Both sides of the view, line by line. */
export function layCode(code: readonly CodeLine[], source: Source | undefined): CodePicture {
	const current = code.find((line) => line.current);
	const place = (line: CodeLine | undefined) => line && `${line.file}:${line.line}`;
	const here = current?.line === undefined ? undefined : place(current);
	const withCode = new Set(
		code.filter(({ file }) => file === source?.file).map(({ line }) => line)
	);
	const tokens = source ? tokenize(dedent(source.lines), languageOf(source.file)) : [];
	const prefix = commonPrefix(code);
	return {
		source: tokens.map((row, i) => {
			const number = source!.firstLine + i;
			return {
				number,
				tokens: row,
				current: number === source!.current,
				hasCode: withCode.has(number)
			};
		}),
		instructions: code.map((line, i) => ({
			...instructionRow(line, code, prefix.length),
			ofLine: here !== undefined && place(line) === here,
			first: i === 0 || place(code[i - 1]) !== place(line)
		})),
		prefix,
		current: current && {
			...current,
			at: placeOf(current),
			named: instructionRow(current, code, 0).text
		}
	};
}

/** Without the indentation that all lines have in common. */
function dedent(lines: readonly string[]): string[] {
	const indents = lines
		.filter((line) => line.trim() !== '')
		.map((line) => /^\t*/.exec(line)![0].length);
	const common = Math.min(...indents, 8);
	return lines.map((line) => line.slice(Math.min(common, /^\t*/.exec(line)![0].length)));
}

/** Whole groups of four digits, and never the last one. */
function commonPrefix(code: readonly CodeLine[]): string {
	const [first = '', ...others] = code.map(({ pc }) => hex(pc));
	let length = first.lastIndexOf('_') + 1;
	while (length > 0 && !others.every((other) => other.startsWith(first.slice(0, length))))
		length = first.lastIndexOf('_', length - 2) + 1;
	return first.slice(0, length);
}

function instructionRow(line: CodeLine, code: readonly CodeLine[], prefix: number) {
	const { pc, word, text, current } = line;
	const [, mnemonic = text, operands = ''] = /^(\S+)\s*(.*)$/.exec(text) ?? [];
	const target = targetOf(line, code);
	const before = target === undefined ? operands : operands.replace(/0x[0-9a-f]+$/i, '');
	return {
		pc,
		address: hex(pc).slice(Math.max(prefix, 2)),
		word: (word >>> 0).toString(16).padStart(8, '0'),
		mnemonic,
		operands: before,
		target,
		current,
		line: line.line,
		text: `${mnemonic} ${before}${target ?? ''}`.trim()
	};
}

/** A branch within what is shown names its place by the function's own offset. */
function targetOf({ target, text }: CodeLine, code: readonly CodeLine[]): string | undefined {
	if (target !== undefined) return target;
	const [, address] = /^(?:b|cb|tb)\S*\s.*?(0x[0-9a-f]{5,})$/i.exec(text) ?? [];
	if (address === undefined) return undefined;
	const pc = BigInt(address);
	const known = code.find((line) => line.pc === pc);
	return known?.symbol === undefined ? undefined : placeOf(known);
}

/** `el1_sync+0x14`, or the address. */
export function placeOf({
	symbol,
	offset,
	pc
}: Pick<CodeLine, 'symbol' | 'offset' | 'pc'>): string {
	if (symbol === undefined) return hex(pc);
	return offset === 0 ? symbol : `${symbol}+0x${offset.toString(16)}`;
}

/** The last part of a path is what one reads; the rest says which of several. */
export function splitPath(path: string): { folder: string; name: string } {
	const slash = path.lastIndexOf('/') + 1;
	return { folder: path.slice(0, slash), name: path.slice(slash) };
}

/** Lines around the current one of a whole file: what the view is given. */
export function around(
	file: string,
	text: string,
	current: number | undefined,
	before = 9,
	after = 9
): Source {
	const lines = text.replace(/\n$/, '').split('\n');
	const middle = Math.min(Math.max(current ?? 1, 1), lines.length);
	const first = Math.max(1, middle - before);
	return { file, firstLine: first, lines: lines.slice(first - 1, middle + after), current };
}

/** The value of a register, for the reader. */
export function valueText(value: bigint | string): string {
	return typeof value === 'string' ? value : hex(value);
}

/** Hexadecimal in groups of four, as long as it must be. */
export function hex(value: bigint): string {
	return '0x' + value.toString(16).replace(/\B(?=(?:.{4})+$)/g, '_');
}

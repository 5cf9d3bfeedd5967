import {
	decodeDescriptor,
	indexBits,
	tableIndex,
	type Access,
	type ExplainedWalk,
	type Level,
	type Stage,
	type StageGeometry,
	type WalkStep
} from 'emulator-core';

/** All that the picture needs: what was asked, and what the machine answered. */
export interface WalkData {
	/** The address that the guest used. */
	readonly va: bigint;
	readonly access: Access;
	/** Machine.explainWalk of it. */
	readonly walk: ExplainedWalk;
}

/**
 * `read`: a descriptor was read here. `spared`: a block ended the walk a level earlier. `missed`: a
 * fault came first. `access`: not a descriptor but what the walk was for.
 */
export type CellState = 'read' | 'spared' | 'missed' | 'access';

export interface Cell {
	/** `row:column`, both from 0. */
	readonly key: string;
	readonly row: number;
	readonly column: number;
	readonly state: CellState;
	/** Whose table it is; the access itself belongs to neither. */
	readonly stage: Stage | undefined;
	readonly level: Level | undefined;
	/** 1 for the first read of the walk. */
	readonly order: number | undefined;
	readonly step: WalkStep | undefined;
	/** What the table translates: the VA at stage 1, the row's IPA at stage 2. */
	readonly input: bigint | undefined;
	/** The bits of `input` that picked the entry, [high, low], and the entry they picked. */
	readonly bits: readonly [number, number] | undefined;
	readonly index: number | undefined;
	/** Where the next table lies, or what the page or block begins with. */
	readonly gives: bigint | undefined;
	/** The walk ended here in a fault. */
	readonly faulted: boolean;
}

/** One thing that must be read, and the walk of stage 2 to find it. */
export interface Row {
	/** Of the stage-1 table; undefined for the access itself, at the end. */
	readonly level: Level | undefined;
	/** Where the entry, or the data, lies by stage 1: an IPA where stage 2 is on. Undefined if never known. */
	readonly ipa: bigint | undefined;
	/** Why there is nothing in it: a block of stage 1 ended the walk earlier. */
	readonly spared: boolean;
	readonly cells: readonly Cell[];
}

export interface NestedWalk {
	/** Levels of stage 2, left to right; none where it is off. */
	readonly columns: readonly Level[];
	/** Levels of stage 1, then the access. */
	readonly rows: readonly Row[];
	/** The cells that can be selected, in the order of the walk. */
	readonly path: readonly Cell[];
	readonly reads: { readonly all: number; readonly stage1: number; readonly stage2: number };
	/** Where the data lies, if the walk came so far. */
	readonly pa: bigint | undefined;
}

const levelsFrom = (stage: StageGeometry | undefined): Level[] =>
	stage === undefined ? [] : ([0, 1, 2, 3] as const).slice(stage.startLevel);

/**
 * The walk as a grid: a row for each stage-1 table and one for the access itself, a column for each
 * level of stage 2, and one for the stage-1 descriptor that stands at the row's end.
 */
export function nestedWalk({ va, walk }: WalkData): NestedWalk {
	const { stage1, stage2 } = walk.geometry;
	const columns = levelsFrom(stage2);
	const levels = levelsFrom(stage1);
	const steps = [...walk.steps];
	const rows: Row[] = [];
	let order = 0;
	let table = stage1?.table;
	/** The level whose block or page ended stage 1, and whether a fault has ended everything. */
	let leaf: Level | undefined;
	let ended = false;

	const cell = (row: number, column: number, rest: Partial<Cell>): Cell => ({
		key: `${row}:${column}`,
		row,
		column,
		state: 'missed',
		stage: undefined,
		level: undefined,
		order: undefined,
		step: undefined,
		input: undefined,
		bits: undefined,
		index: undefined,
		gives: undefined,
		faulted: false,
		...rest
	});

	/** The cell of one table: takes the next step of the walk if it was read there. */
	function tableCell(
		row: number,
		column: number,
		stage: Stage,
		level: Level,
		input: bigint | undefined,
		done: boolean
	): Cell {
		const shape = stage === 1 ? stage1! : stage2!;
		const place = { stage, level } as const;
		const next = steps[0];
		if (done) return cell(row, column, { ...place, state: 'spared' });
		if (ended || input === undefined) return cell(row, column, place);
		const known = {
			...place,
			input,
			bits: indexBits(shape, level),
			index: tableIndex(shape, level, input)
		};
		if (next === undefined || next.stage !== stage || next.level !== level) {
			// Nothing was read: no memory answers there, or the address is beyond the tables.
			ended = true;
			return cell(row, column, { ...known, faulted: true });
		}
		steps.shift();
		const faulted = steps.length === 0 && endsHere(walk, stage);
		ended ||= faulted;
		const { address } = decodeDescriptor(next.desc, level, stage, {
			granuleBits: shape.granuleBits
		});
		return cell(row, column, {
			...known,
			state: 'read',
			order: ++order,
			step: next,
			gives: address,
			faulted
		});
	}

	/** The cells of stage 2 that find an IPA. */
	function stage2Cells(row: number, ipa: bigint | undefined, spared: boolean): Cell[] {
		let done = spared;
		return columns.map((level, column) => {
			const made = tableCell(row, column, 2, level, ipa, done);
			if (made.step?.kind === 'block' || made.step?.kind === 'page') done = true;
			return made;
		});
	}

	// Without a table there is nothing to read: the address lies in neither half.
	if (walk.steps.length === 0 && walk.fault?.stage === 1 && walk.fault.fault !== 'walk-external')
		ended = true;
	for (const level of levels) {
		const row = rows.length;
		const spared = leaf !== undefined;
		const input = stage1Input(va, stage1!);
		const ipa =
			spared || ended || table === undefined
				? undefined
				: table + 8n * BigInt(tableIndex(stage1!, level, input));
		const cells = stage2Cells(row, ipa, spared);
		const last = tableCell(row, columns.length, 1, level, input, spared);
		if (last.step?.kind === 'block' || last.step?.kind === 'page') leaf = level;
		table = last.gives;
		rows.push({ level, ipa, spared, cells: [...cells, last] });
	}

	const row = rows.length;
	const ipa = stage1 === undefined && walk.stage1 === undefined ? undefined : walk.stage1?.ipa;
	const cells = stage2Cells(row, ipa, false);
	const pa = walk.fault === undefined ? (walk.stage2?.pa ?? walk.stage1?.ipa) : undefined;
	const access = cell(row, columns.length, {
		state: pa === undefined ? 'missed' : 'access',
		input: ipa,
		gives: pa
	});
	rows.push({ level: undefined, ipa, spared: false, cells: [...cells, access] });

	const all = rows.flatMap(({ cells }) => cells);
	const path = all.filter(
		({ state, faulted }) => state === 'read' || state === 'access' || faulted
	);
	const read = path.filter(({ state }) => state === 'read');
	return {
		columns,
		rows,
		path,
		reads: {
			all: read.length,
			stage1: read.filter(({ stage }) => stage === 1).length,
			stage2: read.filter(({ stage }) => stage === 2).length
		},
		pa
	};
}

/** Did the fault come of the last descriptor that was read? */
function endsHere({ fault }: ExplainedWalk, stage: Stage): boolean {
	return fault !== undefined && fault.fault !== 'walk-external' && fault.stage === stage;
}

/** The bits of a VA that stage 1 translates. */
export function stage1Input(va: bigint, { inputBits }: StageGeometry): bigint {
	return BigInt.asUintN(inputBits, va);
}

/** Where an arrow key leads from a cell: along the walk, or up and down to the nearest row. */
export function neighbour(walk: NestedWalk, from: Cell, key: string): Cell {
	const { path } = walk;
	const at = path.findIndex((cell) => cell.key === from.key);
	const inRow = (row: number) => path.filter((cell) => cell.row === row);
	const nearest = (cells: readonly Cell[]) =>
		cells.reduce<Cell | undefined>(
			(best, cell) =>
				best === undefined ||
				Math.abs(cell.column - from.column) < Math.abs(best.column - from.column)
					? cell
					: best,
			undefined
		);
	if (key === 'ArrowRight') return path[at + 1] ?? from;
	if (key === 'ArrowLeft') return path[at - 1] ?? from;
	if (key === 'Home') return path[0] ?? from;
	if (key === 'End') return path.at(-1) ?? from;
	const step = key === 'ArrowDown' ? 1 : key === 'ArrowUp' ? -1 : 0;
	for (let row = from.row + step; step !== 0 && walk.rows[row] !== undefined; row += step) {
		const found = nearest(inRow(row));
		if (found !== undefined) return found;
	}
	return from;
}

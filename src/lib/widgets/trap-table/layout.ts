export const classes = ['cpu', 'mem', 'io'] as const;
export type ClassName = (typeof classes)[number];
export type Counts = Readonly<Record<ClassName, number>>;

/** How the classes are written for readers. */
export const classNames: Record<ClassName, string> = { cpu: 'CPU', mem: 'MEM', io: 'I/O' };

/** One phase of the guest's life, as the machine counted its traps and as the student's kernel did. */
export interface PhaseCounts {
	readonly phase: string;
	readonly machine: Counts;
	/** Undefined where the student's kernel has not reported yet. */
	readonly student: Counts | undefined;
}

export interface Cell {
	readonly name: ClassName;
	readonly machine: number;
	readonly student: number | undefined;
	/** Student minus machine; undefined while there is nothing to compare. */
	readonly difference: number | undefined;
}

export interface TableRow {
	readonly phase: string;
	readonly cells: readonly Cell[];
}

/** What the guest’s shell costs between the programs: it counts, but nobody asks about it. */
export const isBetween = (phase: string) => phase.startsWith('shell');

/** The three classes of a phase in one line. */
export function sumOf({ cells }: TableRow): Omit<Cell, 'name'> {
	const sum = (of: (cell: Cell) => number | undefined) =>
		cells.reduce((total, cell) => total + (of(cell) ?? 0), 0);
	const reported = cells.every(({ student }) => student !== undefined);
	return {
		machine: sum((cell) => cell.machine),
		student: reported ? sum((cell) => cell.student) : undefined,
		difference: reported ? sum((cell) => cell.difference) : undefined
	};
}

/** The rows of the table: one a phase, three cells each. */
export function trapTable(data: readonly PhaseCounts[]): TableRow[] {
	return data.map(({ phase, machine, student }) => ({
		phase,
		cells: classes.map((name) => ({
			name,
			machine: machine[name],
			student: student?.[name],
			difference: student && student[name] - machine[name]
		}))
	}));
}

/** `12,345`, with thousands set apart. */
export function formatCount(count: number): string {
	return count.toLocaleString('en');
}

/** `equal`, `3 too many`, `1,204 too few`, or `not reported`. */
export function describeDifference(difference: number | undefined): string {
	if (difference === undefined) return 'not reported';
	if (difference === 0) return 'equal';
	return `${formatCount(Math.abs(difference))} too ${difference > 0 ? 'many' : 'few'}`;
}

/** `=`, `+3`, `−1,204`, or nothing. */
export function formatDifference(difference: number | undefined): string {
	if (difference === undefined) return '';
	if (difference === 0) return '=';
	return (difference > 0 ? '+' : '−') + formatCount(Math.abs(difference));
}

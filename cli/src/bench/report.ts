/** One measured figure. With a floor or an aim it says whether they are met. */
export interface Figure {
	readonly name: string;
	readonly value: number;
	readonly unit: string;
	/** The least (or, where `atMost`, the most) that is acceptable, and what is wished for. */
	readonly floor?: number;
	readonly aim?: number;
	readonly atMost?: boolean;
	/** What it was measured against, or what it does not say. */
	readonly note?: string;
}

/** A part of the report; `skipped` says why it has no figures. */
export interface Section {
	readonly title: string;
	readonly figures: readonly Figure[];
	readonly skipped?: string;
}

/** Three digits, as far as they mean something. */
export function digits(value: number): string {
	if (value >= 100) return String(Math.round(value));
	return value >= 10 ? value.toFixed(1) : value.toFixed(2);
}

const holds = (figure: Figure, bound: number) =>
	figure.atMost ? figure.value <= bound : figure.value >= bound;

/** `floor 50: met; aim 100: not met`. */
export function judgement(figure: Figure): string {
	const parts = (['floor', 'aim'] as const).flatMap((kind) => {
		const bound = figure[kind];
		if (bound === undefined) return [];
		return [`${kind} ${digits(bound)}: ${holds(figure, bound) ? 'met' : 'not met'}`];
	});
	return parts.join('; ');
}

/** False if a figure misses its floor. */
export const meetsFloor = (figure: Figure) =>
	figure.floor === undefined || holds(figure, figure.floor);

/** The section as lines of text. */
export function inWords({ title, figures, skipped }: Section): string {
	const line = (figure: Figure) => {
		const { name, value, unit, note } = figure;
		const behind = [judgement(figure), note].filter(Boolean).join('. ');
		return `  ${name.padEnd(44)}${digits(value).padStart(8)} ${unit.padEnd(15)}${behind}`.trimEnd();
	};
	return [title, ...figures.map(line), ...(skipped ? [`  left out: ${skipped}`] : [])].join('\n');
}

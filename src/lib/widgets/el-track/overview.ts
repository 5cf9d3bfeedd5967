import { eventAt, lanes, type Lane, type Run, type Stretch } from './events.ts';

export interface Overview {
	/** What each lane did, as one path: the whole run to scale. */
	readonly paths: readonly { readonly lane: Lane; readonly d: string }[];
	/** Instruction to place. */
	readonly x: (instruction: number) => number;
	/** Place to instruction, inside the range. */
	readonly instruction: (x: number) => number;
}

export const overviewHeight = 35;
const row = overviewHeight / lanes.length;

/** The whole known run in a strip. Stretches narrower than half a unit are drawn as wide as that, once. */
export function layOverview(run: Run, width: number): Overview {
	const { from, to } = run.range;
	const span = Math.max(1, to - from);
	const x = (instruction: number) => ((instruction - from) / span) * width;
	const pieces = new Map<Lane, string[]>(lanes.map((lane) => [lane, []]));
	const drawnTo = new Map<Lane, number>();
	for (let n = 0; n <= run.records.length && run.records.length > 0; n++) {
		const { lane, go, length } = eventAt(run, 2 * n) as Stretch;
		const left = Math.max(x(go.instruction), drawnTo.get(lane) ?? 0);
		const right = Math.max(x(go.instruction + length), Math.min(left + 0.5, width));
		if (right - left < 0.25) continue;
		const y = lanes.indexOf(lane) * row + 1;
		pieces
			.get(lane)!
			.push(`M${left.toFixed(1)} ${y}H${right.toFixed(1)}v${row - 2}H${left.toFixed(1)}z`);
		drawnTo.set(lane, right);
	}
	return {
		paths: lanes.map((lane) => ({ lane, d: pieces.get(lane)!.join('') })),
		x,
		instruction: (at) => Math.round(from + Math.min(1, Math.max(0, at / width)) * span)
	};
}

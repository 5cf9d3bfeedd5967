import type { Access } from './layout.ts';
import { randomAccesses } from './random-accesses.ts';
import { runOnBoth } from './run.ts';

const hex = (value: number | undefined) =>
	value === undefined ? 'nothing' : `0x${value.toString(16)}`;

/** An access as one reads it: `1: GICC_IAR?`, `0: GICD_SGIR = 0x10003`. */
const told = ({ cpu, kind, name, value }: Access) =>
	kind === 'read' || kind.endsWith('Lines')
		? `${cpu}: ${name}?`
		: `${cpu}: ${name} = ${hex(value)}`;

/** The first access of a random sequence that gives something else on QEMU, with what came before; or undefined. */
export function firstDifference(seed: number, steps: number): { compared: number; story?: string } {
	const accesses = randomAccesses(seed, steps);
	const { ours, theirs } = runOnBoth(accesses);
	const first = accesses.findIndex(({ name }, n) => {
		const [one, other] = [ours[n], theirs[n]];
		if (one === undefined || other === undefined) return true;
		// QEMU leaves the sender of an SGI out.
		return name.endsWith('HPPIR') ? (one & 0x3ff) !== other : one !== other;
	});
	const compared = accesses.filter(({ kind }) => kind === 'read' || kind.endsWith('Lines')).length;
	if (first < 0) return { compared };
	const story = accesses.slice(Math.max(0, first - 60), first + 1).map((access, n) => {
		const at = Math.max(0, first - 60) + n;
		return `${told(access)}${told(access).endsWith('?') ? ` ${hex(ours[at])}` : ''}`;
	});
	return {
		compared: first,
		story:
			`seed ${seed}, access ${first}: ${told(accesses[first]!)} ${hex(ours[first])} here, ` +
			`${hex(theirs[first])} on QEMU, after\n${story.join('\n')}`
	};
}

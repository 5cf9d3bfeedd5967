import type { Measure } from 'checks';
import type { ExplainedWalk, Machine, Timeline } from 'emulator-core';
import type { Measured, Near, Position } from './protocol.ts';
import { Refused } from './refused.ts';
import type { Travel } from './travel.ts';

/** What a measurement needs of a machine. It moves it: whoever asks takes it back to where it stood. */
export interface Measurable {
	readonly machine: Machine;
	readonly timeline: Timeline;
	readonly travel: Travel;
	readonly moments: Readonly<Record<string, Position>>;
	/** The guest's walk for a read, where the machine stands. */
	walk(va: bigint): ExplainedWalk;
}

/**
 * The machine's answer to a question, and numbers close to it that are read by mistake.
 *
 * @throws {Refused} this run has no such moment, nothing is mapped there, or the guest never exits so often
 */
export function measure(subject: Measurable, what: Measure): Measured {
	const { moments, timeline } = subject;
	const start = Object.hasOwn(moments, what.moment) ? moments[what.moment] : undefined;
	if (start === undefined)
		throw new Refused('The run of this tree has no such moment: go back to the tree as shipped.');
	timeline.seek(start);
	if (what.kind === 'walk') return walked(subject, what);
	return what.kind === 'register'
		? registerAfter(subject, what, start)
		: exitClass(subject, what.nth);
}

const measured = (value: bigint, near: readonly Near[]): Measured => ({
	value,
	near: near.filter((each) => each.value !== value)
});

function walked({ walk }: Measurable, what: Measure & { kind: 'walk' }): Measured {
	const { stage1, stage2 } = walk(what.va);
	const [ipa, pa] = [stage1?.ipa, stage2?.pa];
	const value = what.want === 'ipa' ? ipa : pa;
	if (value === undefined) throw new Refused('Nothing is mapped at that address at this moment.');
	const other = what.want === 'ipa' ? pa : ipa;
	return measured(value, [
		...(other === undefined
			? []
			: [{ is: what.want === 'ipa' ? 'pa' : 'ipa', value: other } as const]),
		{ is: 'va', value: what.va }
	]);
}

function registerAfter(
	{ machine, timeline }: Measurable,
	{ plus, name, minus }: Measure & { kind: 'register' },
	start: Position
): Measured {
	const value = () => registerNow(machine, name) - (minus ? registerNow(machine, minus) : 0n);
	const at = (more: number) => {
		const to = { instruction: start.instruction + more, entered: false };
		timeline.seek(to);
		if (timeline.position.instruction !== to.instruction)
			throw new Refused('The run of this tree ends before that instruction.');
		return value();
	};
	const [early, late] = [plus === 0 ? undefined : at(plus - 1), at(plus + 1)];
	const answer = at(plus);
	return measured(answer, [
		...(early === undefined ? [] : [{ is: 'one-instruction-early', value: early } as const]),
		{ is: 'one-instruction-late', value: late },
		...(minus ? [{ is: 'not-subtracted', value: registerNow(machine, name) } as const] : []),
		...(minus === 'CNTVCT_EL0'
			? [
					{
						is: 'physical-time',
						value: registerNow(machine, name) - registerNow(machine, 'CNTPCT_EL0')
					} as const
				]
			: [])
	]);
}

function exitClass({ machine, timeline, travel }: Measurable, nth: number): Measured {
	const syndromes: bigint[] = [];
	// One more than was asked for: who counts from 0 reads that.
	for (let i = 0; i <= nth; i++) {
		timeline.seek(travel.nextExit());
		timeline.step();
		syndromes.push(registerNow(machine, 'ESR_EL2'));
	}
	const ec = (i: number) => syndromes[i]! >> 26n;
	return measured(ec(nth - 1), [
		...(nth > 1 ? [{ is: 'exit-before', value: ec(nth - 2) } as const] : []),
		{ is: 'exit-after', value: ec(nth) },
		{ is: 'whole-syndrome', value: syndromes[nth - 1]! }
	]);
}

function registerNow(machine: Machine, name: string): bigint {
	return machine.registers().system[name] ?? 0n;
}

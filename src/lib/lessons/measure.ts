import type { Measure } from 'checks';
import type { ExplainedWalk } from 'emulator-core';
import type { Position, StepKind, View } from '../stepping/protocol.ts';

/** What a measurement needs of a machine; SteppingState is one. */
export interface Measurable {
	readonly view: View | undefined;
	seek(to: Position): Promise<void>;
	step(by: StepKind): Promise<void>;
	walk(va: bigint, access: 'read', of: 'guest'): Promise<ExplainedWalk | undefined>;
}

/** What the machine could not tell, in words for the student. */
export class NotMeasured extends Error {}

/**
 * Asks the machine for a question's answer. The machine is taken to where the question is about, and
 * then back to where it stood.
 *
 * @throws {NotMeasured} this run has no such moment, or nothing is mapped there
 */
export async function measure(machine: Measurable, what: Measure): Promise<bigint> {
	const before = machine.view?.position;
	const start = machine.view?.moments[what.moment];
	if (!before || !start)
		throw new NotMeasured(
			'The run of this tree has no such moment: go back to the tree as shipped.'
		);
	try {
		if (what.kind === 'walk') {
			await machine.seek(start);
			return await walked(machine, what);
		}
		if (what.kind === 'register') {
			await machine.seek({ instruction: start.instruction + what.plus, entered: false });
			return registerNow(machine, what.name) - (what.minus ? registerNow(machine, what.minus) : 0n);
		}
		await machine.seek(start);
		for (let i = 0; i < what.nth; i++) {
			if (i > 0) await machine.step('instruction');
			await machine.step('exit');
		}
		await machine.step('instruction');
		return registerNow(machine, 'ESR_EL2') >> 26n;
	} finally {
		await machine.seek(before);
	}
}

async function walked(machine: Measurable, what: Measure & { kind: 'walk' }): Promise<bigint> {
	const walk = await machine.walk(what.va, 'read', 'guest');
	const found = what.want === 'ipa' ? walk?.stage1?.ipa : walk?.stage2?.pa;
	if (found === undefined)
		throw new NotMeasured('Nothing is mapped at that address at this moment.');
	return found;
}

function registerNow(machine: Measurable, name: string): bigint {
	return machine.view?.registers.system[name] ?? 0n;
}

/** A number as people write it: `0x4008_0000`, `42`; undefined for anything else. */
export function readNumber(text: string): bigint | undefined {
	const plain = text.trim().replaceAll(/[_ ]/g, '');
	return /^(0x[0-9a-f]+|\d+)$/i.test(plain) ? BigInt(plain) : undefined;
}

import { decodeListRegister } from 'emulator-core';

/** What a list register says of its interrupt. `both`: active, and pending once more. */
export type LrState = 'empty' | 'pending' | 'active' | 'both';

const states = {
	invalid: 'empty',
	pending: 'pending',
	active: 'active',
	'pending+active': 'both'
} as const satisfies Record<string, LrState>;

/** The parts of a list register that the way of an interrupt depends on. */
export interface ListRegister {
	readonly id: number;
	readonly state: LrState;
	/** Lower is more urgent; five bits, in steps of 8. */
	readonly priority: number;
}

export function readListRegister(word: number): ListRegister {
	const { virtualId, state, priority } = decodeListRegister(word);
	return { id: virtualId, state: states[state], priority };
}

/** A field of a list register, for drawing it bit by bit. */
export interface Field {
	/** Empty for bits without a meaning. */
	readonly name: string;
	readonly high: number;
	readonly low: number;
	/** Its binary digits. */
	readonly bits: string;
	/** Its value in words; empty for bits without a meaning. */
	readonly says: string;
}

const stateSays: Record<LrState, string> = {
	empty: '00, empty: nothing waits here',
	pending: '01, pending: the guest has not taken it yet',
	active: '10, active: the guest has acknowledged it',
	both: '11, active and pending: acknowledged, and there once more'
};

/** The fields from bit 31 down; what bits 19 to 10 mean depends on bit 31. */
export function fieldsOf(word: number): Field[] {
	const { virtualId, physicalId, cpuId, state, priority, group, hw, eoi } =
		decodeListRegister(word);
	const field = (name: string, high: number, low: number, says: string): Field => ({
		name,
		high,
		low,
		bits: (word >>> 0)
			.toString(2)
			.padStart(32, '0')
			.slice(31 - high, 32 - low),
		says
	});
	return [
		field('HW', 31, 31, hw ? '1, tied to a physical interrupt' : '0, software’s own'),
		field('Grp1', 30, 30, `group ${group}`),
		field('State', 29, 28, stateSays[states[state]]),
		field('Priority', 27, 23, `${hex(priority)}${priority === 0 ? ', the most urgent' : ''}`),
		field('', 22, 20, ''),
		...(hw
			? [field('PhysicalID', 19, 10, `${physicalId}, ended at the physical GIC along with it`)]
			: [
					field(
						'EOI',
						19,
						19,
						eoi ? '1, a maintenance interrupt tells of its end' : '0, its end needs no word'
					),
					field('', 18, 13, ''),
					field(
						'CPUID',
						12,
						10,
						virtualId < 16 ? `virtual CPU ${cpuId} has sent it` : `${cpuId}, of use for SGIs only`
					)
				]),
		field('VirtualID', 9, 0, `${virtualId}, the number that the guest reads`)
	];
}

/** Two digits: a priority. */
export const hex = (value: number) => `0x${value.toString(16).padStart(2, '0')}`;

/** `0x1000_001b`. */
export function hexWord(word: number): string {
	const digits = (word >>> 0).toString(16).padStart(8, '0');
	return `0x${digits.slice(0, 4)}_${digits.slice(4)}`;
}

/** What a list register says of its interrupt. `both`: active, and pending once more. */
export type LrState = 'empty' | 'pending' | 'active' | 'both';

const states = ['empty', 'pending', 'active', 'both'] as const;

/** The parts of a list register that the way of an interrupt depends on. */
export interface ListRegister {
	readonly id: number;
	readonly state: LrState;
	/** Lower is more urgent; five bits, in steps of 8. */
	readonly priority: number;
	readonly group: 0 | 1;
	/** Tied to a physical interrupt, which ends with it. */
	readonly hw: boolean;
	/** Asks for a maintenance interrupt when the guest ends it. */
	readonly eoi: boolean;
}

/** GICH_LRn of a GICv2 (Arm GIC architecture 2.0, "GICH_LRn"). */
export function readListRegister(word: number): ListRegister {
	const hw = word >>> 31 === 1;
	return {
		id: word & 0x3ff,
		state: states[(word >>> 28) & 3]!,
		priority: ((word >>> 23) & 0x1f) << 3,
		group: ((word >>> 30) & 1) as 0 | 1,
		hw,
		eoi: !hw && ((word >>> 19) & 1) === 1
	};
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
	const { id, state, priority, group, hw, eoi } = readListRegister(word);
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
	const physical = (word >>> 10) & 0x3ff;
	const sender = (word >>> 10) & 7;
	return [
		field('HW', 31, 31, hw ? '1, tied to a physical interrupt' : '0, software’s own'),
		field('Grp1', 30, 30, `group ${group}`),
		field('State', 29, 28, stateSays[state]),
		field('Priority', 27, 23, `${hex(priority)}${priority === 0 ? ', the most urgent' : ''}`),
		field('', 22, 20, ''),
		...(hw
			? [field('PhysicalID', 19, 10, `${physical}, ended at the physical GIC along with it`)]
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
						id < 16 ? `virtual CPU ${sender} has sent it` : `${sender}, of use for SGIs only`
					)
				]),
		field('VirtualID', 9, 0, `${id}, the number that the guest reads`)
	];
}

/** Two digits: a priority. */
export const hex = (value: number) => `0x${value.toString(16).padStart(2, '0')}`;

/** `0x1000_001b`. */
export function hexWord(word: number): string {
	const digits = (word >>> 0).toString(16).padStart(8, '0');
	return `0x${digits.slice(0, 4)}_${digits.slice(4)}`;
}

import type { TrapRecord } from 'emulator-core';
import type { Place, Region, Tried } from './layout.ts';

export const title = 'A descriptor to change';

/** The board's map, as far as a guest's page can lie in it. */
const board: readonly Region[] = [
	{ name: 'the serial port', base: 0x1c09_0000n, size: 0x1000n },
	{ name: 'the GIC', base: 0x2c00_1000n, size: 0x7000n },
	{ name: 'RAM', base: 0x8000_0000n, size: 0x1000_0000n }
];

/** Stage 2's entry for the guest's page 0x800c_e000, after its first touch. */
const page: Place = { stage: 2, level: 3, at: 0x882b_4670n };

const record = (over: Partial<TrapRecord>): TrapRecord => ({
	at: 1_945_999,
	tick: 2_011_204,
	what: 'entry',
	cause: 'sync',
	fromEl: 1,
	toEl: 2,
	pc: 0xffff_ffc0_0008_8decn,
	esr: 0x93c8_804f,
	far: 0xffff_ffc0_000c_e000n,
	ipa: 0x800c_e000n,
	stage: 2,
	s1ptw: false,
	vmid: 1,
	outcome: undefined,
	...over
});

interface Example {
	readonly value: bigint;
	readonly place: Place;
	readonly regions?: readonly Region[];
	readonly tried?: Tried;
	readonly ontry?: (value: bigint) => void;
}

const ontry = () => {};

/** Descriptors of the standard run. What came of them is written by hand: nothing is tried in a gallery. */
export const examples: Record<string, Example> = {
	'A page of stage 2': { value: 0x882e_27ffn, place: page, regions: board, ontry },
	'Tried: the page read-only, and a store to it': {
		value: 0x882e_277fn,
		place: page,
		regions: board,
		tried: { value: 0x882e_277fn, records: [record({})] },
		ontry
	},
	'Tried: no fault': {
		value: 0x882e_27ffn,
		place: page,
		regions: board,
		tried: { value: 0x882e_27ffn, records: [] },
		ontry
	},
	'It points nowhere': { value: 0x5_0000_07ffn, place: page, regions: board, ontry },
	Invalid: { value: 0n, place: page, regions: board, ontry },
	'A page of stage 1': {
		value: 0x60_0000_800d_bf53n,
		place: { stage: 1, level: 3, at: 0x8833_fff8n },
		ontry
	},
	'A table of stage 1': {
		value: 0x800d_9003n,
		place: { stage: 1, level: 1, at: 0x8833_5ff8n },
		ontry
	}
};

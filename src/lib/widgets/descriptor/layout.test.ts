import { describe, expect, it } from 'vitest';
import type { TrapRecord } from 'emulator-core';
import { examples } from './examples.ts';
import {
	addressField,
	changedBits,
	changes,
	controls,
	outcome,
	pointsNowhere,
	withField,
	type Place
} from './layout.ts';

const page = examples['A page of stage 2']!;
const { place, value, regions } = page;

describe('the controls of a descriptor', () => {
	it('of a page of stage 2', () => {
		expect(
			controls(value, place).map(({ kind, name, bits, value }) => [kind, name, ...bits, value])
		).toEqual([
			['switch', 'XN', 54, 54, 0n],
			['address', 'Address', 47, 12, 0x88_2e2n],
			['switch', 'AF', 10, 10, 1n],
			['choice', 'SH', 9, 8, 3n],
			['choice', 'S2AP', 7, 6, 3n],
			['choice', 'MemAttr', 5, 2, 15n],
			['switch', 'type', 1, 1, 1n],
			['switch', 'valid', 0, 0, 1n]
		]);
	});

	it('offers every value of a choice in the decoder’s words', () => {
		const access = controls(value, place).find(({ name }) => name === 'S2AP')!;
		expect(access.options).toEqual([
			{ value: 0n, means: 'no access' },
			{ value: 1n, means: 'read only' },
			{ value: 2n, means: 'write only' },
			{ value: 3n, means: 'read and write' }
		]);
		expect(controls(value, place).find(({ name }) => name === 'MemAttr')!.options).toHaveLength(16);
	});

	it('shows what no lesson speaks of where it is set', () =>
		expect(controls(value | (1n << 52n), place).map(({ name }) => name)).toContain('Contiguous'));

	it('of an invalid one: to make it valid', () =>
		expect(controls(0n, place).map(({ kind, name }) => `${kind} ${name}`)).toEqual([
			'switch valid'
		]));

	it('of a table', () =>
		expect(controls(0x800d_9003n, { stage: 1, level: 1, at: 0n }).map(({ name }) => name)).toEqual([
			'APTable',
			'XNTable',
			'PXNTable',
			'Address',
			'type',
			'valid'
		]));

	it('writes back what they read', () => {
		for (const { value, place } of Object.values(examples))
			for (const { bits, value: field } of controls(value, place)) {
				expect(withField(value, bits, field)).toBe(value);
				const other = withField(value, bits, field ^ 1n);
				expect(other ^ value).toBe(1n << BigInt(bits[1]));
			}
	});

	it('lets no value out of its field', () => expect(withField(0n, [7, 6], 0xffn)).toBe(0xc0n));
});

describe('what an edit changed', () => {
	it('by field, in words', () => {
		expect(changes(value, 0x882e_277fn, place)).toEqual([
			{ name: 'S2AP', before: 'read and write', after: 'read only' }
		]);
		expect(changes(value, 0x882e_27ffn + 0x1000n, place)).toEqual([
			{ name: 'Address', before: '0x882e_2000', after: '0x882e_3000' }
		]);
		expect(changes(value, value, place)).toEqual([]);
	});

	it('by bits', () => {
		expect(changedBits(value, 0x882e_277fn)).toEqual([7]);
		expect(changedBits(0n, 1n << 63n)).toEqual([63]);
	});

	it('to invalid changes one bit: the others only lose their names', () =>
		expect(changes(value, value & ~1n, place)).toEqual([
			{ name: 'valid', before: 'valid', after: 'invalid: any access faults' }
		]));
});

describe('an output address', () => {
	it('must fit its field', () => {
		expect(addressField(0x882e_3000n, [47, 12])).toEqual({ value: 0x88_2e3n });
		expect(addressField(0x882e_3008n, [47, 12])).toEqual({
			wrong: 'The address must be a multiple of 0x1000: its low 12 bits are not in the descriptor.'
		});
		expect(addressField(1n << 48n, [47, 12])).toEqual({
			wrong: 'The address has more than 48 bits; the field has no room for it.'
		});
	});

	it('may lead nowhere, which is said', () => {
		expect(pointsNowhere(value, place, regions!)).toBeUndefined();
		expect(pointsNowhere(0x1c09_07ffn, place, regions!)).toBeUndefined();
		expect(pointsNowhere(0x1c09_17ffn, place, regions!)).toMatch(
			/^It points to 0x1c09_1000, where/
		);
	});

	it('of an invalid entry leads nowhere, and nobody minds', () => {
		expect(pointsNowhere(0x5_0000_07fen, place, regions!)).toBeUndefined();
		expect(pointsNowhere(0x5_0000_07ffn, place, [])).toBeUndefined();
		expect(pointsNowhere(0x5_0000_07ffn, place, regions!)).toBe(
			'It points to 0x5_0000_0000, where nothing is. There is the serial port at 0x1c09_0000 to 0x1c09_0fff, the GIC at 0x2c00_1000 to 0x2c00_7fff, RAM at 0x8000_0000 to 0x8fff_ffff.'
		);
	});
});

describe('what came of it', () => {
	const tried = examples['Tried: the page read-only, and a store to it']!.tried!;
	const [abort] = tried.records as [TrapRecord];
	const of = (...records: TrapRecord[]) => outcome({ value, records });

	it('an abort of stage 2', () =>
		expect(of(abort)).toEqual({
			fault: true,
			headline: 'Write of 8 bytes from X8: permission fault, level 3',
			text: 'An abort of stage 2, at address 0xffff_ffc0_000c_e000, IPA 0x800c_e000: taken to EL2, so KVM sees it.',
			esr: 0x93c8_804f
		}));

	it('an abort of stage 1 stays in the guest', () =>
		expect(of({ ...abort, esr: 0x9600_004f, toEl: 1, stage: 1, ipa: undefined }).text).toBe(
			'An abort of stage 1, at address 0xffff_ffc0_000c_e000: taken to EL1, so KVM does not see it.'
		));

	it('nothing, or nothing to do with it', () => {
		expect(of()).toMatchObject({ fault: false, headline: 'No fault: the access went through' });
		expect(of({ ...abort, cause: 'irq', esr: 0 }).text).toMatch(/: an interrupt\.$/);
		expect(of({ ...abort, esr: 0x5a00_0000 }).text).toMatch(/: HVC #0\.$/);
	});

	it('a fault on another page, later, has nothing to do with it', () => {
		const access = { va: 0xffff_ffc0_000c_e123n, instruction: 1_945_000 };
		expect(outcome({ value, records: [abort], access }).fault).toBe(true);
		const other = { ...abort, far: 0x800b_b000n, esr: 0x9200_0047 };
		expect(outcome({ value, records: [other], access })).toEqual({
			fault: false,
			headline: 'No fault: the access went through',
			text: 'What came next has nothing to do with it: at 0x800b_b000, write: translation fault, level 3.',
			esr: undefined
		});
		// Unless it is the very next instruction: a table was spoilt that others need as well.
		const at = { ...access, instruction: other.at };
		expect(outcome({ value, records: [other], access: at }).fault).toBe(true);
	});

	it('an external abort belongs to no stage', () =>
		expect(of({ ...abort, esr: 0x8600_0010, toEl: 1, stage: 1, ipa: undefined }).text).toBe(
			'An abort at address 0xffff_ffc0_000c_e000: taken to EL1, so KVM does not see it.'
		));

	it('returns before it do not count', () =>
		expect(of({ ...abort, what: 'return', cause: 'eret', esr: 0 }, abort).fault).toBe(true));
});

describe('places', () => {
	it('a block of level 2 has a longer offset', () => {
		const block: Place = { stage: 1, level: 2, at: 0n };
		const address = controls(0x40_0000_8000_0711n, block).find(({ kind }) => kind === 'address')!;
		expect([address.bits, address.value << 21n]).toEqual([[47, 21], 0x8000_0000n]);
	});
});

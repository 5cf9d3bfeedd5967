import { describe, expect, it } from 'vitest';
import { examples } from './examples.ts';
import { bitStrip, syndromeFields } from './layout.ts';
import { askedBy, judge, linkTo } from './link.ts';
import { addressesAfter, kvmDoes } from './words.ts';

const touch = examples['First touch of a page']!;

describe('the strip of bits', () => {
	it('names the fields of a data abort', () => {
		expect(syndromeFields(touch.esr).map(({ name, value }) => `${name} ${value}`)).toEqual([
			'EC 36',
			'IL 1',
			'ISV 1',
			'SAS 3',
			'SSE 0',
			'SRT 8',
			'SF 1',
			'AR 0',
			'FnV 0',
			'EA 0',
			'CM 0',
			'S1PTW 0',
			'WnR 1',
			'DFSC 7'
		]);
	});

	it('shows a reserved bit only where it is set', () => {
		const names = (esr: number) => syndromeFields(esr).map(({ name }) => name);
		expect(names(0x5a00_0000)).toEqual(['EC', 'IL', 'imm16']);
		expect(names(0x5a01_0000)).toEqual(['EC', 'IL', 'RES0', 'imm16']);
	});

	it('draws 32 bits in a row where there is room, else 16', () => {
		const fields = syndromeFields(touch.esr);
		const wide = bitStrip(touch.esr, fields, 780);
		expect([wide.bitsPerRow, wide.cell, wide.width]).toEqual([32, 24, 768]);
		expect(wide.bits.map(({ set }) => (set ? '1' : '0')).join('')).toBe(
			'10010011110010001000000001000111'
		);
		expect(wide.bits[31]).toEqual({ n: 0, row: 0, x: 744, set: true });
		const narrow = bitStrip(touch.esr, fields, 300);
		expect([narrow.bitsPerRow, narrow.cell, narrow.width]).toEqual([16, 18.5, 296]);
		expect(narrow.bits[16]).toEqual({ n: 15, row: 1, x: 0, set: true });
	});

	it('cuts a field at the end of a row, and names its longer part', () => {
		const fields = [{ name: 'Op1', bits: [16, 14] as const }];
		expect(bitStrip(0, fields, 320).brackets).toEqual([
			{ field: 0, row: 0, x: 300, width: 20, label: undefined },
			{ field: 0, row: 1, x: 0, width: 40, label: { x: 20, tier: 0 } }
		]);
		expect(bitStrip(0, fields, 768).brackets).toHaveLength(1);
	});

	it.each([280, 300, 320, 559, 560, 768, 1200])(
		'at %d pixels no name touches another, or another’s line, or the edge',
		(room) => {
			for (const { esr } of Object.values(examples)) {
				const fields = syndromeFields(esr);
				const { brackets, width, tiers } = bitStrip(esr, fields, room);
				const labels = brackets.flatMap(({ field, row, x, width: w, label }) =>
					label === undefined
						? []
						: [{ row, ...label, middle: x + w / 2, half: fields[field]!.name.length * 3.5 }]
				);
				expect(labels).toHaveLength(fields.length);
				for (const a of labels) {
					expect(a.tier).toBeLessThan(tiers[a.row]!);
					expect(a.x - a.half).toBeGreaterThanOrEqual(0);
					expect(a.x + a.half).toBeLessThanOrEqual(width);
					for (const b of labels.filter((each) => each !== a && each.row === a.row)) {
						if (a.tier === b.tier) expect(Math.abs(a.x - b.x)).toBeGreaterThan(a.half + b.half);
						if (a.tier > b.tier) expect(Math.abs(a.middle - b.x)).toBeGreaterThan(b.half);
					}
				}
			}
		}
	);
});

describe('a strip without room', () => {
	it('still comes to an end, every name in it', () => {
		const fields = Array.from({ length: 32 }, (_, i) => ({
			name: `Longish${i}`,
			bits: [31 - i, 31 - i] as const
		}));
		const { brackets } = bitStrip(0, fields, 10);
		expect(brackets.filter(({ label }) => label !== undefined)).toHaveLength(32);
	});
});

describe('what KVM does with a class', () => {
	it.each([
		[0x16, 'handle_hvc', ['CPU']],
		[0x01, 'kvm_handle_wfx', ['CPU']],
		[0x18, 'kvm_handle_sys_reg', ['CPU']],
		[0x20, 'kvm_handle_guest_abort', ['MEM']],
		[0x24, 'kvm_handle_guest_abort', ['MEM', 'I/O']]
	])('%#x: %s', (ec, handler, classes) =>
		expect(kvmDoes(ec).row).toMatchObject({ handler, classes })
	);

	it.each([
		[0x25, /its own ESR_EL1/],
		[0x15, /KVM does not see it/],
		[0x3f, /no entry for this class/],
		[0x00, /no entry for this class/]
	])('%#x has none: %s', (ec, why) => {
		expect(kvmDoes(ec).row).toBeUndefined();
		expect(kvmDoes(ec).why).toMatch(why);
	});
});

describe('what the address registers are worth', () => {
	it.each([
		['First touch of a page', true, true, true],
		['Fetch from outside memory', true, true, true],
		['Write to a read-only page', true, false, false],
		['Fault on a guest’s own table', true, true, false],
		['HVC', false, false, false]
	])('%s', (name, isAbort, ipaPage, ipaWhole) =>
		expect(addressesAfter(examples[name]!.esr)).toMatchObject({ isAbort, ipaPage, ipaWhole })
	);

	it('what KVM has noted after a permission fault is the IPA', () =>
		expect(addressesAfter(0x93c8_804f, true).ipaWhole).toBe(true));

	it('a permission fault on a table walk leaves HPFAR_EL2 good', () =>
		expect(addressesAfter(0x9200_00cf).ipaPage).toBe(true));
});

describe('a link to the decoder', () => {
	it.each(Object.values(examples))('comes back as it went: %o', (asked) =>
		expect(judge(askedBy(linkTo(asked))!)).toEqual({ asked, wrong: {} })
	);

	it('is short', () => {
		expect(linkTo({ esr: 0x9383_0006, far: undefined, hpfar: undefined })).toBe('#esr=0x93830006');
		expect(linkTo(touch)).toBe('#esr=0x93c88047&far=0xffffffc0000ce000&hpfar=0x800ce0');
	});

	it('says what is wrong with each number', () => {
		const { asked, wrong } = judge({ esr: 'handle_hvc', far: '0xzz', hpfar: '' });
		expect(asked).toBeUndefined();
		expect(wrong.esr).toMatch(/looks like a name/);
		expect(wrong.far).toMatch(/“z” is no hexadecimal digit/);
		expect(wrong.hpfar).toBeUndefined();
		expect(judge({ esr: '1_0000_0000', far: '', hpfar: '' }).wrong.esr).toMatch(/9 hexadecimal/);
	});

	it('asks for nothing without esr', () => {
		expect(askedBy('')).toBeUndefined();
		expect(askedBy('#main')).toBeUndefined();
		expect(askedBy('#esr=')).toEqual({ esr: '', far: '', hpfar: '' });
	});
});

import type { TrapRecord } from 'emulator-core';
import { describe, expect, it } from 'vitest';
import type { Next } from '../stepping/protocol.ts';
import { explain, facts, happening, options, truth, type Asked } from './predictions.ts';

const entry: TrapRecord = {
	at: 100,
	tick: 100,
	what: 'entry',
	cause: 'sync',
	fromEl: 1,
	toEl: 2,
	pc: 0x4008_0000n,
	esr: 0x5a00_0000,
	far: 0n,
	ipa: undefined,
	stage: undefined,
	s1ptw: false,
	vmid: 1,
	outcome: undefined
};

describe('what the machine answers to a prediction', () => {
	it.each<[string, Asked, TrapRecord | undefined, number, string]>([
		['an HVC', 'class', entry, 2, '0x16'],
		['an HVC', 'traps', entry, 2, '2'],
		['an HVC', 'level', entry, 2, '2'],
		['a data abort', 'class', { ...entry, esr: 0x9383_0006 }, 2, '0x24'],
		['a page fault of the guest’s own', 'traps', { ...entry, fromEl: 0, toEl: 1 }, 1, '1'],
		['an interrupt', 'class', { ...entry, cause: 'irq', esr: 0 }, 2, 'interrupt'],
		['an instruction that just executes', 'traps', undefined, 1, 'none'],
		['an instruction that just executes', 'class', undefined, 1, 'none'],
		['an eret', 'level', undefined, 1, '1']
	])('%s, asked for %s', (_, asked, record, el, answer) => {
		expect(truth(asked, { record, elAfter: el })).toBe(answer);
		expect(options[asked].map(({ value }) => value)).toContain(answer);
	});

	/** HCR_EL2 of a guest. */
	const next = (record: TrapRecord | undefined, text: string, elAfter = 2): Next => ({
		world: 'guest',
		text,
		record,
		elAfter,
		hcr: 0x8078_663bn,
		spsr: 0x3c5n
	});

	it('says what happened, and which bit decided it', () => {
		expect(facts(next(entry, 'hvc #0x0'))).toBe(
			'An exception from EL1 to EL2: class 0x16, HVC. HCR_EL2.HCD, its bit 29, is 0: HVC has not been switched off.'
		);
		expect(facts(next({ ...entry, cause: 'irq' }, 'nop'))).toBe(
			'An exception from EL1 to EL2: by an IRQ, which has no class. HCR_EL2.IMO, its bit 4, is 1.'
		);
		expect(facts(next({ ...entry, esr: 0x6232_04a1 }, 'mrs x5, actlr_el1'))).toContain(
			'HCR_EL2.TACR, its bit 21, is 1.'
		);
		expect(facts(next({ ...entry, esr: 0x6214_1ffc }, 'dc cisw, xzr'))).toContain(
			'HCR_EL2.TSW, its bit 22, is 1.'
		);
		expect(facts(next(undefined, 'nop', 1))).toBe('No exception: the machine went on at EL1.');
	});

	it.each<[string, TrapRecord | undefined, string]>([
		['hvc', entry, 'hvc #0x0'],
		['svc', { ...entry, fromEl: 0, toEl: 1, esr: 0x5600_0000 }, 'svc #0x0'],
		['data-stage-1', { ...entry, fromEl: 0, toEl: 1, esr: 0x9200_0046, stage: 1 }, 'str w0, [x1]'],
		['data-stage-2', { ...entry, esr: 0x9383_0006, stage: 2 }, 'ldr w3, [x1]'],
		['interrupt', { ...entry, cause: 'irq', esr: 0 }, 'ldr w3, [x1]'],
		['virtual-interrupt', { ...entry, cause: 'irq', esr: 0, toEl: 1 }, 'nop'],
		['guest-wfi', undefined, 'wfi'],
		['timer', undefined, 'msr cntv_cval_el0, x8'],
		['access', undefined, 'ldr w8, [x8]'],
		['plain', undefined, 'b stext']
	])('knows %s', (expected, record, text) => {
		expect(happening(next(record, text))).toBe(expected);
	});

	it('has something to say to every wrong answer, whatever happens', () => {
		for (const asked of Object.keys(options) as Asked[])
			for (const record of [undefined, { ...entry, esr: 0xbe00_0000 }])
				for (const { value } of options[asked])
					expect(explain(asked, value, next(record, 'nop'))).toMatch(/^[A-Z].{40,}\.$/);
	});

	it('knows what is wrong with EL3 and EL4, and who takes a guest’s page fault', () => {
		expect(explain('level', '3', next(entry, 'hvc #0x0'))).toContain('this machine has none');
		expect(explain('level', '4', next(entry, 'hvc #0x0'))).toContain('There is no EL4');
		const fault = { ...entry, fromEl: 0, toEl: 1, esr: 0x9200_0046, stage: 1 } as const;
		expect(explain('traps', '2', next(fault, 'str w0, [x1]', 1))).toContain('no hypervisor hears');
	});
});

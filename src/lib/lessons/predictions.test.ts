import type { TrapRecord } from 'emulator-core';
import { describe, expect, it } from 'vitest';
import { happened, options, truth, type Asked } from './predictions.ts';

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
		expect(truth(asked, record, el)).toBe(answer);
		expect(options[asked].map(({ value }) => value)).toContain(answer);
	});

	it('says what happened in a sentence', () => {
		expect(happened(entry, 2)).toBe('An exception from EL1 to EL2: class 0x16, HVC.');
		expect(happened({ ...entry, cause: 'irq' }, 2)).toBe(
			'An exception from EL1 to EL2: by an IRQ, which has no class.'
		);
		expect(happened(undefined, 1)).toBe('No exception: the machine went on at EL1.');
	});

	it('knows what is wrong with EL3 and EL4', () => {
		const said = options.level.map(({ misconception }) => misconception);
		expect(said[3]).toContain('this machine has none');
		expect(said[4]).toContain('There is no EL4');
	});
});

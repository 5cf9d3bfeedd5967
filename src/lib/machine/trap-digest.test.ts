import type { TrapRecord } from 'emulator-core';
import { describe, expect, it } from 'vitest';
import { TrapDigest } from './trap-digest.ts';

const report: TrapRecord = {
	at: 100,
	tick: 120,
	what: 'entry',
	cause: 'sync',
	fromEl: 1,
	toEl: 2,
	pc: 0xffff_0000_0008_1234n,
	esr: 0x9200_0046,
	far: 0xffff_8000_0001_0000n,
	ipa: 0x900_0000n,
	stage: 2,
	s1ptw: false,
	vmid: 1,
	outcome: undefined
};

function digest(...reports: TrapRecord[]): string {
	const trapLog: { onRecord: ((record: TrapRecord) => void) | undefined } = { onRecord: undefined };
	const made = new TrapDigest({ trapLog });
	for (const each of reports) trapLog.onRecord!(each);
	expect(made.records).toBe(reports.length);
	return made.hash;
}

describe('the digest of a trap log', () => {
	it('is the same for the same records', () => {
		expect(digest(report, { ...report, cause: 'irq' })).toBe(
			digest(report, { ...report, cause: 'irq' })
		);
	});

	it.each<[string, Partial<TrapRecord>]>([
		['one instruction', { at: 101 }],
		['a tick', { tick: 121 }],
		['the kind', { what: 'return', cause: 'eret' }],
		['one bit of the PC, above 32', { pc: 0xffff_0001_0008_1234n }],
		['one bit of the syndrome', { esr: 0x9200_0047 }],
		['the address', { far: 0xffff_8000_0001_0008n }],
		['no IPA', { ipa: undefined }],
		['the stage', { stage: 1 }],
		['a walk that faulted', { s1ptw: true }],
		['the levels', { fromEl: 0 }],
		['the VMID', { vmid: undefined }]
	])('differs by %s', (_, change) => {
		expect(digest({ ...report, ...change })).not.toBe(digest(report));
	});

	it('differs by order and by number', () => {
		const other = { ...report, esr: 0x5a00_0000 };
		expect(digest(report, other)).not.toBe(digest(other, report));
		expect(digest(report)).not.toBe(digest(report, report));
	});
});

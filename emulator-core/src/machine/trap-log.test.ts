import { describe, expect, it } from 'vitest';
import { TrapLog, type TrapRecord, type TrapReport } from './trap-log.ts';
import { packRecords, unpackRecords } from './trap-records.ts';

const exit: TrapReport = {
	what: 'entry',
	cause: 'sync',
	fromEl: 1,
	toEl: 2,
	pc: 0xffff_0000_4020_0040n,
	esr: 0x9380_0047,
	far: 0x4040_0010n,
	ipa: 0x4040_0010n,
	stage: 2,
	s1ptw: true,
	vmid: 7,
	stage2: true
};
const back: TrapReport = {
	...exit,
	what: 'return',
	cause: 'eret',
	fromEl: 2,
	toEl: 1,
	esr: 0,
	far: 0n,
	ipa: undefined,
	stage: undefined,
	s1ptw: false
};
const toHost: TrapReport = { ...back, vmid: undefined, stage2: false };

function filled(log: TrapLog, pairs: number): TrapLog {
	for (let i = 0; i < pairs; i++) {
		log.add(exit, 10 * i, 20 * i);
		log.add(i % 2 ? back : toHost, 10 * i + 5, 20 * i + 5);
	}
	return log;
}
const sketch = (records: readonly TrapRecord[]) =>
	records.map(({ at, outcome }) => `${at}${outcome ? ` ${outcome}` : ''}`);

describe('the trap log', () => {
	it('keeps the last of many records and counts all', () => {
		const log = filled(new TrapLog(3000), 4000);
		expect(log.total).toBe(8000);
		expect(log.records).toHaveLength(3000);
		expect(sketch(log.records.slice(0, 4))).toEqual([
			'25000 host',
			'25005',
			'25010 guest',
			'25015'
		]);
		expect(sketch(log.records.slice(-2))).toEqual(['39990 guest', '39995']);
		expect(log.counts.vms[7]!.byClass[0x24]).toEqual({ host: 2000, guest: 2000 });
	});

	it.each([0, 1, 511, 512, 2047, 5000])(
		'goes back to a fork, any number of times, after %i',
		(n) => {
			const log = filled(new TrapLog(3000), n);
			log.add(exit, 1e6, 2e6);
			const then = log.records;
			const fork = log.fork();
			for (const outcome of ['guest', 'host'] as const) {
				log.add(outcome === 'guest' ? back : toHost, 1e6 + 1, 2e6 + 1);
				expect(log.records.at(-2)!.outcome).toBe(outcome);
				filled(log, 1500);
				log.adopt(fork);
				expect(log.records).toEqual(then);
				expect(log.records.at(-1)!.outcome).toBeUndefined();
				expect(log.total).toBe(2 * n + 1);
				expect(log.counts.vms[7]!.exits).toBe(n + 1);
			}
		}
	);

	it('comes back from what a saved state keeps of it', () => {
		const log = filled(new TrapLog(), 700);
		log.add(exit, 1e6, 2e6);
		const { counts, open } = structuredClone(log.snapshotState());
		const other = new TrapLog();
		const bytes = packRecords(log.records);
		expect(bytes).toHaveLength(52 * 1401);
		other.restoreState({ counts, open, records: unpackRecords(bytes) });
		expect(other.records).toEqual(log.records);
		for (const each of [log, other]) each.add(back, 1e6 + 1, 2e6 + 1);
		expect(other.records).toEqual(log.records);
		expect(other.counts).toEqual(log.counts);
		expect(other.total).toBe(1402);
		expect(() => unpackRecords(bytes.subarray(1))).toThrow(/ends within a record/);
	});
});

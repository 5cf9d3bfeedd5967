import { describe, expect, it } from 'vitest';
import { examples } from './examples.ts';
import { arrow, describeTally, laySwitch, tokens, type KeptRegister } from './layout.ts';
import { beforeTables } from './snapshots.ts';

const example = (name: string) => {
	const { registers, before, world } = Object.entries(examples).find(([title]) =>
		title.startsWith(name)
	)![1];
	return laySwitch(registers, before, world);
};
const kept = (
	name: string,
	now: bigint,
	host: bigint | undefined,
	guest: bigint
): KeptRegister => ({
	name,
	now,
	host,
	guest
});

describe('the world switch', () => {
	it('groups the registers and counts whose they are', () => {
		const drawn = example('Near the end');
		expect(drawn.groups.map(({ title, rows }) => [title, rows.length])).toEqual([
			['General registers', 31],
			['Stacks, program counter, state', 6],
			['System registers of EL1', 20],
			['EL2', 3],
			['Virtual timer', 3],
			['Virtual interrupts', 7]
		]);
		expect(drawn.tally).toEqual({ host: 0, guest: 39, equal: 17, neither: 14 });
		expect(describeTally(drawn.tally, drawn.total)).toBe(
			'39 of 70 registers are the guest’s, 0 the host’s; 17 are equal for both, 14 in neither memory.'
		);
	});

	it('tells a store from a load, and says only what changed', () => {
		expect(example('The host goes to rest').changes).toBe(
			'X19 saved to the host’s memory: 0x1, was 0xffff_ffc0_000a_3780. ' +
				'X20 saved to the host’s memory: 0x1, was 0xffff_ffc0_0821_2d00.'
		);
		expect(example('EL1 becomes').changes).toBe(
			'TTBR0_EL1 loaded from the guest’s memory: 0x3_0000_800d_8000, was 0x5_0000_8827_6000.'
		);
		expect(example('Come from afar').changes).toBe('');
	});

	it('names what a general register carries', () => {
		const rows = laySwitch(beforeTables, undefined, 'hyp').groups[0]!.rows;
		expect(rows.find(({ name }) => name === 'X15')!.text).toBe(
			'X15: 0x40_6428, neither’s kept value, carries the guest’s FAR_EL1'
		);
		// AFSR0_EL1, AFSR1_EL1 and others hold the same value: nobody can tell which.
		expect(rows.find(({ name }) => name === 'X13')!.carries).toBeUndefined();
	});

	it.each([
		['hyp', [7n, 7n, 9n], 'host', false],
		['hyp', [9n, 7n, 9n], 'guest', false],
		['hyp', [7n, 7n, 7n], 'equal', false],
		['hyp', [1n, 7n, 9n], 'neither', false],
		['hyp', [1n, 7n, 7n], 'neither', false],
		['guest', [1n, 7n, 9n], 'guest', true],
		['guest', [7n, 7n, 9n], 'guest', true],
		['host', [9n, 7n, 9n], 'host', true],
		['host', [9n, undefined, 9n], 'guest', false]
	] as const)('at %s, of %s, the CPU holds: %s', (world, [now, host, guest], holds, live) => {
		const row = laySwitch([kept('X5', now, host, guest)], undefined, world).groups[0]!.rows[0]!;
		expect([row.holds, row.live]).toEqual([holds, live]);
	});

	it.each([
		['VBAR_EL1', 0n, 'host', true],
		['VBAR_EL1', 1n, 'guest', true],
		['X5', 0n, 'neither', false]
	] as const)(
		'at EL2, what nobody has saved of %s with HCR_EL2.VM %s is: %s',
		(name, vm, holds, live) => {
			const given = [kept(name, 1n, 2n, 3n), kept('HCR_EL2', vm, 0n, 1n)];
			const row = laySwitch(given, undefined, 'hyp').groups[0]!.rows[0]!;
			expect([row.holds, row.live]).toEqual([holds, live]);
		}
	);

	it('moves the marks of the two worlds along the rail', () => {
		expect(tokens({ holds: 'host' })).toEqual({ host: 32, guest: 56 });
		expect(tokens({ holds: 'guest' })).toEqual({ host: 8, guest: 32 });
		expect(tokens({ holds: 'neither' })).toEqual({ host: 8, guest: 56 });
		expect(arrow({ kind: 'load', side: 'guest' })).toMatch(/^M50 8H38\.5M/);
		expect(arrow({ kind: 'save', side: 'host' })).toMatch(/^M25\.5 8H14M/);
		expect(arrow({ kind: 'write' })).toBeUndefined();
	});

	it('has a place for registers that it does not know', () => {
		const names = ['CNTKCTL_EL1', 'CNTHCTL_EL2', 'MDCR_EL2', 'Q0', 'X_Y'];
		const { groups, total } = laySwitch(
			names.map((name) => kept(name, 1n, 2n, 3n)),
			undefined,
			'hyp'
		);
		expect(groups.map(({ title, rows }) => [title, rows.map(({ name }) => name)])).toEqual([
			['System registers of EL1', ['CNTKCTL_EL1', 'X_Y']],
			['EL2', ['MDCR_EL2']],
			['Virtual timer', ['CNTHCTL_EL2']],
			['Floating point', ['Q0']]
		]);
		expect(total).toBe(5);
	});
});

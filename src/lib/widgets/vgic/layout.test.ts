import { describe, expect, it } from 'vitest';
import { examples } from './examples.ts';
import { onTheWay, pickInterrupt, vgicPicture, type StationKey, type VgicData } from './layout.ts';
import { fieldsOf, hexWord, readListRegister } from './list-register.ts';

const example = (name: string) => examples[name]!;
const pictureOf = (name: string) => {
	const { data, id, before } = example(name);
	return vgicPicture(data, id, before);
};
/** What each box says, and how far the interrupt has come. */
const states = (data: VgicData, id: number) =>
	vgicPicture(data, id).stations.map(({ state, standing }) => [state, standing]);
const box = (data: VgicData, id: number, key: StationKey) =>
	vgicPicture(data, id).stations.find((station) => station.key === key)!;

const { data: idle } = example('Nothing on the way');
const { data: pending } = example('Pending, and signalled to the guest');

describe('list registers', () => {
	it.each([
		[0x1000_001b, { id: 27, state: 'pending', priority: 0 }],
		[0x2008_0020, { id: 32, state: 'active', priority: 0 }],
		[0x3000_001b, { id: 27, state: 'both', priority: 0 }],
		[0xda00_6c1b | 0, { id: 27, state: 'pending', priority: 0xa0 }],
		[0, { id: 0, state: 'empty', priority: 0 }]
	])('reads %d', (word, expected) => expect(readListRegister(word)).toEqual(expected));

	it('cuts a word into fields that lie side by side', () => {
		for (const word of [0x1008_0020, 0x9000_6c1b, 0xffff_ffff, 0]) {
			const fields = fieldsOf(word);
			expect(fields.map(({ bits }) => bits).join('')).toBe(word.toString(2).padStart(32, '0'));
			fields.forEach(({ high, low, bits }, i) => {
				expect(bits.length).toBe(high - low + 1);
				expect(high).toBe(i === 0 ? 31 : fields[i - 1]!.low - 1);
			});
		}
	});

	it('reads bits 19 to 10 by the HW bit', () => {
		const names = (word: number) =>
			fieldsOf(word)
				.map(({ name }) => name)
				.filter(Boolean);
		expect(names(0x1008_0020)).toEqual([
			'HW',
			'Grp1',
			'State',
			'Priority',
			'EOI',
			'CPUID',
			'VirtualID'
		]);
		expect(fieldsOf(0x9000_6c1b).find(({ name }) => name === 'PhysicalID')!.says).toMatch(/^27,/);
		expect(hexWord(0x9000_6c1b | 0)).toBe('0x9000_6c1b');
	});
});

describe('the way of a virtual interrupt', () => {
	it.each([
		[
			'Nothing on the way',
			-1,
			/^Nothing of PPI 27 is on the way\. The timer fires in 300,225 ticks/
		],
		[
			'The timer expires while the guest runs',
			1,
			/^PPI 27 is pending at the physical GIC\..*an exit, but not a trap/
		],
		[
			'Pending in the distributor',
			2,
			/^PPI 27 is pending in KVM’s distributor\. Enabled and pending/
		],
		['In a list register, until the guest runs', 3, /^PPI 27 waits in the saved LR0/],
		[
			'Pending, and signalled to the guest',
			5,
			/^PPI 27 is pending in LR0 and signalled\. The guest takes it before/
		],
		[
			'The guest masks interrupts',
			4,
			/^PPI 27 is pending in LR0 and signalled\. The guest masks interrupts/
		],
		[
			'Taken, and not acknowledged yet',
			5,
			/signalled\. The guest has taken an interrupt at its own vector/
		],
		[
			'The timer’s deadline passes while the guest sleeps',
			0,
			/^PPI 27 is due\. The deadline has passed, but the timer is saved/
		],
		['Active: the guest has acknowledged it', 5, /^PPI 27 is active in LR0/],
		['Active, and pending once more', 5, /^PPI 27 is active in LR0 and pending once more/],
		[
			'Two interrupts: one is served, the other waits',
			3,
			/^SPI 32 is pending in LR1\. It waits: 27 runs/
		],
		[
			'The guest has ended it',
			-1,
			/^The guest has ended PPI 27\. LR0 is empty; kvm_vgic_sync_hwstate/
		],
		[
			'A device’s interrupt ends, and KVM is told',
			-1,
			/^The guest has ended SPI 32\..*maintenance interrupt is high/
		],
		[
			'Not enabled: it stays in the distributor',
			2,
			/^SPI 33 is pending in KVM’s distributor\. It stays here/
		],
		['No guest yet', -1, /^Nothing of PPI 27 is on the way/]
	])('%s', (name, reached, headline) => {
		const picture = pictureOf(name);
		expect(picture.reached).toBe(reached);
		expect(picture.headline).toMatch(headline);
	});

	it('has an expectation for every example', () => expect(Object.keys(examples)).toHaveLength(15));

	it('says of each box how the interrupt stands there', () => {
		expect(states(pending, 27)).toEqual([
			['expired, masked', 'none'],
			['quiet', 'none'],
			['handed on', 'none'],
			['LR0 pending', 'pending'],
			['signals it', 'pending'],
			['takes it next', 'pending']
		]);
		expect(states(example('Two interrupts: one is served, the other waits').data, 27)).toEqual([
			['off', 'none'],
			['quiet', 'none'],
			['handed on', 'none'],
			['LR0 active', 'active'],
			['acknowledged', 'active'],
			['serves it', 'active']
		]);
	});

	it('leads a device’s interrupt past the physical GIC', () => {
		expect(box(idle, 32, 'physical')).toMatchObject({ aside: true, state: 'not on its way' });
		expect(
			box(example('A device’s interrupt ends, and KVM is told').data, 32, 'physical')
		).toMatchObject({
			aside: true,
			state: 'PPI 25 pending'
		});
	});

	it('says what traps and what does not', () => {
		const kinds = vgicPicture(idle, 27).stations.map(({ access }) => [access.what, access.kind]);
		expect(kinds).toEqual([
			['CNTV_*', 'does not trap'],
			['host’s GIC', 'out of reach'],
			['GICD_*', 'traps'],
			['GICH_LR', 'EL2 only'],
			['GICC_*', 'does not trap'],
			['IRQ', 'does not trap']
		]);
		expect(box(idle, 33, 'source').access).toMatchObject({ what: 'its registers', kind: 'traps' });
	});
});

describe('why a pending interrupt waits', () => {
	const withVmcr = (vmcr: number, lr = 0x1000_001b, apr = 0): VgicData => ({
		...pending,
		virtualIrq: false,
		hardware: { ...pending.hardware, vmcr, apr, listRegisters: [lr, 0, 0, 0] }
	});
	const why = (data: VgicData) => box(data, 27, 'interface').state;

	it('the guest has not switched its CPU interface on', () =>
		expect(why(withVmcr(0xf04c_0000))).toBe('guest’s GICC off'));

	it('its priority is not below the mask', () => {
		expect(why(withVmcr(0x004c_0001))).toBe('masked by priority');
		expect(why(withVmcr(0xa04c_0001, 0x1a00_001b))).toBe('masked by priority');
		expect(why(withVmcr(0xa84c_0001, 0x1a00_001b))).toBe('signals it');
	});

	it('an equal one runs', () => expect(why(withVmcr(0xf04c_0001, 0x1000_001b, 1))).toBe('waits'));

	it('a more urgent one goes first, and of equals the first register', () => {
		const both = (...listRegisters: number[]): VgicData => ({
			...pending,
			hardware: { ...pending.hardware, listRegisters }
		});
		expect(why(both(0x1080_001b, 0x1008_0020, 0, 0))).toBe('after 32');
		expect(why(both(0x1000_001b, 0x1008_0020, 0, 0))).toBe('signals it');
	});

	it('nothing is signalled while GICH_HCR.En is 0', () => {
		const data: VgicData = {
			...pending,
			world: 'host',
			live: 'saved',
			hardware: { ...pending.hardware, hcr: 0 }
		};
		expect(why(data)).toBe('off');
		expect(vgicPicture(data, 27).copies.map(({ place, live }) => [place, live])).toEqual([
			['saved', true],
			['hardware', false]
		]);
	});
});

it('shows the hardware as the world switch fills it, while the saved registers count', () => {
	const filled = (word: number): VgicData => ({
		...pending,
		world: 'hyp',
		live: 'saved',
		virtualIrq: word !== 0,
		hardware: { ...pending.hardware, listRegisters: [word, 0, 0, 0] }
	});
	expect(vgicPicture(filled(0), 27).headline).toBe(
		'PPI 27 waits in the saved LR0 for the guest to run.'
	);
	expect(box(filled(0), 27, 'interface').state).toBe('quiet');
	expect(vgicPicture(filled(0x1000_001b), 27).headline).toBe(
		'PPI 27 is pending in LR0 and signalled. The guest gets it as soon as it runs.'
	);
	expect(box(filled(0x1000_001b), 27, 'interface').state).toBe('signals it');
});

describe('what has changed', () => {
	it('is marked with what it was', () => {
		const { stations, copies } = pictureOf('Active: the guest has acknowledged it');
		expect(stations.map(({ key, was }) => [key, was]).filter(([, was]) => was)).toEqual([
			['list', 'LR0 pending'],
			['interface', 'signals it'],
			['guest', 'takes it next']
		]);
		const facts = stations.find(({ key }) => key === 'interface')!.facts;
		expect(
			facts.filter(({ was }) => was).map(({ name, was, value }) => [name, was, value])
		).toEqual([
			['virtual IRQ', 'high', 'low'],
			['running priority', 'idle', '0x00']
		]);
		expect(copies[1]!.slots.map(({ was }) => was)).toEqual([
			'27 pending',
			undefined,
			undefined,
			undefined
		]);
	});

	it('is said to a screen reader as well', () => {
		const { stations } = pictureOf('Active: the guest has acknowledged it');
		expect(stations[4]!.spoken).toBe(
			'Hardware, GICV. The guest has read its number from GICC_IAR, without a trap. Changed; it was: signals it. GICH_HCR.En: 1; virtual IRQ: low, was high; running priority: 0x00, was idle; mask: 0xf0; GICC_CTLR: on. For the guest, GICC_*: does not trap.'
		);
	});

	it('does not give away what traps while the reader guesses', () => {
		const { data, id } = example('Pending, and signalled to the guest');
		const { headline, stations } = vgicPicture(data, id, undefined, true);
		expect(stations.map(({ access }) => access.kind)).toEqual([
			'your guess',
			'out of reach',
			'your guess',
			'EL2 only',
			'your guess',
			'your guess'
		]);
		expect([headline, ...stations.map(({ spoken }) => spoken)].join(' ')).not.toMatch(
			/traps|not trap|without/
		);
	});

	it('says where the values of the timer are', () => {
		const { data, id } = example('Pending, and signalled to the guest');
		const place = (running: boolean) =>
			vgicPicture({ ...data, timer: { ...data.timer, running } }, id).stations[0]!.place;
		expect(place(true)).toBe('hardware');
		expect(place(false)).toBe('saved, in the vCPU’s memory');
	});

	it('reads the list registers out', () => {
		const { data, id, before } = example('Pending, and signalled to the guest');
		expect(vgicPicture(data, id, before).stations[3]!.spoken).toBe(
			'GICH and the vCPU’s memory. LR0, in the hardware, is pending: the guest has not taken it yet. LR0: 27 pending, was empty; LR1: empty; LR2: empty; LR3: empty. For the guest, GICH_LR: EL2 only.'
		);
	});

	it('is nothing without an earlier view', () =>
		expect(vgicPicture(pending, 27).stations.every(({ was }) => was === undefined)).toBe(true));
});

it('lists the interrupts that are on the way', () => {
	expect(onTheWay(idle)).toEqual([]);
	expect(onTheWay(example('Two interrupts: one is served, the other waits').data)).toEqual([
		27, 32
	]);
	expect(pictureOf('Two interrupts: one is served, the other waits').others).toEqual([27]);
});

it.each([0, 15, 16, 31, 34, 127, 1019])('has words for interrupt %d too', (id) => {
	for (const { data } of Object.values(examples)) {
		const { headline, stations } = vgicPicture(data, id);
		expect(headline).toMatch(/\.$/);
		for (const { says } of stations) expect(says).toMatch(/\.$/);
	}
});

it.each([
	['Nothing on the way', 27],
	['Pending in the distributor', 27],
	['Two interrupts: one is served, the other waits', 32],
	['A device’s interrupt ends, and KVM is told', 32],
	['Not enabled: it stays in the distributor', 33]
])('%s: shows interrupt %d unless told otherwise', (name, id) =>
	expect(pickInterrupt(example(name).data)).toBe(id)
);

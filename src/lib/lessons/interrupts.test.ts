import type { TrapRecord } from 'emulator-core';
import { describe, expect, it } from 'vitest';
import type { Tried, View } from '../stepping/protocol.ts';
import { Earlier, readLine, vgicData, virtualTimerData, whatCameOf } from './interrupts.ts';

const CNTVOFF = 659_132n;
const vmcr = 0xf04c_0001;

const line = (id: number, changes = {}) => ({
	...{ id, enabled: true, pending: false, active: false, edge: false },
	...{ priority: 0xa0, listRegister: undefined },
	...changes
});

/** A view of the shipped tree's run: the guest runs, lkvm's disk is enabled, nothing is on the way. */
function view({ gich = {}, vgic = {}, timer = {}, ...changes }: Changes = {}): View {
	const registers = { el: 1, pc: 0n, x: [], sp: 0n, nzcv: 0, daif: 0, system: {} } as const;
	const off = { ctl: 0n, cval: 0n, fires: false };
	return {
		position: { instruction: 1000, entered: false },
		tick: 7_709_000,
		moment: undefined,
		world: 'guest',
		registers,
		before: undefined,
		interruptWaits: false,
		code: { file: undefined, line: undefined, symbol: undefined, instructions: [] },
		vcpu: {
			address: 0n,
			registers: [{ name: 'PSTATE', now: 0n, host: 0n, guest: 0x8000_00c5n }],
			fault: { esr: 0n, far: 0n, hpfar: 0n },
			...{ hcr: 0n, irqLines: 0n, vttbr: 0n },
			timer: { ctl: 1n, cval: 8_000_000n, cntvoff: CNTVOFF },
			vgic: {
				...{ enabled: true, hcr: 1, vmcr, apr: 0, listRegisters: [0, 0, 0, 0], used: 0 },
				interrupts: [line(27, { edge: true }), line(33)],
				...vgic
			}
		},
		gic: {
			physical: [],
			gich: {
				...{ hcr: 1, vmcr, misr: 0, eisr: 0, elrsr: 15, apr: 0, listRegisters: [0, 0, 0, 0] },
				...gich
			},
			virtualIrq: false,
			timer: {
				now: 7_709_000n,
				virtual: { ctl: 1n, cval: 8_047_000n, fires: false },
				physical: off,
				cntvoff: CNTVOFF,
				...timer
			}
		},
		records: [],
		range: { from: 0, to: 2000 },
		moments: {},
		...changes
	};
}

interface Changes extends Partial<View> {
	gich?: Partial<View['gic']['gich']>;
	vgic?: object;
	timer?: Partial<View['gic']['timer']>;
}

const record = (at: number, changes: Partial<TrapRecord>): TrapRecord => ({
	...{ at, tick: at, what: 'entry', cause: 'irq', fromEl: 1, toEl: 1, pc: 0n, esr: 0, far: 0n },
	...{ ipa: undefined, stage: undefined, s1ptw: false, vmid: 1, outcome: undefined },
	...changes
});

describe('whose virtual timer it is', () => {
	const stopped = { virtual: { ctl: 0n, cval: 8_047_000n, fires: false }, cntvoff: 0n };

	it('the guest’s in the hardware while it runs', () => {
		expect(virtualTimerData(view())).toEqual({
			world: 'guest',
			count: 7_709_000n,
			hardware: { ctl: 1, cval: 8_047_000n, cntvoff: CNTVOFF },
			saved: { ctl: 1, cval: 8_000_000n, cntvoff: CNTVOFF },
			owner: 'hardware',
			host: { ctl: 0, cval: 0n }
		});
		expect(vgicData(view()).timer).toMatchObject({ running: true, left: 997_132n });
	});

	it('saved while the host runs', () => {
		const host = view({ world: 'host', timer: stopped });
		expect(virtualTimerData(host).owner).toBe('saved');
		expect(vgicData(host).timer).toMatchObject({ running: false, enabled: true, left: 950_132n });
	});

	it('at EL2 in the hardware until it is stopped', () => {
		expect(virtualTimerData(view({ world: 'hyp' })).owner).toBe('hardware');
		expect(virtualTimerData(view({ world: 'hyp', timer: stopped })).owner).toBe('saved');
	});

	it('nobody’s before there is a vCPU', () => {
		const data = virtualTimerData(view({ world: 'host', vcpu: undefined }));
		expect([data.owner, data.saved]).toEqual(['hardware', undefined]);
	});
});

describe('the vGIC of a view', () => {
	it('has the guest’s PSTATE.I from the CPU while it runs, and from memory otherwise', () => {
		const registers = { ...view().registers, daif: 0b0010 };
		expect(vgicData(view()).guestMasks).toBe(false);
		expect(vgicData(view({ registers })).guestMasks).toBe(true);
		expect(vgicData(view({ world: 'host' })).guestMasks).toBe(true);
		expect(vgicData(view({ world: 'host', vcpu: undefined })).guestMasks).toBeUndefined();
	});

	it('has no distributor before there is a VM', () => {
		const data = vgicData(view({ world: 'host', vcpu: undefined }));
		expect([data.distributor, data.saved, data.live]).toEqual([undefined, undefined, 'hardware']);
	});

	it('counts the saved list registers in the host, and on the way into the guest', () => {
		const called = record(900, { cause: 'sync', toEl: 2, vmid: undefined });
		const trapped = record(900, { cause: 'sync', toEl: 2 });
		expect(vgicData(view()).live).toBe('hardware');
		expect(vgicData(view({ world: 'host' })).live).toBe('saved');
		expect(vgicData(view({ world: 'hyp', records: [called] })).live).toBe('saved');
		expect(vgicData(view({ world: 'hyp', records: [trapped] })).live).toBe('hardware');
		const off = { world: 'hyp' as const, records: [trapped], gich: { hcr: 0 } };
		expect(vgicData(view(off)).live).toBe('saved');
	});

	it('knows that the guest has taken an interrupt, from what has happened so far', () => {
		const taken = record(1000, {});
		const back = record(1010, { what: 'return', cause: 'eret', toEl: 1 });
		const handles = (instruction: number, entered: boolean) =>
			vgicData(view({ position: { instruction, entered }, records: [taken, back] })).guestHandles;
		expect(handles(1000, false)).toBe(false);
		expect(handles(1000, true)).toBe(true);
		expect(handles(1010, false)).toBe(true);
		expect(handles(1011, false)).toBe(false);
	});

	it('does not take an exit, or an interrupt of the host, for one of the guest', () => {
		const records = [record(10, {}), record(20, { what: 'return', cause: 'eret' })];
		const exit = record(30, { toEl: 2 });
		const host = record(40, { vmid: undefined });
		expect(vgicData(view({ records: [...records, exit, host] })).guestHandles).toBe(false);
		expect(vgicData(view({ records: [records[0]!, exit, host] })).guestHandles).toBe(true);
	});
});

describe('what was shown before', () => {
	const at = (instruction: number, entered = false) => ({ instruction, entered });

	it('is kept while going forward, and forgotten on the way back', () => {
		const earlier = new Earlier<string>();
		expect(earlier.show(at(1), 'a')).toBeUndefined();
		expect(earlier.show(at(2), 'b')).toBe('a');
		expect(earlier.show(at(2), 'b')).toBe('a');
		expect(earlier.show(at(2, true), 'c')).toBe('b');
		expect(earlier.show(at(2), 'b')).toBeUndefined();
		expect(earlier.show(at(3), 'd')).toBe('b');
	});
});

describe('the line that a student wants raised', () => {
	it.each([
		['33', 33],
		[' 127 ', 127],
		['0x21', 33],
		['032', 32]
	])('%j', (text, id) => expect(readLine(text)).toEqual({ id }));

	it.each([
		['', /^Write the number of a line/],
		['disk', /^“disk” is no interrupt’s number/],
		['-1', /not negative/],
		['3.5', /whole/],
		['1e3', /no interrupt’s number/],
		['0', /^0 is an SGI, from one CPU to another/],
		['15', /^15 is an SGI/],
		['16', /^16 is a PPI, private to a vCPU\./],
		['27', /^27 is a PPI, private to a vCPU: the virtual timer’s/],
		['128', /has 128 interrupts, 0 to 127: KVM_IRQ_LINE answers -EINVAL/],
		['1019', /^A GIC may have 1019/],
		['1023', /1020 to 1023 are reserved/],
		['1024', /has 10 bits/],
		['99999999999999999999999', /has 10 bits/]
	])('%j is refused in words', (text, why) => {
		expect(readLine(text)).toEqual({ refused: expect.stringMatching(why) });
	});
});

describe('what came of a raised line', () => {
	const tried = (after: View, changes: Partial<Tried> = {}): Tried => ({
		...{ records: [], reason: 'budget', acknowledged: undefined, view: after },
		...changes
	});
	const before = vgicData(view({ world: 'host', gich: { hcr: 0 } }));
	const active = [0x2008_0021, 0, 0, 0];

	it('taken at EL1 and acknowledged', () => {
		const vgic = { interrupts: [line(33, { pending: true, active: true })], used: 1 };
		const after = view({ vgic, gich: { listRegisters: active, apr: 1 } });
		const { kind, headline, boxes } = whatCameOf(
			33,
			before,
			tried(after, { acknowledged: 33, records: [record(1, {})] })
		);
		expect(kind).toBe('acknowledged');
		expect(headline).toBe(
			'The guest has taken SPI 33 at EL1, without EL2, and acknowledged it: LR0 active.'
		);
		expect(boxes.map(({ name }) => name)).toEqual([
			'KVM’s distributor',
			'List register',
			'Virtual CPU interface',
			'Guest'
		]);
	});

	it('not enabled: no further than the distributor', () => {
		const vgic = { interrupts: [line(40, { enabled: false, pending: true })] };
		const raised = whatCameOf(40, before, tried(view({ world: 'host', vgic })));
		expect(raised).toEqual({
			kind: 'stays',
			headline: 'SPI 40 is pending in the distributor, and gets no further.',
			boxes: [
				{
					name: 'KVM’s distributor',
					says: 'It stays here: the guest has not enabled this interrupt.'
				},
				{ name: 'List register', says: 'No list register holds 40.' }
			]
		});
	});

	it('in a list register, behind the guest’s mask of priorities', () => {
		const listRegisters = [0x1008_0021, 0, 0, 0];
		const vgic = { interrupts: [line(33, { pending: true, active: true })], used: 1 };
		const after = view({ vgic, gich: { listRegisters, vmcr: 0x004c_0001 } });
		const { kind, boxes } = whatCameOf(33, before, tried(after));
		expect(kind).toBe('waits');
		expect(boxes[2]!.says).toMatch(/^It waits: its priority 0x00 is not below the guest’s mask/);
	});

	it('high already', () => {
		const interrupts = [line(33, { pending: true, active: true })];
		const was = vgicData(view({ world: 'host', vgic: { interrupts } }));
		const after = view({ vgic: { interrupts }, gich: { listRegisters: active } });
		expect(whatCameOf(33, was, tried(after))).toMatchObject({
			kind: 'nothing',
			headline: 'The line of SPI 33 was high already: raising it again changes nothing.'
		});
		expect(whatCameOf(33, was, tried(after, { acknowledged: 33 })).kind).toBe('acknowledged');
	});
});

import type { VgicData } from './layout.ts';

export const title = 'The way of a virtual interrupt';

/** The guest's GIC as Linux sets it up: group 0 on, priority mask 0xf0. */
const vmcr = 0xf04c_0001;
const empty = [0, 0, 0, 0];
const quiet = { id: 0, enabled: true, pending: false, active: false };

/** The guest runs, with its timer and lkvm's two devices enabled, and nothing on the way. */
const idle: VgicData = {
	world: 'guest',
	guestMasks: false,
	guestHandles: false,
	timer: { running: true, enabled: true, masked: false, expired: false, left: 300_225n },
	physical: [
		{ ...quiet, id: 25 },
		{ ...quiet, id: 27 },
		{ ...quiet, id: 30 }
	],
	distributor: {
		enabled: true,
		interrupts: [
			{ ...quiet, id: 27, edge: true },
			{ ...quiet, id: 32, edge: false },
			{ ...quiet, id: 33, edge: false }
		]
	},
	hardware: { hcr: 1, vmcr, apr: 0, eisr: 0, listRegisters: empty },
	saved: { hcr: 1, vmcr, apr: 0, listRegisters: empty, used: 0 },
	live: 'hardware',
	virtualIrq: false
};

const distributor = (
	...changes: { id: number; pending?: boolean; active?: boolean; enabled?: boolean }[]
) => ({
	enabled: true,
	interrupts: idle.distributor!.interrupts.map((each) => ({
		...each,
		...changes.find(({ id }) => id === each.id)
	}))
});

const expired: VgicData = {
	...idle,
	timer: { running: true, enabled: true, masked: false, expired: true, left: 0n },
	physical: idle.physical.map((each) => (each.id === 27 ? { ...each, pending: true } : each))
};

const masked = { running: false, enabled: true, masked: true, expired: true, left: -1_619n };

const pendingInDistributor: VgicData = {
	...idle,
	world: 'host',
	timer: masked,
	distributor: distributor({ id: 27, pending: true }),
	hardware: { ...idle.hardware, hcr: 0 },
	live: 'saved'
};

const inSavedRegister: VgicData = {
	...pendingInDistributor,
	distributor: distributor(),
	saved: { ...idle.saved!, listRegisters: [0x1000_001b, 0, 0, 0], used: 1 }
};

const pending: VgicData = {
	...inSavedRegister,
	world: 'guest',
	timer: { ...masked, running: true },
	live: 'hardware',
	hardware: { ...idle.hardware, listRegisters: [0x1000_001b, 0, 0, 0] },
	virtualIrq: true
};

const active: VgicData = {
	...pending,
	guestMasks: true,
	guestHandles: true,
	hardware: { ...idle.hardware, apr: 1, listRegisters: [0x2000_001b, 0, 0, 0] },
	virtualIrq: false
};

const both: VgicData = {
	...active,
	hardware: { ...idle.hardware, apr: 1, listRegisters: [0x3000_001b, 0, 0, 0] },
	saved: { ...idle.saved!, apr: 1, listRegisters: [0x3000_001b, 0, 0, 0], used: 1 }
};

const two: VgicData = {
	...active,
	timer: { running: true, enabled: false, masked: false, expired: false, left: 0n },
	distributor: distributor({ id: 32, pending: true, active: true }),
	hardware: { ...idle.hardware, apr: 1, listRegisters: [0x2000_001b, 0x1008_0020, 0, 0] },
	saved: { ...idle.saved!, apr: 1, listRegisters: [0x2000_001b, 0x1008_0020, 0, 0], used: 3 }
};

const serialActive: VgicData = {
	...idle,
	guestMasks: true,
	guestHandles: true,
	distributor: distributor({ id: 32, active: true }),
	hardware: { ...idle.hardware, apr: 1, listRegisters: [0x2008_0020, 0, 0, 0] },
	saved: { ...idle.saved!, listRegisters: [0x2008_0020, 0, 0, 0], apr: 1, used: 1 }
};

const serialEnded: VgicData = {
	...serialActive,
	physical: idle.physical.map((each) => (each.id === 25 ? { ...each, pending: true } : each)),
	hardware: { ...idle.hardware, eisr: 1, listRegisters: [0x0008_0020, 0, 0, 0] }
};

/** Register values as the teaching kernel leaves them. */
export const examples: Record<
	string,
	{ data: VgicData; id: number; before?: VgicData; open?: 'list' | 'interface' }
> = {
	'Nothing on the way': { data: idle, id: 27 },
	'The timer expires while the guest runs': { data: expired, id: 27, before: idle },
	'Pending in the distributor': { data: pendingInDistributor, id: 27, before: expired },
	'In a list register, until the guest runs': {
		data: inSavedRegister,
		id: 27,
		before: pendingInDistributor
	},
	'Pending, and signalled to the guest': {
		data: pending,
		id: 27,
		before: inSavedRegister,
		open: 'list'
	},
	'The guest masks interrupts': { data: { ...pending, guestMasks: true }, id: 27 },
	'Taken, and not acknowledged yet': {
		data: { ...pending, guestMasks: true, guestHandles: true },
		id: 27,
		before: pending
	},
	'The timer’s deadline passes while the guest sleeps': {
		data: {
			...pendingInDistributor,
			timer: { running: false, enabled: true, masked: false, expired: true, left: -50n },
			distributor: distributor()
		},
		id: 27
	},
	'Active: the guest has acknowledged it': { data: active, id: 27, before: pending },
	'Active, and pending once more': { data: both, id: 27 },
	'Two interrupts: one is served, the other waits': { data: two, id: 32, open: 'interface' },
	'The guest has ended it': {
		data: {
			...active,
			guestMasks: true,
			timer: { running: true, enabled: true, masked: false, expired: false, left: 298_871n },
			hardware: { ...idle.hardware, listRegisters: [0x0000_001b, 0, 0, 0] }
		},
		id: 27,
		before: active
	},
	'A device’s interrupt ends, and KVM is told': { data: serialEnded, id: 32, before: serialActive },
	'Not enabled: it stays in the distributor': {
		data: { ...idle, distributor: distributor({ id: 33, pending: true, enabled: false }) },
		id: 33
	},
	'No guest yet': {
		data: {
			...idle,
			world: 'host',
			guestMasks: undefined,
			timer: { running: true, enabled: false, masked: false, expired: false, left: 0n },
			distributor: undefined,
			hardware: { hcr: 0, vmcr: 0x004c_0000, apr: 0, eisr: 0, listRegisters: empty },
			saved: undefined
		},
		id: 27
	}
};

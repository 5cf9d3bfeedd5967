import type { VirtualTimerData } from './layout.ts';

export const title = 'The virtual timer';

const cntvoff = 1_204_881_337n;
const off = { ctl: 0, cval: 0n, cntvoff: 0n };

const runs: VirtualTimerData = {
	world: 'guest',
	count: 1_689_402_118n,
	hardware: { ctl: 1, cval: 484_821_004n, cntvoff },
	saved: { ctl: 1, cval: 484_419_004n, cntvoff },
	owner: 'hardware',
	host: { ctl: 1, cval: 1_689_990_214n }
};

const expired: VirtualTimerData = {
	...runs,
	count: 1_689_702_343n,
	hardware: { ctl: 5, cval: 484_821_004n, cntvoff }
};

const injected: VirtualTimerData = {
	...runs,
	world: 'host',
	owner: 'saved',
	count: 1_689_703_962n,
	hardware: { ctl: 0, cval: 484_821_004n, cntvoff: 0n },
	saved: { ctl: 3, cval: 484_821_004n, cntvoff }
};

/** Counts as of a guest that was started after some 12 seconds of the host's. */
export const examples: Record<string, { data: VirtualTimerData; before?: VirtualTimerData }> = {
	'The guest runs, and its timer counts': { data: runs },
	'It expires while the guest runs': { data: expired, before: runs },
	'The guest sleeps, and the host keeps watch': {
		data: {
			world: 'host',
			count: 1_689_512_400n,
			hardware: { ctl: 0, cval: 484_821_004n, cntvoff: 0n },
			saved: { ctl: 1, cval: 484_821_004n, cntvoff },
			owner: 'saved',
			host: { ctl: 1, cval: 1_689_702_343n }
		}
	},
	'KVM has raised its interrupt, and masked it': { data: injected, before: expired },
	'The guest has switched it off': {
		data: {
			...runs,
			count: 1_689_706_101n,
			hardware: { ctl: 0, cval: 484_821_004n, cntvoff },
			saved: { ctl: 3, cval: 484_821_004n, cntvoff }
		}
	},
	'No guest yet': {
		data: { world: 'host', count: 204_118_773n, hardware: off, saved: undefined, owner: 'hardware' }
	}
};

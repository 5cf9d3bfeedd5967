import { countTicks, formatDistance } from '../virtual-timer/layout.ts';
import {
	accesses,
	by,
	DISK,
	interruptName,
	MAINTENANCE,
	SERIAL,
	sourceName,
	TIMER
} from './boxes.ts';
import { held, isUsed, liveRegisters, offered, standing } from './held.ts';
import type {
	Fact,
	InterfaceRegisters,
	StationKey,
	Unspoken,
	VgicData,
	VirtualInterrupt
} from './layout.ts';
import { hex, readListRegister } from './list-register.ts';

type Part = Omit<Unspoken, 'key' | 'title' | 'place' | 'access' | 'by' | 'aside'> & {
	readonly aside?: boolean;
};

/** The six boxes, in the order in which an interrupt meets them. */
export function stationsOf(data: VgicData, id: number): Unspoken[] {
	const make = (key: StationKey, title: string, place: string, part: Part): Unspoken => ({
		aside: false,
		...part,
		key,
		title,
		place,
		access: accesses[key](id),
		by: by[key](id)
	});
	return [
		make('source', sourceName(id), sourcePlace(data, id), source(data, id)),
		make('physical', 'Physical GIC', 'hardware, the host’s', physical(data, id)),
		make('distributor', 'KVM’s distributor', 'the host’s memory', distributor(data, id)),
		make('list', 'List registers', 'GICH and the vCPU’s memory', list(data, id)),
		make('interface', 'Virtual CPU interface', 'hardware, GICV', virtualInterface(data, id)),
		make('guest', 'The guest’s CPU', 'EL1', guest(data, id))
	];
}

function sourcePlace({ timer }: VgicData, id: number): string {
	if (id !== TIMER) return 'lkvm’s process';
	return timer.running ? 'hardware' : 'saved, in the vCPU’s memory';
}

const yes = (value: boolean) => (value ? 'yes' : 'no');

/** What the emulated distributor knows of an interrupt; nothing is known of those that are off and quiet. */
function known(data: VgicData, id: number): VirtualInterrupt {
	const found = data.distributor?.interrupts.find((each) => each.id === id);
	return found ?? { id, enabled: false, pending: false, active: false, edge: id < 32 };
}

function source(data: VgicData, id: number): Part {
	if (id === TIMER) return timer(data.timer);
	const { pending, edge } = known(data, id);
	if (id < 16) return quiet('asks by GICD_SGIR', 'One vCPU asks another by a write to GICD_SGIR.');
	if (id < 32) return quiet('nothing', 'Nothing of this VM is on this line.');
	const who = id === SERIAL || id === DISK ? 'lkvm' : 'Whoever has it';
	const facts: Fact[] = edge ? [] : [{ name: 'line', value: pending ? 'high' : 'low' }];
	if (edge)
		return {
			...quiet('an edge', `${who} raises the line for a moment; nobody remembers its level.`),
			facts
		};
	return {
		standing: pending ? 'pending' : 'none',
		state: pending ? 'line high' : 'line low',
		facts,
		says: pending
			? `${who} holds the line high until the guest has served the device.`
			: 'The line is low: the device wants nothing.'
	};
}

const quiet = (state: string, says: string): Part => ({ standing: 'none', state, facts: [], says });

function timer({ running, enabled, masked, expired, left }: VgicData['timer']): Part {
	const bit = (value: boolean) => (value ? '1' : '0');
	const facts = [
		{ name: 'ENABLE', value: bit(enabled) },
		{ name: 'IMASK', value: bit(masked) },
		{ name: 'ISTATUS', value: bit(expired) }
	];
	const part = (state: string, says: string, standing: Part['standing'] = 'none') => ({
		standing,
		state,
		facts,
		says
	});
	if (!enabled) return part('off', 'The guest’s timer is off.');
	if (expired && masked)
		return part(
			'expired, masked',
			'The deadline has passed, and IMASK keeps the line low: KVM sets it, so that one expiry is one interrupt.'
		);
	if (expired && !running)
		return part(
			'expired, not running',
			'The deadline has passed, but the timer is saved and no line rises: KVM finds out by its own means, and injects the interrupt.',
			'pending'
		);
	if (expired) return part('expired', 'The deadline has passed and the line is high.', 'pending');
	if (masked) return part('masked', 'IMASK keeps the line low.');
	return part('counting', `The timer fires in ${countTicks(left)}, ${formatDistance(left)}.`);
}

function physical(data: VgicData, id: number): Part {
	const find = (wanted: number) => data.physical.find((each) => each.id === wanted);
	if (id !== TIMER) {
		const maintenance = find(MAINTENANCE)?.pending ?? false;
		return {
			...quiet(
				maintenance ? 'PPI 25 pending' : 'not on its way',
				maintenance
					? 'PPI 25, the maintenance interrupt, is pending: the guest has ended an interrupt that KVM wants to hear of. It ends the guest’s run.'
					: 'lkvm is a program: no physical line belongs to its devices.'
			),
			facts: [{ name: 'PPI 25', value: maintenance ? 'pending' : 'quiet' }],
			aside: true
		};
	}
	const { enabled, pending, active } = find(id) ?? {
		enabled: false,
		pending: false,
		active: false
	};
	const facts = [
		{ name: 'enabled', value: yes(enabled) },
		{ name: 'pending', value: yes(pending) }
	];
	if (active)
		return {
			standing: 'active',
			state: 'active',
			facts,
			says: 'The host has acknowledged it.'
		};
	if (!pending)
		return {
			standing: 'none',
			state: 'quiet',
			facts,
			says: 'PPI 27 is quiet at the physical GIC.'
		};
	const says = enabled
		? 'The host has enabled it: it is taken to EL2 and ends the guest’s run, an exit, but not a trap. The world switch then stops the timer, so the host’s handler never sees it.'
		: 'The host has not enabled it: the guest would run on.';
	return { standing: 'pending', state: 'pending', facts, says };
}

function distributor(data: VgicData, id: number): Part {
	if (data.distributor === undefined) return quiet('not there yet', 'No VM has a distributor yet.');
	const { enabled, pending, active, edge } = known(data, id);
	const on = data.distributor.enabled;
	const facts = [
		{ name: 'GICD_CTLR', value: on ? 'on' : 'off' },
		{ name: 'enabled', value: yes(enabled) },
		{ name: 'pending', value: yes(pending) },
		...(edge ? [] : [{ name: 'active', value: yes(active) }]),
		{ name: 'trigger', value: edge ? 'edge' : 'level' }
	];
	const part = (standing: Part['standing'], state: string, says: string): Part => ({
		standing,
		state,
		facts,
		says
	});
	if (active)
		return part(
			'none',
			pending ? 'handed on, line high' : 'handed on',
			`Handed to a list register. Its line is ${pending ? 'still high' : 'low again'}; KVM looks at it when the guest has ended the interrupt.`
		);
	if (pending && !on)
		return part(
			'pending',
			'pending, all off',
			'It stays here: the guest has not switched its distributor on.'
		);
	if (pending && !enabled)
		return part(
			'pending',
			'pending, not enabled',
			'It stays here: the guest has not enabled this interrupt.'
		);
	if (pending)
		return part(
			'pending',
			'pending',
			'Enabled and pending: KVM puts it into a list register before the guest runs next.'
		);
	if (edge && standing(data, id) !== 'empty')
		return part(
			'none',
			'handed on',
			'Edge-triggered: forgotten here once it was in a list register.'
		);
	return enabled
		? part('none', 'enabled, quiet', 'The guest has enabled it; nothing is pending.')
		: part('none', 'not enabled', 'The guest has not enabled it.');
}

const lrSays = {
	pending: 'is pending: the guest has not taken it yet.',
	active: 'is active: the guest has acknowledged it and not ended it.',
	both: 'is active, and pending once more.'
} as const;

function list(data: VgicData, id: number): Part {
	const live = data.live === 'hardware';
	const where = live ? 'in the hardware' : 'in the vCPU’s memory, until the guest runs';
	const found = held(liveRegisters(data), id);
	if (found === undefined) return quiet('none holds it', `No list register holds ${id}.`);
	const { lr, number } = found;
	if (lr.state === 'empty') {
		if (!isUsed(data, number))
			return quiet(`LR${number} held it last`, `LR${number} held it last, and is free.`);
		const untold = live && (data.hardware.eisr & (1 << number)) !== 0;
		return quiet(
			`LR${number} ended`,
			untold
				? `LR${number} is empty, and its EOI bit asks that KVM be told: the maintenance interrupt is high.`
				: `LR${number} is empty; kvm_vgic_sync_hwstate takes it back.`
		);
	}
	const state = lr.state === 'both' ? 'active and pending' : lr.state;
	return {
		standing: lr.state,
		state: `LR${number} ${state}`,
		facts: [],
		says: `LR${number}, ${where}, ${lrSays[lr.state]}`
	};
}

/** The fields of GICH_VMCR and GICH_APR that decide, in the guest's own words. */
function readInterface({ vmcr, apr }: InterfaceRegisters) {
	const bpr = Math.max((vmcr >>> 21) & 7, 2);
	return {
		enabled: (vmcr & 1) !== 0,
		mask: (vmcr >>> 27) << 3,
		/** 0xff: nothing runs. */
		running: apr === 0 ? 0xff : 8 * (31 - Math.clz32(apr & -apr)),
		groupPriority: (priority: number) => priority & (0xff << (bpr + 1)) & 0xff
	};
}

/** Why a pending interrupt is not signalled to the guest's CPU; undefined: it is. */
function obstacle(data: VgicData, id: number): readonly [state: string, says: string] | undefined {
	const { enabled, mask, running, groupPriority } = readInterface(data.hardware);
	const { lr } = held(data.hardware.listRegisters, id)!;
	if (!enabled)
		return ['guest’s GICC off', 'It waits: the guest has not switched its CPU interface on.'];
	if (lr.priority >= mask)
		return [
			'masked by priority',
			`It waits: its priority ${hex(lr.priority)} is not below the guest’s mask, GICC_PMR, ${hex(mask)}.`
		];
	const registers = data.hardware.listRegisters.map(readListRegister);
	const runs = registers.find(({ state }) => state === 'active' || state === 'both');
	if (groupPriority(lr.priority) >= running)
		return [
			runs ? `waits behind ${runs.id}` : 'waits',
			`It waits: ${runs ? `${runs.id} runs with` : 'the running priority is'} priority ${hex(running)}, and equals do not interrupt each other.`
		];
	const first = registers
		.filter(({ state }) => state === 'pending')
		.reduce((best, each) => (each.priority < best.priority ? each : best));
	if (first.id !== id) return [`after ${first.id}`, `It waits: ${first.id} is signalled first.`];
	return undefined;
}

function virtualInterface(data: VgicData, id: number): Part {
	const { enabled, mask, running } = readInterface(data.hardware);
	const facts = [
		{ name: 'GICH_HCR.En', value: String(data.hardware.hcr & 1) },
		{ name: 'virtual IRQ', value: data.virtualIrq ? 'high' : 'low' },
		{ name: 'running priority', value: running === 0xff ? 'idle' : hex(running) },
		{ name: 'mask', value: hex(mask) },
		{ name: 'GICC_CTLR', value: enabled ? 'on' : 'off' }
	];
	const part = (standing: Part['standing'], state: string, says: string): Part => ({
		standing,
		state,
		facts,
		says
	});
	if ((data.hardware.hcr & 1) === 0)
		return part(
			'none',
			'off',
			'The world switch has it off while the guest does not run: GICH_HCR.En is 0.'
		);
	const state = offered(data, id);
	if (state === 'empty') {
		if (!data.virtualIrq) return part('none', 'quiet', `It has nothing of ${id} to signal.`);
		return part('none', 'signals another', `It signals another interrupt, nothing of ${id}.`);
	}
	if (state === 'active')
		return part(
			'active',
			'acknowledged',
			'The guest has read its number from GICC_IAR, without a trap.'
		);
	if (state === 'both')
		return part(
			'both',
			'acknowledged, once more',
			'Acknowledged. The second one is signalled when the guest has ended the first.'
		);
	const why = obstacle(data, id);
	return why
		? part('none', why[0], why[1])
		: part('pending', 'signals it', `The virtual IRQ line is high: GICC_IAR would answer ${id}.`);
}

function guest(data: VgicData, id: number): Part {
	const masks = data.guestMasks;
	const runs = data.world === 'guest';
	const facts = [
		{ name: 'runs now', value: runs ? 'the guest' : data.world === 'hyp' ? 'EL2' : 'the host' },
		...(masks === undefined ? [] : [{ name: 'PSTATE.I', value: masks ? '1, masks' : '0, open' }])
	];
	const part = (standing: Part['standing'], state: string, says: string): Part => ({
		standing,
		state,
		facts,
		says
	});
	const state = standing(data, id);
	const serves = state === 'active' || state === 'both';
	if (!runs)
		return part(
			serves ? 'active' : 'none',
			serves ? 'serving it, paused' : 'does not run',
			serves
				? 'The guest is in the midst of serving it, and does not run now.'
				: 'The guest does not run now.'
		);
	if (serves) return part('active', 'serves it', 'The guest’s handler is serving it.');
	const signalled = state === 'pending' && obstacle(data, id) === undefined && data.virtualIrq;
	if (signalled && masks && data.guestHandles)
		return part(
			'pending',
			'has taken it',
			'The guest has taken an interrupt at its own vector, which masks further ones, and is about to read from GICC_IAR which one it is.'
		);
	if (signalled && masks)
		return part(
			'none',
			'masks interrupts',
			'The guest masks interrupts, PSTATE.I is 1: it takes this one when it unmasks them.'
		);
	if (signalled)
		return part('pending', 'takes it next', 'The guest takes it before its next instruction.');
	return part(
		'none',
		masks ? 'runs, masks interrupts' : 'runs',
		masks ? 'The guest runs, with interrupts masked.' : 'The guest runs, open to interrupts.'
	);
}

/** Where the interrupt is, in a sentence or two: the box farthest on that has something to say. */
export function headline(data: VgicData, id: number): string {
	const name = interruptName(id);
	const found = held(liveRegisters(data), id);
	const state = found?.lr.state ?? 'empty';
	const [from, gic, dist] = [source(data, id), physical(data, id), distributor(data, id)];
	if (state !== 'empty') {
		const at = `LR${found!.number}`;
		if (state === 'active')
			return `${name} is active in ${at}: the guest has acknowledged it and not ended it yet.`;
		if (state === 'both')
			return `${name} is active in ${at} and pending once more: the guest serves the first; the second waits for its end.`;
		if (offered(data, id) !== 'pending')
			return `${name} waits in the saved ${at} for the guest to run.`;
		const why = obstacle(data, id);
		if (why) return `${name} is pending in ${at}. ${why[1]}`;
		const then =
			data.world === 'guest' ? guest(data, id).says : 'The guest gets it as soon as it runs.';
		return `${name} is pending in ${at} and signalled. ${then}`;
	}
	if (dist.standing === 'pending') return `${name} is pending in KVM’s distributor. ${dist.says}`;
	if (gic.standing !== 'none') return `${name} is ${gic.state} at the physical GIC. ${gic.says}`;
	if (from.standing === 'pending') return `${name} is due. ${from.says}`;
	if (found !== undefined && isUsed(data, found.number))
		return `The guest has ended ${name}. ${list(data, id).says}`;
	return `Nothing of ${name} is on the way. ${from.says}`;
}

import type { TrapRecord } from 'emulator-core';
import type { Position, Tried, View } from '../stepping/protocol.ts';
import { halfWidth } from '../ui/hex.ts';
import { interruptName } from '../widgets/vgic/boxes.ts';
import { vgicPicture, type StationKey, type VgicData } from '../widgets/vgic/layout.ts';
import { timerState, type VirtualTimerData } from '../widgets/virtual-timer/layout.ts';

/** PSTATE.I, in the order of DAIF and as a bit of SPSR. */
const I_OF_DAIF = 1 << 1;
const I_OF_SPSR = 1n << 7n;

/** CNTV_CTL.ENABLE. */
const ENABLE = 1;

/** The virtual timer of a view: in the hardware while the guest has it, otherwise as it was saved. */
export function virtualTimerData({ world, gic, vcpu }: View): VirtualTimerData {
	const { now, virtual, physical, cntvoff } = gic.timer;
	const hardware = { ctl: Number(virtual.ctl), cval: virtual.cval, cntvoff };
	const saved = vcpu && {
		ctl: Number(vcpu.timer.ctl),
		cval: vcpu.timer.cval,
		cntvoff: vcpu.timer.cntvoff
	};
	// On its way out the world switch stops the timer when it has saved it, and starts it last on the way in.
	const atEl2 = (hardware.ctl & ENABLE) !== 0;
	const inHardware = world === 'guest' || (world === 'hyp' && atEl2) || saved === undefined;
	return {
		world,
		count: now,
		hardware,
		saved,
		owner: inHardware ? 'hardware' : 'saved',
		host: { ctl: Number(physical.ctl), cval: physical.cval }
	};
}

/** All that the way of a virtual interrupt depends on, of a view. */
export function vgicData(view: View): VgicData {
	const { world, gic, vcpu } = view;
	const timer = virtualTimerData(view);
	const registers = timer.owner === 'saved' && timer.saved ? timer.saved : timer.hardware;
	const vgic = vcpu?.vgic;
	const { hcr, vmcr, apr, eisr, listRegisters } = gic.gich;
	return {
		world,
		guestMasks: guestMasks(view),
		guestHandles: guestHandles(view),
		timer: { ...timerState(registers, timer.count), running: timer.owner === 'hardware' },
		physical: gic.physical,
		distributor: vgic && { enabled: vgic.enabled, interrupts: vgic.interrupts },
		hardware: { hcr, vmcr, apr, eisr, listRegisters },
		saved: vgic && {
			hcr: vgic.hcr,
			vmcr: vgic.vmcr,
			apr: vgic.apr,
			listRegisters: vgic.listRegisters,
			used: vgic.used
		},
		live: vgic && isSaved(view) ? 'saved' : 'hardware',
		virtualIrq: gic.virtualIrq
	};
}

/** What has happened up to here; the view's records go on into the future. */
function past({ records, position }: View): readonly TrapRecord[] {
	return records.filter(
		({ at, what, cause }) =>
			at < position.instruction ||
			(at === position.instruction && position.entered && what === 'entry' && cause !== 'sync')
	);
}

/**
 * Whether the list registers in the vCPU's memory count. At EL2 that depends on where the world switch
 * is going: on its way in the hardware is being filled, on its way out it counts until it is off.
 */
function isSaved(view: View): boolean {
	if (view.world !== 'hyp') return view.world === 'host';
	const called = past(view).findLast(({ what, toEl }) => what === 'entry' && toEl === 2);
	return called?.vmid === undefined || (view.gic.gich.hcr & 1) === 0;
}

/** The guest's last way into or out of its EL1 was an interrupt taken there. */
function guestHandles(view: View): boolean {
	const last = past(view).findLast(
		({ what, fromEl, toEl, vmid }) =>
			vmid !== undefined && (what === 'entry' ? toEl === 1 : fromEl === 1)
	);
	return last?.cause === 'irq';
}

/** PSTATE.I of the guest: the CPU’s own while it runs, else what the world switch has kept of it. */
function guestMasks({ world, registers, vcpu }: View): boolean | undefined {
	if (world === 'guest') return (registers.daif & I_OF_DAIF) !== 0;
	const kept = vcpu?.registers.find(({ name }) => name === 'PSTATE');
	return kept && (kept.guest & I_OF_SPSR) !== 0n;
}

/** Remembers what was shown last, so that a widget can mark what going forward has changed. */
export class Earlier<T> {
	#at: Position | undefined;
	#now: T | undefined;
	#before: T | undefined;

	/** What was shown before `now`; undefined at first, and after going back. */
	show(at: Position, now: T): T | undefined {
		const moved = this.#at === undefined ? 0 : compare(at, this.#at);
		if (moved !== 0) this.#before = moved > 0 ? this.#now : undefined;
		this.#at = at;
		this.#now = now;
		return this.#before;
	}
}

const compare = (a: Position, b: Position) =>
	a.instruction - b.instruction || Number(a.entered) - Number(b.entered);

/** VGIC_NR_IRQS of the tree as shipped, and the first number that is a device's. */
const LINES = 128;
const FIRST_DEVICE = 32;

/** The line that a student wants raised, or why there is no such line, in words. */
export function readLine(text: string): { readonly id: number } | { readonly refused: string } {
	const written = halfWidth(text).trim();
	if (written === '')
		return { refused: 'Write the number of a line: 33 is the disk’s, 32 the serial port’s.' };
	if (!/^(0x[0-9a-f]+|\d+)$/i.test(written))
		return {
			refused: `“${written.slice(0, 20)}” is no interrupt’s number. Those are whole and not negative: 33, or 0x21.`
		};
	const id = Number(written);
	const why = refusal(id);
	return why === undefined ? { id } : { refused: why };
}

function refusal(id: number): string | undefined {
	if (id < 16)
		return `${id} is an SGI, from one CPU to another: a guest sends it by GICD_SGIR, and no line leads to it. The devices’ lines begin at 32.`;
	if (id < FIRST_DEVICE)
		return `${id} is a PPI, private to a vCPU${id === 27 ? ': the virtual timer’s, which KVM raises itself' : ''}. lkvm raises lines of devices, from 32 on.`;
	if (id < LINES) return undefined;
	if (id < 1020)
		return `A GIC may have ${id}, but the distributor that KVM plays has ${LINES} interrupts, 0 to ${LINES - 1}: KVM_IRQ_LINE answers -EINVAL.`;
	if (id < 1024)
		return `${id} is no interrupt: 1020 to 1023 are reserved. GICC_IAR answers 1023 when nothing is pending.`;
	return 'The number of an interrupt has 10 bits, and the last real one is 1019.';
}

/** What came of raising a line. */
export interface Raised {
	/** The guest has acknowledged it; it waits in a list register; it got no further than the distributor. */
	readonly kind: 'acknowledged' | 'waits' | 'stays' | 'nothing';
	readonly headline: string;
	/** Box by box, in sentences. */
	readonly boxes: readonly { readonly name: string; readonly says: string }[];
}

const told: Readonly<Partial<Record<StationKey, string>>> = {
	distributor: 'KVM’s distributor',
	list: 'List register',
	interface: 'Virtual CPU interface',
	guest: 'Guest'
};

/** @param before where the line was raised */
export function whatCameOf(id: number, before: VgicData, tried: Tried): Raised {
	const after = vgicData(tried.view);
	const { stations } = vgicPicture(after, id);
	const station = (key: StationKey) => stations.find((each) => each.key === key)!;
	const name = interruptName(id);
	const result = (kind: Raised['kind'], headline: string): Raised => {
		// What never left the distributor has nothing to say of the boxes behind it.
		const met = kind === 'stays' ? stations.slice(0, 4) : stations;
		const boxes = met.flatMap(({ key, says }) => {
			const name = told[key];
			return name === undefined ? [] : [{ name, says }];
		});
		return { kind, headline, boxes };
	};
	const isPending = ({ distributor }: VgicData) =>
		distributor?.interrupts.some((each) => each.id === id && each.pending) ?? false;

	const acknowledged = tried.acknowledged === id;
	const state = station('list').state;
	if (isPending(before)) {
		const changes = `The line of ${name} was high already: raising it again changes nothing.`;
		return acknowledged
			? result('acknowledged', `${changes} The guest has acknowledged it: ${state}.`)
			: result('nothing', changes);
	}
	if (acknowledged) {
		const direct = tried.records.some(
			({ what, cause, toEl, vmid }) =>
				what === 'entry' && cause === 'irq' && toEl === 1 && vmid !== undefined
		);
		const how = direct
			? `taken ${name} at EL1, without EL2, and acknowledged it`
			: `acknowledged ${name}`;
		return result('acknowledged', `The guest has ${how}: ${state}.`);
	}
	if (station('list').standing !== 'none')
		return result('waits', `${name} is in a list register, and waits there.`);
	if (isPending(after))
		return result('stays', `${name} is pending in the distributor, and gets no further.`);
	return result('nothing', `Nothing of ${name} is on the way any more.`);
}

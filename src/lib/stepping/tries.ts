import {
	accessFromEl1,
	callFunction,
	type Machine,
	type StopReason,
	type Timeline,
	type TrapRecord
} from 'emulator-core';
import { worldOf } from './code-view.ts';
import { isReturnToGuest, isReturnToHost } from './positions.ts';
import type { Program } from './program.ts';
import type { Change, Position } from './protocol.ts';
import { Refused } from './refused.ts';
import type { Travel } from './travel.ts';
import { KernelMemory, vcpuAddress, type Offsets } from './vcpu-view.ts';

/** What came of a change, and the scratch copy as it then stood. */
export interface Trial<View> {
	readonly records: readonly TrapRecord[];
	readonly reason: StopReason;
	readonly acknowledged: number | undefined;
	readonly view: View;
}

/** What a trial needs of the machine that stays as it is. */
export interface Subject {
	readonly timeline: Timeline;
	readonly machine: Machine;
	readonly travel: Travel;
	readonly host: Program;
	readonly offsets: Offsets;
}

/** Instructions that a change has for making itself felt. */
const patience = 400_000;
/** More would not be looked at. */
const mostRecords = 300;
const hex = (n: bigint | number) =>
	n >= 0 ? '0x' + n.toString(16).replaceAll(/(?<=\w)(?=(\w{4})+$)/g, '_') : String(n);

/**
 * Tries a change on a scratch copy. The machine itself comes back to where it stood, whatever happens.
 *
 * @param view makes the picture of the copy; `records` are those since the change
 * @throws {Refused} the change makes no sense, in words
 */
export function tryChange<View>(
	subject: Subject,
	change: Change,
	until: 'exception' | 'acknowledge',
	view: (records: readonly TrapRecord[]) => View
): Trial<View> {
	const { timeline, machine } = subject;
	check(machine, change);
	const here = timeline.position;
	try {
		timeline.seek(placeFor(subject, change));
		return timeline.whatIf(() => {
			const records: TrapRecord[] = [];
			const listening = machine.trapLog.onRecord;
			machine.trapLog.onRecord = (record) => {
				if (records.length < mostRecords) records.push(record);
			};
			try {
				const outcome = make(subject, change, until, records);
				return { records, ...outcome, view: view(records) };
			} finally {
				machine.trapLog.onRecord = listening;
			}
		});
	} finally {
		timeline.seek(here);
	}
}

function check(machine: Machine, change: Change): void {
	if (change.kind === 'memory') {
		const { base } = machine.board.ram;
		if (!Number.isSafeInteger(change.pa) || change.pa < 0 || change.pa % 8 !== 0)
			throw new Refused(
				`A descriptor has 8 bytes and lies at a multiple of 8; ${hex(change.pa)} is none.`
			);
		if (change.pa < base || change.pa + 8 > base + machine.ramBytes)
			throw new Refused(
				`At ${hex(change.pa)} this machine has no memory: its RAM is from ${hex(base)} to ` +
					`${hex(base + machine.ramBytes - 1)}.`
			);
		refuseWide(change.value, 'A descriptor');
	}
	if (change.kind === 'access') refuseWide(change.va, 'An address');
	if (change.kind === 'interrupt') {
		const { id } = change;
		if (!Number.isInteger(id) || id < 0 || id > 1019)
			throw new Refused(`There is no interrupt ${id}: a GIC has the numbers 0 to 1019.`);
		if (id < 16)
			throw new Refused(
				`Interrupt ${id} is an SGI: only a CPU can send it, by its distributor’s GICD_SGIR. ` +
					'KVM_IRQ_LINE takes 16 to 127.'
			);
	}
}

function refuseWide(value: bigint, what: string): void {
	if (BigInt.asUintN(64, value) !== value)
		throw new Refused(`${what} has 64 bits; ${hex(value)} does not fit.`);
}

/** An access is the guest's: the guest must run. A line is raised by the host: it must run at EL1. */
function placeFor({ timeline, machine, travel, host, offsets }: Subject, change: Change): Position {
	const world = worldOf(machine);
	if (change.kind === 'memory') return timeline.position;
	if (change.kind === 'access')
		return world === 'guest' ? timeline.position : travel.nextTrap(isReturnToGuest);
	const vcpu = vcpuAddress(machine, host);
	if (vcpu === undefined) throw new Refused('There is no guest yet that could be interrupted.');
	const lines = offsets['VGIC_IRQS'] ?? 128;
	if (change.id >= lines)
		throw new Refused(
			`KVM’s distributor has ${lines} interrupts, 0 to ${lines - 1}: kvm_vgic_inject_irq refuses ${change.id}.`
		);
	if (world === 'host' && machine.cpu.el === 1) return timeline.position;
	return travel.nextTrap(
		(record) =>
			isReturnToHost(record) ||
			(record.what === 'entry' && record.toEl === 1 && record.vmid === undefined)
	);
}

type Outcome = Pick<Trial<never>, 'reason' | 'acknowledged'>;

function make(
	subject: Subject,
	change: Change,
	until: 'exception' | 'acknowledge',
	records: readonly TrapRecord[]
): Outcome {
	const { machine } = subject;
	if (change.kind === 'access') {
		accessFromEl1(machine, change.va, change.access);
		return { reason: 'budget', acknowledged: undefined };
	}
	if (change.kind === 'memory') {
		const bytes = new Uint8Array(8);
		new DataView(bytes.buffer).setBigUint64(0, change.value, true);
		machine.writePhysical(change.pa, bytes);
		// As if the TLB had been told: the student wants to see the new descriptor at work.
		machine.cpu.stateReplaced();
		return runUntil(machine, () => until === 'exception' && records.length > 0);
	}
	inject(subject, change.id);
	const { lrs } = machine.devices.gic.gich.current;
	const isActive = () => lrs.some((lr) => (lr & 0x3ff) === change.id && (lr & (1 << 29)) !== 0);
	// One that the guest serves already must first be ended.
	let served = isActive();
	let acknowledged: number | undefined;
	const outcome = runUntil(machine, () => {
		if (until === 'exception') return records.length > 0;
		const active = isActive();
		if (active && !served) acknowledged = change.id;
		served = active;
		return acknowledged !== undefined;
	});
	return { ...outcome, acknowledged };
}

/** Runs instruction by instruction where it matters: while something may just have happened. */
function runUntil(machine: Machine, done: () => boolean): Outcome {
	const end = machine.instructions + patience;
	while (machine.instructions < end) {
		if (done()) return { reason: 'budget', acknowledged: undefined };
		const { reason } = machine.step();
		if (reason !== 'budget') return { reason, acknowledged: undefined };
	}
	return { reason: 'budget', acknowledged: undefined };
}

/** Has the host's kernel call kvm_vgic_inject_irq(kvm, 0, id, true) before its next instruction. */
function inject({ machine, host, offsets }: Subject, id: number): void {
	const target = host.address('kvm_vgic_inject_irq');
	const vcpu = vcpuAddress(machine, host);
	const memory = new KernelMemory(machine);
	const kvm = vcpu === undefined ? undefined : memory.pointer(vcpu + BigInt(offsets['VCPU_KVM']!));
	if (target === undefined || kvm === undefined)
		throw new Refused(
			'This tree’s kernel has no kvm_vgic_inject_irq: interrupts cannot be injected.'
		);
	const { cpu } = machine;
	const saved = { x: machine.registers().x, pc: cpu.hot.pc, sp: cpu.hot.sp, nzcv: cpu.hot.nzcv };
	const daif = cpu.daif;
	cpu.sleeping = false;
	// Nothing may come between, and the call must come back to where it was made.
	cpu.setDaif(15);
	callFunction(machine, target, [kvm, 0n, BigInt(id), 1n], saved.pc);
	const end = machine.instructions + 50_000;
	do machine.step();
	while ((cpu.hot.pc !== saved.pc || cpu.hot.sp !== saved.sp) && machine.instructions < end);
	if (cpu.hot.pc !== saved.pc)
		throw new Refused('kvm_vgic_inject_irq did not come back: this tree’s kernel hangs in it.');
	saved.x.forEach((value, n) => cpu.hot.setX(n, value));
	cpu.hot.nzcv = saved.nzcv;
	cpu.setDaif(daif);
}

import type { Access, TrapRecord } from 'emulator-core';
import type { View } from '$lib/stepping/protocol.ts';

/** An address and what is done with it: what a walk is asked for. */
export interface WalkSubject {
	readonly va: bigint;
	readonly access: Access;
}

const isAbort = ({ what, cause, esr }: TrapRecord) =>
	what === 'entry' && cause === 'sync' && [0x20, 0x21, 0x24, 0x25].includes(esr >>> 26);

/** ISS of a data abort. */
const writeBit = 1 << 6;
const maintenanceBit = 1 << 8;

function subjectOf({ esr, far }: TrapRecord): WalkSubject {
	const ec = esr >>> 26;
	if (ec === 0x20 || ec === 0x21) return { va: far, access: 'fetch' };
	const writes = (esr & writeBit) !== 0 && (esr & maintenanceBit) === 0;
	return { va: far, access: writes ? 'write' : 'read' };
}

/**
 * The address that a lesson would ask about where the machine stands: what the next instruction of the
 * guest faults on, or what it has faulted on before and tries again; while the host or EL2 deals with an
 * abort, what that was about; otherwise the instruction itself.
 */
export function walkSubject({ records, position, registers, world }: View): WalkSubject {
	const fetch: WalkSubject = { va: registers.pc, access: 'fetch' };
	const past = records.filter(
		({ at }) => at < position.instruction || (position.entered && at === position.instruction)
	);
	if (world !== 'guest') {
		const exit = past.findLast(
			({ what, toEl, vmid }) => what === 'entry' && toEl === 2 && vmid !== undefined
		);
		if (exit === undefined) return fetch;
		return isAbort(exit) ? subjectOf(exit) : { va: exit.pc, access: 'fetch' };
	}
	const next = records.find(
		(record) => !past.includes(record) && record.at === position.instruction && isAbort(record)
	);
	const again = past.findLast((record) => isAbort(record) && record.pc === registers.pc);
	const found = next ?? again;
	return found === undefined ? fetch : subjectOf(found);
}

/** An ESR to show, with the addresses that belong to it, and how it is to be read. */
export interface SyndromeSubject {
	readonly esr: number;
	readonly far: bigint | undefined;
	readonly hpfar: bigint | undefined;
	readonly register: 'ESR_EL1' | 'ESR_EL2';
	/** What KVM put into the vCPU's memory, rather than registers. */
	readonly noted: boolean;
	readonly caption: string;
}

/**
 * The syndrome that matters where the machine stands: at EL2 the registers; in the host what KVM noted
 * of the guest's exit; in the guest what its next instruction will cause, or else what its last exit
 * was. Undefined before the first exception that has one.
 */
export function syndromeSubject(view: View): SyndromeSubject | undefined {
	const { records, position, registers, world, vcpu } = view;
	const system = (name: string) => registers.system[name] ?? 0n;
	if (world === 'hyp')
		return {
			esr: Number(BigInt.asUintN(32, system('ESR_EL2'))),
			far: system('FAR_EL2'),
			hpfar: system('HPFAR_EL2'),
			register: 'ESR_EL2',
			noted: false,
			caption: 'as the registers hold it now'
		};
	if (world === 'host' && vcpu !== undefined && vcpu.fault.esr !== 0n)
		return {
			esr: Number(BigInt.asUintN(32, vcpu.fault.esr)),
			far: vcpu.fault.far,
			hpfar: vcpu.fault.hpfar,
			register: 'ESR_EL2',
			noted: true,
			caption: 'as KVM has noted it in the vCPU’s memory'
		};
	const isPast = ({ at }: TrapRecord) =>
		at < position.instruction || (position.entered && at === position.instruction);
	const tells = ({ what, cause }: TrapRecord) => what === 'entry' && cause === 'sync';
	const next = records.find(
		(record) => !isPast(record) && record.at === position.instruction && tells(record)
	);
	const last = records.findLast(
		(record) => isPast(record) && tells(record) && record.toEl === 2 && record.vmid !== undefined
	);
	const found = next ?? last;
	if (found === undefined) return undefined;
	const caption =
		found === next ? 'as the next instruction will have it written' : 'as the last exit had it';
	// What HPFAR_EL2 holds, where the architecture says what.
	const known = found.ipa !== undefined && (found.s1ptw || (found.esr & 0x3c) !== 0x0c);
	return {
		esr: found.esr,
		far: isAbort(found) ? found.far : undefined,
		hpfar: known ? (found.ipa! >> 12n) << 4n : undefined,
		register: found.toEl === 2 ? 'ESR_EL2' : 'ESR_EL1',
		noted: false,
		caption
	};
}

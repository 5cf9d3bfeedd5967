import type { TrapRecord } from 'emulator-core';
import { exitKind, type GuestExit, type IpaRange } from './exits.ts';
import { PhaseBook, type Phase } from './phases.ts';

/** What an observation needs of a machine; emulator-core's Machine is one. */
export interface ObservableMachine {
	readonly instructions: number;
	readonly ticks: number;
	/** X0 to X30 (31 is zero), as they are now. */
	x(register: number): bigint;
	readVirtual(va: bigint, length: number): Uint8Array | undefined;
	addProbe(probe: {
		va: bigint;
		el?: 0 | 1 | 2;
		guest?: boolean;
		stop?: boolean;
		run?(): void;
	}): () => void;
	readonly trapLog: { onRecord: ((record: TrapRecord) => void) | undefined };
}

/** Addresses and source lines of one program's ELF file. */
export interface Symbols {
	address(name: string): bigint | undefined;
	locate(pc: bigint): { symbol: string; offset: number; file?: string; line?: number } | undefined;
}

/** The tracepoint kvm_vm_hw2 was called: the student's three totals at that moment. */
export interface TracepointCall {
	readonly at: number;
	readonly cpu: bigint;
	readonly mem: bigint;
	readonly io: bigint;
	/** How many entries of `exits` had happened by then. */
	readonly exits: number;
	/** How many KVM_RUN calls lkvm had made by then. */
	readonly runs: number;
	/** HVCs of the host kernel to its own EL2 code by then. */
	readonly hostCalls: number;
}

/** An exception that a kernel took in itself, kept to explain a panic. */
export interface KernelFault {
	readonly record: TrapRecord;
	readonly guest: boolean;
}

/** Everything the checks know of a run, as plain data. */
export interface Observation {
	readonly exits: readonly GuestExit[];
	readonly calls: readonly TracepointCall[];
	readonly phases: readonly Phase[];
	/** Index into `exits` at which each KVM_RUN started. */
	readonly runs: readonly number[];
	readonly memory: readonly IpaRange[];
	readonly distributor: readonly IpaRange[];
	readonly hostBooted: boolean;
	readonly guestBooted: boolean;
	readonly tracepointFound: boolean;
	/** Paths of the programs that the guest has started, in order. */
	readonly programs: readonly string[];
	/** The process that runs the guest has ended, at this instruction. */
	readonly vmmEnded: number | undefined;
	readonly panic: { guest: boolean; fault: KernelFault | undefined } | undefined;
	/** The last exceptions that the host or guest kernel, or EL2, took in itself (sync, to the same EL). */
	readonly faults: readonly KernelFault[];
}

const SYS_ioctl = 29n; // arm64 system call number
const KVM_RUN = 0xae80n;
const KVM_SET_USER_MEMORY_REGION = 0x4020_ae46n;
const KVM_ARM_SET_DEVICE_ADDR = 0x4010_aeabn;
const EC_SVC64 = 0x15;
const EC_HVC64 = 0x16;
const EC_BRK64 = 0x3c;
/** struct kvm_arm_device_addr.id of the vGICv2's distributor: device 0, type 0. */
const VGIC_DIST_ID = 0n;
const VGIC_DIST_SIZE = 0x1000n;

/**
 * Watches a machine from the outside: the trap log, the system calls that lkvm makes, and a few
 * addresses. It changes nothing of the run. Attach it before the first instruction.
 */
export function observe(
	machine: ObservableMachine,
	symbols: { host: Symbols; guest: Symbols }
): Observation {
	const exits: GuestExit[] = [];
	const calls: TracepointCall[] = [];
	const runs: number[] = [];
	const memory: IpaRange[] = [];
	const distributor: IpaRange[] = [];
	const faults: KernelFault[] = [];
	const programs: string[] = [];
	const phases = new PhaseBook();
	let hostCalls = 0;
	const found: {
		-readonly [
			K in 'hostBooted' | 'guestBooted' | 'tracepointFound' | 'panic' | 'vmmEnded'
		]: Observation[K];
	} = {
		hostBooted: false,
		guestBooted: false,
		tracepointFound: false,
		vmmEnded: undefined,
		panic: undefined
	};

	// Whoever listened before goes on listening.
	const listening = machine.trapLog.onRecord;
	machine.trapLog.onRecord = (record) => {
		listening?.(record);
		if (record.what === 'return') return settle(record);
		if (record.toEl === 2 && record.fromEl < 2) {
			if (record.vmid === undefined) hostCalls += Number(record.esr >>> 26 === EC_HVC64);
			else leaveGuest(record);
		} else if (record.fromEl === 0 && record.vmid === undefined && record.esr >>> 26 === EC_SVC64) {
			systemCall();
		} else if (
			record.fromEl === record.toEl &&
			record.cause === 'sync' &&
			record.esr >>> 26 !== EC_BRK64
		) {
			faults.push({ record, guest: record.vmid !== undefined });
			if (faults.length > 8) faults.shift();
		}
	};

	/** An exit: kept at once, and marked as a retry if EL2 turns out to send it back by itself. */
	function leaveGuest(record: TrapRecord): void {
		const kind = exitKind(record, { memory, distributor }, machine.x(0));
		const { at, pc, ipa } = record;
		exits.push({ at, kind, ec: record.esr >>> 26, pc, ipa, retry: false });
		inGuestExit = true;
	}
	let inGuestExit = false;

	function settle(record: TrapRecord): void {
		if (record.fromEl !== 2 || !inGuestExit) return;
		inGuestExit = false;
		if (record.vmid !== undefined)
			exits[exits.length - 1] = { ...exits[exits.length - 1]!, retry: true };
	}

	function systemCall(): void {
		if (machine.x(8) !== SYS_ioctl) return;
		const request = BigInt.asUintN(32, machine.x(1));
		if (request === KVM_RUN) runs.push(exits.length);
		if (request === KVM_SET_USER_MEMORY_REGION) {
			const region = words(machine.readVirtual(machine.x(2), 32));
			// struct kvm_userspace_memory_region: slot and flags, guest_phys_addr, memory_size, userspace_addr
			if (region && region[2]! > 0n) memory.push({ base: region[1]!, size: region[2]! });
		}
		if (request === KVM_ARM_SET_DEVICE_ADDR) {
			// KVM_GET_ONE_REG of a vcpu has the same number: its ids have bits 63:52 set.
			const device = words(machine.readVirtual(machine.x(2), 16));
			if (device && device[0] === VGIC_DIST_ID)
				distributor.push({ base: device[1]!, size: VGIC_DIST_SIZE });
		}
	}

	const probe = (table: Symbols, name: string, guest: boolean, run: () => void, stop = false) => {
		const va = table.address(name);
		if (va !== undefined) machine.addProbe({ va, el: 1, guest, stop, run });
		return va !== undefined;
	};

	found.tracepointFound = probe(symbols.host, 'trace_kvm_vm_hw2', false, () =>
		calls.push({
			at: machine.instructions,
			cpu: machine.x(0),
			mem: machine.x(1),
			io: machine.x(2),
			exits: exits.length,
			runs: runs.length,
			hostCalls
		})
	);
	probe(symbols.host, 'boot_mark', false, () => (found.hostBooted = true));
	probe(symbols.guest, 'boot_mark', true, () => (found.guestBooted = true));
	probe(symbols.guest, 'exec_mark', true, () => {
		const path = readString(machine, machine.x(0));
		programs.push(path);
		phases.started(path, mark());
	});
	probe(symbols.guest, 'exit_mark', true, () =>
		phases.ended(readString(machine, machine.x(0)), mark())
	);
	probe(symbols.host, 'exit_mark', false, () => {
		if (readString(machine, machine.x(0)).startsWith('lkvm'))
			found.vmmEnded ??= machine.instructions;
	});
	const panicked = (guest: boolean) => () => {
		found.panic ??= { guest, fault: faults.filter((f) => f.guest === guest).at(-1) };
	};
	probe(symbols.host, 'panic', false, panicked(false));
	probe(symbols.guest, 'panic', true, panicked(true));

	const mark = () => ({ at: machine.instructions, exits: exits.length });

	return {
		exits,
		calls,
		runs,
		memory,
		distributor,
		faults,
		programs,
		get phases() {
			return phases.list(mark());
		},
		get hostBooted() {
			return found.hostBooted;
		},
		get guestBooted() {
			return found.guestBooted;
		},
		get tracepointFound() {
			return found.tracepointFound;
		},
		get vmmEnded() {
			return found.vmmEnded;
		},
		get panic() {
			return found.panic;
		}
	};
}

function words(bytes: Uint8Array | undefined): bigint[] | undefined {
	if (!bytes) return undefined;
	const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
	return Array.from({ length: bytes.byteLength / 8 }, (_, i) => view.getBigUint64(i * 8, true));
}

/** A NUL-terminated string of at most 255 bytes; what cannot be read ends it. */
function readString(machine: ObservableMachine, va: bigint): string {
	let text = '';
	while (text.length < 255) {
		const byte = machine.readVirtual(va + BigInt(text.length), 1)?.[0];
		if (!byte) break;
		text += String.fromCharCode(byte);
	}
	return text;
}

import type { Cpu } from '../cpu/cpu.ts';
import { wakesFromWfi } from '../cpu/interrupts.ts';
import type { Cpus } from './cpus.ts';

/** What PSCI can do to the machine. */
export interface PsciHost {
	readonly cpus: Pick<Cpus, 'all' | 'isOn' | 'turnOn' | 'turnOff'>;
	/** Is there RAM at this physical address? */
	isRam(pa: number): boolean;
	powerOff(): void;
	reset(): void;
}

const success = 0n;
const notSupported = -1n;
const invalidParameters = -2n;
const alreadyOn = -4n;
const invalidAddress = -9n;
/** AFFINITY_INFO. */
const isOn = 0n;
const isOff = 1n;

/** `mask` is what of an argument counts: the 32-bit forms have the lower halves. */
type Call = (cpu: Cpu, host: PsciHost, mask: bigint) => bigint;

const low32 = 0xffff_ffffn;

/** The number of the CPU with these affinity fields of MPIDR_EL1; undefined if there is none. */
function numberOf({ cpus }: PsciHost, mpidr: bigint): number | undefined {
	const number = Number(mpidr & 0xff_00ff_ffffn);
	return number < cpus.all.length ? number : undefined;
}

/** X1 names a CPU, X2 is where it begins, X3 what it finds in X0. */
const cpuOn: Call = ({ hot }, host, mask) => {
	const number = numberOf(host, hot.x(1) & mask);
	if (number === undefined) return invalidParameters;
	if (host.cpus.isOn(number)) return alreadyOn;
	const entry = hot.x(2) & mask;
	if (!host.isRam(Number(entry))) return invalidAddress;
	host.cpus.turnOn(number, entry, hot.x(3) & mask);
	return success;
};

/** X1 names a CPU, X2 a level of affinity: 0, since here all CPUs differ in Aff0. */
const affinityInfo: Call = ({ hot }, host, mask) => {
	const number = numberOf(host, hot.x(1) & mask);
	if (number === undefined || (hot.x(2) & low32) !== 0n) return invalidParameters;
	return host.cpus.isOn(number) ? isOn : isOff;
};

/** With no CPU left that could turn this one on again, the machine is off. */
const cpuOff: Call = ({ number }, host) => {
	const { cpus } = host;
	const others = cpus.all.some((each) => each.number !== number && cpus.isOn(each.number));
	if (others) cpus.turnOff(number);
	else host.powerOff();
	return success;
};

/** Bits of power_state: StateType, and those that must be zero beside StateID and PowerLevel. */
const powersDown = 0x1_0000n;
const reserved = 0xfcfe_0000n;

/**
 * X1 is a power_state. In standby the CPU sleeps as in WFI, and the call then returns. Powered down, it sleeps
 * likewise, and begins at X2 with X3 in X0. What wakes it is the same, and may be pending already.
 */
const cpuSuspend: Call = (cpu, host, mask) => {
	const { hot } = cpu;
	const state = hot.x(1) & low32;
	if ((state & reserved) !== 0n) return invalidParameters;
	const [entry, context] = [hot.x(2) & mask, hot.x(3) & mask];
	const down = (state & powersDown) !== 0n;
	if (down && !host.isRam(Number(entry))) return invalidAddress;
	if (down) {
		host.cpus.turnOn(cpu.number, entry, context);
		// As after an exception: the PC is set.
		hot.leave = 1;
	}
	if (!wakesFromWfi(cpu)) {
		cpu.sleeping = true;
		hot.leaveSoon();
	}
	return down ? context : success;
};

/** PSCI 1.0 by function number; the 64-bit forms have bit 30 set. */
const calls: Record<number, Call> = {
	0x8400_0000: () => 0x1_0000n, // PSCI_VERSION: 1.0
	0x8400_0001: cpuSuspend,
	0xc400_0001: cpuSuspend,
	0x8400_0002: cpuOff,
	0x8400_0003: cpuOn,
	0xc400_0003: cpuOn,
	0x8400_0004: affinityInfo,
	0xc400_0004: affinityInfo,
	0x8400_0006: () => 2n, // MIGRATE_INFO_TYPE: nothing needs to migrate
	0x8400_0008: (_, host) => {
		host.powerOff();
		return success;
	},
	0x8400_0009: (_, host) => {
		host.reset();
		return success;
	},
	0x8400_000a: (cpu) => (Number(cpu.hot.x(1) & low32) in calls ? success : notSupported)
};

const is64 = 0x4000_0000;

/** SMC: the firmware's answer in X0. Whatever it does not know is "not supported". */
export function psciCall(cpu: Cpu, host: PsciHost): void {
	const number = Number(cpu.hot.x(0) & low32);
	const mask = number & is64 ? 0xffff_ffff_ffff_ffffn : low32;
	const answer = calls[number]?.(cpu, host, mask) ?? notSupported;
	cpu.hot.setX(0, BigInt.asUintN(64, answer));
}

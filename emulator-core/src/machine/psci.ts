import type { Cpu } from '../cpu/cpu.ts';

/** What PSCI can do to the machine. */
export interface PsciHost {
	powerOff(): void;
	reset(): void;
}

const success = 0n;
const notSupported = -1n;
const invalidParameters = -2n;
const alreadyOn = -4n;

type Call = (cpu: Cpu, host: PsciHost) => bigint;

/** The one CPU: MPIDR_EL1's affinity fields are all 0. */
const isThisCpu = (mpidr: bigint) => (mpidr & 0xff_00ff_ffffn) === 0n;

const cpuOn: Call = (cpu) => (isThisCpu(cpu.hot.x(1)) ? alreadyOn : invalidParameters);
const affinityInfo: Call = (cpu) => (isThisCpu(cpu.hot.x(1)) ? success : invalidParameters);

/** PSCI 1.0 by function number; the 64-bit forms have bit 30 set. */
const calls: Record<number, Call> = {
	0x8400_0000: () => 0x1_0000n, // PSCI_VERSION: 1.0
	// CPU_OFF: with no CPU left that could turn it on again, the machine is off.
	0x8400_0002: (_, host) => {
		host.powerOff();
		return success;
	},
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
	0x8400_000a: (cpu) => (Number(cpu.hot.x(1) & 0xffff_ffffn) in calls ? success : notSupported)
};

/** SMC: the firmware's answer in X0. Whatever it does not know is "not supported". */
export function psciCall(cpu: Cpu, host: PsciHost): void {
	const call = calls[Number(cpu.hot.x(0) & 0xffff_ffffn)];
	cpu.hot.setX(0, BigInt.asUintN(64, call ? call(cpu, host) : notSupported));
}

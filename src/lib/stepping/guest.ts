import { setSystemRegisters, type Machine, type TrapRecord } from 'emulator-core';
import { worldOf } from './code-view.ts';
import { isExit } from './positions.ts';
import type { Program } from './program.ts';
import { Refused } from './refused.ts';
import { KernelMemory, keptSystemRegisters, vcpuAddress, type Offsets } from './vcpu-view.ts';

/**
 * Does the CPU hold the guest's EL1? While it runs, and at EL2 from its exit until VTTBR_EL2 is zero:
 * only then hyp.S begins to load the host's. On the way in it is the vCPU's memory that is right.
 *
 * @param records those up to now, oldest first
 */
export function holdsGuest(machine: Machine, records: readonly TrapRecord[]): boolean {
	const world = worldOf(machine);
	if (world !== 'hyp') return world === 'guest';
	const came = records.findLast(({ what, toEl }) => what === 'entry' && toEl === 2);
	const vttbr = machine.registers().system['VTTBR_EL2'] ?? 0n;
	return came !== undefined && isExit(came) && vttbr !== 0n;
}

/** Gives a scratch copy the guest's EL1 and its stage 2, out of the vCPU's memory. */
export function becomeGuest(machine: Machine, host: Program, offsets: Offsets): void {
	const memory = new KernelMemory(machine);
	const address = vcpuAddress(machine, host);
	const vcpu = address === undefined ? undefined : memory.view(address, 8192);
	const kvm = vcpu && memory.view(vcpu.getBigUint64(offsets['VCPU_KVM']!, true), 8192);
	if (!vcpu || !kvm) throw new Refused('There is no guest yet: lkvm has not made its vCPU.');
	const registers = vcpu.byteOffset + offsets['VCPU_CONTEXT']! + offsets['CPU_SYSREGS']!;
	const kept = keptSystemRegisters.map((name, i): [string, bigint] => [
		name,
		vcpu.getBigUint64(registers + 8 * (i + 1), true)
	]);
	setSystemRegisters(machine, {
		...Object.fromEntries(kept),
		VTTBR_EL2: kvm.getBigUint64(offsets['KVM_VTTBR']!, true),
		HCR_EL2: vcpu.getBigUint64(offsets['VCPU_HCR_EL2']!, true)
	});
}

import type { Cpu } from './cpu.ts';
import { TCR_EL1 } from './sysregs/el1.ts';
import { TCR_EL2 } from './sysregs/el2.ts';

/**
 * Where a branch to `va` goes at the current level: with TCR_ELx.TBI it leaves the tag behind (the Arm
 * ARM's AArch64.BranchAddr). At EL1 and EL0 bit 55 takes the tag's place, at EL2 zeros do.
 */
export function branchAddress(cpu: Cpu, va: bigint): bigint {
	const top = va >> 56n;
	const upper = ((va >> 55n) & 1n) !== 0n;
	if (cpu.el === 2) {
		if (top === 0n || (cpu.get(TCR_EL2) & (1n << 20n)) === 0n) return va;
		return BigInt.asUintN(56, va);
	}
	if (top === (upper ? 0xffn : 0n)) return va;
	const ignored = (cpu.get(TCR_EL1) & (1n << (upper ? 38n : 37n))) !== 0n;
	return ignored ? BigInt.asUintN(64, BigInt.asIntN(56, va)) : va;
}

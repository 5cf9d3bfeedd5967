import type { Ipa, Pa } from '../bus/device.ts';
import { fault, isFault, type Access, type Fault, type Level } from './faults.ts';
import {
	levelShift,
	walkTables,
	type DescriptorReader,
	type GranuleBits,
	type WalkStep
} from './lookup.ts';
import type { Permissions } from './stage1.ts';

/** Stage 2, as VTCR_EL2 and VTTBR_EL2 describe it. */
export interface Stage2 {
	readonly table: number;
	readonly inputEnd: bigint;
	readonly granuleBits: GranuleBits;
	readonly startLevel: Level;
	readonly outputEnd: number;
	/** T0SZ and SL0 do not go together: every walk faults. */
	readonly invalid: boolean;
	/** HCR_EL2.PTW: a stage-1 walk must not read Device memory. */
	readonly protectedWalk: boolean;
}

export interface Stage2Result extends Permissions {
	readonly pa: Pa;
	readonly device: boolean;
	/** MemAttr and SH of the descriptor: of a walk made just now, since nothing but AT asks. */
	readonly memAttr?: number;
	readonly shareability?: number;
	readonly level: Level;
	readonly sizeBits: number;
}

/** More tables than this side by side is a programming error of VTCR_EL2. */
const concatenatedBits = 4;

/** Can a walk over `inputBits` start at `startLevel`? Up to 16 first tables may lie side by side. */
export function stage2Consistent(
	granuleBits: GranuleBits,
	inputBits: number,
	startLevel: number
): boolean {
	if (startLevel < 0 || startLevel > 3) return false;
	const topBits = inputBits - levelShift(granuleBits, startLevel as Level);
	return topBits >= 1 && topBits <= granuleBits - 3 + concatenatedBits;
}

/** IPA to PA. `forWalk`: the access is the read of a stage-1 descriptor. */
export function translateStage2(
	stage2: Stage2,
	ipa: Ipa,
	access: Access,
	forWalk: boolean,
	readDescriptor: DescriptorReader,
	trace: WalkStep[] | undefined
): Stage2Result | Fault {
	const failed = (found: Fault): Fault => ({ ...found, ipa });
	if (stage2.invalid || ipa >= stage2.inputEnd) return failed(fault('translation', 2, 0));

	const leaf = walkTables({
		stage: 2,
		granuleBits: stage2.granuleBits,
		input: Number(ipa),
		startLevel: stage2.startLevel,
		table: stage2.table,
		outputEnd: stage2.outputEnd,
		throughStage2: (address) => address,
		readDescriptor,
		trace
	});
	if (isFault(leaf)) return failed(leaf);

	const read = (leaf.low & (1 << 6)) !== 0;
	const write = (leaf.low & (1 << 7)) !== 0;
	// In AArch64, XN alone decides: what may not be read may still be executed.
	const fetch = (leaf.high & (1 << 22)) === 0;
	// MemAttr[3:2] == 0 is Device.
	const device = (leaf.low & (3 << 4)) === 0;
	const may = { read, write, fetch };
	if (!may[access] || (forWalk && device && stage2.protectedWalk))
		return failed(fault('permission', 2, leaf.level));
	return {
		read,
		write,
		fetch,
		pa: BigInt(leaf.output) as Pa,
		device,
		level: leaf.level,
		sizeBits: leaf.sizeBits,
		memAttr: (leaf.low >>> 2) & 15,
		shareability: (leaf.low >>> 8) & 3
	};
}

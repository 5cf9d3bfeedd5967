import type { Ipa, Va } from '../bus/device.ts';
import { fault, isFault, type Access, type Fault, type Level } from './faults.ts';
import {
	walkTables,
	type DescriptorReader,
	type GranuleBits,
	type Leaf,
	type WalkStep
} from './lookup.ts';

/** The tables that translate one half of a regime's addresses: TTBR0's or TTBR1's. */
export interface TableRange {
	readonly table: number;
	readonly granuleBits: GranuleBits;
	readonly startLevel: Level;
	/** The bits of an address that index the tables, and those above, which must all be alike. */
	readonly inputMask: bigint;
	readonly signMask: bigint;
	/** TCR.EPDn: a miss faults instead of walking. */
	readonly walksDisabled: boolean;
	/** The reserved TxSZ values: every walk faults. */
	readonly invalid: boolean;
}

/** Stage 1 of one regime, as the registers describe it. */
export interface Stage1 {
	readonly el2: boolean;
	readonly on: boolean;
	/** HCR_EL2.DC: with stage 1 off, memory is Normal instead of Device. */
	readonly defaultCacheable: boolean;
	readonly low: TableRange;
	/** TTBR1_EL1's half; EL2 has none. */
	readonly high: TableRange | undefined;
	/** Output addresses lie below this. */
	readonly outputEnd: number;
	readonly writeNeverExecutes: boolean;
	readonly mair: bigint;
}

export interface Permissions {
	readonly read: boolean;
	readonly write: boolean;
	readonly fetch: boolean;
}

export interface Stage1Result extends Permissions {
	readonly ipa: Ipa;
	/** The attribute byte of MAIR_ELx: 0x00 to 0x0c is Device. */
	readonly attr: number;
	readonly shareability: number;
	readonly level: Level;
	readonly sizeBits: number;
}

export interface Stage1Memory {
	readonly throughStage2: (address: number) => number | Fault;
	readonly readDescriptor: DescriptorReader;
	readonly trace: WalkStep[] | undefined;
}

/** VA to IPA for one access. With stage 1 off the two are the same. */
export function translateStage1(
	stage1: Stage1,
	va: Va,
	access: Access,
	privileged: boolean,
	memory: Stage1Memory
): Stage1Result | Fault {
	if (!stage1.on) return flat(stage1, va, access);

	const upper = stage1.high !== undefined && (va & (1n << 55n)) !== 0n;
	const range = upper ? stage1.high! : stage1.low;
	const inRange = (va & range.signMask) === (upper ? range.signMask : 0n);
	if (!inRange || range.walksDisabled || range.invalid) return fault('translation', 1, 0);

	const leaf = walkTables({
		stage: 1,
		granuleBits: range.granuleBits,
		input: Number(va & range.inputMask),
		startLevel: range.startLevel,
		table: range.table,
		outputEnd: stage1.outputEnd,
		throughStage2: memory.throughStage2,
		readDescriptor: memory.readDescriptor,
		trace: memory.trace
	});
	if (isFault(leaf)) return leaf;

	const may = permissions(stage1, leaf, privileged);
	if (!may[access]) return fault('permission', 1, leaf.level);
	const attrIndex = BigInt((leaf.low >>> 2) & 7);
	// No spread: this is made for every walk, and spreading costs more than the walk.
	return {
		read: may.read,
		write: may.write,
		fetch: may.fetch,
		ipa: BigInt(leaf.output) as Ipa,
		attr: Number((stage1.mair >> (attrIndex * 8n)) & 0xffn),
		shareability: (leaf.low >>> 8) & 3,
		level: leaf.level,
		sizeBits: leaf.sizeBits
	};
}

function flat(stage1: Stage1, va: Va, access: Access): Stage1Result | Fault {
	const upper = stage1.high !== undefined && (va & (1n << 55n)) !== 0n;
	// TCR_ELx.TBI counts with the MMU off as well.
	const tagged = (upper ? stage1.high! : stage1.low).signMask >> 56n === 0n;
	const address = tagged ? va & 0x00ff_ffff_ffff_ffffn : va;
	if (address >= stage1.outputEnd) return fault('address-size', 1, 0);
	// Fetches are Normal memory even then; data is Device-nGnRnE unless HCR_EL2.DC says otherwise.
	const normal = stage1.defaultCacheable || access === 'fetch';
	return {
		ipa: address as Ipa,
		read: true,
		write: true,
		fetch: true,
		attr: normal ? 0xff : 0x00,
		shareability: normal ? 0 : 2,
		level: 0,
		sizeBits: 12
	};
}

/** AP, UXN, PXN with what the tables above took away, as read, write and fetch for one privilege. */
function permissions(stage1: Stage1, leaf: Leaf, privileged: boolean): Permissions {
	const ap = (leaf.low >>> 6) & 3;
	const never = (leaf.high >>> 21) & 3;
	const table = leaf.tableAttributes;
	const readOnly = (ap & 2) !== 0 || (table & 8) !== 0; // AP[2], APTable[1]
	const xn = (never & 2) !== 0 || (table & 2) !== 0; // XN or UXN, XNTable or UXNTable
	if (stage1.el2) {
		const write = !readOnly;
		return { read: true, write, fetch: !xn && !(stage1.writeNeverExecutes && write) };
	}
	const el0 = (ap & 1) !== 0 && (table & 4) === 0; // AP[1], APTable[0]
	const pxn = (never & 1) !== 0 || (table & 1) !== 0;
	const write = !readOnly && (privileged || el0);
	const read = privileged || el0;
	const wxn = stage1.writeNeverExecutes && write;
	// What EL0 may write, EL1 never executes.
	const fetch = privileged ? !pxn && !(el0 && !readOnly) : !xn;
	return { read, write, fetch: fetch && !wxn };
}

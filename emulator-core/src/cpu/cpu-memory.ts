import type { CpuViews } from '../bus/device.ts';
import { cpuState, softTlb, systemRegisterFile } from '../layout.ts';
import { systemRegisters } from './sysregs/index.ts';

const lastSlot = Math.max(...systemRegisters.map(({ slot }) => slot));
const { entries, entryBytes } = systemRegisterFile;

/** What of the memory is the running CPU's own, in words: hot state, soft TLB, system registers. */
const ranges = [
	[0, cpuState.end / 4],
	[softTlb.read / 4, (softTlb.fetch + softTlb.entries * softTlb.entryBytes) / 4],
	[entries / 4, (entries + (lastSlot + 1) * entryBytes) / 4]
] as const;

/** Bytes of a memory that has room for them at the same offsets, and for nothing behind them. */
const ownBytes = entries + (lastSlot + 1) * entryBytes;

/**
 * A memory in which a CPU's own state lies, at the offsets of layout.ts: the machine's while the CPU
 * runs, one of its own while another does.
 */
export class CpuMemory implements CpuViews {
	readonly words: Int32Array;
	readonly unsigned: Uint32Array;
	readonly doubles: BigUint64Array;

	constructor(buffer: ArrayBufferLike = new ArrayBuffer(ownBytes)) {
		this.words = new Int32Array(buffer);
		this.unsigned = new Uint32Array(buffer);
		this.doubles = new BigUint64Array(buffer);
	}

	/** Takes over the CPU's state that lies in another. */
	copyFrom({ words }: CpuMemory): void {
		for (const [from, to] of ranges) this.words.set(words.subarray(from, to), from);
	}
}

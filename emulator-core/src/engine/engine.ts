import { exceptionCalls } from '../builder/builder.ts';
import type { CodePages, SlowPaths } from '../cpu/slow-paths.ts';
import { bitMaskTable } from '../isa/bit-masks.ts';
import { cpuState, memoryPlan } from '../layout.ts';
import { CodeCache, type RamRange } from './code-cache.ts';
import { interpreterModule } from './interpreter-module.ts';
import { LateHandlers } from './late-handlers.ts';

/**
 * The interpreter bound to one machine's memory. It executes instructions and nothing else: what an
 * exception, a system register or a device is, the slow paths know.
 */
export class Engine implements CodePages {
	/** The machine's memory, which never grows. */
	readonly #view: DataView;
	readonly #cache: CodeCache;
	readonly #run: (fuel: number) => void;
	/** The slow paths of the CPU that runs. */
	readonly #slow: SlowPaths;

	constructor(memory: WebAssembly.Memory, slowPaths: SlowPaths, ram: readonly RamRange[]) {
		const slow = (this.#slow = { ...slowPaths });
		const interpreter = interpreterModule();
		this.#view = new DataView(memory.buffer);
		this.#cache = new CodeCache(memory, interpreter, ram);
		new BigUint64Array(memory.buffer, memoryPlan.bitMasks, 8192).set(bitMaskTable());
		const env = {
			memory,
			decode: (entry: number) => this.#cache.decode(entry >>> 0),
			load: (low: number, high: number, size: number, flags: number) => {
				if (slow.loadKnown?.(low, high, size, flags)) return;
				const value = slow.load(addressOf(low, high), size, flags);
				this.#view.setBigUint64(cpuState.transfer, value, true);
			},
			store: (low: number, high: number, size: number, flags: number) => {
				if (slow.storeKnown?.(low, high, size, flags)) return;
				const value = this.#view.getBigUint64(cpuState.transfer, true);
				slow.store(addressOf(low, high), value, size, flags);
			},
			fetch: (va: bigint) => slow.fetch(va),
			markExclusive: (va: bigint, size: number) => slow.markExclusive(va, size),
			storeExclusive: (
				va: bigint,
				lo: bigint,
				hi: bigint,
				size: number,
				pair: number,
				flags: number
			) => slow.storeExclusive(va, lo, hi, size, pair, flags),
			readSystemRegister: (key: number, rt: number) => slow.readSystemRegister(key, rt),
			writeSystemRegister: (key: number, value: bigint, rt: number) =>
				slow.writeSystemRegister(key, value, rt),
			system: (key: number, value: bigint, rt: number) => slow.system(key, value, rt),
			writePstateField: (field: number, imm: number) => slow.writePstateField(field, imm),
			callException: (kind: number, imm: number) => slow.callException(exceptionCalls[kind]!, imm),
			undefined: (word: number) => slow.undefined(word >>> 0),
			simdTrapped: () => slow.simdTrapped(),
			spMisaligned: () => slow.spMisaligned(),
			eret: () => slow.eret(),
			wfi: () => slow.wfi(),
			wfe: () => slow.wfe(),
			sev: (own: number) => slow.sev(own),
			probe: () => slow.probe(),
			lanes: (operation: number, bits: number) => slow.lanes(operation, bits),
			block: (operation: number) => slow.block(operation),
			fp: (operation: number, bits: number) => slow.fp(operation, bits)
		};
		const instance = new WebAssembly.Instance(interpreter.module, { env });
		this.#cache.lateHandlers = new LateHandlers(interpreter, instance, env);
		this.#run = instance.exports['run'] as (fuel: number) => void;
	}

	/**
	 * Executes at most `fuel` instructions (below 2^31) from cpuState.pc. Afterwards cpuState.pc is
	 * exact and cpuState.fuel is what was not used; it is not 0 if `leave` ended the run. An
	 * instruction counts whether it completes or takes an exception, and so does a fetch that faults.
	 * Slow paths may read cpuState.fuel, where the current instruction still counts as not executed,
	 * but may not write it.
	 */
	run(fuel: number): void {
		const view = this.#view;
		view.setUint32(cpuState.leave, 0, true);
		view.setUint32(cpuState.fuel, fuel, true);
		if (fuel > 0) this.#run(fuel);
	}

	/** Another CPU's state lies in the memory from now on: its slow paths are called. */
	serve(slowPaths: SlowPaths): void {
		Object.assign(this.#slow, slowPaths);
	}

	/** Called when a decoded block is gone, or all: fetch entries that point there must go. */
	set onBlocksGone(callback: (block: number | 'all') => void) {
		this.#cache.onBlocksGone = callback;
	}

	/** Asked once for each instruction that is decoded. After a change of its answers, call `clear`. */
	set probeAt(callback: (pa: number) => boolean) {
		this.#cache.probeAt = callback;
	}

	set onNewCodePage(callback: (pa: number) => void) {
		this.#cache.onNewCodePage = callback;
	}

	blockAt(pa: number): number {
		return this.#cache.blockAt(pa);
	}

	hasCode(pa: number): boolean {
		return this.#cache.hasCode(pa);
	}

	written(pa: number, size: number): void {
		this.#cache.written(pa, size);
	}

	clear(): void {
		this.#cache.clear();
	}
}

/** Two halves as the 64-bit address, unsigned. */
function addressOf(low: number, high: number): bigint {
	return (BigInt(high >>> 0) << 32n) | BigInt(low >>> 0);
}

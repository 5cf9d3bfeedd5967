import { memoryPlan } from '../layout.ts';
import { isFault } from '../mmu/index.ts';
import type { Parts } from './parts.ts';

/** One who looks on while a machine runs, for searches. Nothing of the run depends on it. */
export interface Watcher {
	/** Asked for each instruction as it is decoded, by its word and physical address. */
	instruction?(word: number, pa: number): boolean;
	/** Before each instruction for which that was true. It may still take an exception instead. */
	before?(pc: bigint): void;
	/** A CPU is started now, by PSCI: its registers are reset. */
	started?(cpu: number): void;
	/** Physical addresses of pages of RAM whose stores are told of. */
	readonly pages?: readonly number[];
	/** Bytes of those pages are written now, by the CPU or by a device. */
	stored?(pa: number, size: number): void;
}

/** The watcher of a machine: at most one, and mostly none. */
export class Watching {
	readonly #parts: Parts;
	#watcher: Watcher | undefined;

	constructor(parts: Parts) {
		this.#parts = parts;
	}

	/** Returns what ends it. */
	start(watcher: Watcher): () => void {
		const { board, map } = this.#parts;
		const { pages, stored } = watcher;
		const moved = memoryPlan.ram - board.ram.base;
		this.#change(watcher);
		if (pages !== undefined && stored !== undefined)
			map.written.watch(new Set(pages.map((pa) => (pa + moved) >>> 12)), (at, size) =>
				stored.call(watcher, at - moved, size)
			);
		return () => {
			map.written.watch(undefined);
			this.#change(undefined);
		};
	}

	#change(watcher: Watcher | undefined): void {
		const decoding = (this.#watcher ?? watcher)?.instruction !== undefined;
		this.#watcher = watcher;
		if (decoding) this.#parts.engine.clear();
		for (const { mmu } of this.#parts.cpus.all) mmu.softTlb.clearTable('write');
	}

	/** A CPU is started. */
	started(cpu: number): void {
		this.#watcher?.started?.(cpu);
	}

	/** Does the watcher want to know of the instruction at this physical address? */
	mayBeAt(pa: number): boolean {
		const { map, cpus } = this.#parts;
		const at = this.#watcher?.instruction && map.ramOffset(pa);
		if (at === undefined) return false;
		return this.#watcher!.instruction!(cpus.current.bytes.getUint32(at, true), pa);
	}

	/** An instruction comes; `certain`: nobody but the watcher has asked for it. */
	tell(pc: bigint, certain: boolean): void {
		if (this.#watcher?.before === undefined) return;
		if (!certain) {
			const { mmu } = this.#parts.cpus.current;
			// The page is known: it has just been fetched from.
			const page = mmu.translate(mmu.current, pc, 'fetch');
			if (isFault(page) || !this.mayBeAt(page.pa + Number(pc & 0xfffn))) return;
		}
		this.#watcher.before(pc);
	}
}

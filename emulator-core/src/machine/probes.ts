import type { Cpu } from '../cpu/cpu.ts';

/** An observer at an instruction's virtual address. It sees the machine before the instruction runs. */
export interface Probe<M> {
	readonly va: bigint;
	/** Only at this exception level. */
	readonly el?: 0 | 1 | 2;
	/** Only behind stage 2 (true), or only without it (false). */
	readonly guest?: boolean;
	/** Stop the run there. */
	readonly stop?: boolean;
	run?(machine: M): void;
}

/** The probes of one machine. Decoded instructions are marked by page offset; the rest is asked here. */
export class Probes<M> {
	#probes: readonly Probe<M>[] = [];
	#offsets = new Set<number>();
	/** The instruction at which a probe has stopped the run: it must execute when the run goes on. */
	#resumeAt: number | undefined;
	/** Probes stop, but are not called: what happens has happened before. */
	silent = false;

	add(probe: Probe<M>): void {
		this.#probes = [...this.#probes, probe];
		this.#rebuild();
	}
	remove(probe: Probe<M>): void {
		this.#probes = this.#probes.filter((each) => each !== probe);
		this.#rebuild();
	}
	#rebuild(): void {
		this.#offsets = new Set(this.#probes.map(({ va }) => Number(va & 0xfffn)));
	}

	/** The machine went somewhere else: an instruction of the same number is another one. */
	moved(): void {
		this.#resumeAt = undefined;
	}

	/** All probes as they are, to be put back with `replace`. */
	get all(): readonly Probe<M>[] {
		return this.#probes;
	}
	replace(probes: readonly Probe<M>[]): void {
		this.#probes = probes;
		this.#rebuild();
	}

	/** Might an instruction at this physical address have a probe? Pages keep their offsets. */
	mayBeAt(pa: number): boolean {
		return this.#offsets.has(pa % 4096);
	}

	/** Runs the probes at `pc`; 1 if one of them stops the run. `instructions` tells a resumed stop from a new one. */
	hit(machine: M, cpu: Cpu, pc: bigint, instructions: number): number {
		if (this.#resumeAt === instructions) return 0;
		let stops = 0;
		const guest = cpu.el < 2 && cpu.stage2On;
		for (const probe of this.#probes) {
			if (BigInt.asUintN(64, probe.va) !== pc) continue;
			if (probe.el !== undefined && probe.el !== cpu.el) continue;
			if (probe.guest !== undefined && probe.guest !== guest) continue;
			if (!this.silent) probe.run?.(machine);
			if (probe.stop) stops = 1;
		}
		if (stops === 1) this.#resumeAt = instructions;
		return stops;
	}
}

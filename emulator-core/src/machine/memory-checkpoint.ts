import type { ForkedContexts } from '../mmu/index.ts';
import { restoreCpu, saveCpu } from './cpu-state.ts';
import type { InputRecord } from './input-log.ts';
import type { CpusState } from './cpus.ts';
import { ramOf, type Parts, type Progress } from './parts.ts';
import { RamKeeper, type RamImage } from './ram-keeper.ts';
import type { ScheduledEvent } from './scheduler.ts';
import type { TrapLogState } from './trap-log.ts';

/** A machine's time, devices and input: what is done before an instruction changes no more than this. */
interface Surroundings {
	readonly clock: { instructions: number; slept: number };
	readonly events: readonly ScheduledEvent[];
	readonly devices: readonly unknown[];
	readonly arrived: readonly InputRecord[];
	readonly expected: readonly InputRecord[];
	readonly progress: Progress;
	readonly cpus: CpusState;
}

/** The whole state of a machine, in memory: cheap to take, and good only for the machine it was taken of. */
export interface Checkpoint {
	/** Instructions executed since reset. */
	readonly instruction: number;
	readonly surroundings: Surroundings;
	/** By number. */
	readonly cpus: readonly { readonly registers: unknown; readonly tlb: ForkedContexts }[];
	readonly traps: TrapLogState;
	readonly notes: readonly string[];
	readonly ram: RamImage;
	/** Pages of RAM that have changed since the last one was taken or gone back to. */
	readonly changedPages: number;
}

export function surroundingsOf({ scheduler, devices, input, progress, cpus }: Parts): Surroundings {
	return {
		clock: scheduler.snapshotState(),
		events: scheduler.events,
		devices: devices.stateful.map((device) => device.snapshotState()),
		arrived: input.arrived,
		expected: input.expected,
		progress: { ...progress },
		cpus: cpus.waiting
	};
}

export function replaceSurroundings(parts: Parts, state: Surroundings): void {
	const { scheduler, devices, input, cpus } = parts;
	scheduler.restoreState(state.clock);
	devices.stateful.forEach((device, n) => device.restoreState(state.devices[n]));
	input.arrived = state.arrived;
	input.expect(state.expected);
	scheduler.replaceEvents(state.events);
	Object.assign(parts.progress, state.progress);
	cpus.waiting = state.cpus;
}

/** Takes checkpoints of one machine and goes back to them. */
export class Checkpoints {
	readonly #parts: Parts;
	readonly #ram: RamKeeper;

	constructor(parts: Parts) {
		this.#parts = parts;
		this.#ram = new RamKeeper(ramOf(parts), parts.map.written);
	}

	take(): Checkpoint {
		const parts = this.#parts;
		const { cpus, scheduler, trapLog, notes } = parts;
		const ram = this.#ram.capture();
		for (const { mmu } of cpus.all) mmu.watchWrites();
		return {
			instruction: scheduler.instructions,
			surroundings: surroundingsOf(parts),
			cpus: cpus.all.map((cpu) => ({ registers: saveCpu(cpu), tlb: cpu.mmu.fork() })),
			traps: trapLog.fork(),
			notes: [...notes.list],
			ram,
			changedPages: this.#ram.captured
		};
	}

	goBack(checkpoint: Checkpoint): void {
		const parts = this.#parts;
		const { cpus, engine, board } = parts;
		this.#ram.restore(checkpoint.ram, (page) => {
			// Decoded instructions of the other pages stay: they only repeat what is in RAM.
			engine.written(board.ram.base + page * 4096, 4096);
		});
		cpus.all.forEach((cpu, n) => restoreCpu(cpu, checkpoint.cpus[n]!.registers));
		replaceSurroundings(parts, checkpoint.surroundings);
		parts.trapLog.adopt(checkpoint.traps);
		parts.notes.replace(checkpoint.notes);
		cpus.all.forEach(({ mmu }, n) => {
			mmu.adopt(checkpoint.cpus[n]!.tlb);
			mmu.watchWrites();
		});
	}
}

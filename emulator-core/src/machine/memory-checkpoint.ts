import type { ForkedContexts } from '../mmu/index.ts';
import { restoreCpu, saveCpu } from './cpu-state.ts';
import type { InputRecord } from './input-log.ts';
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
	readonly sleeping: boolean;
}

/** The whole state of a machine, in memory: cheap to take, and good only for the machine it was taken of. */
export interface Checkpoint {
	/** Instructions executed since reset. */
	readonly instruction: number;
	readonly surroundings: Surroundings;
	readonly cpu: unknown;
	readonly tlb: ForkedContexts;
	readonly traps: TrapLogState;
	readonly notes: readonly string[];
	readonly ram: RamImage;
	/** Pages of RAM that have changed since the last one was taken or gone back to. */
	readonly changedPages: number;
}

export function surroundingsOf({ scheduler, devices, input, progress, cpu }: Parts): Surroundings {
	return {
		clock: scheduler.snapshotState(),
		events: scheduler.events,
		devices: devices.stateful.map((device) => device.snapshotState()),
		arrived: input.arrived,
		expected: input.expected,
		progress: { ...progress },
		sleeping: cpu.sleeping
	};
}

export function replaceSurroundings(parts: Parts, state: Surroundings): void {
	const { scheduler, devices, input, cpu } = parts;
	scheduler.restoreState(state.clock);
	devices.stateful.forEach((device, n) => device.restoreState(state.devices[n]));
	input.arrived = state.arrived;
	input.expect(state.expected);
	scheduler.replaceEvents(state.events);
	Object.assign(parts.progress, state.progress);
	cpu.sleeping = state.sleeping;
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
		const { cpu, memory, scheduler, trapLog, notes } = parts;
		const ram = this.#ram.capture();
		cpu.mmu.watchWrites();
		return {
			instruction: scheduler.instructions,
			surroundings: surroundingsOf(parts),
			cpu: saveCpu(cpu, memory.buffer),
			tlb: cpu.mmu.fork(),
			traps: trapLog.fork(),
			notes: [...notes.list],
			ram,
			changedPages: this.#ram.captured
		};
	}

	goBack(checkpoint: Checkpoint): void {
		const parts = this.#parts;
		const { cpu, memory, engine, board } = parts;
		this.#ram.restore(checkpoint.ram, (page) => {
			// Decoded instructions of the other pages stay: they only repeat what is in RAM.
			engine.written(board.ram.base + page * 4096, 4096);
		});
		restoreCpu(cpu, memory.buffer, checkpoint.cpu);
		replaceSurroundings(parts, checkpoint.surroundings);
		parts.trapLog.adopt(checkpoint.traps);
		parts.notes.replace(checkpoint.notes);
		cpu.mmu.adopt(checkpoint.tlb);
		cpu.mmu.watchWrites();
	}
}

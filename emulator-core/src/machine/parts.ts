import type { Board } from '../boards/board.ts';
import type { AddressMap } from '../bus/address-map.ts';
import type { Engine } from '../engine/engine.ts';
import { memoryPlan } from '../layout.ts';
import type { Cpus } from './cpus.ts';
import type { Fittings } from './fittings.ts';
import type { InputLog } from './input-log.ts';
import type { Notes } from './notes.ts';
import type { Scheduler } from './scheduler.ts';
import type { TrapLog } from './trap-log.ts';
import type { Devices } from './wiring.ts';

/** What a machine consists of, for those who save it and put it back. */
export interface Parts {
	readonly board: Board;
	readonly ramBytes: number;
	readonly fittings: Fittings;
	readonly memory: WebAssembly.Memory;
	readonly map: AddressMap;
	readonly cpus: Cpus;
	readonly scheduler: Scheduler;
	readonly engine: Engine;
	readonly devices: Devices;
	readonly trapLog: TrapLog;
	readonly notes: Notes;
	readonly input: InputLog;
	readonly progress: Progress;
}

/** Where a run stands between two instructions. */
export interface Progress {
	stopped: 'poweroff' | 'reset' | undefined;
	/** So many instructions had been executed when what comes before the next one was last begun: events, waking. */
	begunAt: number;
	/** The same for the last interrupt that was taken. */
	enteredAt: number;
}

export function ramOf({ memory, ramBytes }: Parts): Uint8Array {
	return new Uint8Array(memory.buffer, memoryPlan.ram, ramBytes);
}

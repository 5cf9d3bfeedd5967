import { Experiment, phaseTable, type Verdict } from 'checks';
import { createMachine, type Machine } from 'emulator-core';
import { exitLog } from './exit-log.ts';
import type { BootSpec, RunProgress } from './protocol.ts';
import { symbolsOf } from './symbols.ts';

/**
 * One machine, booted and watched from its first instruction. It runs in slices; where one ends makes
 * no difference to what happens in the machine.
 */
export class WatchedRun {
	readonly machine: Machine;
	readonly #experiment: Experiment;
	#output: Uint8Array[] = [];
	/** Millions of instructions a second, as a running mean. */
	#speed = 0;

	/** @throws {MachineError} what is to be booted cannot be, with the reason in words */
	constructor({ board, kernel, initrd, ramBytes, bootargs, symbols, shipped }: BootSpec) {
		this.machine = createMachine({
			board,
			kernel,
			...(initrd && { initrd }),
			...(ramBytes && { ramBytes }),
			...(bootargs && { bootargs })
		});
		this.machine.onConsole = (bytes) => this.#output.push(bytes);
		this.#experiment = new Experiment({
			machine: this.machine,
			host: symbolsOf(symbols.host),
			guest: symbolsOf(symbols.guest),
			shipped
		});
	}

	/** Goes on with the experiment for a slice; returns the verdict if that ended it. */
	advance(instructions: number): Verdict | undefined {
		const [from, start] = [this.machine.instructions, performance.now()];
		const verdict = this.#experiment.advance(instructions);
		const ran = (this.machine.instructions - from) / 1000 / (performance.now() - start);
		if (Number.isFinite(ran)) this.#speed = this.#speed === 0 ? ran : 0.8 * this.#speed + 0.2 * ran;
		return verdict;
	}

	/** Everything written to the console since the last call. */
	takeOutput(): Uint8Array | undefined {
		if (this.#output.length === 0) return undefined;
		const all = new Uint8Array(this.#output.reduce((sum, part) => sum + part.length, 0));
		let at = 0;
		for (const part of this.#output) {
			all.set(part, at);
			at += part.length;
		}
		this.#output = [];
		return all;
	}

	progress(): RunProgress {
		const { seen } = this.#experiment;
		return {
			instructions: this.machine.instructions,
			ticks: this.machine.ticks,
			speed: this.#speed,
			hostBooted: seen.hostBooted,
			guestBooted: seen.guestBooted,
			rows: phaseTable(seen)
		};
	}

	/** Every exit of the guest so far, as text. */
	trapLog(): string {
		return exitLog(this.#experiment.seen.exits);
	}
}

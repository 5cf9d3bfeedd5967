import { judge, observe, phaseTable, type RunEnd } from 'checks';
import * as core from 'emulator-core';
import type { Machine } from 'emulator-core';
import { exitLog } from './exit-log.ts';
import type { BootSpec, RunOutcome, RunProgress } from './protocol.ts';
import { symbolsOf } from './symbols.ts';

/** HCR_EL2.VM: stage 2 is on. */
const HCR_VM = 1n;

/** What a run tells while it goes on. */
export interface RunEvents {
	console(bytes: Uint8Array): void;
	progress(progress: RunProgress): void;
}

/**
 * One machine, booted and watched from its first instruction, run in slices. Where a slice ends makes
 * no difference to what happens in the machine.
 */
export class WatchedRun {
	readonly machine: Machine;
	readonly #spec: BootSpec;
	readonly #symbols: { host: ReturnType<typeof symbolsOf>; guest: ReturnType<typeof symbolsOf> };
	readonly #seen: ReturnType<typeof observe>;
	#output: Uint8Array[] = [];
	#speed = 0;

	/** @throws {MachineError} what is to be booted cannot be, with the reason in words */
	constructor(spec: BootSpec) {
		const { board, kernel, initrd, ramBytes, bootargs } = spec;
		this.#spec = spec;
		this.machine = core.createMachine({
			board,
			kernel,
			...(initrd && { initrd }),
			...(ramBytes && { ramBytes }),
			...(bootargs && { bootargs })
		});
		this.machine.onConsole = (bytes) => this.#output.push(bytes.slice());
		this.#symbols = { host: symbolsOf(spec.symbols.host), guest: symbolsOf(spec.symbols.guest) };
		this.#seen = observe(this.machine, this.#symbols);
	}

	/**
	 * Runs a slice.
	 *
	 * @param instructions at most so many
	 * @returns how the run ended, or undefined while it goes on
	 */
	slice(instructions: number): RunEnd | undefined {
		const { budget } = this.#spec;
		const left = budget.instructions - this.machine.instructions;
		const before = performance.now();
		const from = this.machine.instructions;
		const stop = this.machine.run({
			maxInstructions: Math.min(instructions, left),
			maxTicks: budget.ticks
		});
		const ran = this.machine.instructions - from;
		const seconds = (performance.now() - before) / 1000;
		if (seconds > 0)
			this.#speed = 0.8 * this.#speed + 0.2 * (ran / 1e6 / seconds) || ran / 1e6 / seconds;
		const over = this.machine.instructions >= budget.instructions;
		if (stop.reason === 'probe' || (stop.reason === 'budget' && !over)) return undefined;
		return this.#end(stop.reason);
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
		return {
			instructions: this.machine.instructions,
			ticks: this.machine.ticks,
			speed: this.#speed,
			hostBooted: this.#seen.hostBooted,
			guestBooted: this.#seen.guestBooted,
			rows: phaseTable(this.#seen)
		};
	}

	/** @param end undefined where the student stopped the run: there is then nothing to judge */
	outcome(end: RunEnd | undefined): RunOutcome {
		return {
			reason: end?.reason ?? 'stopped',
			progress: this.progress(),
			verdict: end && judge(this.#seen, end, this.#symbols, this.#spec.shipped),
			trapLog: exitLog(this.#seen.exits)
		};
	}

	#end(reason: RunEnd['reason']): RunEnd {
		const { el, pc, system } = this.machine.registers();
		return {
			reason,
			instructions: this.machine.instructions,
			pc,
			el,
			guest: el < 2 && ((system['HCR_EL2'] ?? 0n) & HCR_VM) !== 0n
		};
	}
}

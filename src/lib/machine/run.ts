import { Experiment, phaseTable, type Verdict } from 'checks';
import { createMachine, type Machine } from 'emulator-core';
import { exitLog } from './exit-log.ts';
import { GuestConsole } from './guest-console.ts';
import { Output } from './output.ts';
import { traceLength, type BootSpec, type ConsoleName, type RunProgress } from './protocol.ts';
import { symbolsOf } from './symbols.ts';
import { TrapDigest } from './trap-digest.ts';

/**
 * One machine, booted and watched from its first instruction. It runs in slices; where one ends makes
 * no difference to what happens in the machine.
 */
export class WatchedRun {
	readonly machine: Machine;
	readonly #experiment: Experiment;
	/** What host and guest have written since it was last taken. */
	readonly output = { host: new Output(), guest: new Output() };
	/** Of all entries and returns, the host's own too: what two runs of the same must have in common. */
	readonly digest: TrapDigest;
	/** The trap log when all that is judged had been: it does not depend on where a slice ended. */
	#judgedLog: string | undefined;
	#told = 0;
	#connected = false;
	#waiting: number[] = [];
	#scripted: number | undefined;
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
		this.digest = new TrapDigest(this.machine);
		this.machine.onConsole = (bytes) => this.output.host.add(bytes);
		new GuestConsole(this.machine, (byte) => this.output.guest.add(Uint8Array.of(byte)));
		this.#experiment = new Experiment({
			machine: this.machine,
			host: symbolsOf(symbols.host),
			guest: symbolsOf(symbols.guest),
			shipped
		});
		this.#experiment.onComplete = () => (this.#judgedLog = this.trapLog());
	}

	/** Goes on with the experiment for a slice; returns the verdict if that ended it. */
	advance(instructions: number): Verdict | undefined {
		const [from, start] = [this.machine.instructions, performance.now()];
		const verdict = this.#experiment.advance(instructions);
		const ran = (this.machine.instructions - from) / 1000 / (performance.now() - start);
		if (Number.isFinite(ran)) this.#speed = this.#speed === 0 ? ran : 0.8 * this.#speed + 0.2 * ran;
		if (verdict) this.#scripted ??= this.#experiment.seen.programs.length;
		return verdict;
	}

	/** How far it is, and what is new since the last call. */
	progress(): RunProgress {
		const { seen } = this.#experiment;
		const first = Math.max(this.#told, seen.calls.length - traceLength);
		const trace = seen.calls
			.slice(first)
			.map(({ at, cpu, mem, io }, i) => ({ n: first + i + 1, at, cpu, mem, io }));
		this.#told = seen.calls.length;
		return {
			instructions: this.machine.instructions,
			ticks: this.machine.ticks,
			speed: this.#speed,
			hostBooted: seen.hostBooted,
			guestBooted: seen.guestBooted,
			phase: seen.phases.at(-1)?.name ?? 'boot',
			rows: phaseTable(seen),
			trace,
			traced: seen.calls.length,
			askedOfGuest: this.#scripted === undefined ? [] : seen.programs.slice(this.#scripted)
		};
	}

	/** Types at a console. The guest has no keyboard until `connectGuest`: what comes earlier waits. */
	type(at: ConsoleName, bytes: Uint8Array): void {
		if (at === 'host' || this.#connected) this.machine.type(bytes);
		else this.#waiting.push(...bytes);
	}

	/** The scripted run is over: boot_guest now passes the keys of the serial line on to the guest. */
	connectGuest(): void {
		this.#connected = true;
		if (this.#waiting.length > 0) this.machine.type(this.#waiting);
		this.#waiting = [];
	}

	/** The trap log that belongs to the verdict; where the run broke off, all there is. */
	judgedLog(): string {
		return this.#judgedLog ?? this.trapLog();
	}

	/** Every exit of the guest so far, as text, and the digest of all there was. */
	trapLog(): string {
		const { records, hash } = this.digest;
		const head = `# ${records} exception entries and returns, digest ${hash}; those that left the guest:\n`;
		return head + exitLog(this.#experiment.seen.exits);
	}
}

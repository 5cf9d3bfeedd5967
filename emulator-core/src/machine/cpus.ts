import type { AddressMap } from '../bus/address-map.ts';
import { CpuMemory } from '../cpu/cpu-memory.ts';
import { Cpu } from '../cpu/cpu.ts';
import { nextEventOfStream } from '../cpu/event-stream.ts';
import { pendingInterrupt, wakesFromWfi } from '../cpu/interrupts.ts';
import { DeviceMirror } from '../cpu/device-mirror.ts';
import type { Scheduler } from './scheduler.ts';

/** Instructions that a CPU executes before it is another's turn. */
const turnLength = 10_000;

/** What of a CPU can change before an instruction: whether it goes on, and whether it lost its monitor. */
interface CpuWaiting {
	readonly on: boolean;
	readonly sleeping: boolean;
	readonly waitsForEvent: boolean;
	readonly event: boolean;
	readonly monitor: { readonly pa: number; readonly size: number } | undefined;
	/** The tick at which the event stream ends a WFE. */
	readonly wakeAt: number | undefined;
}

export interface CpusState {
	readonly current: number;
	/** The turn of the current one is over when so many instructions have been executed. */
	readonly turnEnds: number;
	readonly cpus: readonly CpuWaiting[];
}

/**
 * The CPUs of a machine, one of which executes instructions at a time: each for a number of them, then the
 * next one that does not sleep. Whose turn it is follows from the state alone, never from how a run is
 * cut up. The running CPU's own state lies in the machine's memory, that of the others aside.
 */
export class Cpus {
	readonly all: readonly Cpu[];
	readonly #scheduler: Scheduler;
	readonly #mirror: DeviceMirror;
	/** The machine's memory, and where each CPU's state lies while another runs. */
	readonly #running: CpuMemory;
	readonly #aside: readonly CpuMemory[];
	readonly #on: boolean[];
	readonly #wakeAt: (number | undefined)[];
	/** Called when another CPU executes from now on. */
	onSwitch: ((number: number) => void) | undefined;
	/** Called before a CPU is reset and started. */
	onStart: ((number: number) => void) | undefined;
	#current: Cpu;
	#turnEnds = turnLength;

	/** At reset the first is on, the others are off. */
	constructor(memory: WebAssembly.Memory, map: AddressMap, scheduler: Scheduler, count: number) {
		this.#scheduler = scheduler;
		this.#mirror = new DeviceMirror(memory.buffer);
		this.#running = new CpuMemory(memory.buffer);
		this.#aside = Array.from({ length: count > 1 ? count : 0 }, () => new CpuMemory());
		// Each is made in the machine's memory; the first stays there.
		const numbers = Array.from({ length: count }, (_, n) => count - 1 - n);
		const made = numbers.map((number) => {
			const cpu = new Cpu(memory, map, number, this.#mirror);
			if (number > 0) this.#putAside(cpu);
			return cpu;
		});
		this.all = made.reverse();
		for (const cpu of this.all) cpu.peers = this.all;
		this.#current = this.all[0]!;
		this.#on = this.all.map(({ number }) => number === 0);
		this.#wakeAt = this.all.map(() => undefined);
	}

	/** The one that executes instructions now. */
	get current(): Cpu {
		return this.#current;
	}

	isOn(number: number): boolean {
		return this.#on[number]!;
	}

	/** Starts a CPU that was off, at EL2 with its MMU off and everything masked. */
	turnOn(number: number, entry: bigint, x0: bigint): void {
		const cpu = this.all[number]!;
		this.onStart?.(number);
		cpu.reset();
		cpu.hot.pc = entry;
		cpu.hot.setX(0, x0);
		this.#on[number] = true;
		this.#current.hot.leaveSoon();
	}

	/** The instruction it executes now is its last. */
	turnOff(number: number): void {
		this.#on[number] = false;
		this.#current.hot.leaveSoon();
	}

	/** An interrupt wire of any CPU; whoever it wakes takes turns from the next instruction on. */
	setLine(cpu: Cpu, line: keyof Cpu['lines'], level: boolean): void {
		if (cpu.lines[line] === level) return;
		cpu.setLine(line, level);
		if (level && cpu !== this.#current) this.#current.hot.leaveSoon();
	}

	/** The current CPU waits for an event: the event stream of its timer may bring one. */
	waitsForEvent(cpu: Cpu): void {
		this.#wakeBy(cpu, nextEventOfStream(cpu, this.#scheduler.now()));
	}

	/**
	 * Whose turn is it? The current CPU goes on until its turn is over or it sleeps, and then for as long
	 * as no other can. False: all sleep. Asking again changes nothing.
	 */
	choose(): boolean {
		const { all } = this;
		if (all.length > 1 && (this.#turnIsOver || !this.#isAwake(this.#current))) {
			const next = this.#nextAwake();
			if (next === undefined) return false;
			if (next !== this.#current) this.#hand(next);
		}
		const current = this.#current;
		if (!current.sleeping) return true;
		if (!this.#isAwake(current)) return false;
		if (current.waitsForEvent) {
			current.waitsForEvent = current.event = false;
			this.#wakeBy(current, undefined);
		}
		current.sleeping = false;
		return true;
	}

	/** The next instruction is the current CPU's, if nothing is due: it does not sleep, and has its turn. */
	get goesOn(): boolean {
		const { number, sleeping } = this.#current;
		return !sleeping && this.#on[number]! && !this.#turnIsOver;
	}

	/** The current CPU has had its instructions: another that is awake is next. */
	get #turnIsOver(): boolean {
		return this.all.length > 1 && this.#scheduler.instructions >= this.#turnEnds;
	}

	/** Instructions that the current CPU may execute before the next choice. */
	get instructionsLeft(): number {
		if (this.all.length === 1) return Infinity;
		for (const cpu of this.all)
			if (cpu !== this.#current && this.#isAwake(cpu))
				return this.#turnEnds - this.#scheduler.instructions;
		return Infinity;
	}

	/** What is enough to undo `choose` and what else is done before an instruction. */
	get waiting(): CpusState {
		return {
			current: this.#current.number,
			turnEnds: this.#turnEnds,
			cpus: this.all.map((cpu) => ({
				on: this.#on[cpu.number]!,
				sleeping: cpu.sleeping,
				waitsForEvent: cpu.waitsForEvent,
				event: cpu.event,
				monitor:
					cpu.hot.monitor === undefined
						? undefined
						: { pa: cpu.hot.monitor, size: cpu.hot.monitorSize },
				wakeAt: this.#wakeAt[cpu.number]
			}))
		};
	}
	/** The events of the scheduler must have been put back before. Throws RangeError for what is no state, and changes nothing. */
	set waiting({ current, turnEnds, cpus }: CpusState) {
		const ticks = [turnEnds, ...cpus.map(({ wakeAt }) => wakeAt ?? 0)];
		if (
			this.all[current] === undefined ||
			cpus.length !== this.all.length ||
			!ticks.every(Number.isSafeInteger) ||
			!cpus.every(({ on, sleeping }) => typeof on === 'boolean' && typeof sleeping === 'boolean')
		)
			throw new RangeError('these CPUs cannot take turns like that');
		this.#bring(this.all[current]!);
		this.#turnEnds = turnEnds;
		for (const cpu of this.all) {
			const { on, sleeping, waitsForEvent, event, monitor, wakeAt } = cpus[cpu.number]!;
			Object.assign(cpu, { sleeping, waitsForEvent, event });
			this.#on[cpu.number] = on;
			if (monitor) cpu.hot.mark(monitor.pa, monitor.size);
			else cpu.hot.openMonitor();
			if (this.all.length > 1) this.#wakeBy(cpu, wakeAt);
		}
	}

	#isAwake(cpu: Cpu): boolean {
		if (!this.#on[cpu.number]) return false;
		if (!cpu.sleeping) return true;
		if (!cpu.waitsForEvent) return wakesFromWfi(cpu);
		return cpu.event || pendingInterrupt(cpu) !== undefined;
	}

	/** In the order of their numbers from the current one on, which is itself the last. */
	#nextAwake(): Cpu | undefined {
		const { all } = this;
		for (let n = 1; n <= all.length; n++) {
			const cpu = all[(this.#current.number + n) % all.length]!;
			if (this.#isAwake(cpu)) return cpu;
		}
		return undefined;
	}

	/** Another CPU's turn begins. What it stores may be what this one's monitor has marked: that counts as lost. */
	#hand(next: Cpu): void {
		const { hot } = this.#current;
		if (hot.monitor !== undefined) {
			hot.openMonitor();
			this.#current.event = true;
		}
		this.#bring(next);
		this.#turnEnds = this.#scheduler.instructions + turnLength;
	}

	#bring(next: Cpu): void {
		if (next === this.#current) return;
		this.#putAside(this.#current);
		this.#running.copyFrom(this.#aside[next.number]!);
		next.moveTo(this.#running);
		this.#mirror.forget();
		this.#current = next;
		this.onSwitch?.(next.number);
	}

	#putAside(cpu: Cpu): void {
		const aside = this.#aside[cpu.number]!;
		aside.copyFrom(this.#running);
		cpu.moveTo(aside);
	}

	#wakeBy(cpu: Cpu, tick: number | undefined): void {
		this.#wakeAt[cpu.number] = tick;
		this.#scheduler.schedule(`cpu${cpu.number}.event`, tick, () => {
			this.#wakeAt[cpu.number] = undefined;
			cpu.event = true;
		});
	}
}

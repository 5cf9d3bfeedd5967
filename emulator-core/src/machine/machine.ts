import type { Board } from '../boards/board.ts';
import { AddressMap, hex, type BusEvent } from '../bus/address-map.ts';
import type { GuestMemory } from '../bus/device.ts';
import type { Cpu } from '../cpu/cpu.ts';
import { HotState } from '../cpu/hot-state.ts';
import { slowPathsOf } from '../cpu/slow-path-calls.ts';
import { systemRegisters } from '../cpu/sysregs/index.ts';
import { RandomBytes } from '../devices/random-bytes.ts';
import { Engine } from '../engine/engine.ts';
import { memoryPlan } from '../layout.ts';
import type { ExplainedWalk } from '../mmu/index.ts';
import { Cpus } from './cpus.ts';
import { MachineError } from './errors.ts';
import { fittingsOf, type FittingOptions } from './fittings.ts';
import { InputLog, type InputRecord } from './input-log.ts';
import { loadBootImages, type BootPlacement } from './loader.ts';
import { Checkpoints, type Checkpoint } from './memory-checkpoint.ts';
import { Notes } from './notes.ts';
import type { Parts } from './parts.ts';
import { Probes, type Probe } from './probes.ts';
import { takeBreakpoint } from '../cpu/debug-exceptions.ts';
import { psciCall } from './psci.ts';
import { allocate, boardNamed, cpuCount, ramSize } from './resources.ts';
import { RunLoop, type Position, type RunLimits, type StopReason } from './run-loop.ts';
import { hashState, restoreState, saveState } from './saved-state.ts';
import { Scheduler } from './scheduler.ts';
import { startAtSpinTable, startOf, writePen } from './spin-table.ts';
import { TrapLog } from './trap-log.ts';
import { Watching, type Watcher } from './watcher.ts';
import { wireDevices, type Devices } from './wiring.ts';

export type { InputRecord } from './input-log.ts';
export type { Position, RunLimits, StopReason } from './run-loop.ts';

export interface MachineOptions extends FittingOptions {
	/** A name in `boards`. */
	readonly board: string;
	/** The board's own if left out. Whole pages. */
	readonly ramBytes?: number;
	/** How many CPUs, up to the board's `maxCpus`; the board's own number if left out. */
	readonly cpus?: number;
	/** An arm64 Image or an AArch64 ELF. */
	readonly kernel: Uint8Array;
	readonly initrd?: Uint8Array;
	readonly bootargs?: string;
	/** A device tree in place of the board's own; RAM, initramfs and arguments are put into it. */
	readonly dtb?: Uint8Array;
	/** Input of an earlier run, to have that run again. */
	readonly inputLog?: readonly InputRecord[];
}

export interface RegisterSnapshot {
	readonly el: 0 | 1 | 2;
	readonly pc: bigint;
	readonly x: readonly bigint[];
	readonly sp: bigint;
	/** N, Z, C, V as bits 3 to 0. */
	readonly nzcv: number;
	/** D, A, I, F as bits 3 to 0. */
	readonly daif: number;
	readonly system: Readonly<Record<string, bigint>>;
}

export class Machine {
	readonly board: Board;
	readonly ramBytes: number;
	readonly trapLog = new TrapLog();
	/** uart0's output, as it is written. */
	onConsole: ((bytes: Uint8Array) => void) | undefined;
	/** The virtio console's. */
	onVirtioConsole: ((bytes: Uint8Array) => void) | undefined;
	readonly placement: BootPlacement;
	/** For debuggers and tests: the parts themselves. */
	readonly devices: Devices;

	readonly #cpus: Cpus;
	readonly #map: AddressMap;
	readonly #scheduler: Scheduler;
	readonly #engine: Engine;
	readonly #parts: Parts;
	readonly #loop: RunLoop;
	readonly #checkpoints: Checkpoints;
	readonly #probes = new Probes<Machine>();
	readonly #watching: Watching;

	constructor(options: MachineOptions) {
		this.board = boardNamed(options.board);
		this.ramBytes = ramSize(options.ramBytes ?? this.board.ram.size);
		const count = cpuCount(this.board, options.cpus);
		const { base } = this.board.ram;
		const memory = allocate(memoryPlan.ram + this.ramBytes);
		this.#map = new AddressMap(memory, this.board.unmapped);
		this.#map.addRam(base, this.ramBytes, memoryPlan.ram);
		this.#map.onEvent = (event) => this.#noteBusEvent(event);
		this.#scheduler = new Scheduler(new HotState(memory.buffer));
		this.#cpus = new Cpus(memory, this.#map, this.#scheduler, count);
		const fittings = fittingsOf(this.board, options);
		const notes = new Notes();
		this.devices = wireDevices(this.board, fittings, {
			map: this.#map,
			cpus: this.#cpus,
			clock: this.#scheduler,
			memory: this.#guestMemory(),
			output: (from, byte) => this.#hear(from, byte),
			note: (text) => notes.add(text)
		});
		const ram = { base, size: this.ramBytes, at: memoryPlan.ram };
		const slowPaths = this.#cpus.all.map(slowPathsOf);
		this.#engine = new Engine(memory, slowPaths[0]!, [ram]);
		this.#cpus.onSwitch = (number) => this.#engine.serve(slowPaths[number]!);
		this.#parts = {
			board: this.board,
			ramBytes: this.ramBytes,
			fittings,
			memory,
			map: this.#map,
			cpus: this.#cpus,
			scheduler: this.#scheduler,
			engine: this.#engine,
			devices: this.devices,
			trapLog: this.trapLog,
			notes,
			input: new InputLog(this.#scheduler, (record) => this.#deliver(record)),
			progress: { stopped: undefined, begunAt: -1, enteredAt: -1 }
		};
		this.#loop = new RunLoop(this.#parts);
		this.#checkpoints = new Checkpoints(this.#parts);
		this.#watching = new Watching(this.#parts);
		this.#connect();
		const enableMethod = count > 1 ? startOf(this.board, options.dtb) : 'psci';
		const spinTable = enableMethod === 'spin-table' ? this.board.spinTable : undefined;
		if (spinTable !== undefined) writePen(this.#map, spinTable);
		const rngSeed = new RandomBytes(fittings.seed).next(64);
		this.placement = loadBootImages(this.#map, this.board, this.ramBytes, options, {
			rngSeed,
			virtioSlots: this.devices.filledSlots,
			cpus: count,
			enableMethod
		});
		if (spinTable !== undefined) startAtSpinTable(this.#map, spinTable, this.#cpus, this.placement);
		this.cpu.hot.pc = BigInt(this.placement.entry);
		this.cpu.hot.setX(0, BigInt(this.placement.dtb));
		this.#parts.input.expect(options.inputLog ?? []);
	}

	/** RAM as the devices reach it: decoded instructions follow what they write. */
	#guestMemory(): GuestMemory {
		return {
			read: (pa, length) => this.#map.ram(pa, length),
			write: (pa, bytes) => {
				const target = this.#map.writableRam(pa, bytes.length);
				target?.set(bytes);
				if (target) this.#engine.written(pa, bytes.length);
				return target !== undefined;
			}
		};
	}

	#hear(from: string, byte: number): void {
		if (from === 'uart0') this.onConsole?.(Uint8Array.of(byte));
		else if (from === 'console') this.onVirtioConsole?.(Uint8Array.of(byte));
	}

	#deliver({ bytes, to }: InputRecord): void {
		if (to === 'console') this.devices.console?.receive(bytes);
		else this.devices.uarts[0]?.receive(bytes);
	}

	#connect(): void {
		const { all } = this.#cpus;
		this.#cpus.onStart = (number) => this.#watching.started(number);
		this.#engine.onNewCodePage = (pa) => {
			for (const { mmu } of all) mmu.protectFromWrites(pa);
		};
		this.#engine.onBlocksGone = (block) => {
			for (const { mmu } of all) mmu.forgetBlocks(block);
		};
		this.#engine.probeAt = (pa) =>
			this.#probes.mayBeAt(pa) ||
			this.#watching.mayBeAt(pa) ||
			all.some(({ breakOffsets }) => breakOffsets?.has(pa % 4096) ?? true);
		for (const cpu of all) this.#surround(cpu);
	}

	#surround(cpu: Cpu): void {
		const { number } = cpu;
		cpu.mmu.codePages = this.#engine;
		cpu.environment = {
			timer: this.devices.timers[number]!,
			codePages: this.#engine,
			onTrap: (event) => this.trapLog.add(event, this.instructions, this.ticks, number),
			note: (text) => this.#parts.notes.add(text),
			smc: () =>
				psciCall(cpu, {
					cpus: this.#cpus,
					isRam: (pa) => this.#map.ramOffset(pa) !== undefined,
					powerOff: () => this.#halt('poweroff'),
					reset: () => this.#halt('reset')
				}),
			probe: (pc) => {
				this.#watching.tell(pc, this.#probes.all.length === 0);
				const stop = this.#probes.hit(this, cpu, pc, this.instructions);
				if (stop) this.#loop.pause();
				else takeBreakpoint(cpu, pc);
				return stop;
			},
			waitsForEvent: () => this.#cpus.waitsForEvent(cpu)
		};
	}

	#halt(how: 'poweroff' | 'reset'): void {
		this.#parts.progress.stopped = how;
		this.cpu.hot.leaveSoon();
	}

	/** The CPU that executes instructions now. */
	get cpu(): Cpu {
		return this.#cpus.current;
	}
	/** All CPUs, by number. What is asked of one that does not execute now is answered all the same. */
	get cpus(): readonly Cpu[] {
		return this.#cpus.all;
	}

	/** Instructions executed since reset, by all CPUs together. */
	get instructions(): number {
		return this.#scheduler.instructions;
	}
	/** Ticks of the system counter since reset: instructions, and what WFI slept. */
	get ticks(): number {
		return this.#scheduler.now();
	}
	/** Where the machine stands. */
	get position(): Position {
		return this.#loop.position;
	}
	/** What comes before the next instruction has been begun: events that are due, sleep, interrupts. */
	get underWay(): boolean {
		return this.#loop.underWay;
	}
	/** What a reader of the log should know: unknown registers and instructions, accesses that met nothing. */
	get notes(): readonly string[] {
		return this.#parts.notes.list;
	}
	/** All input that has arrived. */
	get inputLog(): readonly InputRecord[] {
		return this.#parts.input.arrived;
	}

	/**
	 * Runs until a limit or something worth stopping for. Before each instruction, in this order: what
	 * is due, interrupts, the instruction; so the result does not depend on how a run is cut up.
	 */
	run(limits: RunLimits): { reason: StopReason } {
		return { reason: this.#loop.run(limits) };
	}

	/** Exactly one instruction (after the interrupt that may be due before it). */
	step(): { reason: StopReason } {
		return this.run({ maxInstructions: 1 });
	}

	/**
	 * Only what comes before the next instruction: what is due is done, a WFI sleeps until it is woken,
	 * and the interrupt that then waits is taken, in which case the answer is true. What runs afterwards
	 * is the same run as without this call. False also where nothing will ever wake the WFI.
	 */
	takeInterrupt(): boolean {
		return this.#loop.takeInterrupt();
	}

	/** What `takeInterrupt` would answer. Nothing changes. */
	get interruptWaits(): boolean {
		return this.#loop.interruptWaits;
	}

	/** Ends the present run before its next instruction, as a probe would: for those who are told of something. */
	pause(): void {
		this.#loop.pause();
	}

	/**
	 * Bytes arrive at uart0 (or at the virtio console) now; or a tick later, when what comes before the
	 * next instruction is under way already. So the input log alone tells when, and a run comes again
	 * from it.
	 */
	type(bytes: Iterable<number>, to?: 'console'): void {
		const { input } = this.#parts;
		const record = { tick: this.ticks, bytes: [...bytes], ...(to && { to }) };
		if (!this.underWay) return input.arrive(record);
		input.expect([...input.expected, { ...record, tick: record.tick + 1 }]);
	}

	/** Input that is still to come: of an earlier run, or typed where it could not arrive at once. */
	get expectedInput(): readonly InputRecord[] {
		return this.#parts.input.expected;
	}
	set expectedInput(records: readonly InputRecord[]) {
		this.#parts.input.expect(records);
	}

	/** X0 to X30 of the present CPU; 31 is zero. The cheap way to a single register. */
	x(register: number): bigint {
		return this.cpu.hot.x(register);
	}

	/** Stage 2 is on for EL0 and EL1: what runs there now is a guest. */
	get stage2(): boolean {
		return this.cpu.stage2On;
	}

	/** Those of the CPU that executes now, if none is named. */
	registers(number = this.cpu.number): RegisterSnapshot {
		const cpu = this.cpus[number];
		if (cpu === undefined) throw new MachineError(`There is no CPU ${number}.`);
		const value = (register: (typeof systemRegisters)[number]) =>
			register.read !== undefined ? register.read(cpu) : cpu.get(register);
		return {
			el: cpu.el,
			pc: cpu.hot.pc,
			x: Array.from({ length: 31 }, (_, n) => cpu.hot.x(n)),
			sp: cpu.hot.sp,
			nzcv: cpu.hot.nzcv,
			daif: cpu.daif,
			system: Object.fromEntries(systemRegisters.map((each) => [each.name, value(each)]))
		};
	}

	/** Memory at a virtual address as the CPU sees it now; undefined where it is not mapped RAM. */
	readVirtual(va: bigint, length: number): Uint8Array | undefined {
		const out = new Uint8Array(length);
		for (let done = 0; done < length;) {
			const at = BigInt.asUintN(64, va + BigInt(done));
			const part = Math.min(length - done, 4096 - Number(at & 0xfffn));
			const walk = this.cpu.mmu.explainWalk(at);
			const pa = walk.stage2?.pa ?? walk.stage1?.ipa;
			const bytes = walk.fault || pa === undefined ? undefined : this.#map.ram(Number(pa), part);
			if (bytes === undefined) return undefined;
			out.set(bytes, done);
			done += part;
		}
		return out;
	}

	/** A copy of RAM. Throws MachineError where there is none. */
	readPhysical(pa: number, length: number): Uint8Array {
		const bytes = this.#map.ram(pa, length);
		if (bytes === undefined)
			throw new MachineError(`There is no RAM at ${hex(pa)} of ${length} bytes.`);
		return bytes.slice();
	}

	/**
	 * Writes RAM as a debugger does: behind the CPU's back, but decoded instructions follow. What the
	 * TLB remembers stays: see `forgetTranslations`. Throws MachineError where there is no RAM.
	 */
	writePhysical(pa: number, bytes: Uint8Array): void {
		const target = this.#map.writableRam(pa, bytes.length);
		if (target === undefined)
			throw new MachineError(
				`There is no RAM at ${hex(pa)} of ${bytes.length} bytes: nothing was written.`
			);
		target.set(bytes);
		this.#engine.written(pa, bytes.length);
	}

	/** Empties the TLB, as TLBI ALLE1 and ALLE2 would: changed tables count from the next access on. */
	forgetTranslations(): void {
		for (const cpu of this.cpus) cpu.mmu.reset(cpu.el);
	}

	/** Each descriptor on the way from `va`, as level `el` (the current one if left out) sees it now. */
	explainWalk(
		va: bigint,
		access: 'read' | 'write' | 'fetch' = 'read',
		el?: 0 | 1 | 2
	): ExplainedWalk {
		return this.cpu.mmu.explainWalk(va, access, el);
	}

	/** Observes an instruction. Returns what removes the probe again. */
	addProbe(probe: Probe<Machine>): () => void {
		this.#probes.add(probe);
		this.#engine.clear();
		return () => {
			this.#probes.remove(probe);
			this.#engine.clear();
		};
	}

	/**
	 * Lets one look on, for as long as a search takes: what it asks for is told, at the cost of speed.
	 * Returns what ends it. There is one at a time.
	 */
	watch(watcher: Watcher): () => void {
		return this.#watching.start(watcher);
	}

	/** So many pages of RAM were written since the last checkpoint: what the next one has to look at. */
	get pagesWritten(): number {
		return this.#map.written.lately.length;
	}

	/** Pages of RAM, by physical address, written since this was asked last, and up to the last checkpoint. */
	takeWrittenPages(): number[] {
		const first = this.board.ram.base - memoryPlan.ram;
		return Array.from(this.#map.written.takeSettled(), (page) => page * 4096 + first);
	}

	/** The whole state, in the format of docs/checkpoint-format.md. */
	save(): Uint8Array {
		return saveState(this.#parts);
	}

	/** Takes over a saved state. On a MachineError nothing has changed. */
	restore(bytes: Uint8Array): void {
		restoreState(this.#parts, bytes, () => {
			const before = this.checkpoint();
			return () => this.goBack(before);
		});
		this.#probes.moved();
	}

	/** The whole state in memory, for `goBack` of this same machine: it shares what does not change. */
	checkpoint(): Checkpoint {
		return this.#checkpoints.take();
	}

	/** Makes the machine what it was at a checkpoint. Probes and listeners stay as they are. */
	goBack(checkpoint: Checkpoint): void {
		this.#checkpoints.goBack(checkpoint);
		this.#probes.moved();
	}

	/** While `act` runs, console output and calls of probes reach nobody: it has all happened before. */
	silently<T>(act: () => T): T {
		const { onConsole, onVirtioConsole } = this;
		this.onConsole = this.onVirtioConsole = undefined;
		this.#probes.silent = true;
		try {
			return act();
		} finally {
			this.#probes.silent = false;
			Object.assign(this, { onConsole, onVirtioConsole });
		}
	}

	/**
	 * Tries something: `act` may change registers and memory, run, type, add probes. Afterwards the
	 * machine is as before, its probes and listeners too; nobody but `act` has heard anything.
	 */
	whatIf<T>(act: (machine: Machine) => T): T {
		const before = this.checkpoint();
		const probes = this.#probes.all;
		const { onConsole, onVirtioConsole, trapLog } = this;
		const unhear = trapLog.mute();
		this.onConsole = this.onVirtioConsole = undefined;
		try {
			return act(this);
		} finally {
			Object.assign(this, { onConsole, onVirtioConsole });
			unhear();
			if (this.#probes.all !== probes) {
				this.#probes.replace(probes);
				this.#engine.clear();
			}
			this.goBack(before);
		}
	}

	/** A short name of the whole state: equal for equal states, and hardly ever for others. */
	hash(): string {
		return hashState(this.#parts);
	}

	#noteBusEvent(event: BusEvent): void {
		const at = `at PC ${'0x' + this.cpu.hot.pc.toString(16)}, EL${this.cpu.el}`;
		const verb = event.written === undefined ? 'read' : 'write';
		this.#parts.notes.add(
			event.kind === 'unmapped'
				? `${verb} of ${event.size} bytes at ${hex(event.pa)}, where nothing is: ${at}`
				: `${verb} of ${event.device} offset ${hex(event.offset)}, no register: ${at}`
		);
	}
}

/** A machine at reset, its images in RAM: EL2, PC at the kernel, X0 at the device tree. */
export function createMachine(options: MachineOptions): Machine {
	return new Machine(options);
}

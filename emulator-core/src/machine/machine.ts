import type { Board } from '../boards/board.ts';
import { AddressMap, hex, type BusEvent } from '../bus/address-map.ts';
import { Cpu } from '../cpu/cpu.ts';
import { takeIllegalState } from '../cpu/exceptions.ts';
import { takePendingInterrupt, wakesFromWfi } from '../cpu/interrupts.ts';
import { slowPathsOf } from '../cpu/slow-path-calls.ts';
import { systemRegisters } from '../cpu/sysregs/index.ts';
import { Engine } from '../engine/engine.ts';
import { memoryPlan } from '../layout.ts';
import type { ExplainedWalk } from '../mmu/index.ts';
import {
	checksum,
	packCheckpoint,
	packJson,
	packRam,
	unpackCheckpoint,
	unpackJson,
	unpackRam
} from './checkpoint.ts';
import { restoreCpu, saveCpu } from './cpu-state.ts';
import { MachineError } from './errors.ts';
import { loadBootImages, type BootPlacement } from './loader.ts';
import { Probes, type Probe } from './probes.ts';
import { psciCall } from './psci.ts';
import { allocate, boardNamed, ramSize } from './resources.ts';
import { Scheduler } from './scheduler.ts';
import { TrapLog } from './trap-log.ts';
import { wireDevices, type Devices } from './wiring.ts';

export interface MachineOptions {
	/** A name in `boards`. */
	readonly board: string;
	/** The board's own if left out. Whole pages. */
	readonly ramBytes?: number;
	/** An arm64 Image or an AArch64 ELF. */
	readonly kernel: Uint8Array;
	readonly initrd?: Uint8Array;
	readonly bootargs?: string;
	/** Input of an earlier run, to have that run again. */
	readonly inputLog?: readonly InputRecord[];
}

/** Bytes that came in on uart0, and the tick at which they arrived. */
export interface InputRecord {
	readonly tick: number;
	readonly bytes: readonly number[];
}

export interface RunLimits {
	readonly maxInstructions?: number;
	/** An absolute tick; the run stops there, even within a sleep. */
	readonly maxTicks?: number;
}

/**
 * Why a run ended. `idle`: a WFI waits, no event will ever be due, and only input can end it. `reset`:
 * the guest asked PSCI for a reset; make a new machine.
 */
export type StopReason = 'budget' | 'ticks' | 'poweroff' | 'reset' | 'idle' | 'probe';

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

/** More than any slice: fuel is a 32-bit number. */
const longest = 2 ** 30;
const maxNotes = 1000;

export class Machine {
	readonly board: Board;
	readonly ramBytes: number;
	readonly trapLog = new TrapLog();
	/** What a reader of the log should know: unknown registers and instructions, accesses that met nothing. */
	readonly notes: string[] = [];
	/** uart0's output, as it is written. */
	onConsole: ((bytes: Uint8Array) => void) | undefined;
	readonly placement: BootPlacement;
	/** For debuggers and tests: the parts themselves. */
	readonly cpu: Cpu;
	readonly devices: Devices;

	readonly #memory: WebAssembly.Memory;
	readonly #map: AddressMap;
	readonly #scheduler: Scheduler;
	readonly #engine: Engine;
	readonly #probes = new Probes<Machine>();
	#noted = new Set<string>();
	#inputLog: InputRecord[] = [];
	#stopped: 'poweroff' | 'reset' | undefined;
	#probeStop = false;

	constructor(options: MachineOptions) {
		this.board = boardNamed(options.board);
		this.ramBytes = ramSize(options.ramBytes ?? this.board.ram.size);
		const { base } = this.board.ram;
		this.#memory = allocate(memoryPlan.ram + this.ramBytes);
		this.#map = new AddressMap(this.#memory, this.board.unmapped);
		this.#map.addRam(base, this.ramBytes, memoryPlan.ram);
		this.#map.onEvent = (event) => this.#noteBusEvent(event);
		this.cpu = new Cpu(this.#memory, this.#map);
		this.#scheduler = new Scheduler(this.cpu.hot);
		this.devices = wireDevices(this.board, this.#map, this.cpu, this.#scheduler, (uart, byte) => {
			if (uart === 0) this.onConsole?.(Uint8Array.of(byte));
		});
		const ram = { base, size: this.ramBytes, at: memoryPlan.ram };
		this.#engine = new Engine(this.#memory, slowPathsOf(this.cpu), [ram]);
		this.#connect();
		this.placement = loadBootImages(this.#map, this.board, this.ramBytes, options);
		this.cpu.hot.pc = BigInt(this.placement.entry);
		this.cpu.hot.setX(0, BigInt(this.placement.dtb));
		this.#replay(options.inputLog ?? []);
	}

	#connect(): void {
		const { cpu } = this;
		this.#engine.onNewCodePage = (pa) => cpu.mmu.protectFromWrites(pa);
		this.#engine.probeAt = (pa) => this.#probes.mayBeAt(pa);
		cpu.mmu.codePages = this.#engine;
		cpu.environment = {
			timer: this.devices.timer,
			codePages: this.#engine,
			onTrap: (event) => this.trapLog.add(event, this.instructions, this.ticks),
			note: (text) => this.#note(text),
			smc: () =>
				psciCall(cpu, {
					powerOff: () => this.#halt('poweroff'),
					reset: () => this.#halt('reset')
				}),
			probe: (pc) => {
				const stop = this.#probes.hit(this, cpu, pc, this.instructions);
				if (stop) this.#probeStop = true;
				return stop;
			}
		};
	}

	#halt(how: 'poweroff' | 'reset'): void {
		this.#stopped = how;
		this.cpu.hot.leaveSoon();
	}

	/** Instructions executed since reset. */
	get instructions(): number {
		return this.#scheduler.instructions;
	}
	/** Ticks of the system counter since reset: instructions, and what WFI slept. */
	get ticks(): number {
		return this.#scheduler.now();
	}
	/** All input so far. */
	get inputLog(): readonly InputRecord[] {
		return this.#inputLog;
	}

	/**
	 * Runs until a limit or something worth stopping for. Before each instruction, in this order: what
	 * is due, interrupts, the instruction; so the result does not depend on how a run is cut up.
	 */
	run({ maxInstructions = Infinity, maxTicks = Infinity }: RunLimits): { reason: StopReason } {
		const { cpu } = this;
		const scheduler = this.#scheduler;
		const lastInstruction = scheduler.instructions + maxInstructions;
		this.#probeStop = false;
		for (;;) {
			if (this.#stopped !== undefined) return { reason: this.#stopped };
			if (this.#probeStop) return { reason: 'probe' };
			if (scheduler.instructions >= lastInstruction) return { reason: 'budget' };
			if (scheduler.now() >= maxTicks) return { reason: 'ticks' };

			scheduler.runDue();
			if (cpu.sleeping) {
				if (!wakesFromWfi(cpu)) {
					const until = Math.min(scheduler.nextDue ?? Infinity, maxTicks);
					if (until === Infinity) return { reason: 'idle' };
					scheduler.sleepUntil(until);
					continue;
				}
				cpu.sleeping = false;
			}
			if (!takePendingInterrupt(cpu) && cpu.illegal) takeIllegalState(cpu);

			const now = scheduler.now();
			const fuel = Math.min(
				lastInstruction - scheduler.instructions,
				maxTicks - now,
				(scheduler.nextDue ?? Infinity) - now,
				longest
			);
			scheduler.execute(fuel, this.#engine);
		}
	}

	/** Exactly one instruction (after the interrupt that may be due before it). */
	step(): { reason: StopReason } {
		return this.run({ maxInstructions: 1 });
	}

	/** Bytes arrive at uart0 now. */
	type(bytes: Iterable<number>): void {
		const record = { tick: this.ticks, bytes: [...bytes] };
		this.#inputLog.push(record);
		this.devices.uarts[0]?.receive(record.bytes);
	}

	/** Lets recorded input arrive when it did, ahead of whatever else is due at its tick. */
	#replay(log: readonly InputRecord[]): void {
		log.forEach((record, n) => {
			const key = ` input ${String(n).padStart(9, '0')}`;
			this.#scheduler.schedule(key, record.tick, () => this.type(record.bytes));
		});
	}

	/** X0 to X30; 31 is zero. The cheap way to a single register. */
	x(register: number): bigint {
		return this.cpu.hot.x(register);
	}

	/** Stage 2 is on for EL0 and EL1: what runs there now is a guest. */
	get stage2(): boolean {
		return this.cpu.stage2On;
	}

	registers(): RegisterSnapshot {
		const { cpu } = this;
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

	/** The whole state, in the format of docs/checkpoint-format.md. */
	save(): Uint8Array {
		return packCheckpoint([
			{ id: 'BORD', bytes: packJson(this.#identity()) },
			...this.#stateSections(),
			{ id: 'TLB ', bytes: packJson(this.cpu.mmu.snapshotState()) },
			{ id: 'LOGS', bytes: packJson({ traps: this.trapLog.snapshotState(), notes: this.notes }) },
			{ id: 'RAM ', bytes: packRam(this.#ram()) }
		]);
	}

	/** Takes over a saved state. On a MachineError nothing has changed. */
	restore(bytes: Uint8Array): void {
		const sections = unpackCheckpoint(bytes);
		const json = (id: string) => {
			const found = sections.get(id);
			if (found === undefined)
				throw new MachineError(`The saved state is incomplete: it has no section ${id.trim()}.`);
			return unpackJson(found) as never;
		};
		const { board, ramBytes }: { board: string; ramBytes: number } = json('BORD');
		if (board !== this.board.name || ramBytes !== this.ramBytes)
			throw new MachineError(
				`The saved state is of a ${board} with ${ramBytes} bytes of RAM, this machine is a ` +
					`${this.board.name} with ${this.ramBytes}. Make a machine of that kind first.`
			);
		const [time, cpu, tlb] = [json('TIME'), json('CPU '), json('TLB ')];
		const devices: Record<string, unknown> = json('DEVS');
		const logs: { traps: unknown; notes: string[] } = json('LOGS');
		const ram = sections.get('RAM ') ?? new Uint8Array();

		unpackRam(ram, this.#ram());
		const { clock, input, stopped }: SavedTime = time;
		this.#scheduler.restoreState(clock);
		this.#inputLog = [...input];
		this.#stopped = stopped ?? undefined;
		restoreCpu(this.cpu, this.#memory.buffer, cpu);
		for (const device of this.devices.stateful) device.restoreState(devices[device.name]);
		this.trapLog.restoreState(logs.traps);
		this.notes.splice(0, this.notes.length, ...logs.notes);
		this.#noted = new Set(logs.notes);
		this.#engine.clear();
		this.cpu.mmu.restoreState(tlb);
	}

	/** A short name of the whole state: equal for equal states, and hardly ever for others. */
	hash(): string {
		const parts = [
			...this.#stateSections().map(({ bytes }) => bytes),
			packJson({ counts: this.trapLog.counts }),
			this.#ram()
		];
		const sums = parts.flatMap((bytes) => checksum(bytes));
		const [low, high] = checksum(new Uint8Array(Uint32Array.from(sums).buffer));
		return (high.toString(16).padStart(8, '0') + low.toString(16).padStart(8, '0')).toString();
	}

	#identity() {
		return { board: this.board.name, ramBytes: this.ramBytes };
	}

	#stateSections() {
		const time: SavedTime = {
			clock: this.#scheduler.snapshotState(),
			input: this.#inputLog,
			stopped: this.#stopped ?? null
		};
		const devices = this.devices.stateful.map((each) => [each.name, each.snapshotState()]);
		return [
			{ id: 'TIME', bytes: packJson(time) },
			{ id: 'CPU ', bytes: packJson(saveCpu(this.cpu, this.#memory.buffer)) },
			{ id: 'DEVS', bytes: packJson(Object.fromEntries(devices)) }
		];
	}

	#ram(): Uint8Array {
		return new Uint8Array(this.#memory.buffer, memoryPlan.ram, this.ramBytes);
	}

	#noteBusEvent(event: BusEvent): void {
		const at = `at PC ${'0x' + this.cpu.hot.pc.toString(16)}, EL${this.cpu.el}`;
		const verb = event.written === undefined ? 'read' : 'write';
		this.#note(
			event.kind === 'unmapped'
				? `${verb} of ${event.size} bytes at ${hex(event.pa)}, where nothing is: ${at}`
				: `${verb} of ${event.device} offset ${hex(event.offset)}, no register: ${at}`
		);
	}

	/** The first of each kind, up to a bound: a loop must not fill the memory. */
	#note(text: string): void {
		if (this.#noted.size >= maxNotes || this.#noted.has(text)) return;
		this.#noted.add(text);
		this.notes.push(text);
	}
}

interface SavedTime {
	readonly clock: { instructions: number; slept: number };
	readonly input: readonly InputRecord[];
	readonly stopped: 'poweroff' | 'reset' | null;
}

/** A machine at reset, its images in RAM: EL2, PC at the kernel, X0 at the device tree. */
export function createMachine(options: MachineOptions): Machine {
	return new Machine(options);
}

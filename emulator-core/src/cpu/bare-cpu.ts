import { AddressMap } from '../bus/address-map.ts';
import { cpuState, memoryPlan } from '../layout.ts';
import { Cpu, type TrapEvent } from './cpu.ts';
import { slowPathsOf } from './slow-path-calls.ts';
import type { CodePages, SlowPaths } from './slow-paths.ts';
import { systemRegisters } from './sysregs/index.ts';

export const bareRam = { base: 0x4000_0000, size: 0x40_0000 } as const;

/** A CPU with 4 MB of RAM, a stopped timer and no engine: what tests of the slow paths stand on. */
export class BareCpu {
	readonly cpu: Cpu;
	readonly #memory: WebAssembly.Memory;
	readonly map: AddressMap;
	readonly slow: SlowPaths;
	readonly traps: TrapEvent[] = [];
	readonly notes: string[] = [];
	/** Pages that count as having decoded instructions, and the stores to them that were reported. */
	readonly codePages = new Set<number>();
	readonly written: number[] = [];
	#nextTable: number = bareRam.base + 0x10_0000;

	constructor() {
		const bytes = memoryPlan.ram + bareRam.size;
		const memory = new WebAssembly.Memory({ initial: Math.ceil(bytes / 65_536) });
		this.#memory = memory;
		this.map = new AddressMap(memory);
		this.map.addRam(bareRam.base, bareRam.size, memoryPlan.ram);
		this.cpu = new Cpu(memory, this.map);
		this.slow = slowPathsOf(this.cpu);
		const timer = { ctl: 0n, cval: 0n, tval: 0n };
		const codePages: CodePages = {
			blockAt: () => memoryPlan.codePool,
			hasCode: (pa) => this.codePages.has(pa),
			written: (pa) => this.written.push(pa),
			onNewCodePage: () => {},
			clear: () => {}
		};
		this.cpu.mmu.codePages = codePages;
		this.cpu.environment = {
			timer: { cntpct: 0n, cntvct: 0n, cntvoff: 0n, phys: timer, virt: timer, hyp: timer },
			codePages,
			onTrap: (event) => this.traps.push(event),
			note: (text) => this.notes.push(text),
			smc: () => this.cpu.hot.setX(0, 0xffff_ffffn),
			probe: () => 0
		};
	}

	/** Writes a system register as an MSR at EL2 would, effects included. */
	set(name: string, value: bigint): void {
		const el = this.cpu.el;
		this.cpu.el = 2;
		this.slow.writeSystemRegister(this.#key(name), value, 0);
		this.cpu.el = el;
	}
	/** Reads a system register's stored value. */
	get(name: string): bigint {
		return this.cpu.get(systemRegisters.find((each) => each.name === name)!);
	}
	mrs(name: string, rt = 0): bigint {
		return this.slow.readSystemRegister(this.#key(name), rt);
	}
	msr(name: string, value: bigint, rt = 0): void {
		this.slow.writeSystemRegister(this.#key(name), value, rt);
	}
	#key(name: string): number {
		const found = systemRegisters.find((each) => each.name === name);
		if (found === undefined) throw new Error(`no system register ${name}`);
		return found.key;
	}

	/** Goes to an exception level, PC at `pc`, as if execution were there. */
	at(el: 0 | 1 | 2, pc: bigint): this {
		this.cpu.enter(el, el === 0 ? 0 : 1);
		this.cpu.hot.pc = pc;
		this.cpu.hot.leave = 0;
		return this;
	}

	/** A zeroed table of `bytes`, aligned to its size. */
	table(bytes = 4096): number {
		this.#nextTable = Math.ceil(this.#nextTable / bytes) * bytes;
		const at = this.#nextTable;
		this.#nextTable += bytes;
		return at;
	}
	poke(pa: number, value: bigint): void {
		this.map.write(pa, 8, value);
	}
	peek(pa: number): bigint {
		return this.map.read(pa, 8)!;
	}
	/** The bits that must be zero of an SP that is a base. */
	get stackMask(): number {
		return new DataView(this.#memory.buffer).getInt32(cpuState.stackMask, true);
	}
	/** The latest exception. */
	get last(): TrapEvent {
		return this.traps.at(-1)!;
	}
}

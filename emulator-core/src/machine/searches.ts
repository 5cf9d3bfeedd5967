import { hex } from '../bus/address-map.ts';
import type { Cpu } from '../cpu/cpu.ts';
import type { Checkpoint } from './memory-checkpoint.ts';
import { MachineError } from './errors.ts';
import type { Machine, Position } from './machine.ts';
import { writersOf } from './register-writers.ts';
import type { TrapRecord } from './trap-log.ts';

/** Which exception entries count; all of them, if nothing is said. */
export interface TrapFilter {
	readonly fromEl?: 0 | 1 | 2;
	readonly toEl?: 1 | 2;
	readonly cause?: 'sync' | 'irq' | 'fiq' | 'serror';
	/** ESR_ELx.EC of a synchronous one. */
	readonly class?: number;
	/** Whose instruction it was, behind stage 2. */
	readonly vmid?: number;
	/** On this CPU. */
	readonly cpu?: number;
}

/** What to look for in a run. */
export type What =
	| { readonly trap: TrapFilter }
	/** An exception entry or return for which this holds. */
	| { readonly record: (record: TrapRecord) => boolean }
	/**
	 * The instruction at a virtual address comes, or at one of several; at any level and in any world, if
	 * nothing is said.
	 */
	| {
			readonly reached: bigint | readonly bigint[];
			readonly el?: 0 | 1 | 2;
			/** With this stack pointer in use: in the same frame. */
			readonly sp?: bigint;
			/** Behind stage 2, with this VMID. */
			readonly vmid?: number;
			/** Behind stage 2 (true), or without it (false). */
			readonly guest?: boolean;
			readonly cpu?: number;
	  }
	/** A store to some of these bytes of RAM, by the CPU or a device, whatever it stores. */
	| { readonly physical: number; readonly length: number }
	/** The same, of the RAM that lies at a virtual address now, for `el` (the present one if left out). */
	| { readonly virtual: bigint; readonly length: number; readonly el?: 0 | 1 | 2 }
	/**
	 * A write of a register, whatever it writes: X0 to X30, SP (the one in use now), SP_EL0 to SP_EL2, V0
	 * to V31, or a system register by its name. What an exception entry or return writes counts, and what
	 * another CPU does by PSCI to start this one. Of instructions that collect flags in FPSR, those count
	 * that set one. The CPU is the one that executes now, if none is named.
	 */
	| { readonly register: string; readonly cpu?: number };

/** Told by a search of what it looks for, at the machine's position just before it happens. */
export interface Hits {
	/** Here, or at an earlier position of which it is known only now. */
	hit(at?: Position): void;
	/** The instruction here, about which `hit` was called, takes an exception instead. */
	cancel(): void;
}

export interface Search {
	/** What it is about, to end a sentence: 'a write of X5'. */
	readonly words: string;
	/** Could it have happened between two checkpoints, from which these pages were written (if known)? */
	mayLie?(from: Checkpoint, to: Checkpoint, written: ReadonlySet<number> | undefined): boolean;
	/** Looks on from now until what this returns is called. */
	start(machine: Machine, hits: Hits): () => void;
}

/** Throws MachineError for what cannot be looked for. */
export function searchFor(machine: Machine, what: What): Search {
	if ('trap' in what) {
		cpuNumbered(machine, what.trap.cpu);
		return trapSearch(what.trap);
	}
	if ('record' in what) return recordSearch(what.record);
	if ('reached' in what) return breakpointSearch(machine, what);
	if ('physical' in what) {
		// Throws where there is no RAM.
		if (!(what.length >= 1))
			throw new MachineError('A search for a write needs at least one byte.');
		machine.readPhysical(what.physical, what.length);
		return storeSearch([{ pa: what.physical, length: what.length }], hex(what.physical));
	}
	if ('virtual' in what) {
		const ranges = rangesBehind(machine, what.virtual, what.length, what.el);
		return storeSearch(ranges, hex(what.virtual));
	}
	return registerSearch(machine, what);
}

/** The CPU of this number, or the one that executes now. Throws MachineError if there is none. */
function cpuNumbered({ cpus, cpu }: Machine, number = cpu.number): Cpu {
	const found = cpus[number];
	if (found !== undefined) return found;
	throw new MachineError(`There is no CPU ${number}: this machine has ${cpus.length}.`);
}

export function fits(record: TrapRecord, filter: TrapFilter): boolean {
	return (
		record.what === 'entry' &&
		(filter.fromEl ?? record.fromEl) === record.fromEl &&
		(filter.toEl ?? record.toEl) === record.toEl &&
		(filter.cause ?? record.cause) === record.cause &&
		(filter.class === undefined ||
			(record.cause === 'sync' && record.esr >>> 26 === filter.class)) &&
		(filter.vmid === undefined || record.vmid === filter.vmid) &&
		(filter.cpu === undefined || (record.cpu ?? 0) === filter.cpu)
	);
}

function trapSearch(filter: TrapFilter): Search {
	const total = ({ traps }: Checkpoint) =>
		sum(
			traps.counts.entries.flatMap((row, from) => row.filter((_, to) => among(from, to, filter)))
		);
	return {
		words: 'an exception entry of this kind',
		mayLie: (from, to) => total(from) !== total(to),
		start: listensFor((record) => fits(record, filter))
	};
}

function recordSearch(holds: (record: TrapRecord) => boolean): Search {
	const total = ({ traps: { counts } }: Checkpoint) =>
		sum([...counts.entries, ...counts.returns].flat());
	return {
		words: 'an exception entry or return of this kind',
		mayLie: (from, to) => total(from) !== total(to),
		start: listensFor(holds)
	};
}

const listensFor =
	(holds: (record: TrapRecord) => boolean) =>
	({ trapLog }: Machine, hits: Hits) =>
		trapLog.listen({
			record: (record) => void (holds(record) && hits.hit()),
			outcome: () => undefined
		});

const sum = (numbers: readonly number[]) => numbers.reduce((a, b) => a + b, 0);

const among = (from: number, to: number, { fromEl, toEl }: TrapFilter) =>
	(fromEl ?? from) === from && (toEl ?? to) === to;

function breakpointSearch(machine: Machine, what: Extract<What, { reached: unknown }>): Search {
	cpuNumbered(machine, what.cpu);
	const { reached } = what;
	const addresses = new Set(
		(typeof reached === 'bigint' ? [reached] : reached).map((va) => BigInt.asUintN(64, va))
	);
	const crooked = [...addresses].find((va) => (va & 3n) !== 0n);
	if (crooked !== undefined)
		throw new MachineError(`No instruction lies at ${hex(crooked)}: addresses are multiples of 4.`);
	// Pages keep their offsets.
	const offsets = new Set(Array.from(addresses, (va) => Number(va & 0xfffn)));
	return {
		words: `the instruction at ${[...addresses].map((va) => hex(va)).join(' or ')}`,
		start: (machine, hits) => {
			return machine.watch({
				instruction: (_, pa) => offsets.has(pa % 4096),
				before: (pc) => {
					const { cpu } = machine;
					if ((what.cpu ?? cpu.number) !== cpu.number) return;
					if (!addresses.has(pc) || (what.el ?? cpu.el) !== cpu.el) return;
					if (what.sp !== undefined && what.sp !== cpu.hot.sp) return;
					const vmid = cpu.vmidAt(cpu.el);
					if (what.vmid !== undefined && what.vmid !== vmid) return;
					if (what.guest !== undefined && what.guest !== (vmid !== undefined)) return;
					hits.hit();
				}
			});
		}
	};
}

interface Range {
	readonly pa: number;
	readonly length: number;
}

function storeSearch(ranges: readonly Range[], name: string): Search {
	const pages = ranges.flatMap(({ pa, length }) => {
		const first = pa - (pa % 4096);
		return Array.from(
			{ length: Math.ceil((pa + length - first) / 4096) },
			(_, n) => first + n * 4096
		);
	});
	return {
		words: `a store to ${name}`,
		mayLie: (_from, _to, written) =>
			written === undefined || pages.some((page) => written.has(page)),
		start: (machine, hits) => {
			const meets = (pa: number, size: number) =>
				ranges.some((range) => pa < range.pa + range.length && range.pa < pa + size);
			return machine.watch({ pages, stored: (pa, size) => void (meets(pa, size) && hits.hit()) });
		}
	};
}

/** Where the bytes at a virtual address lie in RAM now. */
function rangesBehind(
	machine: Machine,
	va: bigint,
	length: number,
	el: 0 | 1 | 2 | undefined
): Range[] {
	if (!(length >= 1 && length <= 2 ** 20))
		throw new MachineError('A search for a write is about 1 byte to 1 MB.');
	const ranges: Range[] = [];
	for (let done = 0; done < length;) {
		const at = BigInt.asUintN(64, va + BigInt(done));
		const part = Math.min(length - done, 4096 - Number(at & 0xfffn));
		const { fault, stage1, stage2 } = machine.explainWalk(at, 'read', el);
		const pa = stage2?.pa ?? stage1?.ipa;
		if (fault !== undefined || pa === undefined)
			throw new MachineError(`Nothing is mapped at ${hex(at)} now: ask by physical address.`);
		machine.readPhysical(Number(pa), part);
		ranges.push({ pa: Number(pa), length: part });
		done += part;
	}
	return ranges;
}

function registerSearch(machine: Machine, what: Extract<What, { register: string }>): Search {
	const cpu = cpuNumbered(machine, what.cpu);
	const writers = writersOf(cpu, what.register);
	const whose = machine.cpus.length > 1 ? ` of CPU ${cpu.number}` : '';
	return {
		words: `a write of ${writers.name}${whose}`,
		start: ({ trapLog }, hits) => {
			/** The CPU's instruction that comes now writes, unless it takes an exception. */
			let writes = false;
			/** The same of one that may have written, which shows afterwards. */
			let open: { readonly at: Position; readonly wrote: () => boolean } | undefined;
			const close = () => {
				if (open?.wrote()) hits.hit(open.at);
				open = undefined;
			};
			const unwatch = machine.watch({
				instruction: writers.instruction,
				before: () => {
					if (machine.cpu !== cpu) return;
					close();
					const here = writers.here?.(cpu) ?? true;
					writes = here === true;
					if (writes) hits.hit();
					else if (here) open = { at: machine.position, wrote: here as () => boolean };
				},
				// Its reset writes nearly all its registers.
				started: (number) => {
					if (number !== cpu.number || writers.keptByReset) return;
					close();
					hits.hit();
				}
			});
			const unhear = trapLog.listen({
				record: (record) => {
					if ((record.cpu ?? 0) !== cpu.number) return;
					// An instruction that takes an exception writes nothing.
					if (writes && record.what === 'entry' && record.cause === 'sync') hits.cancel();
					writes = false;
					if (writers.byException?.(record)) hits.hit();
				},
				outcome: () => undefined
			});
			return () => {
				close();
				unwatch();
				unhear();
			};
		}
	};
}

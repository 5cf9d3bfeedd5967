/** One exception entry or return, as the core saw it. Numbers are exact; 64-bit values are bigint. */
export interface TrapRecord {
	/** Instructions retired before it, by all CPUs. */
	readonly at: number;
	/** Ticks of the system counter: `at` plus what WFI skipped. */
	readonly tick: number;
	readonly what: 'entry' | 'return';
	readonly cause: 'sync' | 'irq' | 'fiq' | 'serror' | 'eret';
	readonly fromEl: number;
	readonly toEl: number;
	/** The preferred return address of an entry, the target of a return. */
	readonly pc: bigint;
	/** ESR_ELx and FAR_ELx as the entry wrote them; 0 for interrupts and returns. */
	readonly esr: number;
	readonly far: bigint;
	/** The faulting IPA, page and offset, of an abort at stage 2; undefined otherwise. True also where HPFAR_EL2 is UNKNOWN. */
	readonly ipa: bigint | undefined;
	/** The stage that faulted, for aborts. */
	readonly stage: 1 | 2 | undefined;
	readonly s1ptw: boolean;
	/** VTTBR_EL2.VMID while stage 2 was on (HCR_EL2.VM), undefined otherwise: whose instruction this was. */
	readonly vmid: number | undefined;
	/**
	 * For an entry to EL2 from a VM: what EL2 did with it. 'host': it returned to EL1 with stage 2 off,
	 * so the host saw the exit. 'guest': it went straight back (a retry inside EL2). Undefined until known.
	 */
	readonly outcome: 'host' | 'guest' | undefined;
	/** The number of the CPU; left out for CPU 0. */
	readonly cpu?: number | undefined;
}

/** How the exits of one class ended. The latest exit is not in it until EL2 has returned from it. */
export interface OutcomeCounts {
	/** The host saw it: EL2 returned with stage 2 off. */
	host: number;
	/** EL2 went straight back into the VM. */
	guest: number;
}

/** One VM's traffic with EL2, by VMID. */
export interface VmCounts {
	/** Entries to EL2 from it. */
	exits: number;
	/** Returns from EL2 into it. */
	returns: number;
	/** Synchronous exits by exception class, ESR_EL2 bits 31:26. */
	byClass: Record<number, OutcomeCounts>;
	/** Exits by physical interrupts. */
	irq: OutcomeCounts;
	fiq: OutcomeCounts;
}

/** Totals since reset. They are exact and never wrap or forget. */
export interface TrapCounts {
	/** Exception entries: `entries[from][to]`. */
	readonly entries: number[][];
	/** Exception returns: `returns[from][to]`. */
	readonly returns: number[][];
	readonly vms: Record<number, VmCounts>;
}

/** What the log is told of each entry and return; `stage2` says whether EL1 is behind stage 2 after it. */
export type TrapReport = Omit<TrapRecord, 'at' | 'tick' | 'outcome' | 'cpu'> & {
	readonly stage2: boolean;
};

/** One who is told all, whoever else listens. Records are numbered from 0 since reset. */
export interface TrapListener {
	record(record: TrapRecord, number: number): void;
	/** The exit of this number again, with its outcome. */
	outcome(record: TrapRecord, number: number): void;
}

/** An exit from a VM from which EL2 has not returned yet. */
interface OpenExit {
	readonly record: TrapRecord;
	readonly number: number;
}

/** The log as a saved state has it. */
export interface SavedTrapLog {
	readonly counts: TrapCounts;
	readonly records: readonly TrapRecord[];
	/** Exits from which EL2 has not returned yet, at most one of each CPU: by their place in `records`, or themselves where they are no longer there. */
	readonly open: readonly (number | TrapRecord)[];
}

/** The log at one moment, in memory. */
export interface TrapLogState {
	readonly counts: TrapCounts;
	readonly total: number;
	/** Full blocks but for the last, which is good up to `lastLength`: it may have grown since. */
	readonly blocks: readonly TrapRecord[][];
	readonly lastLength: number;
	readonly open: readonly OpenExit[];
}

const pairs = () => [0, 1, 2].map(() => [0, 0, 0]);
const blockLength = 1024;

/**
 * Every exception entry and return. The last `capacity` are kept; the counts cover all of them.
 * Records never change: an exit whose outcome becomes known is replaced.
 */
export class TrapLog {
	readonly capacity: number;
	counts: TrapCounts = { entries: pairs(), returns: pairs(), vms: {} };
	/** Told of each record as it happens. An exit's outcome is not known yet: see `onOutcome`. */
	onRecord: ((record: TrapRecord) => void) | undefined;
	/** Told of an exit from a VM once its `outcome` is known. */
	onOutcome: ((record: TrapRecord) => void) | undefined;

	/** Records before this number, and what follows from them, have been told to the two above already. */
	toldUpTo = 0;

	readonly #listeners = new Set<TrapListener>();
	/** All that is kept, and up to a block more. The last block is never full. */
	#blocks: TrapRecord[][] = [[]];
	#total = 0;
	/** By CPU. */
	#open: (OpenExit | undefined)[] = [];

	constructor(capacity = 16_384) {
		this.capacity = capacity;
	}

	/** What is kept, oldest first. */
	get records(): readonly TrapRecord[] {
		return this.#blocks.flat().slice(-this.capacity);
	}

	/** Entries and returns since reset. */
	get total(): number {
		return this.#total;
	}

	/** The exits from a VM from which EL2 has not returned yet, at most one of each CPU. */
	get open(): readonly OpenExit[] {
		return this.#open.filter((each) => each !== undefined);
	}

	/** Adds one who is told of everything. Returns what ends it. */
	listen(listener: TrapListener): () => void {
		this.#listeners.add(listener);
		return () => this.#listeners.delete(listener);
	}

	/** Nobody is told of anything until what this returns is called. Then the listeners are those of now. */
	mute(): () => void {
		const { onRecord, onOutcome, toldUpTo } = this;
		const listeners = [...this.#listeners];
		this.toldUpTo = 0;
		this.onRecord = this.onOutcome = undefined;
		this.#listeners.clear();
		return () => {
			this.onRecord = onRecord;
			this.onOutcome = onOutcome;
			this.toldUpTo = toldUpTo;
			this.#listeners.clear();
			for (const each of listeners) this.#listeners.add(each);
		};
	}

	/** Adds a record; `at` and `tick` are the machine's instruction and tick counts, `cpu` says whose it is. */
	add(report: TrapReport, at: number, tick: number, cpu = 0): void {
		const record: TrapRecord = {
			at,
			tick,
			what: report.what,
			cause: report.cause,
			fromEl: report.fromEl,
			toEl: report.toEl,
			pc: report.pc,
			esr: report.esr,
			far: report.far,
			ipa: report.ipa,
			stage: report.stage,
			s1ptw: report.s1ptw,
			vmid: report.vmid,
			outcome: undefined,
			...(cpu > 0 && { cpu })
		};
		const number = this.#total++;
		this.#push(record);
		if (record.what === 'entry') this.#countEntry(record, number);
		else this.#countReturn(record, report.stage2);
		if (number >= this.toldUpTo) this.onRecord?.(record);
		for (const listener of this.#listeners) listener.record(record, number);
	}

	#push(record: TrapRecord): void {
		const blocks = this.#blocks;
		const last = blocks[blocks.length - 1]!;
		last.push(record);
		if (last.length < blockLength) return;
		blocks.push([]);
		if ((blocks.length - 2) * blockLength >= this.capacity) blocks.shift();
	}

	#countEntry(record: TrapRecord, number: number): void {
		this.counts.entries[record.fromEl]![record.toEl]!++;
		if (record.toEl !== 2 || record.vmid === undefined) return;
		this.#vm(record.vmid).exits++;
		this.#open[record.cpu ?? 0] = { record, number };
	}

	#countReturn(record: TrapRecord, stage2: boolean): void {
		this.counts.returns[record.fromEl]![record.toEl]!++;
		if (record.fromEl !== 2 || record.toEl === 2) return;
		if (record.vmid !== undefined) this.#vm(record.vmid).returns++;
		const cpu = record.cpu ?? 0;
		const open = this.#open[cpu];
		if (open === undefined) return;
		this.#open[cpu] = undefined;
		const outcome = stage2 ? 'guest' : 'host';
		const exit: TrapRecord = { ...open.record, outcome };
		this.#outcomes(exit)[outcome]++;
		this.#replace(open.number, exit);
		if (this.#total > this.toldUpTo) this.onOutcome?.(exit);
		for (const listener of this.#listeners) listener.outcome(exit, open.number);
	}

	#vm(vmid: number): VmCounts {
		return (this.counts.vms[vmid] ??= {
			exits: 0,
			returns: 0,
			byClass: {},
			irq: { host: 0, guest: 0 },
			fiq: { host: 0, guest: 0 }
		});
	}

	#outcomes(exit: TrapRecord): OutcomeCounts {
		const vm = this.#vm(exit.vmid!);
		if (exit.cause === 'irq' || exit.cause === 'fiq') return vm[exit.cause];
		return (vm.byClass[exit.esr >>> 26] ??= { host: 0, guest: 0 });
	}

	/** Puts a record in another's place, if that is still kept. */
	#replace(number: number, record: TrapRecord): void {
		const blocks = this.#blocks;
		const kept = (blocks.length - 1) * blockLength + blocks[blocks.length - 1]!.length;
		const index = number - (this.#total - kept);
		if (index >= 0) blocks[Math.floor(index / blockLength)]![index % blockLength] = record;
	}

	snapshotState(): SavedTrapLog {
		const { records } = this;
		const open = this.open.map(({ number, record }) => {
			const at = number - (this.#total - records.length);
			return at < 0 ? record : at;
		});
		return { counts: this.counts, records, open };
	}

	restoreState({ counts, records, open }: SavedTrapLog): void {
		this.counts = copyOf(counts);
		this.toldUpTo = 0;
		this.#total = totalOf(counts);
		this.#blocks = [[]];
		for (const record of records.slice(-this.capacity)) this.#push(record);
		const first = this.#total - records.length;
		this.#reopen(
			open.map((each) =>
				typeof each === 'number'
					? { record: records[each]!, number: first + each }
					: { record: each, number: -1 }
			)
		);
	}

	#reopen(exits: readonly OpenExit[]): void {
		this.#open = [];
		for (const exit of exits) this.#open[exit.record.cpu ?? 0] = exit;
	}

	/** The same for a checkpoint in memory: cheap, since it shares what stays. */
	fork(): TrapLogState {
		return {
			counts: copyOf(this.counts),
			total: this.#total,
			blocks: [...this.#blocks],
			lastLength: this.#blocks[this.#blocks.length - 1]!.length,
			open: this.open
		};
	}

	/** Takes over what `fork` gave, any number of times. */
	adopt({ counts, total, blocks, lastLength, open }: TrapLogState): void {
		this.counts = copyOf(counts);
		this.#total = total;
		this.#blocks = [...blocks];
		this.#blocks[blocks.length - 1] = blocks[blocks.length - 1]!.slice(0, lastLength);
		this.#reopen(open);
		const kept = (blocks.length - 1) * blockLength + lastLength;
		for (const { number, record } of open) {
			// Its outcome may have become known since, in a block that others share.
			const block = Math.floor((number - (total - kept)) / blockLength);
			if (block < 0) continue;
			this.#blocks[block] = [...this.#blocks[block]!];
			this.#replace(number, record);
		}
	}
}

const sum = (table: number[][]) => table.flat().reduce((a, b) => a + b, 0);
const totalOf = ({ entries, returns }: TrapCounts) => sum(entries) + sum(returns);

function copyOf({ entries, returns, vms }: TrapCounts): TrapCounts {
	const rows = (table: number[][]) => table.map((row) => [...row]);
	const each = <T, U>(table: Record<number, T>, copy: (value: T) => U) =>
		Object.fromEntries(Object.entries(table).map(([key, value]) => [key, copy(value)]));
	const outcomes = (counts: OutcomeCounts) => ({ ...counts });
	const vm = ({ exits, returns, byClass, irq, fiq }: VmCounts): VmCounts => ({
		exits,
		returns,
		byClass: each(byClass, outcomes),
		irq: outcomes(irq),
		fiq: outcomes(fiq)
	});
	return { entries: rows(entries), returns: rows(returns), vms: each(vms, vm) };
}

/** One exception entry or return, as the core saw it. Numbers are exact; 64-bit values are bigint. */
export interface TrapRecord {
	/** Instructions retired before it. */
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

type Mutable<T> = { -readonly [K in keyof T]: T[K] };

/** What the log is told of each entry and return; `stage2` says whether EL1 is behind stage 2 after it. */
export type TrapReport = Omit<TrapRecord, 'at' | 'tick' | 'outcome'> & { readonly stage2: boolean };

const pairs = () => [0, 1, 2].map(() => [0, 0, 0]);

/**
 * Every exception entry and return. The last `capacity` are kept; the counts cover all of them.
 */
export class TrapLog {
	readonly capacity: number;
	counts: TrapCounts = { entries: pairs(), returns: pairs(), vms: {} };
	/** Told of each record as it happens. An exit's outcome is not known yet: see `onOutcome`. */
	onRecord: ((record: TrapRecord) => void) | undefined;
	/** Told of an exit from a VM once its `outcome` is filled in. */
	onOutcome: ((record: TrapRecord) => void) | undefined;

	#ring: Mutable<TrapRecord>[] = [];
	/** Where the next record goes once the ring is full. */
	#next = 0;
	#open: Mutable<TrapRecord> | undefined;

	constructor(capacity = 16_384) {
		this.capacity = capacity;
	}

	/** What is kept, oldest first. */
	get records(): readonly TrapRecord[] {
		return [...this.#ring.slice(this.#next), ...this.#ring.slice(0, this.#next)];
	}

	/** Adds a record; `at` and `tick` are the machine's instruction and tick counts. */
	add(report: TrapReport, at: number, tick: number): void {
		const record: Mutable<TrapRecord> = {
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
			outcome: undefined
		};
		if (this.#ring.length < this.capacity) this.#ring.push(record);
		else {
			this.#ring[this.#next] = record;
			this.#next = (this.#next + 1) % this.capacity;
		}
		if (record.what === 'entry') this.#countEntry(record);
		else this.#countReturn(record, report.stage2);
		this.onRecord?.(record);
	}

	#countEntry(record: Mutable<TrapRecord>): void {
		this.counts.entries[record.fromEl]![record.toEl]!++;
		if (record.toEl !== 2 || record.vmid === undefined) return;
		this.#vm(record.vmid).exits++;
		this.#open = record;
	}

	#countReturn(record: TrapRecord, stage2: boolean): void {
		this.counts.returns[record.fromEl]![record.toEl]!++;
		if (record.fromEl !== 2 || record.toEl === 2) return;
		if (record.vmid !== undefined) this.#vm(record.vmid).returns++;
		const exit = this.#open;
		if (exit === undefined) return;
		this.#open = undefined;
		exit.outcome = stage2 ? 'guest' : 'host';
		this.#outcomes(exit)[exit.outcome]++;
		this.onOutcome?.(exit);
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

	snapshotState(): unknown {
		const open = this.#open === undefined ? -1 : this.records.indexOf(this.#open);
		return { counts: this.counts, records: this.records, open, openRecord: this.#open };
	}

	restoreState(state: unknown): void {
		const saved = state as {
			counts: TrapCounts;
			records: Mutable<TrapRecord>[];
			open: number;
			openRecord: Mutable<TrapRecord> | undefined;
		};
		this.counts = saved.counts;
		this.#ring = saved.records.slice(-this.capacity);
		this.#next = 0;
		this.#open = saved.open < 0 ? saved.openRecord : saved.records[saved.open];
	}
}

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

import { registerArray, type RegisterMap } from '../../bus/register-map.ts';

/** GICC_IAR's answers that are no interrupt: nothing to take, or one of the other group. */
const SPURIOUS = 1023;
const OTHER_GROUP = 1022;

/** GICC_CTLR, and in the same places GICV_CTLR and the low half of GICH_VMCR. */
export const Ctlr = {
	enableGrp0: 1 << 0,
	enableGrp1: 1 << 1,
	ackCtl: 1 << 2,
	fiqEn: 1 << 3,
	cbpr: 1 << 4,
	eoiMode: 1 << 9,
	all: 0x21f
} as const;

/** Five priority bits are implemented: 0 is the most urgent, 0xf8 the least, and steps are 8. */
export const PRIORITY_BITS = 0xf8;

/** The smallest binary point that splits nothing off five bits; group 1 counts one more. */
const MIN_BPR = 2;
const MIN_ABPR = 3;

/** GICC_IIDR of a GIC-400 r0p1: Linux tells a GICv2 with an 8 KB interface by it. */
const IIDR = 0x0202_143b;

/** An interrupt that waits to be acknowledged. */
export interface PendingInterrupt {
	readonly id: number;
	/** The CPU that sent an SGI; 0 for others. */
	readonly source: number;
	readonly priority: number;
	readonly group: 0 | 1;
}

/** What lies behind a CPU interface: the distributor (GICC) or the list registers (GICV). */
export interface InterruptSource {
	/** The most urgent pending interrupt, of whatever group. */
	highestPending(): PendingInterrupt | undefined;
	/** Pending becomes active. */
	activate(interrupt: PendingInterrupt): void;
	/** Active becomes inactive. `counted`: the write that asks for it was a valid end of interrupt. */
	deactivate(id: number, source: number, counted: boolean): void;
	/** Called after each change that may move the interface's outputs. */
	changed(): void;
}

export interface CpuInterfaceState {
	ctlr: number;
	pmr: number;
	bpr: number;
	abpr: number;
	apr: number;
}

/**
 * One CPU interface: it compares the most urgent pending interrupt with the priority mask and with
 * what is running, and leads an interrupt from acknowledge to end. The Generic Interrupt Controller
 * architecture gives the guest (GICV) the same programmer's model as the host (GICC), so this class
 * is both; only the source behind it differs.
 */
export class CpuInterface {
	readonly #source: InterruptSource;
	#ctlr = 0;
	#pmr = 0;
	#bpr = MIN_BPR;
	#abpr = MIN_ABPR;
	#apr = 0;

	constructor(source: InterruptSource) {
		this.#source = source;
	}

	get ctlr(): number {
		return this.#ctlr;
	}
	set ctlr(value: number) {
		if (this.#ctlr === (value & Ctlr.all)) return;
		this.#ctlr = value & Ctlr.all;
		this.#source.changed();
	}

	/** The priority mask: only interrupts with a smaller number are signalled. */
	get pmr(): number {
		return this.#pmr;
	}
	set pmr(value: number) {
		if (this.#pmr === (value & PRIORITY_BITS)) return;
		this.#pmr = value & PRIORITY_BITS;
		this.#source.changed();
	}

	/** The binary point splits a priority into group priority, which decides about preemption, and subpriority. */
	get bpr(): number {
		return this.#bpr;
	}
	set bpr(value: number) {
		const bpr = Math.max(value & 7, MIN_BPR);
		if (this.#bpr === bpr) return;
		this.#bpr = bpr;
		this.#source.changed();
	}

	/** The same for group 1, one larger: 3 splits as a BPR of 2 does. */
	get abpr(): number {
		return this.#abpr;
	}
	set abpr(value: number) {
		const abpr = Math.max(value & 7, MIN_ABPR);
		if (this.#abpr === abpr) return;
		this.#abpr = abpr;
		this.#source.changed();
	}

	/** Active priorities: bit n is set while an interrupt of group priority 8n runs or is preempted. */
	get apr(): number {
		return this.#apr;
	}
	set apr(value: number) {
		if (this.#apr === value >>> 0) return;
		this.#apr = value >>> 0;
		this.#source.changed();
	}

	/** RPR: the group priority of what runs now, 0xff when nothing does. */
	get runningPriority(): number {
		return this.#apr === 0 ? 0xff : 8 * lowestBit(this.#apr);
	}

	/** The interrupt that is signalled to the CPU now. */
	signalled(): PendingInterrupt | undefined {
		const interrupt = this.#next();
		return interrupt !== undefined && this.#beatsMaskAndRunning(interrupt) ? interrupt : undefined;
	}

	/** The line by which it is signalled. */
	get line(): 'irq' | 'fiq' | undefined {
		const interrupt = this.signalled();
		if (interrupt === undefined) return undefined;
		return interrupt.group === 0 && (this.#ctlr & Ctlr.fiqEn) !== 0 ? 'fiq' : 'irq';
	}

	/** A read of IAR, or of AIAR, which speaks for group 1 only. */
	acknowledge(aliased: boolean): number {
		const interrupt = this.signalled();
		if (interrupt === undefined) return SPURIOUS;
		const refusal = this.#refusal(interrupt, aliased);
		if (refusal !== undefined) return refusal;
		this.#apr = (this.#apr | (1 << ((interrupt.priority & this.#groupMask(interrupt)) >> 3))) >>> 0;
		this.#source.activate(interrupt);
		this.#source.changed();
		return interruptNumber(interrupt);
	}

	/** HPPIR or AHPPIR: what is next, whether or not its priority is high enough to be signalled. */
	highestPending(aliased: boolean): number {
		const interrupt = this.#next();
		if (interrupt === undefined) return SPURIOUS;
		return this.#refusal(interrupt, aliased) ?? interruptNumber(interrupt);
	}

	/** A write to EOIR or AEOIR: drops the running priority and, unless EOImode splits the two, deactivates. */
	endOfInterrupt(value: number): void {
		const id = value & 0x3ff;
		if (id >= 1020) return;
		const dropped = this.#apr !== 0;
		this.#apr = (this.#apr & (this.#apr - 1)) >>> 0;
		if ((this.#ctlr & Ctlr.eoiMode) === 0) this.#source.deactivate(id, (value >>> 10) & 7, dropped);
		this.#source.changed();
	}

	/** A write to DIR: the second half of an end of interrupt when EOImode is 1, UNPREDICTABLE (here: ignored) otherwise. */
	deactivate(value: number): void {
		const id = value & 0x3ff;
		if (id >= 1020 || (this.#ctlr & Ctlr.eoiMode) === 0) return;
		this.#source.deactivate(id, (value >>> 10) & 7, true);
		this.#source.changed();
	}

	snapshotState(): CpuInterfaceState {
		return {
			ctlr: this.#ctlr,
			pmr: this.#pmr,
			bpr: this.#bpr,
			abpr: this.#abpr,
			apr: this.#apr
		};
	}
	restoreState(state: CpuInterfaceState): void {
		this.#ctlr = state.ctlr;
		this.#pmr = state.pmr;
		this.#bpr = state.bpr;
		this.#abpr = state.abpr;
		this.#apr = state.apr;
	}

	/**
	 * The most urgent pending interrupt, if its group is on in this interface. If it is not, the interrupt
	 * hides those behind it: the choice is made before, whatever CTLR says here ("Exception generation
	 * pseudocode" of the architecture).
	 */
	#next(): PendingInterrupt | undefined {
		const interrupt = this.#source.highestPending();
		return interrupt !== undefined && (this.#ctlr >>> interrupt.group) & 1 ? interrupt : undefined;
	}

	/** What runs is compared by those bits that are group priority for what waits. */
	#beatsMaskAndRunning(interrupt: PendingInterrupt): boolean {
		if (interrupt.priority >= this.#pmr) return false;
		const mask = this.#groupMask(interrupt);
		return this.#apr === 0 || (interrupt.priority & mask) < (this.runningPriority & mask);
	}

	/** The bits of a priority that decide about preemption by an interrupt of this one's group. */
	#groupMask({ group }: PendingInterrupt): number {
		const ownPoint = group === 1 && (this.#ctlr & Ctlr.cbpr) === 0;
		const point = ownPoint ? this.#abpr - 1 : this.#bpr;
		return (0xff << (point + 1)) & 0xff;
	}

	/** What a read answers instead of an interrupt of the group that it does not speak for. */
	#refusal({ group }: PendingInterrupt, aliased: boolean): number | undefined {
		if (aliased) return group === 0 ? SPURIOUS : undefined;
		return group === 1 && (this.#ctlr & Ctlr.ackCtl) === 0 ? OTHER_GROUP : undefined;
	}
}

/** IAR's format: INTID in bits 9:0, the CPU that sent an SGI in 12:10. */
const interruptNumber = ({ id, source }: PendingInterrupt) => id | (source << 10);

/** The number of the lowest set bit of a word that is not 0. */
export const lowestBit = (word: number) => 31 - Math.clz32(word & -word);

/** A device that shows the CPU interface of the CPU that accesses it. */
interface ShowsInterface {
	readonly current: CpuInterface;
}

/** The registers of GICC and of GICV, by offset. */
export const cpuInterfaceRegisters = (prefix: 'GICC' | 'GICV'): RegisterMap<ShowsInterface> => ({
	0x000: {
		name: `${prefix}_CTLR`,
		read: (d) => d.current.ctlr,
		write: (d, v) => (d.current.ctlr = v)
	},
	0x004: {
		name: `${prefix}_PMR`,
		read: (d) => d.current.pmr,
		write: (d, v) => (d.current.pmr = v)
	},
	0x008: {
		name: `${prefix}_BPR`,
		read: (d) => d.current.bpr,
		write: (d, v) => (d.current.bpr = v)
	},
	0x00c: { name: `${prefix}_IAR`, read: (d) => d.current.acknowledge(false) },
	0x010: { name: `${prefix}_EOIR`, write: (d, v) => d.current.endOfInterrupt(v) },
	0x014: { name: `${prefix}_RPR`, read: (d) => d.current.runningPriority },
	0x018: { name: `${prefix}_HPPIR`, read: (d) => d.current.highestPending(false) },
	0x01c: {
		name: `${prefix}_ABPR`,
		read: (d) => d.current.abpr,
		write: (d, v) => (d.current.abpr = v)
	},
	0x020: { name: `${prefix}_AIAR`, read: (d) => d.current.acknowledge(true) },
	0x024: { name: `${prefix}_AEOIR`, write: (d, v) => d.current.endOfInterrupt(v) },
	0x028: { name: `${prefix}_AHPPIR`, read: (d) => d.current.highestPending(true) },
	0x0d0: {
		name: `${prefix}_APR0`,
		read: (d) => d.current.apr,
		write: (d, v) => (d.current.apr = v)
	},
	// Five priority bits need 32 levels, which APR0 holds: the other three are always zero.
	0x0d4: { name: `${prefix}_APR1` },
	0x0d8: { name: `${prefix}_APR2` },
	0x0dc: { name: `${prefix}_APR3` },
	// Active priorities of both groups are in APR0, as in GICH_APR.
	...registerArray<ShowsInterface>(0x0e0, prefix === 'GICC' ? 4 : 0, { name: `${prefix}_NSAPR` }),
	0x0fc: { name: `${prefix}_IIDR`, read: () => IIDR },
	0x1000: { name: `${prefix}_DIR`, write: (d, v) => d.current.deactivate(v) }
});

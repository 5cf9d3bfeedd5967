import type { IrqLine } from '../../bus/device.ts';
import { Gicc } from './gicc.ts';
import { Gicd } from './gicd.ts';
import { Gich } from './gich.ts';
import { Gicv } from './gicv.ts';

/** What the interrupt controller drives at one CPU. */
export interface CpuInterruptLines {
	readonly irq: IrqLine;
	readonly fiq: IrqLine;
	/** To EL1 of the guest, when HCR_EL2.IMO (FMO) is set. */
	readonly virq: IrqLine;
	readonly vfiq: IrqLine;
}

export interface Gicv2Options {
	/** One entry for each CPU, at most 8. */
	readonly outputs: readonly CpuInterruptLines[];
	/** How many SPIs there are; 256 if left out. */
	readonly spis?: number;
	/** The PPI (0-15) of the maintenance interrupt; 9, INTID 25, if left out. */
	readonly maintenance?: number;
	/** Which CPU makes the access that a device sees now; 0 if left out. */
	readonly currentCpu?: () => number;
}

/**
 * A GICv2 with virtualization extensions, like a GIC-400: the distributor (`gicd`), the CPU
 * interfaces (`gicc`), and for guests the list registers (`gich`) and virtual interfaces (`gicv`).
 * The four are devices of their own on the bus; here they are wired together and to the CPUs.
 */
export class Gicv2 {
	readonly gicd: Gicd;
	readonly gicc: Gicc;
	readonly gich: Gich;
	readonly gicv: Gicv;
	readonly #outputs: readonly CpuInterruptLines[];
	readonly #maintenance: readonly IrqLine[];

	constructor(options: Gicv2Options) {
		const { outputs, spis = 256, maintenance = 9, currentCpu = () => 0 } = options;
		if (outputs.length < 1 || outputs.length > 8)
			throw new RangeError(`a GICv2 serves 1 to 8 CPUs, not ${outputs.length}`);
		const changed = () => this.#update();
		this.#outputs = outputs;
		this.gicd = new Gicd(outputs.length, spis, currentCpu, changed);
		this.gicc = new Gicc(this.gicd, currentCpu, changed);
		this.gich = new Gich(this.gicd, currentCpu, changed);
		this.gicv = new Gicv(this.gich);
		this.#maintenance = outputs.map((_, cpu) => this.ppi(maintenance, cpu));
	}

	/** The input of shared peripheral interrupt `n`: INTID 32 + n. */
	spi(n: number): IrqLine {
		return this.gicd.line(32 + n);
	}

	/** The input of private peripheral interrupt `n` (0-15) of `cpu`: INTID 16 + n. */
	ppi(n: number, cpu = 0): IrqLine {
		return this.gicd.line(16 + n, cpu);
	}

	/** Outputs follow from state alone, so every change simply works them out again. */
	#update(): void {
		this.gich.mirrored.onChanged?.();
		for (let cpu = 0; cpu < this.#outputs.length; cpu++) {
			const lines = this.#outputs[cpu];
			const virtualCpu = this.gich.virtualCpus[cpu];
			// Drives a line of the distributor: that comes back here once if it moves.
			this.#maintenance[cpu].set(virtualCpu.maintenance);
			const physical = this.gicc.interfaces[cpu].line;
			lines.irq.set(physical === 'irq');
			lines.fiq.set(physical === 'fiq');
			const virtual = virtualCpu.guest.line;
			lines.virq.set(virtual === 'irq');
			lines.vfiq.set(virtual === 'fiq');
		}
	}
}

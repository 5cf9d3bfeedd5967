import type { IrqLine, MmioDevice } from '../../bus/device.ts';
import { Wire } from '../test-parts.ts';
import { Gicv2 } from './gicv2.ts';

/** A GIC with its registers at hand by Arm's names, for tests to read like the manual. */
export class GicBench {
	readonly gic: Gicv2;
	readonly outputs: { irq: Wire; fiq: Wire; virq: Wire; vfiq: Wire }[];
	/** The CPU that makes the accesses from now on. */
	cpu = 0;

	constructor(cpus = 1) {
		this.outputs = Array.from({ length: cpus }, () => ({
			irq: new Wire(),
			fiq: new Wire(),
			virq: new Wire(),
			vfiq: new Wire()
		}));
		this.gic = new Gicv2({ outputs: this.outputs, currentCpu: () => this.cpu });
	}

	/** Which outputs of the current CPU are high, in a word: 'irq', 'irq virq', ''. */
	get high(): string {
		return Object.entries(this.outputs[this.cpu])
			.filter(([, wire]) => wire.level)
			.map(([name]) => name)
			.join(' ');
	}

	read(register: string): number {
		const { device, offset } = locate(this.gic, register);
		return device.read(offset, 4);
	}
	write(register: string, value: number): void {
		const { device, offset } = locate(this.gic, register);
		device.write(offset, value, 4);
	}
	readByte(register: string, byte: number): number {
		const { device, offset } = locate(this.gic, register);
		return device.read(offset + byte, 1);
	}
	writeByte(register: string, byte: number, value: number): void {
		const { device, offset } = locate(this.gic, register);
		device.write(offset + byte, value, 1);
	}

	/** As Linux's driver leaves the physical side: everything on, priority mask 0xf0. */
	start(ctlr = 1): void {
		this.write('GICD_CTLR', 1);
		this.write('GICC_PMR', 0xf0);
		this.write('GICC_CTLR', ctlr);
	}

	/** Enables an interrupt for CPU 0 with a priority, edge-triggered if asked, and gives its input. */
	connect(id: number, priority = 0xa0, edge = false): IrqLine {
		const word = id >>> 5;
		this.writeByte('GICD_IPRIORITYR0', id, priority);
		if (id >= 32) this.writeByte('GICD_ITARGETSR0', id, 1);
		if (edge) this.write(`GICD_ICFGR${id >>> 4}`, 2 * 4 ** (id & 15));
		this.write(`GICD_ISENABLER${word}`, 1 << (id & 31));
		return this.gic.gicd.line(id, this.cpu);
	}
}

const offsets: Record<string, number> = {
	...{ GICD_CTLR: 0, GICD_TYPER: 4, GICD_IIDR: 8, GICD_IGROUPR: 0x80 },
	...{ GICD_ISENABLER: 0x100, GICD_ICENABLER: 0x180, GICD_ISPENDR: 0x200 },
	...{ GICD_ICPENDR: 0x280, GICD_ISACTIVER: 0x300, GICD_ICACTIVER: 0x380 },
	...{ GICD_IPRIORITYR: 0x400, GICD_ITARGETSR: 0x800, GICD_ICFGR: 0xc00, GICD_SGIR: 0xf00 },
	...{ GICD_NSACR: 0xe00, GICD_CPENDSGIR: 0xf10, GICD_SPENDSGIR: 0xf20 },
	...{ GICC_CTLR: 0, GICC_PMR: 4, GICC_BPR: 8, GICC_IAR: 0xc, GICC_EOIR: 0x10, GICC_RPR: 0x14 },
	...{ GICC_HPPIR: 0x18, GICC_ABPR: 0x1c, GICC_AIAR: 0x20, GICC_AEOIR: 0x24 },
	...{ GICC_AHPPIR: 0x28, GICC_APR: 0xd0, GICC_NSAPR: 0xe0, GICC_IIDR: 0xfc, GICC_DIR: 0x1000 },
	...{ GICH_HCR: 0, GICH_VTR: 4, GICH_VMCR: 8, GICH_MISR: 0x10, GICH_EISR: 0x20 },
	...{ GICH_ELRSR: 0x30, GICH_APR: 0xf0, GICH_LR: 0x100 }
};

/** The offset of a register in its block: GICD_ISENABLER1 is one word after GICD_ISENABLER, GICV has GICC's offsets. */
export function locateRegister(register: string): number {
	const [, block, name, index] = /^(GIC.)_([A-Z]+)(\d*)$/.exec(register)!;
	const offset = offsets[`${block === 'GICV' ? 'GICC' : block}_${name}`];
	if (offset === undefined) throw new Error(`no register is called ${register}`);
	return offset + 4 * Number(index);
}

function locate(gic: Gicv2, register: string): { device: MmioDevice; offset: number } {
	const { gicd, gicc, gich, gicv } = gic;
	const device = { GICD: gicd, GICC: gicc, GICH: gich, GICV: gicv }[register.slice(0, 4)]!;
	return { device, offset: locateRegister(register) };
}

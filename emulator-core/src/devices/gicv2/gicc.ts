import type { MmioDevice, UnlistedListener } from '../../bus/device.ts';
import { readRegister, writeRegister } from '../../bus/register-map.ts';
import { CpuInterface, cpuInterfaceRegisters, type CpuInterfaceState } from './cpu-interface.ts';
import type { Gicd } from './gicd.ts';

/**
 * GICC: the physical CPU interfaces. Each CPU sees its own at the same addresses. The second 4 KB
 * page holds nothing but DIR.
 */
export class Gicc implements MmioDevice {
	static readonly registers = cpuInterfaceRegisters('GICC');

	readonly name = 'gicc';
	onUnlisted?: UnlistedListener | undefined;
	/** One interface for each CPU. */
	readonly interfaces: readonly CpuInterface[];
	readonly #currentCpu: () => number;
	readonly #changed: () => void;

	/** `changed` is called after each change that may move an output. */
	constructor(gicd: Gicd, currentCpu: () => number, changed: () => void) {
		this.#currentCpu = currentCpu;
		this.#changed = changed;
		this.interfaces = Array.from(
			{ length: gicd.cpus },
			(_, cpu) =>
				new CpuInterface({
					highestPending: () => gicd.highestPending(cpu),
					activate: (interrupt) => gicd.activate(cpu, interrupt),
					deactivate: (id) => gicd.deactivate(cpu, id),
					changed
				})
		);
	}

	/** The interface of the CPU whose access this is. */
	get current(): CpuInterface {
		return this.interfaces[this.#currentCpu()];
	}

	read(offset: number, size: 1 | 2 | 4): number {
		return readRegister(Gicc.registers, this, offset, size);
	}
	write(offset: number, value: number, size: 1 | 2 | 4): void {
		writeRegister(Gicc.registers, this, offset, value, size);
	}

	snapshotState(): CpuInterfaceState[] {
		return this.interfaces.map((each) => each.snapshotState());
	}
	restoreState(state: unknown): void {
		const saved = state as CpuInterfaceState[];
		this.interfaces.forEach((each, cpu) => each.restoreState(saved[cpu]));
		this.#changed();
	}
}

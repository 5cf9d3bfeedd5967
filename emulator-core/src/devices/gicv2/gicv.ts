import type { MmioDevice, UnlistedListener } from '../../bus/device.ts';
import { readRegister, writeRegister } from '../../bus/register-map.ts';
import { cpuInterfaceRegisters, type CpuInterface } from './cpu-interface.ts';
import type { Gich } from './gich.ts';

/**
 * GICV: the virtual CPU interface, which a hypervisor maps into its guest where the guest expects a
 * GICC. It shows the state that GICH_VMCR, GICH_APR and the list registers hold, and has none itself.
 */
export class Gicv implements MmioDevice {
	static readonly registers = cpuInterfaceRegisters('GICV');

	readonly name = 'gicv';
	onUnlisted?: UnlistedListener | undefined;
	readonly #gich: Gich;

	constructor(gich: Gich) {
		this.#gich = gich;
	}

	get current(): CpuInterface {
		return this.#gich.current.guest;
	}

	read(offset: number, size: 1 | 2 | 4): number {
		return readRegister(Gicv.registers, this, offset, size);
	}
	write(offset: number, value: number, size: 1 | 2 | 4): void {
		writeRegister(Gicv.registers, this, offset, value, size);
	}

	snapshotState(): null {
		return null;
	}
	restoreState(): void {
		// Gich restores what is shown here.
	}
}

import type { MirroredRegisters } from '../bus/device.ts';
import { cpuState, deviceMirror } from '../layout.ts';

/**
 * What generated code sees of one device without asking (layout.ts): the first on the bus whose
 * registers may be mirrored and that is accessed. A world switch saves and restores the whole virtual
 * interrupt interface, twenty accesses of which few find or leave anything new.
 */
export class DeviceMirror {
	readonly #state: Int32Array;
	readonly #values: Int32Array;
	readonly #listed: Int32Array;
	#registers: MirroredRegisters | undefined;

	constructor(memory: ArrayBufferLike) {
		this.#state = new Int32Array(memory, 0, cpuState.end / 4);
		this.#values = new Int32Array(memory, deviceMirror.values, 1024);
		this.#listed = new Int32Array(memory, deviceMirror.listed, 1024);
	}

	/** The registers as they are now. False: they belong to another device than the mirror does. */
	show(registers: MirroredRegisters): boolean {
		if (this.#registers === undefined) this.#adopt(registers);
		if (this.#registers !== registers) return false;
		if (this.#state[cpuState.mirrorFresh >> 2] !== 0) return true;
		registers.copyTo(this.#values);
		this.#state[cpuState.mirrorFresh >> 2] = 1;
		return true;
	}

	/** Another CPU runs now, which sees registers of its own there. */
	forget(): void {
		this.#state[cpuState.mirrorFresh >> 2] = 0;
	}

	#adopt(registers: MirroredRegisters): void {
		this.#registers = registers;
		for (const offset of registers.offsets) this.#listed[offset >> 2] = 1;
		registers.onChanged = () => {
			this.#state[cpuState.mirrorFresh >> 2] = 0;
		};
	}
}

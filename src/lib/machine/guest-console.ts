import type { TrapRecord } from 'emulator-core';

/** What the guest's console needs of a machine. */
export interface TrappingMachine {
	x(register: number): bigint;
	readonly trapLog: { onRecord: ((record: TrapRecord) => void) | undefined };
}

/** The transmit register of the 8250 that lkvm plays: on ARM, PC ports lie at the same IPA. */
const transmit = 0x3f8n;
const EC_DATA_ABORT = 0x24;
const ISV = 1 << 24;
const WnR = 1 << 6;

/**
 * What the guest writes to its serial line, read off the traps that its stores cause. It is what the
 * guest said, whatever the hypervisor under it or lkvm made of it.
 */
export class GuestConsole {
	/** A byte stored by the exit under way: said once EL2 has handed the exit to the host. */
	#stored: number | undefined;
	readonly #machine: TrappingMachine;
	readonly #said: (byte: number) => void;

	constructor(machine: TrappingMachine, said: (byte: number) => void) {
		this.#machine = machine;
		this.#said = said;
		const listening = machine.trapLog.onRecord;
		machine.trapLog.onRecord = (record) => {
			listening?.(record);
			if (record.what === 'return') this.#settle(record);
			else if (record.toEl === 2 && record.ipa === transmit) this.#store(record);
		};
	}

	#store({ esr, vmid }: TrapRecord): void {
		const isByteStore = esr & ISV && esr & WnR && ((esr >>> 22) & 3) === 0;
		if (vmid === undefined || esr >>> 26 !== EC_DATA_ABORT || !isByteStore) return;
		this.#stored = Number(this.#machine.x((esr >>> 16) & 31) & 0xffn);
	}

	/** EL2 may go straight back to the guest, which then stores again. */
	#settle({ fromEl, vmid }: TrapRecord): void {
		if (fromEl !== 2 || this.#stored === undefined) return;
		if (vmid === undefined) this.#said(this.#stored);
		this.#stored = undefined;
	}
}

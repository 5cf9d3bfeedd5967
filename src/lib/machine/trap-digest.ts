import type { TrapRecord } from 'emulator-core';

interface Logging {
	readonly trapLog: { onRecord: ((record: TrapRecord) => void) | undefined };
}

const causes: readonly TrapRecord['cause'][] = ['sync', 'irq', 'fiq', 'serror', 'eret'];

/**
 * A running fingerprint of every exception entry and return since reset: two runs that have the same
 * one after the same number of records went the same way, bit for bit. It is no protection against
 * whoever wants to deceive.
 */
export class TrapDigest {
	#records = 0;
	// Two hashes of 32 bits with different multipliers, both odd and without small factors in common.
	#a = 0x811c_9dc5;
	#b = 0x9e37_79b9;

	/** Listens before the first instruction; others that listen are told as before. */
	constructor({ trapLog }: Logging) {
		const listening = trapLog.onRecord;
		trapLog.onRecord = (record) => {
			this.#add(record);
			listening?.(record);
		};
	}

	/** How many records there were. */
	get records(): number {
		return this.#records;
	}

	/** 16 hexadecimal digits. */
	get hash(): string {
		return [this.#a, this.#b].map((word) => (word >>> 0).toString(16).padStart(8, '0')).join('');
	}

	#add(record: TrapRecord): void {
		this.#records++;
		this.#number(record.at);
		this.#number(record.tick);
		this.#word((record.what === 'entry' ? 1 : 0) | (causes.indexOf(record.cause) << 1));
		this.#word((record.fromEl << 2) | record.toEl);
		this.#address(record.pc);
		this.#word(record.esr);
		this.#address(record.far);
		// No address has all bits set, no VMID is negative.
		this.#address(record.ipa ?? -1n);
		this.#word(((record.stage ?? 0) << 1) | (record.s1ptw ? 1 : 0));
		this.#word(record.vmid ?? -1);
	}

	#number(value: number): void {
		this.#word(value >>> 0);
		this.#word(Math.floor(value / 2 ** 32));
	}

	#address(value: bigint): void {
		this.#word(Number(BigInt.asUintN(32, value)));
		this.#word(Number(BigInt.asUintN(32, value >> 32n)));
	}

	#word(value: number): void {
		this.#a = Math.imul(this.#a ^ value, 0x0100_0193);
		this.#a ^= this.#a >>> 15;
		this.#b = Math.imul(this.#b ^ value, 0x85eb_ca6b);
		this.#b ^= this.#b >>> 13;
	}
}

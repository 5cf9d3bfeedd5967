import type { CpuViews } from '../bus/device.ts';
import { systemRegisterFile as file } from '../layout.ts';
import type { SystemRegister } from './sysregs/description.ts';

/** The bit of cpuState.mode for a level and stack pointer. */
export function modeBit(el: 0 | 1 | 2, spSel: 0 | 1): number {
	return el === 0 ? 1 : 1 << (2 * el - 1 + spSel);
}

const modes = [
	[0, 0],
	[1, 0],
	[1, 1],
	[2, 0],
	[2, 1]
] as const;

/**
 * The stored values of the system registers, in the machine's memory (layout.ts), where MRS and MSR
 * of generated code find them. What generated code may do by itself follows here from each register's
 * description; everything else comes through system-access.ts.
 */
export class RegisterFile {
	#words: Int32Array;
	#doubles: BigUint64Array;

	constructor(memory: ArrayBufferLike, registers: readonly SystemRegister[]) {
		this.#words = new Int32Array(memory);
		this.#doubles = new BigUint64Array(memory);
		const numbers = new Uint16Array(memory, file.numbers, 0x8000);
		for (const register of registers) {
			if (register.key & 0x8000) numbers[register.key & 0x7fff] = register.slot;
			this.#describe(register);
		}
	}

	/** From now on it lies there: Cpu.moveTo. */
	moveTo({ words, doubles }: CpuViews): void {
		this.#words = words;
		this.#doubles = doubles;
	}

	/** Unsigned. */
	get(register: SystemRegister): bigint {
		return this.#doubles[at(register, file.value) >> 3]!;
	}
	set(register: SystemRegister, value: bigint): void {
		this.#doubles[at(register, file.value) >> 3] = value;
	}
	/** Bits 31:0, signed. */
	low(register: SystemRegister): number {
		return this.#words[at(register, file.value) >> 2]!;
	}
	/** Bits 63:32, signed. */
	high(register: SystemRegister): number {
		return this.#words[(at(register, file.value) >> 2) + 1]!;
	}
	/** Sets a register of 32 bits. */
	setLow(register: SystemRegister, value: number): void {
		const word = at(register, file.value) >> 2;
		this.#words[word] = value;
		this.#words[word + 1] = 0;
	}

	/** What these registers hold now, for `equals`. */
	copy(registers: readonly SystemRegister[]): Int32Array {
		return Int32Array.from(registers.flatMap((each) => [this.low(each), this.high(each)]));
	}
	equals(registers: readonly SystemRegister[], copy: Int32Array): boolean {
		for (let i = 0; i < registers.length; i++) {
			const word = at(registers[i]!, file.value) >> 2;
			if (this.#words[word] !== copy[2 * i] || this.#words[word + 1] !== copy[2 * i + 1])
				return false;
		}
		return true;
	}

	#describe(register: SystemRegister): void {
		const { minEl, minElWrite, readOnly, writeOnly, trapsUpTo, onlyWithSpx, hcrTraps } = register;
		let [readModes, writeModes] = [0, 0];
		for (const [el, spSel] of modes) {
			// Where a trap depends on more than HCR_EL2, TypeScript decides.
			if (!register.stored || (trapsUpTo !== undefined && el <= trapsUpTo)) continue;
			if (onlyWithSpx && spSel === 0) continue;
			if (!writeOnly && el >= minEl) readModes |= modeBit(el, spSel);
			if (!readOnly && el >= minElWrite!) writeModes |= modeBit(el, spSel);
		}
		this.#doubles[at(register, file.writable) >> 3] = register.writable!;
		this.#doubles[at(register, file.fixed) >> 3] = register.fixedBits ?? 0n;
		this.#words[at(register, file.readModes) >> 2] = readModes;
		this.#words[at(register, file.writeModes) >> 2] = writeModes;
		this.#words[at(register, file.readTraps) >> 2] = hcrTraps ? 1 << hcrTraps.read : 0;
		this.#words[at(register, file.writeTraps) >> 2] = hcrTraps ? 1 << hcrTraps.write : 0;
		this.#words[at(register, file.effects) >> 2] = register.effects!;
	}
}

/** Where a register's value lies in the machine's memory. */
export const addressOfRegister = (register: SystemRegister) => at(register, file.value);

function at(register: SystemRegister, offset: number): number {
	return file.entries + register.slot * file.entryBytes + offset;
}

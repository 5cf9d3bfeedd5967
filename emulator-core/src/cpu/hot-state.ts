import type { CpuViews } from '../bus/device.ts';
import { cpuState } from '../layout.ts';

const word = (offset: number) => offset >> 2;
const signBit = -0x8000_0000;

/** The CPU's hot state in the machine's memory (layout.ts), as TypeScript reads and writes it. */
export class HotState {
	#words: Int32Array;
	#doubles: BigUint64Array;

	constructor(memory: ArrayBufferLike) {
		this.#words = new Int32Array(memory);
		this.#doubles = new BigUint64Array(memory);
	}

	/** From now on it lies there: Cpu.moveTo. */
	moveTo({ words, doubles }: CpuViews): void {
		this.#words = words;
		this.#doubles = doubles;
	}

	/** V0 to V31 in halves, the lower first. */
	get vectors(): BigUint64Array {
		return this.#doubles.subarray(cpuState.v >> 3, (cpuState.v >> 3) + 64);
	}

	/** X0 to X30; 31 is XZR and reads as zero. Unsigned. */
	x(n: number): bigint {
		return this.#doubles[n]!;
	}
	setX(n: number, value: bigint): void {
		if (n !== 31) this.#doubles[n] = value;
	}

	/** The stack pointer that instructions use now. */
	get sp(): bigint {
		return this.#doubles[cpuState.sp >> 3]!;
	}
	set sp(value: bigint) {
		this.#doubles[cpuState.sp >> 3] = value;
	}

	get pc(): bigint {
		return this.#doubles[cpuState.pc >> 3]!;
	}
	set pc(value: bigint) {
		this.#doubles[cpuState.pc >> 3] = value;
	}

	/** N, Z, C, V as bits 3 to 0. */
	get nzcv(): number {
		const words = this.#words;
		const n = words[word(cpuState.n) + 1]! < 0 ? 8 : 0;
		const z = (words[word(cpuState.z)]! | words[word(cpuState.z) + 1]!) === 0 ? 4 : 0;
		const c = words[word(cpuState.c)] !== 0 ? 2 : 0;
		return n | z | c | (words[word(cpuState.v_flag) + 1]! < 0 ? 1 : 0);
	}
	set nzcv(value: number) {
		const words = this.#words;
		words[word(cpuState.n)] = 0;
		words[word(cpuState.n) + 1] = value & 8 ? signBit : 0;
		words[word(cpuState.z)] = value & 4 ? 0 : 1;
		words[word(cpuState.z) + 1] = 0;
		words[word(cpuState.c)] = value & 2 ? 1 : 0;
		words[word(cpuState.v_flag)] = 0;
		words[word(cpuState.v_flag) + 1] = value & 1 ? signBit : 0;
	}

	get leave(): number {
		return this.#words[word(cpuState.leave)]!;
	}
	set leave(value: number) {
		this.#words[word(cpuState.leave)] = value;
	}

	/** Asks generated code to stop before the next instruction, unless it must stop even sooner. */
	leaveSoon(): void {
		if (this.leave === 0) this.leave = 2;
	}

	get fuel(): number {
		return this.#words[word(cpuState.fuel)]!;
	}
	set fuel(value: number) {
		this.#words[word(cpuState.fuel)] = value;
		this.#words[word(cpuState.fuel) + 1] = value < 0 ? -1 : 0;
	}

	/** cpuState.transfer as two halves, signed or not as the last writer left them. */
	get transferLow(): number {
		return this.#words[word(cpuState.transfer)]!;
	}
	get transferHigh(): number {
		return this.#words[word(cpuState.transfer) + 1]!;
	}
	setTransfer(low: number, high: number): void {
		this.#words[word(cpuState.transfer)] = low;
		this.#words[word(cpuState.transfer) + 1] = high;
	}

	/** The address that a load-exclusive marked, or undefined while the monitor is open. */
	get monitor(): number | undefined {
		const address = this.#doubles[cpuState.monitorAddress >> 3]!;
		return address === openMonitor ? undefined : Number(address);
	}
	get monitorSize(): number {
		return this.#words[word(cpuState.monitorSize)]!;
	}
	mark(pa: number, size: number): void {
		this.#doubles[cpuState.monitorAddress >> 3] = BigInt(pa);
		this.#words[word(cpuState.monitorSize)] = size;
	}
	openMonitor(): void {
		this.#doubles[cpuState.monitorAddress >> 3] = openMonitor;
	}
}

const openMonitor = 0xffff_ffff_ffff_ffffn;

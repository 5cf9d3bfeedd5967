import { Engine } from '../../emulator-core/src/engine/engine.ts';
import { AccessFlags, type SlowPaths } from '../../emulator-core/src/cpu/slow-paths.ts';
import { RegisterFile } from '../../emulator-core/src/cpu/register-file.ts';
import { FPCR, FPSR } from '../../emulator-core/src/cpu/sysregs/el0.ts';
import { vectorCallsOf } from '../../emulator-core/src/cpu/vector-calls.ts';
import { cpuState, memoryPlan, softTlb } from '../../emulator-core/src/layout.ts';

export const ramBase = 0x4000_0000;
/** S3_3_C4_C2_0. */
const nzcvKey = 0xda10;

/** What ended a run: the exception that was taken, with what the instruction handed over. */
export interface Taken {
	kind: string;
	/** The immediate of SVC and its kin, the word of an undefined instruction, or an address. */
	value: bigint;
}

/**
 * The smallest machine: flat RAM, translation off, no devices. An exception is only noted, and the
 * PC stays at the instruction.
 */
export class FlatMachine {
	readonly memory: WebAssembly.Memory;
	readonly engine: Engine;
	readonly view: DataView;
	readonly ramBytes: number;
	taken: Taken | undefined;
	/** What MRS reads and MSR writes, by key. */
	readonly systemRegisters = new Map<number, bigint>();
	readonly #file: RegisterFile;
	/** Calls of the slow memory paths. */
	slowLoads = 0;
	slowStores = 0;
	/** Each access that reached the slow paths, newest last. */
	readonly accesses: { va: bigint; size: number; flags: number }[] = [];
	onProbe: () => number = () => 0;
	onWfi: () => void = () => undefined;

	constructor(ramBytes = 16 << 20) {
		this.ramBytes = ramBytes;
		const pages = (memoryPlan.ram + ramBytes) / 65536;
		this.memory = new WebAssembly.Memory({ initial: pages, maximum: pages });
		this.view = new DataView(this.memory.buffer);
		new Uint8Array(this.memory.buffer, softTlb.read, 3 * 0x4000).fill(0xff);
		// FPCR and FPSR are where generated code and the slow paths find them; the mode is EL0.
		this.#file = new RegisterFile(this.memory.buffer, [FPCR, FPSR]);
		this.view.setUint32(cpuState.mode, 1, true);
		this.view.setBigInt64(cpuState.monitorAddress, -1n, true);
		this.engine = new Engine(this.memory, this.#slowPaths(), [
			{ base: ramBase, size: ramBytes, at: memoryPlan.ram }
		]);
		this.engine.onNewCodePage = (pa) => this.#dropWritable(pa);
		this.engine.onBlocksGone = (block) => this.#forgetBlocks(block);
		this.pc = BigInt(ramBase);
	}

	get pc(): bigint {
		return this.view.getBigUint64(cpuState.pc, true);
	}
	set pc(value: bigint) {
		this.view.setBigUint64(cpuState.pc, value, true);
	}
	get fuel(): number {
		return this.view.getUint32(cpuState.fuel, true);
	}
	x(n: number): bigint {
		return this.view.getBigUint64(cpuState.x + 8 * n, true);
	}
	setX(n: number, value: bigint): void {
		this.view.setBigUint64(cpuState.x + 8 * n, value, true);
	}
	get sp(): bigint {
		return this.view.getBigUint64(cpuState.sp, true);
	}
	set sp(value: bigint) {
		this.view.setBigUint64(cpuState.sp, value, true);
	}
	/** Low and high half of Vn as one number. */
	v(n: number): bigint {
		const at = cpuState.v + 16 * n;
		return this.view.getBigUint64(at, true) | (this.view.getBigUint64(at + 8, true) << 64n);
	}
	setV(n: number, value: bigint): void {
		this.view.setBigUint64(cpuState.v + 16 * n, BigInt.asUintN(64, value), true);
		this.view.setBigUint64(cpuState.v + 16 * n + 8, value >> 64n, true);
	}
	/** The letters of the flags that are set, in the order NZCV. */
	get nzcv(): string {
		const { view } = this;
		const n = view.getBigInt64(cpuState.n, true) < 0n;
		const z = view.getBigInt64(cpuState.z, true) === 0n;
		const c = view.getUint32(cpuState.c, true) !== 0;
		const v = view.getBigInt64(cpuState.v_flag, true) < 0n;
		return (n ? 'N' : '') + (z ? 'Z' : '') + (c ? 'C' : '') + (v ? 'V' : '');
	}
	set nzcv(letters: string) {
		this.view.setBigInt64(cpuState.n, letters.includes('N') ? -1n : 0n, true);
		this.view.setBigInt64(cpuState.z, letters.includes('Z') ? 0n : 1n, true);
		this.view.setUint32(cpuState.c, letters.includes('C') ? 1 : 0, true);
		this.view.setBigInt64(cpuState.v_flag, letters.includes('V') ? -1n : 0n, true);
	}

	/** Writes instructions or data at a physical address, as a device would. */
	write(pa: number, bytes: Uint8Array): void {
		new Uint8Array(this.memory.buffer).set(bytes, this.at(pa));
		this.engine.written(pa, bytes.length);
	}
	writeWords(pa: number, words: readonly number[]): void {
		this.write(pa, new Uint8Array(new Uint32Array(words).buffer));
	}
	/** Address in the WebAssembly memory. */
	at(pa: number): number {
		return pa - ramBase + memoryPlan.ram;
	}

	/** Runs until an exception or until `fuel` instructions are done. */
	run(fuel: number): Taken | undefined {
		this.taken = undefined;
		this.engine.run(fuel);
		return this.taken;
	}

	#take(kind: string, value: bigint): void {
		this.taken = { kind, value };
		this.#leave(1);
	}

	#leave(how: number): void {
		this.view.setUint32(cpuState.leave, how, true);
	}

	#inRam(va: bigint, size: number): number | undefined {
		const pa = Number(BigInt.asUintN(64, va));
		const inside = pa >= ramBase && pa + size <= ramBase + this.ramBytes;
		return inside ? pa : undefined;
	}

	/** Context 0, so tag and index follow from the page alone. */
	#entry(table: number, pa: number): number {
		return table + (Math.floor(pa / 4096) & (softTlb.entries - 1)) * softTlb.entryBytes;
	}

	#fill(table: number, pa: number, value: number): void {
		const entry = this.#entry(table, pa);
		this.view.setBigUint64(entry, BigInt(pa - (pa % 4096)), true);
		this.view.setUint32(entry + 8, value, true);
	}

	#dropWritable(pa: number): void {
		this.view.setBigInt64(this.#entry(softTlb.write, pa), -1n, true);
	}

	#forgetBlocks(block: number | 'all'): void {
		const end = softTlb.fetch + softTlb.entries * softTlb.entryBytes;
		for (let entry = softTlb.fetch; entry < end; entry += softTlb.entryBytes)
			if (block === 'all' || this.view.getUint32(entry + 8, true) === block)
				this.view.setBigInt64(entry, -1n, true);
	}

	#access(va: bigint, size: number, flags: number): number | undefined {
		this.accesses.push({ va: BigInt.asUintN(64, va), size, flags });
		const pa = this.#inRam(va, size);
		const misaligned = (flags & AccessFlags.ordered) !== 0 && va % BigInt(size) !== 0n;
		if (pa === undefined || misaligned) {
			this.#take(misaligned ? 'alignment' : 'data abort', BigInt.asUintN(64, va));
			return undefined;
		}
		return pa;
	}

	#store(pa: number, value: bigint, size: number): void {
		const bytes = new DataView(new ArrayBuffer(8));
		bytes.setBigInt64(0, value, true);
		this.write(pa, new Uint8Array(bytes.buffer, 0, size));
	}

	#slowPaths(): SlowPaths {
		const { view } = this;
		const take = this.#take.bind(this);
		return {
			load: (va, size, flags) => {
				this.slowLoads++;
				const pa = this.#access(va, size, flags);
				if (pa === undefined) return 0n;
				this.#fill(softTlb.read, pa, this.at(pa - (pa % 4096)));
				const whole = new DataView(new ArrayBuffer(8));
				for (let i = 0; i < size; i++) whole.setUint8(i, view.getUint8(this.at(pa) + i));
				return whole.getBigUint64(0, true);
			},
			store: (va, value, size, flags) => {
				this.slowStores++;
				const pa = this.#access(va, size, flags);
				if (pa === undefined) return;
				if (flags >> AccessFlags.checkShift !== 0)
					return void this.#access((va & ~0xfffn) + 0x1000n, size, flags);
				if (!this.engine.hasCode(pa)) this.#fill(softTlb.write, pa, this.at(pa - (pa % 4096)));
				this.#store(pa, value, size);
			},
			fetch: (va) => {
				const pa = this.#inRam(va, 4);
				if (pa === undefined || pa % 4 !== 0) {
					take('instruction abort', BigInt.asUintN(64, va));
					return 0;
				}
				const block = this.engine.blockAt(pa);
				this.#fill(softTlb.fetch, pa, block);
				return block + 2 * (pa % 4096);
			},
			markExclusive: (va, size) => {
				view.setBigInt64(cpuState.monitorAddress, va, true);
				view.setUint32(cpuState.monitorSize, size, true);
			},
			storeExclusive: (va, lo, hi, size, pair, flags) => {
				const pa = this.#access(va, size, flags);
				if (pa === undefined) return 1;
				const marked = view.getBigInt64(cpuState.monitorAddress, true) === va;
				view.setBigInt64(cpuState.monitorAddress, -1n, true);
				if (!marked) return 1;
				this.#store(pa, lo, size);
				if (pair) this.#store(pa + size, hi, size);
				return 0;
			},
			readSystemRegister: (key) => {
				const known = [FPCR, FPSR].find((register) => register.key === key);
				if (known) return this.#file.get(known);
				if (key !== nzcvKey) return this.systemRegisters.get(key) ?? 0n;
				return BigInt(
					['V', 'C', 'Z', 'N'].reduce(
						(n, c, i) => n + (this.nzcv.includes(c) ? 2 ** (28 + i) : 0),
						0
					)
				);
			},
			writeSystemRegister: (key, value) => {
				const known = [FPCR, FPSR].find((register) => register.key === key);
				if (known) return this.#file.set(known, value & known.writable!);
				this.systemRegisters.set(key, BigInt.asUintN(64, value));
				if (key === nzcvKey)
					this.nzcv = ['V', 'C', 'Z', 'N']
						.filter((_, i) => (value >> BigInt(28 + i)) & 1n)
						.join('');
			},
			system: (key, value) => take('system', (BigInt(key) << 64n) | BigInt.asUintN(64, value)),
			writePstateField: (field, imm) => take('pstate', BigInt(field * 16 + imm)),
			callException: (kind, imm) => take(kind, BigInt(imm)),
			undefined: (word) => take('undefined', BigInt(word)),
			spMisaligned: () => take('sp alignment', this.sp),
			simdTrapped: () => take('simd', 0n),
			eret: () => take('eret', 0n),
			wfi: () => {
				this.onWfi();
				this.#leave(2);
			},
			wfe: () => this.#leave(2),
			sev: () => {},
			probe: () => this.onProbe(),
			...vectorCallsOf(this.memory.buffer)
		};
	}
}

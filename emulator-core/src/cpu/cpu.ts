import type { AddressMap } from '../bus/address-map.ts';
import type { CpuViews } from '../bus/device.ts';
import { cpuState, writeEffects } from '../layout.ts';
import { Mmu, type RegimeName } from '../mmu/index.ts';
import { breakpointOffsets, stepActive, watchedRanges } from './debug-exceptions.ts';
import { DeviceMirror } from './device-mirror.ts';
import { HotState } from './hot-state.ts';
import { interruptStatus, pendingInterrupt } from './interrupts.ts';
import { modeBit, RegisterFile } from './register-file.ts';
import type { CodePages } from './slow-paths.ts';
import type { SystemRegister } from './sysregs/description.ts';
import { translationRegisters } from './translation-registers.ts';
import { MDSCR_EL1 } from './sysregs/debug.ts';
import { DAIF } from './sysregs/el0.ts';
import { CPACR_EL1, SCTLR_EL1, SP_EL0 } from './sysregs/el1.ts';
import { CPTR_EL2, HCR_EL2, SCTLR_EL2, SP_EL1, VMPIDR_EL2, VTTBR_EL2 } from './sysregs/el2.ts';
import { MPIDR_EL1 } from './sysregs/id.ts';
import { systemRegisters } from './sysregs/index.ts';
import { HCR } from './sysregs/traps.ts';

export type ExceptionLevel = 0 | 1 | 2;

/** HCR_EL2.VF, VI and VSE: interrupts that software makes pending. */
const HCR_VIRTUAL = (1 << HCR.VF) | (1 << HCR.VI) | (1 << HCR.VSE);

/** One timer as its three system registers show it. Values are 64 bits unsigned. */
interface TimerRegisters {
	ctl: bigint;
	cval: bigint;
	tval: bigint;
}

/** The generic timer behind its system registers. */
export interface TimerPort {
	readonly cntpct: bigint;
	readonly cntvct: bigint;
	cntvoff: bigint;
	readonly phys: TimerRegisters;
	readonly virt: TimerRegisters;
	readonly hyp: TimerRegisters;
}

/** An exception entry or return, for the trap log: its fields are those of TrapRecord. */
export interface TrapEvent {
	readonly what: 'entry' | 'return';
	readonly cause: 'sync' | 'irq' | 'fiq' | 'serror' | 'eret';
	readonly fromEl: ExceptionLevel;
	readonly toEl: ExceptionLevel;
	readonly pc: bigint;
	readonly esr: number;
	readonly far: bigint;
	readonly ipa: bigint | undefined;
	readonly stage: 1 | 2 | undefined;
	readonly s1ptw: boolean;
	readonly vmid: number | undefined;
	/** HCR_EL2.VM (or DC) after the event: does EL1 run behind stage 2? */
	readonly stage2: boolean;
}

/** What lies around the CPU. */
export interface CpuEnvironment {
	readonly timer: TimerPort;
	readonly codePages: CodePages;
	onTrap(event: TrapEvent): void;
	/** Something a reader of the machine's log should know: an unknown register, a fault of the model. */
	note(text: string): void;
	/** SMC with no EL3 behind it: PSCI. May change registers; the instruction then completes. */
	smc(): void;
	/** Returns 1 to stop before the instruction at `pc`. */
	probe(pc: bigint): number;
	/** WFE begins to wait: with several CPUs only. */
	waitsForEvent?(): void;
}

/** MPIDR_EL1 of CPU 0: bit 31 is RES1, and the number of the CPU is the affinity. */
const firstMpidr = 0x8000_0000n;

/** One CPU: its registers, its PSTATE, and where it is. What it does is in the files beside this. */
export class Cpu {
	/** Its number: Aff0 of MPIDR_EL1. */
	readonly number: number;
	/** All CPUs of the machine, this one among them. */
	peers: readonly Cpu[] = [this];
	readonly hot: HotState;
	readonly map: AddressMap;
	readonly mmu: Mmu;
	readonly mirror: DeviceMirror;
	/** Set once, before the first instruction. */
	environment!: CpuEnvironment;
	/** RAM as bytes in the machine's memory, little-endian. */
	readonly bytes: DataView;

	el: ExceptionLevel = 2;
	spSel: 0 | 1 = 1;
	/** PSTATE.IL: the next instruction takes an Illegal Execution state exception. */
	illegal = false;
	/** PSTATE.SS, kept for whoever saves it. */
	softwareStep = false;
	/** An instruction is being stepped: false again if it ends in an exception or is a return. */
	stepping = false;
	/** The instruction that was stepped last is a load-exclusive. */
	steppedExclusive = false;
	/** A step is pending because an instruction was stepped, not because it was so on entry. */
	stepped = false;
	/** MDSCR_EL1.SS. */
	stepRequested = false;
	/** What watchpoints watch; empty while there are none. */
	watched: ReturnType<typeof watchedRanges> = [];
	/** Where in their pages breakpoints lie; undefined: anywhere. */
	breakOffsets: ReadonlySet<number> | undefined = new Set();
	/** The levels of the wires into the CPU. */
	readonly lines = { irq: false, fiq: false, virq: false, vfiq: false };
	/** A WFI waits, or a WFE; the run loop moves time on. */
	sleeping = false;
	/** It is a WFE, which waits for `event` too. */
	waitsForEvent = false;
	/** The event register: the next WFE does not wait. */
	event = false;

	readonly #file: RegisterFile;
	/** SP_EL2 while it is not in use; the one in use is in the hot state, the others in the register file. */
	#spEl2 = 0n;
	/** CPACR_EL1.FPEN and CPTR_EL2.TFP. */
	#fpen = 0;
	#tfp = false;
	#words: Int32Array;

	/** CPUs of one machine share its `mirror`: what is seen there is the running CPU's. */
	constructor(
		memory: WebAssembly.Memory,
		map: AddressMap,
		number = 0,
		mirror = new DeviceMirror(memory.buffer)
	) {
		this.number = number;
		this.map = map;
		this.hot = new HotState(memory.buffer);
		this.bytes = new DataView(memory.buffer);
		this.#file = new RegisterFile(memory.buffer, systemRegisters);
		this.mmu = new Mmu(memory, map, translationRegisters(this.#file));
		this.mirror = mirror;
		this.#words = new Int32Array(memory.buffer);
		this.reset();
	}

	get timer(): TimerPort {
		return this.environment.timer;
	}

	/**
	 * Its own state lies in another memory from now on, and was copied there: in the machine's, and generated
	 * code runs this CPU; or aside, and all that is asked of it here goes on as before.
	 */
	moveTo(memory: CpuViews): void {
		this.hot.moveTo(memory);
		this.#file.moveTo(memory);
		this.mmu.moveTo(memory);
		this.#words = memory.words;
	}

	/** What a register comes up with. */
	resetValue(register: SystemRegister): bigint {
		const isNumber = register === MPIDR_EL1 || register === VMPIDR_EL2;
		return isNumber ? firstMpidr | BigInt(this.number) : (register.reset ?? 0n);
	}

	/** Cold reset: EL2 with SP_EL2, everything masked, MMU off, registers as they come up. */
	reset(): void {
		for (const register of systemRegisters) this.set(register, this.resetValue(register));
		this.el = 2;
		this.spSel = 1;
		this.illegal = this.softwareStep = this.sleeping = this.stepping = false;
		this.steppedExclusive = this.stepped = this.waitsForEvent = this.event = false;
		this.#spEl2 = 0n;
		for (let n = 0; n < 31; n++) this.hot.setX(n, 0n);
		this.hot.sp = 0n;
		this.hot.pc = 0n;
		this.hot.nzcv = 0;
		this.hot.openMonitor();
		this.stateReplaced();
	}

	/** All that is derived from registers is derived anew: after a reset or a restore. */
	stateReplaced(): void {
		this.#modeChanged();
		this.mmu.reset(this.el);
		this.simdRegistersChanged();
		this.#debugRegistersRead();
	}

	get(register: SystemRegister): bigint {
		return this.#file.get(register);
	}
	/** Stores without effects: for the CPU's own updates. */
	set(register: SystemRegister, value: bigint): void {
		this.#file.set(register, value);
	}

	/** A bit of HCR_EL2 (sysregs/traps.ts names them). */
	hcr(bit: number): boolean {
		return ((this.#file.low(HCR_EL2) >>> bit) & 1) !== 0;
	}
	sctlr1(bit: number): boolean {
		return ((this.#file.low(SCTLR_EL1) >>> bit) & 1) !== 0;
	}
	cptr(bit: number): boolean {
		return ((this.#file.low(CPTR_EL2) >>> bit) & 1) !== 0;
	}
	/** Is EL1&0 behind stage 2? HCR_EL2.DC implies VM. */
	get stage2On(): boolean {
		return this.hcr(HCR.VM) || this.hcr(HCR.DC);
	}
	/** Whose instructions `el` executes now: the VMID behind stage 2. */
	vmidAt(el: ExceptionLevel): number | undefined {
		if (el === 2 || !this.stage2On) return undefined;
		return (this.#file.high(VTTBR_EL2) >>> 16) & 0xff;
	}

	/** PSTATE.D, A, I, F as bits 3 to 0: 1 masks. */
	get daif(): number {
		return this.#file.low(DAIF) >>> 6;
	}
	set daif(value: number) {
		this.#file.setLow(DAIF, value << 6);
	}

	stackPointer(el: ExceptionLevel): bigint {
		if (el === this.#stackInUse) return this.hot.sp;
		return el === 2 ? this.#spEl2 : this.get(el === 1 ? SP_EL1 : SP_EL0);
	}
	setStackPointer(el: ExceptionLevel, value: bigint): void {
		if (el === this.#stackInUse) this.hot.sp = value;
		else this.#keepStackPointer(el, value);
	}
	#keepStackPointer(el: ExceptionLevel, value: bigint): void {
		if (el === 2) this.#spEl2 = value;
		else this.set(el === 1 ? SP_EL1 : SP_EL0, value);
	}
	get #stackInUse(): ExceptionLevel {
		return this.spSel === 0 ? 0 : this.el;
	}
	selectStack(spSel: 0 | 1): void {
		this.enter(this.el, spSel);
	}

	/** Moves to an exception level and stack pointer; the translation context follows. */
	enter(el: ExceptionLevel, spSel: 0 | 1): void {
		const changed = el !== this.el;
		if (changed || spSel !== this.spSel) {
			this.#keepStackPointer(this.#stackInUse, this.hot.sp);
			this.el = el;
			this.spSel = spSel;
			const stack = this.#stackInUse;
			this.hot.sp = stack === 2 ? this.#spEl2 : this.get(stack === 1 ? SP_EL1 : SP_EL0);
		}
		this.#modeChanged();
		if (!changed) return;
		this.mmu.selectEl(el);
		this.simdAccessChanged();
	}

	/** What generated code compares MRS and MSR with: after a change of level, stack, lines or HCR_EL2. */
	#modeChanged(): void {
		const words = this.#words;
		const below = this.el < 2;
		const { irq, fiq, virq, vfiq } = this.lines;
		const hcr = this.#file.low(HCR_EL2);
		// KDE: unmasking debug exceptions may begin a step.
		const debug = (this.#file.low(MDSCR_EL1) & 0x2000) !== 0;
		const waiting = irq || fiq || virq || vfiq || debug || (hcr & HCR_VIRTUAL) !== 0;
		words[cpuState.mode >> 2] = modeBit(this.el, this.spSel);
		words[cpuState.hcrTraps >> 2] = below ? hcr : 0;
		words[cpuState.stackMask >> 2] = this.#stackChecked ? 15 : 0;
		words[cpuState.writeEffects >> 2] =
			writeEffects.always |
			(waiting ? writeEffects.interrupts : 0) |
			(below ? writeEffects.el1Translation : 0);
	}

	/** SCTLR_ELx.SA, for EL0 SA0: SP must be aligned to 16 bytes where it is the base of an access. */
	get #stackChecked(): boolean {
		const sctlr = this.#file.low(this.el === 2 ? SCTLR_EL2 : SCTLR_EL1);
		return ((sctlr >>> (this.el === 0 ? 4 : 3)) & 1) !== 0;
	}

	/** SEV: the next WFE of every CPU passes, and those that wait go on. */
	sendEvent(): void {
		for (const cpu of this.peers) cpu.event = true;
		this.hot.leaveSoon();
	}

	setDaif(daif: number): void {
		this.daif = daif;
		this.interruptsChanged();
	}

	/** Lines, masks or routing changed: stop before the next instruction if one is now to be taken. */
	interruptsChanged(): void {
		// Unmasking debug exceptions may find a step pending.
		if (pendingInterrupt(this) !== undefined || stepActive(this)) this.hot.leaveSoon();
	}
	setLine(line: keyof Cpu['lines'], level: boolean): void {
		if (this.lines[line] === level) return;
		this.lines[line] = level;
		this.#modeChanged();
		if (level) this.interruptsChanged();
	}
	/** ISR_EL1. */
	interruptStatus(): bigint {
		return interruptStatus(this);
	}

	hcrChanged(): void {
		this.#modeChanged();
		this.translationChanged('EL1&0');
		this.simdAccessChanged();
		this.interruptsChanged();
	}

	/** Registers of breakpoints, watchpoints or software step were written. */
	debugChanged(): void {
		this.#modeChanged();
		const before = [...(this.breakOffsets ?? [-1])].join();
		const watchedBefore = this.watched.length;
		this.#debugRegistersRead();
		if ([...(this.breakOffsets ?? [-1])].join() !== before) this.environment.codePages.clear();
		if (this.watched.length + watchedBefore > 0) this.mmu.forgetFastPages();
		this.hot.leaveSoon();
	}
	#debugRegistersRead(): void {
		this.stepRequested = (this.#file.low(MDSCR_EL1) & 1) !== 0;
		this.breakOffsets = breakpointOffsets(this);
		this.watched = watchedRanges(this);
		this.mmu.slowPages =
			this.watched.length === 0
				? undefined
				: (page) =>
						this.watched.some(({ from, to }) => {
							const first = BigInt.asUintN(49, BigInt(page) << 12n);
							return from < first + 0x1000n && to > first;
						});
	}

	/** A register of the regime's translation was written. */
	translationChanged(regime: RegimeName): void {
		this.#modeChanged();
		if (this.mmu.registersChanged(regime)) this.hot.leaveSoon();
	}

	/** Where a SIMD instruction traps now: CPACR_EL1.FPEN first, then CPTR_EL2.TFP. */
	get simdTrap(): 1 | 2 | undefined {
		const toEl1 = this.el === 1 ? (this.#fpen & 1) === 0 : this.el === 0 && this.#fpen !== 3;
		if (toEl1) return 1;
		return this.#tfp ? 2 : undefined;
	}
	/** CPACR_EL1 or CPTR_EL2 was written. */
	simdRegistersChanged(): void {
		this.#fpen = (this.#file.low(CPACR_EL1) >>> 20) & 3;
		this.#tfp = this.cptr(10);
		this.simdAccessChanged();
	}
	/** Those registers, HCR_EL2.TGE or the exception level changed. */
	simdAccessChanged(): void {
		const words = this.#words;
		const trapped = this.simdTrap === undefined ? 0 : 1;
		if (words[cpuState.simdTrapped >> 2] === trapped) return;
		words[cpuState.simdTrapped >> 2] = trapped;
		this.hot.leaveSoon();
	}
}

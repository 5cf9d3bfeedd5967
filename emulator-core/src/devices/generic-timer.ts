import type { Clock, IrqLine } from '../bus/device.ts';

/** Bits of CNTP_CTL_EL0 and its three siblings. */
const ENABLE = 1;
const IMASK = 2;
const ISTATUS = 4;

/** After so many the counters begin anew. */
const COUNTS = 2n ** 64n;

const unsigned64 = (value: bigint) => BigInt.asUintN(64, value);

/**
 * One timer of the generic timer: a comparator on a counter (Arm ARM, "The Generic Timer in AArch64
 * state"). Its line is high while the timer is enabled, not masked, and its condition is met; there
 * is nothing to acknowledge, the kernel moves CVAL on or sets IMASK.
 */
export class Timer {
	readonly name: string;
	readonly #clock: Clock;
	readonly #count: () => bigint;
	readonly #line: IrqLine;
	#cval = 0n;
	#control = 0;

	/** `count` is the counter that the timer compares with: physical, or virtual for CNTV. */
	constructor(name: string, clock: Clock, count: () => bigint, line: IrqLine) {
		this.name = name;
		this.#clock = clock;
		this.#count = count;
		this.#line = line;
	}

	/** CNTx_CTL: ENABLE, IMASK, and ISTATUS, which is 0 while the timer is disabled. */
	get ctl(): bigint {
		return BigInt(this.#control | (this.#fired() ? ISTATUS : 0));
	}
	set ctl(value: bigint) {
		const control = Number(value & BigInt(ENABLE | IMASK));
		// World switches restore what is there already; the line and the next event are right then.
		if (control === this.#control) return;
		this.#control = control;
		this.update();
	}

	/** CNTx_CVAL, 64 bits unsigned. */
	get cval(): bigint {
		return this.#cval;
	}
	set cval(value: bigint) {
		const cval = unsigned64(value);
		if (cval === this.#cval) return;
		this.#cval = cval;
		this.update();
	}

	/** CNTx_TVAL: how far away CVAL is, as 32 bits (negative, in two's complement, when it has passed). */
	get tval(): bigint {
		return BigInt.asUintN(32, this.#cval - this.#count());
	}
	set tval(value: bigint) {
		this.cval = this.#count() + BigInt.asIntN(32, value);
	}

	/** Sets the line as it must be now, and asks to be called when that changes. */
	update(): void {
		this.#line.set(this.#control === ENABLE && this.#fired());
		this.#callAt(this.#changes());
	}

	/** The condition compares without sign: a CVAL of all ones is as good as never. */
	#fired(): boolean {
		return (this.#control & ENABLE) !== 0 && this.#count() >= this.#cval;
	}

	snapshotState(): TimerState {
		return { ctl: this.#control, cval: this.#cval.toString(16) };
	}
	/**
	 * To be called after the clock's time is restored. The line is the interrupt controller's to restore;
	 * a timer that fires now does so as an event, before the next instruction, as it would have.
	 */
	restoreState(state: TimerState): void {
		this.#control = state.ctl;
		this.#cval = BigInt('0x' + state.cval);
		this.#callAt(this.#control === ENABLE && this.#fired() ? this.#clock.now() : this.#changes());
	}

	/**
	 * The tick at which the line rises if nothing is written, or falls, because the count begins anew after
	 * 2^64; undefined: never, or in 2^53 ticks.
	 */
	#changes(): number | undefined {
		const next = this.#fired() ? COUNTS : this.#cval;
		const when = this.#clock.now() + Number(next - this.#count());
		return this.#control === ENABLE && Number.isSafeInteger(when) ? when : undefined;
	}

	#callAt(tick: number | undefined): void {
		this.#clock.schedule(this.name, tick, () => this.update());
	}
}

interface TimerState {
	ctl: number;
	/** Hexadecimal digits, because plain data has no 64-bit numbers. */
	cval: string;
}

interface GenericTimerState {
	cntvoff: string;
	secure: TimerState;
	phys: TimerState;
	virt: TimerState;
	hyp: TimerState;
}

/** The interrupt lines of one CPU's timers; INTIDs 29, 30, 27 and 26 on both boards. */
export interface TimerLines {
	readonly secure: IrqLine;
	readonly phys: IrqLine;
	readonly virt: IrqLine;
	readonly hyp: IrqLine;
}

/**
 * The generic timer of one CPU, behind its system registers: CNTPCT and CNTVCT, and the timers CNTPS
 * (secure), CNTP, CNTV and CNTHP. Who may access which register is the CPU's business.
 */
export class GenericTimer {
	/** CNTFRQ_EL0 in Hz: one tick of the machine's clock is one count. */
	readonly frequency = 100_000_000;
	readonly secure: Timer;
	readonly phys: Timer;
	readonly virt: Timer;
	readonly hyp: Timer;
	readonly #clock: Clock;
	#cntvoff = 0n;

	/** `cpu` keeps the clock's event keys of several CPUs apart. */
	constructor(clock: Clock, lines: TimerLines, cpu = 0) {
		this.#clock = clock;
		const physical = () => this.cntpct;
		const virtual = () => this.cntvct;
		this.secure = new Timer(`timer${cpu}.secure`, clock, physical, lines.secure);
		this.phys = new Timer(`timer${cpu}.phys`, clock, physical, lines.phys);
		this.virt = new Timer(`timer${cpu}.virt`, clock, virtual, lines.virt);
		this.hyp = new Timer(`timer${cpu}.hyp`, clock, physical, lines.hyp);
	}

	/** CNTPCT_EL0: ticks since reset. */
	get cntpct(): bigint {
		return BigInt(this.#clock.now());
	}

	/** CNTVCT_EL0: CNTPCT - CNTVOFF, modulo 2^64. */
	get cntvct(): bigint {
		return unsigned64(this.cntpct - this.#cntvoff);
	}

	/** CNTVOFF_EL2: what a hypervisor hides from its guest. */
	get cntvoff(): bigint {
		return this.#cntvoff;
	}
	set cntvoff(value: bigint) {
		const cntvoff = unsigned64(value);
		if (cntvoff === this.#cntvoff) return;
		this.#cntvoff = cntvoff;
		this.virt.update();
	}

	snapshotState(): GenericTimerState {
		return {
			cntvoff: this.#cntvoff.toString(16),
			secure: this.secure.snapshotState(),
			phys: this.phys.snapshotState(),
			virt: this.virt.snapshotState(),
			hyp: this.hyp.snapshotState()
		};
	}
	restoreState(state: unknown): void {
		const saved = state as GenericTimerState;
		this.#cntvoff = BigInt('0x' + saved.cntvoff);
		this.secure.restoreState(saved.secure);
		this.phys.restoreState(saved.phys);
		this.virt.restoreState(saved.virt);
		this.hyp.restoreState(saved.hyp);
	}
}

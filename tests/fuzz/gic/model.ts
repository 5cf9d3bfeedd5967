import { GicBench, locateRegister } from '../../../emulator-core/src/devices/gicv2/gic-bench.ts';
import { bases, kinds, rtc, timerIds, type Access } from './layout.ts';

type Block = keyof typeof bases;

/** An interface that takes interrupts: the host's, or the guest's. */
export type Side = 'GICC' | 'GICV';

/** What a CPU has acknowledged of one side and not ended, and ended but not deactivated. */
export interface Taken {
	running: number[];
	dropped: number[];
}

/**
 * Our GIC beside the accesses as they are thought up: it tells what may be asked next. A random sequence is
 * of use only while the architecture says what it does, and QEMU does that (README.md lists where not).
 */
export class Model {
	readonly accesses: Access[] = [];
	readonly taken: Record<Side, readonly [Taken, Taken]> = {
		GICC: [nothing(), nothing()],
		GICV: [nothing(), nothing()]
	};
	/** What the timers drive at each CPU, and the level of the clock's interrupt. */
	readonly timers: [number, number] = [0, 0];
	rtcLevel = false;
	readonly #bench = new GicBench(2);

	constructor() {
		this.#raw(0, 'write', rtc.base + 0x8, 5, 'RTCLR');
		// QEMU's second may end in between: the clock matches one of the two, and stays raised.
		for (const match of [5, 6]) this.#raw(0, 'write', rtc.base + 0x4, match, 'RTCMR');
	}

	/** Of registers that reading does not change. */
	peek(cpu: 0 | 1, register: string): number {
		this.#bench.cpu = cpu;
		return this.#bench.read(register);
	}
	write(cpu: 0 | 1, register: string, value: number): void {
		this.#bench.cpu = cpu;
		this.#bench.write(register, value);
		this.#push(cpu, 'write', register, value);
	}
	writeByte(cpu: 0 | 1, register: string, byte: number, value: number): void {
		this.#bench.cpu = cpu;
		this.#bench.writeByte(register, byte, value);
		this.#push(cpu, 'writeByte', register, value, byte);
	}
	read(cpu: 0 | 1, register: string): number {
		this.#bench.cpu = cpu;
		this.#push(cpu, 'read', register, 0);
		return this.#bench.read(register);
	}
	setTimers(cpu: 0 | 1, levels: number): void {
		this.timers[cpu] = levels;
		timerIds.forEach((id, bit) =>
			this.#bench.gic.gicd.line(id, cpu).set(((levels >> bit) & 1) !== 0)
		);
		this.#raw(cpu, 'timers', 0, levels, 'timers');
	}
	setRtc(cpu: 0 | 1, level: boolean): void {
		this.rtcLevel = level;
		this.#bench.gic.spi(rtc.spi).set(level);
		this.#raw(cpu, 'write', rtc.base + 0x10, Number(level), 'RTCIMSC');
	}
	readLines(cpu: 0 | 1, kind: 'physicalLines' | 'virtualLines'): void {
		this.#raw(cpu, kind, 0, 0, kind);
	}

	lines(cpu: 0 | 1): { irq: boolean; fiq: boolean } {
		const { irq, fiq } = this.#bench.outputs[cpu]!;
		return { irq: irq.level, fiq: fiq.level };
	}
	isIdle(cpu: 0 | 1, side: Side): boolean {
		const { running, dropped } = this.taken[side][cpu];
		return running.length + dropped.length === 0;
	}
	/** Some CPU has this interrupt. */
	isTaken(id: number): boolean {
		return this.taken.GICC.some(({ running, dropped }) =>
			[...running, ...dropped].some((each) => (each & 0x3ff) === id)
		);
	}

	/**
	 * Whether QEMU would say the same of what comes next: it does not look at the group's enable when it
	 * answers IAR, nor at the binary point when it compares with what runs.
	 */
	agreesOnNext(cpu: 0 | 1, side: Side): boolean {
		const next = this.#next(cpu, side);
		if (next === undefined) return true;
		const ctlr = this.peek(cpu, `${side}_CTLR`);
		if (((ctlr >> next.group) & 1) === 0) return false;
		const running = this.peek(cpu, `${side}_RPR`);
		const own = next.group === 1 && (ctlr & 0x10) === 0;
		const point = own ? this.peek(cpu, `${side}_ABPR`) - 1 : this.peek(cpu, `${side}_BPR`);
		const mask = (0xff << (point + 1)) & 0xff;
		const ours = running === 0xff || (next.priority & mask) < (running & mask);
		return ours === next.priority < running;
	}
	/** IAR would be refused an interrupt of group 1 that is not urgent enough: QEMU says 1022 all the same. */
	hidesGroup1(cpu: 0 | 1, side: Side): boolean {
		const { gicc, gich } = this.#bench.gic;
		const one = side === 'GICC' ? gicc.interfaces[cpu]! : gich.virtualCpus[cpu]!.guest;
		return one.signalled() === undefined && one.highestPending(false) === 1022;
	}

	/** Nothing waits, or the mask lets it through: QEMU's HPPIR looks at the mask. */
	isAboveMask(cpu: 0 | 1, side: Side): boolean {
		const next = this.#next(cpu, side);
		return next === undefined || next.priority < this.peek(cpu, `${side}_PMR`);
	}

	#next(cpu: 0 | 1, side: Side) {
		const { gicd, gich } = this.#bench.gic;
		return side === 'GICC' ? gicd.highestPending(cpu) : gich.virtualCpus[cpu]!.highestPending();
	}

	#push(cpu: 0 | 1, kind: keyof typeof kinds, register: string, value: number, byte = 0): void {
		const base = bases[register.slice(0, 4) as Block];
		const name = kind.endsWith('Byte') ? `${register}+${byte}` : register;
		this.#raw(cpu, kind, base + locateRegister(register) + byte, value, name);
	}
	#raw(cpu: 0 | 1, kind: keyof typeof kinds, address: number, value: number, name: string): void {
		this.accesses.push({ cpu, kind, address, value: value >>> 0, name });
	}
}

const nothing = (): Taken => ({ running: [], dropped: [] });

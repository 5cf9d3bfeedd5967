import type { GenericTimer, Timer } from './generic-timer.ts';
import type { InterruptState } from './gicv2/gicd.ts';
import type { Gicv2 } from './gicv2/gicv2.ts';

/** The hardware: GICD for the host, GICH as it is now, GICV as the guest would find it, the timers. */
export interface GicView {
	/** By INTID; only those that are pending, active, or enabled (of SGIs: pending or active). */
	readonly physical: readonly InterruptState[];
	readonly gich: {
		readonly hcr: number;
		readonly vmcr: number;
		readonly misr: number;
		readonly eisr: number;
		readonly elrsr: number;
		readonly apr: number;
		/** GICH_LRn as they are: see decodeListRegister. */
		readonly listRegisters: readonly number[];
	};
	/** The virtual CPU interface signals a virtual interrupt to the CPU. */
	readonly virtualIrq: boolean;
	readonly timer: {
		/** CNTPCT_EL0. */
		readonly now: bigint;
		readonly virtual: TimerView;
		readonly physical: TimerView;
		readonly cntvoff: bigint;
	};
}

export interface TimerView {
	/** CNTx_CTL_EL0: ENABLE, IMASK, ISTATUS in bits 0 to 2. */
	readonly ctl: bigint;
	readonly cval: bigint;
	/** ISTATUS: the timer is enabled and its condition is met. */
	readonly fires: boolean;
}

/** What a debugger sees of a CPU's interrupts. Reads no register that acknowledges: nothing changes. */
export function gicView(
	{ gic, timers }: { gic: Gicv2; timers: readonly GenericTimer[] },
	cpu = 0
): GicView {
	const virtualCpu = gic.gich.virtualCpus[cpu]!;
	const timer = timers[cpu]!;
	const { hcr, vmcr, misr, eisr, elrsr } = virtualCpu;
	return {
		physical: gic.gicd.interrupts(cpu),
		gich: {
			...{ hcr, vmcr, misr, eisr, elrsr },
			apr: virtualCpu.guest.apr,
			listRegisters: [...virtualCpu.lrs]
		},
		virtualIrq: virtualCpu.guest.line === 'irq',
		timer: {
			now: timer.cntpct,
			virtual: timerView(timer.virt),
			physical: timerView(timer.phys),
			cntvoff: timer.cntvoff
		}
	};
}

function timerView(timer: Timer): TimerView {
	const { ctl, cval } = timer;
	return { ctl, cval, fires: (ctl & 4n) !== 0n };
}

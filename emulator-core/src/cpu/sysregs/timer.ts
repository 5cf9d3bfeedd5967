import type { Cpu, TimerPort } from '../cpu.ts';
import * as meanings from './meanings.ts';
import { sysreg, type Encoding, type SystemRegister, type Trap } from './description.ts';

/** Bits of CNTHCTL_EL2 and CNTKCTL_EL1 that open the counters and timers to lower levels. */
export const CNTHCTL_EL2 = sysreg('CNTHCTL_EL2', [3, 4, 14, 1, 0], {
	what: 'whether EL1 may use the physical counter and timer',
	fields: { EL1PCTEN: 0, EL1PCEN: 1, EVNTEN: 2, EVNTDIR: 3, EVNTI: [7, 4] },
	means: meanings.CNTHCTL_EL2,
	reset: 3n,
	minEl: 2,
	writable: 0xffn
});
export const CNTKCTL_EL1 = sysreg('CNTKCTL_EL1', [3, 0, 14, 1, 0], {
	what: 'whether EL0 may use the counters and timers',
	fields: {
		EL0PCTEN: 0,
		EL0VCTEN: 1,
		EVNTEN: 2,
		EVNTDIR: 3,
		EVNTI: [7, 4],
		EL0VTEN: 8,
		EL0PTEN: 9
	},
	means: meanings.CNTKCTL_EL1,
	minEl: 1,
	writable: 0x3ffn
});

function opened(cpu: Cpu, el0Bit: number, el1Bit: number | undefined): Trap {
	const bit = (value: bigint, n: number) => ((value >> BigInt(n)) & 1n) !== 0n;
	if (cpu.el === 0 && !bit(cpu.get(CNTKCTL_EL1), el0Bit)) return 1;
	if (cpu.el < 2 && el1Bit !== undefined && !bit(cpu.get(CNTHCTL_EL2), el1Bit)) return 2;
	return undefined;
}

const timerWords = {
	tval: 'ticks until it fires',
	ctl: 'enabled, masked, fired',
	cval: 'the count at which it fires'
};

/** CTL, CVAL and TVAL of one timer. TVAL is the 32-bit distance to CVAL. */
function timer(
	whose: string,
	prefix: string,
	suffix: string,
	[op1, crm]: [number, number],
	minEl: 0 | 2,
	pick: (timer: TimerPort) => TimerPort['phys'],
	trap?: (cpu: Cpu) => Trap
): SystemRegister[] {
	const one = (what: 'tval' | 'ctl' | 'cval', op2: number) =>
		sysreg(
			`${prefix}_${what.toUpperCase()}_${suffix}`,
			[3, op1, 14, crm, op2] as unknown as Encoding,
			{
				what: `${whose} timer: ${timerWords[what]}`,
				...(what === 'ctl' && {
					fields: { ENABLE: 0, IMASK: 1, ISTATUS: 2 },
					means: meanings.timerControl
				}),
				minEl,
				...(trap && { trap }),
				read: (cpu) => pick(cpu.timer)[what],
				write: (cpu, value) => {
					pick(cpu.timer)[what] = value;
				}
			}
		);
	return [one('tval', 0), one('ctl', 1), one('cval', 2)];
}

export const timerRegisters: readonly SystemRegister[] = [
	CNTHCTL_EL2,
	CNTKCTL_EL1,
	sysreg('CNTFRQ_EL0', [3, 3, 14, 0, 0], {
		what: 'ticks of the counters in a second',
		reset: 100_000_000n,
		minEl: 0,
		// Without EL3, EL2 is the highest level and may write it.
		minElWrite: 2,
		writable: 0xffff_ffffn,
		trap: (cpu) => (cpu.el === 0 && (cpu.get(CNTKCTL_EL1) & 3n) === 0n ? 1 : undefined)
	}),
	sysreg('CNTPCT_EL0', [3, 3, 14, 0, 1], {
		what: 'the physical counter: time',
		minEl: 0,
		readOnly: true,
		trap: (cpu) => opened(cpu, 0, 0),
		read: (cpu) => cpu.timer.cntpct
	}),
	sysreg('CNTVCT_EL0', [3, 3, 14, 0, 2], {
		what: "the virtual counter: the guest's time",
		minEl: 0,
		readOnly: true,
		trap: (cpu) => opened(cpu, 1, undefined),
		read: (cpu) => cpu.timer.cntvct
	}),
	sysreg('CNTVOFF_EL2', [3, 4, 14, 0, 3], {
		what: 'how far virtual time lags behind physical time',
		minEl: 2,
		read: (cpu) => cpu.timer.cntvoff,
		write: (cpu, value) => {
			cpu.timer.cntvoff = value;
		}
	}),
	...timer(
		'the physical',
		'CNTP',
		'EL0',
		[3, 2],
		0,
		(t) => t.phys,
		(cpu) => opened(cpu, 9, 1)
	),
	...timer(
		'the virtual',
		'CNTV',
		'EL0',
		[3, 3],
		0,
		(t) => t.virt,
		(cpu) => opened(cpu, 8, undefined)
	),
	...timer("EL2's own", 'CNTHP', 'EL2', [4, 2], 2, (t) => t.hyp)
];

import type { Access } from './layout.ts';
import { timerIds } from './layout.ts';
import { Model, type Side } from './model.ts';

/** Below a limit, the same numbers for the same seed (xorshift). */
export type Pick = (limit: number) => number;
export function numbersFrom(seed: number): Pick {
	let state = Math.imul(seed, 0x9e37_79b9) | 1;
	return (limit) => {
		state ^= state << 13;
		state ^= state >>> 17;
		state ^= state << 5;
		return (state >>> 0) % limit;
	};
}

type Step = (m: Model, cpu: 0 | 1, pick: Pick) => void;

/** Shared interrupts 32 to 95 are used; 34 is the clock's. */
const WORDS = 3;
const word = (pick: Pick) => (pick(0x1_0000) * 0x1_0000 + pick(0x1_0000)) >>> 0;
const few = (pick: Pick) => ((1 << pick(32)) | (1 << pick(32)) | (1 << pick(32))) >>> 0;
/** QEMU's own lowest priority is never signalled here, so that HPPIR can be asked. */
const priority = (pick: Pick) => 8 * pick(31);
const shared = (pick: Pick) => 32 + pick(32 * (WORDS - 1));

/** The private interrupts whose lines are high: QEMU latches those when they are enabled. */
const highPrivate = (m: Model, cpu: 0 | 1) =>
	timerIds.reduce((bits, id, n) => bits | (((m.timers[cpu] >> n) & 1) << id), 1 << 25);

const distributor: readonly Step[] = [
	(m, cpu, pick) => m.write(cpu, `GICD_ISPENDR${1 + pick(2)}`, few(pick)),
	(m, cpu, pick) => m.write(cpu, `GICD_ISPENDR${1 + pick(2)}`, few(pick)),
	(m, cpu, pick) => m.write(cpu, `GICD_ICPENDR${1 + pick(2)}`, word(pick)),
	(m, cpu, pick) => m.write(cpu, `GICD_ICENABLER${pick(WORDS)}`, few(pick)),
	(m, cpu, pick) => {
		const n = pick(WORDS);
		const high = n === 0 ? highPrivate(m, cpu) : n === 1 && m.rtcLevel ? 4 : 0;
		m.write(cpu, `GICD_ISENABLER${n}`, (word(pick) & ~high) >>> 0);
	},
	(m, cpu, pick) => m.writeByte(cpu, 'GICD_IPRIORITYR0', pick(32 * WORDS), pick(249)),
	(m, cpu, pick) => m.writeByte(cpu, 'GICD_IPRIORITYR0', pick(32 * WORDS), priority(pick)),
	(m, cpu, pick) => {
		const id = shared(pick);
		const bit = 1 << (id & 31);
		const busy = ['PEND', 'ACTIVE'].some((what) => m.peek(cpu, `GICD_IS${what}R${id >> 5}`) & bit);
		if (!busy) m.writeByte(cpu, 'GICD_ITARGETSR0', id, 1 + pick(2));
	},
	(m, cpu, pick) => {
		const n = pick(WORDS);
		const now = m.peek(cpu, `GICD_IGROUPR${n}`);
		const active = m.peek(cpu, `GICD_ISACTIVER${n}`);
		m.write(cpu, `GICD_IGROUPR${n}`, ((now & active) | (few(pick) & ~active)) >>> 0);
	},
	(m, cpu, pick) => {
		const filter = pick(3);
		m.write(cpu, 'GICD_SGIR', (filter << 24) | (pick(4) << 16) | pick(16));
	},
	(m, cpu, pick) => m.writeByte(cpu, 'GICD_SPENDSGIR0', pick(16), 1 + pick(3)),
	(m, cpu, pick) => m.writeByte(cpu, 'GICD_CPENDSGIR0', pick(16), pick(4)),
	(m, cpu, pick) => m.write(cpu, `GICD_ICFGR${2 + pick(4)}`, (word(pick) & 0xaaaa_aaaa) >>> 0),
	(m, cpu, pick) => {
		// Only private ones: QEMU has a shared one active at each CPU by itself.
		const free = timerIds.concat([16, 17, 18, 19, 20] as never).filter((id) => !m.isTaken(id));
		const bits = free.reduce((all, id) => (pick(2) ? all | (1 << id) : all), 0);
		m.write(cpu, pick(3) ? 'GICD_ICACTIVER0' : 'GICD_ISACTIVER0', bits);
	},
	(m, cpu, pick) => m.setTimers(cpu, pick(8)),
	(m, cpu, pick) => m.setTimers(cpu, pick(8)),
	(m, cpu, pick) => m.setRtc(cpu, pick(2) === 1),
	(m, cpu, pick) => m.write(cpu, 'GICD_CTLR', pick(8) ? 3 : 0)
];

/** The steps of an interface: the same for the host and for the guest. */
const interfaceSteps = (side: Side): readonly Step[] => {
	const taken = (m: Model, cpu: 0 | 1) => m.taken[side][cpu];
	const acknowledge: Step = (m, cpu) => {
		if (!m.agreesOnNext(cpu, side) || m.hidesGroup1(cpu, side)) return;
		const value = m.read(cpu, `${side}_IAR`);
		if ((value & 0x3ff) < 1020) taken(m, cpu).running.push(value);
	};
	const end: Step = (m, cpu) => {
		const value = taken(m, cpu).running.pop();
		if (value === undefined) return;
		if (m.peek(cpu, `${side}_CTLR`) & 0x200) taken(m, cpu).dropped.push(value);
		m.write(cpu, `${side}_EOIR`, value);
	};
	const deactivate: Step = (m, cpu, pick) => {
		const { dropped } = taken(m, cpu);
		if (dropped.length === 0) return;
		const [value] = dropped.splice(pick(dropped.length), 1);
		m.write(cpu, `${side}_DIR`, value!);
	};
	return [
		...[0, 1, 2, 3].map(() => acknowledge),
		...[end, end, end, deactivate, deactivate],
		(m, cpu, pick) => m.write(cpu, `${side}_PMR`, pick(4) ? 0xff : pick(0x100)),
		(m, cpu, pick) => {
			const idle = m.isIdle(cpu, side);
			const now = m.peek(cpu, `${side}_CTLR`);
			const enables = pick(4) ? 3 : pick(4);
			// Which end is which, and what the binary points are, changes between interrupts only.
			const ctlr = idle ? (pick(0x400) & 0x21c) | enables : (now & ~0xf) | (pick(4) << 2) | enables;
			m.write(cpu, `${side}_CTLR`, ctlr);
		},
		(m, cpu, pick) => {
			if (m.isIdle(cpu, side)) m.write(cpu, `${side}_BPR`, 2 + pick(6));
		},
		(m, cpu, pick) => {
			if (m.isIdle(cpu, side)) m.write(cpu, `${side}_ABPR`, 3 + pick(5));
		}
	];
};

const hypervisor: readonly Step[] = [
	...[0, 1, 2, 3].map((): Step => (m, cpu, pick) => {
		const n = pick(4);
		if ((m.peek(cpu, 'GICH_ELRSR0') & (1 << n)) === 0) return;
		// No two list registers have the same number, as the architecture demands.
		const sgi = pick(4) === 0;
		const id = sgi ? 4 * pick(4) + n : 32 + 4 * pick(16) + n;
		const state = [1, 1, 1, 1, 3, 2][pick(6)]!;
		let value = id + state * 2 ** 28 + pick(32) * 2 ** 23 + pick(2) * 2 ** 30;
		// QEMU does not look at the sender when one is ended, so each has always the same.
		if (sgi) value += (id & 7) * 1024;
		else if (pick(2)) {
			const physical = 16 + pick(5);
			if (!m.isTaken(physical)) {
				m.write(cpu, 'GICD_ISACTIVER0', 1 << physical);
				value += 2 ** 31 + physical * 1024;
			}
		} else value += pick(2) * 2 ** 19;
		m.write(cpu, `GICH_LR${n}`, value);
	}),
	(m, cpu, pick) => {
		// Takes one out, whatever its state: what it was of may be ended later, and is counted then.
		const n = pick(4);
		if (pick(3) === 0) m.write(cpu, `GICH_LR${n}`, 0);
	},
	(m, cpu) => {
		const ended = m.peek(cpu, 'GICH_EISR0');
		for (let n = 0; n < 4; n++) if (ended & (1 << n)) m.write(cpu, `GICH_LR${n}`, 0);
	},
	(m, cpu, pick) =>
		m.write(cpu, 'GICH_HCR', ((pick(32) << 27) | pick(0x100) | (pick(6) ? 1 : 0)) >>> 0),
	(m, cpu, pick) => m.write(cpu, 'GICH_HCR', 1 | (pick(2) << (1 + pick(7)))),
	(m, cpu, pick) => {
		const [pmr, enables] = [pick(4) ? 0x1f : pick(32), pick(4) ? 3 : pick(4)];
		const now = m.peek(cpu, 'GICH_VMCR');
		const points = m.isIdle(cpu, 'GICV')
			? ((2 + pick(6)) << 21) | ((3 + pick(5)) << 18) | (pick(0x400) & 0x210)
			: now & 0x00fc_0210;
		m.write(cpu, 'GICH_VMCR', (pmr * 2 ** 27 + points + (pick(4) << 2) + enables) >>> 0);
	},
	(m, cpu, pick) => {
		// A world switch away and back, or to a guest that has something running.
		const apr = m.isIdle(cpu, 'GICV') ? (pick(8) ? 0 : word(pick)) : m.peek(cpu, 'GICH_APR');
		m.write(cpu, 'GICH_APR', apr);
	}
];

const shownPhysical = [
	...['ISENABLER', 'ISPENDR', 'ISACTIVER', 'IGROUPR', 'ICENABLER', 'ICPENDR', 'ICACTIVER'].flatMap(
		(name) => [0, 1, 2].map((n) => `GICD_${name}${n}`)
	),
	...['SPENDSGIR', 'CPENDSGIR'].flatMap((name) => [0, 1, 2, 3].map((n) => `GICD_${name}${n}`)),
	...[0, 2, 3, 4, 5].map((n) => `GICD_ICFGR${n}`),
	...['CTLR', 'PMR', 'BPR', 'ABPR', 'RPR', 'RPR'].map((name) => `GICC_${name}`)
];
const shownVirtual = [
	...['HCR', 'VTR', 'VMCR', 'MISR', 'MISR', 'EISR0', 'ELRSR0', 'APR'].map((name) => `GICH_${name}`),
	...[0, 1, 2, 3].map((n) => `GICH_LR${n}`),
	...['CTLR', 'PMR', 'BPR', 'ABPR', 'RPR'].map((name) => `GICV_${name}`)
];

function look(m: Model, cpu: 0 | 1, pick: Pick): void {
	for (let n = 0; n < 2; n++) m.read(cpu, shownPhysical[pick(shownPhysical.length)]!);
	for (let n = 0; n < 2; n++) m.read(cpu, shownVirtual[pick(shownVirtual.length)]!);
	m.read(cpu, `GICD_${pick(2) ? 'IPRIORITYR' : 'ITARGETSR'}${pick(24)}`);
	for (const side of ['GICC', 'GICV'] as const) {
		if (!m.agreesOnNext(cpu, side)) continue;
		if (m.isAboveMask(cpu, side)) m.read(cpu, `${side}_HPPIR`);
		const { irq, fiq } = m.lines(cpu);
		if (side === 'GICC') m.readLines(cpu, 'physicalLines');
		// A physical interrupt would come before the guest can look.
		else if (!irq && !fiq && m.agreesOnNext(cpu, 'GICC')) m.readLines(cpu, 'virtualLines');
	}
}

/** A sequence of `steps` random doings by two CPUs, with random looks at what came of them. */
export function randomAccesses(seed: number, steps: number): readonly Access[] {
	const pick = numbersFrom(seed);
	const m = new Model();
	const groups = [distributor, interfaceSteps('GICC'), interfaceSteps('GICV'), hypervisor];
	m.write(0, 'GICD_CTLR', 3);
	for (const cpu of [0, 1] as const) {
		m.write(cpu, 'GICH_HCR', 1);
		for (const side of ['GICC', 'GICV'] as const) {
			m.write(cpu, `${side}_PMR`, 0xff);
			m.write(cpu, `${side}_BPR`, 2);
			m.write(cpu, `${side}_ABPR`, 3);
			m.write(cpu, `${side}_CTLR`, pick(4) ? 3 : 7);
		}
	}
	for (let id = 0; id < 32 * WORDS; id++) {
		m.writeByte(id & 1 ? 1 : 0, 'GICD_IPRIORITYR0', id, priority(pick));
		if (id >= 32) m.writeByte(0, 'GICD_ITARGETSR0', id, 1 + pick(2));
	}
	for (let n = 0; n < WORDS; n++) m.write(n & 1 ? 1 : 0, `GICD_ISENABLER${n}`, 0xffff_ffff);
	for (let n = 0; n < steps; n++) {
		const cpu = pick(2) as 0 | 1;
		const group = groups[pick(groups.length)]!;
		group[pick(group.length)]!(m, cpu, pick);
		look(m, cpu, pick);
	}
	return m.accesses;
}

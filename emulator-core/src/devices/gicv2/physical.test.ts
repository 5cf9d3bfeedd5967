import { beforeEach, describe, expect, it } from 'vitest';
import { GicBench } from './gic-bench.ts';

let gic: GicBench;
beforeEach(() => {
	gic = new GicBench();
});

describe('a GICv2 that software probes', () => {
	it('says how many interrupts and CPUs it has, and who made it', () => {
		expect(gic.read('GICD_TYPER')).toBe(8); // 32 * 9 INTIDs, one CPU
		expect(new GicBench(4).read('GICD_TYPER')).toBe(0x68);
		expect(gic.read('GICD_IIDR') & 0xfff).toBe(0x43b);
		expect(gic.read('GICC_IIDR') & 0xff0fff).toBe(0x0002_043b); // Linux 6.1 tests for this
		expect(gic.gic.gicd.read(0xfe8, 4)).toBe(0x2b); // ICPIDR2: architecture revision 2
	});

	it('reads its own CPU in ITARGETSR0-7, on a uniprocessor too', () => {
		expect([gic.read('GICD_ITARGETSR0'), gic.read('GICD_ITARGETSR7')]).toEqual([
			...[0x0101_0101, 0x0101_0101]
		]);
		gic.write('GICD_ITARGETSR0', 0xffff_ffff);
		expect(gic.read('GICD_ITARGETSR0')).toBe(0x0101_0101);
		const four = new GicBench(4);
		four.cpu = 2;
		expect(four.read('GICD_ITARGETSR3')).toBe(0x0404_0404);
	});

	it('keeps only the targets of CPUs that exist, and takes single bytes', () => {
		const four = new GicBench(4);
		four.write('GICD_ITARGETSR8', 0xffff_ffff);
		expect(four.read('GICD_ITARGETSR8')).toBe(0x0f0f_0f0f);
		four.writeByte('GICD_ITARGETSR8', 1, 0x02);
		expect(four.read('GICD_ITARGETSR8')).toBe(0x0f0f_020f);
	});

	it('implements five bits of priority, byte by byte', () => {
		gic.write('GICD_IPRIORITYR8', 0xffa7_0f08);
		expect(gic.read('GICD_IPRIORITYR8')).toBe(0xf8a0_0808);
		gic.writeByte('GICD_IPRIORITYR8', 2, 0x50);
		expect(gic.readByte('GICD_IPRIORITYR8', 2)).toBe(0x50);
		gic.write('GICC_PMR', 0xff);
		expect(gic.read('GICC_PMR')).toBe(0xf8);
	});

	it('has SGIs always enabled and edge-triggered, PPIs always level-sensitive', () => {
		gic.write('GICD_ICENABLER0', 0xffff_ffff);
		expect(gic.read('GICD_ISENABLER0')).toBe(0x0000_ffff);
		gic.write('GICD_ICFGR0', 0);
		gic.write('GICD_ICFGR1', 0xffff_ffff);
		gic.write('GICD_ICFGR2', 0xffff_ffff);
		expect(gic.read('GICD_ICFGR0')).toBe(0xaaaa_aaaa);
		expect(gic.read('GICD_ICFGR1')).toBe(0);
		expect(gic.read('GICD_ICFGR2')).toBe(0xaaaa_aaaa);
	});

	it('has nothing beyond its last interrupt', () => {
		const seen: number[] = [];
		gic.gic.gicd.onUnlisted = ({ offset }) => seen.push(offset);
		expect([gic.read('GICD_ISENABLER9'), gic.read('GICD_IPRIORITYR72')]).toEqual([0, 0]);
		expect(seen).toEqual([0x124, 0x520]);
	});
});

describe('the life of a level-sensitive interrupt', () => {
	it('goes from pending to active to pending again while its line stays high', () => {
		gic.start();
		const uart = gic.connect(33);
		uart.set(true);
		expect([gic.high, gic.read('GICD_ISPENDR1')]).toEqual(['irq', 2]);
		expect(gic.read('GICC_IAR')).toBe(33);
		expect([gic.high, gic.read('GICD_ISACTIVER1'), gic.read('GICD_ISPENDR1')]).toEqual(['', 2, 2]);
		expect(gic.read('GICC_IAR')).toBe(1023);
		gic.write('GICC_EOIR', 33);
		expect([gic.high, gic.read('GICD_ISACTIVER1')]).toEqual(['irq', 0]);
		uart.set(false);
		expect([gic.high, gic.read('GICD_ISPENDR1'), gic.read('GICC_IAR')]).toEqual(['', 0, 1023]);
	});

	it('cannot be unpended with ICPENDR while the line is high', () => {
		gic.start();
		gic.connect(33).set(true);
		gic.write('GICD_ICPENDR1', 2);
		expect(gic.read('GICD_ISPENDR1')).toBe(2);
	});

	it('pended by ISPENDR stays pending without a line, until it is acknowledged', () => {
		gic.start();
		gic.connect(33);
		gic.write('GICD_ISPENDR1', 2);
		expect(gic.high).toBe('irq');
		expect(gic.read('GICC_IAR')).toBe(33);
		gic.write('GICC_EOIR', 33);
		expect([gic.high, gic.read('GICD_ISPENDR1')]).toEqual(['', 0]);
	});
});

describe('the life of an edge-triggered interrupt', () => {
	it('remembers an edge whose line has gone down', () => {
		gic.start();
		const line = gic.connect(48, 0xa0, true);
		line.set(true);
		line.set(false);
		expect([gic.high, gic.read('GICC_IAR'), gic.high]).toEqual(['irq', 48, '']);
		gic.write('GICC_EOIR', 48);
		expect(gic.high).toBe('');
	});

	it('remembers an edge that comes while it is active', () => {
		gic.start();
		const line = gic.connect(48, 0xa0, true);
		line.set(true);
		gic.read('GICC_IAR');
		line.set(false);
		line.set(true);
		expect(gic.high).toBe('');
		gic.write('GICC_EOIR', 48);
		expect([gic.high, gic.read('GICC_IAR')]).toEqual(['irq', 48]);
	});

	it('does not come again for a line that merely stays high', () => {
		gic.start();
		const line = gic.connect(48, 0xa0, true);
		line.set(true);
		line.set(true);
		gic.read('GICC_IAR');
		gic.write('GICC_EOIR', 48);
		expect(gic.high).toBe('');
	});

	it('can be unpended with ICPENDR', () => {
		gic.start();
		gic.connect(48, 0xa0, true).set(true);
		gic.write('GICD_ICPENDR1', 1 << 16);
		expect(gic.high).toBe('');
	});
});

describe('what keeps an interrupt from its CPU', () => {
	it.each([
		['GICD_CTLR is 0', 'GICD_CTLR', 0],
		['GICC_CTLR is 0', 'GICC_CTLR', 0],
		['it is disabled', 'GICD_ICENABLER1', 2],
		['it is active already', 'GICD_ISACTIVER1', 2],
		['it is aimed at no CPU', 'GICD_ITARGETSR8', 0],
		['the mask is not above its priority', 'GICC_PMR', 0xa0]
	])('%s', (_, register, value) => {
		gic.start();
		gic.connect(33).set(true);
		expect(gic.high).toBe('irq');
		gic.write(register, value);
		expect([gic.high, gic.read('GICC_IAR')]).toEqual(['', 1023]);
	});

	it('and HPPIR names it even when the mask holds it back', () => {
		gic.start();
		gic.connect(33).set(true);
		gic.write('GICC_PMR', 0x10);
		expect(gic.read('GICC_HPPIR')).toBe(33);
	});
});

describe('priorities', () => {
	it('the smaller number goes first, and of equals the lower INTID', () => {
		gic.start();
		for (const [id, priority] of [
			[40, 0x80],
			[41, 0x40],
			[35, 0x80]
		])
			gic.connect(id, priority).set(true);
		const order = [0, 1, 2].map(() => {
			const id = gic.read('GICC_IAR');
			gic.write('GICD_ICENABLER1', 1 << (id - 32));
			gic.write('GICC_EOIR', id);
			return id;
		});
		expect(order).toEqual([41, 35, 40]);
	});

	it('a more urgent interrupt preempts, and ends leave in reverse order', () => {
		gic.start();
		gic.connect(40, 0x80).set(true);
		expect([gic.read('GICC_IAR'), gic.read('GICC_RPR')]).toEqual([40, 0x80]);
		const urgent = gic.connect(41, 0x40);
		urgent.set(true);
		expect([gic.high, gic.read('GICC_IAR'), gic.read('GICC_RPR')]).toEqual(['irq', 41, 0x40]);
		expect(gic.read('GICC_APR0')).toBe((1 << 16) | (1 << 8));
		urgent.set(false);
		gic.write('GICC_EOIR', 41);
		expect(gic.read('GICC_RPR')).toBe(0x80);
		gic.write('GICC_EOIR', 40);
		expect([gic.read('GICC_RPR'), gic.read('GICC_APR0')]).toEqual([0xff, 0]);
	});

	it('an equal one does not preempt', () => {
		gic.start();
		gic.connect(40, 0x80).set(true);
		gic.read('GICC_IAR');
		gic.connect(34, 0x80).set(true);
		expect([gic.high, gic.read('GICC_IAR'), gic.read('GICC_HPPIR')]).toEqual(['', 1023, 34]);
	});

	it('the binary point makes close ones equal', () => {
		gic.start();
		gic.write('GICC_BPR', 5); // bits 7:6 decide
		gic.connect(40, 0x78).set(true);
		expect([gic.read('GICC_IAR'), gic.read('GICC_RPR')]).toEqual([40, 0x40]);
		gic.connect(41, 0x48).set(true);
		expect(gic.high).toBe('');
		gic.connect(42, 0x38).set(true);
		expect([gic.high, gic.read('GICC_IAR')]).toEqual(['irq', 42]);
	});

	it('the binary points have their smallest values', () => {
		gic.write('GICC_BPR', 0);
		gic.write('GICC_ABPR', 0);
		expect([gic.read('GICC_BPR'), gic.read('GICC_ABPR')]).toEqual([2, 3]);
	});
});

describe('EOImode 1, as a host with KVM runs', () => {
	it('EOIR drops the priority only, DIR deactivates', () => {
		gic.start(0x201);
		gic.connect(33).set(true);
		gic.read('GICC_IAR');
		gic.write('GICC_EOIR', 33);
		expect([gic.read('GICC_RPR'), gic.read('GICD_ISACTIVER1'), gic.high]).toEqual([0xff, 2, '']);
		gic.write('GICC_DIR', 33);
		expect([gic.read('GICD_ISACTIVER1'), gic.high]).toEqual([0, 'irq']);
	});

	it('DIR does nothing in EOImode 0', () => {
		gic.start();
		gic.connect(33).set(true);
		gic.read('GICC_IAR');
		gic.write('GICC_DIR', 33);
		expect(gic.read('GICD_ISACTIVER1')).toBe(2);
	});

	it('ISACTIVER and ICACTIVER write the active state of a PPI, as KVM does for the virtual timer', () => {
		gic.start(0x201);
		gic.connect(27).set(true);
		gic.write('GICD_ISACTIVER0', 1 << 27);
		expect(gic.high).toBe('');
		gic.write('GICD_ICACTIVER0', 1 << 27);
		expect(gic.high).toBe('irq');
	});
});

describe('a spurious acknowledge', () => {
	it('is 1023, and its end changes nothing', () => {
		gic.start();
		gic.connect(33).set(true);
		gic.read('GICC_IAR');
		expect(gic.read('GICC_IAR')).toBe(1023);
		gic.write('GICC_EOIR', 1023);
		expect(gic.read('GICC_RPR')).toBe(0xa0);
	});
});

describe('SGIs', () => {
	it('a CPU interrupts itself, by filter or by list', () => {
		gic.start();
		for (const sgir of [0x0200_0003, 0x0001_0003]) {
			gic.write('GICD_SGIR', sgir);
			expect([gic.high, gic.read('GICC_IAR')]).toEqual(['irq', 3]);
			gic.write('GICC_EOIR', 3);
			expect(gic.high).toBe('');
		}
	});

	it('carry the number of their sender, and two senders are two interrupts', () => {
		gic = new GicBench(4);
		gic.start();
		for (gic.cpu of [2, 1]) gic.write('GICD_SGIR', 0x0001_0005);
		gic.cpu = 0;
		gic.write('GICC_PMR', 0xf0);
		gic.write('GICC_CTLR', 1);
		expect(gic.read('GICD_SPENDSGIR1')).toBe(0x0000_0600);
		expect(gic.read('GICC_IAR')).toBe(5 | (1 << 10));
		gic.write('GICC_EOIR', 5 | (1 << 10));
		expect(gic.read('GICC_IAR')).toBe(5 | (2 << 10));
		gic.write('GICC_EOIR', 5 | (2 << 10));
		expect(gic.high).toBe('');
	});

	it('go to all others but not to their sender', () => {
		gic = new GicBench(3);
		for (gic.cpu of [0, 1, 2]) gic.start();
		gic.cpu = 1;
		gic.write('GICD_SGIR', 0x0100_0000);
		const high = [0, 1, 2].map((cpu) => gic.outputs[cpu].irq.level);
		expect(high).toEqual([true, false, true]);
	});

	it('are set and cleared byte by byte in SPENDSGIR and CPENDSGIR, not by ISPENDR', () => {
		gic.start();
		gic.write('GICD_ISPENDR0', 0xffff);
		expect(gic.high).toBe('');
		gic.writeByte('GICD_SPENDSGIR1', 2, 0xff); // SGI 6, senders that exist
		expect([gic.read('GICD_SPENDSGIR1'), gic.high]).toEqual([0x0001_0000, 'irq']);
		gic.write('GICD_ICPENDR0', 0xffff);
		expect(gic.high).toBe('irq');
		gic.writeByte('GICD_CPENDSGIR1', 2, 1);
		expect([gic.read('GICD_CPENDSGIR1'), gic.high]).toEqual([0, '']);
	});
});

describe('groups', () => {
	beforeEach(() => {
		gic.write('GICD_CTLR', 3);
		gic.write('GICC_PMR', 0xf0);
		gic.write('GICD_IGROUPR1', 2); // INTID 33 in group 1, the others in group 0
		gic.write('GICC_CTLR', 3);
	});

	it('FIQEn turns group 0 into FIQs', () => {
		const line = gic.connect(34);
		line.set(true);
		expect(gic.high).toBe('irq');
		gic.write('GICC_CTLR', 0xb);
		expect(gic.high).toBe('fiq');
		line.set(false);
		gic.connect(33).set(true);
		expect(gic.high).toBe('irq');
	});

	it('IAR answers 1022 for group 1 unless AckCtl is set; AIAR takes it', () => {
		gic.connect(33).set(true);
		expect([gic.read('GICC_IAR'), gic.read('GICC_HPPIR')]).toEqual([1022, 1022]);
		expect([gic.read('GICC_AHPPIR'), gic.read('GICC_AIAR')]).toEqual([33, 33]);
		gic.write('GICC_AEOIR', 33);
		gic.write('GICC_CTLR', 7);
		expect(gic.read('GICC_IAR')).toBe(33);
	});

	it('AIAR does not take group 0', () => {
		gic.connect(34).set(true);
		expect([gic.read('GICC_AIAR'), gic.read('GICC_AHPPIR')]).toEqual([1023, 1023]);
	});

	it('each has its enable in GICD_CTLR', () => {
		gic.connect(33).set(true);
		gic.write('GICD_CTLR', 1);
		expect(gic.high).toBe('');
		gic.connect(34).set(true);
		expect(gic.high).toBe('irq');
	});

	it('each has its enable in GICC_CTLR; what it holds back hides what is less urgent', () => {
		gic.connect(33, 0x40).set(true);
		gic.connect(34, 0x80).set(true);
		gic.write('GICC_CTLR', 1);
		expect([gic.high, gic.read('GICC_HPPIR'), gic.read('GICC_IAR')]).toEqual(['', 1023, 1023]);
		expect(gic.read('GICC_AHPPIR')).toBe(1023);
		// The distributor's enable takes it out of the choice instead.
		gic.write('GICD_CTLR', 1);
		expect([gic.high, gic.read('GICC_HPPIR'), gic.read('GICC_IAR')]).toEqual(['irq', 34, 34]);
	});

	it('IAR says 1022 only of what is urgent enough to be signalled, HPPIR of all', () => {
		gic.connect(34, 0x40).set(true);
		gic.connect(33, 0x80).set(true);
		expect(gic.read('GICC_IAR')).toBe(34);
		expect([gic.read('GICC_HPPIR'), gic.read('GICC_IAR')]).toEqual([1022, 1023]);
	});

	it('a coarse binary point of group 1 does not let it preempt what is more urgent', () => {
		gic.write('GICC_CTLR', 7);
		gic.write('GICC_ABPR', 6); // group 1: bits 7:6 decide
		gic.connect(34, 0x48).set(true); // group 0: all five bits
		expect([gic.read('GICC_IAR'), gic.read('GICC_RPR')]).toEqual([34, 0x48]);
		const line = gic.connect(33, 0x78);
		line.set(true);
		expect([gic.high, gic.read('GICC_IAR')]).toEqual(['', 1023]);
		gic.writeByte('GICD_IPRIORITYR0', 33, 0x40);
		expect(gic.high).toBe('');
		gic.writeByte('GICD_IPRIORITYR0', 33, 0x3f);
		expect([gic.high, gic.read('GICC_IAR'), gic.read('GICC_RPR')]).toEqual(['irq', 33, 0]);
	});

	it('CBPR gives both the binary point of group 0', () => {
		gic.write('GICC_ABPR', 6); // group 1: bits 7:6 decide
		gic.write('GICC_CTLR', 7);
		gic.connect(33, 0x78).set(true);
		expect([gic.read('GICC_IAR'), gic.read('GICC_RPR')]).toEqual([33, 0x40]);
		gic.write('GICC_EOIR', 33);
		gic.write('GICC_CTLR', 0x17);
		expect([gic.read('GICC_IAR'), gic.read('GICC_RPR')]).toEqual([33, 0x78]);
	});
});

describe('several CPUs', () => {
	it('have their own private interrupts and share the others by target', () => {
		gic = new GicBench(2);
		gic.write('GICD_CTLR', 1);
		for (gic.cpu of [0, 1]) {
			gic.write('GICC_PMR', 0xf0);
			gic.write('GICC_CTLR', 1);
		}
		gic.cpu = 1;
		gic.connect(27).set(true);
		const levels = () => gic.outputs.map(({ irq }) => irq.level);
		expect(levels()).toEqual([false, true]);
		gic.cpu = 0;
		expect(gic.read('GICD_ISPENDR0')).toBe(0);
		gic.connect(33).set(true);
		expect(levels()).toEqual([true, true]);
		gic.writeByte('GICD_ITARGETSR0', 33, 2);
		expect(levels()).toEqual([false, true]);
	});

	it('take a shared interrupt once: the one that acknowledges first has it', () => {
		gic = new GicBench(2);
		for (gic.cpu of [1, 0]) gic.start();
		gic.connect(33).set(true);
		gic.writeByte('GICD_ITARGETSR0', 33, 3);
		const levels = () => gic.outputs.map(({ irq }) => irq.level);
		expect(levels()).toEqual([true, true]);
		expect(gic.read('GICC_IAR')).toBe(33);
		expect(levels()).toEqual([false, false]);
		gic.cpu = 1;
		expect(gic.read('GICC_IAR')).toBe(1023);
	});

	it('number 1 to 8', () => {
		expect(() => new GicBench(9)).toThrow('1 to 8 CPUs');
	});
});

describe('a restored GIC', () => {
	it('is where it was, outputs included', () => {
		const fresh = new GicBench();
		gic.start();
		gic.connect(40, 0x80).set(true);
		gic.read('GICC_IAR');
		gic.connect(48, 0x40, true).set(true);
		gic.write('GICD_SGIR', 0x0200_0003);
		for (const part of ['gicd', 'gicc', 'gich', 'gicv'] as const) {
			const saved = JSON.parse(JSON.stringify(gic.gic[part].snapshotState()));
			fresh.gic[part].restoreState(saved);
			expect(fresh.gic[part].snapshotState()).toEqual(saved);
		}
		expect([fresh.high, fresh.read('GICC_RPR'), fresh.read('GICC_IAR')]).toEqual(['irq', 0x80, 3]);
		expect(fresh.read('GICC_HPPIR')).toBe(48);
	});
});

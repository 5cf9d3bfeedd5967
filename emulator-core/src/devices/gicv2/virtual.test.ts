import { beforeEach, describe, expect, it } from 'vitest';
import { GicBench } from './gic-bench.ts';

/** A software interrupt with INTID 33, pending, priority 0. */
const PENDING_33 = 0x1000_0021;
const EOI_BIT = 1 << 19;
/** The state field of a list register. */
const stateOf = (lr: number) => (lr >>> 28) & 3;

let gic: GicBench;

/** A host that has set up its side, and a guest that has written 1 to "GICC_CTLR" and 0xff to "GICC_PMR". */
beforeEach(() => {
	gic = new GicBench();
	gic.start(0x201);
	gic.write('GICH_HCR', 1);
	gic.write('GICV_PMR', 0xff);
	gic.write('GICV_CTLR', 1);
});

describe('the virtual CPU interface as the hypervisor sees it', () => {
	it('has four list registers and five bits of priority', () => {
		expect(gic.read('GICH_VTR')).toBe(0x9000_0003);
	});

	it('keeps the guest’s CTLR, PMR and binary points in VMCR', () => {
		expect(new GicBench().read('GICH_VMCR')).toBe(0x004c_0000);
		expect(gic.read('GICH_VMCR')).toBe(0xf84c_0001);
		gic.write('GICH_VMCR', 0x8094_0201);
		expect([gic.read('GICV_CTLR'), gic.read('GICV_PMR')]).toEqual([0x201, 0x80]);
		expect([gic.read('GICV_BPR'), gic.read('GICV_ABPR')]).toEqual([4, 5]);
	});

	it('starts with every list register free', () => {
		expect([gic.read('GICH_ELRSR0'), gic.read('GICH_EISR0')]).toEqual([0xf, 0]);
	});
});

describe('the life of an edge interrupt, injected by software', () => {
	it('pending, acknowledged, ended: and the hypervisor is not disturbed', () => {
		gic.write('GICH_LR0', PENDING_33);
		expect([gic.high, gic.read('GICH_ELRSR0')]).toEqual(['virq', 0xe]);
		expect(gic.read('GICV_IAR')).toBe(33);
		expect([gic.high, gic.read('GICH_LR0'), gic.read('GICH_APR')]).toEqual(['', 0x2000_0021, 1]);
		expect(gic.read('GICV_RPR')).toBe(0);
		gic.write('GICV_EOIR', 33);
		expect([stateOf(gic.read('GICH_LR0')), gic.read('GICH_APR')]).toEqual([0, 0]);
		expect([gic.read('GICH_ELRSR0'), gic.read('GICH_EISR0')]).toEqual([0xf, 0]);
		expect([gic.read('GICH_MISR'), gic.high]).toEqual([0, '']);
	});

	it('pending and active: the second half waits for the end of the first', () => {
		gic.write('GICH_LR0', 0x3000_0021);
		gic.write('GICH_APR', 1);
		expect(gic.high).toBe('');
		gic.write('GICV_EOIR', 33);
		expect([gic.read('GICH_LR0'), gic.high]).toEqual([PENDING_33, 'virq']);
	});
});

describe('the life of a level interrupt, injected by software with the EOI bit', () => {
	it('its end raises the maintenance interrupt, so that the hypervisor samples the line again', () => {
		gic.connect(25);
		gic.write('GICH_LR2', PENDING_33 | EOI_BIT);
		gic.read('GICV_IAR');
		expect(gic.high).toBe('');
		gic.write('GICV_EOIR', 33);
		expect([gic.read('GICH_EISR0'), gic.read('GICH_ELRSR0')]).toEqual([4, 0xb]);
		expect([gic.read('GICH_MISR'), gic.high]).toEqual([1, 'irq']);
		expect(gic.read('GICC_IAR')).toBe(25);
		gic.write('GICC_EOIR', 25);
		gic.write('GICH_LR2', 0);
		gic.write('GICC_DIR', 25);
		expect([gic.read('GICH_MISR'), gic.read('GICH_EISR0'), gic.high]).toEqual([0, 0, '']);
	});

	it('raises nothing while GICH_HCR.En is 0, as after a world switch', () => {
		gic.connect(25);
		gic.write('GICH_LR0', PENDING_33 | EOI_BIT);
		gic.read('GICV_IAR');
		gic.write('GICV_EOIR', 33);
		gic.write('GICH_HCR', 0);
		expect([gic.read('GICH_EISR0'), gic.high]).toEqual([1, '']);
	});
});

describe('the life of a hardware interrupt: the virtual timer under a Linux 6.1 host', () => {
	it('0x90006c1b, 0xa0006c1b, free: and physical INTID 27 is inactive again', () => {
		const timer = gic.connect(27);
		timer.set(true);
		expect([gic.high, gic.read('GICC_IAR')]).toEqual(['irq', 27]);
		gic.write('GICC_EOIR', 27); // drops the priority; no DIR, the guest will do that
		expect([gic.high, gic.read('GICD_ISACTIVER0')]).toEqual(['', 1 << 27]);

		gic.write('GICH_LR0', 0x9000_6c1b);
		expect(gic.high).toBe('virq');
		expect(gic.read('GICV_IAR')).toBe(27);
		expect([gic.read('GICH_LR0'), gic.read('GICH_APR')]).toEqual([0xa000_6c1b, 1]);

		timer.set(false);
		gic.write('GICV_EOIR', 27);
		expect([stateOf(gic.read('GICH_LR0')), gic.read('GICH_ELRSR0')]).toEqual([0, 0xf]);
		expect([gic.read('GICH_APR'), gic.read('GICD_ISACTIVER0'), gic.high]).toEqual([0, 0, '']);
		gic.write('GICH_LR0', 0);
		expect(gic.read('GICH_LR0')).toBe(0);

		timer.set(true);
		expect([gic.high, gic.read('GICC_IAR')]).toEqual(['irq', 27]);
	});

	it('its bit 19 is part of the physical number, not an EOI bit', () => {
		gic.write('GICH_LR0', 0xa008_0021);
		gic.write('GICV_EOIR', 33);
		expect([gic.read('GICH_EISR0'), gic.read('GICH_ELRSR0')]).toEqual([0, 0xf]);
	});
});

describe('what keeps a virtual interrupt from the guest', () => {
	it.each([
		['GICH_HCR.En is 0', 'GICH_HCR', 0],
		['the guest has its interface off', 'GICV_CTLR', 0],
		['the guest’s mask', 'GICV_PMR', 0x40],
		['a higher priority runs', 'GICH_APR', 1 << 4]
	])('%s', (_, register, value) => {
		gic.write('GICH_LR0', 0x1400_0021); // priority 8: 0x40
		expect(gic.high).toBe('virq');
		gic.write(register, value);
		expect([gic.high, gic.read('GICV_IAR')]).toEqual(['', 1023]);
	});

	it('priority 0, which Linux 3.14 writes, beats every mask but 0', () => {
		gic.write('GICH_LR0', PENDING_33);
		gic.write('GICV_PMR', 8);
		expect(gic.high).toBe('virq');
		gic.write('GICV_PMR', 0);
		expect(gic.high).toBe('');
	});
});

describe('several list registers', () => {
	it('are taken by priority, and of equals the first goes first', () => {
		const lrs = [0x1500_0028, 0x1400_0029, 0x1500_0023, 0x1080_0021];
		lrs.forEach((lr, n) => gic.write(`GICH_LR${n}`, lr));
		const order = lrs.map(() => {
			const id = gic.read('GICV_IAR');
			gic.write('GICV_EOIR', id);
			return id;
		});
		expect(order).toEqual([33, 41, 40, 35]);
	});

	it('preempt one another within the guest', () => {
		gic.write('GICH_LR0', 0x1500_0028); // 40, priority 0x50
		expect(gic.read('GICV_IAR')).toBe(40);
		gic.write('GICH_LR1', 0x1080_0021); // 33, priority 0x08
		expect([gic.high, gic.read('GICV_HPPIR'), gic.read('GICV_IAR')]).toEqual(['virq', 33, 33]);
		expect(gic.read('GICH_APR')).toBe((1 << 10) | (1 << 1));
		gic.write('GICV_EOIR', 33);
		expect(gic.read('GICV_RPR')).toBe(0x50);
	});
});

describe('virtual SGIs', () => {
	it('carry the sending virtual CPU, and the end must name it', () => {
		gic.write('GICH_LR0', 0x1000_0003);
		gic.write('GICH_LR1', 0x1000_0403);
		expect(gic.read('GICV_IAR')).toBe(3);
		gic.write('GICV_EOIR', 3);
		expect(gic.read('GICV_IAR')).toBe(0x403);
		gic.write('GICV_EOIR', 0x403);
		expect(gic.read('GICH_ELRSR0')).toBe(0xf);
	});
});

describe('a virtual interrupt that is no SGI', () => {
	it('has no sender, whatever lies in bits 12 to 10', () => {
		gic.write('GICH_LR0', 0x1000_1c21);
		expect([gic.read('GICV_HPPIR'), gic.read('GICV_IAR')]).toEqual([33, 33]);
		gic.write('GICV_EOIR', 33);
		expect(gic.read('GICH_ELRSR0')).toBe(0xf);
	});
});

describe('virtual groups', () => {
	it('one that the guest has off hides what is less urgent', () => {
		gic.write('GICH_LR0', 0x5100_0021); // group 1, priority 0x10
		gic.write('GICH_LR1', 0x1200_0022); // group 0, priority 0x20
		expect([gic.high, gic.read('GICV_IAR'), gic.read('GICV_HPPIR')]).toEqual(['', 1023, 1023]);
		gic.write('GICV_CTLR', 3);
		expect([gic.high, gic.read('GICV_IAR'), gic.read('GICV_AIAR')]).toEqual(['virq', 1022, 33]);
	});

	it('group 0 is a virtual FIQ when the guest sets FIQEn', () => {
		gic.write('GICH_LR0', PENDING_33);
		gic.write('GICV_CTLR', 9);
		expect(gic.high).toBe('vfiq');
	});

	it('group 1 needs its own enable and is acknowledged through AIAR', () => {
		gic.write('GICH_LR0', (PENDING_33 | (1 << 30)) >>> 0);
		expect(gic.high).toBe('');
		gic.write('GICV_CTLR', 3);
		expect([gic.high, gic.read('GICV_IAR'), gic.read('GICV_AIAR')]).toEqual(['virq', 1022, 33]);
		gic.write('GICV_AEOIR', 33);
		expect(gic.read('GICH_ELRSR0')).toBe(0xf);
	});
});

describe('EOImode of the guest (VMCR.VEM)', () => {
	beforeEach(() => gic.write('GICV_CTLR', 0x201));

	it('splits the end in two: EOIR drops the priority, DIR frees the list register', () => {
		gic.write('GICH_LR0', PENDING_33);
		gic.read('GICV_IAR');
		gic.write('GICV_EOIR', 33);
		expect([gic.read('GICH_LR0'), gic.read('GICH_APR')]).toEqual([0x2000_0021, 0]);
		gic.write('GICV_DIR', 33);
		expect(gic.read('GICH_ELRSR0')).toBe(0xf);
	});

	it('and DIR is what deactivates the physical interrupt', () => {
		gic.connect(27).set(true);
		gic.read('GICC_IAR');
		gic.write('GICC_EOIR', 27);
		gic.write('GICH_LR0', 0x9000_6c1b);
		gic.read('GICV_IAR');
		gic.write('GICV_EOIR', 27);
		expect(gic.read('GICD_ISACTIVER0')).toBe(1 << 27);
		gic.write('GICV_DIR', 27);
		expect(gic.read('GICD_ISACTIVER0')).toBe(0);
	});
});

describe('maintenance reasons', () => {
	beforeEach(() => void gic.connect(25));

	it('underflow (UIE): at most one list register is in use', () => {
		gic.write('GICH_LR0', PENDING_33);
		gic.write('GICH_LR1', PENDING_33 + 1);
		gic.write('GICH_HCR', 3);
		expect([gic.read('GICH_MISR'), gic.high]).toEqual([0, 'virq']);
		gic.read('GICV_IAR');
		gic.write('GICV_EOIR', 33);
		expect([gic.read('GICH_MISR'), gic.high]).toEqual([2, 'irq virq']);
		gic.write('GICH_HCR', 1);
		expect([gic.read('GICH_MISR'), gic.high]).toEqual([0, 'virq']);
	});

	it('no entry present (LRENPIE): the guest ended what no list register holds, and EOICount counts', () => {
		gic.write('GICH_HCR', 5);
		gic.write('GICH_LR0', PENDING_33);
		gic.read('GICV_IAR');
		gic.write('GICH_LR0', 0); // the hypervisor takes it out while it is active
		expect(gic.read('GICH_MISR')).toBe(0);
		gic.write('GICV_EOIR', 33);
		expect([gic.read('GICH_HCR'), gic.read('GICH_MISR')]).toEqual([0x0800_0005, 4]);
		gic.write('GICH_HCR', 5);
		expect(gic.read('GICH_MISR')).toBe(0);
	});

	it('with EOImode 1 it is DIR that counts, not EOIR', () => {
		gic.write('GICV_CTLR', 0x201);
		gic.write('GICH_HCR', 0xf800_0005);
		gic.write('GICH_APR', 1);
		gic.write('GICV_EOIR', 33);
		expect([gic.read('GICH_HCR'), gic.read('GICH_APR')]).toEqual([0xf800_0005, 0]);
		gic.write('GICV_DIR', 33);
		expect([gic.read('GICH_HCR'), gic.read('GICH_MISR')]).toEqual([5, 0]); // 31 and one are 0
		gic.write('GICV_DIR', 33);
		expect([gic.read('GICH_HCR'), gic.read('GICH_MISR')]).toEqual([0x0800_0005, 4]);
	});

	it('an end that drops no priority is not counted', () => {
		gic.write('GICV_EOIR', 33);
		expect(gic.read('GICH_HCR')).toBe(1);
	});

	it('none pending (NPIE)', () => {
		gic.write('GICH_LR0', PENDING_33);
		gic.write('GICH_HCR', 9);
		expect(gic.read('GICH_MISR')).toBe(0);
		gic.read('GICV_IAR');
		expect([gic.read('GICH_MISR'), gic.high]).toEqual([8, 'irq']);
	});

	it('the guest turns a group on or off', () => {
		gic.write('GICH_HCR', 0xf1);
		expect(gic.read('GICH_MISR')).toBe(0x90); // group 0 on, group 1 off
		gic.write('GICV_CTLR', 2);
		expect(gic.read('GICH_MISR')).toBe(0x60);
	});
});

describe('a world switch', () => {
	it('saves and restores a guest in the middle of an interrupt', () => {
		gic.write('GICH_LR0', 0x1500_0028);
		gic.read('GICV_IAR');
		const saved = ['GICH_HCR', 'GICH_VMCR', 'GICH_APR', 'GICH_LR0'].map(
			(name): [string, number] => [name, gic.read(name)]
		);
		for (const [name] of saved) gic.write(name, 0);
		expect(gic.read('GICV_RPR')).toBe(0xff);
		for (const [name, value] of saved) gic.write(name, value);
		expect(gic.read('GICV_RPR')).toBe(0x50);
		gic.write('GICV_EOIR', 40);
		expect([gic.read('GICH_ELRSR0'), gic.read('GICH_APR')]).toEqual([0xf, 0]);
	});

	it('keeps several CPUs apart', () => {
		gic = new GicBench(2);
		gic.cpu = 1;
		gic.write('GICH_LR0', PENDING_33);
		gic.cpu = 0;
		expect([gic.read('GICH_LR0'), gic.read('GICH_ELRSR0')]).toEqual([0, 0xf]);
	});
});

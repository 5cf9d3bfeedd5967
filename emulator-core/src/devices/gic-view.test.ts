import { describe, expect, it } from 'vitest';
import { GenericTimer } from './generic-timer.ts';
import { gicView } from './gic-view.ts';
import { GicBench } from './gicv2/gic-bench.ts';
import { decodeListRegister } from './gicv2/list-register.ts';
import { HandClock } from './test-parts.ts';

function bench() {
	const bench = new GicBench();
	const clock = new HandClock();
	const { gic } = bench;
	const timer = new GenericTimer(clock, {
		secure: gic.ppi(13),
		phys: gic.ppi(14),
		virt: gic.ppi(11),
		hyp: gic.ppi(10)
	});
	return { bench, clock, timer, view: () => gicView({ gic, timers: [timer] }) };
}

describe('the view of the interrupt controller', () => {
	it('is empty at reset', () => {
		const { view } = bench();
		expect(view()).toEqual({
			physical: [],
			gich: {
				...{ hcr: 0, vmcr: 0x004c_0000, misr: 0, eisr: 0, elrsr: 0xf, apr: 0 },
				listRegisters: [0, 0, 0, 0]
			},
			virtualIrq: false,
			timer: {
				now: 0n,
				virtual: { ctl: 0n, cval: 0n, fires: false },
				physical: { ctl: 0n, cval: 0n, fires: false },
				cntvoff: 0n
			}
		});
	});

	it('follows an interrupt and acknowledges nothing', () => {
		const { bench: b, view } = bench();
		b.start();
		const line = b.connect(37, 0xa0);
		const at37 = { id: 37, enabled: true, priority: 0xa0 };
		expect(view().physical).toEqual([{ ...at37, pending: false, active: false }]);
		line.set(true);
		for (let time = 0; time < 3; time++)
			expect(view().physical).toEqual([{ ...at37, pending: true, active: false }]);
		expect(b.high).toBe('irq');
		expect(b.read('GICC_IAR')).toBe(37);
		expect(view().physical).toEqual([{ ...at37, pending: true, active: true }]);
		b.write('GICD_SGIR', 0x0200_0003);
		expect(view().physical.map(({ id, pending }) => [id, pending])).toEqual([
			[3, true],
			[37, true]
		]);
	});

	it('shows list registers and the virtual interrupt that they signal', () => {
		const { bench: b, view } = bench();
		b.write('GICH_LR1', 0x9000_6c1b);
		b.write('GICH_VMCR', 0xf84c_0001);
		expect(view().virtualIrq).toBe(false);
		b.write('GICH_HCR', 1);
		expect(view()).toMatchObject({
			gich: { hcr: 1, vmcr: 0xf84c_0001, elrsr: 0xd, listRegisters: [0, 0x9000_6c1b, 0, 0] },
			virtualIrq: true
		});
		expect(view().virtualIrq).toBe(true);
		expect(b.read('GICV_IAR')).toBe(27);
		expect(view()).toMatchObject({ gich: { apr: 1 }, virtualIrq: false });
		expect(decodeListRegister(view().gich.listRegisters[1]!).state).toBe('active');
	});

	it('shows both timers', () => {
		const { clock, timer, view } = bench();
		timer.cntvoff = 1000n;
		timer.virt.cval = 500n;
		timer.virt.ctl = 3n;
		clock.runTo(1499);
		expect(view().timer.virtual).toEqual({ ctl: 3n, cval: 500n, fires: false });
		clock.runTo(1500);
		expect(view().timer).toEqual({
			now: 1500n,
			cntvoff: 1000n,
			virtual: { ctl: 7n, cval: 500n, fires: true },
			physical: { ctl: 0n, cval: 0n, fires: false }
		});
	});
});

describe('a list register, decoded', () => {
	const empty = { virtualId: 0, physicalId: undefined, cpuId: 0, eoi: false, priority: 0 };
	it.each([
		[0, { ...empty, state: 'invalid', group: 0, hw: false }],
		[
			0x9000_6c1b,
			{
				...{ virtualId: 27, physicalId: 27, cpuId: undefined, eoi: false, priority: 0 },
				...{ state: 'pending', group: 0, hw: true }
			}
		],
		[0x1008_0025, { ...empty, virtualId: 37, eoi: true, state: 'pending', group: 0, hw: false }],
		[
			0x7a00_0c03,
			{
				...{ virtualId: 3, physicalId: undefined, cpuId: 3, eoi: false, priority: 0xa0 },
				...{ state: 'pending+active', group: 1, hw: false }
			}
		]
	])('%#x', (lr, fields) => {
		expect(decodeListRegister(lr)).toEqual(fields);
		// As a signed number, too.
		expect(decodeListRegister(lr | 0)).toEqual(fields);
	});
});

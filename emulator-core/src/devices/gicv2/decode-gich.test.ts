import { describe, expect, it } from 'vitest';
import { decodeGich } from './decode-gich.ts';
import { GicBench } from './gic-bench.ts';
import { decodeListRegister } from './list-register.ts';

const words = (name: string, value: number) =>
	Object.fromEntries(decodeGich(name, value)!.fields.map((f) => [f.name, f.means]));
const value = (name: string, word: number, field: string) =>
	Number(decodeGich(name, word)!.fields.find((f) => f.name === field)!.value);

describe('the registers of GICH taken apart', () => {
	it('says what a list register holds', () => {
		expect(decodeGich('GICH_LR0', 0x9000_6c1b)).toEqual({
			name: 'GICH_LR0',
			purpose: 'a virtual interrupt, put there by the hypervisor',
			value: 0x9000_6c1b,
			fields: [
				{
					name: 'HW',
					bits: [31, 31],
					value: 1n,
					means: 'a hardware interrupt: both ends are deactivated together'
				},
				{ name: 'Grp1', bits: [30, 30], value: 0n, means: 'group 0' },
				{ name: 'State', bits: [29, 28], value: 1n, means: 'pending' },
				{ name: 'Priority', bits: [27, 23], value: 0n, means: 'priority 0x0' },
				{ name: 'RES0', bits: [22, 20], value: 0n, means: '' },
				{ name: 'PhysicalID', bits: [19, 10], value: 27n, means: 'physical interrupt 27' },
				{ name: 'VirtualID', bits: [9, 0], value: 27n, means: 'the guest sees interrupt 27' }
			]
		});
		expect(words('GICH_LR3', 0x1008_0025)).toMatchObject({
			EOI: 'its end raises a maintenance interrupt',
			VirtualID: 'the guest sees interrupt 37'
		});
	});

	it('agrees with what the machine makes of list registers', () => {
		for (const lr of [0x9000_6c1b, 0xa000_6c1b, 0x1008_0025, 0x7a00_0c03, 0xffff_ffff, 0]) {
			const decoded = decodeListRegister(lr);
			expect(value('GICH_LR0', lr, 'VirtualID')).toBe(decoded.virtualId);
			expect(8 * value('GICH_LR0', lr, 'Priority')).toBe(decoded.priority);
			expect(value('GICH_LR0', lr, 'Grp1')).toBe(decoded.group);
			const state = ['invalid', 'pending', 'active', 'pending+active'];
			expect(state[value('GICH_LR0', lr, 'State')]).toBe(decoded.state);
			if (decoded.hw) expect(value('GICH_LR0', lr, 'PhysicalID')).toBe(decoded.physicalId);
			else expect(value('GICH_LR0', lr, 'CPUID')).toBe(decoded.cpuId);
		}
	});

	it('finds what a guest and its hypervisor have set up', () => {
		const bench = new GicBench();
		bench.write('GICV_PMR', 0xf0);
		bench.write('GICV_CTLR', 1);
		bench.write('GICV_BPR', 4);
		bench.write('GICH_HCR', 0x3);
		const vmcr = bench.read('GICH_VMCR');
		expect(words('GICH_VMCR', vmcr)).toMatchObject({
			VMPriMask: 'priorities below 0xf0 are let through',
			VMBP: 'binary point 4',
			VMGrp0En: 'group 0 on',
			VMGrp1En: 'group 1 off',
			VMFIQEn: 'group 0 comes as IRQ'
		});
		expect(words('GICH_HCR', bench.read('GICH_HCR'))).toMatchObject({
			En: 'virtual interrupts are signalled',
			UIE: 'asks for a maintenance interrupt when at most one list register is in use'
		});
		expect(words('GICH_MISR', bench.read('GICH_MISR'))).toMatchObject({
			U: 'maintenance interrupt: at most one list register is in use',
			EOI: ''
		});
		bench.write('GICH_LR1', 0x1800_0025);
		expect(words('GICH_ELRSR0', bench.read('GICH_ELRSR0'))).toEqual({ Status: 'free: 0, 2, 3' });
		expect(bench.read('GICV_IAR')).toBe(37);
		expect(words('GICH_APR', bench.read('GICH_APR'))).toEqual({ Priorities: 'active: 0x80' });
		expect(words('GICH_VTR', bench.read('GICH_VTR'))).toMatchObject({
			ListRegs: '4 list registers'
		});
	});

	it('knows no other name', () => {
		expect(decodeGich('GICD_CTLR', 0)).toBeUndefined();
		expect(decodeGich('toString', 0)).toBeUndefined();
	});
});

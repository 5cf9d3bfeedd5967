/**
 * Every register of the four blocks, one row each: what it is at reset, and what a write leaves of it. The
 * values are those of the GIC architecture specification, version 2.0 (IHI 0048B), chapters 4 (GICD, GICC) and
 * 5 (GICH, GICV), for a GIC with groups, without Security Extensions, with 5 bits of priority, 4 list registers
 * and 288 interrupts, as seen by CPU 1 of 2.
 */
import { describe, expect, it } from 'vitest';
import { GicBench } from './gic-bench.ts';

const ONES = 0xffff_ffff;
/** Register, at reset, value written, value read then. Read-only registers stay; write-only ones read zero. */
type Row = readonly [register: string, reset: number, written: number, read: number, why: string];

const distributor: readonly Row[] = [
	['GICD_CTLR', 0, ONES, 3, 'an enable for each group'],
	['GICD_TYPER', 0x28, ONES, 0x28, '32 x 9 interrupts, 2 CPUs, SecurityExtn 0'],
	['GICD_IIDR', 0x0200_143b, ONES, 0x0200_143b, 'read-only'],
	['GICD_IGROUPR0', 0, ONES, ONES, 'every interrupt can be in group 1; banked'],
	['GICD_IGROUPR8', 0, ONES, ONES, 'every interrupt can be in group 1'],
	['GICD_ISENABLER0', 0xffff, 0x0001_0000, 0x0001_ffff, 'SGIs are always enabled; banked'],
	['GICD_ISENABLER1', 0, 0x8000_0001, 0x8000_0001, 'ones set'],
	['GICD_ICENABLER0', 0xffff, ONES, 0xffff, 'SGIs stay enabled'],
	['GICD_ISPENDR0', 0, ONES, 0xffff_0000, 'SGIs are read-only here; banked'],
	['GICD_ISPENDR1', 0, 0x8000_0001, 0x8000_0001, 'ones set'],
	['GICD_ICPENDR1', 0, ONES, 0, 'ones clear'],
	['GICD_ISACTIVER0', 0, ONES, ONES, 'SGIs, too; banked'],
	['GICD_ISACTIVER8', 0, 0xf0, 0xf0, 'ones set'],
	['GICD_ICACTIVER8', 0, ONES, 0, 'ones clear'],
	['GICD_IPRIORITYR0', 0, ONES, 0xf8f8_f8f8, '5 bits of each; banked'],
	['GICD_IPRIORITYR71', 0, 0x0708_0f10, 0x0008_0810, '5 bits of each'],
	['GICD_ITARGETSR0', 0x0202_0202, ONES, 0x0202_0202, 'whoever reads'],
	['GICD_ITARGETSR7', 0x0202_0202, 0, 0x0202_0202, 'whoever reads'],
	['GICD_ITARGETSR8', 0, ONES, 0x0303_0303, 'CPUs that there are'],
	['GICD_ICFGR0', 0xaaaa_aaaa, 0, 0xaaaa_aaaa, 'SGIs are edges'],
	['GICD_ICFGR1', 0, ONES, 0, 'private ones cannot be changed here'],
	['GICD_ICFGR2', 0, ONES, 0xaaaa_aaaa, 'the low bit of each field is reserved'],
	['GICD_NSACR2', 0, ONES, 0, 'RAZ/WI without Security Extensions'],
	['GICD_SGIR', 0, 0x0300_0001, 0, 'write-only; filter 3 is reserved: nothing is sent'],
	['GICD_CPENDSGIR0', 0, ONES, 0, 'ones clear'],
	['GICD_SPENDSGIR3', 0, ONES, 0x0303_0303, 'senders that there are']
];

const interfaceRows = (block: 'GICC' | 'GICV'): readonly Row[] => [
	[`${block}_CTLR`, 0, ONES, 0x21f, 'EOImode, CBPR, FIQEn, AckCtl, two enables; no bypass'],
	[`${block}_PMR`, 0, ONES, 0xf8, '5 bits'],
	[`${block}_BPR`, 2, 0, 2, 'the least for 5 bits'],
	[`${block}_BPR`, 2, ONES, 7, '3 bits'],
	[`${block}_IAR`, 1023, 0, 1023, 'nothing waits'],
	[`${block}_EOIR`, 0, 40, 0, 'write-only'],
	[`${block}_RPR`, 0xff, 0, 0xff, 'idle'],
	[`${block}_HPPIR`, 1023, 0, 1023, 'nothing waits'],
	[`${block}_ABPR`, 3, 0, 3, 'one more than BPR'],
	[`${block}_ABPR`, 3, ONES, 7, '3 bits'],
	[`${block}_AIAR`, 1023, 0, 1023, 'nothing waits'],
	[`${block}_AEOIR`, 0, 40, 0, 'write-only'],
	[`${block}_AHPPIR`, 1023, 0, 1023, 'nothing waits'],
	[`${block}_APR0`, 0, 0x8001_0001, 0x8001_0001, 'a bit for each of 32 levels'],
	[`${block}_APR1`, 0, ONES, 0, 'there are no more levels'],
	[`${block}_APR3`, 0, ONES, 0, 'there are no more levels'],
	[`${block}_IIDR`, 0x0202_143b, 0, 0x0202_143b, 'architecture 2; read-only'],
	[`${block}_DIR`, 0, 40, 0, 'write-only']
];

const control: readonly Row[] = [
	['GICH_HCR', 0, ONES, 0xf800_00ff, 'EOICount, and eight enables'],
	['GICH_VTR', 0x9000_0003, ONES, 0x9000_0003, '5 bits of priority, 5 of preemption, 4 registers'],
	['GICH_VMCR', 0x004c_0000, ONES, 0xf8fc_021f, 'every field'],
	['GICH_VMCR', 0x004c_0000, 0, 0x004c_0000, 'binary points have their least values'],
	['GICH_MISR', 0, ONES, 0, 'read-only'],
	['GICH_EISR0', 0, ONES, 0, 'read-only'],
	['GICH_EISR1', 0, ONES, 0, 'no more registers'],
	['GICH_ELRSR0', 0xf, 0, 0xf, 'all free'],
	['GICH_ELRSR1', 0, ONES, 0, 'no more registers'],
	['GICH_APR', 0, 0x8001_0001, 0x8001_0001, 'a bit for each of 32 levels'],
	['GICH_LR0', 0, ONES, 0xff8f_ffff, 'bits 22 to 20 are reserved'],
	['GICH_LR3', 0, 0x9000_6c1b, 0x9000_6c1b, 'all the rest']
];

const nonSecure: readonly Row[] = [
	['GICC_NSAPR0', 0, ONES, 0, 'APR0 has the active priorities of both groups'],
	['GICC_NSAPR3', 0, ONES, 0, 'APR0 has the active priorities of both groups']
];

describe.each([
	...distributor,
	...interfaceRows('GICC'),
	...nonSecure,
	...control,
	...interfaceRows('GICV')
])('%s', (register, reset, written, read, why) => {
	it(`is 0x${reset.toString(16)} at reset, 0x${read.toString(16)} after a write: ${why}`, () => {
		const gic = new GicBench(2);
		const unlisted: string[] = [];
		const { gicd, gicc, gich, gicv } = gic.gic;
		for (const block of [gicd, gicc, gich, gicv])
			block.onUnlisted = ({ device }) => unlisted.push(device);
		gic.cpu = 1;
		expect(gic.read(register)).toBe(reset);
		gic.write(register, written);
		expect(gic.read(register)).toBe(read);
		expect(unlisted).toEqual([]);
		// What is one CPU's own does not show at the other.
		gic.cpu = 0;
		const isShared = register.startsWith('GICD_') && !/[A-Z]R0$/.test(register);
		if (!isShared && register !== 'GICD_ITARGETSR0') expect(gic.read(register)).toBe(reset);
	});
});

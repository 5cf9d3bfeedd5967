import type { GicView, RegisterSnapshot, TrapRecord } from 'emulator-core';
import { describe, expect, it } from 'vitest';
import type { VcpuView, View } from '../stepping/protocol.ts';
import { laySwitch } from '../widgets/world-switch/layout.ts';
import {
	changedRegisters,
	codeProps,
	LastView,
	switchProps,
	textOf,
	trackProps,
	untold,
	withoutComments
} from './view-props.ts';

const registers: RegisterSnapshot = {
	el: 2,
	pc: 0x40_0009_e340n,
	x: Array.from({ length: 31 }, (_, n) => BigInt(n)),
	sp: 0x1000n,
	nzcv: 0b0110,
	daif: 0b1111,
	system: { HCR_EL2: 0x8078_663bn, VTTBR_EL2: 0n, CNTPCT_EL0: 5n, SP_EL0: 1n, ESR_EL2: 1n }
};
const timer = { ctl: 0n, cval: 0n, fires: false };
const gic: GicView = {
	physical: [],
	gich: { hcr: 0, vmcr: 0, misr: 0, eisr: 0, elrsr: 0, apr: 0, listRegisters: [0, 0] },
	virtualIrq: false,
	timer: { now: 0n, virtual: timer, physical: timer, cntvoff: 0n }
};
const vcpu: VcpuView = {
	address: 0n,
	registers: [{ name: 'X19', now: 7n, host: 7n, guest: 9n }],
	fault: { esr: 0n, far: 0n, hpfar: 0n },
	hcr: 0x8078_6638n,
	irqLines: 3n,
	vttbr: 0x1_0000_4827_c000n,
	timer: { ctl: 3n, cval: 100n, cntvoff: 0xa_0ebcn },
	vgic: {
		enabled: true,
		interrupts: [],
		hcr: 1,
		vmcr: 0,
		apr: 0,
		listRegisters: [0x1000_001b, 0],
		used: 1
	}
};
const view: View = {
	position: { instruction: 100, entered: false },
	tick: 100,
	moment: undefined,
	world: 'hyp',
	registers,
	before: registers,
	vcpuBefore: vcpu,
	interruptWaits: false,
	code: { file: 'a/b.c', line: 2, symbol: 'f', instructions: [] },
	vcpu,
	gic,
	records: [],
	range: { from: 0, to: 5000 },
	moments: {}
};

describe('what the world switch is given', () => {
	it('has the configuration of EL2, the timer and the list registers beside what is kept', () => {
		const { registers, before, world } = switchProps(view, undefined);
		expect(registers.map(({ name, now, host, guest }) => [name, now, host, guest])).toEqual([
			['X19', 7n, 7n, 9n],
			['HCR_EL2', 0x8078_663bn, 0x8000_0000n, 0x8078_663bn],
			['VTTBR_EL2', 0n, 0n, 0x1_0000_4827_c000n],
			['CNTVOFF_EL2', 0n, 0n, 0xa_0ebcn],
			['CNTV_CTL_EL0', 0n, undefined, 3n],
			['CNTV_CVAL_EL0', 0n, undefined, 100n],
			['GICH_HCR', 0n, 0n, 1n],
			['GICH_VMCR', 0n, undefined, 0n],
			['GICH_APR', 0n, undefined, 0n],
			['GICH_LR0', 0n, undefined, 0x1000_001bn],
			['GICH_LR1', 0n, undefined, 0n]
		]);
		expect(laySwitch(registers, before, world).moved).toEqual([]);
	});

	it('sees a store of the last instruction in the vCPU’s memory', () => {
		const stored = { ...vcpu, registers: [{ name: 'X19', now: 7n, host: 7n, guest: 7n }] };
		const { registers, before, world } = switchProps({ ...view, vcpu: stored }, undefined);
		expect(laySwitch(registers, before, world).changes).toBe(
			'X19 saved to the guest’s memory: 0x7, was 0x9.'
		);
	});

	it('sees a list register filled, if the view before was one instruction back', () => {
		const filled = { ...gic, gich: { ...gic.gich, listRegisters: [0x1000_001b, 0] } };
		const now = { ...view, gic: filled };
		const movedAfter = (last: number | undefined) => {
			const from = last === undefined ? undefined : { ...view, position: at(last) };
			const { registers, before, world } = switchProps(now, from);
			return laySwitch(registers, before, world).moved.map(({ name }) => name);
		};
		expect(movedAfter(99)).toEqual(['GICH_LR0']);
		expect(movedAfter(50)).toEqual([]);
		expect(movedAfter(101)).toEqual([]);
		expect(movedAfter(undefined)).toEqual([]);
	});

	it('has nothing where there is no vCPU, and no step before where none is known', () => {
		expect(switchProps({ ...view, vcpu: undefined }, undefined).registers).toEqual([]);
		expect(switchProps({ ...view, before: undefined }, undefined).before).toBeUndefined();
	});
});

const at = (instruction: number) => ({ instruction, entered: false });

describe('what the code view is given', () => {
	it('lists what changed, and leaves time and doubles out', () => {
		const to: RegisterSnapshot = {
			...registers,
			el: 1,
			x: registers.x.map((value, n) => (n === 6 ? 0x99n : value)),
			sp: 0x2000n,
			nzcv: 0b1000,
			system: { ...registers.system, CNTPCT_EL0: 6n, SP_EL0: 2n, ESR_EL2: 2n }
		};
		expect(changedRegisters(registers, to)).toEqual([
			{ name: 'X6', from: 6n, to: 0x99n },
			{ name: 'Level', from: 'EL2', to: 'EL1' },
			{ name: 'NZCV', from: '-ZC-', to: 'N---' },
			{ name: 'ESR_EL2', from: 1n, to: 2n }
		]);
	});

	it('cuts the source out of the tree, where the tree has it', () => {
		const files = new Map([['a/b.c', 'one\ntwo\nthree\n']]);
		expect(codeProps(view, files).source).toEqual({
			file: 'a/b.c',
			firstLine: 1,
			lines: ['one', 'two', 'three'],
			current: 2
		});
		expect(codeProps(view, undefined).source).toBeUndefined();
		expect(codeProps(view, new Map()).source).toBeUndefined();
	});
});

describe('while the reader is asked what comes next', () => {
	const line = (says: string) => ({ ...view.code.instructions[0]!, says });
	const props = (says: string) => ({
		code: [line(says)],
		source: { file: 'a.c', firstLine: 1, lines: ['hvc(); /* to EL2 */'], current: 1 },
		changed: [],
		interruptWaits: true
	});

	it('neither words nor comments nor a waiting interrupt tell it', () => {
		const shown = untold(props('Call the hypervisor: exception to EL2, with the number 0'));
		expect(shown.code[0]!.says).toBe('What it leads to is the question.');
		expect(shown.source!.lines).toEqual(['hvc(); /* … */']);
		expect(shown.interruptWaits).toBe(false);
		expect(untold(props('X0 = X1')).code[0]!.says).toBe('X0 = X1');
	});

	it.each([
		[
			['a /* b */ c', 'd'],
			['a /* … */ c', 'd']
		],
		[
			['a // b', 'c'],
			['a // …', 'c']
		],
		[
			['a /* b', '* c', 'd */ e'],
			['a /* … */', '', ' e']
		],
		// What is shown may begin in the midst of a comment.
		[
			['* b', '*/', 'c'],
			['', '', 'c']
		],
		[
			['s("a /* b // c", "\\"/*");', 'd'],
			['s("a /* b // c", "\\"/*");', 'd']
		]
	])('of %o remains %o', (lines, kept) => {
		expect(withoutComments(lines)).toEqual(kept);
	});
});

describe('what the track is given', () => {
	const record = (at: number) => ({ at }) as TrapRecord;
	const many = (from: number, count: number) =>
		Array.from({ length: count }, (_, i) => record(from + i));

	it('ends where its records end, if the view left some out', () => {
		expect(trackProps({ ...view, records: many(50, 20) }).range).toEqual({ from: 0, to: 5000 });
		const full = { ...view, position: at(1000), records: many(700, 600) };
		expect(trackProps(full).range).toEqual({ from: 700, to: 1299 });
	});
});

describe('the view before', () => {
	it('stays the same while the same view is shown', () => {
		const last = new LastView();
		const [a, b] = [{ ...view }, { ...view }];
		expect([last.before(a), last.before(a)]).toEqual([undefined, undefined]);
		expect(last.before(b)).toBe(a);
		expect(last.before(b)).toBe(a);
	});
});

describe('what is picked in the code view', () => {
	it('is said as one would type it', () => {
		expect(textOf({ kind: 'register', register: 'HCR_EL2' })).toBe('HCR_EL2');
		const file = 'linux-kvm-arm/arch/arm64/kvm/hyp.S';
		expect(textOf({ kind: 'line', world: 'hyp', file, line: 57 })).toBe('hyp:kvm/hyp.S:57');
		expect(textOf({ kind: 'line', world: undefined, file: 'mem.c', line: 3 })).toBe('mem.c:3');
	});
});

import { describe, expect, it } from 'vitest';
import { memoryPlan } from '../../emulator-core/src/layout.ts';
import { a64 } from '../../emulator-core/src/index.ts';
import { ramBase } from './flat-machine.ts';
import { engines, load, registers, setRegisters } from './engines.ts';

const at = (offset: number) => BigInt(ramBase + offset);

describe.each(engines)('running on the $name', ({ create }) => {
	const loop = ['add x0, x0, #1', 'subs x1, x1, #1', 'b.ne 0x40000000', 'hlt #0'];

	it('stops after exactly the fuel it got, with the exact PC', () => {
		const machine = create();
		load(machine, ...loop);
		setRegisters(machine, { x1: 100n });
		machine.run(4);
		expect([machine.x(0), machine.x(1), machine.pc, machine.fuel]).toEqual([2n, 99n, at(4), 0]);
		machine.run(0);
		expect(machine.pc).toBe(at(4));
	});

	it('gives the same state however a run is cut', () => {
		const whole = create();
		const cut = create();
		for (const machine of [whole, cut]) {
			load(machine, ...loop);
			setRegisters(machine, { x1: 50n });
		}
		whole.run(149);
		for (const slice of [1, 2, 3, 5, 7, 11, 13, 107]) cut.run(slice);
		expect(registers(cut)).toEqual(registers(whole));
	});

	it('counts the instruction that takes an exception', () => {
		const machine = create();
		load(machine, 'nop', 'svc #1');
		machine.run(10);
		expect(machine.fuel).toBe(8);
		expect(machine.pc).toBe(at(4));
	});

	it('counts a fetch that faults, so that time goes on', () => {
		const machine = create();
		machine.pc = 0n;
		expect(machine.run(10)).toEqual({ kind: 'instruction abort', value: 0n });
		expect(machine.fuel).toBe(9);
	});

	it('walks from page to page without an instruction for it', () => {
		const machine = create();
		const nop = a64.assemble('nop', 0);
		machine.writeWords(ramBase + 0xff8, [nop, nop, nop, nop]);
		machine.pc = at(0xff8);
		machine.run(3);
		expect([machine.pc, machine.fuel]).toEqual([at(0x1004), 0]);
	});

	it('executes what a store has just written, even in its own page', () => {
		const machine = create();
		load(machine, 'str w0, [x1]', 'nop', 'movz x5, #1', 'hlt #0');
		setRegisters(machine, { x0: BigInt(a64.assemble('movz x5, #7', 0)), x1: at(8) });
		machine.run(3);
		machine.pc = at(0);
		setRegisters(machine, { x0: BigInt(a64.assemble('movz x5, #9', 0)) });
		machine.run(3);
		expect(machine.x(5)).toBe(9n);
	});

	it('stops before a probe, or goes on, as the probe says', () => {
		const machine = create();
		machine.engine.probeAt = (pa) => pa === ramBase + 4;
		load(machine, 'movz x0, #1', 'movz x0, #2', 'movz x0, #3');
		machine.onProbe = () => 1;
		machine.run(3);
		expect([machine.x(0), machine.pc, machine.fuel]).toEqual([1n, at(4), 2]);
		let calls = 0;
		machine.onProbe = () => (calls++, 0);
		machine.run(2);
		expect([machine.x(0), machine.pc, calls]).toEqual([3n, at(12), 1]);
	});

	it('goes on rightly when a probe clears the code cache', () => {
		const machine = create();
		machine.engine.probeAt = (pa) => pa === ramBase;
		load(machine, 'movz x0, #1', 'movz x0, #2');
		machine.onProbe = () => {
			machine.engine.probeAt = () => false;
			machine.engine.clear();
			return 0;
		};
		machine.run(2);
		expect([machine.x(0), machine.pc, machine.fuel]).toEqual([1n, at(4), 1]);
		machine.run(machine.fuel);
		expect([machine.x(0), machine.pc]).toEqual([2n, at(8)]);
	});

	it('forgets all pages when the pool is full, and goes on', () => {
		const machine = create();
		let dropped = 0;
		machine.engine.onBlocksGone = (block) => {
			if (block === 'all') dropped++;
		};
		for (let page = 1; page <= memoryPlan.codePages + 1; page++)
			machine.engine.blockAt(0x8000_0000 + page * 4096);
		expect(dropped).toBe(1);
		load(machine, ...loop);
		setRegisters(machine, { x1: 3n });
		machine.run(9);
		expect(machine.x(0)).toBe(3n);
	});
});

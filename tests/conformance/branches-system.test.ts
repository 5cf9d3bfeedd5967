import { describe, expect, it } from 'vitest';
import { cpuState } from '../../emulator-core/src/layout.ts';
import { ramBase } from './flat-machine.ts';
import { engines, load, setRegisters } from './engines.ts';

const at = (offset: number) => BigInt(ramBase + offset);

describe.each(engines)('branches on the $name', ({ step }) => {
	it.each([
		['b 0x40000100', {}, { pc: at(0x100) }],
		['b 0x40002000', {}, { pc: at(0x2000) }],
		['bl 0x40000ffc', {}, { pc: at(0xffc), x30: at(4) }],
		['br x5', { x5: at(0x3004) }, { pc: at(0x3004) }],
		['blr x30', { x30: at(0x40) }, { pc: at(0x40), x30: at(4) }],
		['ret', { x30: at(0x123c) }, { pc: at(0x123c) }],
		['ret x1', { x1: at(8) }, { pc: at(8) }],
		['cbz w0, 0x40000020', { x0: 0x1_0000_0000n }, { pc: at(0x20) }],
		['cbz x0, 0x40000020', { x0: 0x1_0000_0000n }, { pc: at(4) }],
		['cbnz x0, 0x40080000', { x0: 1n }, { pc: at(0x8_0000) }],
		['tbz x0, #33, 0x40000020', { x0: 1n << 33n }, { pc: at(4) }],
		['tbnz x0, #63, 0x40000020', { x0: 1n << 63n }, { pc: at(0x20) }],
		['tbnz w0, #31, 0x40003000', { x0: 1n << 31n }, { pc: at(0x3000) }],
		['b.ge 0x40000040', { nzcv: 'NV' }, { pc: at(0x40) }],
		['b.ge 0x40000040', { nzcv: 'N' }, { pc: at(4) }],
		['b.gt 0x40000040', { nzcv: 'Z' }, { pc: at(4) }],
		['b.ls 0x40000040', { nzcv: 'ZC' }, { pc: at(0x40) }],
		['b.vc 0x40000040', { nzcv: 'V' }, { pc: at(4) }],
		['b.nv 0x40000040', {}, { pc: at(0x40) }]
	])('%s with %o', (asm, before, after) => {
		expect(step(asm, before)).toMatchObject(after);
	});
});

describe.each(engines)('exceptions and system instructions on the $name', ({ step, create }) => {
	it.each([
		['svc #0x1234', 'svc', 0x1234n],
		['hvc #1', 'hvc', 1n],
		['smc #0xffff', 'smc', 0xffffn],
		['brk #0x800', 'brk', 0x800n],
		['hlt #0xf000', 'hlt', 0xf000n],
		['eret', 'eret', 0n],
		['msr daifset, #2', 'pstate', 0x1e2n],
		['dc civac, x3', 'system', (0x5bf1n << 64n) | 0x77n]
	])('%s reaches the slow path', (asm, kind, value) => {
		const after = step(asm, { x3: 0x77n });
		expect(after['taken']).toEqual({ kind, value });
		expect(after['pc']).toBe(at(0));
	});

	it('raises UNDEFINED for an unallocated encoding, with the word', () => {
		const machine = create();
		machine.writeWords(ramBase, [0xffff_ffff]);
		expect(machine.run(5)).toEqual({ kind: 'undefined', value: 0xffff_ffffn });
		expect(machine.fuel).toBe(4);
	});

	it('moves system registers by their encoding', () => {
		const machine = create();
		load(machine, 'msr vbar_el2, x1', 'mrs x2, vbar_el2', 'mrs x3, s3_4_c12_c0_0');
		setRegisters(machine, { x1: 0xffff_0000_0000_0800n });
		machine.run(3);
		expect(machine.systemRegisters.get(0xe600)).toBe(0xffff_0000_0000_0800n);
		expect([machine.x(2), machine.x(3)]).toEqual([0xffff_0000_0000_0800n, 0xffff_0000_0000_0800n]);
	});

	it('treats hints as NOP and gives control back after WFI', () => {
		const machine = create();
		load(machine, 'nop', 'hint #0x22', 'wfi', 'nop');
		expect(machine.run(100)).toBeUndefined();
		expect(machine.pc).toBe(at(12));
		expect(machine.fuel).toBe(97);
	});

	it('traps SIMD where it is disabled', () => {
		const machine = create();
		load(machine, 'str q0, [x0]');
		machine.view.setUint32(cpuState.simdTrapped, 1, true);
		expect(machine.run(1)).toEqual({ kind: 'simd', value: 0n });
	});
});

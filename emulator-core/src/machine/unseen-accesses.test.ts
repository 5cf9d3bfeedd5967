import { describe, expect, it } from 'vitest';
import { createMachine } from './machine.ts';
import { program } from './program.ts';
import { powerOff } from './sample-programs.ts';

function registersAfter(source: string): number[] {
	const kernel = program(`${source}\n${powerOff}`);
	const machine = createMachine({ board: 'virt', kernel, ramBytes: 2 ** 24 });
	expect(machine.run({ maxInstructions: 100_000 })).toEqual({ reason: 'poweroff' });
	return machine.registers().x.slice(10, 23).map(Number);
}

describe('registers of GICH, which generated code reads by itself', () => {
	it('are what the device would answer, whoever changed them', () => {
		const x = registersAfter(`
	movz x1, #0x0803, lsl #16
	movz x2, #0x0804, lsl #16
	ldr w10, [x1, #8]
	movz w5, #1
	str w5, [x1]
	ldr w11, [x1]
	movz w6, #0xff
	str w6, [x2, #4]
	str w5, [x2]
	ldr w12, [x1, #8]
	movz w7, #0x1000, lsl #16
	movk w7, #0x21
	str w7, [x1, #0x100]
	ldr w13, [x1, #0x30]
	str w7, [x1, #0x100]
	ldr w14, [x2, #0xc]
	ldr w15, [x1, #0x100]
	ldr w16, [x1, #0xf0]
	str w15, [x1, #0x100]
	str w7, [x1, #0x100]
	ldr w17, [x1, #0x100]
	ldrb w18, [x1, #8]
	ldrh w19, [x1, #0x102]
	str w6, [x1, #0x10]
	ldr w20, [x1, #0x10]
	str wzr, [x1]
	ldr w21, [x1]
	ldr x22, [x1]
`);
		expect(x.slice(0, 4)).toEqual([0x004c_0000, 1, 0xf84c_0001, 0xe]);
		// Acknowledged by the guest's interface: active, and its priority with it.
		expect(x.slice(4, 8)).toEqual([33, 0x2000_0021, 1, 0x1000_0021]);
		// Narrow: the low part at a register's own offset, nothing within one.
		expect(x.slice(8, 10)).toEqual([1, 0]);
		// MISR is read-only, and 8 bytes are two registers: HCR and VTR.
		expect(x.slice(10)).toEqual([0, 0, 0x9000_0003 * 2 ** 32]);
	});
});

describe('a page of code that is written anew', () => {
	it('is executed as it is now, however often it was only stored to in between', () => {
		// Each round stores 64 times `add x20, x20, #round` and a RET, and calls them: 64 * (1 + … + 9).
		const x = registersAfter(`
	movz x1, #0x4030, lsl #16
	movz w2, #0x694
	movk w2, #0x9100, lsl #16
	movz w3, #0x03c0
	movk w3, #0xd65f, lsl #16
	movz x4, #9
	movz x20, #0
round:
	movz x5, #64
	mov x6, x1
fill:
	str w2, [x6]
	add x6, x6, #4
	sub x5, x5, #1
	cbnz x5, fill
	str w3, [x6]
	blr x1
	blr x1
	str w3, [x1]
	movz x5, #200
clear:
	str x5, [x6, #64]
	sub x5, x5, #1
	cbnz x5, clear
	add w2, w2, #0x400
	sub x4, x4, #1
	cbnz x4, round
`);
		expect(x[10]).toBe(2 * 64 * 45);
	});

	it('may store to itself', () => {
		// The data lie in the program's own page, behind it.
		const x = registersAfter(`
	adr x1, data
	movz x20, #0
	movz x5, #500
again:
	str x5, [x1]
	ldr x6, [x1]
	add x20, x20, x6
	sub x5, x5, #1
	cbnz x5, again
	b behind
.align 8
data:
.quad 0
behind:
`);
		expect(x[10]).toBe(125_250);
	});
});

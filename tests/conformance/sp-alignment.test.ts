import { createMachine, decodeSyndrome } from 'emulator-core';
import { describe, expect, it } from 'vitest';
import { program } from '../../emulator-core/src/machine/program.ts';

/** EL2 sets SCTLR_EL2 to x0 and loads through an SP that is 8 beyond a multiple of 16. */
const kernel = program(`
	mrs x0, sctlr_el2
	orr x1, x0, #8
	bic x2, x0, #8
	adr x3, data
	add sp, x3, #8
	msr sctlr_el2, x2
	ldr x4, [sp]
	msr sctlr_el2, x1
	ldr x5, [sp]
	nop
.align 16
data:
	.quad 1
	.quad 2
`);

describe('an SP that is not a multiple of 16', () => {
	it('is no base while SCTLR_EL2.SA is set', () => {
		const machine = createMachine({ board: 'virt', kernel, ramBytes: 2 ** 24 });
		// The image's header is a branch.
		machine.run({ maxInstructions: 1 + 8 });
		expect(machine.registers().x[4]).toBe(2n);
		expect(machine.trapLog.records).toEqual([]);
		const { pc } = machine.registers();
		machine.run({ maxInstructions: 1 });
		const [record] = machine.trapLog.records;
		expect(record).toMatchObject({ what: 'entry', cause: 'sync', fromEl: 2, toEl: 2, pc });
		expect(decodeSyndrome(record!.esr).summary).toBe('SP alignment fault exception');
		expect(machine.registers().x[5]).toBe(0n);
	});
});

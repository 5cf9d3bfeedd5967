import { spawnSync } from 'node:child_process';
import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { a64, createMachine } from '../../emulator-core/src/index.ts';
import { assemble } from '../../toolchain/src/asm/assemble.ts';
import { readElf } from '../../toolchain/src/elf/reader.ts';

/**
 * The virtual timer's interrupt on its whole way: the host takes it at EL2, hands it to a guest at EL1
 * through a hardware list register, the guest acknowledges and ends it. What is read on the way goes
 * to the UART, 8 bytes each, so that the same image can tell its story on any machine.
 */
const source = `
	.macro put reg
	mov x20, \\reg
	mov w21, #8
1:	strb w20, [x3]
	lsr x20, x20, #8
	subs w21, w21, #1
	b.ne 1b
	.endm
	.macro poke addr, val
	ldr x1, =\\addr
	ldr w2, =\\val
	str w2, [x1]
	.endm
	.macro peek addr
	ldr x1, =\\addr
	ldr w0, [x1]
	put x0
	.endm

	.text
	b start                     // the header of an arm64 Image
	.long 0
	.quad 0, 0x10000, 0xa, 0, 0, 0
	.long 0x644d5241, 0

start:	mov x3, #0x9000000          // UARTDR
	adr x0, vectors_el2
	msr vbar_el2, x0
	adr x0, vectors_el1
	msr vbar_el1, x0
	poke 0x08000000, 1          // GICD_CTLR
	poke 0x08000100, 0x08000000 // GICD_ISENABLER0: INTID 27
	poke 0x08010004, 0xf0       // GICC_PMR
	poke 0x08010000, 0x201      // GICC_CTLR, EOImode 1
	poke 0x08030000, 1          // GICH_HCR
	poke 0x08040004, 0xff       // GICV_PMR
	poke 0x08040000, 1          // GICV_CTLR
	msr cntvoff_el2, xzr
	mov x0, #1
	msr cntv_cval_el0, x0
	msr cntv_ctl_el0, x0        // fires at once
	ldr x0, =0x80000038         // RW, and AMO, IMO, FMO
	msr hcr_el2, x0
	isb
	msr daifclr, #2             // irq_el2 runs here
	nop
	msr daifset, #2
	peek 0x08030100             // GICH_LR0
	mov x0, #0x345              // EL1h, IRQs not masked
	msr spsr_el2, x0
	adr x0, guest
	msr elr_el2, x0
	eret
guest:	nop                         // irq_el1 runs here
	nop
	hvc #1

irq_el2:
	peek 0x0801000c             // GICC_IAR
	mrs x0, cntv_ctl_el0
	put x0
	poke 0x08010010, 27         // GICC_EOIR
	peek 0x08000300             // GICD_ISACTIVER0
	poke 0x08030100, 0x90006c1b // GICH_LR0
	mrs x0, isr_el1
	put x0
	eret

irq_el1:
	mrs x0, isr_el1
	put x0
	peek 0x0804000c             // GICV_IAR
	peek 0x08030100             // GICH_LR0
	peek 0x080300f0             // GICH_APR
	mov x0, #3
	msr cntv_ctl_el0, x0        // masks the timer
	poke 0x08040010, 27         // GICV_EOIR
	mrs x0, isr_el1
	put x0
	eret

sync_el2:
	mrs x0, esr_el2
	put x0
	peek 0x08030030             // GICH_ELRSR0
	peek 0x08000300             // GICD_ISACTIVER0
	peek 0x08030010             // GICH_MISR
	ldr x0, =0x84000008         // SYSTEM_OFF
	smc #0

	.ltorg
	.balign 2048
vectors_el2:
	.space 0x280
	b irq_el2
	.balign 128
	.space 0x100
	b sync_el2
	.balign 128
	b irq_el2
	.balign 2048
vectors_el1:
	.space 0x280
	b irq_el1
`;

/** What both machines must say, in order. */
const story = [
	['GICC_IAR at EL2', 27n],
	['CNTV_CTL: ENABLE and ISTATUS', 5n],
	['GICD_ISACTIVER0 after the priority drop', 0x0800_0000n],
	['ISR_EL1 at EL2: a virtual interrupt does not show', 0n],
	['GICH_LR0: hardware, pending', 0x9000_6c1bn],
	['ISR_EL1 at EL1: IRQ', 0x80n],
	['GICV_IAR', 27n],
	['GICH_LR0: hardware, active', 0xa000_6c1bn],
	['GICH_APR', 1n],
	['ISR_EL1 after the end', 0n],
	['ESR_EL2: HVC #1', 0x5a00_0001n],
	['GICH_ELRSR0: all free', 0xfn],
	['GICD_ISACTIVER0: the guest’s end deactivated it', 0n],
	['GICH_MISR: the hypervisor has nothing to do', 0n]
];

function image(): Uint8Array {
	const { object, diagnostics } = assemble(source, { a64, file: 'virtual-interrupt.S' });
	expect(diagnostics).toEqual([]);
	return readElf(object!)
		.sections.find(({ name }) => name === '.text')!
		.data.slice();
}

const told = (bytes: Uint8Array) =>
	Array.from({ length: bytes.length >> 3 }, (_, n) => [
		story[n]?.[0],
		Buffer.from(bytes).readBigUInt64LE(8 * n)
	]);

describe('the virtual timer’s interrupt, from EL2 to a guest and back', () => {
	it('happens step by step on this machine', () => {
		const machine = createMachine({ board: 'virt', kernel: image() });
		const out: number[] = [];
		machine.onConsole = (bytes) => out.push(...bytes);
		expect(machine.run({ maxInstructions: 10_000 }).reason).toBe('poweroff');
		expect(told(Uint8Array.from(out))).toEqual(story);
	});

	const haveQemu = spawnSync('qemu-system-aarch64', ['--version']).status === 0;
	if (!haveQemu && process.env.CI === 'true')
		throw new Error('qemu-system-aarch64 is missing: install it');
	it.skipIf(!haveQemu)('happens in the same way on QEMU', () => {
		const file = join(mkdtempSync(join(tmpdir(), 'virq-')), 'Image');
		writeFileSync(file, image());
		const machine = ['-M', 'virt,virtualization=on,gic-version=2', '-cpu', 'cortex-a57'];
		const run = spawnSync(
			'qemu-system-aarch64',
			[...machine, '-display', 'none', '-monitor', 'none', '-serial', 'stdio', '-kernel', file],
			{ timeout: 20_000 }
		);
		expect(told(run.stdout)).toEqual(story);
	});
});

import { program } from '../../../emulator-core/src/machine/program.ts';
import * as layout from './layout.ts';

const at = (register: number, address: number) =>
	`movz x${register}, #${address & 0xffff}\nmovk x${register}, #${address >>> 16}, lsl #16`;
/** The call that ends the guest, and physical interrupts, which take the guest's place at once. */
const targets: Record<number, string> = { 8: 'back', 9: 'interrupted', 10: 'interrupted' };
const entries = Array.from({ length: 16 }, (_, n) => n);

/** A timer whose CVAL has passed: its line is high while it is enabled. */
const timer = (name: string, bit: number) => `
	ubfx x7, x5, #${bit}, #1
	msr ${name}_cval_el${name === 'cnthp' ? 2 : 0}, xzr
	msr ${name}_ctl_el${name === 'cnthp' ? 2 : 0}, x7
`;

/**
 * The program at EL2 with which two CPUs make `count` accesses one after the other, each its own, and leave
 * what they gave in memory. Interrupts stay masked: ISR_EL1 tells which wait.
 */
export const driver = (count: number): Uint8Array =>
	program(`
		movz x0, #0xc400, lsl #16
		movk x0, #3
		movz x1, #1
		adr x2, second
		movz x3, #1
		smc #0
		movz x28, #0
		b begin
		second:
		movz x28, #1
		begin:
		${at(20, layout.load + layout.accesses)}
		${at(21, layout.load + layout.results)}
		${at(22, layout.load + layout.done)}
		${at(23, count)}
		${at(1, layout.load + layout.vectors)}
		msr vbar_el2, x1
		msr cntvoff_el2, xzr
		msr hcr_el2, xzr
		isb

		next:
		ldr x0, [x22]
		cmp x0, x23
		b.hs end
		add x1, x20, x0, lsl #4
		ldr w2, [x1]
		lsr w3, w2, #8
		cmp w3, w28
		b.ne wait
		ldr w4, [x1, #4]
		ldr w5, [x1, #8]
		and w2, w2, #0xff
		movz w6, #0
		cbz w2, write
		cmp w2, #${layout.kinds.read}
		b.eq read
		cmp w2, #${layout.kinds.writeByte}
		b.eq write_byte
		cmp w2, #${layout.kinds.readByte}
		b.eq read_byte
		cmp w2, #${layout.kinds.timers}
		b.eq timers
		cmp w2, #${layout.kinds.physicalLines}
		b.eq physical

		${at(7, 0x8000_0038)}
		msr hcr_el2, x7
		movz x7, #0x3c5
		msr spsr_el2, x7
		adr x7, guest
		msr elr_el2, x7
		isb
		eret
		guest:
		mrs x6, isr_el1
		hvc #0
		interrupted:
		movz x6, #0x4000
		back:
		msr hcr_el2, xzr
		isb
		lsr w6, w6, #6
		b store

		physical:
		mrs x6, isr_el1
		lsr w6, w6, #6
		b store
		timers:
		${timer('cntv', 0)}
		${timer('cntp', 1)}
		${timer('cnthp', 2)}
		isb
		b store
		write:
		str w5, [x4]
		b store
		read:
		ldr w6, [x4]
		b store
		write_byte:
		strb w5, [x4]
		b store
		read_byte:
		ldrb w6, [x4]

		store:
		str w6, [x21, x0, lsl #2]
		dsb sy
		add x0, x0, #1
		str x0, [x22]
		dsb sy
		b next

		// It is the other CPU's turn: QEMU changes over at this.
		wait:
		yield
		b next

		end:
		cbnz x28, rest
		${at(0, 0x8400_0008)}
		smc #0
		rest:
		wfi
		b rest
		.align ${layout.vectors}
		${entries.map((n) => `.align 128\nb ${targets[n] ?? 'rest'}`).join('\n')}
		.align ${layout.done}
		.quad 0
	`);

import { program } from '../../../emulator-core/src/machine/program.ts';
import * as layout from './layout.ts';

const at = (register: number, address: number) =>
	`movz x${register}, #${address & 0xffff}\nmovk x${register}, #${address >>> 16}, lsl #16`;
/** These start each test as zero, so that what an exception leaves alone reads the same. */
const cleared = [
	...['ESR_EL2', 'FAR_EL2', 'HPFAR_EL2', 'ESR_EL1', 'ELR_EL1', 'SPSR_EL1', 'FAR_EL1'],
	...['PAR_EL1', 'OSLAR_EL1']
];
const entries = Array.from({ length: 16 }, (_, n) => n);
const isGeneral = (name: string) => name.startsWith('X');

/** EL2's MMU off, everything else as it comes up. */
const sctlrEl2 = 0x30c5_0830;

/**
 * The program at EL2 that runs `count` tests: loads registers, returns into a test's instructions, stores
 * what it finds at each exception, and goes on behind it until the test has had its number of exceptions
 * (X18) or ends by HVC #1 or SVC #1. HVC #9 and SVC #9 run the test's part for EL2. Tests have X0 to X9.
 */
export function driver(count: number): Uint8Array {
	const image = program(`
		${at(20, layout.load + layout.tests)}
		${at(21, layout.load + layout.results)}
		movz x22, #${count}
		${at(1, layout.load + layout.vectorsEl2)}
		msr vbar_el2, x1
		${at(1, layout.data.base)}
		${at(2, layout.filler)}
		${at(3, layout.data.base + layout.data.size)}
		fill:
		stp w2, w2, [x1], #8
		cmp x1, x3
		b.ne fill

		next:
		${cleared.map((name) => `msr ${name}, xzr`).join('\n')}
		add x19, x21, #${layout.firstEvent}
		${layout.loaded.map((name, n) => (isGeneral(name) ? `ldr ${name}, [x20, #${8 * n}]` : `ldr x9, [x20, #${8 * n}]\n${name === 'SCTLR_EL2' ? 'isb\n' : ''}msr ${name}, x9`)).join('\n')}
		isb
		tlbi alle1
		tlbi vmalls12e1
		tlbi alle2
		dsb sy
		isb
		clrex
		mov sp, x0
		eret

		event:
		str x23, [x19], #8
		${layout.eventFields
			.slice(1)
			.map((name) => `mrs x10, ${name}\nstr x10, [x19], #8`)
			.join('\n')}
		subs x18, x18, #1
		b.eq after
		cmp x23, #8
		b.cc after
		b.ne return
		mrs x10, esr_el2
		lsr x11, x10, #26
		and x12, x10, #0xffff
		cmp x11, #0x16
		b.eq hypercall
		cmp x11, #0x15
		b.eq supervisor
		cmp x11, #0x17
		b.eq monitor
		mrs x13, spsr_el2
		mrs x14, elr_el2
		adr x15, leave2
		b goOn
		leave2:
		msr spsr_el2, x13
		msr elr_el2, x14
		return:
		eret

		supervisor:
		cmp x12, #1
		b.eq after
		eret
		monitor:
		mrs x14, elr_el2
		add x14, x14, #4
		msr elr_el2, x14
		hypercall:
		cmp x12, #1
		b.eq after
		cmp x12, #0x77
		b.eq after
		cmp x12, #9
		b.eq snippet
		tst x12, #0x100
		b.eq return
		tst x12, #3
		b.ne interrupt
		mrs x10, esr_el1
		lsr x11, x10, #26
		${at(12, 0x5600_0001)}
		cmp x10, x12
		b.eq after
		add x12, x12, #8
		cmp x10, x12
		b.eq snippet
		cmp x11, #0x15
		b.eq return
		mrs x13, spsr_el1
		mrs x14, elr_el1
		adr x15, leave1
		b goOn
		leave1:
		msr spsr_el1, x13
		msr elr_el1, x14
		eret
		snippet:
		br x17
		interrupt:
		mrs x10, hcr_el2
		movz x11, #0xc0
		bic x10, x10, x11
		msr hcr_el2, x10
		isb
		eret

		goOn:
		cmp x11, #0x0e
		b.eq legal
		cmp x11, #0x32
		b.eq step
		cmp x11, #0x33
		b.eq step
		cmp x11, #0x22
		b.eq after
		and x12, x11, #0x3e
		cmp x12, #0x20
		b.eq after
		add x14, x14, #4
		br x15
		legal:
		movz x12, #0x10, lsl #16
		bic x13, x13, x12
		br x15
		step:
		movz x12, #0x20, lsl #16
		orr x13, x13, x12
		br x15

		after:
		msr mdscr_el1, xzr
		${at(10, sctlrEl2)}
		msr sctlr_el2, x10
		isb
		str x19, [x21]
		${layout.finalFields
			.map((name, n) =>
				isGeneral(name)
					? `str ${name}, [x21, #${8 * (n + 1)}]`
					: `mrs x10, ${name}\nstr x10, [x21, #${8 * (n + 1)}]`
			)
			.join('\n')}
		add x20, x20, #${layout.testBytes}
		add x21, x21, #${layout.resultBytes}
		sub x22, x22, #1
		cbnz x22, next

		${at(0, 0x8400_0008)}
		smc #0
		.align ${layout.vectorsEl1}
		${entries.map((n) => `.align 128\nhvc #${0x100 + n}\neret`).join('\n')}
		.align ${layout.vectorsEl2}
		${entries.map((n) => `.align 128\nmovz x23, #${n}\nb event`).join('\n')}
		.align ${layout.vectorsSmc}
		${entries.map((n) => `.align 128\nsmc #${0x100 + n}\neret`).join('\n')}
	`);
	return image;
}

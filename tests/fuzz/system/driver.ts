import { program } from '../../../emulator-core/src/machine/program.ts';
import * as layout from './layout.ts';

const at = (register: number, address: number) =>
	`movz x${register}, #${address & 0xffff}\nmovk x${register}, #${address >>> 16}, lsl #16`;
/** These start each test as zero, so that what an exception leaves alone reads the same. */
const cleared = [
	'ESR_EL2',
	'FAR_EL2',
	'HPFAR_EL2',
	'ESR_EL1',
	'ELR_EL1',
	'SPSR_EL1',
	'FAR_EL1',
	'PAR_EL1'
];
const entries = Array.from({ length: 16 }, (_, n) => n);
const pl011 = 0x0900_0000;

/**
 * The program at EL2 that runs `count` tests: loads registers, returns into a test's instructions, takes
 * the exception that ends them, stores what it finds, and goes on. At the end it sends everything out
 * over the serial line, if `send`.
 */
export function driver(count: number, send: boolean): Uint8Array {
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
		msr cnthctl_el2, xzr
		${layout.loaded.map((name, n) => (name.startsWith('X') ? `ldr ${name}, [x20, #${8 * n}]` : `ldr x9, [x20, #${8 * n}]\nmsr ${name}, x9`)).join('\n')}
		isb
		tlbi alle1
		tlbi vmalls12e1
		dsb sy
		isb
		clrex
		eret

		after:
		str x23, [x21]
		${layout.stored
			.slice(1)
			.map((name, n) =>
				name.startsWith('X')
					? `str ${name}, [x21, #${8 * (n + 1)}]`
					: `mrs x9, ${name}\nstr x9, [x21, #${8 * (n + 1)}]`
			)
			.join('\n')}
		add x20, x20, #${layout.testBytes}
		add x21, x21, #${layout.resultBytes}
		sub x22, x22, #1
		cbnz x22, next

		${at(1, pl011)}
		${at(2, layout.load + layout.results)}
		${send ? '' : 'mov x21, x2'}
		send:
		cmp x2, x21
		b.eq done
		ldrb w3, [x2], #1
		strb w3, [x1]
		b send
		done:
		${at(0, 0x8400_0008)}
		smc #0
		.align ${layout.vectorsEl1}
		${entries.map((n) => `.align 128\nhvc #${0x100 + n}`).join('\n')}
		.align ${layout.vectorsEl2}
		${entries.map((n) => `.align 128\nmovz x23, #${n}\nb after`).join('\n')}
	`);
	return image;
}

/*
 * Where the Foundation Platform has what the boot wrapper needs, and where the wrapper
 * puts what it brings along. The addresses are those of the board's device tree.
 */
#ifndef BOOT_WRAPPER_MEMORY_MAP_H
#define BOOT_WRAPPER_MEMORY_MAP_H

#define PHYS_OFFSET	0x80000000	/* RAM begins here, and so do the CPUs */
#define MBOX_OFFSET	0xfff8		/* where the other CPUs are told to go */
#define KERNEL_OFFSET	0x80000		/* TEXT_OFFSET of the kernel */
#define FDT_OFFSET	0x08000000	/* far behind the kernel's BSS */

#define GIC_DIST_BASE	0x2c001000
#define GIC_CPU_BASE	0x2c002000
#define UART_BASE	0x1c090000
#define CNTFRQ		100000000	/* Hz, as the device tree says */

#endif

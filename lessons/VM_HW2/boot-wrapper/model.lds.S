/* Where the parts of the boot wrapper's ELF file go: physical addresses, nothing is moved. */
#include "memory-map.h"

OUTPUT_ARCH(aarch64)
ENTRY(_start)

PHDRS
{
	boot PT_LOAD;
	kernel PT_LOAD;
	fdt PT_LOAD;
}

SECTIONS
{
	. = PHYS_OFFSET;
	.boot : { *(.boot) } :boot
	ASSERT(. <= PHYS_OFFSET + MBOX_OFFSET, "the boot code reaches into the mailbox")
	. = PHYS_OFFSET + MBOX_OFFSET;
	.mailbox : { *(.mailbox) } :boot

	. = PHYS_OFFSET + KERNEL_OFFSET;
	.kernel : { *(.kernel) } :kernel
	ASSERT(. <= PHYS_OFFSET + FDT_OFFSET, "the kernel reaches into the device tree")

	. = PHYS_OFFSET + FDT_OFFSET;
	.fdt : { *(.fdt) } :fdt

	/DISCARD/ : { *(.comment) *(.note*) }
}

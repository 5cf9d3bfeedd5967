/* Were we started at EL2, and how to reach what lives there. */
#ifndef __ASM_VIRT_H
#define __ASM_VIRT_H

#define BOOT_CPU_MODE_EL1 0xe11
#define BOOT_CPU_MODE_EL2 0xe12

#ifndef __ASSEMBLY__

#include <linux/types.h>

/* Written by head.S with the mode in which the boot loader entered us. */
extern u32 __boot_cpu_mode;

/*
 * HVC to the stub (hyp-stub.S), or to whatever replaced it: set VBAR_EL2 to a
 * physical address, or ask for it.
 */
void __hyp_set_vectors(phys_addr_t phys_vector_base);
phys_addr_t __hyp_get_vectors(void);

/* True if EL2 is ours: without it there is no KVM. */
static inline bool is_hyp_mode_available(void)
{
	return __boot_cpu_mode == BOOT_CPU_MODE_EL2;
}

/* The section .hyp.idmap.text: within one page, so that one entry maps it one to one. */
extern char __hyp_idmap_text_start[];
extern char __hyp_idmap_text_end[];

#endif
#endif

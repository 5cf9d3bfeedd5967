#ifndef __ARM64_KVM_MMU_H__
#define __ARM64_KVM_MMU_H__

/*
 * Three address spaces meet in KVM, each with tables of its own:
 *   the kernel's      TTBR1_EL1   a kernel pointer
 *   the hypervisor's  TTBR0_EL2   the same pointer without its top bits
 *   the guest's IPAs  VTTBR_EL2   stage 2: what the guest takes for physical
 */
#include <asm/page.h>

/*
 * A table of EL2 covers the low addresses only (there is no TTBR1_EL2), so a
 * kernel pointer loses its leading ones: 0xffffffc0_4008_0000 -> 0x40_4008_0000.
 */
#define HYP_PAGE_OFFSET_SHIFT	VA_BITS
#define HYP_PAGE_OFFSET_MASK	((UL(1) << HYP_PAGE_OFFSET_SHIFT) - 1)

/* The last page down there: where the MMU of EL2 is switched on, see hyp-init.S. */
#define TRAMPOLINE_VA		(HYP_PAGE_OFFSET_MASK & PAGE_MASK)

#ifdef __ASSEMBLY__

/* Turn a kernel pointer into a pointer that works at EL2. */
.macro kern_hyp_va reg
	and	\reg, \reg, #HYP_PAGE_OFFSET_MASK
.endm

#else

#include <linux/types.h>
#include <linux/kvm_host.h>

#define KERN_TO_HYP(kva)	((unsigned long)(kva) & HYP_PAGE_OFFSET_MASK)

/* IPAs have 40 bits: 1024 entries of 1 GB in the concatenated level-1 tables. */
#define KVM_PHYS_SHIFT		40
#define KVM_PHYS_SIZE		(1UL << KVM_PHYS_SHIFT)
#define KVM_PHYS_MASK		(KVM_PHYS_SIZE - 1)

#define PTRS_PER_S2_PGD		1024
#define S2_PGD_ORDER		1	/* two pages, and so aligned to 8 KB */

int create_hyp_mappings(void *from, void *to);
int create_hyp_io_mappings(void *from, void *to, phys_addr_t phys);
void free_hyp_pgds(void);

int kvm_alloc_stage2_pgd(struct kvm *kvm);
void kvm_free_stage2_pgd(struct kvm *kvm);
int kvm_phys_addr_ioremap(struct kvm *kvm, phys_addr_t guest_ipa, phys_addr_t pa,
			  unsigned long size);
void unmap_stage2_range(struct kvm *kvm, phys_addr_t start, u64 size);

int kvm_handle_guest_abort(struct kvm_vcpu *vcpu, struct kvm_run *run);
void kvm_mmu_free_memory_caches(struct kvm_vcpu *vcpu);

phys_addr_t kvm_mmu_get_httbr(void);
phys_addr_t kvm_mmu_get_boot_httbr(void);
phys_addr_t kvm_get_idmap_vector(void);
int kvm_mmu_init(void);

#endif
#endif

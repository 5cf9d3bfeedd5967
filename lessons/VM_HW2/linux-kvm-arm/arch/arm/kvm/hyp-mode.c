/*
 * Bringing the hypervisor up. At boot the kernel came in at EL2, left a small stub there
 * and went down to EL1. Now KVM moves into EL2: tables of its own, a stack, and the
 * vectors of hyp.S.
 *
 * Linux 3.14: same names, in arm.c.
 */
#include <linux/errno.h>
#include <linux/gfp.h>
#include <linux/init.h>
#include <linux/kernel.h>
#include <linux/kvm_host.h>
#include <asm/kvm_asm.h>
#include <asm/kvm_mmu.h>
#include <asm/virt.h>

/* One CPU, hence one of each: the stack of EL2, and the place where the host rests. */
static unsigned long kvm_arm_hyp_stack_page;
kvm_cpu_context_t kvm_host_cpu_state;

/*
 * Replace the hyp stub by KVM's own EL2: first its vectors of the start, which run
 * with the MMU off, then one HVC into them. See hyp-init.S.
 */
static void cpu_init_hyp_mode(void)
{
	phys_addr_t boot_pgd_ptr = kvm_mmu_get_boot_httbr();
	phys_addr_t pgd_ptr = kvm_mmu_get_httbr();
	unsigned long hyp_stack_ptr = KERN_TO_HYP(kvm_arm_hyp_stack_page + PAGE_SIZE);
	unsigned long vector_ptr = KERN_TO_HYP(__kvm_hyp_vector);

	__hyp_set_vectors(kvm_get_idmap_vector());

	kvm_call_hyp((void *)boot_pgd_ptr, pgd_ptr, hyp_stack_ptr, vector_ptr);
}

/* Build the tables of EL2, with all that hyp.S touches, and move in. */
static int init_hyp_mode(void)
{
	int err;

	err = kvm_mmu_init();
	if (err)
		goto out;

	err = -ENOMEM;
	kvm_arm_hyp_stack_page = get_zeroed_page(GFP_KERNEL);
	if (!kvm_arm_hyp_stack_page)
		goto out_free_pgds;

	err = create_hyp_mappings(__kvm_hyp_code_start, __kvm_hyp_code_end);
	if (err)
		goto out_free_stack;

	err = create_hyp_mappings((void *)kvm_arm_hyp_stack_page,
				  (void *)(kvm_arm_hyp_stack_page + PAGE_SIZE));
	if (err)
		goto out_free_stack;

	err = create_hyp_mappings(&kvm_host_cpu_state, &kvm_host_cpu_state + 1);
	if (err)
		goto out_free_stack;

	cpu_init_hyp_mode();

	err = kvm_vgic_hyp_init();
	if (err)
		return err;	/* EL2 stays as it is: there is no way back to the stub */

	err = kvm_timer_hyp_init();
	if (err)
		return err;

	pr_info("kvm: Hyp mode initialized successfully\n");
	return 0;

out_free_stack:
	free_page(kvm_arm_hyp_stack_page);
out_free_pgds:
	free_hyp_pgds();
out:
	pr_err("kvm: error initializing Hyp mode: %d\n", err);
	return err;
}

/* Can this machine run guests? If so, get ready for them. */
int kvm_arch_init(void)
{
	if (!is_hyp_mode_available()) {
		pr_info("kvm: HYP mode not available\n");
		return -ENODEV;
	}

	return init_hyp_mode();
}

static int __init arm_init(void)
{
	return kvm_init();
}

module_init(arm_init);

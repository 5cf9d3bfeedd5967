#ifndef __ARM64_KVM_MMIO_H__
#define __ARM64_KVM_MMIO_H__

#include <linux/types.h>

struct kvm_vcpu;
struct kvm_run;

/* What a load or store wants, beyond its address and size: kept until the data is there. */
struct kvm_decode {
	unsigned long rt;	/* number of the register; 31 is XZR */
	bool sign_extend;
	bool sixty_four;	/* the register is Xt, not Wt */
};

/* One access to a device: how it travels to the vGIC or into struct kvm_run. */
struct kvm_exit_mmio {
	phys_addr_t phys_addr;
	u8 data[8];
	u32 len;
	bool is_write;
};

void kvm_prepare_mmio(struct kvm_run *run, struct kvm_exit_mmio *mmio);
int kvm_handle_mmio_return(struct kvm_vcpu *vcpu, struct kvm_run *run);
int io_mem_abort(struct kvm_vcpu *vcpu, struct kvm_run *run, phys_addr_t fault_ipa);

#endif

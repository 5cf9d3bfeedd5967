#ifndef __KVM_HOST_H
#define __KVM_HOST_H

/*
 * A virtual machine (struct kvm), its memory slots, and its virtual CPUs
 * (struct kvm_vcpu), as the hypervisor keeps them.
 */
#include <linux/types.h>
#include <linux/errno.h>
#include <linux/mm.h>
#include <linux/mmu_notifier.h>
#include <linux/mutex.h>
#include <linux/ratelimit.h>
#include <linux/sched.h>
#include <linux/spinlock.h>
#include <linux/wait.h>
#include <linux/kvm.h>

/*
 * Three kinds of page number: gfn of the guest's "physical" memory, hva of the
 * process that owns the VM, pfn of real memory.
 */
typedef u64 gpa_t;
typedef u64 gfn_t;
typedef u64 pfn_t;

#include <asm/kvm_host.h>

#define KVM_ERR_PFN		(1ULL << 63)
#define is_error_pfn(pfn)	(((pfn) & KVM_ERR_PFN) != 0)
#define KVM_HVA_ERR_BAD		(~0UL)

/* Where a vcpu is: for a debugger's eyes. With one CPU nobody else needs to know. */
enum {
	OUTSIDE_GUEST_MODE,
	IN_GUEST_MODE
};

/* A virtual CPU. KVM_CREATE_VCPU makes one, filled with zeros. */
struct kvm_vcpu {
	struct kvm *kvm;		/* the machine it belongs to */
	int cpu;			/* the real CPU that it runs on, or -1 */
	int vcpu_id;
	int mode;			/* OUTSIDE_GUEST_MODE … */
	struct mutex mutex;		/* one KVM_RUN at a time */
	struct kvm_run *run;		/* the page shared with lkvm */
	unsigned long coalesced_ring;	/* another one, of no use on Arm */
	wait_queue_head_t wq;		/* WFI sleeps here */
	int sigset_active;
	sigset_t sigset;		/* the signal mask while in KVM_RUN */
	struct kvm_vcpu_stat stat;
	bool preempted;
	struct kvm_vcpu_arch arch;	/* registers, vGIC, timer: <asm/kvm_host.h> */
};

/* A stretch of guest memory: where the guest sees it, and where lkvm does. */
struct kvm_memory_slot {
	gfn_t base_gfn;
	unsigned long npages;		/* 0 = slot not in use */
	unsigned long userspace_addr;
};

struct kvm {
	spinlock_t mmu_lock;		/* stage-2 tables */
	struct mutex lock;
	struct mm_struct *mm;		/* of the process whose memory the guest uses; held */
	struct kvm_memory_slot memslots[KVM_USER_MEM_SLOTS];
	struct mmu_notifier mmu_notifier;	/* tells us when the process's memory changes */
	unsigned long mmu_notifier_count;	/* changes that are going on */
	unsigned long mmu_notifier_seq;	/* changes so far, of slots, too */
	struct kvm_vcpu *vcpus[KVM_MAX_VCPUS];	/* by vcpu_id */
	int online_vcpus;
	atomic_t users_count;		/* open file descriptors */
	struct kvm_arch arch;		/* VMID, stage-2 root, vGIC: <asm/kvm_host.h> */
};

#define kvm_for_each_vcpu(idx, vcpup, kvm) \
	for (idx = 0; idx < KVM_MAX_VCPUS; idx++) \
		if (((vcpup) = (kvm)->vcpus[idx]))

static inline struct kvm_vcpu *kvm_get_vcpu(struct kvm *kvm, int i)
{
	return i >= 0 && i < KVM_MAX_VCPUS ? kvm->vcpus[i] : NULL;
}

/*
 * A page was looked up when mmu_notifier_seq was seq: may it enter stage 2, or has the process's memory
 * changed since, or is it changing? mmu_lock is held.
 */
static inline bool mmu_notifier_retry(struct kvm *kvm, unsigned long seq)
{
	return kvm->mmu_notifier_count || kvm->mmu_notifier_seq != seq;
}

static inline gpa_t gfn_to_gpa(gfn_t gfn)
{
	return gfn << PAGE_SHIFT;
}

/* virt/kvm/kvm_main.c */
int kvm_init(void);
void kvm_get_kvm(struct kvm *kvm);
void kvm_put_kvm(struct kvm *kvm);
int vcpu_load(struct kvm_vcpu *vcpu);
void vcpu_put(struct kvm_vcpu *vcpu);

/* virt/kvm/memslots.c */
int kvm_set_memory_region(struct kvm *kvm, struct kvm_userspace_memory_region *mem);
struct kvm_memory_slot *gfn_to_memslot(struct kvm *kvm, gfn_t gfn);
int kvm_is_visible_gfn(struct kvm *kvm, gfn_t gfn);
void kvm_unmap_hva_range(struct kvm *kvm, unsigned long start, unsigned long end);
void kvm_init_mmu_notifier(struct kvm *kvm);
unsigned long gfn_to_hva(struct kvm *kvm, gfn_t gfn);
pfn_t gfn_to_pfn_prot(struct kvm *kvm, gfn_t gfn, bool write_fault, bool *writable);

/* virt/kvm/kvm_main.c */
void kvm_vcpu_block(struct kvm_vcpu *vcpu);
void kvm_vcpu_kick(struct kvm_vcpu *vcpu);
void kvm_vcpu_on_spin(struct kvm_vcpu *vcpu);
int kvm_vcpu_init(struct kvm_vcpu *vcpu, struct kvm *kvm, unsigned int id);
void kvm_vcpu_uninit(struct kvm_vcpu *vcpu);

/*
 * A device that the kernel plays and KVM_CREATE_DEVICE makes. The functions answer its
 * ioctls; each is called with kvm->lock held.
 */
struct kvm_device_ops {
	const char *name;
	int (*create)(struct kvm *kvm);
	int (*set_attr)(struct kvm *kvm, struct kvm_device_attr *attr);
	int (*get_attr)(struct kvm *kvm, struct kvm_device_attr *attr);
	int (*has_attr)(struct kvm *kvm, struct kvm_device_attr *attr);
};

extern const struct kvm_device_ops kvm_arm_vgic_v2_ops;

/* virt/kvm/kvm_device.c */
long kvm_ioctl_create_device(struct kvm *kvm, struct kvm_create_device __user *arg);

/* Messages that a guest can cause: a few of them, then silence for a while. */
#define kvm_guest_err(fmt, ...) \
	do { if (printk_ratelimit()) pr_err("kvm: " fmt, ##__VA_ARGS__); } while (0)

/* arch/arm/kvm/hyp-mode.c */
int kvm_arch_init(void);

/* arch/arm/kvm/arm.c, arm-ioctl.c */
int kvm_arch_init_vm(struct kvm *kvm, unsigned long type);
void kvm_arch_destroy_vm(struct kvm *kvm);
int kvm_dev_ioctl_check_extension(long ext);
long kvm_arch_vm_ioctl(struct kvm *kvm, unsigned int ioctl, unsigned long arg);
int kvm_vm_ioctl_irq_line(struct kvm *kvm, struct kvm_irq_level *irq_level);
struct kvm_vcpu *kvm_arch_vcpu_create(struct kvm *kvm, unsigned int id);
int kvm_arch_vcpu_init(struct kvm_vcpu *vcpu);
void kvm_arch_vcpu_free(struct kvm_vcpu *vcpu);
void kvm_arch_vcpu_load(struct kvm_vcpu *vcpu, int cpu);
void kvm_arch_vcpu_put(struct kvm_vcpu *vcpu);
long kvm_arch_vcpu_ioctl(struct kvm_vcpu *vcpu, unsigned int ioctl, unsigned long arg);
int kvm_arch_vcpu_ioctl_run(struct kvm_vcpu *vcpu, struct kvm_run *run);
int kvm_arch_vcpu_runnable(struct kvm_vcpu *vcpu);
int kvm_arch_prepare_memory_region(struct kvm *kvm, struct kvm_userspace_memory_region *mem);
void kvm_arch_flush_shadow_memslot(struct kvm *kvm, struct kvm_memory_slot *slot);

#endif

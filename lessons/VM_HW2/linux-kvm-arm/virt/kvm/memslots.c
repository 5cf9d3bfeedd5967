/*
 * The memory of a VM. lkvm gives it away in slots: so many pages of the guest, from this
 * one on, are my own pages from that address on. A page of the guest goes a way of three
 * numbers:
 *
 *	gfn	where the guest takes it to be	gfn_to_memslot()
 *	hva	where lkvm has it		gfn_to_hva()
 *	pfn	where it really is		gfn_to_pfn_prot()
 *
 * Where no slot is, there is no memory, and an access means a device.
 *
 * Linux 3.14: same names, in kvm_main.c.
 */
#include <linux/errno.h>
#include <linux/gfp.h>
#include <linux/kernel.h>
#include <linux/kvm.h>
#include <linux/kvm_host.h>
#include <linux/mm.h>
#include <linux/sched.h>
#include <linux/uaccess.h>
#include <asm/kvm_mmu.h>

/* The slot that holds a page of the guest, or NULL: then there is no memory. */
struct kvm_memory_slot *gfn_to_memslot(struct kvm *kvm, gfn_t gfn)
{
	int i;

	for (i = 0; i < KVM_USER_MEM_SLOTS; i++) {
		struct kvm_memory_slot *slot = &kvm->memslots[i];

		if (gfn >= slot->base_gfn && gfn - slot->base_gfn < slot->npages)
			return slot;
	}
	return NULL;
}

/* Is there memory at this page of the guest? If not, a guest that touches it means a device. */
int kvm_is_visible_gfn(struct kvm *kvm, gfn_t gfn)
{
	return gfn_to_memslot(kvm, gfn) != NULL;
}

/* Where lkvm sees this page of the guest, or KVM_HVA_ERR_BAD. */
unsigned long gfn_to_hva(struct kvm *kvm, gfn_t gfn)
{
	struct kvm_memory_slot *slot = gfn_to_memslot(kvm, gfn);

	if (!slot)
		return KVM_HVA_ERR_BAD;
	return slot->userspace_addr + ((gfn - slot->base_gfn) << PAGE_SHIFT);
}

/*
 * lkvm's memory from start to end changes: the guest loses it too, and gets what is there then
 * by a new fault. mmu_lock is held. (3.14: arch/arm/kvm/mmu.c.)
 */
void kvm_unmap_hva_range(struct kvm *kvm, unsigned long start, unsigned long end)
{
	int i;

	for (i = 0; i < KVM_USER_MEM_SLOTS; i++) {
		struct kvm_memory_slot *slot = &kvm->memslots[i];
		unsigned long hva = slot->userspace_addr;
		unsigned long from = max(start, hva);
		unsigned long to = min(end, hva + (slot->npages << PAGE_SHIFT));

		if (from < to)
			unmap_stage2_range(kvm, gfn_to_gpa(slot->base_gfn) + (from - hva), to - from);
	}
}

/*
 * The real page behind a page of the guest. It comes with a reference, which
 * stage 2 keeps until the page leaves it. *writable says whether the guest may write to it now.
 *
 * The page is always fetched for writing, so that lkvm and the guest share one page
 * from the start, and a page that is read first does not change when it is written.
 */
pfn_t gfn_to_pfn_prot(struct kvm *kvm, gfn_t gfn, bool write_fault, bool *writable)
{
	unsigned long hva = gfn_to_hva(kvm, gfn);
	unsigned long pfn;

	*writable = write_fault;
	if (hva == KVM_HVA_ERR_BAD)
		return KVM_ERR_PFN;

	if (get_user_page(current->mm, hva, 1, &pfn) == 0)
		return pfn;

	/* Memory that lkvm itself may only read */
	if (!write_fault && get_user_page(current->mm, hva, 0, &pfn) == 0)
		return pfn;
	return KVM_ERR_PFN;
}

/*
 * The process's memory changes: pages of it go (munmap), move (mremap), may not be written any
 * longer (mprotect, fork). The guest must not keep them, nor get them while it lasts.
 */
static void kvm_mmu_notifier_invalidate_range_start(struct mmu_notifier *mn, struct mm_struct *mm,
						    unsigned long start, unsigned long end)
{
	struct kvm *kvm = container_of(mn, struct kvm, mmu_notifier);

	spin_lock(&kvm->mmu_lock);
	kvm->mmu_notifier_count++;
	kvm_unmap_hva_range(kvm, start, end);
	spin_unlock(&kvm->mmu_lock);
}

static void kvm_mmu_notifier_invalidate_range_end(struct mmu_notifier *mn, struct mm_struct *mm,
						  unsigned long start, unsigned long end)
{
	struct kvm *kvm = container_of(mn, struct kvm, mmu_notifier);

	spin_lock(&kvm->mmu_lock);
	kvm->mmu_notifier_seq++;
	kvm->mmu_notifier_count--;
	spin_unlock(&kvm->mmu_lock);
}

static const struct mmu_notifier_ops kvm_mmu_notifier_ops = {
	.invalidate_range_start = kvm_mmu_notifier_invalidate_range_start,
	.invalidate_range_end = kvm_mmu_notifier_invalidate_range_end,
};

void kvm_init_mmu_notifier(struct kvm *kvm)
{
	kvm->mmu_notifier.ops = &kvm_mmu_notifier_ops;
	mmu_notifier_register(&kvm->mmu_notifier, kvm->mm);
}

static bool slots_overlap(struct kvm *kvm, int id, gfn_t base, unsigned long npages)
{
	int i;

	for (i = 0; i < KVM_USER_MEM_SLOTS; i++) {
		struct kvm_memory_slot *slot = &kvm->memslots[i];

		if (i != id && slot->npages && base < slot->base_gfn + slot->npages &&
		    slot->base_gfn < base + npages)
			return true;
	}
	return false;
}

static int check_memory_region(struct kvm_userspace_memory_region *mem)
{
	if (mem->slot >= KVM_USER_MEM_SLOTS || mem->flags)
		return -EINVAL;
	if ((mem->memory_size | mem->guest_phys_addr | mem->userspace_addr) & ~PAGE_MASK)
		return -EINVAL;
	if (mem->guest_phys_addr + mem->memory_size < mem->guest_phys_addr)
		return -EINVAL;
	if (mem->memory_size && !access_ok(VERIFY_WRITE,
					   (void __user *)(unsigned long)mem->userspace_addr,
					   mem->memory_size))
		return -EINVAL;
	return 0;
}

/*
 * KVM_SET_USER_MEMORY_REGION: a new slot, a slot that moves, or (size 0) a slot that goes.
 * kvm->lock is held.
 */
int kvm_set_memory_region(struct kvm *kvm, struct kvm_userspace_memory_region *mem)
{
	struct kvm_memory_slot *slot;
	unsigned long npages = mem->memory_size >> PAGE_SHIFT;
	gfn_t base_gfn = mem->guest_phys_addr >> PAGE_SHIFT;
	int ret;

	ret = check_memory_region(mem);
	if (ret)
		return ret;

	slot = &kvm->memslots[mem->slot];
	if (!npages && !slot->npages)
		return -EINVAL;
	if (npages && slot->npages) {
		/* A slot may move to another place in the guest, but not in lkvm, nor grow. */
		if (npages != slot->npages || mem->userspace_addr != slot->userspace_addr)
			return -EINVAL;
		if (base_gfn == slot->base_gfn)
			return 0;
	}
	if (npages && slots_overlap(kvm, mem->slot, base_gfn, npages))
		return -EEXIST;

	ret = kvm_arch_prepare_memory_region(kvm, mem);
	if (ret)
		return ret;

	spin_lock(&kvm->mmu_lock);
	if (slot->npages)
		kvm_arch_flush_shadow_memslot(kvm, slot);
	slot->base_gfn = base_gfn;
	slot->npages = npages;
	slot->userspace_addr = mem->userspace_addr;
	kvm->mmu_notifier_seq++;	/* a fault that is on its way looks again */
	spin_unlock(&kvm->mmu_lock);
	return 0;
}

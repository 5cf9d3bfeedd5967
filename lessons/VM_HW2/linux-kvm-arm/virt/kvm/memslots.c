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
 * The real page behind a page of the guest. It comes with a reference, which
 * stage 2 keeps until the page leaves it. *writable says whether the guest may write to it now.
 *
 * The page is always fetched for writing, so that lkvm and the guest share one page
 * from the start: Linux would be told (by an MMU notifier) if lkvm's page changed
 * later, this kernel would not.
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
	kvm->memslots_generation++;	/* a fault that is on its way looks again */
	spin_unlock(&kvm->mmu_lock);
	return 0;
}

/*
 * Two sets of page tables that the kernel keeps for others:
 *
 *	the hypervisor's own	what hyp.S touches, mapped at EL2
 *	stage 2			what a guest takes for physical memory
 *
 * Stage 2 starts empty. Every page gets in when the guest touches it for the first
 * time: the access traps, kvm_handle_guest_abort() finds the host's page behind it,
 * enters it, and the guest tries again.
 *
 * Linux 3.14: same names, same file.
 */
#include <linux/errno.h>
#include <linux/gfp.h>
#include <linux/kernel.h>
#include <linux/mm.h>
#include <linux/string.h>
#include <linux/kvm_host.h>
#include <asm/cacheflush.h>
#include <asm/kvm_arm.h>
#include <asm/kvm_asm.h>
#include <asm/kvm_emulate.h>
#include <asm/kvm_mmu.h>
#include <asm/pgtable.h>
#include <asm/virt.h>

#include "trace.h"

static pgd_t *boot_hyp_pgd;
static pgd_t *hyp_pgd;

/* ---- EL2's own tables ---- */

/* Map [from, to) of the kernel's linear map at EL2. 0 or -ENOMEM. */
int create_hyp_mappings(void *from, void *to)
{
	unsigned long start = (unsigned long)from & PAGE_MASK;
	unsigned long end = PAGE_ALIGN((unsigned long)to);

	return map_kernel_range(hyp_pgd, KERN_TO_HYP(start), virt_to_phys((void *)start),
				end - start, PAGE_HYP);
}

/* The same for device registers, which the kernel has mapped with ioremap(). */
int create_hyp_io_mappings(void *from, void *to, phys_addr_t phys)
{
	unsigned long start = (unsigned long)from & PAGE_MASK;
	unsigned long end = PAGE_ALIGN((unsigned long)to);

	return map_kernel_range(hyp_pgd, KERN_TO_HYP(start), phys & PAGE_MASK, end - start,
				PAGE_HYP_DEVICE);
}

static void free_hyp_pgd(pgd_t *pgd)
{
	if (!pgd)
		return;
	free_pgtables(pgd, 0, HYP_PAGE_OFFSET_MASK + 1);
	free_page((unsigned long)pgd);
}

void free_hyp_pgds(void)
{
	free_hyp_pgd(boot_hyp_pgd);
	free_hyp_pgd(hyp_pgd);
	boot_hyp_pgd = NULL;
	hyp_pgd = NULL;
}

phys_addr_t kvm_mmu_get_httbr(void)
{
	return virt_to_phys(hyp_pgd);
}

phys_addr_t kvm_mmu_get_boot_httbr(void)
{
	return virt_to_phys(boot_hyp_pgd);
}

/* The vectors that EL2 has while its MMU is off. */
phys_addr_t kvm_get_idmap_vector(void)
{
	return virt_to_phys(__kvm_hyp_init);
}

/* The tables for hyp-init.S: its page twice in the one, once in the other. */
int kvm_mmu_init(void)
{
	phys_addr_t idmap = virt_to_phys(__hyp_idmap_text_start) & PAGE_MASK;
	int err = -ENOMEM;

	boot_hyp_pgd = (pgd_t *)get_zeroed_page(GFP_KERNEL);
	hyp_pgd = (pgd_t *)get_zeroed_page(GFP_KERNEL);
	if (!boot_hyp_pgd || !hyp_pgd)
		goto out;

	err = map_kernel_range(boot_hyp_pgd, idmap, idmap, PAGE_SIZE, PAGE_HYP);
	if (err)
		goto out;
	err = map_kernel_range(boot_hyp_pgd, TRAMPOLINE_VA, idmap, PAGE_SIZE, PAGE_HYP);
	if (err)
		goto out;
	err = map_kernel_range(hyp_pgd, TRAMPOLINE_VA, idmap, PAGE_SIZE, PAGE_HYP);
	if (err)
		goto out;
	return 0;

out:
	free_hyp_pgds();
	return err;
}

/* ---- Stage 2: building and tearing down ---- */

static void kvm_tlb_flush_vmid_ipa(struct kvm *kvm, phys_addr_t ipa)
{
	/* A VM that has never run has no VMID and nothing in the TLB. */
	if (kvm->arch.vttbr)
		kvm_call_hyp(__kvm_tlb_flush_vmid_ipa, kvm, ipa);
}

/* Set pages aside so that at least min are there. 0 or -ENOMEM. */
static int mmu_topup_memory_cache(struct kvm_mmu_memory_cache *cache, int min)
{
	while (cache->nobjs < min) {
		void *page = (void *)get_zeroed_page(GFP_KERNEL);

		if (!page)
			return -ENOMEM;
		cache->objects[cache->nobjs++] = page;
	}
	return 0;
}

static void *mmu_memory_cache_alloc(struct kvm_mmu_memory_cache *cache)
{
	BUG_ON(!cache || !cache->nobjs);
	return cache->objects[--cache->nobjs];
}

static void mmu_free_memory_cache(struct kvm_mmu_memory_cache *cache)
{
	while (cache->nobjs)
		free_page((unsigned long)cache->objects[--cache->nobjs]);
}

void kvm_mmu_free_memory_caches(struct kvm_vcpu *vcpu)
{
	mmu_free_memory_cache(&vcpu->arch.mmu_page_cache);
}

/* Two level-1 tables side by side: 1024 entries, 1 GB each. */
int kvm_alloc_stage2_pgd(struct kvm *kvm)
{
	unsigned long pgd = __get_free_pages(GFP_KERNEL | __GFP_ZERO, S2_PGD_ORDER);

	if (!pgd)
		return -ENOMEM;
	kvm->arch.pgd = (u64 *)pgd;
	return 0;
}

static pud_t *stage2_pud_offset(struct kvm *kvm, phys_addr_t ipa)
{
	return (pud_t *)kvm->arch.pgd + ((ipa >> PGDIR_SHIFT) & (PTRS_PER_S2_PGD - 1));
}

/* The entry for ipa, or NULL. With a cache, missing tables on the way are made. */
static pte_t *stage2_pte_offset(struct kvm *kvm, struct kvm_mmu_memory_cache *cache,
				phys_addr_t ipa)
{
	pud_t *pud = stage2_pud_offset(kvm, ipa);
	pmd_t *pmd;

	if (pud_none(*pud)) {
		if (!cache)
			return NULL;
		pud_populate(NULL, pud, mmu_memory_cache_alloc(cache));
	}

	pmd = pmd_offset(pud, ipa);
	if (pmd_none(*pmd)) {
		if (!cache)
			return NULL;
		pmd_populate_kernel(NULL, pmd, mmu_memory_cache_alloc(cache));
	}

	return pte_offset_kernel(pmd, ipa);
}

/* What an entry lets go of: RAM is counted, device registers are not. */
static void stage2_put_page(pte_t pte)
{
	if (pfn_valid(pte_pfn(pte)))
		put_pfn(pte_pfn(pte));
}

/* Enter a page. What was there before, the same page read-only for instance, leaves. */
static void stage2_set_pte(struct kvm *kvm, struct kvm_mmu_memory_cache *cache,
			   phys_addr_t ipa, pte_t new_pte)
{
	pte_t *pte = stage2_pte_offset(kvm, cache, ipa);
	pte_t old_pte = *pte;

	set_pte(pte, new_pte);
	if (pte_present(old_pte)) {
		kvm_tlb_flush_vmid_ipa(kvm, ipa);
		stage2_put_page(old_pte);
	}
}

/* Remove all pages of an IPA range; mmu_lock is held. */
void unmap_stage2_range(struct kvm *kvm, phys_addr_t start, u64 size)
{
	phys_addr_t ipa;
	phys_addr_t end = start + size;

	for (ipa = start; ipa < end; ipa += PAGE_SIZE) {
		pte_t *pte;

		if (pud_none(*stage2_pud_offset(kvm, ipa))) {
			ipa |= PGDIR_SIZE - PAGE_SIZE;	/* nothing in this gigabyte */
			continue;
		}
		if (pmd_none(*pmd_offset(stage2_pud_offset(kvm, ipa), ipa))) {
			ipa |= PMD_SIZE - PAGE_SIZE;	/* nothing in these 2 MB */
			continue;
		}

		pte = stage2_pte_offset(kvm, NULL, ipa);
		if (pte_present(*pte)) {
			pte_t old_pte = *pte;

			set_pte(pte, __pte(0));
			kvm_tlb_flush_vmid_ipa(kvm, ipa);
			stage2_put_page(old_pte);
		}
	}
}

/* Free the tables below one entry of the root. */
static void free_stage2_pmds(pud_t *pud)
{
	pmd_t *pmds = pmd_offset(pud, 0);
	int i;

	for (i = 0; i < PTRS_PER_PMD; i++) {
		if (!pmd_none(pmds[i]))
			free_page((unsigned long)pte_offset_kernel(&pmds[i], 0));
	}
	free_page((unsigned long)pmds);
}

void kvm_free_stage2_pgd(struct kvm *kvm)
{
	pud_t *puds = (pud_t *)kvm->arch.pgd;
	int i;

	if (!puds)
		return;

	unmap_stage2_range(kvm, 0, KVM_PHYS_SIZE);
	for (i = 0; i < PTRS_PER_S2_PGD; i++) {
		if (!pud_none(puds[i]))
			free_stage2_pmds(&puds[i]);
	}
	free_pages((unsigned long)puds, S2_PGD_ORDER);
	kvm->arch.pgd = NULL;
}

/* Let the guest have device registers, for instance GICV as its own CPU interface. */
int kvm_phys_addr_ioremap(struct kvm *kvm, phys_addr_t guest_ipa, phys_addr_t pa,
			  unsigned long size)
{
	struct kvm_mmu_memory_cache cache = { 0 };
	unsigned long offset;
	int ret = 0;

	for (offset = 0; offset < size; offset += PAGE_SIZE) {
		ret = mmu_topup_memory_cache(&cache, 2);
		if (ret)
			break;

		spin_lock(&kvm->mmu_lock);
		stage2_set_pte(kvm, &cache, guest_ipa + offset,
			       pfn_pte((pa + offset) >> PAGE_SHIFT, PAGE_S2_DEVICE));
		spin_unlock(&kvm->mmu_lock);
	}

	mmu_free_memory_cache(&cache);
	return ret;
}

/* ---- Stage 2: faults ---- */

/*
 * Did the guest want to write? An instruction fetch did not. If the syndrome does not
 * describe the access, take it for a write: that is always enough.
 */
static bool kvm_is_write_fault(struct kvm_vcpu *vcpu)
{
	if (kvm_vcpu_trap_is_iabt(vcpu))
		return false;
	if (kvm_vcpu_dabt_isvalid(vcpu) && !kvm_vcpu_dabt_iswrite(vcpu))
		return false;
	return true;
}

/*
 * The guest touched memory that stage 2 does not (yet) allow. Find the host's page and
 * enter it: writable if the guest writes, read-only if not. So a page that is first
 * read and later written traps twice, the second time with a permission fault. (In
 * 3.14 this is so because arm64 lacks __get_user_pages_fast(); later kernels map a
 * page writable at once when the host has it writable.)
 *
 * Returns 0, or a negative error that ends KVM_RUN.
 */
static int user_mem_abort(struct kvm_vcpu *vcpu, phys_addr_t fault_ipa, unsigned long fault_status)
{
	struct kvm_mmu_memory_cache *memcache = &vcpu->arch.mmu_page_cache;
	gfn_t gfn = fault_ipa >> PAGE_SHIFT;
	bool write_fault = kvm_is_write_fault(vcpu);
	unsigned long mmu_seq = vcpu->kvm->mmu_notifier_seq;
	bool writable;
	pte_t new_pte;
	pfn_t pfn;
	int ret;

	if (fault_status == FSC_PERM && !write_fault) {
		kvm_guest_err("unexpected permission fault at ipa %#llx\n",
		       (unsigned long long)fault_ipa);
		return -EFAULT;
	}

	/* One page for each level below the root. */
	ret = mmu_topup_memory_cache(memcache, 2);
	if (ret)
		return ret;

	/* May sleep: the page might not be there yet. */
	pfn = gfn_to_pfn_prot(vcpu->kvm, gfn, write_fault, &writable);
	if (is_error_pfn(pfn))
		return -EFAULT;

	/* The guest may execute what the host has just written there. */
	flush_icache_range((unsigned long)pfn_to_virt(pfn),
			   (unsigned long)pfn_to_virt(pfn) + PAGE_SIZE);

	new_pte = pfn_pte(pfn, PAGE_S2);
	if (writable)
		new_pte = __pte(pte_val(new_pte) | PTE_S2_RDWR);

	spin_lock(&vcpu->kvm->mmu_lock);
	if (!mmu_notifier_retry(vcpu->kvm, mmu_seq))
		stage2_set_pte(vcpu->kvm, memcache, fault_ipa, new_pte);
	else
		put_pfn(pfn);	/* it may not be the page any longer: let the guest try again */
	spin_unlock(&vcpu->kvm->mmu_lock);
	return 0;
}

/*
 * A guest access missed in stage 2. Memory: enter a page and let the guest try again.
 * Anything else is a device: leave it to io_mem_abort(). Returns 1 to re-enter the
 * guest, 0 to exit to user space, negative on error.
 */
int kvm_handle_guest_abort(struct kvm_vcpu *vcpu, struct kvm_run *run)
{
	phys_addr_t fault_ipa = kvm_vcpu_get_fault_ipa(vcpu);
	gfn_t gfn = fault_ipa >> PAGE_SHIFT;
	bool is_iabt = kvm_vcpu_trap_is_iabt(vcpu);
	unsigned long fault_status;
	int ret;

	trace_kvm_guest_fault(*vcpu_pc(vcpu), kvm_vcpu_get_hsr(vcpu),
			      kvm_vcpu_get_hfar(vcpu), fault_ipa);

	/* Only these two can be mended by a new entry. */
	fault_status = kvm_vcpu_trap_get_fault(vcpu);
	if (fault_status != FSC_FAULT && fault_status != FSC_PERM) {
		kvm_guest_err("unsupported fault status: class %#x, fsc %#lx\n",
		       kvm_vcpu_trap_get_class(vcpu), fault_status);
		return -EFAULT;
	}

	if (!kvm_is_visible_gfn(vcpu->kvm, gfn)) {
		if (is_iabt) {
			/* No instructions in a device. */
			kvm_inject_pabt(vcpu, kvm_vcpu_get_hfar(vcpu));
			return 1;
		}

		if (fault_status == FSC_PERM) {
			kvm_guest_err("permission fault outside of memory, ipa %#llx\n",
			       (unsigned long long)fault_ipa);
			return -EFAULT;
		}

		/* HPFAR_EL2 gives the page; the place in it is that of the virtual address. */
		fault_ipa |= kvm_vcpu_get_hfar(vcpu) & ~PAGE_MASK;
		return io_mem_abort(vcpu, run, fault_ipa);
	}

	ret = user_mem_abort(vcpu, fault_ipa, fault_status);
	return ret ? ret : 1;
}

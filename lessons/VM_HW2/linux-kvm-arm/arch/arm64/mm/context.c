/*
 * Which user space the MMU sees. Every mm gets an ASID, a tag of its TLB entries, so
 * that switching needs no flush. There are 255 of them (8 bits, 0 is nobody's); when
 * they run out a new generation begins with an empty TLB.
 */
#include <linux/mm.h>
#include <linux/irqflags.h>
#include <asm/tlbflush.h>

#define ASID_BITS 8

static pgd_t empty_pg_dir[PTRS_PER_PGD] __aligned(4096);
static unsigned long last_asid = 1UL << ASID_BITS; /* generation 1 */
static struct mm_struct *active_mm;

static void new_asid(struct mm_struct *mm)
{
	last_asid++;
	if (!(last_asid & ((1UL << ASID_BITS) - 1))) {
		flush_tlb_all();
		last_asid++;
	}
	mm->asid = last_asid;
}

static void set_ttbr0(pgd_t *pgd, unsigned long asid)
{
	/* through the linear map's formula: empty_pg_dir lies in the kernel image, in it too */
	__asm__ volatile("msr ttbr0_el1, %0\n\tisb"
			 :
			 : "r"(__pa(pgd) | (asid & 0xff) << 48)
			 : "memory");
}

void switch_mm(struct mm_struct *next)
{
	unsigned long flags;

	local_irq_save(flags);
	active_mm = next;
	if (!next) {
		set_ttbr0(empty_pg_dir, 0);
	} else {
		if (next->asid >> ASID_BITS != last_asid >> ASID_BITS)
			new_asid(next);
		set_ttbr0(next->pgd, next->asid);
	}
	local_irq_restore(flags);
}

/* Before an mm's tables are freed. */
void leave_mm(struct mm_struct *mm)
{
	if (active_mm == mm)
		switch_mm(NULL);
}

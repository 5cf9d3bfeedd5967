/*
 * kmalloc(): sizes are rounded up to a power of two from 32 to 2048 bytes, and each
 * size has a list of free pieces, cut from whole pages. Larger requests get pages.
 * The page of a piece remembers the kind (page_note), so kfree() needs no size.
 */
#include <linux/slab.h>
#include <linux/mm.h>
#include <linux/string.h>
#include <linux/irqflags.h>
#include <linux/kernel.h>

#define MIN_SHIFT 5
#define MAX_SHIFT 11
#define NOTE_LARGE 0x80 /* + order: the memory is whole pages */

struct piece {
	struct piece *next;
};

static struct piece *free_pieces[MAX_SHIFT + 1];

/* Cuts a fresh page into pieces of 2^shift bytes. */
static bool refill(int shift)
{
	char *page = (char *)__get_free_page(GFP_KERNEL);

	if (!page)
		return false;
	*page_note(page) = shift;
	for (unsigned long at = 0; at < PAGE_SIZE; at += 1UL << shift) {
		struct piece *p = (struct piece *)(page + at);

		p->next = free_pieces[shift];
		free_pieces[shift] = p;
	}
	return true;
}

void *kmalloc(size_t size, gfp_t flags)
{
	unsigned long irq;
	int shift = MIN_SHIFT;
	void *p = NULL;

	if (size > 1UL << MAX_SHIFT) {
		int order = get_order(size);

		p = (void *)__get_free_pages(flags & ~__GFP_ZERO, order);
		if (p)
			*page_note(p) = NOTE_LARGE + order;
	} else {
		while ((1UL << shift) < size)
			shift++;
		local_irq_save(irq);
		if (free_pieces[shift] || refill(shift)) {
			p = free_pieces[shift];
			free_pieces[shift] = free_pieces[shift]->next;
		}
		local_irq_restore(irq);
	}
	if (p && (flags & __GFP_ZERO))
		memset(p, 0, size);
	return p;
}

void *kzalloc(size_t size, gfp_t flags)
{
	return kmalloc(size, flags | __GFP_ZERO);
}

void kfree(const void *p)
{
	unsigned long irq;
	u8 note;

	if (!p)
		return;
	note = *page_note(p);
	if (note >= NOTE_LARGE) {
		free_pages((unsigned long)p, note - NOTE_LARGE);
		return;
	}
	local_irq_save(irq);
	((struct piece *)p)->next = free_pieces[note];
	free_pieces[note] = (struct piece *)p;
	local_irq_restore(irq);
}

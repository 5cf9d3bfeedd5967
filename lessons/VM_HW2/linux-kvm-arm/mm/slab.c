/*
 * kmalloc(): sizes are rounded up to a power of two from 32 to 2048 bytes, and each
 * size has a list of free pieces, cut from whole pages. Larger requests get pages.
 * The page of a piece remembers the kind (page_note), so kfree() needs no size.
 *
 * With the boot argument slub_debug, as in Linux, what is free is full of POISON_FREE: who
 * still reads it stumbles, who writes to it or frees it again is found out.
 */
#include <linux/slab.h>
#include <linux/init.h>
#include <linux/mm.h>
#include <linux/string.h>
#include <linux/irqflags.h>
#include <linux/kernel.h>

#define MIN_SHIFT 5
#define MAX_SHIFT 11
#define NOTE_LARGE 0x80 /* + order: the memory is whole pages */
#define POISON_FREE 0x6b
#define POISON_INUSE 0x5a /* nobody has written to it yet */

struct piece {
	struct piece *next;
};

static struct piece *free_pieces[MAX_SHIFT + 1];
bool slub_debug;

void kmem_cache_init(void)
{
	char value[4];

	slub_debug = cmdline_param("slub_debug", value, sizeof(value));
}

/* Is everything behind the link as it was when the piece was freed? */
static bool is_poisoned(const void *piece, int shift)
{
	const unsigned long *word = piece;

	for (unsigned long i = 1; i < (1UL << shift) / sizeof(*word); i++)
		if (word[i] != POISON_FREE * 0x0101010101010101UL)
			return false;
	return true;
}

/* Interrupts are masked. */
static void add_piece(void *at, int shift)
{
	struct piece *p = at;

	if (slub_debug)
		memset(p, POISON_FREE, 1UL << shift);
	p->next = free_pieces[shift];
	free_pieces[shift] = p;
}

static void *take_piece(int shift)
{
	struct piece *p = free_pieces[shift];

	if (slub_debug && !is_poisoned(p, shift))
		panic("slab: %p (%lu bytes) was written to after it was freed", (void *)p,
		      1UL << shift);
	free_pieces[shift] = p->next;
	if (slub_debug)
		memset(p, POISON_INUSE, 1UL << shift);
	return p;
}

/* Cuts a fresh page into pieces of 2^shift bytes. */
static bool refill(int shift)
{
	char *page = (char *)__get_free_page(GFP_KERNEL);

	if (!page)
		return false;
	*page_note(page) = shift;
	for (unsigned long at = 0; at < PAGE_SIZE; at += 1UL << shift)
		add_piece(page + at, shift);
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
		if (free_pieces[shift] || refill(shift))
			p = take_piece(shift);
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
	if (slub_debug && is_poisoned(p, note))
		panic("slab: %p is freed twice", p);
	add_piece((void *)p, note);
	local_irq_restore(irq);
}

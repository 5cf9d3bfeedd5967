/*
 * The page allocator: a buddy system. Free memory is kept in blocks of 2^order
 * pages, each aligned to its size. A request takes a block that is large enough and
 * gives back the halves it does not need; a freed block is joined with its "buddy",
 * the other half of the next larger block, whenever that one is free too.
 */
#include <linux/kernel.h>
#include <linux/list.h>
#include <linux/mm.h>
#include <linux/string.h>
#include <linux/irqflags.h>
#include <linux/gfp.h>
#include <linux/slab.h>

#define MAX_ORDER 11 /* the largest blocks are 2^10 pages: 4 MB */

/* Eight bytes for each page of RAM. The list links of a free block lie in the block. */
struct page_info {
	u32 count; /* users of an allocated page */
	u8 order; /* of the free block that starts here; kmalloc's note otherwise */
	u8 free; /* a free block starts here */
};

static struct page_info *page_map;
unsigned long min_pfn, max_pfn; /* RAM: [min_pfn, max_pfn) */
static struct list_head free_area[MAX_ORDER];
static unsigned long free_count;

static struct {
	phys_addr_t base, end;
} memory, reserved[8];
static int nr_reserved;

/* The device tree's memory node; one region is enough for us, the first. */
void memblock_add(phys_addr_t base, phys_addr_t size)
{
	if (memory.end)
		return;
	memory.base = ALIGN(base, PAGE_SIZE);
	memory.end = (base + size) & PAGE_MASK;
	/* the linear map begins where head.S found the start of RAM */
	memory.base = max(memory.base, memstart_addr);
	min_pfn = __phys_to_pfn(memory.base);
	max_pfn = __phys_to_pfn(memory.end);
}

/* Keep a range out of the allocator: the kernel, the device tree, the initrd. */
void memblock_reserve(phys_addr_t base, phys_addr_t size)
{
	BUG_ON(nr_reserved == (int)ARRAY_SIZE(reserved));
	reserved[nr_reserved].base = base & PAGE_MASK;
	reserved[nr_reserved++].end = ALIGN(base + size, PAGE_SIZE);
}

static inline struct page_info *info(unsigned long pfn)
{
	return &page_map[pfn - min_pfn];
}

int pfn_valid(unsigned long pfn)
{
	return pfn >= min_pfn && pfn < max_pfn;
}

static void add_block(unsigned long pfn, unsigned int order)
{
	info(pfn)->free = 1;
	info(pfn)->order = order;
	list_add(pfn_to_virt(pfn), &free_area[order]);
}

static void take_block(unsigned long pfn)
{
	info(pfn)->free = 0;
	list_del(pfn_to_virt(pfn));
}

static void free_block(unsigned long pfn, unsigned int order)
{
	free_count += 1UL << order;
	for (; order < MAX_ORDER - 1; order++) {
		unsigned long buddy = pfn ^ (1UL << order);

		if (!pfn_valid(buddy) || !info(buddy)->free || info(buddy)->order != order)
			break;
		take_block(buddy);
		pfn &= ~(1UL << order);
	}
	add_block(pfn, order);
}

/* Frees [pfn, end) in the largest aligned blocks that fit. */
static void free_range(unsigned long pfn, unsigned long end)
{
	while (pfn < end) {
		unsigned int order = min(MAX_ORDER - 1, pfn ? __builtin_ctzl(pfn) : MAX_ORDER - 1);

		while (pfn + (1UL << order) > end)
			order--;
		free_block(pfn, order);
		pfn += 1UL << order;
	}
}

/* The first page of [pfn, end) that is reserved; *skip_to is where that reservation ends. */
static unsigned long next_reserved(unsigned long pfn, unsigned long end, unsigned long *skip_to)
{
	unsigned long first = end;

	*skip_to = end;
	for (int i = 0; i < nr_reserved; i++) {
		unsigned long base = __phys_to_pfn(reserved[i].base);
		unsigned long stop = __phys_to_pfn(reserved[i].end);

		if (stop > pfn && base < first) {
			first = max(base, pfn);
			*skip_to = stop;
		}
	}
	return first;
}

/* Everything that is RAM and not reserved becomes free. */
void mem_init(void)
{
	unsigned long map_bytes = (max_pfn - min_pfn) * sizeof(struct page_info);
	unsigned long pfn, skip_to;
	phys_addr_t map = 0;

	for (int i = 0; i < MAX_ORDER; i++)
		INIT_LIST_HEAD(&free_area[i]);

	/* the map of pages itself: in the first gap that can hold it */
	for (pfn = min_pfn; pfn < max_pfn && !map; pfn = skip_to)
		if (next_reserved(pfn, max_pfn, &skip_to) - pfn >=
		    DIV_ROUND_UP(map_bytes, PAGE_SIZE))
			map = __pfn_to_phys(pfn);
	if (!map)
		panic("no room for the map of pages");
	page_map = __va(map);
	memset(page_map, 0, map_bytes);
	memblock_reserve(map, map_bytes);

	for (pfn = min_pfn; pfn < max_pfn; pfn = skip_to)
		free_range(pfn, next_reserved(pfn, max_pfn, &skip_to));
	printk("Memory: %luK/%luK available\n", free_count * 4, (max_pfn - min_pfn) * 4);
}

unsigned long nr_free_pages(void)
{
	return free_count;
}

int get_order(unsigned long size)
{
	int order = 0;

	while ((PAGE_SIZE << order) < size)
		order++;
	return order;
}

unsigned long __get_free_pages(gfp_t flags, unsigned int order)
{
	unsigned long irq, pfn = 0;
	unsigned int from;

	if (order >= MAX_ORDER)
		return 0;
	local_irq_save(irq);
	for (from = order; from < MAX_ORDER; from++)
		if (!list_empty(&free_area[from]))
			break;
	if (from < MAX_ORDER) {
		pfn = virt_to_pfn(free_area[from].next);
		take_block(pfn);
		while (from > order) { /* keep the lower half, free the upper */
			from--;
			add_block(pfn + (1UL << from), from);
		}
		free_count -= 1UL << order;
		info(pfn)->count = 1;
		info(pfn)->order = 0;
	}
	local_irq_restore(irq);
	if (!pfn)
		return 0;
	if (flags & __GFP_ZERO)
		for (unsigned int i = 0; i < 1U << order; i++)
			clear_page(pfn_to_virt(pfn + i));
	return (unsigned long)pfn_to_virt(pfn);
}

void free_pages(unsigned long addr, unsigned int order)
{
	unsigned long irq, pfn = virt_to_pfn(addr);

	if (!addr)
		return;
	BUG_ON(!pfn_valid(pfn) || info(pfn)->free);
	if (slub_debug)
		memset((void *)addr, 0x6b, PAGE_SIZE << order);
	local_irq_save(irq);
	info(pfn)->count = 0;
	free_block(pfn, order);
	local_irq_restore(irq);
}

void get_pfn(unsigned long pfn)
{
	unsigned long irq;

	local_irq_save(irq);
	if (pfn_valid(pfn))
		info(pfn)->count++;
	local_irq_restore(irq);
}

void put_pfn(unsigned long pfn)
{
	unsigned long irq;

	local_irq_save(irq);
	if (pfn_valid(pfn) && info(pfn)->count && --info(pfn)->count == 0)
		free_pages((unsigned long)pfn_to_virt(pfn), 0);
	local_irq_restore(irq);
}

int pfn_count(unsigned long pfn)
{
	return pfn_valid(pfn) ? info(pfn)->count : 0;
}

u8 *page_note(const void *addr)
{
	return &info(virt_to_pfn(addr))->order;
}

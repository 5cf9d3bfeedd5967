/*
 * The ring of trace records. Each lies behind the last, as long as it needs to be; where
 * the ring is full, the oldest records make room for a new one.
 *
 *	tail                          head
 *	v                             v
 *	[record][record][record] ... [          free          ]
 *
 * head and tail count bytes and never go back; a record lies at its position modulo the
 * size of the ring. No record is cut in two: if one does not fit before the end of the
 * memory, padding fills it up. The callers have interrupts off; there is one CPU.
 */
#include <linux/errno.h>
#include <linux/irqflags.h>
#include <linux/kernel.h>
#include <linux/mm.h>
#include <linux/string.h>

#include "trace.h"

#define RB_ALIGNMENT	16UL	/* the size of a head, so that padding always has room for one */

struct ring_record {
	u64 ns;
	u32 size;		/* with this head, in bytes */
	u32 padding;		/* nothing here but the way to the next */
	char data[];
};

static char *ring;
static unsigned long ring_bytes;
static unsigned long default_kb = 1408;
static unsigned long head, tail;
static unsigned long entries, overruns;
static unsigned long generation;

static struct ring_record *record_at(unsigned long pos)
{
	return (struct ring_record *)(ring + pos % ring_bytes);
}

/* Has the ring its memory? It gets it when the first event is switched on. */
bool ring_buffer_expanded(void)
{
	return ring != NULL;
}

unsigned long ring_buffer_size_kb(void)
{
	return ring ? ring_bytes / 1024 : default_kb;
}

/* Let the oldest records go until there are size free bytes. */
static void make_room(unsigned long size)
{
	while (head + size - tail > ring_bytes) {
		struct ring_record *oldest = record_at(tail);

		tail += oldest->size;
		if (!oldest->padding) {
			entries--;
			overruns++;
		}
	}
}

static struct ring_record *append(unsigned long size, u32 padding)
{
	struct ring_record *record;

	make_room(size);
	record = record_at(head);
	record->size = size;
	record->padding = padding;
	head += size;
	return record;
}

/* Room for a record of that many bytes, or NULL. It counts as written at once. */
void *ring_buffer_reserve(u64 ns, size_t size)
{
	unsigned long need = ALIGN(sizeof(struct ring_record) + size, RB_ALIGNMENT);
	unsigned long to_end;
	struct ring_record *record;

	if (!ring || need > ring_bytes / 2)
		return NULL;

	to_end = ring_bytes - head % ring_bytes;
	if (to_end < need)
		append(to_end, 1);

	record = append(need, 0);
	record->ns = ns;
	entries++;
	return record->data;
}

/* Forget all records. */
void ring_buffer_reset(void)
{
	tail = head;
	entries = 0;
	overruns = 0;
}

/* A reader begins with the oldest record. */
void ring_buffer_start(struct trace_cursor *cursor)
{
	cursor->pos = tail;
	cursor->generation = generation;
}

/* Step over padding, and over what was overwritten since. */
bool ring_buffer_has_next(struct trace_cursor *cursor)
{
	if (cursor->generation != generation || cursor->pos < tail)
		ring_buffer_start(cursor);
	while (cursor->pos < head && record_at(cursor->pos)->padding)
		cursor->pos += record_at(cursor->pos)->size;
	return cursor->pos < head;
}

/* The record under the cursor, which moves on. False at the end. */
bool ring_buffer_next(struct trace_cursor *cursor, struct trace_event *event)
{
	struct ring_record *record;

	if (!ring_buffer_has_next(cursor))
		return false;

	record = record_at(cursor->pos);
	event->ns = record->ns;
	event->entry = (const struct trace_entry *)record->data;
	cursor->pos += record->size;
	return true;
}

/* All records before the cursor are read and leave. */
void ring_buffer_consume(const struct trace_cursor *cursor)
{
	while (cursor->generation == generation && tail < cursor->pos) {
		struct ring_record *record = record_at(tail);

		tail += record->size;
		entries -= !record->padding;
	}
}

unsigned long ring_buffer_entries(void)
{
	return entries;
}

unsigned long ring_buffer_overruns(void)
{
	return overruns;
}

/* Records of the old ring, in their order, into the one that is there now. */
static void copy_records(char *old, unsigned long old_bytes, unsigned long from, unsigned long to)
{
	while (from < to) {
		struct ring_record *record = (struct ring_record *)(old + from % old_bytes);
		unsigned long size = record->size - sizeof(*record);
		void *room = record->padding ? NULL : ring_buffer_reserve(record->ns, size);

		if (room)
			memcpy(room, record->data, size);
		from += record->size;
	}
}

/*
 * A ring of another size; the newest records move over, as many as fit. May sleep. 0,
 * -EINVAL or -ENOMEM.
 */
int ring_buffer_resize(unsigned long kb)
{
	unsigned long bytes = kb * 1024;
	unsigned long old_bytes, old_head, old_tail, flags;
	char *old, *new;

	if (!kb)
		return -EINVAL;
	new = vmalloc(bytes);
	if (!new)
		return -ENOMEM;

	local_irq_save(flags);
	old = ring;
	old_bytes = ring_bytes;
	old_head = head;
	old_tail = tail;

	ring = new;
	ring_bytes = bytes;
	head = 0;
	tail = 0;
	entries = 0;
	generation++;
	if (old)
		copy_records(old, old_bytes, old_tail, old_head);
	local_irq_restore(flags);

	vfree(old);
	return 0;
}

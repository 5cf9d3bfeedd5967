/*
 * What the files of kernel/trace share.
 *
 *	ring_buffer.c	where records are kept, the oldest overwritten by the newest
 *	trace_output.c	from a record to a line of text
 *	trace.c		the files that read and rule the ring: trace, trace_pipe, tracing_on …
 *	trace_events.c	the files of events: events/, available_events, set_event
 *	trace_events_filter.c	one of them: which records of an event are kept
 */
#ifndef _LINUX_KERNEL_TRACE_H
#define _LINUX_KERNEL_TRACE_H

#include <linux/fs.h>
#include <linux/ftrace_event.h>
#include <linux/types.h>
#include <linux/wait.h>

#define TRACING			"/sys/kernel/debug/tracing"
#define TRACE_LINE_SIZE		256

/* Ids below this one belong to records that are no events. */
#define __TRACE_LAST_TYPE	16

/*
 * A place in the ring, and what was recorded there. A position counts bytes since the
 * ring was made and never goes back; a ring of another size begins anew.
 */
struct trace_cursor {
	unsigned long pos;
	unsigned long generation;
};

struct trace_event {
	u64 ns;				/* when */
	const struct trace_entry *entry;
};

/* ring_buffer.c: all of it to be called with interrupts off, but for the resizing */
int ring_buffer_resize(unsigned long kb);
bool ring_buffer_expanded(void);
unsigned long ring_buffer_size_kb(void);
void *ring_buffer_reserve(u64 ns, size_t size);
void ring_buffer_reset(void);
void ring_buffer_start(struct trace_cursor *cursor);
bool ring_buffer_next(struct trace_cursor *cursor, struct trace_event *event);
bool ring_buffer_has_next(struct trace_cursor *cursor);
void ring_buffer_consume(const struct trace_cursor *cursor);
unsigned long ring_buffer_entries(void);
unsigned long ring_buffer_overruns(void);

/* trace_output.c */
int trace_print_header(char *buf, int size);
int trace_print_line(char *buf, int size, const struct trace_event *event);
void trace_save_cmdline(pid_t pid, const char *comm);

/* trace.c */
int tracing_start(void);
int trace_number_from_user(const char __user *buf, size_t n, unsigned long *number);

/* trace_events.c */
const struct ftrace_event_call *ftrace_find_event(int id);
const struct ftrace_event_field *trace_find_event_field(const struct ftrace_event_call *call,
							const char *name);

/* trace_events_filter.c */
extern const struct file_operations event_filter_fops;
bool filter_match(const struct ftrace_event_call *call, const struct trace_entry *entry);

#endif

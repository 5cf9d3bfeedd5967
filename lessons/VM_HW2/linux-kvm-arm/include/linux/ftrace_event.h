/*
 * What an event is to kernel/trace: a name, the fields of its record, and a printer.
 * TRACE_EVENT() fills these structures in, see <trace/define_trace.h>.
 */
#ifndef _LINUX_FTRACE_EVENT_H
#define _LINUX_FTRACE_EVENT_H

#include <linux/trace_seq.h>
#include <linux/types.h>

/* Every record begins with this; the fields of the event follow. */
struct trace_entry {
	unsigned short type;		/* the event's id */
	unsigned char flags;		/* TRACE_FLAG_… */
	unsigned char preempt_count;
	int pid;
};

#define TRACE_FLAG_IRQS_OFF	0x01
#define TRACE_FLAG_NEED_RESCHED	0x04
#define TRACE_FLAG_HARDIRQ	0x08

/* One field of a record, for the event's format file. */
struct ftrace_event_field {
	const char *type;
	const char *name;
	unsigned short offset, size;
	bool is_signed;
};

struct event_filter;

struct ftrace_event_call {
	const char *system;
	const char *name;
	const char *print_fmt;
	const struct ftrace_event_field *(*fields)(void);	/* ends with a type of NULL */
	void (*print)(struct trace_seq *s, const struct trace_entry *entry);
	struct event_filter *filter;	/* NULL: all records are kept */
	unsigned short id;
	bool enabled;
};

/* A record, whole but for its struct trace_entry, goes into the ring if it is to be kept. */
void trace_event_write(const struct ftrace_event_call *call, struct trace_entry *entry, size_t size);

#endif

/*
 * Trace events. One TRACE_EVENT() makes everything an event needs:
 *
 *	TRACE_EVENT(kvm_wfi,
 *		TP_PROTO(unsigned long pc),		what trace_kvm_wfi() takes
 *		TP_ARGS(pc),
 *		TP_STRUCT__entry(__field(unsigned long, pc)),	what a record keeps
 *		TP_fast_assign(__entry->pc = pc;),	filled when it happens
 *		TP_printk("PC: 0x%08lx", __entry->pc))	printed when it is read
 *
 * Included as usual this declares trace_<name>(). In exactly one .c file,
 * CREATE_TRACE_POINTS is defined before the event header is included: there the
 * function itself, the record's layout and the printer are made, and the event is
 * listed in a section that tracefs walks. trace_<name>() is a real function with a
 * symbol; while its event is off it returns at once.
 * TRACE_SYSTEM (a bare word) names the folder below events/.
 */
#ifndef _LINUX_TRACEPOINT_H
#define _LINUX_TRACEPOINT_H

#include <linux/kernel.h>

struct trace_seq {
	char *buf;
	int size, len;
};
void trace_seq_printf(struct trace_seq *s, const char *fmt, ...) __printf(2, 3);

struct trace_event_call {
	const char *system;
	const char *name;
	int enabled;
	void (*print)(struct trace_seq *s, const void *record);
};

/* Room for a record in the ring, its time and task already filled in; NULL if tracing is off. */
void *trace_event_reserve(struct trace_event_call *call, size_t size);

#define TP_PROTO(args...) args
#define TP_ARGS(args...) args
#define TP_STRUCT__entry(args...) args
#define TP_fast_assign(args...) args
#define TP_printk(fmt, args...) fmt, ##args
#define __field(type, item) type item;

#ifdef CREATE_TRACE_POINTS
#define TRACE_EVENT(_name, proto, args, tstruct, assign, fmt...)                               \
	struct trace_entry_##_name {                                                             \
		tstruct                                                                         \
	};                                                                                      \
	static void trace_print_##_name(struct trace_seq *s, const void *record)                 \
	{                                                                                       \
		const struct trace_entry_##_name *__entry = record;                              \
		trace_seq_printf(s, fmt);                                                     \
	}                                                                                       \
	static struct trace_event_call event_##_name = {                                         \
		.system = __stringify(TRACE_SYSTEM), .name = #_name, .print = trace_print_##_name \
	};                                                                                      \
	static struct trace_event_call *__event_##_name __used __section("_ftrace_events") =     \
		&event_##_name;                                                                  \
	noinline void trace_##_name(proto)                                                       \
	{                                                                                       \
		struct trace_entry_##_name *__entry;                                             \
		if (!event_##_name.enabled)                                                      \
			return;                                                                 \
		__entry = trace_event_reserve(&event_##_name, sizeof(*__entry));                 \
		if (!__entry)                                                                   \
			return;                                                                 \
		assign                                                                          \
	}
#else
#define TRACE_EVENT(_name, proto, args, tstruct, assign, fmt...) void trace_##_name(proto);
#endif

#endif

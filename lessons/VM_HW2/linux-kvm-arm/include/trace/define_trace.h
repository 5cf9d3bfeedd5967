/*
 * Makes the events of a header. The header includes this file at its end, and this file
 * includes the header four times more; each time TRACE_EVENT() means something else:
 *
 *	1. struct ftrace_raw_<name>	what a record looks like
 *	2. ftrace_fields_<name>()	the same as a table, for the format file
 *	3. ftrace_fmt_<name>[]		how it is printed, as text, for the format file
 *	4. the printer, trace_<name>() itself, and an entry in the list of all events
 *
 * The header says where it lies, seen from this folder:
 *	#define TRACE_INCLUDE_PATH ../../arch/arm/kvm
 *	#define TRACE_INCLUDE_FILE trace
 *
 * No guard around this file: it does its work once, in the file that defines
 * CREATE_TRACE_POINTS.
 */
#ifdef CREATE_TRACE_POINTS
#undef CREATE_TRACE_POINTS

#include <linux/ftrace_event.h>

#define __TRACE_INCLUDE(path)	__stringify(path)
#define TRACE_INCLUDE_AT(path, file) __TRACE_INCLUDE(path/file.h)
#define TRACE_INCLUDE		TRACE_INCLUDE_AT(TRACE_INCLUDE_PATH, TRACE_INCLUDE_FILE)

#define TRACE_HEADER_MULTI_READ

#define TP_STRUCT__entry(args...)	args
#define TP_fast_assign(args...)		args

/* 1. The record */
#undef TRACE_EVENT
#undef __field
#undef __array
#define __field(type, item)		type item;
#define __array(type, item, len)	type item[len];
#define TP_printk(fmt, args...)
#define TRACE_EVENT(_name, proto, args, tstruct, assign, text) \
	struct ftrace_raw_##_name {				\
		struct trace_entry ent;				\
		tstruct						\
	};
#include TRACE_INCLUDE

/* 2. Its fields */
#undef TRACE_EVENT
#undef __field
#undef __array
#define __is_signed(type)		(((type)-1) < (type)1)
#define __field(type, item)						\
	{ #type, #item, offsetof(ftrace_raw, item), sizeof(type), __is_signed(type) },
#define __array(type, item, len)					\
	{ #type, #item "[" #len "]", offsetof(ftrace_raw, item),	\
	  sizeof(type) * (len), __is_signed(type) },
#define TRACE_EVENT(_name, proto, args, tstruct, assign, text)		\
	static const struct ftrace_event_field *ftrace_fields_##_name(void) \
	{								\
		typedef struct ftrace_raw_##_name ftrace_raw;		\
		static const struct ftrace_event_field fields[] = { tstruct { NULL } }; \
									\
		return fields;						\
	}
#include TRACE_INCLUDE

/* 3. The format as text */
#undef TRACE_EVENT
#undef TP_printk
#define __entry				REC
#define TP_printk(fmt, args...)		"\"" fmt "\", " __stringify(args)
#define TRACE_EVENT(_name, proto, args, tstruct, assign, text) \
	static const char ftrace_fmt_##_name[] = text;
#include TRACE_INCLUDE

/* 4. What runs */
#undef TRACE_EVENT
#undef TP_printk
#undef __entry
#define TP_printk(fmt, args...)		fmt, ##args
#define TRACE_EVENT(_name, proto, args, tstruct, assign, text...)		\
	static void ftrace_print_##_name(struct trace_seq *s, const struct trace_entry *ent) \
	{									\
		const struct ftrace_raw_##_name *__entry = (const void *)ent;	\
										\
		trace_seq_printf(s, text);					\
	}									\
	static struct ftrace_event_call event_##_name = {			\
		.system = __stringify(TRACE_SYSTEM),				\
		.name = #_name,							\
		.print_fmt = ftrace_fmt_##_name,				\
		.fields = ftrace_fields_##_name,				\
		.print = ftrace_print_##_name,					\
	};									\
	static struct ftrace_event_call *__event_##_name __used			\
		__section("_ftrace_events") = &event_##_name;			\
	noinline void trace_##_name(proto)					\
	{									\
		struct ftrace_raw_##_name record, *__entry = &record;		\
										\
		if (!event_##_name.enabled)					\
			return;							\
		assign								\
		trace_event_write(&event_##_name, &record.ent, sizeof(record));	\
	}
#include TRACE_INCLUDE

#endif

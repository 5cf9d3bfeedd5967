/*
 * Trace events. One TRACE_EVENT() in a header makes everything that an event needs,
 * out of six parts:
 *
 *	TRACE_EVENT(kvm_wfi,					its name
 *		TP_PROTO(unsigned long vcpu_pc),		what trace_kvm_wfi() takes
 *		TP_ARGS(vcpu_pc),				the same without the types
 *		TP_STRUCT__entry(				what a record keeps
 *			__field(unsigned long, vcpu_pc)),
 *		TP_fast_assign(					filled in when it happens
 *			__entry->vcpu_pc = vcpu_pc;),
 *		TP_printk("wfi at: 0x%08lx",			printed when it is read
 *			  __entry->vcpu_pc))
 *
 * Included as usual, the header declares trace_<name>(). One .c file, and no other,
 * defines CREATE_TRACE_POINTS before it includes the header: there <trace/define_trace.h>,
 * which the header names at its end, reads it again and makes the function, the layout
 * of the record and the printer. trace_<name>() is a real function with a symbol; while
 * its event is off it returns at once. TRACE_SYSTEM names the folder below events/.
 *
 * To add an event of your own: write a TRACE_EVENT() into arch/arm/kvm/trace.h and call
 * trace_<name>() where it happens. Its folder appears by itself.
 */
#ifndef _LINUX_TRACEPOINT_H
#define _LINUX_TRACEPOINT_H

#include <linux/kernel.h>
#include <linux/trace_seq.h>
#include <linux/types.h>

#define TP_PROTO(args...)	args
#define TP_ARGS(args...)	args

#define TRACE_EVENT(name, proto, args, tstruct, assign, text) void trace_##name(proto);

#endif

/*
 * From a record to a line of text, as Linux 3.14 writes it:
 *
 *	      kvm-vcpu-0-42    [000] ...1    12.345678: kvm_entry: PC: 0x80080000
 *	task-pid, CPU, flags, seconds, event, and what the event's TP_printk() says
 */
#include <linux/kernel.h>
#include <linux/ktime.h>
#include <linux/sched.h>
#include <linux/string.h>

#include "trace.h"

#define SAVED_CMDLINES	128

/* A record has room for a pid only; the names of the last tasks are kept here. */
static struct saved_cmdline {
	pid_t pid;
	char comm[TASK_COMM_LEN];
} saved_cmdlines[SAVED_CMDLINES];

void trace_save_cmdline(pid_t pid, const char *comm)
{
	struct saved_cmdline *saved = &saved_cmdlines[(unsigned int)pid % SAVED_CMDLINES];

	saved->pid = pid;
	memcpy(saved->comm, comm, TASK_COMM_LEN);
}

static const char *trace_find_cmdline(pid_t pid)
{
	const struct saved_cmdline *saved = &saved_cmdlines[(unsigned int)pid % SAVED_CMDLINES];

	if (!pid)
		return "<idle>";
	return saved->pid == pid ? saved->comm : "<...>";
}

void trace_seq_printf(struct trace_seq *s, const char *fmt, ...)
{
	__builtin_va_list args;
	int n;

	__builtin_va_start(args, fmt);
	n = vsnprintf(s->buf + s->len, s->size - s->len, fmt, args);
	__builtin_va_end(args);
	s->len = min(s->len + n, s->size - 1);
}

/* The lines before the first record. */
int trace_print_header(char *buf, int size)
{
	return snprintf(buf, size,
		"# tracer: nop\n#\n# entries-in-buffer/entries-written: %lu/%lu   #P:1\n#\n"
		"#                              _-----=> irqs-off\n"
		"#                             / _----=> need-resched\n"
		"#                            | / _---=> hardirq/softirq\n"
		"#                            || / _--=> preempt-depth\n"
		"#                            ||| /     delay\n"
		"#           TASK-PID   CPU#  ||||    TIMESTAMP  FUNCTION\n"
		"#              | |       |   ||||       |         |\n",
		ring_buffer_entries(), ring_buffer_entries() + ring_buffer_overruns());
}

/* One record, one line. Returns its length. */
int trace_print_line(char *buf, int size, const struct trace_event *event)
{
	const struct trace_entry *entry = event->entry;
	const struct ftrace_event_call *call = ftrace_find_event(entry->type);
	struct trace_seq s = { .buf = buf, .size = size };
	unsigned long us = event->ns / NSEC_PER_USEC;

	trace_seq_printf(&s, "%16s-%-5d [000] %c%c%c%x %5lu.%06lu: ",
			 trace_find_cmdline(entry->pid), entry->pid,
			 entry->flags & TRACE_FLAG_IRQS_OFF ? 'd' : '.',
			 entry->flags & TRACE_FLAG_NEED_RESCHED ? 'N' : '.',
			 entry->flags & TRACE_FLAG_HARDIRQ ? 'h' : '.',
			 entry->preempt_count & 0xf, us / 1000000, us % 1000000);
	if (call) {
		trace_seq_printf(&s, "%s: ", call->name);
		call->print(&s, entry);
	}

	/* A line that was cut off ends like the others. */
	if (s.len == s.size - 1)
		s.len--;
	trace_seq_printf(&s, "\n");
	return s.len;
}

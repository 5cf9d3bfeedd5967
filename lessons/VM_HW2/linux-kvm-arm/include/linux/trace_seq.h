/* Text that grows; what does not fit is cut off. In kernel/trace/trace_output.c. */
#ifndef _LINUX_TRACE_SEQ_H
#define _LINUX_TRACE_SEQ_H

#include <linux/compiler.h>

struct trace_seq {
	char *buf;
	int size, len;
};

void trace_seq_printf(struct trace_seq *s, const char *fmt, ...) __printf(2, 3);

#endif

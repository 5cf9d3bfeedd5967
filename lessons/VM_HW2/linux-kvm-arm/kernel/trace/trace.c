/*
 * Recording, and the files below /sys/kernel/debug/tracing that read and rule the ring:
 *
 *	trace		all records, oldest first, as often as one likes; writing clears it
 *	trace_pipe	the same, but reading takes the records out, and waits for more
 *	tracing_on	0 stops recording
 *	buffer_size_kb	the size of the ring
 *	current_tracer	nop: events are all that there is
 *
 * The files of the events are in trace_events.c.
 *
 * Linux 3.14: same names, same file.
 */
#include <linux/err.h>
#include <linux/errno.h>
#include <linux/init.h>
#include <linux/irqflags.h>
#include <linux/kernel.h>
#include <linux/ktime.h>
#include <linux/poll.h>
#include <linux/sched.h>
#include <linux/slab.h>
#include <linux/string.h>
#include <linux/uaccess.h>

#include "trace.h"

#define BUFFER_MAX_KB	16384

static int tracing_on = 1;
static unsigned long buffer_kb;		/* asked for before the ring was there, or 0 */
static DECLARE_WAIT_QUEUE_HEAD(trace_wait);

/* ---- Recording ---- */

/* An event was switched on: the ring is needed from now on. 0 or -ENOMEM. */
int tracing_start(void)
{
	if (ring_buffer_expanded())
		return 0;
	return ring_buffer_resize(buffer_kb ? buffer_kb : ring_buffer_size_kb());
}

/* Fill in what all records have. The tracepoint itself counts as one preempt_disable(). */
static void trace_entry_init(struct trace_entry *entry, unsigned short type, unsigned long flags)
{
	entry->type = type;
	entry->pid = current->pid;
	entry->preempt_count = (preempt_count() & PREEMPT_MASK) + 1;
	entry->flags = 0;
	if (flags & PSR_I_MASK_BIT)
		entry->flags |= TRACE_FLAG_IRQS_OFF;
	if (current->need_resched)
		entry->flags |= TRACE_FLAG_NEED_RESCHED;
	if (in_interrupt())
		entry->flags |= TRACE_FLAG_HARDIRQ;
}

void trace_event_write(const struct ftrace_event_call *call, struct trace_entry *entry, size_t size)
{
	unsigned long flags = arch_local_irq_save();
	void *room = NULL;

	trace_entry_init(entry, call->id, flags);
	if (tracing_on && filter_match(call, entry))
		room = ring_buffer_reserve(ktime_get(), size);
	if (room) {
		memcpy(room, entry, size);
		trace_save_cmdline(current->pid, current->comm);
		if (waitqueue_active(&trace_wait))
			wake_up(&trace_wait);
	}
	local_irq_restore(flags);
}

/* ---- trace and trace_pipe ---- */

/* Where a reader is: the text is made line by line, while it is read. */
struct trace_iterator {
	struct trace_cursor cursor;
	bool header_done;
	int len, off;		/* of line[]: what was not handed over yet */
	char line[1024];
};

static void trace_clear(void)
{
	unsigned long flags;

	local_irq_save(flags);
	ring_buffer_reset();
	local_irq_restore(flags);
}

static int trace_open(struct inode *inode, struct file *file)
{
	struct trace_iterator *it;
	unsigned long flags;

	if ((file->f_flags & O_TRUNC) && (file->f_flags & O_ACCMODE) != O_RDONLY)
		trace_clear();

	it = kzalloc(sizeof(*it), GFP_KERNEL);
	if (!it)
		return -ENOMEM;
	local_irq_save(flags);
	ring_buffer_start(&it->cursor);
	local_irq_restore(flags);
	file->private_data = it;
	return 0;
}

static int trace_release(struct inode *inode, struct file *file)
{
	kfree(file->private_data);
	return 0;
}

/* The next piece of text into it->line; false at the end. Interrupts are off. */
static bool next_line(struct trace_iterator *it)
{
	struct trace_event event;

	it->off = 0;
	it->len = 0;
	if (!it->header_done) {
		it->header_done = true;
		it->len = trace_print_header(it->line, sizeof(it->line));
		return true;
	}
	if (!ring_buffer_next(&it->cursor, &event))
		return false;
	it->len = trace_print_line(it->line, TRACE_LINE_SIZE, &event);
	return true;
}

static bool refill(struct trace_iterator *it, bool consume)
{
	unsigned long flags;
	bool more;

	local_irq_save(flags);
	more = next_line(it);
	if (more && consume)
		ring_buffer_consume(&it->cursor);
	local_irq_restore(flags);
	return more;
}

static ssize_t read_lines(struct trace_iterator *it, char __user *buf, size_t n, bool consume)
{
	size_t done = 0;

	while (done < n) {
		size_t part;

		if (it->off == it->len && !refill(it, consume))
			break;
		part = min(n - done, (size_t)(it->len - it->off));
		if (copy_to_user(buf + done, it->line + it->off, part))
			return done ? (ssize_t)done : -EFAULT;
		it->off += part;
		done += part;
	}
	return done;
}

static ssize_t trace_read(struct file *file, char __user *buf, size_t n, loff_t *pos)
{
	return read_lines(file->private_data, buf, n, false);
}

/* Opening for writing with O_TRUNC has cleared the ring; what is written is of no interest. */
static ssize_t trace_write(struct file *file, const char __user *buf, size_t n, loff_t *pos)
{
	trace_clear();
	return n;
}

static const struct file_operations trace_fops = {
	.open = trace_open,
	.release = trace_release,
	.read = trace_read,
	.write = trace_write,
};

static bool pipe_has_text(struct trace_iterator *it)
{
	unsigned long flags;
	bool has;

	local_irq_save(flags);
	has = it->off < it->len || ring_buffer_has_next(&it->cursor);
	local_irq_restore(flags);
	return has;
}

static ssize_t trace_pipe_read(struct file *file, char __user *buf, size_t n, loff_t *pos)
{
	struct trace_iterator *it = file->private_data;
	ssize_t got;

	if (!n)
		return 0;
	it->header_done = true;		/* a pipe has none */

	while (!(got = read_lines(it, buf, n, true))) {
		int err;

		if (file->f_flags & O_NONBLOCK)
			return -EAGAIN;
		err = wait_event_interruptible(trace_wait, pipe_has_text(it));
		if (err)
			return err;
	}
	return got;
}

static unsigned int trace_pipe_poll(struct file *file, poll_table *pt)
{
	poll_wait(file, &trace_wait, pt);
	return pipe_has_text(file->private_data) ? POLLIN | POLLRDNORM : 0;
}

static const struct file_operations trace_pipe_fops = {
	.open = trace_open,
	.release = trace_release,
	.read = trace_pipe_read,
	.poll = trace_pipe_poll,
};

/* ---- Files of one number or word ---- */

/* A decimal number that somebody has written. 0, -EFAULT or -EINVAL. */
int trace_number_from_user(const char __user *buf, size_t n, unsigned long *number)
{
	char text[24], *end;

	n = min(n, sizeof(text) - 1);
	if (copy_from_user(text, buf, n))
		return -EFAULT;
	text[n] = 0;
	*number = simple_strtoul(text, &end, 10);
	if (end == text || (*end && *end != '\n') || *number > 0x7fffffff)
		return -EINVAL;
	return 0;
}

static ssize_t tracing_on_read(struct file *file, char __user *buf, size_t n, loff_t *pos)
{
	return simple_read(buf, n, pos, tracing_on ? "1\n" : "0\n", 2);
}

static ssize_t tracing_on_write(struct file *file, const char __user *buf, size_t n, loff_t *pos)
{
	unsigned long on;
	int err = trace_number_from_user(buf, n, &on);

	if (err)
		return err;
	tracing_on = on != 0;
	return n;
}

static const struct file_operations tracing_on_fops = {
	.read = tracing_on_read,
	.write = tracing_on_write,
};

static ssize_t buffer_size_read(struct file *file, char __user *buf, size_t n, loff_t *pos)
{
	unsigned long kb = buffer_kb ? buffer_kb : ring_buffer_size_kb();
	const char *fmt = ring_buffer_expanded() ? "%lu\n" : "7 (expanded: %lu)\n";
	char text[40];
	int len = snprintf(text, sizeof(text), fmt, kb);

	return simple_read(buf, n, pos, text, len);
}

static ssize_t buffer_size_write(struct file *file, const char __user *buf, size_t n, loff_t *pos)
{
	unsigned long kb;
	int err = trace_number_from_user(buf, n, &kb);

	if (err)
		return err;
	if (!kb)
		return -EINVAL;
	if (kb > BUFFER_MAX_KB)
		return -ENOMEM;

	err = ring_buffer_resize(kb);
	if (err)
		return err;
	buffer_kb = kb;
	return n;
}

static const struct file_operations buffer_size_fops = {
	.read = buffer_size_read,
	.write = buffer_size_write,
};

static ssize_t tracer_read(struct file *file, char __user *buf, size_t n, loff_t *pos)
{
	return simple_read(buf, n, pos, "nop\n", 4);
}

static ssize_t tracer_write(struct file *file, const char __user *buf, size_t n, loff_t *pos)
{
	char name[8] = "";

	if (copy_from_user(name, buf, min(n, sizeof(name) - 1)))
		return -EFAULT;
	return strcmp(name, "nop") && strcmp(name, "nop\n") ? -EINVAL : (ssize_t)n;
}

static const struct file_operations current_tracer_fops = {
	.read = tracer_read,
	.write = tracer_write,
};

static int __init tracer_init_debugfs(void)
{
	fs_mkdir_p(TRACING);
	fs_mknod(TRACING "/trace", S_IFREG | 0644, &trace_fops, NULL);
	fs_mknod(TRACING "/trace_pipe", S_IFREG | 0444, &trace_pipe_fops, NULL);
	fs_mknod(TRACING "/tracing_on", S_IFREG | 0644, &tracing_on_fops, NULL);
	fs_mknod(TRACING "/buffer_size_kb", S_IFREG | 0644, &buffer_size_fops, NULL);
	fs_mknod(TRACING "/current_tracer", S_IFREG | 0644, &current_tracer_fops, NULL);
	return 0;
}
fs_initcall(tracer_init_debugfs);

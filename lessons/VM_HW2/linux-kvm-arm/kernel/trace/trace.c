/*
 * The trace ring and its files below /sys/kernel/debug/tracing:
 *	events/<system>/<event>/enable	write 1 or 0
 *	trace		everything in the ring, oldest first; writing clears it
 *	trace_pipe	the same, but reading takes the lines out, and waits for more
 *	tracing_on	0 stops recording
 *	buffer_size_kb	the ring's size; the oldest records are overwritten
 */
#include <linux/kernel.h>
#include <linux/fs.h>
#include <linux/init.h>
#include <linux/irqflags.h>
#include <linux/ktime.h>
#include <linux/mm.h>
#include <linux/sched.h>
#include <linux/slab.h>
#include <linux/string.h>
#include <linux/tracepoint.h>
#include <linux/uaccess.h>
#include <linux/err.h>
#include <uapi/linux/poll.h>

#define TRACING "/sys/kernel/debug/tracing"
#define PAYLOAD 40
#define LINE_SIZE 256

struct trace_record {
	u64 ns;
	struct trace_event_call *call;
	pid_t pid;
	u8 irqs_off, need_resched, hardirq, preempt;
	char comm[TASK_COMM_LEN];
	u64 payload[PAYLOAD / 8];
};

static struct trace_record *ring;
static unsigned long ring_size; /* records */
static unsigned long written, oldest; /* numbers of records: next to write, first still there */
static unsigned long buffer_kb = 1408;
static int tracing_on = 1;
static DECLARE_WAIT_QUEUE_HEAD(trace_wait);

void trace_seq_printf(struct trace_seq *s, const char *fmt, ...)
{
	__builtin_va_list args;
	int n;

	__builtin_va_start(args, fmt);
	n = vsnprintf(s->buf + s->len, s->size - s->len, fmt, args);
	__builtin_va_end(args);
	s->len = min(s->len + n, s->size - 1);
}

/* The ring gets its memory when the first event is switched on. */
static int allocate_ring(unsigned long kb)
{
	unsigned long size = kb * 1024 / sizeof(struct trace_record);
	struct trace_record *new = size ? vmalloc(size * sizeof(*new)) : NULL, *old = ring;
	unsigned long flags;

	if (!new)
		return -ENOMEM;
	local_irq_save(flags);
	ring = new;
	ring_size = size;
	written = oldest = 0;
	local_irq_restore(flags);
	vfree(old);
	return 0;
}

void *trace_event_reserve(struct trace_event_call *call, size_t size)
{
	unsigned long flags = arch_local_irq_save();
	struct trace_record *r = NULL;

	if (ring && tracing_on && size <= PAYLOAD) {
		r = &ring[written++ % ring_size];
		if (written - oldest > ring_size)
			oldest = written - ring_size;
		r->ns = ktime_get();
		r->call = call;
		r->pid = current->pid;
		r->irqs_off = (flags & PSR_I_MASK_BIT) != 0;
		r->need_resched = current->need_resched;
		r->hardirq = in_interrupt();
		r->preempt = preempt_count() & PREEMPT_MASK;
		memcpy(r->comm, current->comm, TASK_COMM_LEN);
		if (waitqueue_active(&trace_wait))
			wake_up(&trace_wait);
	}
	local_irq_restore(flags);
	return r ? r->payload : NULL;
}

/* One line. The tracepoint itself counts as one level of preempt_disable, as in Linux. */
static int format_record(const struct trace_record *r, char *line)
{
	struct trace_seq s = { line, LINE_SIZE, 0 };
	unsigned long us = r->ns / NSEC_PER_USEC;

	trace_seq_printf(&s, "%16s-%-5d [000] %c%c%c%x %5lu.%06lu: %s: ", r->comm, r->pid,
			 r->irqs_off ? 'd' : '.', r->need_resched ? 'N' : '.',
			 r->hardirq ? 'h' : '.', (r->preempt + 1) & 0xf, us / 1000000, us % 1000000,
			 r->call->name);
	r->call->print(&s, r->payload);
	trace_seq_printf(&s, "\n");
	return s.len;
}

/* Where a reader of `trace` is: the text is made line by line while it is read. */
struct trace_iterator {
	unsigned long next; /* record */
	bool header_done;
	int len, off; /* of line[], what was not handed over yet */
	char line[1024];
};

static int trace_open(struct inode *inode, struct file *file)
{
	struct trace_iterator *it;

	if ((file->f_flags & O_TRUNC) && (file->f_flags & O_ACCMODE) != O_RDONLY)
		oldest = written;
	it = kzalloc(sizeof(*it), GFP_KERNEL);
	if (!it)
		return -ENOMEM;
	it->next = oldest;
	file->private_data = it;
	return 0;
}

static int trace_release(struct inode *inode, struct file *file)
{
	kfree(file->private_data);
	return 0;
}

static int format_header(char *buf, int size)
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
		written - oldest, written);
}

/* The next piece of text into it->line; false at the end. */
static bool next_line(struct trace_iterator *it)
{
	unsigned long flags;

	it->off = it->len = 0;
	if (!it->header_done) {
		it->header_done = true;
		it->len = format_header(it->line, sizeof(it->line));
		return true;
	}
	local_irq_save(flags);
	it->next = max(it->next, oldest);
	if (it->next < written)
		it->len = format_record(&ring[it->next++ % ring_size], it->line);
	local_irq_restore(flags);
	return it->len > 0;
}

static ssize_t trace_read(struct file *file, char __user *buf, size_t n, loff_t *pos)
{
	struct trace_iterator *it = file->private_data;
	size_t done = 0;

	while (done < n) {
		size_t part;

		if (it->off == it->len && !next_line(it))
			break;
		part = min(n - done, (size_t)(it->len - it->off));
		if (copy_to_user(buf + done, it->line + it->off, part))
			return -EFAULT;
		it->off += part;
		done += part;
	}
	return done;
}

/* Any write clears the ring: that is all that one can write to a trace. */
static ssize_t trace_write(struct file *file, const char __user *buf, size_t n, loff_t *pos)
{
	oldest = written;
	return n;
}

static const struct file_operations trace_fops = {
	.open = trace_open,
	.release = trace_release,
	.read = trace_read,
	.write = trace_write
};

static ssize_t trace_pipe_read(struct file *file, char __user *buf, size_t n, loff_t *pos)
{
	struct trace_iterator *it = file->private_data;
	ssize_t got;

	it->header_done = true;
	while (!(got = trace_read(file, buf, n, pos))) {
		int err;

		if (file->f_flags & O_NONBLOCK)
			return -EAGAIN;
		err = wait_event_interruptible(trace_wait, max(it->next, oldest) < written);
		if (err)
			return err;
	}
	oldest = max(oldest, it->next); /* what was read is gone */
	return got;
}

static unsigned int trace_pipe_poll(struct file *file, wait_queue_head_t **wq)
{
	struct trace_iterator *it = file->private_data;

	*wq = &trace_wait;
	return it->off < it->len || max(it->next, oldest) < written ? POLLIN : 0;
}

static const struct file_operations trace_pipe_fops = {
	.open = trace_open,
	.release = trace_release,
	.read = trace_pipe_read,
	.poll = trace_pipe_poll
};

/* Files that hold one number. */

static ssize_t read_text(char __user *buf, size_t n, loff_t *pos, const char *fmt, unsigned long x)
{
	char text[32];
	int len = snprintf(text, sizeof(text), fmt, x);

	return simple_read(buf, n, pos, text, len);
}

static long number_from_user(const char __user *buf, size_t n)
{
	char text[24], *end;
	unsigned long x;

	n = min(n, sizeof(text) - 1);
	if (copy_from_user(text, buf, n))
		return -EFAULT;
	text[n] = 0;
	x = simple_strtoul(text, &end, 10);
	return end == text || x > 0x7fffffff ? -EINVAL : (long)x;
}

static ssize_t on_read(struct file *file, char __user *buf, size_t n, loff_t *pos)
{
	return read_text(buf, n, pos, "%lu\n", tracing_on);
}

static ssize_t on_write(struct file *file, const char __user *buf, size_t n, loff_t *pos)
{
	long x = number_from_user(buf, n);

	if (x < 0)
		return x;
	tracing_on = x != 0;
	return n;
}

static const struct file_operations tracing_on_fops = { .read = on_read, .write = on_write };

static ssize_t size_read(struct file *file, char __user *buf, size_t n, loff_t *pos)
{
	return read_text(buf, n, pos, ring ? "%lu\n" : "7 (expanded: %lu)\n", buffer_kb);
}

static ssize_t size_write(struct file *file, const char __user *buf, size_t n, loff_t *pos)
{
	long x = number_from_user(buf, n), err;

	if (x <= 0)
		return x ? x : -EINVAL;
	if (x > 16384)
		return -ENOMEM;
	err = ring ? allocate_ring(x) : 0;
	if (err)
		return err;
	buffer_kb = x;
	return n;
}

static const struct file_operations buffer_size_fops = { .read = size_read, .write = size_write };

extern struct trace_event_call *__start_ftrace_events[], *__stop_ftrace_events[];

/* An enable file belongs to one event, or (private = the system's name) to all of a system. */

static ssize_t enable_read(struct file *file, char __user *buf, size_t n, loff_t *pos)
{
	struct trace_event_call *call = file->private_data;

	return read_text(buf, n, pos, "%lu\n", call->enabled);
}

static ssize_t enable_write(struct file *file, const char __user *buf, size_t n, loff_t *pos)
{
	struct trace_event_call *call = file->private_data;
	long x = number_from_user(buf, n);

	if (x < 0 || x > 1)
		return x < 0 ? x : -EINVAL;
	if (x && !ring && allocate_ring(buffer_kb))
		return -ENOMEM;
	call->enabled = x;
	return n;
}

static const struct file_operations enable_fops = { .read = enable_read, .write = enable_write };

static ssize_t system_enable_read(struct file *file, char __user *buf, size_t n, loff_t *pos)
{
	int on = 0, off = 0;

	for (struct trace_event_call **c = __start_ftrace_events; c < __stop_ftrace_events; c++)
		if (!strcmp((*c)->system, file->private_data)) {
			on += (*c)->enabled;
			off += !(*c)->enabled;
		}
	return simple_read(buf, n, pos, on && off ? "X\n" : on ? "1\n" : "0\n", 2);
}

static ssize_t system_enable_write(struct file *file, const char __user *buf, size_t n, loff_t *pos)
{
	long x = number_from_user(buf, n);

	if (x < 0 || x > 1)
		return x < 0 ? x : -EINVAL;
	if (x && !ring && allocate_ring(buffer_kb))
		return -ENOMEM;
	for (struct trace_event_call **c = __start_ftrace_events; c < __stop_ftrace_events; c++)
		if (!strcmp((*c)->system, file->private_data))
			(*c)->enabled = x;
	return n;
}

static const struct file_operations system_enable_fops = {
	.read = system_enable_read,
	.write = system_enable_write
};

static int tracefs_init(void)
{
	char path[128];

	fs_mkdir_p(TRACING "/events");
	fs_symlink(TRACING "/event", "events"); /* the homework's spelling */
	fs_mknod(TRACING "/trace", S_IFREG | 0644, &trace_fops, NULL);
	fs_mknod(TRACING "/trace_pipe", S_IFREG | 0444, &trace_pipe_fops, NULL);
	fs_mknod(TRACING "/tracing_on", S_IFREG | 0644, &tracing_on_fops, NULL);
	fs_mknod(TRACING "/buffer_size_kb", S_IFREG | 0644, &buffer_size_fops, NULL);
	for (struct trace_event_call **c = __start_ftrace_events; c < __stop_ftrace_events; c++) {
		snprintf(path, sizeof(path), TRACING "/events/%s/%s", (*c)->system, (*c)->name);
		fs_mkdir_p(path);
		snprintf(path, sizeof(path), TRACING "/events/%s/%s/enable", (*c)->system,
			 (*c)->name);
		fs_mknod(path, S_IFREG | 0644, &enable_fops, *c);
		snprintf(path, sizeof(path), TRACING "/events/%s/enable", (*c)->system);
		fs_mknod(path, S_IFREG | 0644, &system_enable_fops, (void *)(*c)->system);
	}
	return 0;
}
fs_initcall(tracefs_init);

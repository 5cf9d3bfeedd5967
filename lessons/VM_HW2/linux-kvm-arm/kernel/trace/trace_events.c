/*
 * The files of events, below /sys/kernel/debug/tracing:
 *
 *	events/<system>/<event>/enable	0 or 1
 *	events/<system>/<event>/format	what a record holds
 *	events/<system>/<event>/id	the number in a record's common_type
 *	events/<system>/<event>/filter	which records are kept: trace_events_filter.c
 *	events/<system>/enable		all of the system; X if some are on and some are off
 *	events/enable			all
 *	available_events		the names, <system>:<event>, one in a line
 *	set_event			those that are on; names written here are switched on
 *					too ("*" for all of a part), with "!" before them off
 *
 * event/ is another name for events/, because the homework calls it so.
 *
 * Linux 3.14: same names, same file.
 */
#include <linux/errno.h>
#include <linux/init.h>
#include <linux/kernel.h>
#include <linux/slab.h>
#include <linux/string.h>
#include <linux/uaccess.h>

#include "trace.h"

#define EVENT_TEXT_SIZE	2048

extern struct ftrace_event_call *__start_ftrace_events[], *__stop_ftrace_events[];

#define for_each_event(event) \
	for (event = __start_ftrace_events; event < __stop_ftrace_events; event++)

/* The event whose records have this type, or NULL. */
const struct ftrace_event_call *ftrace_find_event(int id)
{
	int i = id - __TRACE_LAST_TYPE;

	return i >= 0 && i < __stop_ftrace_events - __start_ftrace_events
	     ? __start_ftrace_events[i] : NULL;
}

/* Does a word of set_event, or NULL for anything, name this? */
static bool matches(const char *word, const char *name)
{
	return !word || !strcmp(word, "*") || !strcmp(word, name);
}

/* Switch events on or off. 0, -EINVAL if there is no such event, or -ENOMEM. */
static int ftrace_set(const char *system, const char *name, bool on)
{
	struct ftrace_event_call **event;
	int ret = -EINVAL;

	if (on && tracing_start())
		return -ENOMEM;
	for_each_event(event) {
		if (matches(system, (*event)->system) && matches(name, (*event)->name)) {
			(*event)->enabled = on;
			ret = 0;
		}
	}
	return ret;
}

/* Text that is made anew for each read. */
static ssize_t read_made(char __user *buf, size_t n, loff_t *pos, void *of,
			 void (*make)(struct trace_seq *s, void *of))
{
	struct trace_seq s = { .size = EVENT_TEXT_SIZE };
	ssize_t ret;

	s.buf = kmalloc(s.size, GFP_KERNEL);
	if (!s.buf)
		return -ENOMEM;
	make(&s, of);
	ret = simple_read(buf, n, pos, s.buf, s.len);
	kfree(s.buf);
	return ret;
}

/* ---- enable ---- */

static ssize_t event_enable_read(struct file *file, char __user *buf, size_t n, loff_t *pos)
{
	struct ftrace_event_call *call = file->private_data;

	return simple_read(buf, n, pos, call->enabled ? "1\n" : "0\n", 2);
}

/* What was written: 0 or 1, or an error. */
static int switch_from_user(const char __user *buf, size_t n)
{
	unsigned long on;
	int err = trace_number_from_user(buf, n, &on);

	if (err)
		return err;
	return on > 1 ? -EINVAL : (int)on;
}

static ssize_t event_enable_write(struct file *file, const char __user *buf, size_t n, loff_t *pos)
{
	struct ftrace_event_call *call = file->private_data;
	int on = switch_from_user(buf, n);

	if (on < 0)
		return on;
	if (on && tracing_start())
		return -ENOMEM;
	call->enabled = on;
	return n;
}

static const struct file_operations event_enable_fops = {
	.read = event_enable_read,
	.write = event_enable_write,
};

/* The enable file of a system; that of all systems has no name. */
static ssize_t system_enable_read(struct file *file, char __user *buf, size_t n, loff_t *pos)
{
	struct ftrace_event_call **event;
	bool on = false, off = false;

	for_each_event(event) {
		if (!matches(file->private_data, (*event)->system))
			continue;
		if ((*event)->enabled)
			on = true;
		else
			off = true;
	}
	return simple_read(buf, n, pos, on && off ? "X\n" : on ? "1\n" : "0\n", 2);
}

static ssize_t system_enable_write(struct file *file, const char __user *buf, size_t n, loff_t *pos)
{
	int on = switch_from_user(buf, n);

	if (on >= 0)
		on = ftrace_set(file->private_data, NULL, on);
	return on < 0 ? on : (ssize_t)n;
}

static const struct file_operations system_enable_fops = {
	.read = system_enable_read,
	.write = system_enable_write,
};

/* ---- format and id ---- */

static const struct ftrace_event_field common_fields[] = {
	{ "unsigned short", "common_type", offsetof(struct trace_entry, type), 2, false },
	{ "unsigned char", "common_flags", offsetof(struct trace_entry, flags), 1, false },
	{ "unsigned char", "common_preempt_count",
	  offsetof(struct trace_entry, preempt_count), 1, false },
	{ "int", "common_pid", offsetof(struct trace_entry, pid), 4, true },
	{ NULL }
};

static const struct ftrace_event_field *find_field(const struct ftrace_event_field *field,
						   const char *name)
{
	while (field->type && strcmp(field->name, name))
		field++;
	return field->type ? field : NULL;
}

/* A field of an event's records by its name, or NULL. */
const struct ftrace_event_field *trace_find_event_field(const struct ftrace_event_call *call,
							const char *name)
{
	const struct ftrace_event_field *field = find_field(common_fields, name);

	return field ? field : find_field(call->fields(), name);
}

static void print_fields(struct trace_seq *s, const struct ftrace_event_field *field)
{
	for (; field->type; field++)
		trace_seq_printf(s, "\tfield:%s %s;\toffset:%u;\tsize:%u;\tsigned:%d;\n",
				 field->type, field->name, field->offset, field->size,
				 field->is_signed);
}

static void print_format(struct trace_seq *s, void *of)
{
	const struct ftrace_event_call *call = of;

	trace_seq_printf(s, "name: %s\nID: %d\nformat:\n", call->name, call->id);
	print_fields(s, common_fields);
	trace_seq_printf(s, "\n");
	print_fields(s, call->fields());
	trace_seq_printf(s, "\nprint fmt: %s\n", call->print_fmt);
}

static ssize_t event_format_read(struct file *file, char __user *buf, size_t n, loff_t *pos)
{
	return read_made(buf, n, pos, file->private_data, print_format);
}

static const struct file_operations event_format_fops = {
	.read = event_format_read,
};

static void print_id(struct trace_seq *s, void *of)
{
	const struct ftrace_event_call *call = of;

	trace_seq_printf(s, "%d\n", call->id);
}

static ssize_t event_id_read(struct file *file, char __user *buf, size_t n, loff_t *pos)
{
	return read_made(buf, n, pos, file->private_data, print_id);
}

static const struct file_operations event_id_fops = {
	.read = event_id_read,
};

/* ---- available_events and set_event ---- */

static void print_available(struct trace_seq *s, void *of)
{
	struct ftrace_event_call **event;

	for_each_event(event)
		trace_seq_printf(s, "%s:%s\n", (*event)->system, (*event)->name);
}

static void print_enabled(struct trace_seq *s, void *of)
{
	struct ftrace_event_call **event;

	for_each_event(event) {
		if ((*event)->enabled)
			trace_seq_printf(s, "%s:%s\n", (*event)->system, (*event)->name);
	}
}

static ssize_t available_read(struct file *file, char __user *buf, size_t n, loff_t *pos)
{
	return read_made(buf, n, pos, NULL, print_available);
}

static const struct file_operations available_events_fops = {
	.read = available_read,
};

static ssize_t set_event_read(struct file *file, char __user *buf, size_t n, loff_t *pos)
{
	return read_made(buf, n, pos, NULL, print_enabled);
}

/* "echo kvm:kvm_exit > set_event": that one alone; with ">>" it comes to the others. */
static int set_event_open(struct inode *inode, struct file *file)
{
	if ((file->f_flags & O_TRUNC) && (file->f_flags & O_ACCMODE) != O_RDONLY)
		ftrace_set(NULL, NULL, false);
	return 0;
}

/* One word: [!]system:event, [!]system: or, if neither part is in doubt, [!]name. */
static int set_event_word(char *word)
{
	bool on = *word != '!';
	char *colon;

	word += !on;
	colon = strchr(word, ':');
	if (colon) {
		*colon = 0;
		return ftrace_set(*word ? word : NULL, colon[1] ? colon + 1 : NULL, on);
	}
	return ftrace_set(word, NULL, on) ? ftrace_set(NULL, word, on) : 0;
}

static ssize_t set_event_write(struct file *file, const char __user *buf, size_t n, loff_t *pos)
{
	char text[128];
	char *at = text;

	n = min(n, sizeof(text) - 1);
	if (copy_from_user(text, buf, n))
		return -EFAULT;
	text[n] = 0;

	while (*at) {
		char *word = at;
		bool last;
		int err;

		while (*at && *at != ' ' && *at != '\n')
			at++;
		last = !*at;
		*at = 0;
		err = *word ? set_event_word(word) : 0;
		if (err)
			return err;
		at += !last;
	}
	return n;
}

static const struct file_operations set_event_fops = {
	.open = set_event_open,
	.read = set_event_read,
	.write = set_event_write,
};

/* ---- At boot ---- */

static void __init event_create_dir(struct ftrace_event_call *call)
{
	static const struct {
		const char *name;
		umode_t mode;
		const struct file_operations *fops;
	} files[] = {
		{ "enable", S_IFREG | 0644, &event_enable_fops },
		{ "format", S_IFREG | 0444, &event_format_fops },
		{ "id", S_IFREG | 0444, &event_id_fops },
		{ "filter", S_IFREG | 0644, &event_filter_fops },
	};
	char path[128];
	unsigned int i;

	snprintf(path, sizeof(path), TRACING "/events/%s/%s", call->system, call->name);
	fs_mkdir_p(path);
	for (i = 0; i < ARRAY_SIZE(files); i++) {
		snprintf(path, sizeof(path), TRACING "/events/%s/%s/%s", call->system,
			 call->name, files[i].name);
		fs_mknod(path, files[i].mode, files[i].fops, call);
	}
}

/* The first event of a system brings the system's own file with it. */
static bool __init system_is_new(struct ftrace_event_call **event)
{
	return event == __start_ftrace_events || strcmp(event[-1]->system, (*event)->system);
}

static int __init event_trace_init(void)
{
	struct ftrace_event_call **event;
	char path[128];

	fs_mkdir_p(TRACING "/events");
	fs_symlink(TRACING "/event", "events");
	fs_mknod(TRACING "/events/enable", S_IFREG | 0644, &system_enable_fops, NULL);
	fs_mknod(TRACING "/available_events", S_IFREG | 0444, &available_events_fops, NULL);
	fs_mknod(TRACING "/set_event", S_IFREG | 0644, &set_event_fops, NULL);

	for_each_event(event) {
		(*event)->id = __TRACE_LAST_TYPE + (event - __start_ftrace_events);
		event_create_dir(*event);
		if (system_is_new(event)) {
			snprintf(path, sizeof(path), TRACING "/events/%s/enable",
				 (*event)->system);
			fs_mknod(path, S_IFREG | 0644, &system_enable_fops,
				 (void *)(*event)->system);
		}
	}
	return 0;
}
fs_initcall(event_trace_init);

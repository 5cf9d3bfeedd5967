/*
 * events/<system>/<event>/filter: which records of an event are worth keeping.
 *
 *	echo 'exit_reason == 0x24 && vcpu_pc > 0x80000' > filter
 *	echo 0 > filter				all of them again
 *
 * A term compares a field of the record (its format file names them) with a number, by
 * == != < <= > >=, or & for "has one of these bits". Terms are joined by && and ||, which
 * binds weaker; there are (...) and !. The text becomes a tree; for each record its root is
 * asked.
 *
 * Linux 3.14: same file, and texts beside numbers.
 */
#include <linux/errno.h>
#include <linux/gfp.h>
#include <linux/irqflags.h>
#include <linux/kernel.h>
#include <linux/slab.h>
#include <linux/string.h>
#include <linux/uaccess.h>

#include "trace.h"

#define FILTER_TEXT_SIZE 256
#define MAX_NODES	32
#define MAX_DEPTH	8	/* of brackets: the parser calls itself */

enum filter_op { OP_OR, OP_AND, OP_NOT, OP_EQ, OP_NE, OP_LE, OP_LT, OP_GE, OP_GT, OP_BAND };

struct filter_node {
	enum filter_op op;
	struct filter_node *left, *right;	/* of && and ||; ! has one */
	const struct ftrace_event_field *field;
	u64 value;
};

struct event_filter {
	char text[FILTER_TEXT_SIZE];
	struct filter_node nodes[MAX_NODES];
	unsigned int used;
	struct filter_node *root;
};

/* ---- Asking ---- */

static u64 field_value(const struct ftrace_event_field *field, const void *record)
{
	const void *at = record + field->offset;

	switch (field->size) {
	case 1:
		return field->is_signed ? (u64)*(const s8 *)at : *(const u8 *)at;
	case 2:
		return field->is_signed ? (u64)*(const s16 *)at : *(const u16 *)at;
	case 4:
		return field->is_signed ? (u64)*(const s32 *)at : *(const u32 *)at;
	default:
		return *(const u64 *)at;
	}
}

/* -1, 0 or 1, as the field's type orders them. */
static int compare(const struct filter_node *node, u64 value)
{
	if (value == node->value)
		return 0;
	if (node->field->is_signed)
		return (s64)value < (s64)node->value ? -1 : 1;
	return value < node->value ? -1 : 1;
}

static bool matches(const struct filter_node *node, const void *record)
{
	u64 value = node->field ? field_value(node->field, record) : 0;

	switch (node->op) {
	case OP_OR:
		return matches(node->left, record) || matches(node->right, record);
	case OP_AND:
		return matches(node->left, record) && matches(node->right, record);
	case OP_NOT:
		return !matches(node->left, record);
	case OP_EQ:
		return compare(node, value) == 0;
	case OP_NE:
		return compare(node, value) != 0;
	case OP_LE:
		return compare(node, value) <= 0;
	case OP_LT:
		return compare(node, value) < 0;
	case OP_GE:
		return compare(node, value) >= 0;
	case OP_GT:
		return compare(node, value) > 0;
	default:
		return (value & node->value) != 0;
	}
}

bool filter_match(const struct ftrace_event_call *call, const struct trace_entry *entry)
{
	return !call->filter || matches(call->filter->root, entry);
}

/* ---- From text to tree. NULL: it makes no sense. ---- */

struct parser {
	const struct ftrace_event_call *call;
	struct event_filter *filter;
	const char *at;
	int depth;
};

static struct filter_node *parse_or(struct parser *p);

static struct filter_node *new_node(struct parser *p, enum filter_op op, struct filter_node *left,
				    struct filter_node *right)
{
	struct filter_node *node = &p->filter->nodes[p->filter->used];

	if (p->filter->used == MAX_NODES)
		return NULL;
	p->filter->used++;
	*node = (struct filter_node){ .op = op, .left = left, .right = right };
	return node;
}

/* Blanks, and then this? If so, it is behind us. */
static bool skip(struct parser *p, const char *wanted)
{
	while (*p->at == ' ' || *p->at == '\t' || *p->at == '\n')
		p->at++;
	if (strncmp(p->at, wanted, strlen(wanted)))
		return false;
	p->at += strlen(wanted);
	return true;
}

static bool is_name(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_';
}

static const struct ftrace_event_field *parse_field(struct parser *p)
{
	char name[32];
	size_t n = 0;

	skip(p, "");
	while (is_name(*p->at) && n < sizeof(name) - 1)
		name[n++] = *p->at++;
	name[n] = 0;
	return trace_find_event_field(p->call, name);
}

static bool parse_number(struct parser *p, u64 *value)
{
	bool minus;
	char *end;

	skip(p, "");
	minus = skip(p, "-");
	*value = simple_strtoul(p->at, &end, 0);
	if (end == p->at || is_name(*end))
		return false;
	p->at = end;
	if (minus)
		*value = -*value;
	return true;
}

/* field op number */
static struct filter_node *parse_term(struct parser *p)
{
	static const char *const ops[] = { "==", "!=", "<=", "<", ">=", ">", "&" };
	const struct ftrace_event_field *field = parse_field(p);
	struct filter_node *node;
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(ops) && !skip(p, ops[i]); i++)
		;
	if (!field || i == ARRAY_SIZE(ops))
		return NULL;
	node = new_node(p, OP_EQ + i, NULL, NULL);
	if (!node || !parse_number(p, &node->value))
		return NULL;
	node->field = field;
	return node;
}

static struct filter_node *parse_primary(struct parser *p)
{
	struct filter_node *inner;

	if (skip(p, "(")) {
		inner = parse_or(p);
		return inner && skip(p, ")") ? inner : NULL;
	}
	if (!skip(p, "!"))
		return parse_term(p);
	if (p->depth == MAX_DEPTH)
		return NULL;
	p->depth++;
	inner = parse_primary(p);
	p->depth--;
	return inner ? new_node(p, OP_NOT, inner, NULL) : NULL;
}

static struct filter_node *parse_and(struct parser *p)
{
	struct filter_node *left = parse_primary(p);

	while (left && skip(p, "&&")) {
		struct filter_node *right = parse_primary(p);

		left = right ? new_node(p, OP_AND, left, right) : NULL;
	}
	return left;
}

static struct filter_node *parse_or(struct parser *p)
{
	struct filter_node *left;

	if (p->depth == MAX_DEPTH)
		return NULL;
	p->depth++;
	left = parse_and(p);
	while (left && skip(p, "||")) {
		struct filter_node *right = parse_and(p);

		left = right ? new_node(p, OP_OR, left, right) : NULL;
	}
	p->depth--;
	return left;
}

/* ---- The file ---- */

/* A record is looked at with interrupts off: none is under way when the old filter goes. */
static void replace_filter(struct ftrace_event_call *call, struct event_filter *filter)
{
	unsigned long flags = arch_local_irq_save();
	struct event_filter *old = call->filter;

	call->filter = filter;
	local_irq_restore(flags);
	kfree(old);
}

static ssize_t event_filter_read(struct file *file, char __user *buf, size_t n, loff_t *pos)
{
	const struct ftrace_event_call *call = file->private_data;
	char text[FILTER_TEXT_SIZE + 1];
	unsigned long flags = arch_local_irq_save();
	int len = snprintf(text, sizeof(text), "%s\n", call->filter ? call->filter->text : "none");

	local_irq_restore(flags);
	return simple_read(buf, n, pos, text, len);
}

/* A filter that makes no sense is -EINVAL, and what was stays. */
static ssize_t event_filter_write(struct file *file, const char __user *buf, size_t n, loff_t *pos)
{
	struct ftrace_event_call *call = file->private_data;
	struct event_filter *filter;
	struct parser p;

	if (!n || n >= FILTER_TEXT_SIZE)
		return -EINVAL;
	filter = kzalloc(sizeof(*filter), GFP_KERNEL);
	if (!filter)
		return -ENOMEM;
	if (copy_from_user(filter->text, buf, n)) {
		kfree(filter);
		return -EFAULT;
	}
	if (filter->text[n - 1] == '\n')
		filter->text[n - 1] = 0;
	if (!strcmp(filter->text, "0")) {
		kfree(filter);
		replace_filter(call, NULL);
		return n;
	}
	p = (struct parser){ .call = call, .filter = filter, .at = filter->text };
	filter->root = parse_or(&p);
	skip(&p, "");
	if (!filter->root || *p.at) {
		kfree(filter);
		return -EINVAL;
	}
	replace_filter(call, filter);
	return n;
}

const struct file_operations event_filter_fops = {
	.read = event_filter_read,
	.write = event_filter_write,
};

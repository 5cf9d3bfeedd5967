/* A stack of memory: what a command needs is taken from it, and given back in one go. */
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "sh.h"

#define BLOCK 4000

struct block {
	struct block *before;
	size_t used, size;
	char data[] __attribute__((aligned(16)));
};

static struct block *top;

void *must_alloc(size_t n)
{
	void *p = malloc(n);

	if (!p) {
		fputs("sh: out of memory\n", stderr);
		exit(2);
	}
	return p;
}

void *stack_alloc(size_t n)
{
	void *p;

	n = (n + 15) & ~15UL;
	if (!top || top->used + n > top->size) {
		size_t size = n > BLOCK ? n : BLOCK;
		struct block *b = must_alloc(sizeof(*b) + size);

		*b = (struct block){ top, 0, size };
		top = b;
	}
	p = top->data + top->used;
	top->used += n;
	return memset(p, 0, n);
}

struct stack_mark stack_mark(void)
{
	return (struct stack_mark){ top, top ? top->used : 0 };
}

void stack_release(struct stack_mark mark)
{
	while (top && top != mark.block) {
		struct block *gone = top;

		top = top->before;
		free(gone);
	}
	if (top)
		top->used = mark.used;
}

char *stack_copy(const char *s, size_t n)
{
	return memcpy(stack_alloc(n + 1), s, n);
}

char *stack_printf(const char *fmt, ...)
{
	va_list args;
	char *text;
	int n;

	va_start(args, fmt);
	n = vsnprintf(NULL, 0, fmt, args);
	va_end(args);
	text = stack_alloc(n + 1);
	va_start(args, fmt);
	vsnprintf(text, n + 1, fmt, args);
	va_end(args);
	return text;
}

void put(struct buffer *b, char c)
{
	if (b->n + 1 >= b->size) {
		char *larger = stack_alloc(b->size = b->size ? 2 * b->size : 64);

		if (b->n)
			memcpy(larger, b->text, b->n);
		b->text = larger;
	}
	b->text[b->n++] = c;
	b->text[b->n] = 0;
}

void put_text(struct buffer *b, const char *s)
{
	if (!b->text) {
		put(b, 0);
		b->n = 0;
	}
	while (*s)
		put(b, *s++);
}

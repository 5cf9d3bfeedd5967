/* Where commands come from: a string, a file, or somebody who types. */
#include <errno.h>
#include <setjmp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include "sh.h"

struct input *in;

static char *prompt(void)
{
	char *home = get_variable("HOME"), *cwd = getcwd(NULL, 0), *p;
	size_t n = home ? strlen(home) : 0;

	if (!cwd)
		cwd = strdup("?");
	if (n > 1 && !strncmp(cwd, home, n) && (!cwd[n] || cwd[n] == '/'))
		p = stack_printf("root@genericarmv8:~%s# ", cwd + n);
	else
		p = stack_printf("root@genericarmv8:%s# ", cwd);
	free(cwd);
	return p;
}

static void append(struct input *i, const char *text, size_t n)
{
	if (i->n + n + 1 > i->size) {
		i->size = 2 * (i->n + n + 1);
		i->text = realloc(i->text, i->size);
		if (!i->text)
			exit(2);
	}
	memcpy(i->text + i->n, text, n);
	i->n += n;
	i->text[i->n] = 0;
}

/* One line, byte by byte: what follows it may be meant for a command that reads. */
static int read_line(struct input *i)
{
	size_t before = i->n;
	char c;
	ssize_t n;

	while ((n = read(i->fd, &c, 1)) > 0) {
		append(i, &c, 1);
		if (c == '\n')
			break;
	}
	if (n < 0 && errno == EINTR)
		interrupted = 1;
	return i->n > before;
}

/* More of the input, if there is any. In the middle of a command the prompt is another one. */
static int more(struct input *i)
{
	char *line;

	if (i->fd < 0)
		return 0;
	if (!i->interactive)
		return read_line(i);
	if (i->n == 0)
		report_jobs();
	line = edit_line(i->n ? "> " : prompt());
	if (interrupted)
		longjmp(error_target, 1);
	if (!line)
		return 0;
	append(i, line, strlen(line));
	append(i, "\n", 1);
	return 1;
}

int peek_char(void)
{
	int c = next_char();

	if (c >= 0)
		unread_char();
	return c;
}

int next_char(void)
{
	if (in->at == in->n && !more(in))
		return -1;
	if (in->text[in->at] == '\n')
		in->line++;
	return (unsigned char)in->text[in->at++];
}

void unread_char(void)
{
	in->at--;
	if (in->text[in->at] == '\n')
		in->line--;
}

void use_string(struct input *i, const char *text)
{
	memset(i, 0, sizeof(*i));
	i->fd = -1;
	i->line = 1;
	i->outer = in;
	append(i, text, strlen(text));
	in = i;
}

void drop_input(struct input *i)
{
	in = i->outer;
	free(i->text);
}

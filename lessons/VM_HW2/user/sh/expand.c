/*
 * From words to arguments: ~, $, ` and quotes, then splitting into fields, then files that
 * match. While a word is expanded, each character carries a mark of where it comes from.
 */
#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include "sh.h"

enum mark {
	PLAIN = 'p', /* written so */
	QUOTED = 'q', /* written in quotes: stands for itself */
	EXPANDED = 'e', /* came out of a $: is split, and may be a pattern */
	FIELD = 'f', /* no character: a field is here, even if it is empty */
	BREAK = 'b' /* no character: a field ends here */
};

struct expansion {
	struct buffer text, marks;
	int split; /* "$@" makes fields of its own */
};

static void add(struct expansion *x, char c, enum mark mark)
{
	put(&x->text, c);
	put(&x->marks, mark);
}

static void add_text(struct expansion *x, const char *s, enum mark mark)
{
	for (; *s; s++)
		add(x, *s, mark);
}

static void expand(struct expansion *x, const char *w, int quoted);

static char *special(char c)
{
	switch (c) {
	case '?': return stack_printf("%d", status);
	case '$': return stack_printf("%d", shell_pid);
	case '#': return stack_printf("%d", argument_count);
	case '!': return last_background ? stack_printf("%d", last_background) : NULL;
	case '-': return stack_printf("%s%s", options.errexit ? "e" : "", interactive ? "i" : "");
	case '0': return arguments[0];
	}
	return NULL;
}

static char *join_arguments(void)
{
	char *ifs = get_variable("IFS");
	struct buffer b = { 0 };

	put_text(&b, "");
	for (int i = 1; i <= argument_count; i++) {
		put_text(&b, arguments[i]);
		if (i < argument_count && (!ifs || *ifs))
			put(&b, ifs ? *ifs : ' ');
	}
	return b.text;
}

static char *value_of(const char *name)
{
	if (isdigit((unsigned char)*name)) {
		int i = atoi(name);

		return i <= argument_count ? arguments[i] : NULL;
	}
	if (*name == '@' || *name == '*')
		return argument_count ? join_arguments() : NULL;
	return strchr("?$#!-", *name) ? special(*name) : get_variable(name);
}

static size_t name_length(const char *s)
{
	size_t n = 0;

	if (*s && strchr("?$#!-@*", *s))
		return 1;
	if (isdigit((unsigned char)*s))
		return strspn(s, "0123456789");
	while (isalnum((unsigned char)s[n]) || s[n] == '_')
		n++;
	return n;
}

/* $@: each argument a field of its own, when it is quoted. */
static void add_arguments(struct expansion *x, int quoted)
{
	for (int i = 1; i <= argument_count; i++) {
		if (quoted && x->split)
			add(x, 0, FIELD);
		add_text(x, arguments[i], quoted ? QUOTED : EXPANDED);
		if (i < argument_count)
			add(x, x->split ? 0 : ' ', x->split ? BREAK : QUOTED);
	}
}

/* ${name%pattern} and its three relatives: the value without what matches. */
static char *trimmed(const char *value, const char *op, const char *word)
{
	int longest = op[1] == op[0], suffix = op[0] == '%';
	char *pattern = expand_pattern(word + 1 + longest);
	size_t n = strlen(value);

	for (size_t i = 0; i <= n; i++) {
		size_t length = longest ? n - i : i;

		if (match(pattern, suffix ? value + n - length : value, length))
			return suffix ? stack_copy(value, n - length) : (char *)value + length;
	}
	return (char *)value;
}

/* What stands between the braces of ${...}. */
static void braces(struct expansion *x, char *s, int quoted)
{
	enum mark mark = quoted ? QUOTED : EXPANDED;
	int length = s[0] == '#' && s[1];
	char *name, *value, *op;
	size_t n;
	int absent;

	s += length;
	n = name_length(s);
	name = stack_copy(s, n);
	op = s + n;
	if (!n || (length && *op))
		fail("${%s}: this is no expansion", s);
	value = value_of(name);
	if (length) {
		add_text(x, stack_printf("%zu", value ? strlen(value) : 0), mark);
		return;
	}
	if (*op == '%' || *op == '#') {
		add_text(x, value ? trimmed(value, op, op) : "", mark);
		return;
	}
	absent = !value || (*op == ':' && !*value);
	op += *op == ':';
	switch (*op) {
	case 0:
		if (!value && options.nounset)
			fail("%s: not set", name);
		break;
	case '-':
		if (absent) {
			expand(x, op + 1, quoted);
			return;
		}
		break;
	case '=':
		if (absent)
			set_variable(name, value = expand_string(op + 1));
		break;
	case '+':
		if (!absent)
			expand(x, op + 1, quoted);
		return;
	case '?':
		if (absent)
			fail("%s: %s", name, op[1] ? expand_string(op + 1) : "not set");
		break;
	default:
		fail("${%s}: this is no expansion", s);
	}
	if (!strcmp(name, "@"))
		add_arguments(x, quoted);
	else if (value)
		add_text(x, value, mark);
}

/* The character after the one that closes what s begins with. */
static const char *closing(const char *s, char open, char close)
{
	int depth = 0;

	for (; *s; s++) {
		if (*s == '\\' && s[1])
			s++;
		else if (*s == '\'' && open == '(')
			s = strchrnul(s + 1, '\'');
		else if (*s == open)
			depth++;
		else if (*s == close && --depth == 0)
			return s + 1;
		if (!*s)
			break;
	}
	return s;
}

static const char *dollar(struct expansion *x, const char *w, int quoted)
{
	enum mark mark = quoted ? QUOTED : EXPANDED;
	const char *end;
	char *value, *name;
	size_t n;

	if (*w == '{') {
		end = closing(w, '{', '}');
		braces(x, stack_copy(w + 1, end - w - 2), quoted);
		return end;
	}
	if (*w == '(') {
		end = closing(w, '(', ')');
		if (w[1] == '(' && end[-2] == ')') {
			name = expand_string(stack_copy(w + 2, end - w - 4));
			add_text(x, stack_printf("%ld", arithmetic(name)), mark);
		} else {
			add_text(x, output_of(stack_copy(w + 1, end - w - 2)), mark);
		}
		return end;
	}
	n = name_length(w);
	if (isdigit((unsigned char)*w))
		n = 1;
	if (!n) {
		add(x, '$', quoted ? QUOTED : PLAIN);
		return w;
	}
	if (*w == '@') {
		add_arguments(x, quoted);
		return w + 1;
	}
	name = stack_copy(w, n);
	value = value_of(name);
	if (!value && options.nounset)
		fail("%s: not set", name);
	if (value)
		add_text(x, value, mark);
	return w + n;
}

static const char *backquotes(struct expansion *x, const char *w, int quoted)
{
	struct buffer command = { 0 };

	put_text(&command, "");
	for (; *w && *w != '`'; w++) {
		if (*w == '\\' && w[1] && strchr("$`\\", w[1]))
			w++;
		put(&command, *w);
	}
	add_text(x, output_of(command.text), quoted ? QUOTED : EXPANDED);
	return *w ? w + 1 : w;
}

static const char *double_quotes(struct expansion *x, const char *w)
{
	if (strcmp(w, "$@\"") && strncmp(w, "$@\"", 3))
		add(x, 0, FIELD);
	while (*w && *w != '"') {
		if (*w == '\\' && w[1] && strchr("$`\"\\\n", w[1])) {
			if (w[1] != '\n')
				add(x, w[1], QUOTED);
			w += 2;
		} else if (*w == '$') {
			w = dollar(x, w + 1, 1);
		} else if (*w == '`') {
			w = backquotes(x, w + 1, 1);
		} else {
			add(x, *w++, QUOTED);
		}
	}
	return *w ? w + 1 : w;
}

/* Within quotes already: of ${name-word} in double quotes, and of <<. */
static void expand(struct expansion *x, const char *w, int quoted)
{
	while (*w) {
		if (*w == '$') {
			w = dollar(x, w + 1, quoted);
		} else if (*w == '`') {
			w = backquotes(x, w + 1, quoted);
		} else if (*w == '\\' && w[1] && (!quoted || strchr("$`\\", w[1]))) {
			add(x, w[1], QUOTED);
			w += 2;
		} else if (!quoted && *w == '"') {
			w = double_quotes(x, w + 1);
		} else if (!quoted && *w == '\'') {
			add(x, 0, FIELD);
			for (w++; *w && *w != '\''; w++)
				add(x, *w, QUOTED);
			w += *w != 0;
		} else {
			add(x, *w++, quoted ? QUOTED : PLAIN);
		}
	}
}

/* A ~ at the beginning, alone or before a slash, is HOME. */
static void expand_word(struct expansion *x, const char *w)
{
	char *home = get_variable("HOME");

	put_text(&x->text, "");
	put_text(&x->marks, "");
	if (*w == '~' && (!w[1] || w[1] == '/') && home) {
		add_text(x, home, QUOTED);
		w++;
	}
	expand(x, w, 0);
}

/* Characters of the expansion as a pattern: those that stand for themselves with a \. */
static void put_pattern(struct buffer *b, char c, enum mark mark)
{
	if ((mark == QUOTED && strchr("*?[]\\-!^", c)) || (mark != PLAIN && c == '\\'))
		put(b, '\\');
	put(b, c);
}

static struct {
	char **list;
	size_t n, size;
} fields;

static void add_field(char *text)
{
	if (fields.n + 1 >= fields.size) {
		size_t size = fields.size ? 2 * fields.size : 16;
		char **more = stack_alloc(size * sizeof(*more));

		if (fields.n)
			memcpy(more, fields.list, fields.n * sizeof(*more));
		fields.list = more;
		fields.size = size;
	}
	fields.list[fields.n++] = text;
}

static void finish_field(struct buffer *pattern)
{
	size_t before = fields.n;

	if (!options.noglob && has_wildcard(pattern->text))
		glob(pattern->text, add_field);
	if (fields.n == before)
		add_field(without_escapes(pattern->text));
	*pattern = (struct buffer){ 0 };
}

static void split(struct expansion *x)
{
	char *ifs = get_variable("IFS");
	struct buffer field = { 0 };
	int open = 0; /* there is a field, even if it has no characters */

	if (!ifs)
		ifs = " \t\n";
	for (size_t i = 0; i < x->text.n; i++) {
		char c = x->text.text[i];
		enum mark mark = x->marks.text[i];
		int separator = mark == EXPANDED && strchr(ifs, c);

		if (mark == FIELD) {
			open = 1;
		} else if (mark == BREAK || separator) {
			if (open || field.n || (separator && !isspace((unsigned char)c))) {
				put_text(&field, "");
				finish_field(&field);
			}
			open = 0;
		} else {
			put_pattern(&field, c, mark);
			open = 1;
		}
	}
	if (open) {
		put_text(&field, "");
		finish_field(&field);
	}
}

char **expand_words(struct word *words)
{
	char **list;

	fields.list = NULL;
	fields.n = fields.size = 0;
	for (; words; words = words->next) {
		struct expansion x = { .split = 1 };

		expand_word(&x, words->text);
		split(&x);
	}
	add_field(NULL);
	list = fields.list;
	return list;
}

static char *joined(struct expansion *x, int pattern)
{
	struct buffer b = { 0 };

	put_text(&b, "");
	for (size_t i = 0; i < x->text.n; i++) {
		enum mark mark = x->marks.text[i];

		if (mark == FIELD || mark == BREAK)
			continue;
		if (pattern)
			put_pattern(&b, x->text.text[i], mark);
		else
			put(&b, x->text.text[i]);
	}
	return b.text;
}

char *expand_string(const char *word)
{
	struct expansion x = { 0 };

	expand_word(&x, word);
	return joined(&x, 0);
}

char *expand_pattern(const char *word)
{
	struct expansion x = { 0 };

	expand_word(&x, word);
	return joined(&x, 1);
}

char *expand_text(const char *text)
{
	struct expansion x = { 0 };

	put_text(&x.text, "");
	put_text(&x.marks, "");
	expand(&x, text, 1);
	return joined(&x, 0);
}

/*
 * Regular expressions by following all ways at once: the pattern becomes a small program
 * (after Thompson), and for each character there is the set of places in it where one may be.
 * So no pattern takes longer than its length times that of the line.
 */
#include <ctype.h>
#include <stdlib.h>
#include <string.h>
#include "regex.h"

enum op { ANY, SET, BEGIN, END, SPLIT, JUMP, MATCH };

struct instruction {
	enum op op;
	int to, other; /* SPLIT and JUMP */
	unsigned char set[32];
};

#define MAX 512

struct regex {
	int n, flags;
	struct instruction code[MAX];
};

const char *regex_error;

static struct regex *made;
static const char *p;

static int emit(enum op op)
{
	if (made->n == MAX) {
		regex_error = "the pattern is too long";
		return MAX - 1;
	}
	memset(&made->code[made->n], 0, sizeof(made->code[0]));
	made->code[made->n].op = op;
	return made->n++;
}

/* Makes room for one instruction at `at`; what is behind it moves, jumps within it too. */
static void insert(int at, enum op op)
{
	emit(op);
	memmove(&made->code[at + 1], &made->code[at], (made->n - 1 - at) * sizeof(made->code[0]));
	memset(&made->code[at], 0, sizeof(made->code[0]));
	made->code[at].op = op;
	for (int i = at + 1; i < made->n; i++) {
		made->code[i].to += made->code[i].to >= at;
		made->code[i].other += made->code[i].other >= at;
	}
}

static void add(unsigned char *set, int c)
{
	set[c >> 3] |= 1 << (c & 7);
	if (made->flags & REGEX_IGNORE_CASE) {
		set[toupper(c) >> 3] |= 1 << (toupper(c) & 7);
		set[tolower(c) >> 3] |= 1 << (tolower(c) & 7);
	}
}

static int in_class(const char *name, size_t n, int c)
{
	static const struct {
		const char *name;
		int (*is)(int);
	} classes[] = { { "alpha", isalpha }, { "digit", isdigit }, { "alnum", isalnum },
			{ "space", isspace }, { "upper", isupper }, { "lower", islower },
			{ "punct", ispunct }, { "xdigit", isxdigit } };

	for (size_t i = 0; i < sizeof(classes) / sizeof(*classes); i++)
		if (strlen(classes[i].name) == n && !strncmp(classes[i].name, name, n))
			return classes[i].is(c);
	return 0;
}

/* [...]; p is behind the bracket */
static void brackets(void)
{
	unsigned char *set = made->code[emit(SET)].set;
	int not = *p == '^', first = 1;

	for (p += not; *p && (*p != ']' || first); first = 0) {
		int low = (unsigned char)*p++, high = low;

		if (low == '[' && *p == ':' && strstr(p, ":]")) {
			const char *end = strstr(p, ":]");

			for (int c = 1; c < 256; c++)
				if (in_class(p + 1, end - p - 1, c))
					add(set, c);
			p = end + 2;
			continue;
		}
		if (*p == '-' && p[1] && p[1] != ']') {
			high = (unsigned char)p[1];
			p += 2;
		}
		for (int c = low; c <= high; c++)
			add(set, c);
	}
	if (*p++ != ']') {
		regex_error = "a [ is not closed";
		p--;
	}
	for (int i = 0; not && i < 32; i++)
		set[i] = ~set[i];
}

/* Is an operator next: ( ) { } | + ?, with a \ before it in a basic expression? */
static int operator(char c)
{
	int extended = made->flags & REGEX_EXTENDED;

	if (extended ? *p != c : !(*p == '\\' && p[1] == c))
		return 0;
	p += extended ? 1 : 2;
	return 1;
}

static int at_operator(char c)
{
	const char *before = p;
	int is = operator(c);

	p = before;
	return is;
}

static void alternatives(void);

static void one_character(void)
{
	int c = (unsigned char)*p++, at;

	if (c == '.') {
		emit(ANY);
		return;
	}
	if (c == '[') {
		brackets();
		return;
	}
	if (c == '\\' && *p)
		c = (unsigned char)*p++;
	at = emit(SET);
	add(made->code[at].set, c);
}

/* {2}, {2,} and {2,5} repeat the code from `from` on. */
static void repeat(int from)
{
	long least = strtol(p, (char **)&p, 10), most = least;
	int size = made->n - from;
	struct instruction *copy;

	if (*p == ',')
		most = p[1] >= '0' && p[1] <= '9' ? strtol(p + 1, (char **)&p, 10) : (p++, -1);
	if (!operator('}') || least < 0 || least > 255 || most > 255) {
		regex_error = "a { } is wrong";
		return;
	}
	copy = malloc(size * sizeof(*copy) + 1);
	if (!copy)
		return;
	memcpy(copy, &made->code[from], size * sizeof(*copy));
	made->n = from;
	for (int i = 0; (i < most || (most < 0 && i <= least)) && !regex_error; i++) {
		int at = made->n, optional = i >= least, split = optional ? emit(SPLIT) : 0;

		for (int k = 0; k < size; k++) {
			int to = emit(copy[k].op);

			made->code[to] = copy[k];
			made->code[to].to += at + optional - from;
			made->code[to].other += at + optional - from;
		}
		if (most < 0 && optional)
			made->code[emit(JUMP)].to = split;
		if (optional) {
			made->code[split].to = split + 1;
			made->code[split].other = made->n;
		}
	}
	free(copy);
}

static void piece(void)
{
	int from = made->n, again = 1;

	if (operator('(')) {
		alternatives();
		if (!operator(')'))
			regex_error = "a ( is not closed";
	} else {
		one_character();
	}
	while (again && !regex_error) {
		if (*p == '*' || at_operator('+')) {
			int star = *p == '*';

			if (!star)
				operator('+');
			else
				p++;
			if (star) {
				insert(from, SPLIT);
				made->code[emit(JUMP)].to = from;
				made->code[from].to = from + 1;
				made->code[from].other = made->n;
			} else {
				int split = emit(SPLIT);

				made->code[split].to = from;
				made->code[split].other = made->n;
			}
		} else if (operator('?')) {
			insert(from, SPLIT);
			made->code[from].to = from + 1;
			made->code[from].other = made->n;
		} else if (operator('{')) {
			repeat(from);
		} else {
			again = 0;
		}
	}
}

static int ends_sequence(const char *s)
{
	const char *before = p;
	int is;

	p = s;
	is = !*p || at_operator('|') || at_operator(')');
	p = before;
	return is;
}

static void sequence(void)
{
	if (*p == '^') {
		p++;
		emit(BEGIN);
	}
	if (*p == '*' && !(made->flags & REGEX_EXTENDED)) { /* nothing to repeat: itself */
		add(made->code[emit(SET)].set, '*');
		p++;
	}
	while (*p && !at_operator('|') && !at_operator(')') && !regex_error) {
		if (*p == '$' && ends_sequence(p + 1)) {
			p++;
			emit(END);
		} else {
			piece();
		}
	}
}

static void alternatives(void)
{
	int from = made->n, jump;

	sequence();
	while (operator('|') && !regex_error) {
		insert(from, SPLIT);
		jump = emit(JUMP);
		made->code[from].to = from + 1;
		made->code[from].other = made->n;
		from = made->n;
		sequence();
		made->code[jump].to = made->n; /* where a third one begins, its SPLIT: both ways match */
	}
}

struct regex *regex_compile(const char *pattern, int flags)
{
	made = malloc(sizeof(*made));
	regex_error = made ? NULL : "out of memory";
	if (!made)
		return NULL;
	made->n = 0;
	made->flags = flags;
	p = pattern;
	if (flags & REGEX_LITERAL)
		while (*p)
			add(made->code[emit(SET)].set, (unsigned char)*p++);
	else
		alternatives();
	if (*p && !regex_error)
		regex_error = "a ) is not opened";
	emit(MATCH);
	return regex_error ? NULL : made;
}

/* The places that can be reached from `at` without a character. */
static void follow(const struct regex *r, char *places, int at, int begin, int end)
{
	const struct instruction *i = &r->code[at];

	if (places[at])
		return;
	places[at] = 1;
	if (i->op == JUMP || i->op == SPLIT)
		follow(r, places, i->to, begin, end);
	if (i->op == SPLIT)
		follow(r, places, i->other, begin, end);
	if ((i->op == BEGIN && begin) || (i->op == END && end))
		follow(r, places, at + 1, begin, end);
}

int regex_match(const struct regex *r, const char *line)
{
	char now[MAX] = { 0 }, next[MAX];

	for (const char *s = line;; s++) {
		unsigned char c = *s;

		follow(r, now, 0, s == line, !c); /* a match may begin anywhere */
		if (now[r->n - 1])
			return 1;
		if (!c)
			return 0;
		memset(next, 0, r->n);
		for (int at = 0; at < r->n; at++) {
			const struct instruction *i = &r->code[at];

			if (now[at] && (i->op == ANY || (i->op == SET && i->set[c >> 3] >> (c & 7) & 1)))
				follow(r, next, at + 1, 0, !s[1]);
		}
		memcpy(now, next, r->n);
	}
}

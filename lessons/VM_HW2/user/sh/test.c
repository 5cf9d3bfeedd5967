/* test and [: questions about files, strings and numbers. */
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include "sh.h"

static char **word;
static int wrong;

static int alternatives(void);

static int unary(const char *op, const char *value)
{
	struct stat st;

	switch (op[1]) {
	case 'n': return *value != 0;
	case 'z': return *value == 0;
	case 't': return isatty(atoi(value));
	case 'r': return access(value, R_OK) == 0;
	case 'w': return access(value, W_OK) == 0;
	case 'x': return access(value, X_OK) == 0;
	case 'h':
	case 'L': return lstat(value, &st) == 0 && S_ISLNK(st.st_mode);
	}
	if (stat(value, &st))
		return 0;
	switch (op[1]) {
	case 'd': return S_ISDIR(st.st_mode);
	case 'f': return S_ISREG(st.st_mode);
	case 'c': return S_ISCHR(st.st_mode);
	case 'b': return S_ISBLK(st.st_mode);
	case 'p': return S_ISFIFO(st.st_mode);
	case 's': return st.st_size > 0;
	}
	return 1; /* -e */
}

static int is_unary(const char *s)
{
	return s[0] == '-' && s[1] && strchr("nztrwxhLdfcbpse", s[1]) && !s[2];
}

static long number(const char *s)
{
	char *end;
	long n = strtol(s, &end, 10);

	if (*end || end == s) {
		complain("test: %s: this is no number", s);
		wrong = 1;
	}
	return n;
}

static int is_binary(const char *op)
{
	static const char *const known[] = { "=",   "==",  "!=",  "-eq", "-ne", "-lt", "-le",
					     "-gt", "-ge", "-nt", "-ot", "-ef", "<",   ">" };

	for (size_t i = 0; op && i < sizeof(known) / sizeof(*known); i++)
		if (!strcmp(op, known[i]))
			return 1;
	return 0;
}

static int compare_files(const char *a, const char *op, const char *b)
{
	struct stat x, y;
	int has_x = stat(a, &x) == 0, has_y = stat(b, &y) == 0;

	if (op[1] == 'e')
		return has_x && has_y && x.st_dev == y.st_dev && x.st_ino == y.st_ino;
	if (op[1] == 'n')
		return has_x && (!has_y || x.st_mtime > y.st_mtime);
	return has_y && (!has_x || x.st_mtime < y.st_mtime);
}

static int binary(const char *a, const char *op, const char *b)
{
	long x, y;

	if (op[0] != '-') {
		int order = strcmp(a, b);

		return op[0] == '=' ? !order : op[0] == '!' ? order : op[0] == '<' ? order < 0 : order > 0;
	}
	if (!strcmp(op, "-nt") || !strcmp(op, "-ot") || !strcmp(op, "-ef"))
		return compare_files(a, op, b);
	x = number(a);
	y = number(b);
	if (op[1] == 'e')
		return x == y;
	if (op[1] == 'n')
		return x != y;
	if (op[1] == 'l')
		return op[2] == 't' ? x < y : x <= y;
	return op[2] == 't' ? x > y : x >= y;
}

static int primary(void)
{
	int answer;

	if (!*word) {
		wrong = 1;
		return 0;
	}
	if (word[1] && word[2] && is_binary(word[1])) {
		answer = binary(word[0], word[1], word[2]);
		word += 3;
		return answer;
	}
	if (!strcmp(*word, "!")) {
		word++;
		return !primary();
	}
	if (!strcmp(*word, "(")) {
		word++;
		answer = alternatives();
		if (*word && !strcmp(*word, ")"))
			word++;
		else
			wrong = 1;
		return answer;
	}
	if (is_unary(*word) && word[1]) {
		answer = unary(word[0], word[1]);
		word += 2;
		return answer;
	}
	return **word++ != 0;
}

static int both(void)
{
	int answer = primary();

	while (*word && !strcmp(*word, "-a")) {
		word++;
		answer &= primary();
	}
	return answer;
}

static int alternatives(void)
{
	int answer = both();

	while (*word && !strcmp(*word, "-o")) {
		word++;
		answer |= both();
	}
	return answer;
}

int test_builtin(char **argv)
{
	int n = 0, answer;

	while (argv[n])
		n++;
	if (!strcmp(argv[0], "[")) {
		if (strcmp(argv[n - 1], "]")) {
			complain("[: the closing ] is missing");
			return 2;
		}
		argv[n - 1] = NULL;
	}
	word = argv + 1;
	if (!*word)
		return 1;
	wrong = 0;
	answer = alternatives();
	if (*word || wrong) {
		if (!wrong || !*word)
			complain("test: %s", *word ? "too many words" : "a word is missing");
		return 2;
	}
	return !answer;
}

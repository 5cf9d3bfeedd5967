/*
 * Words and operators. A word keeps its quotes and its $(...): they are looked at when it is
 * expanded. Here only its end matters.
 */
#include <ctype.h>
#include <setjmp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "sh.h"

enum token token;
char *token_text;
int token_number;

/* Texts of << that begin after the next newline. */
static struct pending {
	const char *delimiter;
	struct redirection *r;
	struct pending *next;
} *pending;

void syntax_error(const char *what)
{
	pending = NULL;
	if (in->interactive)
		fprintf(stderr, "sh: syntax error: %s\n", what);
	else
		fprintf(stderr, "sh: line %d: syntax error: %s\n", in->line, what);
	status = 2;
	longjmp(error_target, 2);
}

void later(const char *delimiter, struct redirection *r)
{
	struct pending *p = stack_alloc(sizeof(*p)), **link = &pending;

	p->delimiter = delimiter;
	p->r = r;
	while (*link)
		link = &(*link)->next;
	*link = p;
}

/* The lines of one << up to its delimiter. <<- leaves out tabs at their beginning. */
static void read_document(struct pending *p)
{
	struct buffer text = { 0 };
	int strip = p->r->op[2] == '-';

	p->r->op[2] = 0;
	put_text(&text, "");
	for (;;) {
		struct buffer line = { 0 };
		int c;

		put_text(&line, "");
		while ((c = next_char()) >= 0 && c != '\n')
			if (!(strip && c == '\t' && !line.n))
				put(&line, c);
		if (c < 0 || !strcmp(line.text, p->delimiter))
			break;
		put_text(&text, line.text);
		put(&text, '\n');
	}
	p->r->target = text.text;
}

static void read_documents(void)
{
	struct pending *p = pending;

	pending = NULL;
	for (; p; p = p->next)
		read_document(p);
}

static int take(struct buffer *b, const char *unfinished)
{
	int c = next_char();

	if (c < 0)
		syntax_error(unfinished);
	put(b, c);
	return c;
}

static void take_dollar(struct buffer *b);

/* Up to the closing quote; in double quotes \ and $ still have a meaning. */
static void take_quoted(struct buffer *b, int quote)
{
	int c;

	while ((c = take(b, "a quote is not closed")) != quote) {
		if (quote == '\'')
			continue;
		if (c == '\\')
			take(b, "a quote is not closed");
		else if (c == '$' && quote == '"')
			take_dollar(b);
		else if (c == '`' && quote == '"')
			take_quoted(b, '`');
	}
}

static void take_nested(struct buffer *b, int open, int close)
{
	int depth = 1, c;

	while (depth) {
		c = take(b, close == ')' ? "$( is not closed" : "${ is not closed");
		if (c == open)
			depth++;
		else if (c == close)
			depth--;
		else if (c == '\\')
			take(b, "nothing follows the \\");
		else if (c == '\'' || c == '"' || c == '`')
			take_quoted(b, c);
	}
}

static void take_dollar(struct buffer *b)
{
	int c = peek_char();

	if (c != '(' && c != '{')
		return;
	put(b, next_char());
	take_nested(b, c, c == '(' ? ')' : '}');
}

static void take_word(int c)
{
	struct buffer b = { 0 };

	for (; c >= 0 && !strchr(" \t\n|&;()<>", c); c = next_char()) {
		if (c == '\\' && peek_char() == '\n') {
			next_char();
			continue;
		}
		put(&b, c);
		if (c == '\\' && peek_char() >= 0)
			put(&b, next_char());
		else if (c == '\'' || c == '"' || c == '`')
			take_quoted(&b, c);
		else if (c == '$')
			take_dollar(&b);
	}
	if (c >= 0)
		unread_char();
	token = WORD;
	token_text = b.text ? b.text : "";
}

static int skip_blanks(void)
{
	int c;

	for (;;) {
		c = next_char();
		if (c == '\\' && peek_char() == '\n')
			next_char();
		else if (c == '#')
			while ((c = peek_char()) >= 0 && c != '\n')
				next_char();
		else if (c != ' ' && c != '\t' && c != '\r')
			return c;
	}
}

static void take_operator(int c)
{
	static const char *const operators[] = { "<<-", "&&", "||", ";;", "<<", ">>", "<&",
						 ">&",	"<>", ">|", "|",  "&",	";",  "(",
						 ")",	"<",  ">" };
	char text[4] = { c };
	int n = 1;

	/* as long as one more character still makes an operator */
	for (;;) {
		int next = peek_char(), longer = 0;

		text[n] = next >= 0 ? next : 0;
		text[n + 1 < 4 ? n + 1 : 3] = 0;
		for (size_t i = 0; i < sizeof(operators) / sizeof(*operators); i++)
			longer |= next > 0 && next != '\n' && !strncmp(operators[i], text, n + 1);
		if (!longer || n == 3)
			break;
		next_char();
		n++;
	}
	text[n] = 0;
	token = OPERATOR;
	token_text = stack_copy(text, n);
}

void next_token(void)
{
	int c = skip_blanks();

	token_number = -1;
	token_text = "newline";
	if (c < 0) {
		token = END;
		token_text = "end of file";
	} else if (c == '\n') {
		token = NEWLINE;
		if (pending)
			read_documents();
	} else if (isdigit(c) && (peek_char() == '<' || peek_char() == '>')) {
		take_operator(next_char());
		token_number = c - '0';
	} else if (strchr("|&;()<>", c)) {
		take_operator(c);
	} else {
		take_word(c);
	}
}

/* The grammar of POSIX's shell, a function for each of its parts. */
#include <ctype.h>
#include <stdio.h>
#include <string.h>
#include "sh.h"

int at_end;

static struct node *list(void);
static struct node *command(void);

static struct node *new_node(enum kind kind, struct node *left, struct node *right)
{
	struct node *n = stack_alloc(sizeof(*n));

	n->kind = kind;
	n->left = left;
	n->right = right;
	return n;
}

static int is(const char *text)
{
	return (token == OPERATOR || token == WORD) && !strcmp(token_text, text);
}

static void __attribute__((noreturn)) unexpected(void)
{
	syntax_error(stack_printf("\"%s\" is not expected here", token_text));
}

static void expect(const char *text)
{
	if (!is(text))
		syntax_error(stack_printf("\"%s\" is expected before \"%s\"", text, token_text));
	next_token();
}

static void skip_newlines(void)
{
	while (token == NEWLINE)
		next_token();
}

static int ends_list(void)
{
	static const char *const ends[] = { ")", "}", ";;", "then", "else", "elif",
					    "fi", "do", "done", "esac" };

	if (token == END)
		return 1;
	for (size_t i = 0; i < sizeof(ends) / sizeof(*ends); i++)
		if (is(ends[i]))
			return 1;
	return 0;
}

static int is_redirection(void)
{
	return token == OPERATOR && (token_text[0] == '<' || token_text[0] == '>');
}

/* A word without its quotes: the delimiter of <<. */
static char *unquoted(const char *word, int *quoted)
{
	struct buffer b = { 0 };

	put_text(&b, "");
	for (*quoted = 0; *word; word++)
		if (strchr("\\'\"", *word))
			*quoted = 1;
		else
			put(&b, *word);
	return b.text;
}

static struct redirection *redirection(void)
{
	struct redirection *r = stack_alloc(sizeof(*r));

	strcpy(r->op, token_text);
	r->fd = token_number >= 0 ? token_number : token_text[0] == '>';
	next_token();
	if (token != WORD)
		syntax_error(stack_printf("a file name is expected after \"%s\"", r->op));
	if (!strncmp(r->op, "<<", 2))
		later(unquoted(token_text, &r->literal), r);
	else
		r->target = token_text;
	next_token();
	return r;
}

static void redirections(struct node *n)
{
	struct redirection **link = &n->redirections;

	while (*link)
		link = &(*link)->next;
	while (is_redirection()) {
		*link = redirection();
		link = &(*link)->next;
	}
}

static void add_word(struct word ***link)
{
	struct word *w = stack_alloc(sizeof(*w));

	w->text = token_text;
	**link = w;
	*link = &w->next;
}

static int is_assignment(const char *text)
{
	const char *equals = strchr(text, '=');

	return equals && is_name(text, equals - text);
}

static struct node *function(const char *name)
{
	struct node *n = new_node(FUNCTION, NULL, NULL);

	n->name = (char *)name;
	next_token();
	expect(")");
	skip_newlines();
	n->left = command();
	return n;
}

static struct node *simple(void)
{
	struct node *n = new_node(SIMPLE, NULL, NULL);
	struct word **words = &n->words, **assignments = &n->assignments;

	for (;;) {
		if (is_redirection()) {
			redirections(n);
			continue;
		}
		if (token != WORD)
			break;
		if (!n->words && is_assignment(token_text))
			add_word(&assignments);
		else
			add_word(&words);
		next_token();
		if (n->words && !n->words->next && is("(") && !n->redirections &&
		    is_name(n->words->text, strlen(n->words->text)))
			return function(n->words->text);
	}
	if (!n->words && !n->assignments && !n->redirections)
		unexpected();
	return n;
}

static struct node *if_command(void)
{
	struct node *n = new_node(IF, NULL, NULL);

	next_token();
	n->left = list();
	expect("then");
	n->right = list();
	if (is("elif")) {
		n->third = if_command();
		return n;
	}
	if (is("else")) {
		next_token();
		n->third = list();
	}
	expect("fi");
	return n;
}

static struct node *body(void)
{
	struct node *n;

	expect("do");
	n = list();
	expect("done");
	return n;
}

static struct node *while_command(enum kind kind)
{
	struct node *n = new_node(kind, NULL, NULL);

	next_token();
	n->left = list();
	n->right = body();
	return n;
}

static struct node *for_command(void)
{
	struct node *n = new_node(FOR, NULL, NULL);
	struct word **link = &n->words;

	next_token();
	if (token != WORD || !is_name(token_text, strlen(token_text)))
		syntax_error("a variable's name is expected after \"for\"");
	n->name = token_text;
	next_token();
	skip_newlines();
	if (is("in")) {
		n->has_list = 1;
		for (next_token(); token == WORD; next_token())
			add_word(&link);
	}
	if (is(";"))
		next_token();
	skip_newlines();
	n->right = body();
	return n;
}

static struct node *case_command(void)
{
	struct node *n = new_node(CASE, NULL, NULL);
	struct case_item **items = &n->items;

	next_token();
	if (token != WORD)
		unexpected();
	n->name = token_text;
	next_token();
	skip_newlines();
	expect("in");
	for (skip_newlines(); !is("esac"); skip_newlines()) {
		struct case_item *item = stack_alloc(sizeof(*item));
		struct word **link = &item->patterns;

		if (is("("))
			next_token();
		for (;;) {
			if (token != WORD)
				unexpected();
			add_word(&link);
			next_token();
			if (!is("|"))
				break;
			next_token();
		}
		expect(")");
		item->body = list();
		*items = item;
		items = &item->next;
		if (!is(";;"))
			break;
		next_token();
	}
	expect("esac");
	return n;
}

static struct node *command(void)
{
	struct node *n;

	if (is("{")) {
		next_token();
		n = new_node(GROUP, list(), NULL);
		expect("}");
	} else if (token == OPERATOR && is("(")) {
		next_token();
		n = new_node(SUBSHELL, list(), NULL);
		expect(")");
	} else if (is("if")) {
		n = if_command();
	} else if (is("while") || is("until")) {
		n = while_command(is("while") ? WHILE : UNTIL);
	} else if (is("for")) {
		n = for_command();
	} else if (is("case")) {
		n = case_command();
	} else if (ends_list()) {
		unexpected();
	} else {
		return simple();
	}
	redirections(n);
	return n;
}

/* What was written from `from` to the token at hand. */
static char *written(size_t from)
{
	size_t end = in->at - (token == END ? 0 : strlen(token_text));

	if (token == NEWLINE)
		end = in->at - 1;
	if (end > in->n || end < from)
		end = in->n;
	while (from < end && isspace((unsigned char)in->text[from]))
		from++;
	while (end > from && isspace((unsigned char)in->text[end - 1]))
		end--;
	return stack_copy(in->text + from, end - from);
}

static struct node *pipeline(void)
{
	size_t from = token == WORD || token == OPERATOR ? in->at - strlen(token_text) : in->at;
	int not = is("!");
	struct node *n, *first, **link;

	if (not)
		next_token();
	first = command();
	n = new_node(PIPELINE, first, NULL);
	link = &first->next;
	while (is("|")) {
		next_token();
		skip_newlines();
		*link = command();
		link = &(*link)->next;
	}
	n->text = written(from > in->n ? 0 : from);
	return not ? new_node(NOT, n, NULL) : n;
}

static struct node *and_or(void)
{
	struct node *n = pipeline();

	while (is("&&") || is("||")) {
		enum kind kind = is("&&") ? AND : OR;

		next_token();
		skip_newlines();
		n = new_node(kind, n, pipeline());
	}
	return n;
}

/* A list as far as the line goes, or, within a command, to the command's end. */
static struct node *lines(int many)
{
	struct node *all = NULL;

	for (;;) {
		size_t from = in->at;
		struct node *n;

		if (many)
			skip_newlines();
		if (ends_list() || token == NEWLINE)
			break;
		from -= strlen(token_text) < from ? strlen(token_text) : from;
		n = and_or();
		if (is("&")) {
			n = new_node(BACKGROUND, n, NULL);
			n->text = written(from);
		}
		all = all ? new_node(SEQUENCE, all, n) : n;
		if (is(";") || is("&"))
			next_token();
		else if (!(many && token == NEWLINE))
			break;
	}
	return all;
}

static struct node *list(void)
{
	struct node *n = lines(1);

	if (!n)
		unexpected();
	return n;
}

/* The next line that has commands, with all that belongs to them. */
struct node *parse_command(void)
{
	struct node *n;

	at_end = 0;
	next_token();
	if (token == END) {
		at_end = 1;
		return NULL;
	}
	n = lines(0);
	if (token != NEWLINE && token != END)
		unexpected();
	return n;
}

/* Variables, and functions. Those that are exported make up the environment of commands. */
#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include "sh.h"

struct variable {
	char *name, *value; /* value NULL: exported before it was set */
	int exported;
	struct variable *next;
};

struct function {
	char *name;
	struct node *body;
	struct function *next;
};

static struct variable *variables;
static struct function *functions;

static char *keep(const char *s)
{
	return strcpy(must_alloc(strlen(s) + 1), s);
}

int is_name(const char *s, size_t n)
{
	if (!n || isdigit((unsigned char)*s))
		return 0;
	for (size_t i = 0; i < n; i++)
		if (!isalnum((unsigned char)s[i]) && s[i] != '_')
			return 0;
	return 1;
}

/* In the order of their names. */
static struct variable *find(const char *name, int make)
{
	struct variable **link = &variables, *v;

	while (*link && strcmp((*link)->name, name) < 0)
		link = &(*link)->next;
	if (*link && !strcmp((*link)->name, name))
		return *link;
	if (!make)
		return NULL;
	v = must_alloc(sizeof(*v));
	*v = (struct variable){ .name = keep(name), .next = *link };
	*link = v;
	return v;
}

char *get_variable(const char *name)
{
	struct variable *v = find(name, 0);

	return v ? v->value : NULL;
}

void set_variable(const char *name, const char *value)
{
	struct variable *v = find(name, 1);
	char *old = v->value;

	v->value = keep(value);
	free(old);
}

void export_variable(const char *name)
{
	find(name, 1)->exported = 1;
}

void unset_variable(const char *name)
{
	for (struct variable **link = &variables, *v; (v = *link); link = &v->next)
		if (!strcmp(v->name, name)) {
			*link = v->next;
			free(v->name);
			free(v->value);
			free(v);
			return;
		}
}

/* NAME=value, the value as it is */
void assign(const char *assignment)
{
	const char *equals = strchr(assignment, '=');
	char *name = strndup(assignment, equals - assignment);

	set_variable(name, equals + 1);
	free(name);
}

void import_environment(void)
{
	for (char **e = environ; *e; e++)
		if (strchr(*e, '=') && is_name(*e, strcspn(*e, "="))) {
			char *name = strndup(*e, strcspn(*e, "="));

			assign(*e);
			export_variable(name);
			free(name);
		}
}

char **exported(void)
{
	size_t n = 0;
	char **list;

	for (struct variable *v = variables; v; v = v->next)
		n += v->exported && v->value;
	list = stack_alloc((n + 1) * sizeof(*list));
	n = 0;
	for (struct variable *v = variables; v; v = v->next)
		if (v->exported && v->value)
			list[n++] = stack_printf("%s=%s", v->name, v->value);
	return list;
}

void print_variables(int only_exported)
{
	for (struct variable *v = variables; v; v = v->next)
		if (v->value && (v->exported || !only_exported))
			printf("%s%s='%s'\n", only_exported ? "export " : "", v->name, v->value);
}

/* A function outlives the line that made it: its tree is copied. */
static struct word *copy_words(const struct word *w)
{
	struct word *copy;

	if (!w)
		return NULL;
	copy = must_alloc(sizeof(*copy));
	*copy = (struct word){ keep(w->text), copy_words(w->next) };
	return copy;
}

static struct redirection *copy_redirections(const struct redirection *r)
{
	struct redirection *copy;

	if (!r)
		return NULL;
	copy = must_alloc(sizeof(*copy));
	*copy = *r;
	copy->target = keep(r->target);
	copy->next = copy_redirections(r->next);
	return copy;
}

static struct node *copy_node(const struct node *n);

static struct case_item *copy_items(const struct case_item *i)
{
	struct case_item *copy;

	if (!i)
		return NULL;
	copy = must_alloc(sizeof(*copy));
	*copy = (struct case_item){ copy_words(i->patterns), copy_node(i->body),
				    copy_items(i->next) };
	return copy;
}

static struct node *copy_node(const struct node *n)
{
	struct node *copy;

	if (!n)
		return NULL;
	copy = must_alloc(sizeof(*copy));
	*copy = *n;
	copy->left = copy_node(n->left);
	copy->right = copy_node(n->right);
	copy->third = copy_node(n->third);
	copy->next = copy_node(n->next);
	copy->name = n->name ? keep(n->name) : NULL;
	copy->text = n->text ? keep(n->text) : NULL;
	copy->words = copy_words(n->words);
	copy->assignments = copy_words(n->assignments);
	copy->redirections = copy_redirections(n->redirections);
	copy->items = copy_items(n->items);
	return copy;
}

static struct function *find_function(const char *name)
{
	struct function *f = functions;

	while (f && strcmp(f->name, name))
		f = f->next;
	return f;
}

struct node *get_function(const char *name)
{
	struct function *f = find_function(name);

	return f ? f->body : NULL;
}

/* An old body stays in memory: it may be the one that is being run. */
void set_function(const char *name, const struct node *body)
{
	struct function *f = find_function(name);

	if (!f) {
		f = must_alloc(sizeof(*f));
		*f = (struct function){ keep(name), NULL, functions };
		functions = f;
	}
	f->body = copy_node(body);
}

void unset_function(const char *name)
{
	struct function *f = find_function(name);

	if (f)
		f->body = NULL;
}

/* $((...)): C's operators on long integers, by precedence. */
#include <ctype.h>
#include <stdlib.h>
#include <string.h>
#include "sh.h"

static const char *at;

static const struct {
	char text[3];
	int precedence;
} operators[] = { { "||", 1 }, { "&&", 2 }, { "<<", 8 }, { ">>", 8 }, { "==", 6 }, { "!=", 6 },
		  { "<=", 7 }, { ">=", 7 }, { "|", 3 },	 { "^", 4 },  { "&", 5 },  { "<", 7 },
		  { ">", 7 },  { "+", 9 },  { "-", 9 },	 { "*", 10 }, { "/", 10 }, { "%", 10 } };

static long expression(void);

static void skip(void)
{
	while (isspace((unsigned char)*at))
		at++;
}

static long value_of(const char *name)
{
	char *text = get_variable(name);

	return text ? strtol(text, NULL, 0) : 0;
}

static long name(void)
{
	size_t n = 0;
	char *variable;
	long value;

	while (isalnum((unsigned char)at[n]) || at[n] == '_')
		n++;
	variable = stack_copy(at, n);
	at += n;
	skip();
	if (at[0] == '=' && at[1] != '=') {
		at++;
		value = expression();
	} else if (at[0] && strchr("+-*/%", at[0]) && at[1] == '=') {
		char op = *at;
		long right;

		at += 2;
		value = value_of(variable);
		right = expression();
		if (strchr("/%", op) && right == 0)
			fail("division by zero");
		value = op == '+'   ? value + right
			: op == '-' ? value - right
			: op == '*' ? value * right
			: op == '/' ? (right == -1 ? -value : value / right)
				    : (right == -1 ? 0 : value % right);
	} else {
		return value_of(variable);
	}
	set_variable(variable, stack_printf("%ld", value));
	return value;
}

static long unary(void)
{
	long value;
	char *end;

	skip();
	switch (*at) {
	case '-': at++; return -unary();
	case '+': at++; return unary();
	case '!': at++; return !unary();
	case '~': at++; return ~unary();
	case '(':
		at++;
		value = expression();
		skip();
		if (*at++ != ')')
			fail("a ) is missing in an arithmetic expression");
		return value;
	}
	if (isalpha((unsigned char)*at) || *at == '_')
		return name();
	value = strtol(at, &end, 0);
	if (end == at)
		fail("a number is expected in an arithmetic expression: %s", at);
	at = end;
	return value;
}

static long apply(const char *op, long a, long b)
{
	if (strchr("/%", op[0]) && b == 0)
		fail("division by zero");
	switch (op[0] + (op[1] == '=' ? 256 : op[1] == op[0] ? 512 : 0)) {
	case '|': return a | b;
	case '^': return a ^ b;
	case '&': return a & b;
	case '<': return a < b;
	case '>': return a > b;
	case '+': return a + b;
	case '-': return a - b;
	case '*': return a * b;
	case '/': return b == -1 ? -a : a / b;
	case '%': return b == -1 ? 0 : a % b;
	case '=' + 256: return a == b;
	case '!' + 256: return a != b;
	case '<' + 256: return a <= b;
	case '>' + 256: return a >= b;
	case '|' + 512: return a || b;
	case '&' + 512: return a && b;
	case '<' + 512: return a << (b & 63);
	default: return a >> (b & 63);
	}
}

/* What binds at least as strongly as `least`. */
static long binary(int least)
{
	long left = unary();

	for (;;) {
		size_t i = 0, n = sizeof(operators) / sizeof(*operators);

		skip();
		while (i < n && strncmp(at, operators[i].text, strlen(operators[i].text)))
			i++;
		if (i == n || operators[i].precedence < least)
			return left;
		at += strlen(operators[i].text);
		left = apply(operators[i].text, left, binary(operators[i].precedence + 1));
	}
}

static long expression(void)
{
	long condition = binary(1), yes, no;

	skip();
	if (*at != '?')
		return condition;
	at++;
	yes = expression();
	skip();
	if (*at++ != ':')
		fail("a : is missing in an arithmetic expression");
	no = expression();
	return condition ? yes : no;
}

long arithmetic(const char *text)
{
	const char *outer = at;
	long value;

	at = text;
	skip();
	value = *at ? expression() : 0;
	skip();
	if (*at)
		fail("this is not expected in an arithmetic expression: %s", at);
	at = outer;
	return value;
}

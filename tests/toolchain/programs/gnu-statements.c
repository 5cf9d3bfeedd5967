/* GNU C's statements and expressions, and arrays of variable length wherever they may stand. */
#include <stddef.h>
#include "show.h"

static int trace;
static void note(int *p) { trace = trace * 10 + *p; }
static void release(char **p) { trace = trace * 10 + (*p ? **p - '0' : 9); }
#define SCOPED	__attribute__((cleanup(note)))

#define MAX(a, b) ({ __auto_type a_ = (a); __auto_type b_ = (b); a_ > b_ ? a_ : b_; })
#define SWAP(a, b) do { typeof(a) t_ = (a); (a) = (b); (b) = t_; } while (0)
#define FIND(array, n, value) ({					\
	__label__ found;						\
	int at_;							\
	for (at_ = 0; at_ < (n); at_++)					\
		if ((array)[at_] == (value))				\
			goto found;					\
	at_ = -1;							\
found:									\
	at_;								\
})
#define first_of(a, ...) (a)
#define count_of(...) count_(0, ##__VA_ARGS__, 5, 4, 3, 2, 1, 0)
#define count_(z, a, b, c, d, e, n, ...) n
#define call(f, ...) f(__VA_ARGS__)
#define joined_(a, b) a##b
#define joined(a, b) joined_(a, b)
#define unique(name) joined(name, __COUNTER__)
#define text_(x) #x
#define text(x) text_(x)

NOINLINE int expressions(int a, int b)
{
	int list[] = { 4, 8, 15, 16, 23, 42 };
	int unique(v) = 1, unique(v) = 2;

	SWAP(a, b);
	return MAX(a, b) * 1000 + FIND(list, 6, 16) * 100 + FIND(list, 6, 17) + (a ?: 7) + (a - a ?: 9) +
	       first_of(3, 4) + count_of() + count_of(a) * 2 + count_of(a, b, 1) * 3 + call(MAX, 5, 6) +
	       sizeof(text(joined(list, _x))) + ({ int t = a; t *= 2; t + 1; }) + ({ if (b > 100) return -1; b; });
}
NOINLINE int leaves(int how)
{
	int first SCOPED = 1;

	for (int i = 0; i < 4; i++) {
		int second SCOPED = 2;

		if (i == how)
			break;
		if (i == how - 4)
			continue;
		if (i == how - 8)
			goto out;
		if (i == how - 12)
			return trace;
	}
	{
		char *third __attribute__((cleanup(release))) = how & 1 ? "7" : NULL;

		switch (how) {
		case 5: {
			int fourth SCOPED = 4;

			break;
		}
		default:
			trace++;
		}
	}
out:
	return first;
}
NOINLINE int cases(long n)
{
	switch (n) {
	case 'a' ... 'f':
		return n - 'a' + 10;
	case -1000000000000l ... -1:
		return -1;
	case 0: case 2: case 4: case 6:
		n++;
		__attribute__((fallthrough));
	case 200:
		return n * 2;
	case 0x7fffffffffffff00 ... 0x7fffffffffffffff:
		return 5;
	}
	return 0;
}
NOINLINE int duff(char *to, const char *from, int count)
{
	int n = (count + 3) / 4;

	switch (count % 4) {
	case 0:	do {	*to++ = *from++;
	case 3:		*to++ = *from++;
	case 2:		*to++ = *from++;
	case 1:		*to++ = *from++;
		} while (--n > 0);
	}
	return to[-1];
}
NOINLINE int machine(const unsigned char *code)
{
	static const void *const jumps[] = { &&halt, &&add, &&twice, &&back };
	int value = 1, limit = 3;

	goto *jumps[*code++];
add:
	value += *code++;
	goto *jumps[*code++];
twice:
	value *= 2;
	goto *jumps[*code++];
back:
	if (limit--)
		code -= 6;
	goto *jumps[*code++];
halt:
	return value;
}
NOINLINE int interpreted(const unsigned char *code)
{
	static const int jumps[] = { [0] = &&halt - &&halt, [1] = &&add - &&halt, [2] = &&twice - &&halt };
	int value = 1;

next:
	goto *(&&halt + jumps[*code++ % 3]);
add:
	value += 5;
	goto next;
twice:
	value *= 2;
	goto next;
halt:
	return value;
}

/* Arrays of variable length: as parameters, of several dimensions, behind pointers, in loops, jumped out of. */
NOINLINE int sum(int n, int m, int a[n][m]) { int s = 0; for (int i = 0; i < n; i++) for (int j = 0; j < m; j++) s = s * 3 + a[i][j]; return s; }
NOINLINE int first(int n, int a[static const restrict n]) { return a[n - 1]; }
NOINLINE int variable(int n)
{
	int table[n][n + 1];
	int (*row)[n + 1] = &table[1];
	typedef struct { char c; short s; } pair;
	pair pairs[n * 2];
	char letters[sizeof(table) + n++];

	for (int i = 0; i < n - 1; i++)
		for (int j = 0; j < n; j++)
			table[i][j] = i * 10 + j;
	pairs[1] = (pair){ 1, 2 };
	letters[sizeof(letters) - 1] = 5;
	return sum(n - 1, n, table) + (*row)[2] + sizeof(table) + sizeof(*row) * 7 + sizeof(letters) +
	       pairs[1].s + letters[sizeof(letters) - 1] + (&table[2] - &table[0]) + first(n, table[0]);
}
NOINLINE int looping(int n)
{
	int total = 0;

again:
	for (int i = 1; i < n; i++) {
		int a[i];
		typeof(a) b;

		for (int j = 0; j < i; j++)
			b[j] = a[j] = j * i;
		total += b[i - 1] + sizeof(b);
		if (total > 300 && i == 2)
			goto done;
	}
	if (total < 1000)
		goto again;
done:
	return total;
}
NOINLINE int wide_aligned(int n)
{
	_Alignas(64) int a[4];
	int v[n];
	char *p = __builtin_alloca(n * 3), *q = __builtin_alloca_with_align(n, 512);

	v[0] = ((size_t)a | (size_t)q) & 63;
	p[0] = n;
	q[n - 1] = 3;
	return v[0] * 1000 + p[0] + q[n - 1] + (((size_t)v | (size_t)p) & 3);
}
NOINLINE int conditional(int n) { return n > 3 ? ({ int a[n]; a[n - 1] = n; a[n - 1] * 2; }) : ({ char c[n + 1]; c[n] = 4; c[n]; }); }

int main(void)
{
	static const unsigned char code[] = { 1, 5, 2, 1, 7, 3, 0 };
	char buffer[16] = { 0 };
	int i;

	show("expressions", expressions(3, 12));
	show("expressions", expressions(300, 0));
	for (i = 0; i < 17; i++) {
		trace = 0;
		show("leaves", leaves(i));
		show("  trace", trace);
	}
	show("cases", cases('c') + cases(-5) * 100 + cases(4) * 10000 + cases(200) + cases(0x7fffffffffffff80) + cases(7));
	show("duff", duff(buffer, "abcdefghijk", 11) + buffer[9]);
	show("machine", machine(code));
	show("interpreted", interpreted((const unsigned char *)"\1\2\2\1\3"));
	show("variable", variable(4));
	show("looping", looping(9));
	show("aligned", wide_aligned(7));
	show("conditional", conditional(2) + conditional(9) * 10);
	return 0;
}

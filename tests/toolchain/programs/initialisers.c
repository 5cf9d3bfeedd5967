/* Initialisers: designated, nested, ranges, unions, strings, compound literals, addresses, flexible arrays. */
#include <stddef.h>
#include "show.h"

struct point { short x, y; };
struct line { struct point from, to; const char *name; };
struct tree { int value; const struct tree *left, *right; };
struct text { int length; char bytes[]; };
union number { int i; double d; char c[12]; };
struct all {
	char c;
	struct line lines[3];
	union number n[2];
	int matrix[2][3];
	int (*function)(int);
	void *self;
	unsigned bits : 7, more : 9;
	long double wide;
	__int128 huge;
	_Bool yes;
};

static int twice(int n) { return 2 * n; }
static int list[10] = { [2 ... 4] = 7, [8] = 1, 5, [0] = -1 };
static char word[] = "seven", exact[3] = "abc", longer[8] = "ab";
static struct text text = { 5, "hello" };
static const struct tree leaves[] = { { 1 }, { 2 } };
static const struct tree root = { 3, &leaves[0], leaves + 1 };
static struct all all = {
	'x',
	{ [1] = { { 1, 2 }, .to.y = 4, .name = "one" }, [0].name = word + 2, [2].to = { .y = -9 } },
	{ { .d = 1.5 }, { .c = "union" } },
	{ { 1, 2 }, [1][2] = 6 },
	twice, &all, 100, 300, 1.25L, (__int128)1 << 100, 5,
};
static const struct { char *start; ptrdiff_t size; int *third; } places = { word, sizeof(word), &list[3] };
static int *pointers[] = { &list[9], (int *)((char *)list + 8), &(int){ 77 }, NULL };
static struct point *literal = &(struct point){ 3, 4 };
static float floats[] = { 1, 0.1f, -0.0f, 1e38f * 10, 0x1p-149f };
static unsigned char wraps[] = { 256 + 3, -1, 'a', '\377', u8"x"[0] };
static const unsigned short wide[] = u"wide";

#define kind(x) _Generic((x), int: 1, long: 2, char *: 3, const char *: 4, double: 5, float: 6, \
	struct point: 7, int (*)(int): 8, default: 9)

NOINLINE int sum(struct point p[], int n) { int s = 0; while (n--) s = s * 3 + p[n].x * 10 + p[n].y; return s; }
NOINLINE int local(int a, int b)
{
	int grid[3][3] = { { a }, { [1] = b }, { a, b, a + b } };
	struct line l = { .to = { b, a }, .from.x = a * b };
	union number u = { .i = a };
	char letters[16] = "local";
	struct point *p = (struct point[]){ { a, b }, { b }, { .y = a } };

	letters[6] = a;
	return grid[0][0] + grid[1][1] * 2 + grid[2][2] * 3 + grid[0][2] + l.from.x + l.from.y + l.to.x * 5 +
	       u.i + letters[4] + letters[6] + letters[12] + sum(p, 3) + (l.name == NULL);
}
NOINLINE int expression(int n)
{
	int r = ({ int t = n * 2; if (t > 10) t -= 10; t; }) + ({ struct point p = { n, n + 1 }; p; }).y;
	__typeof__(n) copy = r;
	__auto_type other = copy + 1L;

	return copy ?: -1, (n ?: 99) + (int)other + (int)sizeof(other);
}
_Static_assert(offsetof(struct all, lines[1].to.y) == 30, "members of members");

int main(void)
{
	int i;

	for (i = 0; i < 10; i++)
		show("list", list[i]);
	show("word", word[4] + exact[2] + longer[2] + sizeof(word) + sizeof(exact));
	show("text", text.bytes[4] * 10 + text.length);
	show("tree", root.value * 100 + root.left->value * 10 + root.right->value + !root.left->left);
	show("all", all.c + all.lines[1].from.y + all.lines[1].to.y + all.lines[0].name[1] + all.lines[2].to.y);
	show_double("union", all.n[0].d);
	show("union", all.n[1].c[3]);
	show("matrix", all.matrix[0][1] * 100 + all.matrix[1][2] * 10 + all.matrix[0][2]);
	show("function", all.function(21));
	show("self", all.self == &all);
	show("bits", all.bits * 1000 + all.more + all.yes);
	show_double("wide", all.wide);
	show_wide("huge", all.huge);
	show("places", places.start[1] + places.size * 1000 + *places.third);
	show("pointers", *pointers[0] * 100 + *pointers[1] * 10 + *pointers[2] + !pointers[3]);
	show("literal", literal->x * 10 + literal->y);
	for (i = 0; i < 5; i++)
		show_float("floats", floats[i]);
	for (i = 0; i < 5; i++)
		show("wraps", wraps[i] * 256 + wide[i]);
	show("kinds", kind(1) + kind(1l) * 10 + kind("a") * 100 + kind(1.0) * 1000 + kind(1.f) * 10000 +
	     kind(*literal) * 100000 + kind(twice) * 1000000 + kind((char)1) * 10000000);
	show("local", local(3, 4) + local(-5, 100));
	show("expression", expression(3) + expression(9) * 1000 + expression(0));
	return 0;
}

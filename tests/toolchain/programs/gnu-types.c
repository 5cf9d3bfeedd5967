/* GNU C's and C11's types and initialisers, as kernels write them. */
#include <stddef.h>
#include <stdint.h>
#include "show.h"

typedef int byte_mode __attribute__((mode(QI)));
typedef unsigned int half_mode __attribute__((mode(HI)));
typedef int wide_mode __attribute__((mode(DI)));
typedef unsigned int huge_mode __attribute__((mode(TI)));
typedef int word_mode __attribute__((mode(word)));
typedef float single_mode __attribute__((mode(SF)));
_Static_assert(sizeof(byte_mode) == 1 && sizeof(half_mode) == 2 && sizeof(wide_mode) == 8, "modes");
_Static_assert(sizeof(huge_mode) == 16 && sizeof(word_mode) == 8 && sizeof(single_mode) == 4, "modes");

NOINLINE wide_mode modes(byte_mode a, half_mode b) { return (wide_mode)a * b + ((huge_mode)a << 3 >> 64); }

/* Any of the members, without a cast. */
typedef union { int *i; const char *c; void *v; } any __attribute__((transparent_union));
NOINLINE int by_any(any p) { return *p.c; }

typedef unsigned int aliased __attribute__((may_alias));
NOINLINE unsigned int peek(float *f) { *f = 1.5f; return *(aliased *)f; }

enum small { RED, GREEN = 200, BLUE } __attribute__((packed));
enum wide { NEAR = 1, FAR = 0x123456789abcul };
enum negative { LOW = -5, HIGH = 5 };
_Static_assert(sizeof(enum small) == 1 && sizeof(enum wide) == 8 && sizeof(enum negative) == 4, "enums");

struct header {
	uint16_t kind;
	union {
		struct { uint8_t low, high; };
		uint16_t both;
	};
	struct { int x, y; } __attribute__((packed)) place;
	int : 0;
	unsigned int flags : 3, : 5, level : 24;
	char name[];
};
static struct header named = { .kind = 7, .both = 0x1234, .place = { .y = -1 }, .level = 9, .name = "flexible" };

struct trailer { int count; int list[0]; };
static struct { struct trailer head; int room[4]; } trailing = { { 3 }, { 10, 20, 30, 40 } };

struct nested { struct { int a[3]; struct { char c; long d; } e[2]; } f; int g; };
static const struct nested nested = {
	.f.a[1] = 5,
	.f.e[1] = { .d = 7 },
	.f.e[1].c = 'x',
	.f = { .a = { [2] = 8 }, .e[0].d = 9 },
	.g = 1,
};
static int ranges[20] = { [0 ... 3] = 1, [4] = 2, [10 ... 12] = 5, 6, 7 };
static const char *const words[] = { [2] = "two", [0] = "zero", [5] = "five", "six" };
static int *const pointers[] = { &ranges[4], (int *)&nested.f.a[2], (int[]){ 42 }, &((struct { int a, b; }){ 1, 2 }).b };
static _Alignas(64) char aligned_char;
struct aligned { char c; _Alignas(32) short s; } __attribute__((aligned(64)));
struct packed_in { char c; int i __attribute__((packed)); short s; long l __attribute__((packed, aligned(2))); };
_Static_assert(offsetof(struct packed_in, i) == 1 && offsetof(struct packed_in, l) == 8, "packed members");

union word { int i; float f; struct { short a, b; }; };
NOINLINE int cast_to_union(float f) { return ((union word)f).i + ((union word)7).a; }

#define TYPE_NAME(x) _Generic((x), int: 1, unsigned int: 2, long: 3, char *: 4, const char *: 5, \
	double: 6, float: 7, struct aligned: 8, int *: 9, default: 99)
#define IS_CONSTANT(x) (sizeof(int) == sizeof(*(8 ? ((void *)((long)(x) * 0l)) : (int *)8)))
#define SAME(a, b) __builtin_types_compatible_p(typeof(a), typeof(b))
#define MUST_BE_ARRAY(a) (sizeof(struct { int : (-!!SAME((a), &(a)[0])); }))
#define ARRAY_SIZE(a) (sizeof(a) / sizeof((a)[0]) + MUST_BE_ARRAY(a) * 0)
#define PICK(c, a, b) __builtin_choose_expr(c, a, b)

NOINLINE long generic(int i, char *s)
{
	__auto_type copy = i;
	typeof(&s[0]) p = s;
	typeof(ranges) *q = &ranges;
	const typeof(copy) three = 3;
	typeof(int (*)(int, char *)) f = (void *)generic;

	return TYPE_NAME(i) + TYPE_NAME(s) * 10 + TYPE_NAME(1.0) * 100 + TYPE_NAME(q[0]) * 1000 + TYPE_NAME(three) +
	       (long)IS_CONSTANT(5) * 7 + (long)IS_CONSTANT(i) * 11 + SAME(copy, i) * 13 + SAME(p, q) * 17 +
	       PICK(SAME(i, int), i + 1, "no") + PICK(0, "no", 5) * 3 + ARRAY_SIZE(ranges) + !!f;
}

NOINLINE int sizes(void)
{
	return sizeof(struct header) + offsetof(struct header, name) * 100 + offsetof(struct nested, f.e[1].d) * 10000 +
	       _Alignof(struct aligned) + __alignof__(aligned_char) + sizeof(struct packed_in) + sizeof(void) +
	       sizeof(generic(1, 0)) + __alignof__(struct trailer);
}
NOINLINE long pointer_steps(void *p, int (*f)(void)) { return (char *)(p + 5) - (char *)p + ((long)(f + 3) - (long)f); }
NOINLINE int literals(void)
{
	return 0b101101 + '\e' + 'ab' + sizeof(L"wide") + sizeof(u"half") + sizeof(U"full") + sizeof(u8"bytes") +
	       L'\x1234' + sizeof("a" "b\0c") + (int)0x1.8p3 + (1ull << 40 > 5) + __LINE__ * 0;
}
struct bits { signed int a : 5; unsigned long b : 37; _Bool c : 1; enum small d : 3; int e : 31; };
NOINLINE long promoted(struct bits *p) { return (p->a << 2) + ((unsigned long)p->b + 1) * 3 + (p->c << 3) + (p->d - 7) + -p->e; }

int main(void)
{
	struct bits bits = { -7, 0x1fffffffff, 1, 3, -100 };
	float f;
	unsigned int i;

	show("modes", modes(-3, 70000));
	show("any", by_any(&(int){ 65 }) + by_any("text") * 100);
	show("alias", peek(&f));
	show("enums", BLUE + FAR + LOW);
	show("header", named.kind + named.low * 3 + named.high * 5 + named.place.y + named.level * 7 + named.name[4]);
	show("trailer", trailing.head.list[0] + trailing.head.list[2] * 100 + sizeof(trailing));
	show("nested", nested.f.a[1] + nested.f.a[2] * 10 + nested.f.e[1].d * 100 + nested.f.e[1].c + nested.f.e[0].d * 1000 + nested.g);
	for (i = 0; i < ARRAY_SIZE(ranges); i++)
		show("range", ranges[i]);
	for (i = 0; i < ARRAY_SIZE(words); i++)
		show("word", words[i] ? words[i][1] : 0);
	for (i = 0; i < ARRAY_SIZE(pointers); i++)
		show("pointer", *pointers[i]);
	show("aligned", ((size_t)&aligned_char & 63) + sizeof(struct aligned));
	show("union", cast_to_union(2.5f));
	show("generic", generic(3, "abc"));
	show("sizes", sizes());
	show("steps", pointer_steps(&f, (int (*)(void))main));
	show("literals", literals());
	show("promoted", promoted(&bits));
	return 0;
}

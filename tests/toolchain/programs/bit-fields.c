/* Bit-fields: every way of changing them, of all widths and types, packed, across words, in unions. */
#include "show.h"

enum colour { RED, GREEN, BLUE = -1 };
typedef unsigned char u8;

struct small { u8 a : 1, b : 3; signed char c : 4; u8 : 0; u8 d : 7; };
struct mixed {
	unsigned a : 1;
	int b : 2;
	unsigned c : 29;
	long d : 33;
	unsigned long e : 31;
	short f : 9;
	_Bool g : 1;
	enum colour h : 3;
	unsigned : 5;
	unsigned long i : 64;
	int : 0;
	char j;
	int k : 24;
};
struct __attribute__((packed)) tight {
	u8 a : 3;
	unsigned b : 17;
	unsigned long c : 45;
	int d : 31;
	u8 e : 1;
	unsigned short f : 15;
	long g : 64;
};
union view { struct { unsigned low : 4, middle : 24, high : 4; }; unsigned word; };
struct nested { struct { int x : 5, y : 6; } list[3]; volatile int flag : 2; };

NOINLINE void change(struct mixed *m, int n)
{
	m->a ^= n;
	m->b = n;
	m->c += n * 12345;
	m->d -= 1l << n;
	m->e *= n;
	m->f <<= 1;
	m->g = n;
	m->h = n & 1 ? GREEN : BLUE;
	m->i = ~m->i >> n;
	m->j++;
	m->k |= n << 20;
}
NOINLINE long values(struct mixed *m)
{
	return m->a + m->b * 3 + m->c * 5l + (long)m->d * 7 + (long)m->e * 11 + m->f * 13 + m->g * 17 + m->h * 19 +
	       m->i * 23 + m->j * 29 + m->k * 31;
}
NOINLINE void change_tight(struct tight *t, long n)
{
	t->a += n;
	t->b = t->b * 3 + n;
	t->c = t->c + (n << 30);
	t->d = -n * 1000003;
	t->e = !t->e;
	t->f--;
	t->g ^= n << 40;
}
NOINLINE long values_tight(struct tight t)
{
	return t.a + t.b * 3l + (long)t.c * 5 + t.d * 7l + t.e + t.f * 13 + t.g;
}
NOINLINE int step(struct small *s) { return s->b++ + --s->c * 10 + (s->d += 50) + (s->a = s->b) * 1000; }
NOINLINE int signs(struct nested *n, int i) { return n->list[i].x * 100 + n->list[i].y; }
NOINLINE int negative(struct mixed m) { return (m.b < 0) + (m.k < -5) * 2 + (m.d < 0) * 4 + (m.h < 0) * 8; }

int main(void)
{
	struct mixed m = { 1, -2, 0x1fffffff, -1, 7, 255, 1, BLUE, 0x123456789abcdef0, 'x', -100 };
	struct tight t = { 5, 0x1ffff, 0x1234567890ab, -5, 1, 0x7fff, -1 };
	struct small s = { 1, 7, -8, 100 };
	struct nested n = { { { 15, -32 }, { -16, 31 }, { 17, 32 } }, 1 };
	union view v = { .word = 0x12345678 };
	int i;
	u8 *bytes = (u8 *)&t;

	for (i = 0; i < 40; i++) {
		change(&m, i);
		show("mixed", values(&m));
		change_tight(&t, i * 7);
		show("tight", values_tight(t));
		show("small", step(&s));
		show("negative", negative(m));
	}
	for (i = 0; i < (int)sizeof(t); i++)
		show("byte", bytes[i]);
	for (i = 0; i < 3; i++)
		show("nested", signs(&n, i));
	n.flag = 3;
	show("volatile", n.flag);
	v.middle++;
	v.high = v.low;
	show("union", v.word);
	show("sizes", sizeof(m) * 1000000 + sizeof(t) * 1000 + sizeof(s) * 10 + sizeof(n));
	return 0;
}

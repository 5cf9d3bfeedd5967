/* Computed goto, dense and sparse switches, long switches, loops, recursion, tail calls, VLAs, alloca. */
#include "show.h"

NOINLINE int interpret(const unsigned char *code)
{
	static const void *const table[] = { &&stop, &&inc, &&twice, &&back, &&neg };
	int value = 0, count = 0;

	goto *table[*code];
inc:
	value++;
	goto *table[*++code];
twice:
	value *= 2;
	goto *table[*++code];
back:
	if (count++ < 3) {
		code -= 2;
		goto *table[*code];
	}
	goto *table[*++code];
neg:
	value = -value;
	goto *table[*++code];
stop:
	return value;
}
NOINLINE int relative(int i)
{
	static const int offsets[] = { &&a - &&a, &&b - &&a, &&c - &&a };

	goto *(&&a + offsets[i]);
a:	return 10;
b:	return 20;
c:	return 30;
}
NOINLINE int dense(int x)
{
	switch (x) {
	case -2: return 1;
	case -1: return 20;
	case 0: return 3;
	case 1: x += 5; /* fall through */
	case 2: return x * 7;
	case 3: case 4: return 9;
	case 6: return dense(x - 1) + 1;
	default: return -x;
	}
}
NOINLINE int sparse(unsigned long x)
{
	switch (x) {
	case 1: return 1;
	case 1000: return 2;
	case 0xffffffffffffffff: return 3;
	case 0x8000000000000000: return 4;
	case 0x7fffffff: return 5;
	case 0x80000000: return 6;
	case 77: return 7;
	case 78 ... 90: return 8;
	}
	return 0;
}
NOINLINE int narrow(signed char x)
{
	switch (x) {
	case -128: return 1;
	case -1: return 2;
	case 0: return 3;
	case 127: return 4;
	case 5: return 5;
	case 6: return 6;
	}
	return 7;
}
NOINLINE long vla(int n)
{
	long list[n], sum = 0;
	char __attribute__((aligned(64))) room[100];
	int i;

	for (i = 0; i < n; i++)
		list[i] = i * n;
	for (i = 0; i < 100; i++)
		room[i] = i;
	asm volatile("" : : "r"(room), "r"(list) : "memory");
	for (i = 0; i < n; i++) {
		char *more = __builtin_alloca(i + 1);

		more[i] = i;
		asm volatile("" : : "r"(more) : "memory");
		sum += list[i] + more[i] + room[i];
	}
	return sum + ((unsigned long)room & 63);
}
NOINLINE long many(long a, long b, long c, long d, long e, long f, long g, long h, long i, long j)
{
	long __attribute__((aligned(128))) x = a + j;

	asm volatile("" : : "r"(&x) : "memory");
	return ((unsigned long)&x & 127) + x + b + c + d + e + f + g + h + i;
}
NOINLINE long aligned_with_calls(int n)
{
	long __attribute__((aligned(64))) x = many(n, 2, 3, 4, 5, 6, 7, 8, 9, 10);

	asm volatile("" : : "r"(&x) : "memory");
	return x + ((unsigned long)&x & 63) * 1000 + many(x, 2, 3, 4, 5, 6, 7, 8, 9, 10);
}
NOINLINE int ackermann(int m, int n)
{
	return m == 0 ? n + 1 : n == 0 ? ackermann(m - 1, 1) : ackermann(m - 1, ackermann(m, n - 1));
}
static NOINLINE int even(int n);
static NOINLINE int odd(int n) { return n == 0 ? 0 : even(n - 1); }
static NOINLINE int even(int n) { return n == 0 ? 1 : odd(n - 1); }
extern int missing(void) __attribute__((weak));
NOINLINE int strong(void) { return 5; }
int other(void) __attribute__((alias("strong")));
int in_section __attribute__((section(".data.special"))) = 9;
NOINLINE __attribute__((section(".text.special"))) int far_away(void) { return in_section; }
NOINLINE long big_frame(int n)
{
	volatile char room[70000];
	long a[3] = { n, n + 1, n + 2 };

	room[0] = 1;
	room[69999] = n;
	asm volatile("" : : "r"(a) : "memory");
	return room[69999] + room[0] + a[n & 1];
}

int main(void)
{
	static const unsigned char code[] = { 1, 1, 2, 3, 4, 1, 0 };
	int i;

	show("interpret", interpret(code));
	for (i = 0; i < 3; i++)
		show("relative", relative(i));
	for (i = -4; i < 9; i++)
		show("dense", dense(i));
	for (i = 70; i < 95; i++)
		show("sparse", sparse(i));
	show("sparse", sparse(1) + sparse(1000) * 10 + sparse(-1ul) * 100 + sparse(1ul << 63) * 1000 +
	     sparse(0x7fffffff) * 10000 + sparse(0x80000000) * 100000);
	for (i = -128; i < 128; i++)
		if (narrow(i) != 7)
			show("narrow", narrow(i));
	show("vla", vla(20));
	show("aligned", aligned_with_calls(3));
	show("ackermann", ackermann(2, 5));
	show("even", even(101) * 2 + odd(101));
	show("missing", missing ? missing() : 42);
	show("alias", other() + far_away());
	show("frame", big_frame(7));
	return 0;
}

/* The stack: VLAs, alloca, over-aligned locals, frames of any size, scopes left by goto, deep recursion. */
#include <stddef.h>
#include "show.h"

typedef unsigned long u64;

NOINLINE void fill(char *p, int n, int seed) { for (int i = 0; i < n; i++) p[i] = seed + i * 7; }
NOINLINE int total(const char *p, int n) { int s = 0; for (int i = 0; i < n; i++) s = s * 31 + p[i]; return s; }

NOINLINE int one(int n) { char a[n]; fill(a, n, n); return total(a, n) + sizeof(a); }
NOINLINE int two(int n, int m)
{
	int grid[n][m], s = 0, i, j;

	for (i = 0; i < n; i++)
		for (j = 0; j < m; j++)
			grid[i][j] = i * 100 + j;
	for (j = 0; j < m; j++)
		for (i = 0; i < n; i++)
			s = s * 3 + grid[i][j];
	return s + sizeof(grid[0]) + sizeof(grid);
}
NOINLINE int passed(int n, int m, int a[n][m]) { return a[n - 1][m - 1] + sizeof(a[0]); }
NOINLINE int loop(int n)
{
	int s = 0, i;

	/* Each turn's array lies where the last one's lay: or the stack would run out. */
	for (i = 1; i <= n; i++) {
		char a[i * 16];

		fill(a, i * 16, i);
		if (i % 3 == 0)
			continue;
		s += total(a, i * 16);
		if (i == n - 2)
			goto out;
	}
out:
	return s;
}
NOINLINE int dynamic(int n)
{
	char *list[5];
	int i, s = 0;

	for (i = 0; i < 5; i++) {
		list[i] = __builtin_alloca(n + i);
		fill(list[i], n + i, i);
	}
	for (i = 0; i < 5; i++)
		s = s * 7 + total(list[i], n + i) + ((u64)list[i] % 16 != 0);
	return s;
}
NOINLINE int aligned(int n)
{
	char a __attribute__((aligned(64))) = n;
	int b[3] __attribute__((aligned(256))) = { n, n + 1, n + 2 };
	char c[n] __attribute__((aligned(32)));
	char *d = __builtin_alloca_with_align(n, 128 * 8);

	fill(c, n, 1);
	fill(d, n, 2);
	return (u64)&a % 64 + (u64)b % 256 + (u64)c % 32 + (u64)d % 128 + a + b[2] + total(c, n) + total(d, n);
}
NOINLINE int big_frame(int n)
{
	volatile char a[5000], b[70000];
	int list[3000];

	a[n] = 1, a[4999] = 2, b[0] = 3, b[69999] = 4, b[n * 100] = 5, list[2999] = 6, list[n] = 7;
	return a[n] + a[4999] * 10 + b[0] * 100 + b[69999] * 1000 + b[n * 100] * 10000 + list[2999] + list[n];
}
struct big { char bytes[6000]; long tail; };
NOINLINE struct big make(int n) { struct big b = { { 0 }, n }; b.bytes[n] = n; return b; }
NOINLINE long take(struct big a, int n, struct big b) { return a.tail * n + b.tail + a.bytes[7] + b.bytes[9]; }
NOINLINE int recurse(int n)
{
	int a[n + 1];

	a[n] = n;
	a[0] = n ? recurse(n - 1) : 1;
	return a[0] * 3 + a[n];
}
NOINLINE int many(int a, int b, int c, int d, int e, int f, int g, int h, char i, short j, long k, int n)
{
	char v[n];

	fill(v, n, i);
	return a + b + c + d + e + f + g + h + i * 2 + j * 3 + k * 5 + total(v, n);
}
NOINLINE int backwards(int n)
{
	int s = 0;
again:;
	char a[n];

	fill(a, n, s);
	s += total(a, n);
	if (--n > 0)
		goto again;
	return s;
}

int main(void)
{
	int square[3][4] = { { 0 }, { 1 }, { 2, 3, 4, 5 } };

	show("one", one(1) + one(100) * 3 + one(5000));
	show("two", two(3, 5) + two(7, 2));
	show("passed", passed(3, 4, square));
	show("loop", loop(400));
	show("dynamic", dynamic(1) + dynamic(33));
	show("aligned", aligned(5) + aligned(77));
	show("big frame", big_frame(600));
	show("big", take(make(7), 3, make(9)));
	show("recurse", recurse(200));
	show("many", many(1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12));
	show("backwards", backwards(20));
	return 0;
}

/* LLVM prints struct outer before the struct inner that it holds: its size must still be right. */
int printf(const char *, ...);

struct inner {
	volatile unsigned a;
	unsigned b : 8;
	unsigned long c;
	const int d : 21;
	short e;
};

struct outer {
	struct inner inner;
	unsigned char x;
	unsigned short y;
};

static struct outer all[3] = { { { 1, 2, 3, 4, 5 }, 6, 7 }, { { 8, 9, 10, 11, 12 }, 13, 14 }, { { 15, 16, 17, 18, 19 }, 20, 21 } };

int main(void)
{
	for (int i = 0; i < 3; i++)
		printf("%u %u %lu %d %d %d %d\n", all[i].inner.a, all[i].inner.b, all[i].inner.c,
		       all[i].inner.d, all[i].inner.e, all[i].x, all[i].y);
	return 0;
}

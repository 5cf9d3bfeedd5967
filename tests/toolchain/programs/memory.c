/* Blocks of memory of sizes known and unknown, overlapping, unaligned, volatile; structures copied. */
#include "show.h"

typedef unsigned long size_t;
void *memcpy(void *, const void *, size_t);
void *memmove(void *, const void *, size_t);
void *memset(void *, int, size_t);
int memcmp(const void *, const void *, size_t);

static unsigned char a[300], b[300];
static unsigned state = 1;

static unsigned next(void) { return (state = state * 1103515245 + 12345) >> 8; }
static unsigned long sum(const unsigned char *p)
{
	unsigned long s = 0;

	for (int i = 0; i < 300; i++)
		s = s * 31 + p[i];
	return s;
}
static int sign(int n) { return (n > 0) - (n < 0); }

#define SIZES(X) X(1) X(2) X(3) X(5) X(7) X(8) X(9) X(15) X(16) X(17) X(24) X(31) X(33) X(63) X(100) X(257)
#define STRUCTURE(n)	struct s##n { unsigned char bytes[n]; };
SIZES(STRUCTURE)
#define COPIES(n)						\
	static NOINLINE void copy##n(struct s##n *to, const volatile struct s##n *from, int c)	\
	{							\
		struct s##n local = *(const struct s##n *)from, zero = { 0 };		\
		local.bytes[n / 2] += c;			\
		*to = c & 1 ? local : zero;			\
		memset(to->bytes, c, n / 2);			\
		memmove(to->bytes + 1, to->bytes, n - 1);	\
	}
SIZES(COPIES)

int main(void)
{
	int i;

	for (i = 0; i < 300; i++)
		a[i] = next();
	for (i = 0; i < 60; i++) {
		int size = next() % 120, to = next() % 150, from = i & 1 ? to + next() % 20 : next() % 150;

		memmove(a + to, a + from, size);
		show("memmove", sum(a));
		memcpy(b + to, a + from, size);
		show("memcpy", sum(b));
		show("memcmp", sign(memcmp(a + to, b + to, size)) + sign(memcmp(a, b, size)) * 3);
		memset(b + from, next(), size);
		show("memset", sum(b));
	}
#define CALLS(n)	copy##n((struct s##n *)(a + n % 7), (struct s##n *)(b + 3), n + 1); show("copy", sum(a));
	SIZES(CALLS)
	return 0;
}

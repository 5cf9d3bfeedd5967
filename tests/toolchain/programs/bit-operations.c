/* Bit counting, byte swaps, rotations, overflow, saturating idioms, bit-fields, bool. */
#include "show.h"

typedef unsigned char u8;
typedef unsigned short u16;
typedef unsigned u32;
typedef unsigned long long u64;

#define EACH(X) X(u8) X(u16) X(u32) X(u64)
#define FUNCTIONS(t) \
NOINLINE t rol_##t(t a, int n) { return a << (n & (sizeof(t) * 8 - 1)) | a >> (-n & (sizeof(t) * 8 - 1)); } \
NOINLINE t ror3_##t(t a) { return a >> 3 | a << (sizeof(t) * 8 - 3); } \
NOINLINE int addo_##t(t a, t b, t *r) { return __builtin_add_overflow(a, b, r); } \
NOINLINE int subo_##t(t a, t b, t *r) { return __builtin_sub_overflow(a, b, r); } \
NOINLINE int mulo_##t(t a, t b, t *r) { return __builtin_mul_overflow(a, b, r); } \
NOINLINE t sadd_##t(t a, t b) { t c = a + b; return c < a ? (t)-1 : c; } \
NOINLINE t ssub_##t(t a, t b) { return a > b ? a - b : 0; } \
NOINLINE t least_##t(t a, t b) { return a < b ? a : b; } \
NOINLINE t distance_##t(t a, t b) { return a > b ? a - b : b - a; }
EACH(FUNCTIONS)

NOINLINE int mixed(int a, long b, short *r) { return __builtin_mul_overflow(a, b, r); }
NOINLINE int mixed2(u32 a, int b, u8 *r) { return __builtin_add_overflow(a, b, r); }
NOINLINE long labs_(long a) { return a < 0 ? -a : a; }
NOINLINE int order(long a, long b) { return (a > b) - (a < b); }
struct fields { u32 a : 3, b : 13; int c : 7; u64 d : 33; long long e : 31; _Bool f : 1; };
NOINLINE struct fields change(struct fields x, int n)
{
	x.a += n;
	x.b *= n;
	x.c -= n;
	x.d = (u64)x.e * n;
	x.e = x.c;
	x.f = n;
	return x;
}
NOINLINE _Bool both(_Bool a, _Bool b) { return a & b; }
NOINLINE _Bool truth(double a) { return a; }

int main(void)
{
	static const u64 values[] = { 0, 2, 0x80, 0x12ff, 0x8000, 0x7fffffff, 0x123456789abcdef0,
		0x8000000000000000, 0xffffffffffffffff };
	int n = sizeof(values) / sizeof(values[0]), i, j;
	struct fields f = { 5, 5000, -33, 0x1ffffffff, -1000, 0 };

	for (i = 0; i < n; i++) {
		u64 a = values[i];

		show("swap", __builtin_bswap64(a) ^ __builtin_bswap32(a) ^ __builtin_bswap16(a));
		show("ones", __builtin_popcountll(a) * 100 + __builtin_parity(a));
		if (a)
			show("zeros", __builtin_clzll(a) * 100 + __builtin_ctzll(a));
		if ((u32)a)
			show("zeros", __builtin_clz(a) * 100 + __builtin_ctz(a));
		show("ffs", __builtin_ffsll(a) * 100 + __builtin_ffs(a) + __builtin_clrsbll(a));
		show("labs", labs_(a));
		for (j = 0; j < n; j++) {
			u64 b = values[j];
			short s;
			u8 c;
#define SHOW(t) do { \
	t r; \
	show(#t " rol", rol_##t(a, j * 5)); \
	show("ror", ror3_##t(a)); \
	show("add", addo_##t(a, b, &r)); \
	show("", r); \
	show("sub", subo_##t(a, b, &r)); \
	show("", r); \
	show("mul", mulo_##t(a, b, &r)); \
	show("", r); \
	show("sat", sadd_##t(a, b)); \
	show("sat", ssub_##t(a, b)); \
	show("least", least_##t(a, b) + distance_##t(a, b)); \
} while (0);
			EACH(SHOW)
			show("mixed", mixed(a, b, &s));
			show("", s);
			show("mixed", mixed2(a, b, &c));
			show("", c);
			show("order", order(a, b));
		}
	}
	f = change(f, 3);
	show("fields", f.a + f.b * 10ull + f.c * 100000ll + (u64)f.d * 3 + f.e * 7 + f.f);
	show("bool", both(1, 0) + both(1, 1) * 2 + truth(0.5) * 4 + truth(-0.0) * 8);
	return 0;
}

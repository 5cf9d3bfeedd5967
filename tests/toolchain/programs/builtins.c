/* The builtins that kernels and libraries use, on variables and on constants. */
#include <stddef.h>
#include "show.h"

typedef unsigned long u64;
struct s { int a; char b[10]; };

NOINLINE int bits(unsigned a, u64 b)
{
	return __builtin_ffs(a) + __builtin_ffsl(b) * 3 + __builtin_parity(a) * 5 + __builtin_parityl(b) * 7 +
	       __builtin_clrsb(a) * 11 + __builtin_clrsbl(b) * 13 + __builtin_popcountl(b) * 17 +
	       (a ? __builtin_clz(a) + __builtin_ctz(a) : 99) + (b ? __builtin_clzl(b) : 77);
}
NOINLINE u64 swaps(u64 a)
{
	return __builtin_bswap64(a) ^ __builtin_bswap32(a) ^ (u64)__builtin_bswap16(a) << 40;
}
NOINLINE int classify(double d)
{
	return __builtin_isnan(d) | !!__builtin_isinf(d) << 1 | __builtin_isfinite(d) << 2 |
	       __builtin_isnormal(d) << 3 | !!__builtin_signbit(d) << 4 |
	       (__builtin_isinf_sign(d) + 1) << 5 | __builtin_fpclassify(0, 1, 2, 3, 4, d) << 8 |
	       !!__builtin_signbitf(d) << 12 | __builtin_isunordered(d, 1.0) << 13 | __builtin_isless(d, 1.0) << 14;
}
NOINLINE double power(double a, int n) { return __builtin_powi(a, n) + __builtin_powif(a, n); }
NOINLINE int likely(int a)
{
	if (__builtin_expect(a > 5, 0))
		return 1;
	if (__builtin_expect_with_probability(a < -5, 1, 0.9))
		return 2;
	if (a == 4)
		__builtin_unreachable();
	return __builtin_constant_p(a) * 10 + __builtin_constant_p(3) * 100;
}
NOINLINE long sizes(struct s *p, int n)
{
	struct s local;

	return __builtin_object_size(&local, 0) + __builtin_object_size((char *)&local + 4, 0) * 100 +
	       __builtin_dynamic_object_size(local.b, 1) * 10000 + (__builtin_object_size(p, 0) == (size_t)-1) +
	       __builtin_choose_expr(sizeof(n) == 4, 7, p) + __builtin_types_compatible_p(int, typeof(n));
}
NOINLINE int memory(char *p, const char *q, int n)
{
	char copy[64] = { 0 };
	char *aligned = __builtin_assume_aligned(p, 16);

	__builtin_memcpy(copy, p, n);
	__builtin_memmove(copy + 3, copy, n);
	__builtin_memset(copy + n + 3, 5, 7);
	__builtin_prefetch(p + 64);
	__builtin_prefetch(q, 1, 3);
	return (__builtin_memcmp(copy, q, n) > 0) + copy[n] * 3 + copy[n + 5] * 7 + aligned[1] +
	       (__builtin_strcmp(copy, q) < 0);
}
NOINLINE int overflows(int a, int b, unsigned c, long d)
{
	int r1, r2, r3;
	unsigned char narrow;
	long wide;
	__int128 huge;
	int flags = __builtin_sadd_overflow(a, b, &r1) | __builtin_ssub_overflow(a, b, &r2) << 1 |
		    __builtin_smul_overflow(a, b, &r3) << 2 | __builtin_add_overflow(a, c, &narrow) << 3 |
		    __builtin_mul_overflow(d, (u64)c, &wide) << 4 | __builtin_sub_overflow(c, d, &wide) << 5 |
		    __builtin_mul_overflow((__int128)d << 40, (__int128)a << 30, &huge) << 6;

	return flags * 1000 + (r1 ^ r2 ^ r3 ^ narrow ^ (int)wide ^ (int)(huge >> 70)) % 1000;
}
NOINLINE void *frame(void) { return __builtin_frame_address(0); }
NOINLINE void *caller(void) { return __builtin_extract_return_addr(__builtin_return_address(0)); }
NOINLINE int addresses(void)
{
	char *mine = __builtin_frame_address(0);

	return (char *)frame() < mine && caller() != NULL;
}
NOINLINE int absolute(int a, long b) { return __builtin_abs(a) + __builtin_labs(b) % 1000; }
NOINLINE double rounding(double d)
{
	return __builtin_floor(d) + __builtin_ceil(d) * 3 + __builtin_trunc(d) * 5 + __builtin_rint(d) * 7 +
	       __builtin_round(d) * 11 + __builtin_nearbyint(d) * 13 + __builtin_fmin(d, 2) + __builtin_fmax(d, 3) +
	       __builtin_copysign(4, d) + __builtin_fabs(d) + __builtin_fma(d, 2, 3) + __builtin_sqrt(d * d) +
	       __builtin_floorf(d) + __builtin_roundf(d);
}

int main(void)
{
	static const u64 values[] = { 0, 1, 2, 0x80000000, 0xffffffff, 0x123456789abcdef0, -1ul, 1ul << 63 };
	static const double reals[] = { 0, -0.0, 1, -1.5, 2.5, 1e-310, 1e300, __builtin_inf(), -__builtin_inf() };
	char text[64] __attribute__((aligned(16))) = "some text to move about";
	unsigned i, j;

	for (i = 0; i < 8; i++) {
		show("bits", bits(values[i], values[i]));
		show("swaps", swaps(values[i]));
		for (j = 0; j < 8; j++)
			show("overflows", overflows(values[i], values[j], values[j], values[i]));
		show("absolute", i == 3 || i > 6 ? 0 : absolute(values[i], values[i]));
	}
	for (i = 0; i < 9; i++) {
		show("classify", classify(reals[i]));
		if (i != 5)
			show_double("rounding", rounding(reals[i]));
	}
	show("classify", classify(__builtin_nan("")));
	show_double("power", power(1.5, 7) + power(2, -3) + power(3, 0));
	show("likely", likely(6) + likely(-6) * 10 + likely(0) * 100);
	show("sizes", sizes((struct s *)text, 3));
	show("memory", memory(text, "some", 10) + memory(text, "zome", 4) * 100);
	show("addresses", addresses());
	__builtin___clear_cache(text, text + sizeof(text));
	return 0;
}

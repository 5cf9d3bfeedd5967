/* Explicit vectors: arithmetic, comparisons, shifts, lanes by a variable, conversions. */
#include "show.h"

typedef int v4 __attribute__((vector_size(16)));
typedef unsigned u4 __attribute__((vector_size(16)));
typedef short v8 __attribute__((vector_size(16)));
typedef unsigned char b16 __attribute__((vector_size(16)));
typedef long long l2 __attribute__((vector_size(16)));
typedef float f4 __attribute__((vector_size(16)));
typedef double d2 __attribute__((vector_size(16)));
typedef int v2 __attribute__((vector_size(8)));
typedef char c8 __attribute__((vector_size(8)));
typedef int v8i __attribute__((vector_size(32)));

NOINLINE v4 muladd(v4 a, v4 b) { return a * b + a; }
NOINLINE v4 divide(v4 a, v4 b) { return a / b - a % b; }
NOINLINE u4 shifts(u4 a, u4 n) { return a << n ^ a >> (n + 1); }
NOINLINE v4 asr(v4 a, v4 n) { return a >> n; }
NOINLINE v8 shorts(v8 a, v8 b) { return (a & b) | (a ^ ~b); }
NOINLINE b16 bytes(b16 a, b16 b) { return a * b - (a > b); }
NOINLINE l2 longs(l2 a, l2 b)
{
	l2 less = a < b;

	return (less & a) | (~less & b);
}
NOINLINE f4 floats(f4 a, f4 b) { return a * b - a / b; }
NOINLINE d2 doubles(d2 a, d2 b) { return -a + b; }
NOINLINE v2 halves(v2 a, v2 b) { return a - b; }
NOINLINE c8 chars(c8 a, c8 b) { return a + b; }
NOINLINE v8i wide(v8i a, v8i b) { return a + b * 3; }
NOINLINE int lane(v4 a, int i) { return a[i & 3]; }
NOINLINE v4 setlane(v4 a, int i, int x) { a[i & 3] = x; return a; }
NOINLINE v4 swap(v4 a, v4 b) { return __builtin_shufflevector(a, b, 3, 6, 0, 5); }
NOINLINE v4 convert(f4 a) { return __builtin_convertvector(a, v4); }
NOINLINE d2 reinterpret(l2 a) { return (d2)a; }
NOINLINE v4 loop(const v4 *p, int n)
{
	v4 sum = { 0 };
	int i;

	for (i = 0; i < n; i++)
		sum = i & 1 ? sum + p[i] : sum ^ p[i];
	return sum;
}

#define SHOW(name, v) do { \
	unsigned long i_; \
	__typeof__(v) v_ = (v); \
	for (i_ = 0; i_ < sizeof(v_) / sizeof(v_[0]); i_++) \
		show(name, (unsigned long long)v_[i_]); \
} while (0)

volatile int three = 3;

int main(void)
{
	v4 a = { 1, -2, three, 0x7fffffff }, b = { 5, 7, -three, 2 };
	v4 list[5] = { a, b, a + b, a - b, ~a };
	f4 f = { 1.5f, -2.25f, three, 100 }, g = { 0.5f, 4, 3, -7 };
	f4 fr = floats(f, g);
	d2 d = doubles((d2){ 1.25, three }, (d2){ -8, 0.125 });
	v8i w = { 1, 2, 3, 4, 5, 6, 7, three };
	int i;

	SHOW("muladd", muladd(a, b));
	SHOW("divide", divide(a, b));
	SHOW("shifts", shifts((u4)a, (u4){ 1, 2, 3, 30 }));
	SHOW("asr", asr(a, (v4){ 1, 1, 0, 30 }));
	SHOW("shorts", shorts((v8)a, (v8)b));
	SHOW("bytes", bytes((b16)a, (b16)b));
	SHOW("longs", longs((l2)a, (l2)b));
	for (i = 0; i < 4; i++)
		show_float("floats", fr[i]);
	for (i = 0; i < 2; i++)
		show_double("doubles", d[i]);
	SHOW("halves", halves((v2){ 1, three }, (v2){ 9, -9 }));
	SHOW("chars", chars((c8){ 100, 100, three }, (c8){ 100, 1, 2, 3, 4, 5, 6, 7 }));
	SHOW("wide", wide(w, w + 1));
	for (i = 0; i < 4; i++)
		show("lane", lane(a, i));
	SHOW("setlane", setlane(a, three - 1, 77));
	SHOW("swap", swap(a, b));
	SHOW("convert", convert(f));
	show_double("reinterpret", reinterpret((l2){ 0x3ff8000000000000, 0 })[0]);
	SHOW("loop", loop(list, 5));
	SHOW("compare", (a > b) & (a != 3));
	return 0;
}

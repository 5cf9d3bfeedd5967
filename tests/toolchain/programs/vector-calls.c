/* Vectors through calls as AAPCS64 has it: in V registers, on the stack, in HVAs, through va_arg. */
#include <stdarg.h>
#include "show.h"

typedef int v4 __attribute__((vector_size(16)));
typedef int v2 __attribute__((vector_size(8)));
typedef float f4 __attribute__((vector_size(16)));
struct hva { v4 a, b, c; };
struct mixed { v4 a; int n; };

NOINLINE v4 many(v4 a, v4 b, v4 c, v4 d, v4 e, v4 f, v4 g, v4 h, v4 i, int n, v2 j)
{
	return a + b * 2 + c * 3 + d * 4 + e * 5 + f * 6 + g * 7 + h * 8 + i * 9 + n + j[1];
}
NOINLINE struct hva turn(struct hva x) { return (struct hva){ x.c, x.a, x.b + x.c }; }
NOINLINE struct mixed mix(struct mixed x) { x.a += x.n; x.n = x.a[2]; return x; }
NOINLINE v4 sum(int n, ...)
{
	va_list ap;
	v4 all = { 0 };

	va_start(ap, n);
	while (n--) {
		all += va_arg(ap, v4);
		all += va_arg(ap, int);
	}
	va_end(ap);
	return all;
}
static NOINLINE f4 pick(int which, f4 a, f4 b) { return which ? a : b; }

#define SHOW(name, v) do { \
	unsigned long i_; \
	__typeof__(v) v_ = (v); \
	for (i_ = 0; i_ < sizeof(v_) / sizeof(v_[0]); i_++) \
		show(name, (unsigned long long)v_[i_]); \
} while (0)

int main(void)
{
	v4 (*volatile call)(int, ...) = sum;
	v4 a = { 1, 2, 3, 4 };
	struct hva h = turn((struct hva){ a, a * 10, a * 100 });
	struct mixed m = mix((struct mixed){ a, 5 });
	f4 f = pick(m.n & 1, (f4){ 1, 2, 3, 4 }, (f4){ 5, 6, 7, 8 });

	SHOW("many", many(a, a, a, a, a, a, a, a, a, 7, (v2){ 1, 1000 }));
	SHOW("hva a", h.a);
	SHOW("hva b", h.b);
	SHOW("hva c", h.c);
	SHOW("mixed", m.a);
	show("mixed n", m.n);
	SHOW("varargs", call(10, a, 1, a, 2, a, 3, a, 4, a, 5, a, 6, a, 7, a, 8, a, 9, a, 10));
	SHOW("pick", (v4)f);
	return 0;
}

/* Half precision: storage, arithmetic rounded to half after each operation, conversions. */
#include "show.h"

typedef __fp16 half;

NOINLINE float widen(half a) { return a; }
NOINLINE unsigned bits(float a)
{
	union { half h; unsigned short u; } x;

	x.h = a;
	return x.u;
}
struct pair { half a, b; };
NOINLINE struct pair swap(struct pair p) { return (struct pair){ p.b, p.a }; }

#ifdef __FLT16_MANT_DIG__
typedef _Float16 f16;
NOINLINE f16 add(f16 a, f16 b) { return a + b; }
NOINLINE f16 mul(f16 a, f16 b) { return a * b; }
NOINLINE f16 div(f16 a, f16 b) { return a / b; }
NOINLINE f16 neg(f16 a) { return -a; }
NOINLINE int less(f16 a, f16 b) { return a < b; }
NOINLINE int to_int(f16 a) { return a; }
NOINLINE f16 from_int(int a) { return a; }
NOINLINE f16 from_long(long long a) { return a; }
NOINLINE f16 from_double(double a) { return a; }
NOINLINE f16 choose(int c, f16 a, f16 b) { return c ? a : b; }
NOINLINE unsigned f16_bits(f16 a)
{
	union { f16 h; unsigned short u; } x = { a };

	return x.u;
}
#endif

int main(void)
{
	static const float values[] = { 0, 1, -1.5f, 65504, 65520, 1e-7f, 6.1e-5f, 3.14159f, 1e10f, 2049 };
	int n = sizeof(values) / sizeof(values[0]), i, j;
	struct pair p = swap((struct pair){ 1.5f, -2 });

	show_float("swap", p.a * 3 + p.b);
	for (i = 0; i < n; i++) {
		show("bits", bits(values[i]));
		show_float("back", widen(values[i]));
#ifdef __FLT16_MANT_DIG__
		for (j = 0; j < n; j++) {
			show("add", f16_bits(add(values[i], values[j])));
			show("mul", f16_bits(mul(values[i], values[j])));
			if (values[j] != 0)
				show("div", f16_bits(div(values[i], values[j])) & 0x7fff);
			show("less", less(values[i], values[j]));
			show("choose", f16_bits(choose(j & 1, values[i], values[j])));
		}
		show("neg", f16_bits(neg(values[i])));
		if (i != 4 && i != 8)
			show("int", to_int(values[i]));
		show("from", f16_bits(from_int(i * 333 - 7)));
		show("from long", f16_bits(from_long(-(1ll << i * 6))));
		show("from double", f16_bits(from_double(values[i] / 3.0)));
#endif
	}
	return 0;
}

/* Complex numbers: arithmetic, comparison, conversion, arguments, varargs, members of aggregates. */
#include <stdarg.h>
#include "show.h"

typedef _Complex float cf;
typedef _Complex double cd;
typedef _Complex long double cq;
typedef _Complex int ci;

struct pair { cd z; cf w; };

static void show_cd(const char *name, cd z)
{
	show_double(name, __real__ z);
	show_double("  i", __imag__ z);
}
NOINLINE cd make(double a, double b)
{
	cd z;

	__real__ z = a;
	__imag__ z = b;
	return z;
}
NOINLINE cf single(cd z) { return z; }
NOINLINE cd add(cd a, cd b) { return a + b; }
NOINLINE cd subtract(cd a, double b) { return a - b; }
NOINLINE cd multiply(cd a, cd b) { return a * b; }
NOINLINE cd divide(cd a, cd b) { return a / b; }
NOINLINE cd scale(cd a, double b) { return a * b / 2; }
NOINLINE cd conjugate(cd a) { return ~a; }
NOINLINE int equal(cd a, cd b) { return (a == b) | (a != b) << 1 | (a ? 4 : 0); }
NOINLINE cf multiply_single(cf a, cf b) { return a * b; }
NOINLINE cf divide_single(cf a, cf b) { return a / b; }
NOINLINE cq multiply_quad(cq a, cq b) { return a * b; }
NOINLINE cq divide_quad(cq a, cq b) { return a / b; }
NOINLINE ci whole(ci a, ci b) { return a * b + a - b; }
NOINLINE struct pair swap(struct pair p) { return (struct pair){ p.w, p.z }; }
NOINLINE cd sum(int n, ...)
{
	va_list ap;
	cd all = 0;

	va_start(ap, n);
	while (n--)
		all += va_arg(ap, cd) + va_arg(ap, int);
	va_end(ap);
	return all;
}

int main(void)
{
	double inf = __builtin_inf(), nan = __builtin_nan("");
	cd list[] = {
		make(1, 2), make(-3, 0.5), make(0, 0), make(inf, 1), make(nan, inf), make(-0.0, 4), make(8, -8),
	};
	int n = sizeof(list) / sizeof(*list), i, j;
	struct pair p;
	ci k, l;

	for (i = 0; i < n; i++)
		for (j = 0; j < n; j++) {
			show_cd("add", add(list[i], list[j]));
			show_cd("sub", subtract(list[i], j));
			show_cd("mul", multiply(list[i], list[j]));
			show_cd("mul single", multiply_single(list[i], list[j]));
			show_cd("mul quad", multiply_quad(list[i], list[j]));
			show("equal", equal(list[i], list[j]));
			show_cd("conjugate", conjugate(list[i]));
		}
	/* Quotients that are exact, for the ways of dividing differ in their rounding. */
	show_cd("div", divide(make(8, -4), make(2, 2)));
	show_cd("div", divide(make(3, 5), make(0, 0.25)));
	show_cd("div", divide(make(3, 5), make(4, 0)));
	show_cd("div zero", divide(make(3, -5), make(0, 0)));
	show_cd("div infinite", divide(make(inf, -5), make(2, 1)));
	show_cd("div by infinite", divide(make(2, -5), make(-inf, 1)));
	show_cd("div single", divide_single(make(8, -4), make(2, 2)));
	show_cd("div single", divide_single(make(1e30, 1e30), make(1e30, 1e30)));
	show_cd("div quad", divide_quad(make(8, -4), make(2, 2)));
	show_cd("scale", scale(make(3, 5), 7));
	show_cd("from int", (cd)n);
	show("to int", (int)make(42.5, 3));
	__real__ k = 3, __imag__ k = -4, __real__ l = 5, __imag__ l = 6;
	k = whole(k, l);
	show("whole", __real__ k);
	show("whole", __imag__ k);
	p = swap((struct pair){ make(1.5, 2.5), make(3.5, 4.5) });
	show_cd("swap", p.z);
	show_cd("swap", p.w);
	show_cd("varargs", sum(3, list[0], 1, list[1], 2, list[6], 3));
	show_cd("single", single(make(0.1, 1e300)));
	return 0;
}

/* What GNU C says about functions: attributes, names, ways of inlining, old definitions. */
#include <stdarg.h>
#include <stddef.h>
#include "show.h"

static int calls;
__attribute__((const, noinline)) int squared(int a) { return a * a; }
__attribute__((pure, noinline)) size_t length(const char *s) { size_t n = 0; while (s[n]) n += s[n] == '.' ? 3 : 1; return n; }
__attribute__((noinline, noclone, no_instrument_function, unused)) static int counted(void) { return ++calls; }
__attribute__((nonnull(1), warn_unused_result, access(read_only, 1))) NOINLINE int first(const int *p, int n) { return p[n]; }
__attribute__((format(printf, 1, 2), sentinel)) NOINLINE int listed(const char *f, ...)
{
	va_list ap;
	int n = 0;

	va_start(ap, f);
	while (va_arg(ap, const char *))
		n++;
	va_end(ap);
	return n;
}
static _Noreturn NOINLINE void stop(int n) { show("stop", n); for (;;) __builtin_trap(); }
NOINLINE int guarded(int a) { if (a > 1000) stop(a); return a + 1; }

/* Another name in this file for what may be defined elsewhere or nowhere. */
static int maybe(int) __attribute__((weakref("not_defined_anywhere")));
static int surely(int) __attribute__((weakref("target")));
int target(int a) { return a + 100; }
NOINLINE int by_reference(int a) { return (maybe ? maybe(a) : 5) + surely(a); }

extern inline __attribute__((gnu_inline, always_inline)) int gnu(int a) { return a * 7; }
inline int c99(int a) { return a * 9; }
extern int c99(int);
static inline __attribute__((always_inline)) int kernel_inline(int a, const int which)
{
	if (__builtin_constant_p(which))
		return which == 1 ? a + 1 : a + 2;
	return a + which;
}
__attribute__((flatten)) NOINLINE int flat(int a) { return gnu(a) + c99(a) + kernel_inline(a, 1) + kernel_inline(a, 2); }

int renamed(int) asm("another_name");
int renamed(int a) { return a - 1; }
extern int another_name_too(int) asm("another_name");
int variable asm("its_label") = 31;
asm(".pushsection .text\n.globl reads_label\n.type reads_label, %function\nreads_label:\tadrp x1, its_label\n"
    "\tldr w0, [x1, :lo12:its_label]\n\tret\n.size reads_label, .-reads_label\n.popsection");
extern int reads_label(void);

NOINLINE int old_style(a, b, c)
	int a;
	char b;
	double c;
{
	return a + b + (int)c;
}
NOINLINE int unprototyped();
int unprototyped(int a, long b) { return a * 10 + b; }

/* Leaves twice, as setjmp does. */
typedef unsigned long state[13];
int leave(state s) __attribute__((returns_twice));
_Noreturn void back(state s, int n);
asm(".pushsection .text\n.globl leave\nleave:\tstp x19, x20, [x0]\n\tstp x21, x22, [x0, #16]\n\tstp x23, x24, [x0, #32]\n"
    "\tstp x25, x26, [x0, #48]\n\tstp x27, x28, [x0, #64]\n\tstp x29, x30, [x0, #80]\n\tmov x1, sp\n\tstr x1, [x0, #96]\n"
    "\tmov w0, wzr\n\tret\n"
    ".globl back\nback:\tldp x19, x20, [x0]\n\tldp x21, x22, [x0, #16]\n\tldp x23, x24, [x0, #32]\n"
    "\tldp x25, x26, [x0, #48]\n\tldp x27, x28, [x0, #64]\n\tldp x29, x30, [x0, #80]\n\tldr x2, [x0, #96]\n\tmov sp, x2\n"
    "\tmov w0, w1\n\tret\n.popsection");
static state saved;
NOINLINE void deeper(int n) { if (n == 0) back(saved, 5); deeper(n - 1); calls++; }
NOINLINE int twice(int n)
{
	volatile int kept = n * 3;
	int came = leave(saved);

	if (came < 5) {
		kept++;
		deeper(n);
	}
	return kept * 100 + came;
}

static void prepare(void) __attribute__((constructor(200)));
static void prepare_first(void) __attribute__((constructor(150)));
static int prepared;
static void prepare(void) { prepared = prepared * 10 + 2; }
static void prepare_first(void) { prepared = prepared * 10 + 1; }

struct ops { int (*open)(void *, int); int (*close)(void); };
static NOINLINE int open_one(void *p, int n) { return *(int *)p + n; }
static const struct ops ops = { .open = open_one };
NOINLINE int through(const struct ops *o, int n) { return o->open(&n, 2) + (o->close ? o->close() : -1); }
typedef int binary(int, int);
static binary plus, minus;
static int plus(int a, int b) { return a + b; }
static int minus(int a, int b) { return a - b; }
NOINLINE binary *pick(int which) { return which ? plus : minus; }
NOINLINE int chained(int n) { return (*pick(n))(10, 4) * (**pick(!n))(9, 5); }

NOINLINE void *whose(void) { return __builtin_return_address(0); }
NOINLINE int frames(int n) { volatile char here = n; return n ? frames(n - 1) : (char *)__builtin_frame_address(0) - (char *)&here > -4096; }
NOINLINE const char *name(void) { return __func__; }
NOINLINE int recursive_even(unsigned n);
NOINLINE int recursive_odd(unsigned n) { return n ? recursive_even(n - 1) : 0; }
int recursive_even(unsigned n) { return n ? recursive_odd(n - 1) : 1; }

int main(void)
{
	int list[] = { 5, 6, 7 };

	show("squared", squared(7) + squared(7));
	show("length", length("seven.....") + length(""));
	show("counted", counted());
	show("counted", counted());
	show("first", first(list, 2));
	show("listed", listed("%s%s", "a", "b", NULL));
	show("guarded", guarded(6));
	show("references", by_reference(3));
	show("flat", flat(2));
	show("names", renamed(8) + another_name_too(9) + reads_label() + variable);
	show("old", old_style(1, 2, 3.5) + unprototyped(4, 5l));
	show("twice", twice(3) + calls);
	show("prepared", prepared);
	show("through", through(&ops, 40));
	show("chained", chained(0) + chained(1) * 1000);
	show("whose", whose() != NULL);
	show("frames", frames(3));
	show("name", name()[1] + __FUNCTION__[0]);
	show("recursive", recursive_even(10) * 2 + recursive_odd(7));
	return 0;
}

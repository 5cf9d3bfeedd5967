/* Aggregates by value: in general registers, HFAs, mixed, large ones by reference, on the stack, varargs. */
#include <stdarg.h>
#include "show.h"

struct c1 { char a; };
struct c3 { char a[3]; };
struct i2 { int a, b; };
struct l2 { long a; char b; };
struct big { long a[5]; };
struct f1 { float a; };
struct f3 { float a, b, c; };
struct d4 { double a[4]; };
struct fi { float a; int b; };
struct fd { float a; double b; };
struct empty { };
struct packed { char a; long b; } __attribute__((packed));
struct al16 { long a; } __attribute__((aligned(16)));
union u { float f; int i; };
struct bits { unsigned a : 5, b : 11; long c : 40; };

NOINLINE struct c1 fc1(struct c1 x) { x.a++; return x; }
NOINLINE struct c3 fc3(struct c3 x) { x.a[1] += x.a[2]; return x; }
NOINLINE struct i2 fi2(struct i2 x) { return (struct i2){ x.b, x.a }; }
NOINLINE struct l2 fl2(struct l2 x) { x.a *= x.b; return x; }
NOINLINE struct big fbig(struct big x) { x.a[4] += x.a[0]; return x; }
NOINLINE struct f1 ff1(struct f1 x) { x.a *= 2; return x; }
NOINLINE struct f3 ff3(struct f3 x) { return (struct f3){ x.c, x.a, x.b }; }
NOINLINE struct d4 fd4(struct d4 x) { x.a[0] += x.a[3]; return x; }
NOINLINE struct fi ffi(struct fi x) { x.b += x.a; return x; }
NOINLINE struct fd ffd(struct fd x) { x.b += x.a; return x; }
NOINLINE struct packed fp(struct packed x) { x.b += x.a; return x; }
NOINLINE struct al16 fa(int n, struct al16 x, struct al16 y) { x.a += y.a * n; return x; }
NOINLINE union u fu(union u x) { x.i ^= 0x800000; return x; }
NOINLINE struct bits fb(struct bits x) { x.c = x.a * x.b; return x; }
NOINLINE long stack(int a, long b, struct l2 c, struct l2 d, struct l2 e, struct l2 f, char g, short h,
		    struct big i, struct empty z, struct f3 j, struct d4 k, struct d4 l, float m)
{
	return a + b + c.a + d.a + e.a * 2 + f.a * 3 + f.b + g + h + i.a[3] + (long)(j.b + k.a[1] + l.a[2] * 10 + m);
}
NOINLINE long many(int n, ...)
{
	va_list ap, copy;
	long sum = 0;

	va_start(ap, n);
	va_copy(copy, ap);
	while (n--) {
		sum = sum * 3 + va_arg(ap, struct i2).b;
		sum += va_arg(ap, struct big).a[2];
		sum += va_arg(ap, struct f3).b;
		sum += va_arg(ap, struct d4).a[3];
		sum += va_arg(ap, double) * 2;
		sum += va_arg(ap, int);
		sum += va_arg(ap, struct al16).a;
		sum += va_arg(ap, struct l2).b;
	}
	sum += va_arg(copy, struct i2).a;
	va_end(copy);
	va_end(ap);
	return sum;
}

int main(void)
{
	struct big big = { { 1, 2, 3, 4, 5 } };
	struct d4 d4 = { { 1.5, 2.5, 3.5, 4.5 } };
	struct f3 f3 = { 1, 2, 3 };
	struct l2 l2 = { 1000, 7 };
	struct i2 i2 = { 11, 12 };
	struct al16 al = { 99 };
	union u u = { .f = 1.5f };
	struct bits b = { 21, 1000, -1 };

	show("c1", fc1((struct c1){ 4 }).a);
	show("c3", fc3((struct c3){ { 1, 2, 3 } }).a[1]);
	show("i2", fi2(i2).a);
	show("l2", fl2(l2).a);
	show("big", fbig(big).a[4]);
	show_float("f1", ff1((struct f1){ 2.5f }).a);
	show_float("f3", ff3(f3).b);
	show_double("d4", fd4(d4).a[0]);
	show("fi", ffi((struct fi){ 3.9f, 10 }).b);
	show_double("fd", ffd((struct fd){ 3.5f, 10 }).b);
	show("packed", fp((struct packed){ 3, 1000 }).b);
	show("aligned", fa(5, al, (struct al16){ 1000 }).a);
	show_float("union", fu(u).f);
	show("bits", fb(b).c);
	show("stack", stack(1, 2, l2, l2, l2, l2, 3, 4, big, (struct empty){ }, f3, d4, d4, 5));
	show("many", many(3, i2, big, f3, d4, 1.5, 6, al, l2, i2, big, f3, d4, 2.5, 7, al, l2, i2, big, f3,
			  d4, 3.5, 8, al, l2));
	return 0;
}

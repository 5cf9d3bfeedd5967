/* Inline assembly as kernels use it: constraints, modifiers, tied operands, memory, asm goto. */
#include "show.h"

typedef unsigned long u64;

NOINLINE u64 add(u64 a, u64 b)
{
	u64 r;

	asm("add %0, %1, %2" : "=r"(r) : "r"(a), "rI"(b));
	return r;
}
NOINLINE unsigned narrow(unsigned a)
{
	unsigned r;

	asm volatile("add %w0, %w1, #5" : "=r"(r) : "r"(a));
	return r;
}
NOINLINE u64 zero(u64 *p) { asm volatile("str %x1, %0" : "=Q"(*p) : "rZ"(0ul) : "memory"); return *p; }
NOINLINE u64 inout(u64 a) { asm("lsl %0, %0, #3\n\teor %0, %0, %[k]" : "+r"(a) : [k] "r"(a + 1)); return a; }
NOINLINE u64 early(u64 a, u64 b)
{
	u64 x, y;

	asm("mov %0, %2\n\tadd %1, %0, %3" : "=&r"(x), "=&r"(y) : "r"(a), "r"(b));
	return x * 1000 + y;
}
NOINLINE u64 fixed(u64 a)
{
	register u64 x0 asm("x0") = a;
	register u64 x9 asm("x9") = a * 2;

	asm volatile("sub %0, %0, %1" : "+r"(x0) : "r"(x9) : "x1", "cc", "memory");
	return x0;
}
NOINLINE int exclusive(int *p, int n)
{
	int tmp, result;

	asm volatile("1: ldxr %w0, %2\n add %w0, %w0, %w3\n stxr %w1, %w0, %2\n cbnz %w1, 1b"
		     : "=&r"(result), "=&r"(tmp), "+Q"(*p) : "Ir"(n) : "memory");
	return result;
}
NOINLINE double real(double a, float b)
{
	double r;

	asm("fcvt %d0, %s2\n\tfadd %d0, %d0, %d1" : "=&w"(r) : "w"(a), "w"(b));
	return r;
}
NOINLINE int flags(u64 a, u64 b)
{
	int r;

	asm("cmp %1, %2\n\tcset %w0, hi" : "=r"(r) : "r"(a), "r"(b) : "cc");
	return r;
}
#define ffs(x) ({ u64 r_; asm("rbit %0, %1\n\tclz %0, %0" : "=r"(r_) : "r"(x)); r_; })
NOINLINE int jump(u64 a)
{
	asm goto("cbz %0, %l[none]\n\ttbnz %0, #0, %l1" : : "r"(a) : : odd, none);
	return 1;
odd:
	return 2;
none:
	return 3;
}
#ifdef __clang__
NOINLINE u64 jump_out(u64 a)
{
	u64 r;

	asm goto("add %0, %1, #1\n\ttbz %0, #3, %l2" : "=r"(r) : "r"(a) : : small);
	return r * 10;
small:
	return r;
}
#else
u64 jump_out(u64 a) { a++; return a & 8 ? a * 10 : a; }
#endif
NOINLINE u64 constant(void)
{
	u64 r;

	asm("mov %0, %1\n\tadd %0, %0, %2" : "=r"(r) : "i"(4096), "n"(sizeof(long) * 3));
	return r;
}
static int global = 55;
NOINLINE int symbol(void)
{
	int *p;

	asm("adrp %0, %1\n\tadd %0, %0, :lo12:%1" : "=r"(p) : "S"(&global));
	return *p;
}
NOINLINE int memory(int *p)
{
	int r;

	asm("ldr %w0, %1" : "=r"(r) : "m"(p[3]));
	asm volatile("str %w1, %0" : "=m"(p[4]) : "r"(r + 1));
	return p[4];
}
NOINLINE u64 address(u64 *p)
{
	u64 r;

	asm("ldr %0, %a1" : "=r"(r) : "r"(p) : "memory");
	return r;
}
NOINLINE u64 narrow_types(unsigned char a, short b, _Bool c)
{
	u64 r;

	asm("add %0, %1, %2\n\tadd %0, %0, %3" : "=&r"(r) : "r"((u64)a), "r"((long)b), "r"((u64)c));
	return r;
}
NOINLINE u64 clobbers(u64 a)
{
	u64 b = a * 3, c = a * 5, d = a * 7;

	asm volatile("mov x19, #0\n\tmov x20, #0\n\tmov x0, #0\n\tfmov d8, xzr" : : :
		     "x0", "x19", "x20", "x21", "d8", "x30", "memory");
	return a + b + c + d;
}

int main(void)
{
	int list[8] = { 1, 2, 3, 4, 5, 6, 7, 8 };
	u64 word = 77;

	show("add", add(40, 2));
	show("narrow", narrow(0xfffffffe));
	show("inout", inout(5));
	show("early", early(3, 4));
	show("fixed", fixed(100));
	show("exclusive", exclusive(&list[0], 41));
	show_double("real", real(1.5, 2.25f));
	show("flags", flags(5, 4) * 2 + flags(4, 5));
	show("ffs", ffs(0x100ul));
	show("jump", jump(0) * 100 + jump(1) * 10 + jump(2));
	show("jump out", jump_out(3) * 1000 + jump_out(8));
	show("constant", constant());
	show("symbol", symbol());
	show("memory", memory(list));
	show("address", address(&word));
	show("zero", zero(&word));
	show("types", narrow_types(255, -3, 1));
	show("clobbers", clobbers(9));
	return 0;
}

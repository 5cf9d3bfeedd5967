/* Inline assembly, one function for each constraint and each modifier, beyond what inline-asm.c has. */
#include "show.h"

typedef unsigned long u64;
typedef unsigned int u32;
typedef float v4 __attribute__((vector_size(16)));

/* I: 0 to 4095. J: its negative. K, L: logical immediates. M, N: of one MOV. S: an address. Z, z: zero. */
NOINLINE u64 constants(u64 a)
{
	u64 r;

	asm("add %0, %1, %2" : "=r"(r) : "r"(a), "I"(4095));
	asm("sub %0, %0, #%n1" : "+r"(r) : "J"(-4095));
	asm("and %w0, %w0, %1" : "+r"(r) : "K"(0xff00ff00u));
	asm("orr %0, %0, %1" : "+r"(r) : "L"(0xff00ff00ff00ff00ul));
	asm("mov %w0, %w0\n\teor %0, %0, %1" : "+r"(r) : "L"(0x7ul));
	asm("add %0, %0, %1" : "+r"(r) : "Ir"(17));
	asm("add %0, %0, %1" : "+r"(r) : "Ir"(170000));
	asm("add %0, %0, %x1" : "+r"(r) : "rZ"(0));
	asm("add %0, %0, #%c1" : "+r"(r) : "i"(33));
	asm("add %w0, %w0, %1" : "+r"(r) : "n"(sizeof(int)));
	return r;
}
NOINLINE u64 moves(void)
{
	u64 a, b;

	asm("mov %w0, %1" : "=r"(a) : "M"(0xffff0000u));
	asm("mov %0, %1" : "=r"(b) : "N"(0xffff00000000ul));
	return a ^ b;
}
NOINLINE u32 views(u32 a, u64 b)
{
	u32 r;

	asm("add %w0, %w1, %w2\n\tsxtb %x0, %w0\n\tlsr %x0, %x0, #4" : "=&r"(r) : "r"(a), "r"(b));
	return r;
}
NOINLINE double floats(double a, float b, double c)
{
	double r;
	float s;

	asm("fadd %s0, %s1, %s1" : "=w"(s) : "w"(b));
	asm("fadd %d0, %d1, %d2\n\tfneg %d0, %d0" : "=w"(r) : "w"(a), "x"(c));
	asm("mov %0.16b, %1.16b\n\tfabs %d0, %d0" : "=&w"(r) : "w"(r));
	return r + s;
}
NOINLINE u64 bytes(u64 a)
{
	u64 count;
	double t;

	asm("fmov %d0, %1\n\tcnt %0.8b, %0.8b\n\taddv %b0, %0.8b\n\tumov %w2, %0.b[0]"
	    : "=&w"(t), "+r"(a), "=r"(count));
	return count;
}
NOINLINE v4 vectors(v4 a, v4 b)
{
	v4 r;

	asm("fadd %0.4s, %1.4s, %2.4s\n\text %0.16b, %0.16b, %0.16b, #4" : "=&w"(r) : "w"(a), "w"(b));
	return r;
}
NOINLINE u64 through_q(const void *p, void *to)
{
	double t;
	u64 r;

	asm volatile("ldr %q0, %2\n\tstr %q0, %1\n\tfmov %x3, %d0" : "=&w"(t), "=Q"(*(v4 *)to)
		     : "Q"(*(const v4 *)p), "r"(0) : "memory");
	asm volatile("ldr %0, %1" : "=r"(r) : "Q"(*(u64 *)to));
	return r;
}
struct item { int a, b; u64 c[4]; };
NOINLINE u64 memory(struct item *p, int i)
{
	u64 r, s;

	asm("ldr %w0, %1" : "=r"(r) : "m"(p->b));
	asm("ldr %0, %1" : "=r"(s) : "m"(p->c[i]));
	asm("str %1, %0" : "=m"(p->c[3]) : "r"(r + s));
	asm("ldr %x0, %2\n\tadd %x0, %x0, #1\n\tstr %x0, %1" : "=&r"(r), "+m"(p->c[i]) : "Q"(p->c[1]));
	asm("ldp %w0, %w1, %2" : "=&r"(r), "=r"(s) : "Q"(*p));
	return p->c[3] * 10 + p->c[i] + r + s;
}
/* +, matching digits, names, %, several outputs, early clobber. */
NOINLINE u64 ties(u64 a, u64 b)
{
	u64 sum, carry;

	asm("adds %[sum], %[a], %[b]\n\tcset %[carry], cs" : [sum] "=r"(sum), [carry] "=r"(carry)
	    : [a] "%0"(a), [b] "r"(b) : "cc");
	asm("add %0, %2, %3\n\tsub %1, %2, %3" : "=&r"(a), "=r"(b) : "1"(b), "r"(sum));
	asm("eor %0, %0, %1, lsl #3" : "+&r"(a) : "r"(carry));
	return a * 3 + b + sum + carry;
}
NOINLINE u64 named(u64 a, u64 b)
{
	register u64 x0 asm("x0") = a;
	register u64 x1 asm("x1") = b;
	register u64 x8 asm("x8") = 93;
	register u64 x17 asm("x17");
	register u32 w20 asm("w20") = a;
	register double d9 asm("d9") = a;

	asm volatile("add x17, x0, x1\n\tadd x0, x17, x8\n\tadd w20, w20, #1\n\tfadd d9, d9, d9"
		     : "+r"(x0), "=r"(x17), "+r"(w20), "+w"(d9) : "r"(x1), "r"(x8) : "memory");
	return x0 * 1000 + x17 + w20 + (u64)d9;
}
NOINLINE u64 unique(int n)
{
	u64 r = 0;
	int i;

	for (i = 0; i < n; i++)
		asm("cbz %w1, .Lskip%=\n\tadd %0, %0, #10\n.Lskip%=:\n\tadd %0, %0, #1" : "+r"(r) : "r"(i & 1));
	asm("cbz %w1, .Lskip%=\n\tadd %0, %0, #100\n.Lskip%=:" : "+r"(r) : "r"(n));
	asm("b 2f\n1:\tadd %0, %0, #1000\n\tb 3f\n2:\tb 1b\n3:" : "+r"(r));
	return r;
}
static int table[8] = { 1, 2, 3, 4, 5, 6, 7, 8 };
static int helper(void) { return 77; }
NOINLINE u64 symbols(void)
{
	int *p;
	u64 f, distance;

	asm("adrp %0, %1\n\tadd %0, %0, :lo12:%1" : "=r"(p) : "S"(&table[3]));
	asm("adr %0, %1" : "=r"(f) : "S"(helper));
	asm("ldr %0, =%c1" : "=r"(distance) : "i"(&table[5]));
	return *p * 1000 + ((int (*)(void))f)() + *(int *)distance;
}
NOINLINE int by_address(int *p)
{
	int r;

	asm volatile("ldr %w0, %a1\n\tprfm pldl1keep, %a1" : "=r"(r) : "p"(p + 1));
	return r;
}
NOINLINE int clobbered(int a, double d)
{
	int b = a * 3;
	double e = d * 2;

	asm volatile("mov w19, wzr\n\tmov x28, xzr\n\tmovi v15.2d, #0\n\tmovi v31.2d, #0\n\tmsr nzcv, xzr"
		     : : : "x19", "w28", "v15", "v31", "cc", "memory", "x2", "x3");
	return a + b + d + e;
}
NOINLINE int flags(int a, int b)
{
	int less, same;

	asm("cmp %w2, %w3\n\tcset %w0, lt\n\tcset %w1, eq" : "=&r"(less), "=&r"(same) : "r"(a), "rI"(b) : "cc");
	return less * 2 + same;
}
NOINLINE int small(unsigned char a, signed char b, unsigned short c, _Bool d)
{
	unsigned char r;

	asm("add %w0, %w1, %w2\n\tadd %w0, %w0, %w3, lsl #1\n\tadd %w0, %w0, %w4" : "=&r"(r)
	    : "r"(a), "r"((int)b), "r"(c), "r"(d));
	return r;
}
NOINLINE void *pointers(char *p, long n) { asm("add %0, %0, %1" : "+r"(p) : "r"(n)); return p; }
struct two { int a, b; };
NOINLINE struct two whole(struct two s) { asm("ror %0, %0, #32" : "+r"(s)); return s; }
/* Alternatives: the first that fits. */
NOINLINE u64 either(u64 a, int big)
{
	u64 r;

	asm("add %0, %1, %2" : "=r,r"(r) : "r,r"(a), "I,r"(12));
	asm("add %0, %0, %1" : "+r"(r) : "rI"(big ? 5000 : 7));
	return r;
}
asm(".pushsection .rodata\n.globl from_asm\nfrom_asm:\n\t.quad 0x123456789\n\t.popsection");
extern const u64 from_asm;
__attribute__((naked)) NOINLINE u64 bare(u64 a, u64 b) { asm("madd x0, x0, x1, x0\n\tret"); }

int main(void)
{
	struct item item = { 11, 22, { 1, 2, 3, 4 } };
	v4 v = vectors((v4){ 1, 2, 3, 4 }, (v4){ 10, 20, 30, 40 });
	u64 from[2] = { 0x1111, 0x2222 }, to[2];
	struct two two = whole((struct two){ 5, 6 });

	show("constants", constants(100));
	show("moves", moves());
	show("views", views(0x70, 0x8f));
	show_double("floats", floats(1.5, 2.5f, -7));
	show("bytes", bytes(0xf0f00001));
	show_float("vectors", v[0] * 1000 + v[3]);
	show("q", through_q(from, to) + to[1]);
	show("memory", memory(&item, 2));
	show("ties", ties(-3ul, 7) + ties(5, 6));
	show("named", named(4, 5));
	show("unique", unique(5));
	show("symbols", symbols());
	show("address", by_address(table));
	show("clobbered", clobbered(5, 1.5));
	show("flags", flags(1, 2) * 100 + flags(2, 2) * 10 + flags(3, 2));
	show("small", small(200, -100, 500, 1));
	show("pointers", (char *)pointers((char *)table, 8) - (char *)table);
	show("whole", two.a * 10 + two.b);
	show("either", either(1, 0) + either(2, 1));
	show("from asm", from_asm);
	show("bare", bare(6, 7));
	return 0;
}

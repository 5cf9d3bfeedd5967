/* Inline assembly with more than instructions: tables in other sections, static keys, flags, jumps with results. */
#include <stddef.h>
#include <stdint.h>
#include "show.h"

typedef unsigned long u64;

/* Condition flags as results. */
NOINLINE int compared(long a, long b)
{
	int eq, lo, lt, vs, mi;

	asm("cmp %5, %6" : "=@cceq"(eq), "=@cclo"(lo), "=@cclt"(lt), "=@ccvs"(vs), "=@ccmi"(mi) : "r"(a), "r"(b));
	return eq | lo << 1 | lt << 2 | vs << 3 | mi << 4;
}
NOINLINE u64 carried(u64 a, u64 b, _Bool *carry)
{
	u64 sum;

	asm("adds %0, %2, %3" : "=r"(sum), "=@cccs"(*carry) : "r"(a), "rI"(b));
	return sum;
}
NOINLINE int branches(int a)
{
	int zero;

	asm("tst %w1, #0xf0" : "=@ccne"(zero) : "r"(a));
	if (zero)
		return a + 1000;
	return a;
}

/* Exception tables: where it may go wrong, and where to go on. */
struct fixup { int32_t at, to; };
extern const struct fixup __start_fixups[], __stop_fixups[];
NOINLINE int risky(const int *p)
{
	int value, error = 0;

	asm volatile("1:	ldr	%w0, %2\n"
		     "2:\n"
		     "	.pushsection .text.fixup, \"ax\"\n"
		     "3:	mov	%w1, %3\n"
		     "	b	2b\n"
		     "	.popsection\n"
		     "	.pushsection fixups, \"a\"\n"
		     "	.balign	4\n"
		     "	.long	1b - ., 3b - .\n"
		     "	.popsection\n"
		     : "=&r"(value), "+r"(error) : "Q"(*p), "i"(-14));
	return value + error;
}
/* Finds the fixup of an instruction, and jumps there as an exception would. */
NOINLINE int count_fixups(void)
{
	int n = 0;

	for (const struct fixup *f = __start_fixups; f < __stop_fixups; f++) {
		const uint32_t *at = (void *)((u64)&f->at + f->at), *to = (void *)((u64)&f->to + f->to);

		/* LDR Wt, [Xn]; MOVN Wt, #13 */
		n += (*at & 0xfffffc00) == 0xb9400000 && (*to & 0xffffffe0) == 0x128001a0;
	}
	return n;
}

/* Static keys: a NOP that could become a branch, noted in a table. */
struct key { int enabled; };
static struct key tracing, debugging = { 1 };
struct jump { int32_t code, target; int64_t key; };
extern const struct jump __start_jumps[], __stop_jumps[];
#define static_branch(key, branch) ({						\
	__label__ yes, done;							\
	_Bool taken = 0;							\
										\
	asm goto("1:	nop\n"							\
		 "	.pushsection jumps, \"a\"\n"				\
		 "	.align	3\n"						\
		 "	.long	1b - ., %l[yes] - .\n"				\
		 "	.quad	%c0 - .\n"					\
		 "	.popsection\n"						\
		 : : "i"((char *)(key) + (branch)) : : yes);			\
	goto done;								\
yes:										\
	taken = 1;								\
done:										\
	taken;									\
})
NOINLINE int traced(int n)
{
	if (static_branch(&tracing, 0))
		n += 100;
	if (static_branch(&debugging, 1))
		n += 200;
	return n;
}
NOINLINE int keys(void)
{
	int found = 0;

	for (const struct jump *j = __start_jumps; j < __stop_jumps; j++) {
		u64 key = (u64)&j->key + j->key;

		if (*(uint32_t *)((u64)&j->code + j->code) == 0xd503201f)
			found += key == (u64)&tracing ? 1 : key == (u64)&debugging + 1 ? 10 : 0;
	}
	return found;
}

/* Alternatives: the other instructions, and how many of them there are. */
#define ALTERNATIVE(old, new) "661:\n\t" old "\n662:\n.pushsection others, \"a\"\n\t.word 661b - ., 663f - .\n\t.byte 662b - 661b, 664f - 663f\n" \
	".popsection\n.subsection 1\n663:\n\t" new "\n664:\n\t.org . - (664b-663b) + (662b-661b)\n\t.org . - (662b-661b) + (664b-663b)\n.previous\n"
struct other { int32_t old, new; uint8_t old_size, new_size; } __attribute__((packed));
extern const struct other __start_others[], __stop_others[];
NOINLINE u64 alternative(u64 a) { asm(ALTERNATIVE("add %0, %0, #1\n\tnop", "sub %0, %0, #1\n\tneg %0, %0") : "+r"(a)); return a; }
NOINLINE int count_others(void)
{
	int n = 0;

	for (const struct other *o = __start_others; o < __stop_others; o++) {
		const uint32_t *new = (void *)((u64)&o->new + o->new);

		n += o->old_size + o->new_size * 10 + ((new[0] & 0xff000000) == 0xd1000000) * 1000;
	}
	return n;
}

/* Hides a value, or what it points to, from the optimiser. */
#define HIDE(v) asm("" : "=r"(v) : "0"(v))
#define RELOC_HIDE(p, off) ({ u64 p_; asm("" : "=r"(p_) : "0"(p)); (typeof(p))(p_ + (off)); })
#define barrier() asm volatile("" : : : "memory")
static int percpu[4] = { 1, 2, 3, 4 };
NOINLINE int hidden(int n)
{
	int *p = percpu, once = n;

	HIDE(once);
	barrier();
	return *RELOC_HIDE(p, n * 4) + once;
}
/* A call with the convention of firmware: results in named registers, more of them clobbered. */
NOINLINE u64 firmware(u64 function, u64 a, u64 b)
{
	register u64 x0 asm("x0") = function;
	register u64 x1 asm("x1") = a;
	register u64 x2 asm("x2") = b;
	register u64 x3 asm("x3");

	asm volatile("add x3, x1, x2\n\tmul x0, x0, x3\n\tmov x1, #9\n\tmov x17, #8"
		     : "+r"(x0), "+r"(x1), "=r"(x3) : "r"(x2) : "x4", "x5", "x17", "memory");
	return x0 + x1 * 1000 + x3 * 100000;
}
/* Jumps with results, in registers of the compiler's choice and of ours, on every way out. */
#ifdef __clang__
NOINLINE u64 jumping(u64 a, u64 b)
{
	register u64 x5 asm("x5");
	u64 other;
	u64 c = a ^ b;

	asm goto("add x5, %2, %3\n\tsub %1, %2, %3\n\tcbz %1, %l[same]\n\ttbnz x5, #0, %l[odd]"
		 : "=&r"(x5), "=&r"(other) : "r"(a), "r"(b) : "x6" : same, odd);
	return x5 * 100 + other + c;
same:
	return x5 + c;
odd:
	c += x5;
	asm goto("mov x5, #5\n\tcbnz %1, %l[same]" : "=r"(x5) : "r"(b) : : same);
	return x5 * 1000 + c + other;
}
NOINLINE int retry(int *p)
{
	int n = 0;
	register int w9 asm("w9");

again:
	asm goto("ldr w9, %1\n\tadd w9, w9, #1\n\tstr w9, %1\n\tcmp w9, #5\n\tb.lt %l2" : "=r"(w9) : "Q"(*p) : "memory", "cc" : again);
	n += w9;
	return n;
}
#else
u64 jumping(u64 a, u64 b)
{
	u64 c = a ^ b, sum = a + b;

	if (a == b)
		return sum + c;
	if (!(sum & 1))
		return sum * 100 + a - b + c;
	c += sum;
	return b ? 5 + c : 5 * 1000 + c + a - b;
}
int retry(int *p) { while (++*p < 5) ; return *p; }
#endif
NOINLINE u64 ordered(u64 *p, u64 v)
{
	u64 old, new;
	int failed;

	asm volatile("	prfm	pstl1strm, %3\n"
		     "1:	ldxr	%0, %3\n"
		     "	eor	%1, %0, %4\n"
		     "	stlxr	%w2, %1, %3\n"
		     "	cbnz	%w2, 1b\n"
		     "	dmb	ish"
		     : "=&r"(old), "=&r"(new), "=&r"(failed), "+Q"(*p) : "Lr"(v) : "memory");
	return old * 7 + new + failed;
}
NOINLINE u64 system_registers(void)
{
	u64 flags, one = 0x60000000;

	asm volatile("msr nzcv, %1\n\tmrs %0, nzcv\n\tisb\n\tdsb sy\n\tyield" : "=r"(flags) : "r"(one) : "cc");
	return flags;
}

int main(void)
{
	u64 word = 0x55;
	int at = -3, value = 33;
	_Bool carry;

	show("compared", compared(1, 2) | compared(2, 2) << 5 | compared(3, -2) << 10 | compared(1ul << 63, 1) << 15);
	show("carried", carried(-1ul, 1, &carry) + carry * 10);
	show("carried", carried(5, 600, &carry) + carry * 10);
	show("branches", branches(0x10) + branches(0xf));
	show("risky", risky(&value));
	show("fixups", count_fixups() > 0);
	show("traced", traced(1));
	show("keys", keys() > 0 && keys() % 11 == 0);
	show("alternative", alternative(5));
	show("others", count_others() % 1088);
	show("hidden", hidden(2));
	show("firmware", firmware(2, 3, 4));
	show("jumping", jumping(4, 4));
	show("jumping", jumping(9, 4));
	show("jumping", jumping(9, 0));
	show("jumping", jumping(9, 5));
	show("retry", retry(&at));
	show("ordered", ordered(&word, 0xff) + word);
	show("registers", system_registers());
	return 0;
}

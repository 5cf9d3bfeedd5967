/* Distances and other sums of addresses that only the linker knows: as constants after inlining, in code and data. */
#include "show.h"

typedef unsigned char u8;
typedef unsigned long u64;

/* Two arrays whose places are known to the assembler alone. */
asm(".pushsection .data\n.balign 16\n.globl before\nbefore:\t.skip 48\n.globl behind\nbehind:\t.skip 80\n"
    ".globl the_end\nthe_end:\t.skip 16\n.popsection");
extern u8 before[], behind[], the_end[];
extern void nowhere(void) __attribute__((weak));

NOINLINE u64 opaque(u64 a) { return a * 3; }
static inline long distance(const u8 *a, const u8 *b) { return b - a; }
static inline u64 both(u64 a, u64 b) { return a + b; }
static inline int truncated(const u8 *p) { return (int)(long)p; }

NOINLINE u64 passed(void) { return opaque(behind - before) + opaque(the_end - before) * 100; }
NOINLINE u64 inlined(void) { return opaque(distance(before, behind)) - opaque(distance(behind, before)); }
NOINLINE u64 nested(void) { return opaque((the_end - behind) - (behind - before)); }
NOINLINE u64 added(void) { return opaque(both((u64)before, (u64)behind)) - 3 * (u64)before - 3 * (u64)behind; }
NOINLINE u64 negated(void) { return opaque(-(u64)before) + 3 * (u64)before; }
NOINLINE u64 mixed(void) { return (opaque((u64)before ^ (u64)the_end) / 3 ^ (u64)before) == (u64)the_end; }
NOINLINE u64 scaled(void) { return opaque((the_end - before) / 16) + opaque((u64)(behind - before) * 7); }
NOINLINE u64 masked(void) { return opaque((u64)before & 15) + opaque(((u64)behind & ~(u64)before & 0xf) + 5); }
NOINLINE int narrow(void) { return truncated(behind) - truncated(before); }
NOINLINE int order(void) { return (before < behind) + (behind < the_end) * 2 + (before == behind) * 4; }
NOINLINE int odd(void) { return (_Bool)((u64)before & 1) + ((u64)(before + 1) & 1) * 2; }
NOINLINE u8 far(void) { return before[the_end - behind - 64]; }
NOINLINE u8 *moved(void) { return before + (behind - before) * 2; }
NOINLINE void *base(void) { return (void *)((u64)before & ~15ul); }
NOINLINE u64 chosen(int which) { return which ? behind - before : the_end - behind; }
NOINLINE u64 weak(void) { return nowhere ? (u64)nowhere : (u64)nowhere + 5; }

static u64 kept;
static inline void keep(u64 value) { kept = value; }
NOINLINE u64 stored(void) { keep(the_end - before); return kept; }

NOINLINE int checked(void)
{
	if ((u64)before % 16)
		return -1;
	for (const u8 *at = before; at < the_end; at += 16)
		if (at == behind)
			return (at - before) / 16;
	return -2;
}

struct range { const u8 *start; u64 length; };
static inline struct range range(const u8 *a, const u8 *b) { return (struct range){ a, b - a }; }
NOINLINE u64 total(const struct range *all, int n)
{
	u64 sum = 0;

	while (n--)
		sum = sum * 1000 + all[n].length;
	return sum;
}
NOINLINE u64 ranges(void)
{
	struct range all[] = { range(before, behind), range(behind, the_end), range(before, the_end) };

	return total(all, 3);
}

/* Where a linker can say it: labels and symbols of this file, in words of 32 bits. */
asm(".pushsection .rodata\n.balign 8\n.globl relative\nrelative:\t.word behind - .\n\t.word before - .\n\t.quad the_end - .\n.popsection");
extern const int relative[];
NOINLINE u64 by_relative(void) { return (u64)relative + relative[0] == (u64)behind && (u8 *)&relative[1] + relative[1] == before; }

NOINLINE int labels(int n)
{
	static const int table[] = { &&zero - &&zero, &&one - &&zero, &&two - &&zero };

	goto *(&&zero + table[n]);
zero:
	return 10;
one:
	return 20;
two:
	return 30;
}

int main(void)
{
	before[16] = 77;
	show("passed", passed());
	show("inlined", inlined());
	show("nested", nested());
	show("added", added());
	show("negated", negated());
	show("mixed", mixed());
	show("scaled", scaled());
	show("masked", masked());
	show("narrow", narrow());
	show("order", order());
	show("odd", odd());
	show("far", far());
	show("moved", moved() - before);
	show("base", (u8 *)base() - before);
	show("chosen", chosen(0) * 1000 + chosen(1));
	show("weak", weak());
	show("stored", stored());
	show("checked", checked());
	show("ranges", ranges());
	show("relative", by_relative());
	show("labels", labels(0) + labels(1) * 100 + labels(2) * 10000);
	return 0;
}

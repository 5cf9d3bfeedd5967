/* Jumps: computed goto with tables of labels and of distances, switches in loops, ranges, asm goto. */
#include "show.h"

NOINLINE int interpret(const unsigned char *code, int a)
{
	static const void *const operations[] = { &&add, &&subtract, &&twice, &&jump, &&halt };
	static const int distances[] = { &&add - &&add, &&subtract - &&add, &&twice - &&add };
	int steps = 0;

#define NEXT do { if (++steps > 100) return -1; goto *operations[*code++]; } while (0)
	NEXT;
add:
	a += *code++;
	NEXT;
subtract:
	a -= *code++;
	NEXT;
twice:
	a *= 2;
	NEXT;
jump:
	code += a < 500 ? -(*code) : 1;
	if (a == 7)
		goto *(&&add + distances[1]);
	NEXT;
halt:
	return a * 1000 + steps;
}
NOINLINE int ranges(long n)
{
	switch (n) {
	case -100 ... -1: return 1;
	case 0: return 2;
	case 1 ... 9: return 3;
	case 1000000000000 ... 1000000000009: return 4;
	case 50: case 60: case 70: case 80: case 90: return 5;
	default: return 6;
	}
}
/* Duff's device: cases inside the loop that the switch is outside of. */
NOINLINE void copy(char *to, const char *from, int n)
{
	int turns = (n + 3) / 4;

	switch (n % 4) {
	case 0: do { *to++ = *from++;
	case 3:	     *to++ = *from++;
	case 2:	     *to++ = *from++;
	case 1:	     *to++ = *from++;
		} while (--turns > 0);
	}
}
NOINLINE int strings(int n)
{
	static const char *const names[] = { "zero", "one", "two" };

	switch ((unsigned char)n) {
	case 0: return names[0][0];
	case 1: return names[1][0];
	case 2: return names[2][1];
	case 200: return 200;
	case 255: return -1;
	}
	return 0;
}
NOINLINE int values(int n)
{
	switch (n) {
	case 0: return 12;
	case 1: return -5;
	case 2: return 70000;
	case 3: return 1;
	case 4: return 0x7fffffff;
	case 5: return 9;
	}
	return 1234567;
}
NOINLINE int nested(int a, int b)
{
	int s = 0;

	for (; a < 20; a++) {
		switch (a & 7) {
		case 0:
			continue;
		case 3:
			for (; b < a; b++)
				if (b == 11)
					goto done;
			break;
		case 5:
			a += 2;
			/* fall through */
		default:
			s += a * b;
		}
		s ^= a;
	}
done:
	return s * 100 + b;
}
NOINLINE int wide(unsigned __int128 n)
{
	switch (n) {
	case 5: return 1;
	case (unsigned __int128)1 << 64: return 2;
	case ((unsigned __int128)7 << 100) + 3: return 3;
	}
	return 4;
}
NOINLINE int asm_goto(long a, long b)
{
	asm goto("cmp %0, %1\n\tb.lt %l[less]\n\tb.gt %l[more]" : : "r"(a), "r"(b) : "cc" : less, more);
	asm goto("tbz %0, #2, %l2\n\tb %l3" : : "r"(a), "i"(5) : : clear, set);
	return 0;
less:
	return 1;
more:
	return 2;
clear:
	return 3;
set:
	return 4;
}
NOINLINE int loop_goto(int n)
{
	int turns = 0;
again:
	turns++;
	asm goto("subs %w0, %w0, #1\n\tb.ne %l[more]" : "+r"(n) : : "cc" : more);
	return turns;
more:
	goto again;
}
static NOINLINE int odd(unsigned n);
static NOINLINE int even(unsigned n) { return n == 0 ? 1 : odd(n - 1); }
static NOINLINE int odd(unsigned n) { return n == 0 ? 0 : even(n - 1); }

int main(void)
{
	static const unsigned char code[] = { 0, 3, 2, 3, 3, 1, 9, 4 };
	char to[16] = "";
	long i;

	show("interpret", interpret(code, 5));
	for (i = -102; i < 12; i += 3)
		show("ranges", ranges(i) * 10 + ranges(i * 10 + 100) + ranges(1000000000000 + i) * 100);
	copy(to, "duff's device", 13);
	show("copy", to[0] + to[12] * 1000);
	for (i = -2; i < 8; i++)
		show("values", values(i) * 2 + strings(i));
	show("nested", nested(1, 2) + nested(3, 15) * 10);
	show("wide", wide(5) + wide((unsigned __int128)1 << 64) * 10 +
	     wide(((unsigned __int128)7 << 100) + 3) * 100 + wide((unsigned __int128)7 << 100) * 1000);
	show("asm", asm_goto(1, 2) + asm_goto(2, 1) * 10 + asm_goto(2, 2) * 100 + asm_goto(4, 4) * 1000);
	show("even", even(101) * 10 + even(7000));
	show("loop", loop_goto(5));
	return 0;
}

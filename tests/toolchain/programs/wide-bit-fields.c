/* Packed bit-fields that Clang reads as one integer of 72 or 136 bits. */
int printf(const char *, ...);

#pragma pack(push, 1)
struct wide {
	signed a : 31;
	unsigned b : 30;
	signed c : 29;
	signed d : 28;
	unsigned e : 13;
};
struct long_fields {
	unsigned long a : 40;
	signed long b : 50;
	unsigned long c : 46;
};
#pragma pack(pop)

static struct wide w = { -5, 77, -1234567, 7654321, 99 };
static struct long_fields l = { 0x1234567890, -98765432109876, 0x2bcdef012345 };

__attribute__((noinline)) static void show(void)
{
	printf("%d %u %d %d %u\n", w.a, w.b, w.c, w.d, w.e);
	printf("%lx %ld %lx\n", (unsigned long)l.a, (long)l.b, (unsigned long)l.c);
}

int main(void)
{
	show();
	for (int i = 1; i < 9; i++) {
		w.a ^= i << (i * 3);
		w.b -= i * 1000;
		w.c += w.a;
		w.d = w.c - w.b;
		w.e |= i;
		l.a *= i;
		l.b -= l.a;
		l.c += l.b << i;
		show();
	}
	return 0;
}

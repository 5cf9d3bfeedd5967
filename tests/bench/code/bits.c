/** Bit twiddling: reversals, counts, Morton codes, fields, Gray codes. */
typedef unsigned int u32;
typedef unsigned long u64;

static u32 reverse(u32 x)
{
	x = (x >> 1 & 0x55555555) | (x & 0x55555555) << 1;
	x = (x >> 2 & 0x33333333) | (x & 0x33333333) << 2;
	x = (x >> 4 & 0x0f0f0f0f) | (x & 0x0f0f0f0f) << 4;
	return x << 24 | (x & 0xff00) << 8 | (x >> 8 & 0xff00) | x >> 24;
}

static u64 spread(u64 x)
{
	x = (x | x << 16) & 0x0000ffff0000ffffUL;
	x = (x | x << 8) & 0x00ff00ff00ff00ffUL;
	x = (x | x << 4) & 0x0f0f0f0f0f0f0f0fUL;
	x = (x | x << 2) & 0x3333333333333333UL;
	return (x | x << 1) & 0x5555555555555555UL;
}

static int count(u64 x)
{
	int n = 0;

	for (; x; x &= x - 1)
		n++;
	return n;
}

static u32 insert(u32 word, u32 field, int at, int width)
{
	u32 mask = ((1u << width) - 1) << at;

	return (word & ~mask) | (field << at & mask);
}

static int parity(u32 x)
{
	x ^= x >> 16;
	x ^= x >> 8;
	x ^= x >> 4;
	return 0x6996 >> (x & 15) & 1;
}

static u32 root(u32 x)
{
	u32 result = 0, bit = 1u << 30;

	while (bit > x)
		bit >>= 2;
	for (; bit; bit >>= 2) {
		if (x >= result + bit) {
			x -= result + bit;
			result = (result >> 1) + bit;
		} else
			result >>= 1;
	}
	return result;
}

u64 run(u64 n)
{
	u64 sum = 0;
	u32 word = 0x12345678;

	for (u64 i = 0; i < n; i++) {
		u32 x = (u32)(i * 2654435761u);

		sum += reverse(x) + (spread(x & 0xffff) | spread(x >> 16) << 1);
		sum ^= (u64)count(x) << 32 | (u64)__builtin_clz(x | 1) << 8 | __builtin_ctzl(i | 1ul << 40);
		word = insert(word, x, x & 15, 9);
		word = (word & 0xffff00ff) | (x & 0xff) << 8;
		sum = (sum << 7 | sum >> 57) + word + parity(x) + (i ^ i >> 1);
		sum += root(x) + (int)(x << 12) / 4096 + (x >> 5 & 0x3f) + (signed char)x;
	}
	return sum;
}

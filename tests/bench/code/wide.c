/** 128-bit arithmetic: modular powers, a product of long numbers, fixed-point fractions. */
typedef unsigned long u64;
typedef unsigned __int128 u128;

#define WORDS 16

static u64 reduce(u128 x)
{
	u64 p = (1ul << 61) - 1;
	u64 sum = ((u64)x & p) + (u64)(x >> 61);

	return sum >= p ? sum - p : sum;
}

static u64 power(u64 base, u64 exponent)
{
	u64 result = 1;

	for (; exponent; exponent >>= 1) {
		if (exponent & 1)
			result = reduce((u128)result * base);
		base = reduce((u128)base * base);
	}
	return result;
}

static void multiply(const u64 *a, const u64 *b, u64 *out)
{
	for (int i = 0; i < 2 * WORDS; i++)
		out[i] = 0;
	for (int i = 0; i < WORDS; i++) {
		u64 carry = 0;

		for (int j = 0; j < WORDS; j++) {
			u128 t = (u128)a[i] * b[j] + out[i + j] + carry;

			out[i + j] = (u64)t;
			carry = t >> 64;
		}
		out[i + WORDS] = carry;
	}
}

static u64 isqrt(u128 x)
{
	u64 low = 0, high = ~0ul;

	while (low < high) {
		u64 middle = low + (high - low) / 2 + 1;

		if ((u128)middle * middle <= x)
			low = middle;
		else
			high = middle - 1;
	}
	return low;
}

u64 run(u64 n)
{
	u64 a[WORDS], b[WORDS], c[2 * WORDS], sum = 0;
	u128 accumulator = 1;

	for (int i = 0; i < WORDS; i++) {
		a[i] = 0x9e3779b97f4a7c15ul * (i + 1);
		b[i] = 0xbf58476d1ce4e5b9ul * (i + 3);
	}
	for (u64 i = 0; i < n; i++) {
		multiply(a, b, c);
		for (int j = 0; j < WORDS; j++)
			a[j] ^= c[j + 8];
		accumulator = accumulator * 0x5851f42d4c957f2dul + (u64)i;
		sum += power(a[0] >> 4, a[1]) + isqrt(accumulator);
		sum ^= (u64)(accumulator >> 64) - ((__int128)accumulator < 0);
	}
	return sum ^ c[31];
}

/* Loads and stores: prefix sums over a megabyte, then the same in another order. */
#define WORDS (1UL << 17)

static unsigned long table[WORDS];
volatile unsigned long result;

void main(void)
{
	for (unsigned long i = 0; i < WORDS; i++)
		table[i] = i * 0x9e3779b97f4a7c15UL;
	for (int round = 0; round < 20; round++) {
		for (unsigned long i = 1; i < WORDS; i++)
			table[i] += table[i - 1];
		for (unsigned long i = 0; i < WORDS; i++)
			table[(i * 4097) & (WORDS - 1)] ^= table[i];
	}
	result = table[WORDS - 1];
}

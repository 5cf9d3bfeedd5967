/* Arithmetic in registers: a generator of random numbers, and a bit count of what it gives. */
volatile unsigned long result;

void main(void)
{
	unsigned long state = 0x9e3779b97f4a7c15UL;
	unsigned long sum = 0;

	for (unsigned long i = 0; i < 5000000UL; i++) {
		state ^= state << 13;
		state ^= state >> 7;
		state ^= state << 17;
		sum += (state * 0x2545f4914f6cdd1dUL) >> (i & 31);
	}
	result = sum;
}

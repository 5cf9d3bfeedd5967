/** Primes below n. */
static unsigned char composite[65536];

unsigned long run(unsigned long n)
{
	unsigned long count = 0, sum = 0;

	for (unsigned long i = 0; i < n; i++)
		composite[i] = 0;
	for (unsigned long i = 2; i < n; i++) {
		if (composite[i])
			continue;
		count++;
		sum += i * i;
		for (unsigned long j = i * i; j < n; j += i)
			composite[j] = 1;
	}
	return sum << 16 | count;
}

/* Pseudo-random numbers: the same ones in every run, unless the program gives a seed. */
#include <stdlib.h>

static unsigned long state = 1;

static unsigned int next(unsigned long *s)
{
	*s = *s * 6364136223846793005UL + 1442695040888963407UL;
	return *s >> 33;
}

int rand(void) { return next(&state); }
long random(void) { return next(&state); }
void srand(unsigned int seed) { state = seed; }
void srandom(unsigned int seed) { state = seed; }

int rand_r(unsigned int *seed)
{
	unsigned long s = *seed;
	unsigned int number = next(&s);

	*seed = s >> 16;
	return number;
}

/* A student's own program: it computes, reads a file, and asks for memory. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

int main(int argc, char **argv)
{
	double sum = 0;
	char line[128];
	FILE *f = fopen("mem.c", "r");

	for (int i = 1; i <= 1000; i++)
		sum += 1.0 / ((double)i * i);
	printf("pi is about %.3f, %s\n", sqrt(6 * sum), argc > 1 ? argv[1] : "nobody");
	if (!f || !fgets(line, sizeof(line), f))
		return 1;
	printf("mem.c begins with %zu characters\n", strlen(line));
	free(malloc(1000000));
	return fclose(f);
}

/** Products of matrices of doubles. */
#define SIZE 24

static double a[SIZE][SIZE], b[SIZE][SIZE], c[SIZE][SIZE];

static void multiply(void)
{
	for (int i = 0; i < SIZE; i++)
		for (int j = 0; j < SIZE; j++) {
			double sum = 0;

			for (int l = 0; l < SIZE; l++)
				sum += a[i][l] * b[l][j];
			c[i][j] = sum;
		}
}

unsigned long run(unsigned long n)
{
	double trace = 0;

	for (int i = 0; i < SIZE; i++)
		for (int j = 0; j < SIZE; j++) {
			a[i][j] = (i * 3 + j) % 7 - 3;
			b[i][j] = (i + j * 5) % 11 - 5;
		}
	for (unsigned long round = 0; round < n; round++) {
		multiply();
		for (int i = 0; i < SIZE; i++)
			for (int j = 0; j < SIZE; j++)
				a[i][j] = c[i][j] / 64 + 1;
	}
	for (int i = 0; i < SIZE; i++)
		trace += c[i][i];
	return (unsigned long)(long)(trace * 1000);
}

/** Queens on a board, by recursion over sets of bits, and a permutation search over arrays. */
static unsigned long solve(unsigned int all, unsigned int columns, unsigned int left, unsigned int right)
{
	unsigned long count = 0;
	unsigned int free;

	if (columns == all)
		return 1;
	for (free = all & ~(columns | left | right); free; free &= free - 1) {
		unsigned int bit = free & -free;

		count += solve(all, columns | bit, (left | bit) << 1, (right | bit) >> 1);
	}
	return count;
}

static int rows[12];

static int place(int n, int row)
{
	int count = 0;

	if (row == n)
		return 1;
	for (int column = 0; column < n; column++) {
		int i;

		for (i = 0; i < row; i++) {
			int distance = rows[i] - column;

			if (distance == 0 || distance == row - i || distance == i - row)
				break;
		}
		if (i < row)
			continue;
		rows[row] = column;
		count += place(n, row + 1);
	}
	return count;
}

unsigned long run(unsigned long n)
{
	return solve((1u << n) - 1, 0, 0, 0) << 32 | place(n - 1, 0);
}

/** A generic quicksort with a comparison by pointer, as qsort has it, and one on ints alone. */
typedef int (*compare_t)(const void *, const void *);

struct item {
	int key;
	short rank;
	char name[10];
};

static void swap(char *a, char *b, unsigned long size)
{
	while (size--) {
		char t = *a;

		*a++ = *b;
		*b++ = t;
	}
}

static void sort(char *base, long count, unsigned long size, compare_t compare)
{
	while (count > 1) {
		char *last = base;

		swap(base, base + count / 2 * size, size);
		for (long i = 1; i < count; i++)
			if (compare(base + i * size, base) < 0) {
				last += size;
				swap(last, base + i * size, size);
			}
		swap(base, last, size);

		long left = (last - base) / (long)size;

		sort(base, left, size, compare);
		base = last + size;
		count -= left + 1;
	}
}

static void sort_ints(int *a, long low, long high)
{
	while (low < high) {
		int pivot = a[(low + high) >> 1];
		long i = low, j = high;

		do {
			while (a[i] < pivot)
				i++;
			while (pivot < a[j])
				j--;
			if (i <= j) {
				int t = a[i];

				a[i++] = a[j];
				a[j--] = t;
			}
		} while (i <= j);
		sort_ints(a, low, j);
		low = i;
	}
}

static int by_key(const void *a, const void *b)
{
	const struct item *x = a, *y = b;

	if (x->key != y->key)
		return x->key < y->key ? -1 : 1;
	return x->rank - y->rank;
}

static struct item items[256];
static int numbers[1024];

unsigned long run(unsigned long n)
{
	unsigned int seed = 1;
	unsigned long sum = 0;

	for (unsigned long i = 0; i < n / 4; i++) {
		seed = seed * 1103515245 + 12345;
		items[i].key = seed >> 16 & 63;
		items[i].rank = i;
	}
	for (unsigned long i = 0; i < n; i++) {
		seed = seed * 1103515245 + 12345;
		numbers[i] = (int)seed;
	}
	sort((char *)items, n / 4, sizeof(items[0]), by_key);
	sort_ints(numbers, 0, n - 1);
	for (unsigned long i = 0; i < n / 4; i++)
		sum = sum * 31 + items[i].key * 1000 + items[i].rank;
	for (unsigned long i = 0; i < n; i++)
		sum = sum * 31 + numbers[i];
	return sum;
}

/* qsort() as a heap sort: no more than n log n comparisons, and no memory of its own. */
#include <stdlib.h>

typedef int compare_fn(const void *, const void *);

static void swap(char *a, char *b, size_t size)
{
	for (; size; size--, a++, b++) {
		char c = *a;

		*a = *b;
		*b = c;
	}
}

/* Element i sinks until none of the two below it is larger. */
static void sink(char *base, size_t i, size_t n, size_t size, compare_fn *compare)
{
	for (;;) {
		size_t child = 2 * i + 1;

		if (child >= n)
			return;
		if (child + 1 < n && compare(base + child * size, base + (child + 1) * size) < 0)
			child++;
		if (compare(base + i * size, base + child * size) >= 0)
			return;
		swap(base + i * size, base + child * size, size);
		i = child;
	}
}

void qsort(void *base, size_t n, size_t size, compare_fn *compare)
{
	for (size_t i = n / 2; i--;)
		sink(base, i, n, size, compare);
	while (n > 1) {
		n--;
		swap(base, (char *)base + n * size, size);
		sink(base, 0, n, size, compare);
	}
}

void *bsearch(const void *key, const void *base, size_t n, size_t size, compare_fn *compare)
{
	const char *from = base;

	while (n) {
		const char *middle = from + n / 2 * size;
		int order = compare(key, middle);

		if (order == 0)
			return (void *)middle;
		if (order > 0) {
			from = middle + size;
			n = n - n / 2 - 1;
		} else {
			n /= 2;
		}
	}
	return NULL;
}

/* Bits in arrays of unsigned long. */
#ifndef _LINUX_BITOPS_H
#define _LINUX_BITOPS_H

#include <linux/types.h>

#define BITS_PER_LONG 64
#define BIT(n) (1UL << (n))
#define BITS_TO_LONGS(n) (((n) + BITS_PER_LONG - 1) / BITS_PER_LONG)
#define DECLARE_BITMAP(name, bits) unsigned long name[BITS_TO_LONGS(bits)]

static inline void set_bit(int nr, unsigned long *map)
{
	map[nr / BITS_PER_LONG] |= BIT(nr % BITS_PER_LONG);
}

static inline void clear_bit(int nr, unsigned long *map)
{
	map[nr / BITS_PER_LONG] &= ~BIT(nr % BITS_PER_LONG);
}

static inline int test_bit(int nr, const unsigned long *map)
{
	return (map[nr / BITS_PER_LONG] >> (nr % BITS_PER_LONG)) & 1;
}

static inline int test_and_set_bit(int nr, unsigned long *map)
{
	int old = test_bit(nr, map);

	set_bit(nr, map);
	return old;
}

static inline int test_and_clear_bit(int nr, unsigned long *map)
{
	int old = test_bit(nr, map);

	clear_bit(nr, map);
	return old;
}

/* Number of the lowest set bit; x must not be zero. */
static inline int __ffs(unsigned long x)
{
	return __builtin_ctzl(x);
}

static inline int fls(unsigned int x)
{
	return x ? 32 - __builtin_clz(x) : 0;
}

/* First set bit at or after offset, or size if there is none. */
unsigned long find_next_bit(const unsigned long *map, unsigned long size, unsigned long offset);
unsigned long find_next_zero_bit(const unsigned long *map, unsigned long size,
				 unsigned long offset);
#define find_first_bit(map, size) find_next_bit(map, size, 0)
#define find_first_zero_bit(map, size) find_next_zero_bit(map, size, 0)
#define for_each_set_bit(bit, map, size)                              \
	for ((bit) = find_first_bit((map), (size)); (bit) < (size);   \
	     (bit) = find_next_bit((map), (size), (bit) + 1))

#endif

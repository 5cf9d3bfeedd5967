/* Searching bitmaps, a word at a time. */
#include <linux/bitops.h>

static unsigned long find(const unsigned long *map, unsigned long size, unsigned long offset,
			  unsigned long invert)
{
	while (offset < size) {
		unsigned long word = (map[offset / BITS_PER_LONG] ^ invert) >>
				     (offset % BITS_PER_LONG);

		if (word) {
			offset += __ffs(word);
			return offset < size ? offset : size;
		}
		offset = (offset / BITS_PER_LONG + 1) * BITS_PER_LONG;
	}
	return size;
}

unsigned long find_next_bit(const unsigned long *map, unsigned long size, unsigned long offset)
{
	return find(map, size, offset, 0);
}

unsigned long find_next_zero_bit(const unsigned long *map, unsigned long size,
				 unsigned long offset)
{
	return find(map, size, offset, ~0UL);
}

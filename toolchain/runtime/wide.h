/* Integers of 128 bits, for the runtime's files. */
#ifndef WIDE_H
#define WIDE_H

typedef unsigned long u64;
typedef __int128 s128;
typedef unsigned __int128 u128;

/* A program's own definition, wherever it comes from, goes before the runtime's. */
#define RUNTIME __attribute__((weak)) /* linked on demand, as libgcc is */

static inline int leading_zeros(u128 value)
{
	u64 high = value >> 64;

	return high ? __builtin_clzl(high) : 64 + __builtin_clzl((u64)value);
}

static inline u128 magnitude(s128 value)
{
	return value < 0 ? -(u128)value : (u128)value;
}

#endif

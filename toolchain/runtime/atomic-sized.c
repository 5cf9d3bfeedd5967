/*
 * The library's functions for objects of the sizes that have instructions. One that lies at no multiple of
 * its size goes by way of atomic.c and its locks: the compiler calls these where it cannot tell.
 */
#include "wide.h"

#define ORDER	__ATOMIC_SEQ_CST
#define ALIGNED(p, size)	(!((u64)(p) & ((size) - 1)))

void load(u64 size, void *object, void *to, int order) __asm__("__atomic_load");
void store(u64 size, void *object, void *from, int order) __asm__("__atomic_store");
void exchange(u64 size, void *object, void *from, void *to, int order) __asm__("__atomic_exchange");
_Bool compare_exchange(u64 size, void *object, void *expected, void *desired, int success,
		       int failure) __asm__("__atomic_compare_exchange");

#define FUNCTION(result, name, size, parameters)				\
	RUNTIME result name##_##size parameters __asm__("__atomic_" #name "_" #size); \
	RUNTIME result name##_##size parameters

/* The object before (fetch_add) and after (add_fetch), as the last argument says. */
#define COMBINE(name, builtin, size, type, after, result)			\
	FUNCTION(type, name, size, (type *p, type v, int order))		\
	{									\
		type before, after;						\
										\
		if (ALIGNED(p, size))						\
			return __atomic_##name(p, v, ORDER);			\
		load(size, p, &before, ORDER);					\
		do								\
			after = builtin;					\
		while (!compare_exchange(size, p, &before, &after, ORDER, ORDER)); \
		return result;							\
	}
#define OPERATION(name, value, size, type)					\
	COMBINE(fetch_##name, value, size, type, after, before)			\
	COMBINE(name##_fetch, value, size, type, after, after)

#define SIZE(size, type)							\
	FUNCTION(type, load, size, (type *p, int order))			\
	{									\
		type value;							\
										\
		if (ALIGNED(p, size))						\
			return __atomic_load_n(p, ORDER);			\
		load(size, p, &value, ORDER);					\
		return value;							\
	}									\
	FUNCTION(void, store, size, (type *p, type v, int order))		\
	{									\
		if (ALIGNED(p, size))						\
			__atomic_store_n(p, v, ORDER);				\
		else								\
			store(size, p, &v, ORDER);				\
	}									\
	FUNCTION(type, exchange, size, (type *p, type v, int order))		\
	{									\
		if (ALIGNED(p, size))						\
			return __atomic_exchange_n(p, v, ORDER);		\
		exchange(size, p, &v, &v, ORDER);				\
		return v;							\
	}									\
	FUNCTION(_Bool, compare_exchange, size,					\
		 (type *p, type *expected, type v, int success, int failure))	\
	{									\
		if (ALIGNED(p, size))						\
			return __atomic_compare_exchange_n(p, expected, v, 0, ORDER, ORDER); \
		return compare_exchange(size, p, expected, &v, ORDER, ORDER);	\
	}									\
	OPERATION(add, before + v, size, type)					\
	OPERATION(sub, before - v, size, type)					\
	OPERATION(and, before & v, size, type)					\
	OPERATION(or, before | v, size, type)					\
	OPERATION(xor, before ^ v, size, type)					\
	OPERATION(nand, ~(before & v), size, type)

SIZE(1, unsigned char)
SIZE(2, unsigned short)
SIZE(4, unsigned int)
SIZE(8, u64)
SIZE(16, u128)

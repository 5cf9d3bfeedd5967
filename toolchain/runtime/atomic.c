/*
 * Atomic accesses of objects that no instruction takes whole: of an odd size, or not at a multiple of
 * their size. Each holds a lock meanwhile, one of a few that the object's address chooses. What an
 * instruction could take is taken by one here, too, for code that knew the type uses that on the same
 * object. An interrupt handler must leave alone what the code it interrupts may have locked.
 *
 * The compiler has builtins of these names, so the functions get theirs as labels of assembly.
 */
#include "wide.h"

typedef unsigned char u8;
typedef unsigned short u16;
typedef unsigned int u32;

#define LOCKS	64

static u8 locks[LOCKS];

static u8 *lock_object(const volatile void *object)
{
	u8 *lock = &locks[((u64)object >> 4) % LOCKS];

	while (__atomic_test_and_set(lock, __ATOMIC_SEQ_CST))
		;
	return lock;
}

static void unlock_object(u8 *lock)
{
	__atomic_clear(lock, __ATOMIC_SEQ_CST);
}

static void copy(volatile u8 *to, const volatile u8 *from, u64 size)
{
	while (size--)
		*to++ = *from++;
}

static int equal(const volatile u8 *a, const volatile u8 *b, u64 size)
{
	while (size && *a == *b)
		a++, b++, size--;
	return !size;
}

static int has_instructions(u64 size, const volatile void *object)
{
	return size && size <= 16 && !(size & (size - 1)) && !((u64)object & (size - 1));
}

/* DO(type) for the type of an object that has instructions. */
#define BY_SIZE(size, DO)			\
	switch (size) {				\
	case 1: DO(u8); break;			\
	case 2: DO(u16); break;			\
	case 4: DO(u32); break;			\
	case 8: DO(u64); break;			\
	case 16: DO(u128); break;		\
	}

/* The other operands may lie anywhere. */
#define AT(type, p)	(((struct { type value; } __attribute__((packed)) *)(p))->value)

RUNTIME _Bool is_lock_free(u64 size, const volatile void *object) __asm__("__atomic_is_lock_free");
_Bool is_lock_free(u64 size, const volatile void *object)
{
	return has_instructions(size, object);
}

RUNTIME void load(u64 size, void *object, void *to, int order) __asm__("__atomic_load");
void load(u64 size, void *object, void *to, int order)
{
	u8 *lock;

	if (has_instructions(size, object)) {
#define LOAD(type)	AT(type, to) = __atomic_load_n((type *)object, __ATOMIC_SEQ_CST)
		BY_SIZE(size, LOAD)
		return;
	}
	lock = lock_object(object);
	copy(to, object, size);
	unlock_object(lock);
}

RUNTIME void store(u64 size, void *object, void *from, int order) __asm__("__atomic_store");
void store(u64 size, void *object, void *from, int order)
{
	u8 *lock;

	if (has_instructions(size, object)) {
#define STORE(type)	__atomic_store_n((type *)object, AT(type, from), __ATOMIC_SEQ_CST)
		BY_SIZE(size, STORE)
		return;
	}
	lock = lock_object(object);
	copy(object, from, size);
	unlock_object(lock);
}

RUNTIME void exchange(u64 size, void *object, void *from, void *to, int order) __asm__("__atomic_exchange");
void exchange(u64 size, void *object, void *from, void *to, int order)
{
	u8 *lock;

	if (has_instructions(size, object)) {
#define EXCHANGE(type)	AT(type, to) = \
	__atomic_exchange_n((type *)object, AT(type, from), __ATOMIC_SEQ_CST)
		BY_SIZE(size, EXCHANGE)
		return;
	}
	lock = lock_object(object);
	/* A byte at a time: `from` and `to` may be one. */
	for (u64 i = 0; i < size; i++) {
		u8 old = ((u8 *)object)[i];

		((u8 *)object)[i] = ((u8 *)from)[i];
		((u8 *)to)[i] = old;
	}
	unlock_object(lock);
}

RUNTIME _Bool compare_exchange(u64 size, void *object, void *expected, void *desired, int success,
			       int failure) __asm__("__atomic_compare_exchange");
_Bool compare_exchange(u64 size, void *object, void *expected, void *desired, int success, int failure)
{
	_Bool same = 0;
	u8 *lock;

	if (has_instructions(size, object)) {
#define COMPARE_EXCHANGE(type) {							\
		type seen = AT(type, expected);						\
		same = __atomic_compare_exchange_n((type *)object, &seen, AT(type, desired), 0, \
						   __ATOMIC_SEQ_CST, __ATOMIC_SEQ_CST);	\
		if (!same)								\
			AT(type, expected) = seen;					\
	}
		BY_SIZE(size, COMPARE_EXCHANGE)
		return same;
	}
	lock = lock_object(object);
	same = equal(object, expected, size);
	if (same)
		copy(object, desired, size);
	else
		copy(expected, object, size);
	unlock_object(lock);
	return same;
}

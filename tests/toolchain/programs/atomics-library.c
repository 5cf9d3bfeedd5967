/* Atomic objects of every size, at every address: what has no instructions is in the compiler's library. */
#include "show.h"

#ifdef __clang__
#define HALFWAY	1
#define LOOSE	__attribute__((packed))
#else
#define HALFWAY	0
#define LOOSE
#endif

typedef unsigned char u8;
typedef unsigned int u32;
typedef unsigned long u64;

#define OBJECT(size)								\
	struct s##size { u8 b[size]; };						\
	NOINLINE struct s##size made##size(int seed)				\
	{									\
		struct s##size s;						\
		int i;								\
										\
		for (i = 0; i < size; i++)					\
			s.b[i] = seed * 7 + i * 11;				\
		return s;							\
	}									\
	NOINLINE u64 sum##size(const struct s##size *s)				\
	{									\
		u64 sum = size;							\
		int i;								\
										\
		for (i = 0; i < size; i++)					\
			sum = sum * 31 + s->b[i];				\
		return sum;							\
	}									\
	NOINLINE void turn##size(struct s##size *object)			\
	{									\
		struct s##size a = made##size(1), b = made##size(2), out;	\
		int done;							\
										\
		__atomic_store(object, &a, __ATOMIC_RELEASE);			\
		__atomic_load(object, &out, __ATOMIC_ACQUIRE);			\
		show("stored " #size, sum##size(&out));				\
		__atomic_exchange(object, &b, &out, __ATOMIC_SEQ_CST);		\
		show("  exchanged", sum##size(&out) ^ sum##size(object));	\
		out = made##size(2);						\
		b = made##size(3);						\
		done = __atomic_compare_exchange(object, &out, &b, 0, 5, 0);	\
		show("  compared", sum##size(object) * 2 + done);		\
		out.b[size - 1] ^= 1;						\
		done = __atomic_compare_exchange(object, &out, &a, 0, 5, 5);	\
		show("  differs", sum##size(&out) * 2 + done);			\
	}									\
	static _Atomic struct s##size atomic##size;				\
	NOINLINE u64 as_c11_##size(void)					\
	{									\
		struct s##size s;						\
										\
		atomic##size = made##size(9);					\
		s = atomic##size;						\
		return sum##size(&s);						\
	}

OBJECT(1) OBJECT(2) OBJECT(3) OBJECT(4) OBJECT(5) OBJECT(8) OBJECT(12) OBJECT(16) OBJECT(24) OBJECT(100)

/* Under names of their own, for compilers have builtins of these. */
u32 add4(u32 *p, u32 v, int order) __asm__("__atomic_fetch_add_4");
u32 nand4(u32 *p, u32 v, int order) __asm__("__atomic_nand_fetch_4");
u8 or1(u8 *p, u8 v, int order) __asm__("__atomic_fetch_or_1");
u64 swap8(u64 *p, u64 v, int order) __asm__("__atomic_exchange_8");
u64 load8(const u64 *p, int order) __asm__("__atomic_load_8");
void store2(unsigned short *p, unsigned short v, int order) __asm__("__atomic_store_2");
_Bool compare4(u32 *p, u32 *e, u32 v, int s, int f) __asm__("__atomic_compare_exchange_4");
unsigned __int128 sub16(void *p, unsigned __int128 v, int order) __asm__("__atomic_sub_fetch_16");
_Bool lock_free(u64 size, const void *p) __asm__("__atomic_is_lock_free");

/* What may lie anywhere. */
struct loose { u8 first; u64 wide; unsigned short half; u32 word; __int128 huge; void *pointer; } LOOSE;
NOINLINE u64 loosely(struct loose *p)
{
	u32 expected = 7;
	u64 sum = __atomic_fetch_add(&p->wide, 5, __ATOMIC_RELAXED);

	sum = sum * 3 + __atomic_sub_fetch(&p->half, 3, __ATOMIC_SEQ_CST);
	sum = sum * 3 + __atomic_fetch_or(&p->word, 0x100, __ATOMIC_ACQUIRE);
	sum = sum * 3 + __atomic_xor_fetch(&p->word, 0x3, __ATOMIC_ACQ_REL);
	sum = sum * 3 + __atomic_fetch_nand(&p->wide, 0xff, __ATOMIC_RELEASE);
	sum = sum * 3 + __atomic_and_fetch(&p->half, 0xfff, __ATOMIC_RELEASE);
	sum = sum * 3 + __atomic_exchange_n(&p->wide, sum, __ATOMIC_SEQ_CST);
	sum = sum * 3 + __atomic_load_n(&p->half, __ATOMIC_ACQUIRE);
	sum = sum * 3 + __atomic_compare_exchange_n(&p->word, &expected, 9, 0, __ATOMIC_SEQ_CST, __ATOMIC_RELAXED);
	sum = sum * 3 + __atomic_compare_exchange_n(&p->word, &expected, 11, 1, __ATOMIC_SEQ_CST, __ATOMIC_RELAXED);
	sum = sum * 3 + __atomic_fetch_add(&p->word, 2, __ATOMIC_RELAXED) + expected;
	__atomic_store_n(&p->half, 0x1234, __ATOMIC_RELEASE);
	__atomic_store_n(&p->pointer, p, __ATOMIC_RELEASE);
	sum = sum * 3 + (__atomic_exchange_n(&p->pointer, &p->word, __ATOMIC_RELAXED) == p);
	sum = sum * 3 + (u64)__atomic_add_fetch(&p->huge, (__int128)1 << 63, __ATOMIC_SEQ_CST);
	return sum * 3 + (u64)(p->huge >> 60) + p->half + p->word + (p->pointer == &p->word);
}

NOINLINE void sized(void)
{
	u32 word = 40, expected = 7;
	u8 byte = 0x11;
	u64 wide = 5;
	unsigned short half;
	unsigned __int128 huge = (unsigned __int128)1 << 64;

	show("fetch_add_4", add4(&word, 2, 5) * 100 + word);
	show("nand_fetch_4", nand4(&word, 0xf, 5) + word);
	show("fetch_or_1", or1(&byte, 0x82, 5) * 256 + byte);
	show("exchange_8", swap8(&wide, -1ul, 5) ^ load8(&wide, 5));
	store2(&half, 0x1234, 3);
	show("store_2", half);
	show("compare_exchange_4", compare4(&word, &expected, 1, 5, 5) + expected);
	show("compare_exchange_4", compare4(&word, &expected, 1, 5, 5) + word);
	show_wide("sub_fetch_16", sub16(&huge, 1, 5));
	show("lock free", lock_free(4, &word) | lock_free(8, &wide) << 1 | lock_free(24, &word) << 2);
}

int main(void)
{
	static _Alignas(16) u8 room[256];
	int at;

	for (at = 0; at < 4; at++) {
		/* gcc takes an object for aligned, whatever its type says. */
		u8 *even = room + (HALFWAY ? at : 0);

		turn1((void *)(room + at));
		turn2((void *)even);
		turn3((void *)(room + at));
		turn4((void *)even);
		turn5((void *)(room + at));
		turn8((void *)even);
		turn12((void *)(room + at));
		turn16((void *)even);
		turn24((void *)(room + at));
		turn100((void *)(room + at));
	}
	show("c11", as_c11_1() ^ as_c11_2() ^ as_c11_3() ^ as_c11_4() ^ as_c11_5() ^ as_c11_8());
	show("c11", as_c11_12() ^ as_c11_16() ^ as_c11_24() ^ as_c11_100());
	sized();
	for (at = 0; at < 16; at++) {
		struct loose *loose = (void *)(room + (HALFWAY ? at : 0));

		*loose = (struct loose){ 1, 0x123456789a, 77, 0x55, (__int128)3 << 62, 0 };
		show("loosely", loosely(loose));
	}
	return 0;
}

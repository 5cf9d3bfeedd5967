/* Every atomic operation, on every width, weak and strong, and on floats. */
#include "show.h"

#define ORDERS(f, ...) f(__VA_ARGS__, __ATOMIC_RELAXED) f(__VA_ARGS__, __ATOMIC_ACQUIRE) \
	f(__VA_ARGS__, __ATOMIC_RELEASE) f(__VA_ARGS__, __ATOMIC_SEQ_CST)

#define OPERATION(type, op, order) \
	x = (type)0x123456789abcdef0; \
	show(#type " " #op, (unsigned long long)__atomic_fetch_##op(&x, (type)0xf0f1f2f3f4f5f6f7, order)); \
	show("  after", (unsigned long long)x); \
	show("  new", (unsigned long long)__atomic_##op##_fetch(&x, (type)3, order));

#define ALL(type) NOINLINE void test_##type(void) \
{ \
	static type x; \
	type old, next; \
	ORDERS(OPERATION, type, add) ORDERS(OPERATION, type, sub) ORDERS(OPERATION, type, and) \
	ORDERS(OPERATION, type, or) ORDERS(OPERATION, type, xor) ORDERS(OPERATION, type, nand) \
	x = (type)-5; \
	show(#type " xchg", (unsigned long long)__atomic_exchange_n(&x, (type)17, __ATOMIC_ACQ_REL)); \
	old = (type)16; \
	show("  fails", __atomic_compare_exchange_n(&x, &old, (type)99, 0, __ATOMIC_SEQ_CST, __ATOMIC_RELAXED)); \
	show("  seen", (unsigned long long)old); \
	next = (type)-1; \
	while (!__atomic_compare_exchange(&x, &old, &next, 1, __ATOMIC_RELEASE, __ATOMIC_RELAXED)) \
		; \
	show("  set", (unsigned long long)__atomic_load_n(&x, __ATOMIC_ACQUIRE)); \
	__atomic_store_n(&x, (type)0x8182838485868788, __ATOMIC_SEQ_CST); \
	show("  stored", (unsigned long long)x); \
	show("  bool", __sync_bool_compare_and_swap(&x, (type)0x8182838485868788, (type)1)); \
	show("  val", (unsigned long long)__sync_val_compare_and_swap(&x, (type)1, (type)2)); \
}

typedef signed char s8;
typedef unsigned char u8;
typedef short s16;
typedef unsigned short u16;
typedef int s32;
typedef unsigned u32;
typedef long long s64;
typedef unsigned long long u64;
ALL(s8) ALL(u8) ALL(s16) ALL(u16) ALL(s32) ALL(u32) ALL(s64) ALL(u64)

_Atomic float af = 1.5f;
_Atomic double ad = -2.5;
int *volatile pointer;
struct pair { int a, b; };
_Atomic struct pair pair;

int main(void)
{
	int array[4] = { 1, 2, 3, 4 };
	_Atomic(int *) p = array;
	struct pair local;
	unsigned char flag = 0;

	test_s8();
	test_u8();
	test_s16();
	test_u16();
	test_s32();
	test_u32();
	test_s64();
	test_u64();
	af += 2.25f;
	show_float("float", af);
	af = af * 2;
	show_float("float", af);
	ad -= 4;
	ad /= 8;
	show_double("double", ad);
	p = p + 2;
	show("pointer", *p);
	local = pair;
	local.a = 7;
	pair = local;
	local = pair;
	show("pair", local.a + local.b);
	show("flag", __atomic_test_and_set(&flag, __ATOMIC_ACQUIRE) + __atomic_test_and_set(&flag, __ATOMIC_ACQUIRE));
	__atomic_clear(&flag, __ATOMIC_RELEASE);
	show("clear", flag);
	__atomic_thread_fence(__ATOMIC_SEQ_CST);
	__atomic_thread_fence(__ATOMIC_ACQUIRE);
	__atomic_signal_fence(__ATOMIC_SEQ_CST);
	return 0;
}

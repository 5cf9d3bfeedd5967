/* C11's atomics: types, orders, compare-exchange loops, flags, fences, structures, pointers. */
#include <stdatomic.h>
#include <stdbool.h>
#include "show.h"

struct pair { int a, b; };
struct odd { char c[3]; };

static atomic_int number = 5;
static _Atomic unsigned char byte = 250;
static _Atomic(short) half = -2;
static atomic_long wide = 1l << 40;
static _Atomic _Bool yes;
static _Atomic(int *) pointer;
static _Atomic(struct pair) both;
static _Atomic float real = 1.5f;
static atomic_flag flag = ATOMIC_FLAG_INIT;

NOINLINE int locked(int n)
{
	while (atomic_flag_test_and_set_explicit(&flag, memory_order_acquire))
		;
	n *= 2;
	atomic_flag_clear_explicit(&flag, memory_order_release);
	return n;
}
NOINLINE int raise_to(int n)
{
	int old = atomic_load_explicit(&number, memory_order_relaxed);

	while (old < n && !atomic_compare_exchange_weak_explicit(&number, &old, n, memory_order_acq_rel,
								 memory_order_acquire))
		;
	return old;
}
NOINLINE struct pair exchange(struct pair p) { return atomic_exchange(&both, p); }
NOINLINE bool swap_pair(struct pair *old, struct pair p) { return atomic_compare_exchange_strong(&both, old, p); }
NOINLINE int operators(int n)
{
	byte += n;
	half -= n;
	wide |= n;
	wide ^= 3;
	yes = n;
	return byte++ + --half + (number *= 3) + (number /= 2) + (number <<= 1) + (number %= 1000) + yes;
}
NOINLINE void *step(int *p) { pointer = p; return atomic_exchange(&pointer, p + 2) + 1; }
NOINLINE float floats(float f) { real += f; real *= 2; return real--; }
NOINLINE long orders(long *p)
{
	long sum = 0, old = 7;

	__atomic_store_n(p, 6, __ATOMIC_RELEASE);
	sum += __atomic_load_n(p, __ATOMIC_CONSUME);
	sum += __atomic_exchange_n(p, 7, __ATOMIC_ACQUIRE);
	sum += __atomic_compare_exchange_n(p, &old, 9, 1, __ATOMIC_RELEASE, __ATOMIC_RELAXED) * 100;
	sum += __atomic_compare_exchange_n(p, &old, 10, 0, __ATOMIC_SEQ_CST, __ATOMIC_SEQ_CST) * 1000;
	sum += __atomic_fetch_nand(p, 5, __ATOMIC_RELAXED) + __atomic_and_fetch(p, 0xff, __ATOMIC_SEQ_CST);
	atomic_thread_fence(memory_order_acquire);
	atomic_thread_fence(memory_order_release);
	atomic_thread_fence(memory_order_seq_cst);
	atomic_signal_fence(memory_order_seq_cst);
	return sum * 10 + old + __sync_fetch_and_add(p, 1) + __sync_val_compare_and_swap(p, 249, 1) +
	       __sync_bool_compare_and_swap(p, 1, 2) + __sync_lock_test_and_set(p, 50) + *p;
}
NOINLINE int by_address(struct pair *from, struct pair *to)
{
	struct pair old;

	__atomic_load(from, &old, __ATOMIC_SEQ_CST);
	old.a++;
	__atomic_store(to, &old, __ATOMIC_SEQ_CST);
	__atomic_exchange(to, from, &old, __ATOMIC_SEQ_CST);
	return to->a * 100 + old.a;
}

int main(void)
{
	int list[4] = { 1, 2, 3, 4 };
	struct pair old, p = { 3, 4 };
	long word = 1;
	int i;

	both = (struct pair){ 1, 2 };
	show("locked", locked(21) + locked(1));
	show("raise", raise_to(4) * 100 + raise_to(9));
	for (i = 0; i < 6; i++)
		show("operators", operators(i * 3));
	show("values", byte * 1000 + half);
	show("wide", wide);
	show("step", *(int *)step(list));
	show_float("floats", floats(2.25f));
	show_float("floats", real);
	old = exchange(p);
	show("exchange", old.a * 10 + old.b);
	show("swap", swap_pair(&old, p));
	show("found", old.a * 10 + old.b);
	show("swap", swap_pair(&old, (struct pair){ 8, 9 }));
	old = both;
	show("both", old.a * 10 + old.b);
	show("orders", orders(&word));
	show("address", by_address(&p, &old));
	show("free", atomic_is_lock_free(&number) + atomic_is_lock_free(&both) * 2);
	return 0;
}

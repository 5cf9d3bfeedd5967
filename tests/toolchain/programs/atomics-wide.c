/* 128-bit atomics: pairs of exclusives. gcc calls libatomic here, so the text is given. */
#include <stdatomic.h>
#include "show.h"

typedef unsigned __int128 u128;
static _Atomic u128 x;

int main(void)
{
	u128 big = (u128)0x123456789abcdef << 64 | 0xfedcba9876543210;
	u128 old;

	atomic_store(&x, big);
	show_wide("stored", atomic_load(&x));
	show_wide("add", atomic_fetch_add(&x, 0x123456789abcdef0));
	show_wide("sub", atomic_fetch_sub(&x, (u128)-1));
	show_wide("and", atomic_fetch_and(&x, (u128)-1 << 60));
	show_wide("or", atomic_fetch_or_explicit(&x, 5, memory_order_relaxed));
	show_wide("xor", atomic_fetch_xor_explicit(&x, big, memory_order_acquire));
	show_wide("xchg", atomic_exchange(&x, big));
	old = 1;
	show("fails", atomic_compare_exchange_strong(&x, &old, 9));
	show_wide("seen", old);
	show("holds", atomic_compare_exchange_strong(&x, &old, 9));
	show_wide("now", x);
	return 0;
}

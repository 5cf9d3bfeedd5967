/*
 * The only ways to touch user memory from the kernel. A bad address must end in
 * -EFAULT and not in a panic: the instructions that may fault are listed in the
 * exception table, and the fault handler continues at their fix-up.
 */
#ifndef __ASM_UACCESS_H
#define __ASM_UACCESS_H

#include <linux/types.h>
#include <linux/errno.h>
#include <asm/memory.h>

static inline bool access_ok_range(const void __user *addr, unsigned long size)
{
	unsigned long start = (unsigned long)addr;

	return size <= TASK_SIZE && start <= TASK_SIZE - size;
}
#define access_ok(type, addr, size) access_ok_range(addr, size)
#define VERIFY_READ 0
#define VERIFY_WRITE 1

/* arch/arm64/lib/copy_user.S. Return the number of bytes that could not be copied. */
unsigned long __copy_user(void *dst, const void *src, unsigned long n);
unsigned long __clear_user(void __user *dst, unsigned long n);
/* The string's length without NUL, -EFAULT; max if there is no NUL before. */
long strncpy_from_user(char *dst, const char __user *src, long max);

static inline unsigned long copy_from_user(void *dst, const void __user *src, unsigned long n)
{
	return access_ok_range(src, n) ? __copy_user(dst, src, n) : n;
}

static inline unsigned long copy_to_user(void __user *dst, const void *src, unsigned long n)
{
	return access_ok_range(dst, n) ? __copy_user(dst, src, n) : n;
}

static inline unsigned long clear_user(void __user *dst, unsigned long n)
{
	return access_ok_range(dst, n) ? __clear_user(dst, n) : n;
}

/* One value; 0 or -EFAULT. */
#define get_user(x, ptr)                                                          \
	({                                                                        \
		__typeof__((__typeof__(*(ptr)))0) __val; /* without const */      \
		int __err = copy_from_user(&__val, (ptr), sizeof(__val)) ? -EFAULT : 0; \
		if (!__err)                                                       \
			(x) = __val;                                              \
		__err;                                                            \
	})

#define put_user(x, ptr)                                                          \
	({                                                                        \
		__typeof__(*(ptr)) __val = (x);                                   \
		copy_to_user((ptr), &__val, sizeof(__val)) ? -EFAULT : 0;         \
	})

#endif

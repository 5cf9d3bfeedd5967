/* Short names for what the compiler can be told. */
#ifndef _LINUX_COMPILER_H
#define _LINUX_COMPILER_H

#define __user /* marks a pointer into user space: never follow it directly */
#define __iomem /* marks a pointer to device registers: use readl() and writel() */
#define __packed __attribute__((packed))
#define __aligned(x) __attribute__((aligned(x)))
#define __noreturn __attribute__((noreturn))
#define noinline __attribute__((noinline))
#define __always_inline inline __attribute__((always_inline))
#define __used __attribute__((used))
#define __maybe_unused __attribute__((unused))
#define __weak __attribute__((weak))
#define __section(s) __attribute__((section(s)))
#define __printf(fmt, first) __attribute__((format(printf, fmt, first)))
#define likely(x) __builtin_expect(!!(x), 1)
#define unlikely(x) __builtin_expect(!!(x), 0)

/* The compiler may not move memory accesses across this line; it costs no instruction. */
#define barrier() __asm__ volatile("" : : : "memory")
#define ACCESS_ONCE(x) (*(volatile __typeof__(x) *)&(x))

#define __stringify_1(x...) #x
#define __stringify(x...) __stringify_1(x)

#endif

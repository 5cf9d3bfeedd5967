/* How libc calls the kernel: SYSCALL3(read, fd, buf, n) is read(), with errno set on an error. */
#ifndef _LIBC_SYSCALL_H
#define _LIBC_SYSCALL_H
#include <asm/unistd.h>

/* The raw result, errors negative (start.S); and what a C program expects of it. */
long __syscall(long nr, long a, long b, long c, long d, long e, long f);
long __result(long r);

#define SYSCALL0(name) __result(__syscall(__NR_##name, 0, 0, 0, 0, 0, 0))
#define SYSCALL1(name, a) __result(__syscall(__NR_##name, (long)(a), 0, 0, 0, 0, 0))
#define SYSCALL2(name, a, b) __result(__syscall(__NR_##name, (long)(a), (long)(b), 0, 0, 0, 0))
#define SYSCALL3(name, a, b, c) \
	__result(__syscall(__NR_##name, (long)(a), (long)(b), (long)(c), 0, 0, 0))
#define SYSCALL4(name, a, b, c, d) \
	__result(__syscall(__NR_##name, (long)(a), (long)(b), (long)(c), (long)(d), 0, 0))
#define SYSCALL5(name, a, b, c, d, e) \
	__result(__syscall(__NR_##name, (long)(a), (long)(b), (long)(c), (long)(d), (long)(e), 0))
#define SYSCALL6(name, a, b, c, d, e, f)                                                        \
	__result(__syscall(__NR_##name, (long)(a), (long)(b), (long)(c), (long)(d), (long)(e), \
			   (long)(f)))
#endif

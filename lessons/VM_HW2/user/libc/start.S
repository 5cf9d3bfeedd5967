/*
 * Where a program begins, and how it asks the kernel for something. The kernel enters
 * _start with the arguments on the stack: argc, argv..., NULL, envp..., NULL.
 */
#include <asm/unistd.h>

	.text
	.globl	_start
	.type	_start, %function
_start:
	mov	x29, #0
	mov	x30, #0
	mov	x0, sp
	b	__libc_start
	.size	_start, . - _start

/* long __syscall(long nr, long a, b, c, d, e, f): the raw result, errors negative. */
	.globl	__syscall
	.type	__syscall, %function
__syscall:
	mov	x8, x0
	mov	x0, x1
	mov	x1, x2
	mov	x2, x3
	mov	x3, x4
	mov	x4, x5
	mov	x5, x6
	svc	#0
	ret
	.size	__syscall, . - __syscall

/* Signal handlers return here. */
	.globl	__restore
	.type	__restore, %function
__restore:
	mov	x8, #__NR_rt_sigreturn
	svc	#0
	.size	__restore, . - __restore

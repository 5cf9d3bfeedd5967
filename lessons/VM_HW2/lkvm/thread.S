/*
 * A second thread, and a lock: the two things of lkvm that C cannot say by itself.
 */
#define SYS_exit	93
#define SYS_sched_yield	124
#define SYS_clone	220

/* CLONE_VM | CLONE_FS | CLONE_FILES | CLONE_SIGHAND | CLONE_THREAD | CLONE_SYSVSEM */
#define THREAD_FLAGS	0x50f00

	.text

/*
 * long thread_start(void (*fn)(void *), void *arg, void *stack_top)
 * Runs fn(arg) on a stack of its own. Returns the thread's number, or a negative error.
 */
	.globl	thread_start
	.type	thread_start, %function
thread_start:
	stp	x0, x1, [x2, #-16]!		// the child finds fn and arg on its stack
	mov	x1, x2
	ldr	x0, =THREAD_FLAGS
	mov	x2, #0
	mov	x3, #0
	mov	x4, #0
	mov	x8, #SYS_clone
	svc	#0
	cbz	x0, 1f
	ret

1:	ldp	x1, x0, [sp], #16		// the child
	mov	x29, #0
	mov	x30, #0
	blr	x1
	mov	x0, #0
	mov	x8, #SYS_exit
	svc	#0
	.size	thread_start, . - thread_start

/* void lock_take(unsigned int *lock): 0 = free. Lets others run while it waits. */
	.globl	lock_take
	.type	lock_take, %function
lock_take:
	mov	x9, x0
	mov	w10, #1
1:	ldaxr	w11, [x9]
	cbnz	w11, 2f
	stxr	w11, w10, [x9]
	cbnz	w11, 1b
	ret
2:	clrex
	mov	x8, #SYS_sched_yield
	svc	#0
	b	1b
	.size	lock_take, . - lock_take

/* void lock_drop(unsigned int *lock) */
	.globl	lock_drop
	.type	lock_drop, %function
lock_drop:
	stlr	wzr, [x0]
	ret
	.size	lock_drop, . - lock_drop

	.ltorg
	.section .note.GNU-stack, "", %progbits

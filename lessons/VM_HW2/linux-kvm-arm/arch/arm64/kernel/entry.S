/*
 * The way into the kernel at EL1 and out again. Every exception saves all registers
 * as a struct pt_regs on the kernel stack of the running task and calls a C function
 * in traps.c; on the way back the registers are restored and ERET resumes.
 */
#include <asm/assembler.h>
#include <asm/asm-offsets.h>

.macro kernel_entry, el
	sub	sp, sp, #S_FRAME_SIZE
	stp	x0, x1, [sp, #16 * 0]
	stp	x2, x3, [sp, #16 * 1]
	stp	x4, x5, [sp, #16 * 2]
	stp	x6, x7, [sp, #16 * 3]
	stp	x8, x9, [sp, #16 * 4]
	stp	x10, x11, [sp, #16 * 5]
	stp	x12, x13, [sp, #16 * 6]
	stp	x14, x15, [sp, #16 * 7]
	stp	x16, x17, [sp, #16 * 8]
	stp	x18, x19, [sp, #16 * 9]
	stp	x20, x21, [sp, #16 * 10]
	stp	x22, x23, [sp, #16 * 11]
	stp	x24, x25, [sp, #16 * 12]
	stp	x26, x27, [sp, #16 * 13]
	stp	x28, x29, [sp, #16 * 14]
	.if \el == 0
	mrs	x21, sp_el0
	mov	x29, #0
	.else
	add	x21, sp, #S_FRAME_SIZE
	.endif
	mrs	x22, elr_el1
	mrs	x23, spsr_el1
	stp	x30, x21, [sp, #S_LR]
	stp	x22, x23, [sp, #S_PC]
	.if \el == 0
	movn	x21, #0
	str	x21, [sp, #S_SYSCALLNO]		/* not a system call, until el0_svc says so */
	.endif
.endm

.macro kernel_exit, el
	ldp	x21, x22, [sp, #S_PC]
	msr	elr_el1, x21
	msr	spsr_el1, x22
	.if \el == 0
	ldr	x23, [sp, #S_SP]
	msr	sp_el0, x23
	.endif
	ldp	x0, x1, [sp, #16 * 0]
	ldp	x2, x3, [sp, #16 * 1]
	ldp	x4, x5, [sp, #16 * 2]
	ldp	x6, x7, [sp, #16 * 3]
	ldp	x8, x9, [sp, #16 * 4]
	ldp	x10, x11, [sp, #16 * 5]
	ldp	x12, x13, [sp, #16 * 6]
	ldp	x14, x15, [sp, #16 * 7]
	ldp	x16, x17, [sp, #16 * 8]
	ldp	x18, x19, [sp, #16 * 9]
	ldp	x20, x21, [sp, #16 * 10]
	ldp	x22, x23, [sp, #16 * 11]
	ldp	x24, x25, [sp, #16 * 12]
	ldp	x26, x27, [sp, #16 * 13]
	ldp	x28, x29, [sp, #16 * 14]
	ldr	x30, [sp, #S_LR]
	add	sp, sp, #S_FRAME_SIZE
	eret
.endm

	.text
	.balign	2048
ENTRY(vectors)
	ventry	el1_invalid		/* EL1 using SP_EL0: we never do */
	ventry	el1_invalid
	ventry	el1_invalid
	ventry	el1_invalid
	ventry	el1_sync		/* EL1: synchronous, IRQ, FIQ, SError */
	ventry	el1_irq
	ventry	el1_invalid
	ventry	el1_invalid
	ventry	el0_sync		/* EL0, AArch64 */
	ventry	el0_irq
	ventry	el0_invalid
	ventry	el0_invalid
	ventry	el0_invalid		/* EL0, AArch32: no such programs here */
	ventry	el0_invalid
	ventry	el0_invalid
	ventry	el0_invalid
END(vectors)

el1_sync:
	kernel_entry 1
	mov	x0, sp
	bl	el1_sync_handler
	kernel_exit 1

el1_irq:
	kernel_entry 1
	mov	x0, sp
	bl	el1_irq_handler
	kernel_exit 1

el1_invalid:
	kernel_entry 1
	mov	x0, sp
	bl	bad_mode
	b	.

el0_sync:
	kernel_entry 0
	mov	x0, sp
	bl	el0_sync_handler
	b	ret_to_user

el0_irq:
	kernel_entry 0
	mov	x0, sp
	bl	el0_irq_handler
	b	ret_to_user

el0_invalid:
	kernel_entry 0
	mov	x0, sp
	bl	bad_mode
	b	.

/* Last stop before user space: other tasks and signals have their turn (process.c). */
ret_to_user:
	mov	x0, sp
	bl	prepare_exit_to_user		/* returns with interrupts masked */
	kernel_exit 0

/* void ret_to_user_from_kernel(struct pt_regs *regs): a kernel thread became a process. */
ENTRY(ret_to_user_from_kernel)
	mov	sp, x0
	b	ret_to_user
ENDPROC(ret_to_user_from_kernel)

/*
 * A new task starts here, "returning" from cpu_switch_to() for the first time.
 * Kernel thread: x19 = function, x20 = argument. User task: x19 = 0.
 */
ENTRY(ret_from_fork)
	bl	schedule_tail
	cbz	x19, ret_to_user
	mov	x0, x20
	blr	x19
	bl	do_exit
	b	.
ENDPROC(ret_from_fork)

/*
 * struct task_struct *cpu_switch_to(prev = x0, next = x1)
 * Save what a called function must preserve in prev, load next's, and return: into
 * whatever next was doing when it was switched away. Returns prev.
 */
ENTRY(cpu_switch_to)
	mov	x9, sp
	stp	x19, x20, [x0, #THREAD_CPU_CONTEXT]
	stp	x21, x22, [x0, #THREAD_CPU_CONTEXT + 16]
	stp	x23, x24, [x0, #THREAD_CPU_CONTEXT + 32]
	stp	x25, x26, [x0, #THREAD_CPU_CONTEXT + 48]
	stp	x27, x28, [x0, #THREAD_CPU_CONTEXT + 64]
	stp	x29, x9, [x0, #THREAD_CPU_CONTEXT + 80]
	str	x30, [x0, #THREAD_CPU_CONTEXT + 96]
	ldp	x19, x20, [x1, #THREAD_CPU_CONTEXT]
	ldp	x21, x22, [x1, #THREAD_CPU_CONTEXT + 16]
	ldp	x23, x24, [x1, #THREAD_CPU_CONTEXT + 32]
	ldp	x25, x26, [x1, #THREAD_CPU_CONTEXT + 48]
	ldp	x27, x28, [x1, #THREAD_CPU_CONTEXT + 64]
	ldp	x29, x9, [x1, #THREAD_CPU_CONTEXT + 80]
	ldr	x30, [x1, #THREAD_CPU_CONTEXT + 96]
	mov	sp, x9
	msr	tpidr_el1, x1			/* current = next */
	ret
ENDPROC(cpu_switch_to)

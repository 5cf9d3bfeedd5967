/*
 * Copying between kernel and user space, 16 bytes at a time. Each access that may
 * fault is listed, with the place to continue, in the exception table: a bad address
 * ends the copy, and what is left is returned.
 * (Unaligned accesses to ordinary memory are fine on ARMv8.)
 */
#include <asm/assembler.h>

.macro may_fault, at, fixup
	.section __ex_table, "a"
	.balign	8
	.quad	\at, \fixup
	.text
.endm

	.text
/* unsigned long __copy_user(void *dst, const void *src, unsigned long n) */
ENTRY(__copy_user)
	add	x5, x0, x2			/* where dst ends: what is left is x5 - x0 */
	and	x6, x2, #~15
	add	x6, x0, x6
1:	cmp	x0, x6
	b.hs	4f
2:	ldp	x3, x4, [x1], #16
3:	stp	x3, x4, [x0], #16
	b	1b
4:	cmp	x0, x5
	b.hs	7f
5:	ldrb	w3, [x1], #1
6:	strb	w3, [x0], #1
	b	4b
7:	sub	x0, x5, x0
	ret
ENDPROC(__copy_user)
	may_fault 2b, 7b
	may_fault 3b, 7b
	may_fault 5b, 7b
	may_fault 6b, 7b

/* unsigned long __clear_user(void *dst, unsigned long n) */
ENTRY(__clear_user)
	add	x5, x0, x1
	and	x6, x1, #~15
	add	x6, x0, x6
1:	cmp	x0, x6
	b.hs	3f
2:	stp	xzr, xzr, [x0], #16
	b	1b
3:	cmp	x0, x5
	b.hs	5f
4:	strb	wzr, [x0], #1
	b	3b
5:	sub	x0, x5, x0
	ret
ENDPROC(__clear_user)
	may_fault 2b, 5b
	may_fault 4b, 5b

/*
 * long strncpy_from_user(char *dst, const char *src, long max)
 * The address must be checked here: the string's length is not known before.
 */
ENTRY(strncpy_from_user)
	mov	x3, #0
	mov	x6, #(1 << 39)			/* TASK_SIZE */
1:	cmp	x3, x2
	b.ge	3f
	add	x5, x1, x3
	cmp	x5, x6
	b.hs	4f
2:	ldrb	w4, [x5]
	strb	w4, [x0, x3]
	cbz	w4, 3f
	add	x3, x3, #1
	b	1b
3:	mov	x0, x3
	ret
4:	mov	x0, #-14			/* -EFAULT */
	ret
ENDPROC(strncpy_from_user)
	may_fault 2b, 4b

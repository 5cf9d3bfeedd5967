/* Cache maintenance by address. */
#include <asm/assembler.h>

	.text
/* Smallest data cache line in bytes, from CTR_EL0. */
.macro dcache_line_size, reg, tmp
	mrs	\tmp, ctr_el0
	ubfx	\tmp, \tmp, #16, #4
	mov	\reg, #4
	lsl	\reg, \reg, \tmp
.endm

/*
 * Clean and invalidate the data caches of this CPU, line by line, by set and way: the
 * only way while the MMU is off and nobody knows which addresses they hold. Uses no
 * stack. Changes x0 to x11.
 */
ENTRY(__flush_dcache_louis)
	dsb	sy
	mrs	x0, clidr_el1			/* which caches there are */
	ubfx	x1, x0, #21, #3			/* levels up to the one that CPUs share */
	mov	x2, #0				/* level, from 0 */
1:	cmp	x2, x1
	b.hs	5f
	add	x3, x2, x2, lsl #1
	lsr	x3, x0, x3
	and	x3, x3, #7			/* its kind; from 2 on it holds data */
	cmp	x3, #2
	b.lo	4f
	lsl	x4, x2, #1
	msr	csselr_el1, x4			/* look at this one */
	isb
	mrs	x5, ccsidr_el1
	and	x6, x5, #7
	add	x6, x6, #4			/* log2 of a line's bytes: where the set number goes */
	ubfx	x7, x5, #3, #10			/* ways - 1 */
	ubfx	x8, x5, #13, #15		/* sets - 1 */
	clz	w9, w7				/* where the way number goes: at the top */
2:	mov	x10, x8
3:	lsl	x11, x7, x9
	orr	x11, x11, x4
	lsl	x5, x10, x6
	orr	x11, x11, x5
	dc	cisw, x11
	subs	x10, x10, #1
	b.ge	3b
	subs	x7, x7, #1
	b.ge	2b
4:	add	x2, x2, #1
	b	1b
5:	msr	csselr_el1, xzr
	dsb	sy
	isb
	ret
ENDPROC(__flush_dcache_louis)

/* void flush_icache_range(unsigned long start, unsigned long end) */
ENTRY(flush_icache_range)
	dcache_line_size x2, x3
	sub	x3, x2, #1
	bic	x4, x0, x3
1:	dc	cvau, x4
	add	x4, x4, x2
	cmp	x4, x1
	b.lo	1b
	dsb	ish
	ic	ialluis
	dsb	ish
	isb
	ret
ENDPROC(flush_icache_range)

/* void __flush_dcache_area(void *addr, size_t size) */
ENTRY(__flush_dcache_area)
	dcache_line_size x2, x3
	add	x1, x0, x1
	sub	x3, x2, #1
	bic	x0, x0, x3
1:	dc	civac, x0
	add	x0, x0, x2
	cmp	x0, x1
	b.lo	1b
	dsb	sy
	ret
ENDPROC(__flush_dcache_area)

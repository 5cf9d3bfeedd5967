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

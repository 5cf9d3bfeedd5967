/* memcpy() and memset(), 64 and then 16 bytes at a time; clear_page() and copy_page(). */
#include <asm/assembler.h>

	.text
/* void *memcpy(void *dst, const void *src, size_t n): the areas do not overlap */
ENTRY(memcpy)
	mov	x3, x0
	subs	x2, x2, #64
	b.lo	2f
1:	ldp	x4, x5, [x1]
	ldp	x6, x7, [x1, #16]
	ldp	x8, x9, [x1, #32]
	ldp	x10, x11, [x1, #48]
	add	x1, x1, #64
	stp	x4, x5, [x3]
	stp	x6, x7, [x3, #16]
	stp	x8, x9, [x3, #32]
	stp	x10, x11, [x3, #48]
	add	x3, x3, #64
	subs	x2, x2, #64
	b.hs	1b
2:	adds	x2, x2, #48			/* 16 less than what is left */
	b.mi	4f
3:	ldp	x4, x5, [x1], #16
	stp	x4, x5, [x3], #16
	subs	x2, x2, #16
	b.pl	3b
4:	adds	x2, x2, #16
	b.eq	6f
5:	ldrb	w4, [x1], #1
	strb	w4, [x3], #1
	subs	x2, x2, #1
	b.ne	5b
6:	ret
ENDPROC(memcpy)

/* void *memset(void *dst, int c, size_t n) */
ENTRY(memset)
	mov	x3, x0
	and	x1, x1, #0xff
	orr	x1, x1, x1, lsl #8
	orr	x1, x1, x1, lsl #16
	orr	x1, x1, x1, lsl #32
	subs	x2, x2, #64
	b.lo	2f
1:	stp	x1, x1, [x3]
	stp	x1, x1, [x3, #16]
	stp	x1, x1, [x3, #32]
	stp	x1, x1, [x3, #48]
	add	x3, x3, #64
	subs	x2, x2, #64
	b.hs	1b
2:	adds	x2, x2, #48
	b.mi	4f
3:	stp	x1, x1, [x3], #16
	subs	x2, x2, #16
	b.pl	3b
4:	adds	x2, x2, #16
	b.eq	6f
5:	strb	w1, [x3], #1
	subs	x2, x2, #1
	b.ne	5b
6:	ret
ENDPROC(memset)

/* void clear_page(void *page) */
ENTRY(clear_page)
	mov	x1, #0
	mov	x2, #4096
	b	memset
ENDPROC(clear_page)

/* void copy_page(void *to, const void *from) */
ENTRY(copy_page)
	mov	x2, #4096
	b	memcpy
ENDPROC(copy_page)

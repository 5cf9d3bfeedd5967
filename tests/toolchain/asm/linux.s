// The shapes of macros that arm64 kernels use.
	.macro	disable_daif
	msr	daifset, #0xf
	.endm
	.macro	save_and_disable_irq, flags
	mrs	\flags, daif
	msr	daifset, #3
	.endm
	.macro	regs_to_64, rd, lbits, hbits
	orr	\rd, \lbits, \hbits, lsl #32
	.endm
	.macro	adr_l, dst, sym
	adrp	\dst, \sym
	add	\dst, \dst, :lo12:\sym
	.endm
	.macro	ldr_l, dst, sym, tmp=
	.ifb	\tmp
	adrp	\dst, \sym
	ldr	\dst, [\dst, :lo12:\sym]
	.else
	adrp	\tmp, \sym
	ldr	\dst, [\tmp, :lo12:\sym]
	.endif
	.endm
	.macro	str_l, src, sym, tmp
	adrp	\tmp, \sym
	str	\src, [\tmp, :lo12:\sym]
	.endm
	.macro	mov_q, reg, val
	.if (((\val) >> 31) == 0 || ((\val) >> 31) == 0x1ffffffff)
	movz	\reg, :abs_g1_s:\val
	.else
	.if (((\val) >> 47) == 0 || ((\val) >> 47) == 0x1ffff)
	movz	\reg, :abs_g2_s:\val
	.else
	movz	\reg, :abs_g3:\val
	movk	\reg, :abs_g2_nc:\val
	.endif
	movk	\reg, :abs_g1_nc:\val
	.endif
	movk	\reg, :abs_g0_nc:\val
	.endm
	.macro	dcache_line_size, reg, tmp
	mrs	\tmp, ctr_el0
	ubfm	\tmp, \tmp, #16, #19
	mov	\reg, #4
	lsl	\reg, \reg, \tmp
	.endm
	.macro	dcache_by_myline_op op, domain, start, end, linesz, tmp, fixup
	sub	\tmp, \linesz, #1
	bic	\start, \start, \tmp
.Ldcache_op\@:
	.ifc	\op, cvau
	dc	cvau, \start
	.else
	dc	\op, \start
	.endif
	add	\start, \start, \linesz
	cmp	\start, \end
	b.lo	.Ldcache_op\@
	dsb	\domain
	.endm
	.macro	frame_push, regcount:req, extra
	__frame	st, \regcount, \extra
	.endm
	.macro	__frame, op, regcount, extra=0
	.ifc	\op, st
	.if	(\regcount) < 0 || (\regcount) > 10
	.error	"regcount should be in the range [0 ... 10]"
	.endif
	.set	.Lframe_regcount, \regcount
	.set	.Lframe_extra, \extra
	.set	.Lframe_local_offset, ((\regcount + 3) / 2) * 16
	stp	x29, x30, [sp, #-.Lframe_local_offset - .Lframe_extra]!
	mov	x29, sp
	.endif
	__frame_regs	x19, x20, \op, 1
	__frame_regs	x21, x22, \op, 3
	.ifc	\op, ld
	ldp	x29, x30, [sp], #.Lframe_local_offset + .Lframe_extra
	.set	.Lframe_regcount, -1
	.endif
	.endm
	.macro	__frame_regs, reg1, reg2, op, num
	.if	.Lframe_regcount == \num
	\op\()r	\reg1, [sp, #(\num + 1) * 8]
	.elseif	.Lframe_regcount > \num
	\op\()p	\reg1, \reg2, [sp, #(\num + 1) * 8]
	.endif
	.endm
	.macro	frame_pop
	__frame	ld
	.endm
	.macro	_asm_extable, from, to
	.pushsection	__ex_table, "a"
	.align	2
	.long	(\from - .), (\to - .)
	.popsection
	.endm
	.macro	usr, l, x:vararg
9999:	\x
	_asm_extable	9999b, \l
	.endm
	.macro	alternative_insn insn1, insn2, cap, enable = 1
	.if	\enable
661:	\insn1
662:	.pushsection .altinstructions, "a"
	.word	661b - .
	.word	663f - .
	.hword	\cap
	.byte	662b-661b
	.byte	664f-663f
	.popsection
	.subsection 1
663:	\insn2
664:	.org	. - (664b-663b) + (662b-661b)
	.org	. - (662b-661b) + (664b-663b)
	.previous
	.endif
	.endm
	.macro	kernel_ventry, el:req, ht:req, regsize:req, label:req
	.align 7
.Lventry_start\@:
	.if	\el == 0
	mrs	x30, tpidrro_el0
	msr	tpidrro_el0, xzr
	.endif
	sub	sp, sp, #336
	b	el\el\ht\()_\regsize\()_\label
.org .Lventry_start\@ + 128
	.endm
	.macro	entry_handler el:req, ht:req, regsize:req, label:req
	.globl	el\el\ht\()_\regsize\()_\label
	.type	el\el\ht\()_\regsize\()_\label, %function
el\el\ht\()_\regsize\()_\label:
	.if \el == 1
	mrs	x22, elr_el1
	.else
	mrs	x21, sp_el0
	.endif
	bl	el\el\ht\()_\regsize\()_\label\()_handler
	eret
	.size	el\el\ht\()_\regsize\()_\label, .-el\el\ht\()_\regsize\()_\label
	.endm
	.macro	tcr_set_t0sz, valreg, t0sz
	bfi	\valreg, \t0sz, #0, #6
	.endm
	.macro	pte_to_phys, phys, pte
	and	\phys, \pte, #0xfffffffff000
	.endm
	.macro	mmid,	rd, rn
	ldr	\rd, [\rn, #MM_CONTEXT_ID]
	.endm
	.set	MM_CONTEXT_ID, 0x2d8
	.text
	.align	11
vectors:
	kernel_ventry	1, t, 64, sync
	kernel_ventry	1, h, 64, irq
	kernel_ventry	0, t, 64, sync
	.text
	entry_handler	1, t, 64, sync
	entry_handler	1, h, 64, irq
	entry_handler	0, t, 64, sync
	.globl	start
	.type	start, %function
start:
	disable_daif
	save_and_disable_irq x3
	regs_to_64	x0, x1, x2
	adr_l	x0, vectors
	ldr_l	x1, variable
	ldr_l	w2, variable, x3
	str_l	x1, variable, x4
	mov_q	x0, 0x12345678
	mov_q	x1, 0x123456789abc
	mov_q	x2, 0xffff000012345678
	mov_q	x3, (1 << 32 | 5)
	dcache_line_size x2, x3
	dcache_by_myline_op civac, sy, x0, x1, x2, x3
	dcache_by_myline_op cvau, ish, x0, x1, x2, x3
	frame_push	3
	frame_pop
	frame_push	2, 32
	frame_pop
	usr	9998f, ldtr x7, [x1]
	usr	9998f, sttr x7, [x1, #8]
	alternative_insn nop, "isb", 5
	alternative_insn "dmb ish", "nop", 6, 1
	alternative_insn nop, nop, 7, 0
	pte_to_phys x1, x2
	tcr_set_t0sz x3, x4
	mmid	x1, x2
	mmid	x1, x0
	ret
9998:	mov	x0, #-14
	ret
	.size	start, . - start
	.data
	.globl	variable
variable: .quad 0
	.section .note.GNU-stack, "", %progbits

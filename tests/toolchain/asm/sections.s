// Sections with flags, types, entry sizes, groups; the stack of sections; subsections.
	.text
	nop
	.section .init.text, "ax"
	nop
	.section .rodata.str1.1, "aMS", @progbits, 1
	.asciz "merged"
	.section .rodata.cst8, "aM", %progbits, 8
	.quad 1
	.section .noinit, "aw", @nobits
	.skip 64
	.section __ex_table, "a"
	.long 1
	.section .note.test, "a", @note
	.long 1
	.section .tdata, "awT", @progbits
	.quad 1
	.section .tbss, "awT", @nobits
	.skip 8
	.section .discard.addressable, "aw"
	.quad 0
	.section .exclude_me, "e"
	.byte 1
	.section .preinit_array, "aw", @preinit_array
	.quad 0
	.section .init_array.5, "aw", @init_array
	.quad 0
	.section .fini_array, "aw"
	.quad 0
	.section "quoted.name", "a"
	.byte 1
	.section .text.hot
	nop
	.section .data.rel.ro
	.quad 7
	.section .bss.more
	.skip 3
	.section .rodata.x
	.byte 3
	.section .custom
	.byte 4
	.pushsection .fixup, "ax"
	nop
	.pushsection .rodata
	.byte 1
	.previous
	nop
	.previous
	.byte 2
	.popsection
	nop
	.popsection
	.byte 5
	.text
	nop
	.subsection 2
	mov x2, #2
	.subsection 1
	mov x1, #1
	.text 3
	mov x3, #3
	.text
	mov x0, #0
	.previous
	mov x3, #4
	.data 1
	.byte 0x11
	.data 0
	.byte 0x10
	.pushsection .data, 5
	.byte 0x15
	.popsection
	.section .text.group1, "axG", @progbits, signature, comdat
	.globl signature
signature:
	ret
	.section .data.group1, "awG", @progbits, signature, comdat
	.quad signature
	.section .text.linked, "axo", @progbits, .text
	ret
	.section .text.numeric, "ax", %0x70000001
	nop
	.section .alternative, "a"
	.section .retained, "aR"
	.byte 1
	.section .note.GNU-stack, "", @progbits

	.text
	.globl f
	.type f, %function
f:	.cfi_startproc
	stp x29, x30, [sp, #-64]!
	.cfi_def_cfa_offset 64
	.cfi_offset 29, -64
	.cfi_offset x30, -56
	mov x29, sp
	.cfi_def_cfa_register 29
	stp x19, x20, [sp, #16]
	.cfi_rel_offset 19, 16
	.cfi_rel_offset x20, 24
	.cfi_remember_state
	nop
	.cfi_adjust_cfa_offset 16
	.cfi_undefined 21
	.cfi_same_value x22
	.cfi_register x23, x24
	.cfi_val_offset 25, 8
	.cfi_offset d8, -16
	.cfi_offset 33, -24
	.cfi_escape 0x16, 0x1f, 0x2, 0x8f, 0x0
	.skip 300
	.cfi_def_cfa sp, 0
	.cfi_restore 19
	.cfi_restore_state
	nop
	.cfi_negate_ra_state
	ret
	.cfi_endproc
	.size f, .-f
g:	.cfi_startproc
	.cfi_signal_frame
	ret
	.cfi_endproc
h:	.cfi_startproc simple
	ret
	.cfi_endproc
	.section .text.other,"ax"
k:	.cfi_startproc
	sub sp, sp, #16
	.cfi_def_cfa_offset 16
	add sp, sp, #16
	.cfi_def_cfa_offset 0
	ret
	.cfi_endproc

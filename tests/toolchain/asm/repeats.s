// .rept, .irp, .irpc, nested and within macros.
	.data
	.rept 3
	.byte 1
	.rept 2
	.byte 2
	.endr
	.endr
	.rept 0
	.byte 99
	.endr
	.irp x, 1, 2, 3
	.byte \x
	.endr
	.irp x 4 5 6
	.byte \x
	.endr
	.irp x, a b, "c d"
	.asciz "\x"
	.endr
	.irp x
	.asciz "<\x>"
	.endr
	.irpc c, abc123
	.ascii "\c"
	.endr
	.irp outer, 1, 2
	.irp inner, 3, 4
	.byte \outer * 16 + \inner
	.endr
	.endr
	.macro regs list:vararg
	.irp r, \list
	.byte \r
	.endr
	.endm
	regs 1, 2, 3
	.set i, 0
	.rept 4
	.byte i
	.set i, i + 1
	.endr
	.text
	.irp n, 0,1,2,3,4,5,6,7,8,9,10,11,12,13,14,15,16,17,18,19,20,21,22,23,24,25,26,27,28,29,30
	.equ .L__gpr_num_x\n, \n
	.equ .L__gpr_num_w\n, \n
	.endr
	.equ .L__gpr_num_xzr, 31
	.macro mrs_s, rt, sreg
	.inst 0xd5200000 | (\sreg) | (.L__gpr_num_\rt)
	.endm
	.macro msr_s, sreg, rt
	.inst 0xd5000000 | (\sreg) | (.L__gpr_num_\rt)
	.endm
	mrs_s x3, (3 << 19 | 4 << 16 | 12 << 12 | 11 << 8 | 1 << 5)
	msr_s (3 << 19 | 4 << 16 | 12 << 12 | 12 << 8 | 0 << 5), xzr
1:	.rept 3
	b 1b
	.endr

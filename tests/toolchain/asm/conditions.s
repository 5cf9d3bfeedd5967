// The .if family.
	.data
	.set ONE, 1
	.if ONE
	.byte 1
	.elseif 1
	.byte 2
	.else
	.byte 3
	.endif
	.if ONE - 1
	.byte 4
	.elseif ONE == 1 && 2 > 1
	.byte 5
	.else
	.byte 6
	.endif
	.ifdef ONE
	.byte 7
	.endif
	.ifndef NONE
	.byte 8
	.endif
	.ifnotdef ONE
	.byte 9
	.else
	.byte 10
	.endif
	.ifeq ONE - 1
	.byte 11
	.endif
	.ifne 0
	.byte 12
	.endif
	.ifgt -1
	.byte 13
	.endif
	.ifge 0
	.byte 14
	.endif
	.iflt -1
	.byte 15
	.endif
	.ifle 1
	.byte 16
	.else
	.byte 17
	.endif
	.ifb
	.byte 18
	.endif
	.ifnb x
	.byte 19
	.endif
	.ifc abc, abc
	.byte 20
	.endif
	.ifc abc,abd
	.byte 21
	.endif
	.ifnc abc , abd
	.byte 22
	.endif
	.ifeqs "a,b", "a,b"
	.byte 24
	.endif
	.ifnes "a", "b"
	.byte 25
	.endif
	.if 0
	.if 1
	.bogus directive
	.else
	.endif
	.macro never
	.byte 26
	.endm
	.endif
	.macro compare reg
	.ifc \reg, xzr
	.byte 27
	.else
	.ifeqs "\reg", "x1"
	.byte 28
	.endif
	.endif
	.endm
	compare xzr
	compare x1

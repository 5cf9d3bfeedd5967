// Macros: defaults, required and variable arguments, \@, .exitm, nesting, keywords, \(), quoting.
	.text
	.macro plain
	nop
	.endm
	plain
	.macro two a, b=3
	mov x\a, #\b
	.endm
	two 1
	two 2, 4
	two b=7, a=5
	two 1 2
	.macro needs reg:req, rest:vararg
	.ifnb \rest
	.quad \rest
	.endif
	mov \reg, xzr
	.endm
	needs x3
	needs x3, 1, 2, (3 + 4), 5
	.macro unique
	b .Lu\@
	nop
.Lu\@:
	.endm
	unique
	unique
	.macro count n
	.byte \n
	.if \n
	count (\n - 1)
	.else
	.exitm
	.endif
	.endm
	.data
	count 3
	.macro early, x
	.if \x > 2
	.byte 1
	.exitm
	.endif
	.byte 2
	.endm
	early 3
	early 1
	.macro glue name, suffix
\name\()_\suffix:
	.byte \name\()_\suffix - .
	.globl \name\()_\suffix
	.endm
	glue one two
	glue first, second
	.macro outer name, body:vararg
	.macro \name x
	\body
	.endm
	.endm
	outer inner, .byte \x, 9
	inner 5
	.purgem inner
	outer inner, .byte 9, \x
	inner 6
	.macro strings a, b
	.ascii "\a"
	.asciz "\b"
	.endm
	strings z, y
	strings b="q r", a=p
	.macro empty a, b, c
	.ifb \b
	.byte 0xb
	.endif
	.ifnb \c
	.byte \c
	.endif
	.endm
	empty 1, , 3
	empty 1
	empty , 2
	.macro CASE x
	.byte \x
	.endm
	case 1
	Case 2
	.macro sum first, rest:vararg
	.set total, total + \first
	.ifnb \rest
	sum \rest
	.endif
	.endm
	.set total, 0
	sum 1, 2, 3, 4, 5
	.byte total
	.macro deflabel l=default_label
	.word \l - .
	.endm
default_label:
	deflabel
	.altmacro
	.noaltmacro

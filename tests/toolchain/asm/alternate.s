// .altmacro: LOCAL, %expression, <text>, !, parameters without a backslash.
	.text
	.altmacro
	.macro	counted from, to
	LOCAL	again, out
	mov	x0, #from
again:	subs	x0, x0, #1
	b.eq	out
	b.ne	again
out:	.word	\to
	.ascii	"from"
	.balign	4
	.endm
	counted	3, %(2 + 5 * 2)
	counted	4, <1 + 1>
	.macro	text a, b
	.ascii	"\a", "\b"
	.endm
	text	<one two>, <!<3!>>
	.balign	4
	.macro	each name, rest:vararg
	.long	name
	.ifnb	\rest
	each	\rest
	.endif
	.endm
	each	1, 2, 3
	.set	five, 5
	.irp	n, %five, 6
	mov	x\n, #\n
	.endr
	.noaltmacro
	.macro	usual from
	mov	x0, #\from
	.endm
	usual	7

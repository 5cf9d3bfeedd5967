/* Where a test's program begins, under Linux as on the flat machine, and its two system calls. */
	.text
	.globl	_start
_start:
	mov	x29, #0
	mov	x30, #0
	bl	run_constructors
	bl	main
	b	exit

	.globl	system_call
	.type	system_call, %function
system_call:
	mov	x8, x0
	mov	x0, x1
	mov	x1, x2
	mov	x2, x3
	svc	#0
	ret
	.size	system_call, .-system_call

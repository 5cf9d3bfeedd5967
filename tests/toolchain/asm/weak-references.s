// .weakref: another name, which leaves its target weak; .reloc: a relocation by its name.
	.text
	.weakref	local_name, elsewhere
	.weakref	other_name, used_directly
	.weakref	unused_name, never_used
	.weakref	here_name, here
	.globl	here
here:	bl	local_name
	bl	other_name
	bl	used_directly
	bl	here_name
	adrp	x0, local_name+8
	add	x0, x0, :lo12:local_name+8
	ret

	.data
	.quad	local_name, here_name
	.reloc	0, R_AARCH64_NONE, used_directly
	.reloc	., R_AARCH64_ABS32, here+4
	.word	0
	.reloc	1f, R_AARCH64_PREL32, inside
	.reloc	1f+4, R_AARCH64_ABS64, undefined_too - 8
1:	.word	0
	.quad	0
inside:	.word	1

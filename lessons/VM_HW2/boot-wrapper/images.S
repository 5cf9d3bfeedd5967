/* What the boot wrapper brings along: the build puts both files beside this one. */
	.section ".mailbox", "aw"
	.quad	0

	.section ".kernel", "aw"
	.incbin	"Image"

	.section ".fdt", "aw"
	.balign	8
	.incbin	"foundation.dtb"

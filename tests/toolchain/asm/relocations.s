// Every relocation operator, against undefined, global, local symbols.
	.text
	.globl global
global:
	adrp x0, ext
	add x0, x0, :lo12:ext
	add x0, x0, #:lo12:ext + 8
	ldrb w1, [x0, :lo12:ext]
	ldrh w1, [x0, #:lo12:ext]
	ldr w1, [x0, :lo12:ext + 4]
	ldr x1, [x0, :lo12:ext]
	ldr q1, [x0, :lo12:ext]
	str d1, [x0, :lo12:ext]
	ldrsw x1, [x0, :lo12:ext]
	adrp x0, :pg_hi21:ext
	adrp x0, :pg_hi21_nc:ext
	adr x0, ext
	adrp x0, :got:ext
	ldr x0, [x0, :got_lo12:ext]
	ldr x0, [x0, #:got_lo12:ext]
	ldr x0, [x1, :gotpage_lo15:ext]
	movz x0, #:abs_g3:ext
	movk x0, #:abs_g2_nc:ext
	movk x0, #:abs_g1_nc:ext
	movk x0, #:abs_g0_nc:ext
	movz x0, :abs_g0:ext
	movz x0, #:abs_g1:ext
	movz x0, #:abs_g2:ext
	movz x0, #:abs_g0_s:ext
	movz x0, #:abs_g1_s:ext
	movn x0, #:abs_g2_s:ext
	movz x0, #:prel_g3:ext
	movk x0, #:prel_g2_nc:ext
	movk x0, #:prel_g1_nc:ext
	movk x0, #:prel_g0_nc:ext
	movz x0, #:prel_g2:ext
	movz x0, #:prel_g1:ext
	movz x0, #:prel_g0:ext
	movz x0, #:abs_g3:local
	movk x0, #:abs_g2_nc:local
	movk x0, #:abs_g1_nc:local + 16
	movk x0, #:abs_g0_nc:local
	movz x0, #:abs_g1:0x12345678
	movk x0, #:abs_g0_nc:0x12345678
	movz x0, #:abs_g0_s:-5
	add x0, x0, :tprel_hi12:tls
	add x0, x0, :tprel_lo12_nc:tls
	adrp x0, :gottprel:tls
	ldr x0, [x0, :gottprel_lo12:tls]
	b ext
	bl ext
	bl global
	bl local
	cbz x0, ext
	tbnz x0, #40, ext
	b.lt ext
	b global
	ldr x0, ext
	ldr w0, ext
	ldr q0, ext
	prfm pldl1keep, ext
	adrp x0, local
	add x0, x0, :lo12:local
	adrp x1, global
local:
	adr x0, local
	.data
	.quad ext, ext + 1, ext - 1, local, global
	.word ext, local
	.hword ext
	.quad ext - ., local - ., global - .
	.word ext - ., local - .
	.hword ext - .
	.xword local + 4

/* Macros for .S files. */
#ifndef __ASM_ASSEMBLER_H
#define __ASM_ASSEMBLER_H

#define ENTRY(name)  \
	.globl name; \
	.balign 4;   \
	.type name, %function; \
	name:
#define END(name) .size name, . - name
#define ENDPROC(name) END(name)

/* The address of a symbol, wherever the code runs (MMU on or off). */
.macro adr_l, reg, sym
	adrp \reg, \sym
	add \reg, \reg, :lo12:\sym
.endm

/* A 64-bit constant. */
.macro mov_q, reg, val
	movz \reg, #((\val) & 0xffff)
	movk \reg, #(((\val) >> 16) & 0xffff), lsl #16
	movk \reg, #(((\val) >> 32) & 0xffff), lsl #32
	movk \reg, #(((\val) >> 48) & 0xffff), lsl #48
.endm

/* Two registers on the stack, and off it. */
.macro push, xreg1, xreg2
	stp \xreg1, \xreg2, [sp, #-16]!
.endm

.macro pop, xreg1, xreg2
	ldp \xreg1, \xreg2, [sp], #16
.endm

/* One entry of a vector table: 128 bytes each. */
.macro ventry label
	.balign 128
	b \label
.endm

#endif

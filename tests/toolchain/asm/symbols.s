// Bindings, types, sizes, visibility, constants, aliases, common symbols.
	.text
	.globl f, g
	.type f, %function
	.type g, @function
	.type h, "function"
	.type i, STT_FUNC
f:	nop
	.size f, . - f
g:	nop
g_end:
	.size g, g_end - g
h:	nop
i:	nop
	.hidden f
	.protected g
	.internal h
	.globl h
	.weak w_undefined
	.weak w_defined
w_defined:
	bl w_undefined
	bl undefined
	.local j
j:	nop
	.set five, 5
	.equ six, five + 1
	.equiv seven, six + 1
	eight = seven + 1
	nine == eight + 1
	.globl seven
	.set alias, f
	.globl alias
	.set inside, f + 2
	.set five, 50
	.type ifunc, %gnu_indirect_function
ifunc:	ret
	.type tls_thing, %tls_object
	.type plain, %notype
	.data
plain:	.byte five, six, seven, eight, nine
unique:	.quad alias, inside, j, f, w_undefined + 4
	.type object, %object
	.size object, 16
object:	.skip 16
	.comm com1, 8
	.comm com2, 24, 16
	.comm com3, 1
	.lcomm local1, 24
	.local com4
	.comm com4, 40, 32
	.extern elsewhere
	.quad elsewhere - .
.Llocal:	.quad .Llocal, .Llocal + 8 - object
"a quoted name":	.quad "a quoted name"
$dollar:	.byte 1
under_score.dot:	.byte 2

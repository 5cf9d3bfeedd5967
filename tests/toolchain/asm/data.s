// Data of every width, strings with every escape, floating point, padding.
	.data
	.byte 1, -1, 255, 0x7f, 'a', '\n', '\\', 0b101, 017
	.byte 'a + 1
	.2byte 1, 0xffff, -2
	.hword 3
	.short 4, -4
	.4byte 0xffffffff, -1
	.word 0x12345678
	.long 1
	.int -5
	.8byte 0xffffffffffffffff, -1
	.quad 1 << 63, (1 << 32) - 1
	.xword 3
	.dword 4
	.octa 0x0123456789abcdef0011223344556677, 1, -1
	.ascii "plain", "two"
	.ascii "one" "joined"
	.asciz "a\tb\nc\rd\be\ff", "g"
	.string "\\ \" \033[0m \x1b[1m \101\0\7\377"
	.string8 "x"
	.string16 "ab"
	.string32 "c"
	.string ""
	.float 1.5, -2, 1e10, 0.1, 0f1.25, 3.4028235e38, 1e-45
	.single 1
	.double 1.5, -0.1, 1e308, 0d2.5, 3
	.float16 1.5, -2
	.space 3
	.space 2, 0x55
	.skip 3, 7
	.zero 5
	.fill 3
	.fill 3, 2
	.fill 2, 4, 0x12345678
	.fill 2, 8, -1
	.uleb128 0, 127, 128, 300, 0xffffffffffffffff
	.sleb128 0, 63, 64, -64, -65, -1
	.align 3
	.byte 1
	.balign 8, 0xaa
	.byte 1
	.p2align 3, 0xbb, 2
	.byte 1
	.p2align 3, , 7
	.byte 2
	.byte 3
	.byte 1
	.org 0x180
	.byte 9
	.org . + 7, 0xcc
	.byte 8
	.dc.b 1, 2
	.dc.w 3
	.dc.l 4
	.dc.a 5
	.dcb.b 3, 9
	.dcb.w 2, 9
	.ds.b 3
	.ds.l 2
	.bss
	.space 100
	.align 4
	.skip 4
	.text
	nop
	.byte 1
	.align 2
	nop
	.p2align 4,,15
	nop
	.align 4, 0
	nop
	.balign 32
	ret
	.inst 0xd503201f
	.inst 0xd65f03c0, 0xd503201f

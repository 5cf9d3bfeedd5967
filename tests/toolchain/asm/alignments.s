// Alignment with values of two and four bytes to fill with, in code and data.
	.text
	mov	x4, #4
	.balignw 8, 0x1234
	nop
	.balignl 16, 0x11223344
	nop
	.p2alignw 3, 0xabcd
	.p2alignl 4, 0x55667788
	nop
	.data
	.hword	1
	.balignw 4, 0x1234
	.word	1
	.balignl 16, 0x01020304
	.byte	9
	.p2alignl 3
	.word	3
	.p2alignl 3, -1
	.p2alignw 5
	.byte	7
	.balignw 8, 0x4321, 3
	.byte	8

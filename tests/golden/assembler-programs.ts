/** Sources for tests/golden/assembler.test.ts. */
export const programs = {
	/** Prints fib(20) by Linux system calls; has data, literals, calls, loops. */
	hello: `
	.macro write text, length
	mov x0, #1
	adrp x1, \\text
	add x1, x1, :lo12:\\text
	mov x2, #\\length
	mov x8, #64
	svc #0
	.endm
	.text
	.globl _start
	.type _start, %function
_start:
	mov w0, #20
	bl fib
	ldr x1, =buffer
	mov x2, #10
	add x1, x1, #8
	mov w3, #'\\n
	strb w3, [x1]
1:	udiv x3, x0, x2
	msub x4, x3, x2, x0
	add w4, w4, #'0
	strb w4, [x1, #-1]!
	mov x0, x3
	cbnz x0, 1b
	str x1, [sp, #-16]!
	write text, (text_end - text)
	ldr x1, [sp], #16
	ldr x2, =buffer + 9
	sub x2, x2, x1
	mov x0, #1
	mov x8, #64
	svc #0
	mov x0, #0
	mov x8, #93
	svc #0
	.size _start, . - _start
	.ltorg
fib:	cmp w0, #2
	b.lo 2f
	stp x29, x30, [sp, #-32]!
	str x0, [sp, #16]
	sub w0, w0, #1
	bl fib
	ldr x1, [sp, #16]
	str x0, [sp, #24]
	sub w0, w1, #2
	bl fib
	ldr x1, [sp, #24]
	add x0, x0, x1
	ldp x29, x30, [sp], #32
2:	ret
	.data
text:	.ascii "fib(20) = "
text_end:
	.bss
	.align 4
buffer:	.skip 16
`,
	assembly: {
		'vectors and macros': `
	.macro kernel_entry, el, regsize = 64
	sub sp, sp, #304
	.irp n, 0, 2, 4, 6, 8, 10, 12, 14, 16, 18, 20, 22, 24, 26
	.set n1, \\n
	stp x\\n, x30, [sp, #16 * (n1 / 2)]
	.endr
	.if \\el == 0
	mrs x21, sp_el0
	.else
	add x21, sp, #304
	.endif
	.endm
	.macro ventry label
	.align 7
	b \\label
	.endm
	.macro mov_q, reg, val
	movz \\reg, #:abs_g3:\\val
	movk \\reg, #:abs_g2_nc:\\val
	movk \\reg, #:abs_g1_nc:\\val
	movk \\reg, #:abs_g0_nc:\\val
	.endm
	.macro adr_l, dst, sym, tmp=
	.ifb \\tmp
	adrp \\dst, \\sym
	add \\dst, \\dst, :lo12:\\sym
	.else
	adrp \\tmp, \\sym
	ldr \\dst, [\\tmp, :lo12:\\sym]
	.endif
	.endm
	.section .text.vectors, "ax"
	.align 11
	.globl vectors
vectors:
	.rept 4
	ventry el1_sync
	.endr
	ventry el1_irq
	ventry external_handler
	.text
el1_sync:
	kernel_entry 1
	mov_q x0, 0xffff800012345678
	mov_q x1, external_symbol
	adr_l x2, vectors
	adr_l x3, counter, x4
	b el1_irq
el1_irq:
	kernel_entry 0
9:	ldxr w0, [x1]
	add w0, w0, #1
	stxr w2, w0, [x1]
	cbnz w2, 9b
	.pushsection __ex_table, "a"
	.align 3
	.long 9b - ., el1_sync - .
	.popsection
	eret
	.data
	.globl counter
counter: .quad 0, counter, el1_irq
`,
		'directives of every kind': `
	.arch armv8-a
	.file "some.c"
	.text
	.p2align 4,,11
	.global start
	.type start, %function
start:	nop
	.balign 64
	.subsection 1
far:	ret
	.previous
	b far
	.org start + 0x100
	.word far - start, . - start
	.hword 1, 2
	.align 2
	.size start, . - start
	.local hidden_counter
	.comm hidden_counter, 8, 8
	.comm shared, 40, 16
	.lcomm own, 12
	.weak maybe
	.set alias, start
	.globl alias
	.section .rodata.str1.8,"aMS",@progbits,1
	.align 3
.LC0:	.string "hello\\n"
.LC1:	.string "\\033[1m\\x7f"
	.section .rodata
table:	.xword .LC0, .LC1, maybe, shared + 8
	.word .LC0 - table, external - .
	.section .init_array,"aw"
	.align 3
	.xword start
	.bss
	.align 12
	.skip 8192
	.section .note.GNU-stack,"",@progbits
	.ident "GCC"
`,
		'literals and the global offset table': `
	ldr x0, =0x1234
	ldr x1, =0xffffffffffff0000
	ldr w2, =0x12345678
	ldr x3, =foo
	ldr x4, =foo + 8
	ldr x5, =foo
	ldr w6, =0x12345678
	b 1f
	.ltorg
1:	ldr x7, =bar
	adrp x0, :got:foo
	ldr x0, [x0, :got_lo12:foo]
	bl foo
	b bar
	cbz x0, foo
	tbz x0, #33, foo
	b.ne foo
	adr x0, foo
	ldr x0, foo
	prfm pldl1keep, [x0]
`,
		'system instructions': `
	mrs x0, CurrentEL
	mrs x1, mpidr_el1
	msr vbar_el2, x0
	msr hcr_el2, x1
	msr daifset, #2
	msr daifclr, #0xf
	msr spsel, #1
	msr s3_0_c1_c0_1, x3
	tlbi vmalle1is
	tlbi ipas2e1is, x0
	tlbi alle1
	ic ialluis
	dc civac, x4
	at s12e1r, x5
	isb
	dsb ish
	dmb ishst
	hvc #0
	smc #1
	svc #0x1234
	wfi
	wfe
	sev
	brk #0x800
	eret
`
	} as Record<string, string>,
	c: {
		lists: `
struct node { struct node *next; int value; char name[12]; };
static struct node *head;
int counter = 3;
static const char *names[] = { "a", "bb", "ccc" };
int choose(int x) {
	switch (x) {
	case 0: return 5;
	case 1: return 77;
	case 2: return 3;
	case 3: return 9;
	case 4: return 1;
	case 5: return -4;
	case 9: return 12;
	default: return 0;
	}
}
__attribute__((weak)) int maybe(int a) { return a * 3; }
int aliased(int a) __attribute__((alias("maybe")));
int push(struct node *n) {
	n->next = head;
	head = n;
	for (int i = 0; i < 12; i++) n->name[i] = names[counter % 3][i];
	n->value = __atomic_add_fetch(&counter, 1, __ATOMIC_SEQ_CST);
	return maybe(n->value) + choose(counter);
}
`,
		arithmetic: `
typedef unsigned long long u64;
u64 high(u64 a, u64 b) { return ((unsigned __int128)a * b) >> 64; }
int divide(int a, int b) { return a / b + a % 7; }
u64 rotate(u64 x, int n) { return (x << (n & 63)) | (x >> (-n & 63)); }
int bits(u64 x) { return __builtin_clzll(x) + __builtin_ctzll(x); }
u64 swap(u64 x) { return __builtin_bswap64(x) ^ 0xff00ff00ff00ff00ull; }
long clamp(long x, long low, long high) { return x < low ? low : x > high ? high : x; }
unsigned mask(unsigned x) { return (x & 0xff0) >> 4 | (x << 12 & 0x7ff000); }
u64 constants(int i) {
	switch (i) {
	case 0: return 0x123456789abcdef0;
	case 1: return ~0ull << 12;
	case 2: return 0xffff0000;
	default: return -2;
	}
}
`,
		varargs: `
typedef __builtin_va_list va_list;
extern void put(char);
void number(unsigned long n, unsigned base) {
	if (n >= base) number(n / base, base);
	put("0123456789abcdef"[n % base]);
}
void print(const char *format, ...) {
	va_list args;
	__builtin_va_start(args, format);
	for (; *format; format++) {
		if (*format != '%') { put(*format); continue; }
		switch (*++format) {
		case 'd': number(__builtin_va_arg(args, int), 10); break;
		case 'x': number(__builtin_va_arg(args, long), 16); break;
		case 's': for (const char *s = __builtin_va_arg(args, char *); *s; s++) put(*s); break;
		}
	}
	__builtin_va_end(args);
}
static inline unsigned long read_currentel(void) {
	unsigned long v;
	asm volatile("mrs %0, CurrentEL" : "=r"(v));
	return v >> 2;
}
void barrier(unsigned long *p) {
	asm volatile("dsb ish\\n\\t1: ldxr x9, [%0]\\n\\tcbz x9, 1b; isb" :: "r"(p) : "x9", "memory");
	*p = read_currentel();
}
`
	} as Record<string, string>
};

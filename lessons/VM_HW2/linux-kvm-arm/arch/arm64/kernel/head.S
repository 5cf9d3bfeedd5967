/*
 * The first instructions of the kernel. A boot loader put the Image into memory,
 * TEXT_OFFSET above the start of RAM, and jumps to its first byte:
 *	x0 = physical address of the device tree, MMU off, interrupts masked, EL2 or EL1.
 *
 * Until the MMU is on, the code runs at physical addresses although it is linked for
 * virtual ones: only PC-relative addressing (adr_l) works.
 *
 * Registers that keep their meaning through this file:
 *	x20  boot mode (0xe11 or 0xe12)
 *	x21  device tree, physical
 *	x24  PHYS_OFFSET, where RAM starts
 */
#include <asm/assembler.h>
#include <asm/page.h>
#include <asm/pgtable-hwdef.h>
#include <asm/ptrace.h>
#include <asm/virt.h>
#include <asm/asm-offsets.h>

#define SCTLR_EL1_RES1 0x30d00800
/* M, C, SA, SA0, I; and for EL0: DC ZVA, CTR_EL0, WFI, WFE, cache maintenance */
#define SCTLR_EL1_MMU_ON (SCTLR_EL1_RES1 | 0x1 | 0x4 | 0x8 | 0x10 | 0x1000 | \
			  0x4000 | 0x8000 | 0x10000 | 0x40000 | 0x4000000)
#define TCR_VALUE (TCR_T0SZ(VA_BITS) | TCR_T1SZ(VA_BITS) | TCR_IRGN_WBWA | TCR_ORGN_WBWA | \
		   TCR_SHARED | TCR_TG1_4K | TCR_IPS_40)

	.section ".head.text", "ax"

/* The arm64 Image header: 64 bytes that boot loaders (and lkvm) read. */
	.globl _text
_text:
	b	stext				/* code0: executable */
	.long	0				/* code1 */
	.quad	TEXT_OFFSET			/* where we want to be, from the start of RAM */
	.quad	_kernel_size			/* memory we need, BSS included */
	.quad	2				/* flags: little endian, 4 KB pages */
	.quad	0
	.quad	0
	.quad	0
	.ascii	"ARM\x64"			/* magic */
	.long	0

ENTRY(stext)
	mov	x21, x0
	bl	el2_setup			/* leaves us at EL1, w20 = boot mode */
	adr_l	x24, _text
	sub	x24, x24, #TEXT_OFFSET
	bl	__create_page_tables
	b	__enable_mmu
ENDPROC(stext)

/*
 * Entered at EL2: set up what EL1 needs from there, leave a small set of vectors
 * behind (hyp-stub.S) so that KVM can get back, and go down to EL1.
 */
ENTRY(el2_setup)
	mrs	x0, CurrentEL
	cmp	x0, #(2 << 2)
	b.eq	1f
	mov	w20, #BOOT_CPU_MODE_EL1
	ret

1:	mov_q	x0, 0x30c50830			/* MMU and caches of EL2 off, little endian */
	msr	sctlr_el2, x0
	isb
	mov	x0, #(1 << 31)			/* RW: EL1 is AArch64; everything else goes to EL1 */
	msr	hcr_el2, x0
	mrs	x0, cnthctl_el2			/* EL1 may use the physical counter and timer */
	orr	x0, x0, #3
	msr	cnthctl_el2, x0
	msr	cntvoff_el2, xzr		/* virtual time = physical time */
	mrs	x0, midr_el1			/* what EL1 reads as MIDR and MPIDR: the real ones */
	mrs	x1, mpidr_el1
	msr	vpidr_el2, x0
	msr	vmpidr_el2, x1
	mov_q	x0, SCTLR_EL1_RES1
	msr	sctlr_el1, x0
	mov	x0, #0x33ff			/* no traps of FP, SIMD or trace registers to EL2 */
	msr	cptr_el2, x0
	msr	hstr_el2, xzr
	msr	vttbr_el2, xzr			/* VMID 0, no table: "this is the host" */
	adr_l	x0, __hyp_stub_vectors
	msr	vbar_el2, x0
	mov	x0, #(PSR_F_BIT | PSR_I_BIT | PSR_A_BIT | PSR_D_BIT | PSR_MODE_EL1h)
	msr	spsr_el2, x0
	msr	elr_el2, x30
	mov	w20, #BOOT_CPU_MODE_EL2
	eret					/* "returns" to our caller, at EL1 */
ENDPROC(el2_setup)

/*
 * Two maps, just enough to go on in C:
 *	idmap_pg_dir	the gigabyte around this code, virtual = physical. Needed for the
 *			few instructions between "MMU on" and the jump to virtual addresses.
 *	swapper_pg_dir	the first gigabyte of RAM at PAGE_OFFSET, in blocks of 2 MB.
 *			paging_init() corrects it when the size of RAM is known.
 */
__create_page_tables:
	adr_l	x0, idmap_pg_dir		/* the three tables lie one after another */
	adr_l	x1, boot_page_tables_end
1:	stp	xzr, xzr, [x0], #16
	cmp	x0, x1
	b.lo	1b

#define BLOCK_FLAGS (PMD_TYPE_SECT | PMD_SECT_AF | PMD_SECT_S | PMD_ATTRINDX(MT_NORMAL))
	mov	x4, #BLOCK_FLAGS
	adr_l	x0, idmap_pg_dir
	lsr	x1, x24, #PGDIR_SHIFT
	orr	x2, x4, x1, lsl #PGDIR_SHIFT
	str	x2, [x0, x1, lsl #3]

	adr_l	x0, swapper_pg_dir
	adr_l	x1, swapper_pmd
	add	x2, x1, #PMD_TYPE_TABLE
	str	x2, [x0, #(((PAGE_OFFSET >> PGDIR_SHIFT) & 511) * 8)]

	mov	x2, #(1 << 54)			/* UXN: user space may not execute it */
	orr	x4, x4, x2
	mov	x3, #512
2:	orr	x2, x24, x4
	str	x2, [x1], #8
	add	x24, x24, #(1 << PMD_SHIFT)
	subs	x3, x3, #1
	b.ne	2b
	mov	x3, #(1 << PGDIR_SHIFT)
	sub	x24, x24, x3
	ret

/* Tables in place: switch the MMU on and continue where the linker put us. */
__enable_mmu:
	bl	__flush_dcache_louis		/* nothing stale may come alive with the caches */
	dsb	sy
	tlbi	vmalle1
	ic	iallu
	dsb	nsh
	mov_q	x0, MAIR_VALUE
	msr	mair_el1, x0
	mov_q	x0, TCR_VALUE
	msr	tcr_el1, x0
	mov	x0, #0				/* FP and SIMD trap, see fpsimd.c */
	msr	cpacr_el1, x0
	adr_l	x0, idmap_pg_dir
	adr_l	x1, swapper_pg_dir
	msr	ttbr0_el1, x0
	msr	ttbr1_el1, x1
	isb
	ldr	x3, =__mmap_switched		/* a literal: the linked, virtual address */
	mov_q	x0, SCTLR_EL1_MMU_ON
	msr	sctlr_el1, x0
	isb
	br	x3
	.ltorg

	.text
/* Virtual addresses at last. Clear BSS, make a stack, and enter C for good. */
__mmap_switched:
	adr_l	x0, __bss_start
	adr_l	x1, __bss_stop
1:	cmp	x0, x1
	b.hs	2f
	stp	xzr, xzr, [x0], #16
	b	1b
2:	adr_l	x0, init_stack
	add	sp, x0, #THREAD_SIZE_ASM
	adr_l	x0, vectors
	msr	vbar_el1, x0
	adr_l	x0, init_task
	msr	tpidr_el1, x0			/* current */
	adr_l	x0, memstart_addr
	str	x24, [x0]
	adr_l	x0, __fdt_pointer
	str	x21, [x0]
	adr_l	x0, __boot_cpu_mode
	str	w20, [x0]
	mov	x29, #0
	b	start_kernel

	.section ".pgtables", "aw", %nobits
	.balign	4096
	.globl	idmap_pg_dir
idmap_pg_dir:
	.space	4096
	.globl	swapper_pg_dir
swapper_pg_dir:
	.space	4096
	.globl	swapper_pmd
swapper_pmd:
	.space	4096
boot_page_tables_end:

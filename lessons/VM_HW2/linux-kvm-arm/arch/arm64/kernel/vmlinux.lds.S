/* Where the linker puts the kernel: one piece, TEXT_OFFSET above PAGE_OFFSET. */
#include <asm/page.h>

OUTPUT_ARCH(aarch64)
ENTRY(_text)

SECTIONS
{
	. = PAGE_OFFSET + TEXT_OFFSET;

	.head.text : { *(.head.text) }
	.text : {
		_stext = .;
		*(.text .text.*)
		. = ALIGN(4096);
		/* KVM's first steps at EL2 run with virtual = physical: all in one page */
		__hyp_idmap_text_start = .;
		*(.hyp.idmap.text)
		__hyp_idmap_text_end = .;
		. = ALIGN(4096);
		/* what KVM runs at EL2 */
		*(.hyp.text)
		_etext = .;
	}
	ASSERT(__hyp_idmap_text_end - __hyp_idmap_text_start <= 4096, "HYP init code larger than a page")

	. = ALIGN(4096);
	.rodata : { *(.rodata .rodata.*) }
	. = ALIGN(16);
	__ex_table : {
		__start___ex_table = .;
		KEEP(*(__ex_table))
		__stop___ex_table = .;
	}
	. = ALIGN(16);
	_ftrace_events : {
		__start_ftrace_events = .;
		KEEP(*(_ftrace_events))
		__stop_ftrace_events = .;
	}
	. = ALIGN(4096);
	/* pages of their own: of no use after boot, see free_initmem() */
	.init.data : {
		__init_begin = .;
		__initcall_start = .;
		KEEP(*(.initcall1.init))
		KEEP(*(.initcall5.init))
		KEEP(*(.initcall6.init))
		KEEP(*(.initcall7.init))
		__initcall_end = .;
		. = ALIGN(4096);
		__init_end = .;
	}
	.data : { *(.data .data.*) . = ALIGN(16); }
	_edata = .;

	.bss (NOLOAD) : {
		. = ALIGN(16);
		__bss_start = .;
		*(.bss .bss.* COMMON)
		. = ALIGN(16);
		__bss_stop = .;
	}
	. = ALIGN(4096);
	.pgtables (NOLOAD) : { *(.pgtables) }
	_end = .;
	_kernel_size = _end - _text;

	/DISCARD/ : { *(.comment) *(.note.*) *(.eh_frame) }
}

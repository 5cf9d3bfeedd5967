/*
 * A page of the kernel's code in every process. All that is in it is where signal handlers
 * return to if the program did not say where: the call of rt_sigreturn().
 */
#include <linux/kernel.h>
#include <linux/errno.h>
#include <linux/gfp.h>
#include <linux/init.h>
#include <linux/mm.h>
#include <asm/cacheflush.h>
#include <asm/unistd.h>
#include <asm/vdso.h>

static u32 *vdso_page;

int arch_setup_additional_pages(struct mm_struct *mm)
{
	unsigned long addr = find_gap(mm, MMAP_BASE, PAGE_SIZE);
	struct vm_area_struct *vma = addr ? add_vma(mm, addr, addr + PAGE_SIZE, VM_READ | VM_EXEC)
					  : NULL;

	if (!vma)
		return -ENOMEM;
	vma->vm_flags &= ~VM_MAYWRITE;
	mm->vdso = addr;
	return remap_pfn_range(vma, addr, virt_to_pfn(vdso_page), PAGE_SIZE,
			       __pgprot((PAGE_USER | PTE_RDONLY) & ~PTE_UXN));
}

static int vdso_init(void)
{
	vdso_page = (u32 *)get_zeroed_page(GFP_KERNEL);
	if (!vdso_page)
		return -ENOMEM;
	vdso_page[0] = 0xd2800008 | __NR_rt_sigreturn << 5; /* mov x8, #__NR_rt_sigreturn */
	vdso_page[1] = 0xd4000001; /* svc #0 */
	flush_icache_range((unsigned long)vdso_page, (unsigned long)vdso_page + PAGE_SIZE);
	return 0;
}
core_initcall(vdso_init);

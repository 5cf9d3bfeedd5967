/* The kernel's page in every process. */
#ifndef __ASM_VDSO_H
#define __ASM_VDSO_H

struct mm_struct;

/* Maps it, and notes where (mm->vdso); its first instructions return from a signal handler. */
int arch_setup_additional_pages(struct mm_struct *mm);

#endif

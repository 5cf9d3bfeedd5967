/*
 * ELF programs. Their segments become areas whose pages are read from the file when they
 * are touched. A program that wants an interpreter (the dynamic linker) gets it into its
 * memory, too, and begins there.
 */
#include <linux/kernel.h>
#include <linux/binfmts.h>
#include <linux/err.h>
#include <linux/mm.h>
#include <linux/random.h>
#include <linux/sched.h>
#include <linux/slab.h>
#include <linux/string.h>
#include <linux/uaccess.h>
#include <asm/vdso.h>
#include <uapi/linux/elf.h>

#define ELF_ET_DYN_BASE (2 * TASK_SIZE / 3 & PAGE_MASK) /* where programs go that may lie anywhere */
#define STACK_EXTRA     (128UL << 10) /* of stack below the strings; more when it is touched */
#define MAX_PHDRS       64
#define AUX_WORDS       40

/* A file that is being loaded. */
struct elf_image {
	struct file *file;
	struct elf64_hdr eh;
	struct elf64_phdr ph[MAX_PHDRS];
	unsigned long bias; /* added to the file's addresses */
	unsigned long phdrs; /* where the program headers come to lie, or 0 */
};

static int read_headers(struct elf_image *elf)
{
	struct elf64_hdr *eh = &elf->eh;
	ssize_t size;

	if (kernel_read(elf->file, 0, eh, sizeof(*eh)) != sizeof(*eh) ||
	    memcmp(eh->e_ident, "\177ELF\2\1", 6) || eh->e_machine != EM_AARCH64 ||
	    (eh->e_type != ET_EXEC && eh->e_type != ET_DYN) ||
	    eh->e_phentsize != sizeof(struct elf64_phdr) || eh->e_phnum > MAX_PHDRS ||
	    !eh->e_phnum || eh->e_phoff > 1UL << 40)
		return -ENOEXEC;
	size = eh->e_phnum * sizeof(struct elf64_phdr);
	return kernel_read(elf->file, eh->e_phoff, elf->ph, size) == size ? 0 : -ENOEXEC;
}

/* The file's bytes need not begin or end at a page boundary. */
static int map_segment(struct mm_struct *mm, struct elf_image *elf, const struct elf64_phdr *ph)
{
	unsigned long vaddr = ph->p_vaddr + elf->bias;
	unsigned long start = vaddr & PAGE_MASK, skew = vaddr & ~PAGE_MASK;
	unsigned long end = PAGE_ALIGN(vaddr + ph->p_memsz), flags = 0;
	struct vm_area_struct *vma;

	if (ph->p_filesz > ph->p_memsz || ph->p_memsz > TASK_SIZE || vaddr >= TASK_SIZE ||
	    end > TASK_SIZE - MAX_ARG_BYTES - STACK_EXTRA || !start ||
	    (ph->p_offset & ~PAGE_MASK) != skew || find_gap(mm, start, end - start) != start)
		return -EINVAL;
	if (ph->p_flags & PF_R)
		flags |= VM_READ;
	if (ph->p_flags & PF_W)
		flags |= VM_WRITE;
	if (ph->p_flags & PF_X)
		flags |= VM_EXEC;
	vma = add_vma(mm, start, end, flags);
	if (!vma)
		return -ENOMEM;
	vma->vm_file = get_file(elf->file);
	vma->vm_pgoff = ph->p_offset >> PAGE_SHIFT;
	vma->vm_file_bytes = ph->p_filesz ? skew + ph->p_filesz : 0;
	return 0;
}

static int map_segments(struct mm_struct *mm, struct elf_image *elf)
{
	int err, loaded = 0;

	for (int i = 0; i < elf->eh.e_phnum; i++) {
		const struct elf64_phdr *ph = &elf->ph[i];

		if (ph->p_type != PT_LOAD || !ph->p_memsz)
			continue;
		err = map_segment(mm, elf, ph);
		if (err)
			return err;
		loaded++;
		if (elf->eh.e_phoff >= ph->p_offset && elf->eh.e_phoff < ph->p_offset + ph->p_filesz)
			elf->phdrs = elf->eh.e_phoff - ph->p_offset + ph->p_vaddr + elf->bias;
	}
	return loaded ? 0 : -ENOEXEC;
}

/* For /proc and for brk(): where code and data are, and where they end. */
static void note_bounds(struct mm_struct *mm, const struct elf_image *elf)
{
	mm->start_code = mm->start_data = TASK_SIZE;
	for (int i = 0; i < elf->eh.e_phnum; i++) {
		const struct elf64_phdr *ph = &elf->ph[i];
		unsigned long start = ph->p_vaddr + elf->bias;

		if (ph->p_type != PT_LOAD || !ph->p_memsz)
			continue;
		if (ph->p_flags & PF_X) {
			mm->start_code = min(mm->start_code, start);
			mm->end_code = max(mm->end_code, start + ph->p_filesz);
		} else if (ph->p_flags & PF_W) {
			mm->start_data = min(mm->start_data, start);
			mm->end_data = max(mm->end_data, start + ph->p_filesz);
		}
		mm->start_brk = mm->brk = max(mm->brk, PAGE_ALIGN(start + ph->p_memsz));
	}
}

/* The bytes that a file without fixed addresses needs in a row. */
static unsigned long total_size(const struct elf_image *elf)
{
	unsigned long end = 0;

	for (int i = 0; i < elf->eh.e_phnum; i++)
		if (elf->ph[i].p_type == PT_LOAD)
			end = max(end, (unsigned long)(elf->ph[i].p_vaddr + elf->ph[i].p_memsz));
	return PAGE_ALIGN(end);
}

/* The interpreter that the program names, loaded beside it. */
static int load_interpreter(struct linux_binprm *bprm, const struct elf_image *elf,
			    const struct elf64_phdr *ph, struct elf_image *interp)
{
	char path[256];
	int err;

	if (ph->p_filesz < 2 || ph->p_filesz > sizeof(path) ||
	    kernel_read(elf->file, ph->p_offset, path, ph->p_filesz) != (ssize_t)ph->p_filesz ||
	    path[ph->p_filesz - 1])
		return -ENOEXEC;
	interp->file = filp_open(path, O_RDONLY, 0);
	if (IS_ERR(interp->file))
		return PTR_ERR(interp->file);
	err = read_headers(interp);
	if (!err && interp->eh.e_type == ET_DYN) {
		interp->bias = find_gap(bprm->mm, MMAP_BASE, total_size(interp));
		err = interp->bias ? 0 : -ENOMEM;
	}
	if (!err)
		err = map_segments(bprm->mm, interp);
	fput(interp->file);
	return err;
}

/* The strings go to the top of the stack as they are; *sp is where they begin. */
static int setup_strings(struct linux_binprm *bprm, unsigned long *sp)
{
	unsigned long n = MAX_ARG_BYTES - bprm->p;
	struct mm_struct *mm = bprm->mm;

	*sp = STACK_TOP - 8 - n;
	mm->arg_start = *sp;
	mm->arg_end = mm->env_start = *sp + (bprm->env - bprm->p);
	mm->env_end = *sp + (bprm->name - bprm->p);
	return copy_to_user((void *)*sp, bprm->strings + bprm->p, n) ? -EFAULT : 0;
}

/* Addresses of n strings that follow one another from *at, and a NULL, to *table on. */
static int put_pointers(unsigned long **table, unsigned long *at, const char *s, int n)
{
	for (; n; n--) {
		unsigned long len = strlen(s) + 1;

		if (put_user(*at, (*table)++))
			return -EFAULT;
		*at += len;
		s += len;
	}
	return put_user(0UL, (*table)++);
}

/*
 * The stack a program starts with, from sp up: argc, the argv pointers, NULL, the
 * envp pointers, NULL, the auxiliary vector; 16 random bytes, the platform's name, the
 * strings.
 */
static int create_elf_tables(struct linux_binprm *bprm, const struct elf_image *elf,
			     unsigned long base)
{
	static const char platform[] = "aarch64";
	unsigned long aux[AUX_WORDS], strings, sp, u_platform, u_random, *table;
	u8 random[16];
	int n = 0;

	if (setup_strings(bprm, &strings))
		return -EFAULT;
	u_platform = strings - sizeof(platform);
	u_random = (u_platform - sizeof(random)) & ~15UL;
	get_random_bytes(random, sizeof(random));
	if (copy_to_user((void *)u_platform, platform, sizeof(platform)) ||
	    copy_to_user((void *)u_random, random, sizeof(random)))
		return -EFAULT;

#define NEW_AUX_ENT(id, val) do { aux[n++] = (id); aux[n++] = (val); } while (0)
	NEW_AUX_ENT(AT_HWCAP, HWCAP_FP | HWCAP_ASIMD);
	NEW_AUX_ENT(AT_PAGESZ, PAGE_SIZE);
	NEW_AUX_ENT(AT_CLKTCK, HZ);
	NEW_AUX_ENT(AT_PHDR, elf->phdrs);
	NEW_AUX_ENT(AT_PHENT, sizeof(struct elf64_phdr));
	NEW_AUX_ENT(AT_PHNUM, elf->eh.e_phnum);
	NEW_AUX_ENT(AT_BASE, base);
	NEW_AUX_ENT(AT_FLAGS, 0);
	NEW_AUX_ENT(AT_ENTRY, elf->eh.e_entry + elf->bias);
	NEW_AUX_ENT(AT_UID, 0);
	NEW_AUX_ENT(AT_EUID, 0);
	NEW_AUX_ENT(AT_GID, 0);
	NEW_AUX_ENT(AT_EGID, 0);
	NEW_AUX_ENT(AT_SECURE, 0);
	NEW_AUX_ENT(AT_RANDOM, u_random);
	NEW_AUX_ENT(AT_EXECFN, strings + (bprm->name - bprm->p));
	NEW_AUX_ENT(AT_PLATFORM, u_platform);
	NEW_AUX_ENT(AT_NULL, 0);

	sp = (u_random - (1 + bprm->argc + 1 + bprm->envc + 1 + n) * sizeof(long)) & ~15UL;
	table = (unsigned long *)sp;
	if (put_user((unsigned long)bprm->argc, table++) ||
	    put_pointers(&table, &strings, bprm->strings + bprm->p, bprm->argc) ||
	    put_pointers(&table, &strings, bprm->strings + bprm->env, bprm->envc) ||
	    copy_to_user(table, aux, n * sizeof(long)))
		return -EFAULT;
	bprm->sp = bprm->mm->start_stack = sp;
	return 0;
}

static int setup_stack(struct linux_binprm *bprm, const struct elf_image *elf)
{
	unsigned long flags = VM_READ | VM_WRITE | VM_GROWSDOWN;
	unsigned long pointers = (bprm->argc + bprm->envc + AUX_WORDS) * sizeof(long);

	for (int i = 0; i < elf->eh.e_phnum; i++)
		if (elf->ph[i].p_type == PT_GNU_STACK && (elf->ph[i].p_flags & PF_X))
			flags |= VM_EXEC;
	return add_vma(bprm->mm, STACK_TOP - PAGE_ALIGN(STACK_EXTRA + MAX_ARG_BYTES - bprm->p +
							pointers),
		       STACK_TOP, flags) ? 0 : -ENOMEM;
}

/* Everything into bprm->mm, which is not in use yet; the stack's contents come last. */
static int map_program(struct linux_binprm *bprm, struct elf_image *elf, struct elf_image *interp)
{
	int err = setup_stack(bprm, elf);

	if (elf->eh.e_type == ET_DYN)
		elf->bias = ELF_ET_DYN_BASE;
	if (!err)
		err = map_segments(bprm->mm, elf);
	if (!err)
		err = arch_setup_additional_pages(bprm->mm);
	if (err)
		return err;
	note_bounds(bprm->mm, elf);
	bprm->entry = elf->eh.e_entry + elf->bias;
	for (int i = 0; i < elf->eh.e_phnum; i++)
		if (elf->ph[i].p_type == PT_INTERP) {
			err = load_interpreter(bprm, elf, &elf->ph[i], interp);
			bprm->entry = interp->eh.e_entry + interp->bias;
			break;
		}
	return err;
}

static int load_elf_binary(struct linux_binprm *bprm)
{
	struct mm_struct *old = current->mm;
	struct elf_image *elf;
	int err;

	if (memcmp(bprm->buf, "\177ELF", 4))
		return -ENOEXEC;
	elf = kzalloc(2 * sizeof(*elf), GFP_KERNEL);
	if (!elf)
		return -ENOMEM;
	elf->file = bprm->file;
	err = read_headers(elf);
	if (!err)
		err = map_program(bprm, elf, elf + 1);
	if (!err) {
		current->mm = bprm->mm; /* only so can the strings be written to it */
		switch_mm(bprm->mm);
		err = create_elf_tables(bprm, elf, elf[1].bias);
		if (err) { /* they did not fit: the old program goes on */
			current->mm = old;
			switch_mm(old);
		}
	}
	kfree(elf);
	return err;
}

const struct linux_binfmt elf_format = { .load_binary = load_elf_binary };

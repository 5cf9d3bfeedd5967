/*
 * execve(): the running task becomes another program. Static AArch64 ELF files only:
 * their segments become areas whose pages are read from the file when touched.
 */
#include <linux/kernel.h>
#include <linux/exec.h>
#include <linux/mm.h>
#include <linux/sched.h>
#include <linux/string.h>
#include <linux/uaccess.h>
#include <asm/ptrace.h>

#define STACK_TOP  TASK_SIZE
#define STACK_SIZE (8UL << 20)
#define MAX_ARGS   64
#define MAX_STRING 1024

struct elf64_hdr {
	u8 e_ident[16];
	u16 e_type, e_machine;
	u32 e_version;
	u64 e_entry, e_phoff, e_shoff;
	u32 e_flags;
	u16 e_ehsize, e_phentsize, e_phnum, e_shentsize, e_shnum, e_shstrndx;
};

struct elf64_phdr {
	u32 p_type, p_flags;
	u64 p_offset, p_vaddr, p_paddr, p_filesz, p_memsz, p_align;
};

#define ET_EXEC 2
#define EM_AARCH64 183
#define PT_LOAD 1
#define PF_X 1
#define PF_W 2
#define PF_R 4

#define AT_NULL   0
#define AT_PHDR   3
#define AT_PHENT  4
#define AT_PHNUM  5
#define AT_PAGESZ 6
#define AT_ENTRY  9
#define AT_RANDOM 25

/* Called at every execve() with the program's path. A place for those who watch from outside. */
noinline void exec_mark(const char *path)
{
	__asm__ volatile("" : : "r"(path));
}

/* One segment. The file's bytes need not begin or end at a page boundary. */
static int map_segment(struct mm_struct *mm, struct file *file, const struct elf64_phdr *ph)
{
	unsigned long start = ph->p_vaddr & PAGE_MASK, skew = ph->p_vaddr & ~PAGE_MASK;
	unsigned long end = PAGE_ALIGN(ph->p_vaddr + ph->p_memsz), flags = 0;
	struct vm_area_struct *vma;

	if (ph->p_filesz > ph->p_memsz || ph->p_memsz > TASK_SIZE || ph->p_vaddr >= TASK_SIZE ||
	    end > STACK_TOP - STACK_SIZE || (ph->p_offset & ~PAGE_MASK) != skew ||
	    find_gap(mm, start, end - start) != start)
		return -ENOEXEC;
	if (ph->p_flags & PF_R)
		flags |= VM_READ;
	if (ph->p_flags & PF_W)
		flags |= VM_WRITE;
	if (ph->p_flags & PF_X)
		flags |= VM_EXEC;
	vma = add_vma(mm, start, end, flags);
	if (!vma)
		return -ENOMEM;
	vma->vm_file = get_file(file);
	vma->vm_pgoff = ph->p_offset >> PAGE_SHIFT;
	vma->vm_file_bytes = ph->p_filesz ? skew + ph->p_filesz : 0;
	mm->start_brk = mm->brk = max(mm->brk, end);
	return 0;
}

/* Maps the whole program into mm. */
static int load_elf(struct mm_struct *mm, struct file *file, struct elf64_hdr *eh,
		    unsigned long *phdr_addr)
{
	int err;

	if (kernel_read(file, 0, eh, sizeof(*eh)) != sizeof(*eh) ||
	    memcmp(eh->e_ident, "\177ELF\2\1", 6) || eh->e_machine != EM_AARCH64 ||
	    eh->e_type != ET_EXEC || eh->e_phentsize != sizeof(struct elf64_phdr))
		return -ENOEXEC;
	*phdr_addr = 0;
	for (int i = 0; i < eh->e_phnum; i++) {
		struct elf64_phdr ph;

		if (kernel_read(file, eh->e_phoff + i * sizeof(ph), &ph, sizeof(ph)) != sizeof(ph))
			return -ENOEXEC;
		if (ph.p_type != PT_LOAD || !ph.p_memsz)
			continue;
		err = map_segment(mm, file, &ph);
		if (err)
			return err;
		if (eh->e_phoff >= ph.p_offset && eh->e_phoff < ph.p_offset + ph.p_filesz)
			*phdr_addr = eh->e_phoff - ph.p_offset + ph.p_vaddr;
	}
	if (!add_vma(mm, STACK_TOP - STACK_SIZE, STACK_TOP, VM_READ | VM_WRITE))
		return -ENOMEM;
	mm->start_stack = STACK_TOP;
	return 0;
}

/* Puts a string below *sp on the new stack (whose mm is active). Its address or 0. */
static unsigned long push_string(unsigned long *sp, const char *s)
{
	size_t n = strlen(s) + 1;

	*sp -= n;
	return copy_to_user((void *)*sp, s, n) ? 0 : *sp;
}

/*
 * The stack a program starts with, from sp up: argc, the argv pointers, NULL, the
 * envp pointers, NULL, the auxiliary vector; the strings lie above.
 */
static unsigned long build_stack(char **argv, char **envp, const struct elf64_hdr *eh,
				 unsigned long phdr_addr)
{
	unsigned long sp = STACK_TOP - 16, words[2 * MAX_ARGS + 32], random;
	int n = 0, argc = 0;

	for (int i = 0; i < 2; i++)
		if (put_user(0x5eed5eed5eed5eedUL, (unsigned long *)(sp + 8 * i)))
			return 0;
	random = sp;
	words[n++] = 0;
	for (; argv[argc]; argc++)
		if (!(words[n++] = push_string(&sp, argv[argc])))
			return 0;
	words[0] = argc;
	words[n++] = 0;
	for (int i = 0; envp[i]; i++)
		if (!(words[n++] = push_string(&sp, envp[i])))
			return 0;
	words[n++] = 0;
	words[n++] = AT_PHDR;
	words[n++] = phdr_addr;
	words[n++] = AT_PHENT;
	words[n++] = sizeof(struct elf64_phdr);
	words[n++] = AT_PHNUM;
	words[n++] = eh->e_phnum;
	words[n++] = AT_PAGESZ;
	words[n++] = PAGE_SIZE;
	words[n++] = AT_ENTRY;
	words[n++] = eh->e_entry;
	words[n++] = AT_RANDOM;
	words[n++] = random;
	words[n++] = AT_NULL;
	words[n++] = 0;
	sp = (sp - n * sizeof(long)) & ~15UL;
	return copy_to_user((void *)sp, words, n * sizeof(long)) ? 0 : sp;
}

long do_execve(const char *path, char **argv, char **envp)
{
	struct file *file = filp_open(path, O_RDONLY, 0);
	struct mm_struct *mm, *old = current->mm;
	unsigned long sp, phdr_addr;
	struct elf64_hdr eh;
	const char *name;
	int err;

	if (IS_ERR(file))
		return PTR_ERR(file);
	err = file->f_inode && S_ISREG(file->f_inode->i_mode) ? 0 : -EACCES;
	mm = err ? NULL : mm_alloc();
	if (!err)
		err = mm ? load_elf(mm, file, &eh, &phdr_addr) : -ENOMEM;
	fput(file);
	if (err) {
		if (mm)
			mmput(mm);
		return err;
	}

	exec_mark(path);
	current->mm = mm;
	switch_mm(mm);
	sp = build_stack(argv, envp, &eh, phdr_addr);
	if (!sp) { /* the strings did not fit: the old program goes on */
		current->mm = old;
		switch_mm(old);
		mmput(mm);
		return -E2BIG;
	}
	if (old)
		mmput(old);

	for (int fd = 0; fd < NR_OPEN; fd++)
		if (current->files->close_on_exec >> fd & 1) {
			fput(current->files->fd[fd]);
			current->files->fd[fd] = NULL;
		}
	current->files->close_on_exec = 0;
	for (int i = 0; i < _NSIG; i++)
		if (current->sighand->action[i].sa_handler != SIG_IGN)
			current->sighand->action[i].sa_handler = SIG_DFL;
	current->clear_child_tid = NULL;
	name = path;
	for (const char *s = path; *s; s++)
		if (*s == '/')
			name = s + 1;
	strlcpy(current->comm, name, sizeof(current->comm));
	current->did_exec = 1;
	start_thread(task_pt_regs(current), eh.e_entry, sp);
	return 0;
}

/* A kernel thread's stack is empty above its pt_regs: fill those in and leave through them. */
int kernel_execve(const char *path, char **argv, char **envp)
{
	int err = do_execve(path, argv, envp);

	if (err)
		return err;
	current->exit_signal = SIGCHLD;
	ret_to_user_from_kernel(task_pt_regs(current));
}

static void free_strings(char **v)
{
	for (int i = 0; v && v[i]; i++)
		kfree(v[i]);
	kfree(v);
}

/* Copies a NULL-terminated vector of strings in from user space. */
static char **copy_strings(char *const *uv)
{
	char **v = kzalloc((MAX_ARGS + 1) * sizeof(*v), GFP_KERNEL);
	char *buf = kmalloc(MAX_STRING, GFP_KERNEL);
	long err = v && buf ? 0 : -ENOMEM;

	for (int i = 0; !err; i++) {
		char *s;
		long n;

		if (!uv || (err = get_user(s, (char **)uv + i)) || !s)
			break;
		n = strncpy_from_user(buf, s, MAX_STRING);
		if (n < 0 || n >= MAX_STRING || i == MAX_ARGS)
			err = n < 0 ? n : -E2BIG;
		else if (!(v[i] = kstrdup(buf, GFP_KERNEL)))
			err = -ENOMEM;
	}
	kfree(buf);
	if (err) {
		free_strings(v);
		return ERR_PTR(err);
	}
	return v;
}

long sys_execve(const char *upath, char *const *uargv, char *const *uenvp)
{
	char *path = getname(upath), **argv, **envp;
	long err;

	if (IS_ERR(path))
		return PTR_ERR(path);
	argv = copy_strings(uargv);
	envp = copy_strings(uenvp);
	err = IS_ERR(argv) ? PTR_ERR(argv) : IS_ERR(envp) ? PTR_ERR(envp) : 0;
	if (!err)
		err = do_execve(path, argv, envp);
	kfree(path);
	if (!IS_ERR(argv))
		free_strings(argv);
	if (!IS_ERR(envp))
		free_strings(envp);
	return err;
}

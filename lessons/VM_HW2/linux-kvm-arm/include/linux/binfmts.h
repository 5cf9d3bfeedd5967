/* Formats of programs, and what execve() knows of one while it loads it. */
#ifndef _LINUX_BINFMTS_H
#define _LINUX_BINFMTS_H

#include <linux/fs.h>

#define BINPRM_BUF_SIZE 128
#define MAX_ARG_BYTES   (128UL << 10)

struct linux_binprm {
	char buf[BINPRM_BUF_SIZE]; /* how the file begins */
	struct file *file;
	const char *filename; /* what execve() was asked to run */
	char *strings; /* argv's and envp's, one after another, from p to the end */
	unsigned long p;
	unsigned long env; /* where envp's begin, after argv's */
	unsigned long name; /* where filename stands, after all of them */
	int argc, envc;
	int depth; /* scripts that were begun on the way here */
	struct mm_struct *mm; /* the new memory */
	unsigned long entry; /* where the program begins */
	unsigned long sp;
};

struct linux_binfmt {
	/* -ENOEXEC: it is something else. */
	int (*load_binary)(struct linux_binprm *bprm);
};

extern const struct linux_binfmt elf_format, script_format;

/* Another string below those that are there. */
int copy_string_kernel(struct linux_binprm *bprm, const char *s);
/* argv[0] goes: a script's interpreter takes its place. */
void remove_arg_zero(struct linux_binprm *bprm);
/* Opens a program, and reads how it begins. */
int open_exec(struct linux_binprm *bprm, const char *path);
int search_binary_handler(struct linux_binprm *bprm);

#endif

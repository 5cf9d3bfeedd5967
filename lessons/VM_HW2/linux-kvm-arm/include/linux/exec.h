/* Running programs. */
#ifndef _LINUX_EXEC_H
#define _LINUX_EXEC_H

#include <linux/fs.h>
#include <linux/slab.h>
#include <linux/err.h>
#include <asm/ptrace.h>

/* Turns the running task into the program; returns only on error. Strings are the kernel's. */
int kernel_execve(const char *path, char **argv, char **envp);
/* entry.S: put the stack pointer at regs and go to user space. */
void ret_to_user_from_kernel(struct pt_regs *regs) __noreturn;

#endif

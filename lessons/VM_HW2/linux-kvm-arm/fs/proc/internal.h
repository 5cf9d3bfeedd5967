/* /proc: what its files share. */
#ifndef _PROC_INTERNAL_H
#define _PROC_INTERNAL_H

#include <linux/fs.h>
#include <linux/sched.h>
#include <linux/trace_seq.h>

/* Files about the kernel: whose inode's i_private writes the text. */
typedef void (*show_fn)(struct trace_seq *s);
extern const struct file_operations proc_fops;

/* Opening: write the text for the file, as long as it is. Reading: hand it out. */
int proc_open_text(struct file *file, void (*show)(struct trace_seq *s, void *arg), void *arg);
ssize_t proc_read(struct file *file, char __user *buf, size_t n, loff_t *pos);
int proc_release(struct inode *inode, struct file *file);

/* kernel.c */
void proc_kernel_files(void);
void proc_mounts(struct trace_seq *s);

/* base.c: a folder for each process. */
int proc_pid_lookup(struct inode *dir, struct dentry *dentry);
int proc_pid_iterate(struct file *file, struct dir_context *ctx);

/* array.c and task_mmu.c: texts about a process. */
void proc_pid_stat(struct trace_seq *s, struct task_struct *tsk);
void proc_pid_status(struct trace_seq *s, struct task_struct *tsk);
void proc_pid_statm(struct trace_seq *s, struct task_struct *tsk);
void proc_pid_maps(struct trace_seq *s, struct mm_struct *mm);
void proc_pid_cmdline(struct trace_seq *s, struct mm_struct *mm);
void proc_pid_environ(struct trace_seq *s, struct mm_struct *mm);

#endif

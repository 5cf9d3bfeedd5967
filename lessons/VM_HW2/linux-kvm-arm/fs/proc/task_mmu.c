/* What /proc/PID tells of a process's memory: its areas, and the strings it began with. */
#include <linux/kernel.h>
#include <linux/err.h>
#include <linux/mm.h>
#include <linux/slab.h>
#include <linux/string.h>
#include "internal.h"

void proc_pid_statm(struct trace_seq *s, struct task_struct *tsk)
{
	const struct mm_struct *mm = tsk->mm;
	unsigned long text = mm ? PAGE_ALIGN(mm->end_code) - (mm->start_code & PAGE_MASK) : 0;

	trace_seq_printf(s, "%lu %lu 0 %lu 0 %lu 0\n", mm ? mm->total_vm : 0, mm ? mm->rss : 0,
			 text >> PAGE_SHIFT, mm ? mm->total_vm - (text >> PAGE_SHIFT) : 0);
}

/* What an area is, if that is worth a name. */
static const char *area_name(const struct mm_struct *mm, const struct vm_area_struct *vma,
			     char *buf)
{
	const struct file *file = vma->vm_file;

	if (file && file->f_path.dentry) {
		const char *path = d_path(&file->f_path, buf, PATH_MAX);

		return IS_ERR(path) ? "?" : path;
	}
	if (file)
		return file->f_name ? file->f_name : "";
	return vma->vm_start == mm->vdso ? "[vdso]" :
	       vma->vm_start <= mm->brk && vma->vm_end > mm->start_brk &&
	       vma->vm_start >= mm->start_brk ? "[heap]" :
	       vma->vm_start <= mm->start_stack && vma->vm_end > mm->start_stack ? "[stack]" : "";
}

void proc_pid_maps(struct trace_seq *s, struct mm_struct *mm)
{
	char *buf = kmalloc(PATH_MAX, GFP_KERNEL);

	mutex_lock(&mm->mmap_sem);
	lock_fs(); /* the names */
	for (struct vm_area_struct *vma = buf ? mm->mmap : NULL; vma; vma = vma->vm_next) {
		const struct inode *inode = vma->vm_file ? vma->vm_file->f_inode : NULL;
		unsigned long flags = vma->vm_flags;

		trace_seq_printf(s, "%08lx-%08lx %c%c%c%c %08lx %02lx:%02lx %lu%s%s\n",
				 vma->vm_start, vma->vm_end, flags & VM_READ ? 'r' : '-',
				 flags & VM_WRITE ? 'w' : '-', flags & VM_EXEC ? 'x' : '-',
				 flags & VM_SHARED ? 's' : 'p', vma->vm_pgoff << PAGE_SHIFT,
				 inode ? inode->i_sb->s_dev >> 8 : 0,
				 inode ? inode->i_sb->s_dev & 0xff : 0, inode ? inode->i_ino : 0,
				 *area_name(mm, vma, buf) ? "\t" : "", area_name(mm, vma, buf));
	}
	unlock_fs();
	mutex_unlock(&mm->mmap_sem);
	kfree(buf);
}

/* Bytes of another process's memory, page by page; what is not there ends it. */
static void show_memory(struct trace_seq *s, struct mm_struct *mm, unsigned long from,
			unsigned long to)
{
	while (from < to && s->len < s->size - 1) {
		unsigned long n = min(min(to - from, PAGE_SIZE - (from & ~PAGE_MASK)),
				      (unsigned long)(s->size - 1 - s->len)), pfn;

		if (get_user_page(mm, from, 0, &pfn))
			return;
		if (!pfn_valid(pfn))
			return;
		memcpy(s->buf + s->len, (char *)pfn_to_virt(pfn) + (from & ~PAGE_MASK), n);
		put_pfn(pfn);
		s->len += n;
		from += n;
	}
}

void proc_pid_cmdline(struct trace_seq *s, struct mm_struct *mm)
{
	show_memory(s, mm, mm->arg_start, mm->arg_end);
}

void proc_pid_environ(struct trace_seq *s, struct mm_struct *mm)
{
	show_memory(s, mm, mm->env_start, mm->env_end);
}

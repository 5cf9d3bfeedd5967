/* The files of /proc that are about the kernel and the machine. */
#include <linux/kernel.h>
#include <linux/init.h>
#include <linux/pagemap.h>
#include <linux/mm.h>
#include <linux/mount.h>
#include <linux/err.h>
#include <linux/resource.h>
#include <linux/slab.h>
#include <linux/utsname.h>
#include <linux/time.h>
#include <linux/irqchip/arm-gic.h>
#include <asm/cputype.h>
#include "internal.h"

const char *irq_info(unsigned int irq, unsigned long *count);

static void show_cmdline(struct trace_seq *s)
{
	trace_seq_printf(s, "%s\n", boot_command_line);
}

static void show_version(struct trace_seq *s)
{
	trace_seq_printf(s, "%s version %s %s\n", UTS_SYSNAME, UTS_RELEASE, UTS_VERSION);
}

static void show_meminfo(struct trace_seq *s)
{
	trace_seq_printf(s, "MemTotal:     %8lu kB\nMemFree:      %8lu kB\n",
			 (max_pfn - min_pfn) * 4, nr_free_pages() * 4);
	trace_seq_printf(s, "MemAvailable: %8lu kB\nBuffers:      %8lu kB\nCached:       %8lu kB\n",
			 (nr_free_pages() + nr_cached_pages) * 4, 0UL, nr_cached_pages * 4);
	trace_seq_printf(s, "SwapTotal:    %8lu kB\nSwapFree:     %8lu kB\n", 0UL, 0UL);
}

static void show_interrupts(struct trace_seq *s)
{
	unsigned long count;

	for (unsigned int irq = 0; irq < gic_nr_irqs; irq++) {
		const char *name = irq_info(irq, &count);

		if (name)
			trace_seq_printf(s, "%3u: %10lu  GIC  %s\n", irq, count, name);
	}
}

/* Ours, for a small ps: all tasks at a glance. (Those folders are in base.c.) */
static void show_tasks(struct trace_seq *s)
{
	struct task_struct *tsk;

	trace_seq_printf(s, "  PID  PPID STATE COMMAND\n");
	lock_tasks();
	list_for_each_entry(tsk, &task_list, tasks)
		trace_seq_printf(s, "%5d %5d %s     %s\n", tsk->pid, tsk->parent->pid,
				 tsk->state == TASK_RUNNING ? "R" :
				 tsk->state == TASK_DEAD ? "Z" :
				 tsk->state == TASK_INTERRUPTIBLE ? "S" : "D", tsk->comm);
	unlock_tasks();
}

void proc_mounts(struct trace_seq *s)
{
	char *buf = kmalloc(PATH_MAX, GFP_KERNEL), *where;
	struct vfsmount *mnt;

	lock_fs();
	list_for_each_entry(mnt, &mount_list, mnt_list) {
		struct path path = { mnt, mnt->mnt_root };

		where = buf ? d_path(&path, buf, PATH_MAX) : ERR_PTR(-ENOMEM);
		if (!IS_ERR(where))
			trace_seq_printf(s, "%s %s %s %s 0 0\n", mnt->mnt_devname, where,
					 mnt->mnt_sb->s_type->name,
					 mnt->mnt_sb->s_flags & MS_RDONLY ? "ro" : "rw");
	}
	unlock_fs();
	kfree(buf);
}

static void show_filesystems(struct trace_seq *s)
{
	for (struct file_system_type *fs = NULL; (fs = next_filesystem(fs));)
		trace_seq_printf(s, "%s\t%s\n", fs->fs_flags & FS_REQUIRES_DEV ? "" : "nodev",
				 fs->name);
}

static void show_uptime(struct trace_seq *s)
{
	unsigned long up = ktime_get() / (NSEC_PER_SEC / 100);

	trace_seq_printf(s, "%lu.%02lu %lu.%02lu\n", up / 100, up % 100, idle_ticks / HZ,
			 idle_ticks % HZ);
}

static void show_loadavg(struct trace_seq *s)
{
	struct task_struct *tsk;
	int running = 0;

	lock_tasks();
	list_for_each_entry(tsk, &task_list, tasks)
		running += tsk->state == TASK_RUNNING;
	unlock_tasks();
	for (int i = 0; i < 3; i++)
		trace_seq_printf(s, "%lu.%02lu ", avenrun[i] / 2048, avenrun[i] % 2048 * 100 / 2048);
	trace_seq_printf(s, "%d/%d %d\n", running, nr_tasks, current->pid);
}

static void show_stat(struct trace_seq *s)
{
	unsigned long count, all = 0;

	for (unsigned int irq = 0; irq < gic_nr_irqs; irq++)
		if (irq_info(irq, &count))
			all += count;
	for (int i = 0; i < 2; i++)
		trace_seq_printf(s, "cpu%s %lu 0 %lu %lu 0 0 0 0 0 0\n", i ? "0" : " ", user_ticks,
				 system_ticks, idle_ticks);
	trace_seq_printf(s, "intr %lu\nctxt %lu\nbtime %ld\nprocesses %lu\n", all,
			 nr_context_switches, (long)(realtime_offset / NSEC_PER_SEC), nr_forks);
}

static void show_cpuinfo(struct trace_seq *s)
{
	u32 midr = read_cpuid_id();

	trace_seq_printf(s, "Processor\t: AArch64 Processor rev %u (aarch64)\nprocessor\t: 0\n"
			 "Features\t: fp asimd\nCPU implementer\t: 0x%02x\n"
			 "CPU architecture: AArch64\n",
			 midr & 15, midr >> 24);
	trace_seq_printf(s, "CPU variant\t: 0x%x\nCPU part\t: 0x%03x\nCPU revision\t: %u\n",
			 midr >> 20 & 15, midr >> 4 & 0xfff, midr & 15);
}

void proc_kernel_files(void)
{
	static const struct {
		const char *path;
		show_fn show;
	} files[] = {
		{ "/proc/cmdline", show_cmdline },
		{ "/proc/cpuinfo", show_cpuinfo },
		{ "/proc/filesystems", show_filesystems },
		{ "/proc/interrupts", show_interrupts },
		{ "/proc/loadavg", show_loadavg },
		{ "/proc/meminfo", show_meminfo },
		{ "/proc/stat", show_stat },
		{ "/proc/tasks", show_tasks },
		{ "/proc/uptime", show_uptime },
		{ "/proc/version", show_version }
	};

	for (size_t i = 0; i < ARRAY_SIZE(files); i++)
		fs_mknod(files[i].path, S_IFREG | 0444, &proc_fops, (void *)files[i].show);
}

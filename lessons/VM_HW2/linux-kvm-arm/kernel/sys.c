/* Small system calls: who am I, what is this, what time is it, switch off. */
#include <linux/kernel.h>
#include <linux/fs.h>
#include <linux/sched.h>
#include <linux/hrtimer.h>
#include <linux/reboot.h>
#include <linux/slab.h>
#include <linux/string.h>
#include <linux/uaccess.h>
#include <linux/utsname.h>
#include <uapi/linux/sched.h>
#include <uapi/linux/time.h>
#include <clocksource/arm_arch_timer.h>

void schedule_until(ktime_t expires);

long sys_uname(struct new_utsname *uname)
{
	struct new_utsname u;

	memset(&u, 0, sizeof(u));
	strlcpy(u.sysname, UTS_SYSNAME, sizeof(u.sysname));
	strlcpy(u.nodename, UTS_NODENAME, sizeof(u.nodename));
	strlcpy(u.release, UTS_RELEASE, sizeof(u.release));
	strlcpy(u.version, UTS_VERSION, sizeof(u.version));
	strlcpy(u.machine, UTS_MACHINE, sizeof(u.machine));
	strlcpy(u.domainname, "(none)", sizeof(u.domainname));
	return copy_to_user(uname, &u, sizeof(u)) ? -EFAULT : 0;
}

long sys_getpid(void)
{
	return current->tgid;
}

long sys_gettid(void)
{
	return current->pid;
}

long sys_getppid(void)
{
	return current->parent->tgid;
}

/* There is one user, root. */
long sys_getuid(void)
{
	return 0;
}

long sys_set_tid_address(unsigned int *tid)
{
	current->clear_child_tid = tid;
	return current->pid;
}

#define PR_SET_NAME 15

/* Only the thread's name: it shows in traces. */
long sys_prctl(int option, unsigned long arg)
{
	char name[TASK_COMM_LEN];
	long n;

	if (option != PR_SET_NAME)
		return -EINVAL;
	n = strncpy_from_user(name, (const char *)arg, sizeof(name));
	if (n < 0)
		return n;
	name[TASK_COMM_LEN - 1] = 0;
	strlcpy(current->comm, name, TASK_COMM_LEN);
	return 0;
}

long sys_sched_yield(void)
{
	schedule();
	return 0;
}

/* There is no clock that knows the date: real time starts at 0 when the machine does. */
long sys_clock_gettime(int clock, struct timespec *uts)
{
	ktime_t now = ktime_get();
	struct timespec ts = { now / NSEC_PER_SEC, now % NSEC_PER_SEC };

	if (clock != CLOCK_REALTIME && clock != CLOCK_MONOTONIC)
		return -EINVAL;
	return copy_to_user(uts, &ts, sizeof(ts)) ? -EFAULT : 0;
}

long sys_gettimeofday(struct timeval *utv, void *tz)
{
	ktime_t now = ktime_get();
	struct timeval tv = { now / NSEC_PER_SEC, now % NSEC_PER_SEC / 1000 };

	return utv && copy_to_user(utv, &tv, sizeof(tv)) ? -EFAULT : 0;
}

long sys_nanosleep(const struct timespec *uts, struct timespec *urem)
{
	struct timespec ts;
	ktime_t end, left;

	if (copy_from_user(&ts, uts, sizeof(ts)))
		return -EFAULT;
	if (ts.tv_sec < 0 || ts.tv_nsec < 0 || ts.tv_nsec >= NSEC_PER_SEC)
		return -EINVAL;
	end = ktime_get() + min(ts.tv_sec, 1000000000L) * NSEC_PER_SEC + ts.tv_nsec;
	while ((left = end - ktime_get()) > 0 && !signal_pending(current)) {
		set_current_state(TASK_INTERRUPTIBLE);
		schedule_until(end);
	}
	if (left <= 0)
		return 0;
	ts.tv_sec = left / NSEC_PER_SEC;
	ts.tv_nsec = left % NSEC_PER_SEC;
	return urem && copy_to_user(urem, &ts, sizeof(ts)) ? -EFAULT : -EINTR;
}

long sys_reboot(unsigned int magic1, unsigned int magic2, unsigned int cmd)
{
	if (magic1 != LINUX_REBOOT_MAGIC1 || magic2 != LINUX_REBOOT_MAGIC2)
		return -EINVAL;
	switch (cmd) {
	case LINUX_REBOOT_CMD_POWER_OFF:
	case LINUX_REBOOT_CMD_HALT:
		emergency_remount_ro();
		printk("reboot: Power down\n");
		machine_power_off();
		break;
	case LINUX_REBOOT_CMD_RESTART:
		emergency_remount_ro();
		printk("reboot: Restarting system\n");
		machine_restart();
		break;
	default:
		return -EINVAL;
	}
	printk("reboot: nobody switches this machine off; stopped\n");
	local_irq_disable();
	arch_timer_stop();
	for (;;)
		cpu_do_idle();
}

#define SYSLOG_ACTION_READ_ALL    3
#define SYSLOG_ACTION_SIZE_BUFFER 10

/* dmesg */
long sys_syslog(int type, char *ubuf, int size)
{
	char *log;
	long n;

	if (type == SYSLOG_ACTION_SIZE_BUFFER)
		return printk_log_size();
	if (type != SYSLOG_ACTION_READ_ALL || size < 0)
		return -EINVAL;
	size = min(size, printk_log_size());
	log = kmalloc(size, GFP_KERNEL);
	if (!log)
		return -ENOMEM;
	n = printk_read_log(log, size);
	if (copy_to_user(ubuf, log, n))
		n = -EFAULT;
	kfree(log);
	return n;
}

long sys_clone(unsigned long flags, unsigned long stack, unsigned int *parent_tid,
	       unsigned long tls, unsigned int *child_tid)
{
	return do_fork(flags, stack, parent_tid, tls, child_tid);
}

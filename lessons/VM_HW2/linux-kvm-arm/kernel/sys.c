/* Small system calls: who am I, what is this, switch off. */
#include <linux/kernel.h>
#include <linux/fs.h>
#include <linux/sched.h>
#include <linux/reboot.h>
#include <linux/slab.h>
#include <linux/string.h>
#include <linux/uaccess.h>
#include <linux/utsname.h>
#include <clocksource/arm_arch_timer.h>

static char nodename[65] = UTS_NODENAME, domainname[65] = "(none)";

long sys_uname(struct new_utsname *uname)
{
	struct new_utsname u;

	memset(&u, 0, sizeof(u));
	strlcpy(u.sysname, UTS_SYSNAME, sizeof(u.sysname));
	strlcpy(u.nodename, nodename, sizeof(u.nodename));
	strlcpy(u.release, UTS_RELEASE, sizeof(u.release));
	strlcpy(u.version, UTS_VERSION, sizeof(u.version));
	strlcpy(u.machine, UTS_MACHINE, sizeof(u.machine));
	strlcpy(u.domainname, domainname, sizeof(u.domainname));
	return copy_to_user(uname, &u, sizeof(u)) ? -EFAULT : 0;
}

static long set_name(char *to, const char *uname, unsigned int len)
{
	char name[65] = { 0 };

	if (len >= sizeof(name))
		return -EINVAL;
	if (copy_from_user(name, uname, len))
		return -EFAULT;
	memcpy(to, name, sizeof(name));
	return 0;
}

long sys_sethostname(const char *uname, unsigned int len)
{
	return set_name(nodename, uname, len);
}

long sys_setdomainname(const char *uname, unsigned int len)
{
	return set_name(domainname, uname, len);
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

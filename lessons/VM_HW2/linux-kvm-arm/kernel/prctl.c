/* What a process may say about itself: its name, its personality, which CPUs it wants. */
#include <linux/kernel.h>
#include <linux/mm.h>
#include <linux/random.h>
#include <linux/resource.h>
#include <linux/sched.h>
#include <linux/string.h>
#include <linux/uaccess.h>
#include <uapi/linux/sched.h>
#include <uapi/linux/sysinfo.h>

#define PR_SET_PDEATHSIG 1
#define PR_GET_PDEATHSIG 2
#define PR_GET_DUMPABLE  3
#define PR_SET_DUMPABLE  4
#define PR_SET_NAME      15
#define PR_GET_NAME      16

static long set_name(const char *uname)
{
	char name[TASK_COMM_LEN];
	long n = strncpy_from_user(name, uname, sizeof(name));

	if (n < 0)
		return n;
	name[TASK_COMM_LEN - 1] = 0;
	strlcpy(current->comm, name, TASK_COMM_LEN);
	return 0;
}

long sys_prctl(int option, unsigned long arg)
{
	switch (option) {
	case PR_SET_PDEATHSIG:
		if (arg > _NSIG)
			return -EINVAL;
		current->pdeath_signal = arg;
		return 0;
	case PR_GET_PDEATHSIG:
		return put_user(current->pdeath_signal, (int *)arg);
	case PR_GET_DUMPABLE:
		return 1;
	case PR_SET_DUMPABLE:
		return arg <= 1 ? 0 : -EINVAL;
	case PR_SET_NAME:
		return set_name((const char *)arg);
	case PR_GET_NAME:
		return copy_to_user((char *)arg, current->comm, TASK_COMM_LEN) ? -EFAULT : 0;
	}
	return -EINVAL;
}

/* Remembered; the only one there is here is Linux's own. */
long sys_personality(unsigned int personality)
{
	unsigned int old = current->personality;

	if (personality != 0xffffffff)
		current->personality = personality;
	return old;
}

long sys_getcpu(unsigned int *cpu, unsigned int *node)
{
	return (cpu && put_user(0u, cpu)) || (node && put_user(0u, node)) ? -EFAULT : 0;
}

long sys_sched_yield(void)
{
	schedule();
	return 0;
}

static struct task_struct *task_or_me(int pid)
{
	return pid < 0 ? NULL : pid ? find_task(pid) : current;
}

/* There is one CPU: a set without it is empty. */
long sys_sched_setaffinity(int pid, unsigned int len, const unsigned long *umask)
{
	unsigned char first = 0;

	if (!task_or_me(pid))
		return -ESRCH;
	if (len && get_user(first, (const unsigned char *)umask))
		return -EFAULT;
	return first & 1 ? 0 : -EINVAL;
}

long sys_sched_getaffinity(int pid, unsigned int len, unsigned long *umask)
{
	if (len < sizeof(long) || len % sizeof(long))
		return -EINVAL;
	if (!task_or_me(pid))
		return -ESRCH;
	return put_user(1UL, umask) ? -EFAULT : (long)sizeof(long);
}

/* All tasks take turns alike. */
long sys_sched_getscheduler(int pid)
{
	return pid < 0 ? -EINVAL : task_or_me(pid) ? SCHED_OTHER : -ESRCH;
}

long sys_sched_setscheduler(int pid, int policy, const int *uparam)
{
	int priority;

	if (pid < 0 || !uparam)
		return -EINVAL;
	if (get_user(priority, uparam))
		return -EFAULT;
	if (!task_or_me(pid))
		return -ESRCH;
	return policy == SCHED_OTHER && !priority ? 0 : -EINVAL;
}

long sys_sched_getparam(int pid, int *uparam)
{
	if (pid < 0 || !uparam)
		return -EINVAL;
	return task_or_me(pid) ? put_user(0, uparam) : -ESRCH;
}

long sys_sched_get_priority_max(int policy)
{
	return policy == SCHED_OTHER ? 0 : -EINVAL;
}

long sys_sysinfo(struct sysinfo *uinfo)
{
	struct sysinfo info = {
		.uptime = ktime_get() / NSEC_PER_SEC,
		.totalram = max_pfn - min_pfn,
		.freeram = nr_free_pages(),
		.procs = nr_tasks,
		.mem_unit = PAGE_SIZE
	};

	for (int i = 0; i < 3; i++)
		info.loads[i] = avenrun[i] << 5; /* in 1/65536 */
	return copy_to_user(uinfo, &info, sizeof(info)) ? -EFAULT : 0;
}

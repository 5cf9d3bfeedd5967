/* Processes, their groups and sessions. */
#include <fcntl.h>
#include <signal.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/klog.h>
#include <sys/reboot.h>
#include <sys/utsname.h>
#include <sys/wait.h>
#include <stdarg.h>
#include <unistd.h>
#include "../syscall.h"

pid_t fork(void) { return SYSCALL5(clone, SIGCHLD, 0, 0, 0, 0); }
pid_t getpid(void) { return SYSCALL0(getpid); }
pid_t getppid(void) { return SYSCALL0(getppid); }
pid_t getpgid(pid_t pid) { return SYSCALL1(getpgid, pid); }
pid_t getpgrp(void) { return getpgid(0); }
int setpgid(pid_t pid, pid_t pgrp) { return SYSCALL2(setpgid, pid, pgrp); }
pid_t getsid(pid_t pid) { return SYSCALL1(getsid, pid); }
pid_t setsid(void) { return SYSCALL0(setsid); }
uid_t getuid(void) { return SYSCALL0(getuid); }
uid_t geteuid(void) { return SYSCALL0(geteuid); }
gid_t getgid(void) { return SYSCALL0(getgid); }
gid_t getegid(void) { return SYSCALL0(getegid); }
int uname(struct utsname *u) { return SYSCALL1(uname, u); }
int sethostname(const char *name, size_t size) { return SYSCALL2(sethostname, name, size); }
int klogctl(int type, char *buf, int size) { return SYSCALL3(syslog, type, buf, size); }
pid_t wait(int *status) { return waitpid(-1, status, 0); }
int tcsetpgrp(int fd, pid_t pgrp) { return ioctl(fd, TIOCSPGRP, &pgrp); }

pid_t waitpid(pid_t pid, int *status, int options)
{
	return SYSCALL4(wait4, pid, status, options, NULL);
}

pid_t tcgetpgrp(int fd)
{
	pid_t pgrp;

	return ioctl(fd, TIOCGPGRP, &pgrp) < 0 ? -1 : pgrp;
}

void _exit(int status)
{
	for (;;)
		__syscall(__NR_exit_group, status, 0, 0, 0, 0, 0);
}

int reboot(unsigned int cmd)
{
	return SYSCALL4(reboot, LINUX_REBOOT_MAGIC1, LINUX_REBOOT_MAGIC2, cmd, 0);
}

int gethostname(char *name, size_t size)
{
	struct utsname u;

	if (uname(&u))
		return -1;
	strncpy(name, u.nodename, size);
	return 0;
}

long syscall(long nr, ...)
{
	long a[6];
	va_list args;

	va_start(args, nr);
	for (int i = 0; i < 6; i++)
		a[i] = va_arg(args, long);
	va_end(args);
	return __result(__syscall(nr, a[0], a[1], a[2], a[3], a[4], a[5]));
}

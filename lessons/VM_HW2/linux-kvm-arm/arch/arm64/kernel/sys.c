/*
 * System calls: x8 chooses a function from the table, x0 to x5 are its arguments, and
 * x0 gets the result. Errors are small negative numbers.
 */
#include <linux/kernel.h>
#include <linux/errno.h>
#include <linux/types.h>
#include <asm/ptrace.h>
#include <asm/unistd.h>

typedef long (*syscall_fn)(u64, u64, u64, u64, u64, u64);

/* Each is defined, with its true arguments, in the file whose subject it is. */
#define DECLARE(name) long sys_##name(u64, u64, u64, u64, u64, u64);
#define ENTRY(name) [__NR_##name] = sys_##name,

#define FOR_EACH_SYSCALL(_) \
	_(getcwd) _(dup) _(dup3) _(fcntl) _(ioctl) _(mkdirat) _(unlinkat) _(ftruncate) \
	_(faccessat) _(chdir) _(openat) _(close) _(pipe2) _(getdents64) _(lseek) _(read) \
	_(write) _(readv) _(writev) _(pread64) _(pwrite64) _(pselect6) _(ppoll) _(readlinkat) _(newfstatat) \
	_(fstat) _(sync) _(exit) _(exit_group) _(set_tid_address) _(futex) _(nanosleep) \
	_(clock_gettime) _(syslog) _(sched_yield) _(kill) _(tkill) _(tgkill) _(rt_sigsuspend) \
	_(rt_sigaction) _(rt_sigprocmask) _(rt_sigreturn) _(reboot) _(setpgid) _(getpgid) \
	_(getsid) _(setsid) _(uname) _(prctl) _(gettimeofday) _(getpid) _(getppid) _(getuid) _(gettid) \
	_(brk) _(munmap) _(clone) _(execve) _(mmap) _(mprotect) _(wait4) \
	_(mknodat) _(symlinkat) _(linkat) _(renameat) _(renameat2) _(umount2) _(mount) _(statfs) \
	_(fstatfs) _(truncate) _(fallocate) _(fchdir) _(chroot) _(fchmod) _(fchmodat) _(fchownat) \
	_(fchown) _(sendfile) _(fsync) _(fdatasync) _(syncfs) _(utimensat) _(umask) \
	_(capget) _(personality) _(waitid) _(set_robust_list) _(get_robust_list) _(getitimer) \
	_(setitimer) _(timer_create) _(timer_gettime) _(timer_getoverrun) _(timer_settime) \
	_(timer_delete) _(clock_settime) _(clock_getres) _(clock_nanosleep) _(sched_setscheduler) \
	_(sched_getscheduler) _(sched_getparam) _(sched_setaffinity) _(sched_getaffinity) \
	_(sched_get_priority_max) _(restart_syscall) _(sigaltstack) _(rt_sigpending) \
	_(rt_sigtimedwait) _(rt_sigqueueinfo) _(setpriority) _(getpriority) _(setreuid) _(setuid) \
	_(setresuid) _(getresuid) _(setfsuid) _(times) _(getgroups) _(setgroups) _(sethostname) \
	_(setdomainname) _(getrlimit) _(setrlimit) _(getrusage) _(getcpu) _(settimeofday) _(sysinfo) \
	_(mremap) _(msync) _(mlock) _(mincore) _(madvise) _(rt_tgsigqueueinfo) _(prlimit64) \
	_(getrandom)

FOR_EACH_SYSCALL(DECLARE)

static const syscall_fn sys_call_table[__NR_syscalls] = {
	FOR_EACH_SYSCALL(ENTRY)
	/* one user, one group */
	[__NR_geteuid] = sys_getuid,
	[__NR_getgid] = sys_getuid,
	[__NR_getegid] = sys_getuid,
	[__NR_setgid] = sys_setuid,
	[__NR_setregid] = sys_setreuid,
	[__NR_setresgid] = sys_setresuid,
	[__NR_getresgid] = sys_getresuid,
	[__NR_setfsgid] = sys_setfsuid,
	[__NR_sched_get_priority_min] = sys_sched_get_priority_max,
	[__NR_munlock] = sys_mlock
};

void el0_svc(struct pt_regs *regs)
{
	u64 nr = regs->regs[8] & 0xffffffff;
	u64 *a = regs->regs;

	regs->orig_x0 = a[0];
	regs->syscallno = nr;
	if (nr < __NR_syscalls && sys_call_table[nr])
		a[0] = sys_call_table[nr](a[0], a[1], a[2], a[3], a[4], a[5]);
	else
		a[0] = -ENOSYS;
}

/*
 * Delivering a signal to a handler: save the user registers on the user stack, in
 * Linux's layout, and let the process continue in the handler. When that returns it
 * runs sa_restorer, which calls rt_sigreturn(), which puts the registers back.
 */
#include <linux/kernel.h>
#include <linux/sched.h>
#include <linux/signal.h>
#include <linux/jobctl.h>
#include <linux/uaccess.h>
#include <linux/string.h>
#include <asm/ptrace.h>

struct siginfo {
	int si_signo, si_errno, si_code, pad;
	char rest[112];
};

struct sigcontext {
	u64 fault_address;
	u64 regs[31];
	u64 sp, pc, pstate;
	u64 reserved[2] __aligned(16); /* more contexts would follow; a zero ends them */
};

struct ucontext {
	u64 uc_flags, uc_link;
	u64 uc_stack[3];
	u64 uc_sigmask;
	char pad[120];
	struct sigcontext uc_mcontext __aligned(16);
};

struct rt_sigframe {
	struct siginfo info;
	struct ucontext uc;
};

static int setup_frame(int sig, const struct kernel_sigaction *ka, struct pt_regs *regs)
{
	unsigned long sp = (regs->sp - sizeof(struct rt_sigframe)) & ~15UL;
	struct rt_sigframe f;

	memset(&f, 0, sizeof(f));
	f.info.si_signo = sig;
	f.uc.uc_sigmask = current->restore_sigmask ? current->saved_sigmask : current->blocked;
	f.uc.uc_mcontext.fault_address = current->thread.fault_address;
	memcpy(f.uc.uc_mcontext.regs, regs->regs, sizeof(regs->regs));
	f.uc.uc_mcontext.sp = regs->sp;
	f.uc.uc_mcontext.pc = regs->pc;
	f.uc.uc_mcontext.pstate = regs->pstate;
	if (copy_to_user((void *)sp, &f, sizeof(f)))
		return -EFAULT;
	regs->regs[0] = sig;
	regs->regs[1] = sp;
	regs->regs[2] = sp + offsetof(struct rt_sigframe, uc);
	regs->regs[30] = (u64)ka->sa_restorer;
	regs->sp = sp;
	regs->pc = (u64)ka->sa_handler;
	return 0;
}

long sys_rt_sigreturn(void)
{
	struct pt_regs *regs = task_pt_regs(current);
	struct rt_sigframe f;

	if (copy_from_user(&f, (void *)regs->sp, sizeof(f))) {
		force_sig(SIGSEGV, current);
		return 0;
	}
	memcpy(regs->regs, f.uc.uc_mcontext.regs, sizeof(regs->regs));
	regs->sp = f.uc.uc_mcontext.sp;
	regs->pc = f.uc.uc_mcontext.pc;
	/* only the condition flags: EL0 must not choose its own exception level */
	regs->pstate = f.uc.uc_mcontext.pstate & 0xf0000000;
	regs->syscallno = ~0UL; /* do not run the interrupted call again */
	sigprocmask(SIG_SETMASK, (sigset_t *)&f.uc.uc_sigmask, NULL);
	return regs->regs[0];
}

/* The interrupted system call runs once more: back to its SVC, with its first argument. */
static void restart_syscall(struct pt_regs *regs)
{
	regs->regs[0] = regs->orig_x0;
	regs->pc -= 4;
}

static bool fatal_by_default(int sig)
{
	return sig != SIGCHLD && sig != SIGURG && sig != SIGWINCH && sig != SIGCONT &&
	       !sig_kernel_stop(sig);
}

void do_signal(struct pt_regs *regs)
{
	bool interrupted = regs->syscallno != ~0UL && (long)regs->regs[0] == -ERESTARTSYS;
	sigset_t ready;

	if (current->stop_pending)
		do_jobctl_stop();
	while ((ready = current->pending & ~current->blocked)) {
		int sig = __builtin_ctzl(ready) + 1;
		struct kernel_sigaction *ka = &current->sighand->action[sig - 1];

		current->pending &= ~sigmask(sig);
		if (sig == SIGKILL || (ka->sa_handler == SIG_DFL && fatal_by_default(sig)))
			do_group_exit(sig);
		if (sig == SIGSTOP || (ka->sa_handler == SIG_DFL && sig_kernel_stop(sig)))
			do_signal_stop(sig);
		if (ka->sa_handler == SIG_IGN || ka->sa_handler == SIG_DFL)
			continue;
		if (interrupted) {
			if (ka->sa_flags & SA_RESTART)
				restart_syscall(regs);
			else
				regs->regs[0] = -EINTR;
			interrupted = false;
		}
		if (setup_frame(sig, ka, regs))
			do_group_exit(SIGSEGV);
		regs->syscallno = ~0UL;
		current->restore_sigmask = 0;
		current->blocked |= ka->sa_mask & ~(sigmask(SIGKILL) | sigmask(SIGSTOP));
		if (!(ka->sa_flags & SA_NODEFER))
			current->blocked |= sigmask(sig);
	}
	if (interrupted) { /* no handler ran: the process should not notice */
		restart_syscall(regs);
		regs->syscallno = ~0UL;
	}
	if (current->restore_sigmask) {
		current->restore_sigmask = 0;
		current->blocked = current->saved_sigmask;
	}
	recalc_sigpending();
}

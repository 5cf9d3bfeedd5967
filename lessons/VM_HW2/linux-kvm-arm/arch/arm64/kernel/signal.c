/*
 * Delivering a signal to a handler: save the user registers on the user stack, in
 * Linux's layout, and let the process continue in the handler. When that returns it
 * runs sa_restorer (or what vdso.c has for that), which calls rt_sigreturn(), which puts
 * the registers back.
 */
#include <linux/kernel.h>
#include <linux/mm.h>
#include <linux/sched.h>
#include <linux/signal.h>
#include <linux/uaccess.h>
#include <linux/string.h>
#include <asm/fpsimd.h>
#include <asm/ptrace.h>
#include <asm/unistd.h>

#define FPSIMD_MAGIC 0x46508001

struct sigcontext {
	u64 fault_address;
	u64 regs[31];
	u64 sp, pc, pstate;
} __aligned(16);

/* The only context of that kind here. */
struct fpsimd_context {
	u32 magic, size;
	u32 fpsr, fpcr;
	unsigned __int128 vregs[32];
};

struct ucontext {
	u64 uc_flags;
	struct ucontext *uc_link;
	struct sigaltstack uc_stack;
	u64 uc_sigmask;
	u8 unused[120];
	struct sigcontext uc_mcontext __aligned(16);
};

struct rt_sigframe {
	struct kernel_siginfo info;
	struct ucontext uc;
	u8 reserved[4096] __aligned(16); /* more contexts, one after another; a zero ends them */
	u64 fp, lr; /* a frame record, so that debuggers find the way back */
};

/* How a struct fpsimd_context begins. */
struct fpsimd_head {
	u32 magic, size, fpsr, fpcr;
};

/* Floating point goes to the first reserved bytes; without any, they say so. */
static int setup_fpsimd(struct rt_sigframe *frame)
{
	void *at = frame->reserved;
	const struct user_fpsimd_state *fp = &current->thread.fpsimd_state;
	struct fpsimd_head head = { FPSIMD_MAGIC, sizeof(struct fpsimd_context) };
	struct fpsimd_context *ctx = at;

	if (!fpsimd_preserve_current_state())
		return clear_user(at, 16) ? -EFAULT : 0;
	head.fpsr = fp->fpsr;
	head.fpcr = fp->fpcr;
	if (copy_to_user(ctx, &head, sizeof(head)) ||
	    copy_to_user(ctx->vregs, fp->vregs, sizeof(fp->vregs)) || clear_user(ctx + 1, 8))
		return -EFAULT;
	return 0;
}

static int restore_fpsimd(struct rt_sigframe *frame)
{
	struct fpsimd_context *ctx = (void *)frame->reserved;
	struct fpsimd_head head;
	struct user_fpsimd_state fp;

	if (copy_from_user(&head, ctx, sizeof(head)))
		return -EFAULT;
	if (!head.magic && !head.size)
		return 0;
	if (head.magic != FPSIMD_MAGIC || head.size != sizeof(*ctx) ||
	    copy_from_user(fp.vregs, ctx->vregs, sizeof(fp.vregs)))
		return -EFAULT;
	fp.fpsr = head.fpsr;
	fp.fpcr = head.fpcr;
	fpsimd_update_current_state(&fp);
	return 0;
}

/* Where the frame goes: below what is in use, or on the stack that is kept for handlers. */
static struct rt_sigframe *get_sigframe(const struct kernel_sigaction *ka, unsigned long sp)
{
	const struct sigaltstack *alt = &current->altstack;

	if ((ka->sa_flags & SA_ONSTACK) && alt->ss_size && !on_sig_stack(sp))
		sp = (unsigned long)alt->ss_sp + alt->ss_size;
	return (struct rt_sigframe *)((sp - sizeof(struct rt_sigframe)) & ~15UL);
}

static int setup_frame(int sig, const struct kernel_siginfo *info,
		       const struct kernel_sigaction *ka, struct pt_regs *regs)
{
	struct rt_sigframe *frame = get_sigframe(ka, regs->sp);
	struct ucontext uc;
	u64 record[2] = { regs->regs[29], regs->regs[30] };

	memset(&uc, 0, sizeof(uc));
	uc.uc_stack = current->altstack;
	if (!current->altstack.ss_size)
		uc.uc_stack.ss_flags = SS_DISABLE;
	uc.uc_sigmask = current->restore_sigmask ? current->saved_sigmask : current->blocked;
	uc.uc_mcontext.fault_address = current->thread.fault_address;
	memcpy(uc.uc_mcontext.regs, regs->regs, sizeof(regs->regs));
	uc.uc_mcontext.sp = regs->sp;
	uc.uc_mcontext.pc = regs->pc;
	uc.uc_mcontext.pstate = regs->pstate;
	if (copy_to_user(&frame->info, info, sizeof(*info)) ||
	    copy_to_user(&frame->uc, &uc, sizeof(uc)) ||
	    copy_to_user(&frame->fp, record, sizeof(record)) || setup_fpsimd(frame))
		return -EFAULT;
	regs->regs[0] = sig;
	if (ka->sa_flags & SA_SIGINFO) {
		regs->regs[1] = (u64)&frame->info;
		regs->regs[2] = (u64)&frame->uc;
	}
	regs->regs[29] = (u64)&frame->fp;
	regs->regs[30] = ka->sa_flags & SA_RESTORER ? (u64)ka->sa_restorer : current->mm->vdso;
	regs->sp = (u64)frame;
	regs->pc = (u64)ka->sa_handler;
	return 0;
}

long sys_rt_sigreturn(void)
{
	struct pt_regs *regs = task_pt_regs(current);
	struct rt_sigframe *frame = (struct rt_sigframe *)regs->sp;
	struct ucontext uc;

	current->restart_block.fn = NULL;
	if ((regs->sp & 15) || copy_from_user(&uc, &frame->uc, sizeof(uc)) ||
	    restore_fpsimd(frame)) {
		force_sig(SIGSEGV, current);
		return regs->regs[0];
	}
	memcpy(regs->regs, uc.uc_mcontext.regs, sizeof(regs->regs));
	regs->sp = uc.uc_mcontext.sp;
	regs->pc = uc.uc_mcontext.pc;
	/* only the condition flags: EL0 must not choose its own exception level */
	regs->pstate = uc.uc_mcontext.pstate & 0xf0000000;
	regs->syscallno = ~0UL; /* do not run the interrupted call again */
	set_current_blocked(uc.uc_sigmask);
	if (uc.uc_stack.ss_size >= MINSIGSTKSZ || (uc.uc_stack.ss_flags & SS_DISABLE))
		current->altstack = uc.uc_stack.ss_flags & SS_DISABLE ?
				    (struct sigaltstack){ 0 } : uc.uc_stack;
	return regs->regs[0];
}

/* Does the interrupted call end with EINTR now that a handler runs? */
static bool ends_call(long ret, const struct kernel_sigaction *ka)
{
	return ret == -ERESTARTNOHAND || ret == -ERESTART_RESTARTBLOCK ||
	       !(ka->sa_flags & SA_RESTART);
}

/*
 * A system call that a signal interrupted is run again, from its SVC on with its first
 * argument; unless there is a handler and the call is not one for that.
 */
void do_signal(struct pt_regs *regs)
{
	long ret = regs->syscallno == ~0UL ? 0 : (long)regs->regs[0];
	bool restart = ret == -ERESTARTSYS || ret == -ERESTARTNOHAND || ret == -ERESTART_RESTARTBLOCK;
	struct kernel_siginfo info;
	struct kernel_sigaction ka;
	int sig;

	regs->syscallno = ~0UL;
	if (restart) {
		regs->regs[0] = regs->orig_x0;
		regs->pc -= 4;
	}
	sig = get_signal_to_deliver(&info, &ka);
	if (sig) {
		if (restart && ends_call(ret, &ka)) {
			regs->regs[0] = -EINTR;
			regs->pc += 4;
		}
		if (setup_frame(sig, &info, &ka, regs)) {
			if (sig == SIGSEGV)
				do_group_exit(SIGSEGV);
			force_sig(SIGSEGV, current);
			return;
		}
		signal_delivered(sig, &ka);
		return;
	}
	if (restart && ret == -ERESTART_RESTARTBLOCK)
		regs->regs[8] = __NR_restart_syscall;
	restore_saved_sigmask();
}

/* What /proc/PID/stat and status say of a process, in the words that ps and top read. */
#include <linux/kernel.h>
#include <linux/mm.h>
#include <linux/resource.h>
#include <linux/signal.h>
#include <linux/tty.h>
#include "internal.h"

static char state_of(const struct task_struct *tsk)
{
	return tsk->state == TASK_RUNNING ? 'R' : tsk->state == TASK_DEAD ? 'Z' :
	       tsk->state == TASK_STOPPED ? 'T' : tsk->state == TASK_INTERRUPTIBLE ? 'S' : 'D';
}

/* Which signals are ignored, and which have handlers. */
static void signal_sets(const struct task_struct *tsk, sigset_t *ignored, sigset_t *caught)
{
	*ignored = *caught = 0;
	for (int sig = 1; sig <= _NSIG && tsk->sighand; sig++) {
		__sighandler_t handler = tsk->sighand->action[sig - 1].sa_handler;

		if (handler == SIG_IGN)
			*ignored |= sigmask(sig);
		else if (handler != SIG_DFL)
			*caught |= sigmask(sig);
	}
}

/* 44 fields; ps and top find theirs by counting. */
void proc_pid_stat(struct trace_seq *s, struct task_struct *tsk)
{
	struct task_cputime t = thread_group_cputime(tsk);
	const struct mm_struct *mm = tsk->mm;
	sigset_t ignored, caught;

	signal_sets(tsk, &ignored, &caught);
	trace_seq_printf(s, "%d (%s) %c %d %d %d %d %d 0 ", tsk->pid, tsk->comm, state_of(tsk),
			 tsk->parent->tgid, tsk->pgrp, tsk->session, tsk->tty ? (int)tsk->tty->dev : 0, -1);
	trace_seq_printf(s, "%lu 0 0 0 %lu %lu %lu %lu %d %d %d 0 %lu ", t.min_flt, t.utime,
			 t.stime, tsk->signal->children.utime, tsk->signal->children.stime,
			 20 + tsk->nice, tsk->nice, tsk->signal->nr_threads,
			 (unsigned long)(tsk->start_time / (NSEC_PER_SEC / HZ)));
	trace_seq_printf(s, "%lu %lu %lu %lu %lu %lu 0 0 %lu %lu %lu %lu ",
			 mm ? mm->total_vm << PAGE_SHIFT : 0, mm ? mm->rss : 0,
			 tsk->signal->rlim[RLIMIT_RSS].rlim_cur, mm ? mm->start_code : 0,
			 mm ? mm->end_code : 0, mm ? mm->start_stack : 0,
			 (unsigned long)tsk->pending.signal, (unsigned long)tsk->blocked,
			 (unsigned long)ignored, (unsigned long)caught);
	trace_seq_printf(s, "0 0 0 %d 0 0 0 0 0 0\n", tsk->exit_signal);
}

static const char *state_name(char state)
{
	switch (state) {
	case 'R': return "R (running)";
	case 'S': return "S (sleeping)";
	case 'T': return "T (stopped)";
	case 'Z': return "Z (zombie)";
	}
	return "D (disk sleep)";
}

void proc_pid_status(struct trace_seq *s, struct task_struct *tsk)
{
	const struct mm_struct *mm = tsk->mm;
	sigset_t ignored, caught;

	signal_sets(tsk, &ignored, &caught);
	trace_seq_printf(s, "Name:\t%s\nState:\t%s\nTgid:\t%d\nPid:\t%d\nPPid:\t%d\nTracerPid:\t0\n",
			 tsk->comm, state_name(state_of(tsk)), tsk->tgid, tsk->pid,
			 tsk->parent->tgid);
	trace_seq_printf(s, "Uid:\t0\t0\t0\t0\nGid:\t0\t0\t0\t0\nFDSize:\t%d\nGroups:\t0\n", NR_OPEN);
	if (mm)
		trace_seq_printf(s, "VmSize:\t%8lu kB\nVmHWM:\t%8lu kB\nVmRSS:\t%8lu kB\n",
				 mm->total_vm * 4, mm->hiwater_rss * 4, mm->rss * 4);
	trace_seq_printf(s, "Threads:\t%d\nSigPnd:\t%016lx\nShdPnd:\t%016lx\nSigBlk:\t%016lx\n",
			 tsk->signal->nr_threads, (unsigned long)tsk->pending.signal,
			 (unsigned long)tsk->signal->shared_pending.signal,
			 (unsigned long)tsk->blocked);
	trace_seq_printf(s, "SigIgn:\t%016lx\n", (unsigned long)ignored);
	trace_seq_printf(s, "SigCgt:\t%016lx\nCpus_allowed:\t1\nCpus_allowed_list:\t0\n",
			 (unsigned long)caught);
	trace_seq_printf(s, "voluntary_ctxt_switches:\t%lu\nnonvoluntary_ctxt_switches:\t%lu\n",
			 tsk->times.nvcsw, tsk->times.nivcsw);
}

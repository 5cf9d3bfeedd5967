/*
 * The scheduler: round robin. Runnable tasks wait in one queue; the running one is
 * not in it. The tick ends a task's turn after TIMESLICE ticks if others wait.
 */
#include <linux/kernel.h>
#include <linux/sched.h>
#include <linux/mm.h>
#include <linux/hrtimer.h>
#include <linux/init.h>
#include <linux/irqflags.h>
#include <linux/mutex.h>
#include <linux/string.h>
#include <linux/resource.h>
#include <linux/uaccess.h>
#include <asm/fpsimd.h>

#define TIMESLICE 3
#define TICK_NS (NSEC_PER_SEC / HZ)

extern char init_stack[];

/* Task 0: it booted the kernel and is what runs when nothing else wants to. */
struct task_struct init_task = {
	.state = TASK_RUNNING,
	.comm = "swapper",
	.stack = init_stack,
	.parent = &init_task,
	.tasks = LIST_HEAD_INIT(init_task.tasks),
	.run_list = LIST_HEAD_INIT(init_task.run_list),
};

LIST_HEAD(task_list);
static LIST_HEAD(run_queue);
static struct hrtimer tick;

static enum hrtimer_restart tick_fn(struct hrtimer *timer)
{
	ktime_t now = ktime_get();

	scheduler_tick();
	account_process_tick(irq_regs && user_mode(irq_regs));
	do
		timer->expires += TICK_NS; /* a late tick does not shift the next ones */
	while (timer->expires <= now);
	return HRTIMER_RESTART;
}

/*
 * The boot argument preempt=SEED,NS, for those who look for races: a turn ends after a random
 * time, NS nanoseconds at most, wherever the task is then. On a machine that runs by its
 * instructions the same seed cuts at the same ones.
 */
static struct {
	struct hrtimer timer;
	unsigned int state, most;
} random_preemption;

static enum hrtimer_restart random_preemption_fn(struct hrtimer *timer)
{
	random_preemption.state = random_preemption.state * 1664525 + 1013904223;
	timer->expires = ktime_get() + 1 + (random_preemption.state >> 8) % random_preemption.most;
	current->need_resched = 1;
	return HRTIMER_RESTART;
}

static unsigned int number(const char **s)
{
	unsigned int n = 0;

	for (; **s >= '0' && **s <= '9'; ++*s)
		n = n * 10 + (**s - '0');
	return n;
}

static void start_random_preemption(void)
{
	char value[24];
	const char *s = value;

	if (!cmdline_param("preempt", value, sizeof(value)))
		return;
	random_preemption.state = number(&s);
	s += *s == ',';
	random_preemption.most = max(number(&s), 1000u);
	hrtimer_init(&random_preemption.timer);
	random_preemption.timer.function = random_preemption_fn;
	hrtimer_start(&random_preemption.timer, ktime_get() + random_preemption.most);
}

void sched_start_tick(void)
{
	hrtimer_init(&tick);
	tick.function = tick_fn;
	hrtimer_start(&tick, ktime_get() + TICK_NS);
	start_random_preemption();
}

void scheduler_tick(void)
{
	if (current->time_slice && --current->time_slice == 0 && !list_empty(&run_queue))
		current->need_resched = 1;
}

/* After a switch, in the new task: what could not be done while prev still ran. */
static void finish_switch(struct task_struct *prev)
{
	if (prev->state != TASK_DEAD || prev->exit_signal)
		return;
	if (prev != prev->signal->leader || !prev->signal->nr_threads)
		free_task(prev); /* nobody waits for it */
}

/* First thing in a new task (entry.S); x0 = the task before. */
void schedule_tail(struct task_struct *prev)
{
	finish_switch(prev);
	local_irq_enable();
	if (current->set_child_tid)
		put_user((unsigned int)current->pid, current->set_child_tid);
}

static void context_switch(struct task_struct *prev, struct task_struct *next)
{
	if (next->mm && next->mm != prev->mm)
		switch_mm(next->mm);
	__asm__ volatile("mrs %0, tpidr_el0" : "=r"(prev->thread.tp_value));
	__asm__ volatile("msr tpidr_el0, %0" : : "r"(next->thread.tp_value));
	fpsimd_thread_switch(prev, next);
	finish_switch(cpu_switch_to(prev, next));
}

/*
 * Give the CPU away. A task that is TASK_RUNNING queues up again; any other state
 * means that it sleeps until wake_up_process(). One that did not ask for it (preempted)
 * queues up whatever its state: it may be about to look whether it has to sleep at all.
 */
static void __schedule(bool preempted)
{
	struct task_struct *prev = current, *next = &init_task;
	unsigned long flags;

	local_irq_save(flags);
	prev->need_resched = 0;
	/* a signal ends an interruptible sleep before it begins */
	if (prev->state == TASK_INTERRUPTIBLE && prev->sigpending)
		prev->state = TASK_RUNNING;
	if ((prev->state == TASK_RUNNING || preempted) && prev != &init_task && list_empty(&prev->run_list))
		list_add_tail(&prev->run_list, &run_queue);
	if (!list_empty(&run_queue)) {
		next = list_first_entry(&run_queue, struct task_struct, run_list);
		list_del_init(&next->run_list);
	}
	next->time_slice = TIMESLICE;
	if (next != prev) {
		nr_context_switches++;
		if (prev->state == TASK_RUNNING)
			prev->times.nivcsw++;
		else
			prev->times.nvcsw++;
		context_switch(prev, next);
	}
	local_irq_restore(flags);
}

void schedule(void)
{
	__schedule(false);
}

void preempt_schedule(void)
{
	__schedule(true);
}

/* If it sleeps in one of these states. */
int wake_up_state(struct task_struct *tsk, int states)
{
	unsigned long flags;
	int woken = 0;

	local_irq_save(flags);
	if (tsk->state & states) {
		tsk->state = TASK_RUNNING;
		if (tsk != current && list_empty(&tsk->run_list))
			list_add_tail(&tsk->run_list, &run_queue);
		if (current == &init_task)
			current->need_resched = 1;
		woken = 1;
	}
	local_irq_restore(flags);
	return woken;
}

int wake_up_process(struct task_struct *tsk)
{
	return wake_up_state(tsk, TASK_INTERRUPTIBLE | TASK_UNINTERRUPTIBLE | TASK_KILLABLE);
}

int cond_resched(void)
{
	if (!current->need_resched)
		return 0;
	preempt_schedule();
	return 1;
}

void preempt_disable(void)
{
	current->preempt_count++;
	barrier();
}

void preempt_enable(void)
{
	barrier();
	current->preempt_count--;
	if (unlikely(current->need_resched) && !current->preempt_count && !irqs_disabled())
		preempt_schedule();
}

int preempt_count(void)
{
	return current->preempt_count;
}

struct timeout {
	struct hrtimer timer;
	struct task_struct *task;
};

static enum hrtimer_restart timeout_fn(struct hrtimer *timer)
{
	wake_up_process(container_of(timer, struct timeout, timer)->task);
	return HRTIMER_NORESTART;
}

/* Sleep until woken or until the clock shows expires. The state must be set already. */
void schedule_until(ktime_t expires)
{
	struct timeout t = { .task = current };

	hrtimer_init(&t.timer);
	t.timer.function = timeout_fn;
	hrtimer_start(&t.timer, expires);
	schedule();
	hrtimer_cancel(&t.timer);
}

long schedule_timeout(long ticks)
{
	ktime_t expires = ktime_get() + ticks * TICK_NS;
	long left;

	schedule_until(expires);
	left = (expires - ktime_get()) / TICK_NS;
	return left > 0 ? left : 0;
}

/* Wait queues. */

void prepare_to_wait(wait_queue_head_t *q, wait_queue_t *wait, int state)
{
	unsigned long flags;

	local_irq_save(flags);
	if (list_empty(&wait->task_list))
		list_add_tail(&wait->task_list, &q->task_list);
	current->state = state;
	local_irq_restore(flags);
}

void finish_wait(wait_queue_head_t *q, wait_queue_t *wait)
{
	unsigned long flags;

	local_irq_save(flags);
	current->state = TASK_RUNNING;
	list_del_init(&wait->task_list);
	local_irq_restore(flags);
}

void wake_up(wait_queue_head_t *q)
{
	unsigned long flags;
	wait_queue_t *wait;

	local_irq_save(flags);
	list_for_each_entry(wait, &q->task_list, task_list)
		wake_up_process(wait->task);
	local_irq_restore(flags);
}

/* Mutexes. */

void mutex_init(struct mutex *lock)
{
	lock->locked = 0;
	init_waitqueue_head(&lock->wait);
}

/* Sleeps in that state until the lock is free. -EINTR: it is to die instead. */
static int mutex_lock_state(struct mutex *lock, int state)
{
	int err = 0;

	preempt_disable();
	while (lock->locked && !err) {
		DEFINE_WAIT(wait);

		prepare_to_wait(&lock->wait, &wait, state);
		preempt_enable();
		if (state == TASK_KILLABLE && fatal_signal_pending(current))
			err = -EINTR;
		else
			schedule();
		preempt_disable();
		finish_wait(&lock->wait, &wait);
	}
	if (!err)
		lock->locked = 1;
	preempt_enable();
	return err;
}

void mutex_lock(struct mutex *lock)
{
	mutex_lock_state(lock, TASK_UNINTERRUPTIBLE);
}

int mutex_lock_killable(struct mutex *lock)
{
	return mutex_lock_state(lock, TASK_KILLABLE);
}

void mutex_unlock(struct mutex *lock)
{
	lock->locked = 0;
	if (waitqueue_active(&lock->wait))
		wake_up(&lock->wait);
}

struct task_struct *find_task(pid_t pid)
{
	struct task_struct *tsk, *found = NULL;

	lock_tasks();
	list_for_each_entry(tsk, &task_list, tasks)
		if (tsk->pid == pid) {
			found = tsk;
			break;
		}
	unlock_tasks();
	return found;
}

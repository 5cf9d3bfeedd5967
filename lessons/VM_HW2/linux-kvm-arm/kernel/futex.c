/*
 * Futexes: a word of user memory that threads wait on. FUTEX_WAIT sleeps if the word
 * still has the value the caller saw, FUTEX_WAKE wakes sleepers on the same word. Which word
 * that is, its key says: processes that share memory may see it at different addresses.
 */
#include <linux/kernel.h>
#include <linux/time.h>
#include <linux/fs.h>
#include <linux/gfp.h>
#include <linux/mm.h>
#include <linux/sched.h>
#include <linux/uaccess.h>
#include <uapi/linux/sched.h>
#include <uapi/linux/time.h>

struct futex_key {
	const void *whose; /* an address of this mm, or a place in this inode */
	unsigned long offset;
};

struct futex_waiter {
	struct list_head list;
	struct futex_key key;
	struct task_struct *task;
	bool woken;
};

static LIST_HEAD(waiters);

/* op: with FUTEX_PRIVATE_FLAG nobody but the process's own threads is meant. */
static int get_futex_key(unsigned int *uaddr, int op, struct futex_key *key)
{
	unsigned long addr = (unsigned long)uaddr;
	struct mm_struct *mm = current->mm;
	struct vm_area_struct *vma;

	if (addr & 3)
		return -EINVAL;
	if (!access_ok(VERIFY_READ, uaddr, sizeof(*uaddr)))
		return -EFAULT;
	*key = (struct futex_key){ mm, addr };
	if (op & FUTEX_PRIVATE_FLAG)
		return 0;
	mutex_lock(&mm->mmap_sem);
	vma = find_vma(mm, addr);
	if (vma && (vma->vm_flags & VM_SHARED) && vma->vm_file && vma->vm_file->f_inode) {
		key->whose = vma->vm_file->f_inode;
		key->offset = (vma->vm_pgoff << PAGE_SHIFT) + (addr - vma->vm_start);
	}
	mutex_unlock(&mm->mmap_sem);
	return 0;
}

static bool match_futex(const struct futex_key *a, const struct futex_key *b)
{
	return a->whose == b->whose && a->offset == b->offset;
}

static int wake_waiters(const struct futex_key *key, unsigned int most)
{
	struct futex_waiter *w, *next;
	unsigned int n = 0;

	preempt_disable();
	list_for_each_entry_safe(w, next, &waiters, list)
		if (match_futex(&w->key, key) && n < most) {
			list_del_init(&w->list);
			w->woken = true;
			wake_up_process(w->task);
			n++;
		}
	preempt_enable();
	return n;
}

/* Sleepers beyond the first few wait for another word from now on. */
static int requeue_waiters(const struct futex_key *from, const struct futex_key *to,
			   unsigned int most)
{
	struct futex_waiter *w;
	unsigned int n = 0;

	preempt_disable();
	list_for_each_entry(w, &waiters, list)
		if (match_futex(&w->key, from) && n < most) {
			w->key = *to;
			n++;
		}
	preempt_enable();
	return n;
}

static long restart_futex(struct restart_block *block)
{
	return do_futex(block->uaddr, block->op, block->val, block->expires);
}

/* A signal came: what goes on behind it has only the rest of the time. */
static long restart_later(unsigned int *uaddr, int op, unsigned int val, ktime_t deadline)
{
	current->restart_block = (struct restart_block){
		.fn = restart_futex,
		.expires = deadline,
		.uaddr = uaddr,
		.op = op,
		.val = val
	};
	return -ERESTART_RESTARTBLOCK;
}

/* deadline: absolute, 0 for none. */
long do_futex(unsigned int *uaddr, int op, unsigned int val, ktime_t deadline)
{
	struct futex_waiter me = { .task = current };
	unsigned int now;
	long ret = get_futex_key(uaddr, op, &me.key);

	if (ret)
		return ret;
	if ((op & ~FUTEX_PRIVATE_FLAG) == FUTEX_WAKE)
		return wake_waiters(&me.key, val);
	if (get_user(now, uaddr))
		return -EFAULT;
	preempt_disable(); /* between the look and the sleep nobody may change the word */
	if (get_user(now, uaddr) || now != val) {
		preempt_enable();
		return -EAGAIN;
	}
	list_add_tail(&me.list, &waiters);
	preempt_enable();
	while (!me.woken) {
		set_current_state(TASK_INTERRUPTIBLE);
		if (signal_pending(current))
			ret = deadline ? restart_later(uaddr, op, val, deadline) : -ERESTARTSYS;
		else if (deadline && ktime_get() >= deadline)
			ret = -ETIMEDOUT;
		if (ret)
			break;
		if (deadline)
			schedule_until(deadline);
		else
			schedule();
	}
	current->state = TASK_RUNNING;
	preempt_disable();
	if (!me.woken)
		list_del(&me.list);
	preempt_enable();
	return me.woken ? 0 : ret;
}

static long requeue(unsigned int *uaddr, int op, unsigned int wake, unsigned long move,
		    unsigned int *uaddr2, unsigned int expected)
{
	struct futex_key from, to;
	unsigned int now;
	long n = get_futex_key(uaddr, op, &from);

	if (!n)
		n = get_futex_key(uaddr2, op, &to);
	if (n)
		return n;
	if (get_user(now, uaddr))
		return -EFAULT;
	preempt_disable(); /* as in do_futex() */
	if (get_user(now, uaddr))
		n = -EFAULT;
	else if ((op & ~FUTEX_PRIVATE_FLAG) == FUTEX_CMP_REQUEUE && now != expected)
		n = -EAGAIN;
	else
		n = wake_waiters(&from, wake);
	if (n >= 0)
		n += requeue_waiters(&from, &to, move);
	preempt_enable();
	return n;
}

/* The fourth argument is a time, or a number. */
long sys_futex(unsigned int *uaddr, int op, unsigned int val, const struct timespec *uts,
	       unsigned int *uaddr2, unsigned int val3)
{
	int cmd = op & ~(FUTEX_PRIVATE_FLAG | FUTEX_CLOCK_REALTIME);
	int private = op & FUTEX_PRIVATE_FLAG;
	struct timespec ts;
	ktime_t deadline = 0;

	switch (cmd) {
	case FUTEX_WAIT:
	case FUTEX_WAIT_BITSET:
		if (cmd == FUTEX_WAIT_BITSET && !val3)
			return -EINVAL;
		if (!uts)
			return do_futex(uaddr, FUTEX_WAIT | private, val, 0);
		if (copy_from_user(&ts, uts, sizeof(ts)))
			return -EFAULT;
		if (!timespec_valid(&ts))
			return -EINVAL;
		deadline = ktime_add_timespec(cmd == FUTEX_WAIT ? ktime_get() :
					      op & FUTEX_CLOCK_REALTIME ? -realtime_offset : 0, &ts);
		return do_futex(uaddr, FUTEX_WAIT | private, val, max(deadline, 1LL));
	case FUTEX_WAKE:
	case FUTEX_WAKE_BITSET:
		return cmd == FUTEX_WAKE_BITSET && !val3 ? -EINVAL :
		       do_futex(uaddr, FUTEX_WAKE | private, val, 0);
	case FUTEX_REQUEUE:
	case FUTEX_CMP_REQUEUE:
		return requeue(uaddr, cmd | private, val, (unsigned long)uts, uaddr2, val3);
	}
	return -ENOSYS;
}

/*
 * Robust locks: a thread keeps a list, in its own memory, of the locks that it has. When it
 * ends with some of them, each word says so (FUTEX_OWNER_DIED) and one who waits is woken.
 */
struct robust_list_head {
	unsigned long next; /* of the first lock; the last one's is this head's address */
	long futex_offset; /* from a list entry to its word */
	unsigned long pending; /* is being taken or given back just now */
};

#define ROBUST_LIST_LIMIT 2048 /* it may be a circle */

static void handle_futex_death(unsigned long addr)
{
	unsigned int *word, val;
	unsigned long pfn;
	bool ours;

	if ((addr & 3) || get_user_page(current->mm, addr, 1, &pfn))
		return;
	word = pfn_valid(pfn) ? pfn_to_virt(pfn) + (addr & ~PAGE_MASK) : &val;
	preempt_disable();
	val = pfn_valid(pfn) ? *word : 0;
	ours = (val & FUTEX_TID_MASK) == (unsigned int)current->pid;
	if (ours)
		*word = (val & FUTEX_WAITERS) | FUTEX_OWNER_DIED;
	preempt_enable();
	put_pfn(pfn);
	if (ours && (val & FUTEX_WAITERS))
		do_futex((unsigned int *)addr, FUTEX_WAKE, 1, 0);
}

void exit_robust_list(struct task_struct *tsk)
{
	unsigned long at = (unsigned long)tsk->robust_list, entry, next;
	struct robust_list_head head;
	int n = 0;

	if (copy_from_user(&head, tsk->robust_list, sizeof(head)))
		return;
	/* the lowest bit of an entry is a flag */
	for (entry = head.next & ~1UL; entry != at; entry = next & ~1UL) {
		bool bad = get_user(next, (unsigned long *)entry);

		if (entry != (head.pending & ~1UL))
			handle_futex_death(entry + head.futex_offset);
		if (bad || ++n == ROBUST_LIST_LIMIT)
			break;
	}
	if (head.pending & ~1UL)
		handle_futex_death((head.pending & ~1UL) + head.futex_offset);
}

long sys_set_robust_list(void *head, size_t len)
{
	if (len != sizeof(struct robust_list_head))
		return -EINVAL;
	current->robust_list = head;
	return 0;
}

long sys_get_robust_list(int pid, void **head, size_t *len)
{
	struct task_struct *tsk;
	void *list = NULL;

	lock_tasks();
	tsk = pid ? find_task(pid) : current;
	if (tsk)
		list = tsk->robust_list;
	unlock_tasks();
	if (!tsk)
		return -ESRCH;
	return put_user(sizeof(struct robust_list_head), len) || put_user(list, head) ? -EFAULT : 0;
}

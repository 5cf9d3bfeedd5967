/*
 * ppoll() and pselect6(): waiting for several files at once. Each file's poll() says what
 * it is ready for, and by poll_wait() which queues to sleep on until that changes.
 */
#include <linux/kernel.h>
#include <linux/fs.h>
#include <linux/hrtimer.h>
#include <linux/poll.h>
#include <linux/sched.h>
#include <linux/slab.h>
#include <linux/string.h>
#include <linux/uaccess.h>
#include <uapi/linux/time.h>

#define DEFAULT_POLLMASK (POLLIN | POLLOUT | POLLRDNORM | POLLWRNORM)
#define QUEUES_PER_FILE 2

struct poll_table_entry {
	wait_queue_t wait;
	struct file *file; /* whose queue it is: held, so that the queue stays */
};

struct poll_table_struct {
	unsigned int used, size;
	struct poll_table_entry entries[];
};

void poll_wait(struct file *file, wait_queue_head_t *q, poll_table *pt)
{
	struct poll_table_entry *e;

	if (!pt || pt->used == pt->size)
		return;
	e = &pt->entries[pt->used++];
	e->file = get_file(file);
	e->wait.task = current;
	INIT_LIST_HEAD(&e->wait.task_list);
	prepare_to_wait(q, &e->wait, TASK_INTERRUPTIBLE);
}

static poll_table *alloc_table(unsigned int files)
{
	unsigned int size = files * QUEUES_PER_FILE;
	poll_table *pt = kmalloc(sizeof(*pt) + size * sizeof(pt->entries[0]), GFP_KERNEL);

	if (pt) {
		pt->used = 0;
		pt->size = size;
	}
	return pt;
}

static void free_table(poll_table *pt)
{
	for (unsigned int i = 0; i < pt->used; i++) {
		finish_wait(NULL, &pt->entries[i].wait);
		fput(pt->entries[i].file);
	}
	kfree(pt);
}

/* What p->fd is ready for, of what p asks for and of what is told unasked. */
static unsigned int poll_one(const struct pollfd *p, unsigned int unasked, poll_table *pt)
{
	struct file *file;
	unsigned int mask = DEFAULT_POLLMASK; /* files that cannot be polled are always ready */

	if (p->fd < 0)
		return 0;
	file = fget(p->fd);
	if (!file)
		return POLLNVAL;
	if (file->f_op->poll)
		mask = file->f_op->poll(file, pt);
	fput(file);
	return mask & ((unsigned short)p->events | unasked);
}

static int poll_all(struct pollfd *fds, unsigned int n, unsigned int unasked, poll_table *pt)
{
	int ready = 0;

	for (unsigned int i = 0; i < n; i++) {
		fds[i].revents = poll_one(&fds[i], unasked, pt);
		if (fds[i].revents) {
			ready++;
			pt = NULL; /* nobody will sleep */
		}
	}
	return ready;
}

/* How many are ready; 0 when the time end has come (end 0: never), -ERESTARTNOHAND for a signal. */
static int do_poll(struct pollfd *fds, unsigned int n, unsigned int unasked, ktime_t end)
{
	poll_table *pt = alloc_table(n);
	int ready;

	if (!pt)
		return -ENOMEM;
	/* the queues are joined while asking; from the second time on they are known */
	ready = poll_all(fds, n, unasked, pt);
	while (!ready) {
		set_current_state(TASK_INTERRUPTIBLE);
		ready = poll_all(fds, n, unasked, NULL);
		if (ready)
			break;
		if (signal_pending(current)) {
			ready = -ERESTARTNOHAND;
			break;
		}
		if (end && ktime_get() >= end)
			break;
		if (end)
			schedule_until(end);
		else
			schedule();
	}
	set_current_state(TASK_RUNNING);
	free_table(pt);
	return ready;
}

/* The time at which to give up; 0: never. A negative error. */
static ktime_t deadline(const struct timespec __user *uts)
{
	struct timespec ts;

	if (!uts)
		return 0;
	if (copy_from_user(&ts, uts, sizeof(ts)))
		return -EFAULT;
	if (ts.tv_sec < 0 || ts.tv_nsec < 0 || ts.tv_nsec >= NSEC_PER_SEC)
		return -EINVAL;
	return ktime_get() + min(ts.tv_sec, 1000000000L) * NSEC_PER_SEC + ts.tv_nsec;
}

/* As Linux does: the caller gets what is left of the time. Not his fault if that fails. */
static void report_rest(struct timespec __user *uts, ktime_t end)
{
	ktime_t left = uts ? max(end - ktime_get(), 0L) : 0;
	struct timespec ts = { left / NSEC_PER_SEC, left % NSEC_PER_SEC };

	if (uts && copy_to_user(uts, &ts, sizeof(ts)))
		return;
}

static int set_user_sigmask(const sigset_t __user *umask, size_t size)
{
	sigset_t mask;

	if (!umask)
		return 0;
	if (size != sizeof(mask))
		return -EINVAL;
	if (get_user(mask, umask))
		return -EFAULT;
	set_temporary_sigmask(mask);
	return 0;
}

long sys_ppoll(struct pollfd *ufds, unsigned int n, struct timespec *uts, const sigset_t *umask,
	       size_t size)
{
	ktime_t end = deadline(uts);
	struct pollfd *fds;
	long ret;

	if (end < 0)
		return end;
	if (n > NR_OPEN)
		return -EINVAL;
	fds = kmalloc(n * sizeof(*fds), GFP_KERNEL);
	if (!fds)
		return -ENOMEM;
	ret = copy_from_user(fds, ufds, n * sizeof(*fds)) ? -EFAULT : set_user_sigmask(umask, size);
	if (!ret) {
		ret = do_poll(fds, n, POLLERR | POLLHUP, end);
		if (ret != -ERESTARTNOHAND)
			restore_saved_sigmask();
		if (ret >= 0 && copy_to_user(ufds, fds, n * sizeof(*fds)))
			ret = -EFAULT;
		report_rest(uts, end);
	}
	kfree(fds);
	return ret;
}

/* The three sets of pselect6(): what poll() would have to say of their members. */
static const short select_events[] = {
	POLLRDNORM | POLLRDBAND | POLLIN | POLLHUP | POLLERR,
	POLLWRBAND | POLLWRNORM | POLLOUT | POLLERR,
	POLLPRI
};

#define NR_SETS 3

typedef unsigned long fd_set_words[(NR_OPEN + 63) / 64];

static bool in_set(const unsigned long *set, unsigned int fd)
{
	return set[fd / 64] >> fd % 64 & 1;
}

/* From sets to pollfds. How many, or -EBADF. */
static int read_sets(fd_set_words *sets, unsigned int n, struct pollfd *fds)
{
	unsigned int used = 0;

	for (unsigned int fd = 0; fd < n; fd++) {
		struct pollfd p = { .fd = fd };
		struct file *file;

		for (int s = 0; s < NR_SETS; s++)
			if (in_set(sets[s], fd))
				p.events |= select_events[s];
		if (!p.events)
			continue;
		file = fget(fd);
		if (!file)
			return -EBADF;
		fput(file);
		fds[used++] = p;
	}
	return used;
}

/* Takes out of the sets who is not ready. How many members are left. */
static int write_sets(fd_set_words *sets, const struct pollfd *fds, unsigned int used)
{
	int bits = 0;

	for (int s = 0; s < NR_SETS; s++)
		for (unsigned int i = 0; i < used; i++) {
			unsigned int fd = fds[i].fd;

			if (!in_set(sets[s], fd))
				continue;
			if (fds[i].revents & select_events[s])
				bits++;
			else
				sets[s][fd / 64] &= ~(1UL << fd % 64);
		}
	return bits;
}

static long do_select(unsigned int n, void __user *const *usets, ktime_t end)
{
	size_t bytes = (n + 63) / 64 * 8;
	struct pollfd fds[NR_OPEN];
	fd_set_words sets[NR_SETS] = {};
	long ret;
	int used;

	for (int s = 0; s < NR_SETS; s++) {
		if (usets[s] && copy_from_user(sets[s], usets[s], bytes))
			return -EFAULT;
		if (n % 64)
			sets[s][n / 64] &= (1UL << n % 64) - 1;
	}
	used = read_sets(sets, n, fds);
	if (used < 0)
		return used;
	ret = do_poll(fds, used, 0, end);
	if (ret < 0)
		return ret;
	ret = write_sets(sets, fds, used);
	for (int s = 0; s < NR_SETS; s++)
		if (usets[s] && copy_to_user(usets[s], sets[s], bytes))
			return -EFAULT;
	return ret;
}

struct sigset_argument {
	const sigset_t __user *mask;
	size_t size;
};

long sys_pselect6(int n, void *in, void *out, void *except, struct timespec *uts,
		  const struct sigset_argument *usig)
{
	struct sigset_argument sig = { NULL, 0 };
	ktime_t end = deadline(uts);
	long ret;

	if (end < 0)
		return end;
	if (n < 0)
		return -EINVAL;
	if (usig && copy_from_user(&sig, usig, sizeof(sig)))
		return -EFAULT;
	ret = set_user_sigmask(sig.mask, sig.size);
	if (ret)
		return ret;
	ret = do_select(min(n, NR_OPEN), (void *const[]){ in, out, except }, end);
	if (ret != -ERESTARTNOHAND)
		restore_saved_sigmask();
	report_rest(uts, end);
	return ret;
}

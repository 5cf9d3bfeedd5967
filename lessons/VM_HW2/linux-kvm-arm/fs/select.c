/* ppoll(): waiting for several files at once. */
#include <linux/kernel.h>
#include <linux/fs.h>
#include <linux/sched.h>
#include <linux/hrtimer.h>
#include <linux/uaccess.h>
#include <uapi/linux/poll.h>
#include <uapi/linux/time.h>

void schedule_until(ktime_t expires);

static unsigned int poll_one(struct pollfd *p, wait_queue_head_t **wq)
{
	struct file *file = fget(p->fd);
	unsigned int mask = POLLIN | POLLOUT; /* files that cannot be polled are always ready */

	*wq = NULL;
	if (!file)
		return POLLNVAL;
	if (file->f_op->poll)
		mask = file->f_op->poll(file, wq);
	fput(file);
	return mask & (p->events | POLLERR | POLLHUP);
}

#define MAX_POLL 16

/* Waits until one of the files is ready, a signal comes or the time is over. */
long sys_ppoll(struct pollfd *ufds, unsigned int n, const struct timespec *uts,
	       const sigset_t *umask, size_t size)
{
	struct pollfd fds[MAX_POLL];
	wait_queue_t waits[MAX_POLL];
	ktime_t end = 0;
	struct timespec ts;
	sigset_t mask;
	long ready;

	if (n > MAX_POLL)
		return -EINVAL;
	if (copy_from_user(fds, ufds, n * sizeof(fds[0])))
		return -EFAULT;
	if (uts) {
		if (copy_from_user(&ts, uts, sizeof(ts)))
			return -EFAULT;
		if (ts.tv_sec < 0 || ts.tv_nsec < 0 || ts.tv_nsec >= NSEC_PER_SEC)
			return -EINVAL;
		end = ktime_get() + min(ts.tv_sec, 1000000000L) * NSEC_PER_SEC + ts.tv_nsec;
	}
	if (umask) {
		if (size != sizeof(mask) || get_user(mask, umask))
			return -EINVAL;
		current->saved_sigmask = current->blocked;
		current->restore_sigmask = 1;
		sigprocmask(SIG_SETMASK, &mask, NULL);
	}
	for (;;) {
		ready = 0;
		for (unsigned int i = 0; i < n; i++) {
			wait_queue_head_t *wq;

			fds[i].revents = fds[i].fd < 0 ? 0 : poll_one(&fds[i], &wq);
			if (fds[i].revents)
				ready++;
			waits[i] = (wait_queue_t){ current, LIST_HEAD_INIT(waits[i].task_list) };
			if (fds[i].fd >= 0 && wq)
				prepare_to_wait(wq, &waits[i], TASK_INTERRUPTIBLE);
		}
		/* asked before the queues were joined: ask once more, asleep already */
		current->state = TASK_INTERRUPTIBLE;
		for (unsigned int i = 0; i < n && !ready; i++) {
			wait_queue_head_t *wq;

			if (fds[i].fd >= 0 && poll_one(&fds[i], &wq))
				ready = -1;
		}
		if (!ready && !signal_pending(current) && (!uts || ktime_get() < end)) {
			if (uts)
				schedule_until(end);
			else
				schedule();
		}
		for (unsigned int i = 0; i < n; i++)
			finish_wait(NULL, &waits[i]);
		current->state = TASK_RUNNING;
		if (ready > 0 || signal_pending(current) || (!ready && uts && ktime_get() >= end))
			break;
	}
	if (ready <= 0)
		ready = signal_pending(current) ? -EINTR : 0;
	if (ready != -EINTR && umask) {
		current->restore_sigmask = 0;
		sigprocmask(SIG_SETMASK, &current->saved_sigmask, NULL);
	}
	if (ready >= 0 && copy_to_user(ufds, fds, n * sizeof(fds[0])))
		return -EFAULT;
	return ready;
}

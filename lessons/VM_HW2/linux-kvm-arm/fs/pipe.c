/* Pipes: a ring of bytes, a reading end and a writing end. */
#include <linux/kernel.h>
#include <linux/fs.h>
#include <linux/slab.h>
#include <linux/sched.h>
#include <linux/signal.h>
#include <linux/uaccess.h>
#include <linux/anon_inodes.h>
#include <linux/err.h>
#include <uapi/linux/poll.h>

long sys_close(unsigned int fd);

#define PIPE_SIZE 4096UL

struct pipe {
	unsigned long head, tail; /* written at head, read at tail; both only grow */
	int readers, writers;
	wait_queue_head_t wait;
	char data[PIPE_SIZE];
};

static ssize_t pipe_read(struct file *file, char __user *buf, size_t n, loff_t *pos)
{
	struct pipe *p = file->private_data;
	size_t got = 0;

	if (p->head == p->tail) {
		int err;

		if (!p->writers || !n)
			return 0;
		if (file->f_flags & O_NONBLOCK)
			return -EAGAIN;
		err = wait_event_interruptible(p->wait, p->head != p->tail || !p->writers);
		if (err)
			return err;
	}
	while (got < n && p->head != p->tail) {
		unsigned long at = p->tail % PIPE_SIZE;
		size_t part = min(min(n - got, p->head - p->tail), PIPE_SIZE - at);

		if (copy_to_user(buf + got, p->data + at, part))
			return got ? (ssize_t)got : -EFAULT;
		p->tail += part;
		got += part;
	}
	wake_up(&p->wait);
	return got;
}

static ssize_t pipe_write(struct file *file, const char __user *buf, size_t n, loff_t *pos)
{
	struct pipe *p = file->private_data;
	size_t done = 0;

	while (done < n) {
		unsigned long at = p->head % PIPE_SIZE, room = PIPE_SIZE - (p->head - p->tail);
		size_t part = min(min(n - done, room), PIPE_SIZE - at);

		if (!p->readers) {
			send_sig(SIGPIPE, current);
			return done ? (ssize_t)done : -EPIPE;
		}
		if (!room) {
			int err;

			if (file->f_flags & O_NONBLOCK)
				return done ? (ssize_t)done : -EAGAIN;
			err = wait_event_interruptible(p->wait, p->head - p->tail < PIPE_SIZE ||
								!p->readers);
			if (err)
				return done ? (ssize_t)done : err;
			continue;
		}
		if (copy_from_user(p->data + at, buf + done, part))
			return done ? (ssize_t)done : -EFAULT;
		p->head += part;
		done += part;
		wake_up(&p->wait);
	}
	return done;
}

static unsigned int pipe_poll(struct file *file, wait_queue_head_t **wq)
{
	struct pipe *p = file->private_data;
	unsigned int mask = 0;

	*wq = &p->wait;
	if ((file->f_flags & O_ACCMODE) == O_RDONLY) {
		if (p->head != p->tail)
			mask |= POLLIN;
		if (!p->writers)
			mask |= POLLHUP;
	} else {
		if (p->head - p->tail < PIPE_SIZE)
			mask |= POLLOUT;
		if (!p->readers)
			mask |= POLLERR;
	}
	return mask;
}

static int pipe_release(struct inode *inode, struct file *file)
{
	struct pipe *p = file->private_data;

	if ((file->f_flags & O_ACCMODE) == O_RDONLY)
		p->readers--;
	else
		p->writers--;
	if (p->readers + p->writers)
		wake_up(&p->wait);
	else
		kfree(p);
	return 0;
}

static const struct file_operations pipe_operations = {
	.read = pipe_read,
	.write = pipe_write,
	.poll = pipe_poll,
	.release = pipe_release
};

long sys_pipe2(int *ufds, int flags)
{
	struct pipe *p = kmalloc(sizeof(*p), GFP_KERNEL);
	int fds[2];

	if (!p)
		return -ENOMEM;
	p->head = p->tail = 0;
	p->readers = p->writers = 1;
	init_waitqueue_head(&p->wait);
	flags &= O_NONBLOCK | O_CLOEXEC;
	fds[0] = anon_inode_getfd("pipe", &pipe_operations, p, O_RDONLY | flags);
	if (fds[0] < 0) {
		kfree(p);
		return fds[0];
	}
	fds[1] = anon_inode_getfd("pipe", &pipe_operations, p, O_WRONLY | flags);
	if (fds[1] < 0 || copy_to_user(ufds, fds, sizeof(fds))) {
		long err = fds[1] < 0 ? fds[1] : -EFAULT;

		if (fds[1] < 0)
			p->writers = 0;
		else
			sys_close(fds[1]);
		sys_close(fds[0]);
		return err;
	}
	return 0;
}

/*
 * Pipes and FIFOs: a ring of bytes, with those who read and those who write. The ring's
 * pages are there only while bytes are in them. A write of PIPE_BUF bytes or less goes in
 * whole or not at all, so that two writers' lines do not mix; of a longer one the pieces may.
 */
#include <linux/kernel.h>
#include <linux/fs.h>
#include <linux/mm.h>
#include <linux/mutex.h>
#include <linux/poll.h>
#include <linux/slab.h>
#include <linux/sched.h>
#include <linux/signal.h>
#include <linux/uaccess.h>
#include <linux/anon_inodes.h>
#include <linux/err.h>
#include <uapi/linux/termios.h>

#define PIPE_PAGES 16UL
#define PIPE_SIZE (PIPE_PAGES * PAGE_SIZE)
#define PIPE_BUF 4096UL

struct pipe_inode_info {
	struct mutex mutex;
	wait_queue_head_t wait;
	unsigned long head, tail; /* written at head, read at tail; both only grow */
	char *pages[PIPE_PAGES];
	int files; /* open files of it; the last one frees it */
	int readers, writers; /* files that may read, or write */
	unsigned long r_counter, w_counter; /* how many there have ever been */
};

static struct pipe_inode_info *alloc_pipe_info(void)
{
	struct pipe_inode_info *pipe = kzalloc(sizeof(*pipe), GFP_KERNEL);

	if (pipe) {
		mutex_init(&pipe->mutex);
		init_waitqueue_head(&pipe->wait);
	}
	return pipe;
}

static void free_pipe_info(struct pipe_inode_info *pipe)
{
	for (size_t i = 0; i < PIPE_PAGES; i++)
		free_page((unsigned long)pipe->pages[i]);
	kfree(pipe);
}

static bool may_read(const struct file *file)
{
	return (file->f_flags & O_ACCMODE) != O_WRONLY;
}

static bool may_write(const struct file *file)
{
	return (file->f_flags & O_ACCMODE) != O_RDONLY;
}

static unsigned long room(struct pipe_inode_info *pipe)
{
	return PIPE_SIZE - (pipe->head - pipe->tail);
}

static char **page_of(struct pipe_inode_info *pipe, unsigned long at)
{
	return &pipe->pages[at / PAGE_SIZE % PIPE_PAGES];
}

/* What is there, up to n bytes. A page that is empty then goes. */
static ssize_t take(struct pipe_inode_info *pipe, char __user *buf, size_t n)
{
	size_t got = 0;

	while (got < n && pipe->head != pipe->tail) {
		char **page = page_of(pipe, pipe->tail);
		unsigned long at = pipe->tail % PAGE_SIZE;
		size_t part = min(min(n - got, pipe->head - pipe->tail), PAGE_SIZE - at);

		if (copy_to_user(buf + got, *page + at, part))
			return got ? (ssize_t)got : -EFAULT;
		pipe->tail += part;
		got += part;
		if (pipe->tail % PAGE_SIZE == 0) {
			free_page((unsigned long)*page);
			*page = NULL;
		}
	}
	return got;
}

/* n bytes, for which there is room. */
static ssize_t put(struct pipe_inode_info *pipe, const char __user *buf, size_t n)
{
	unsigned long begin = pipe->head;
	size_t done = 0;

	while (done < n) {
		char **page = page_of(pipe, pipe->head);
		unsigned long at = pipe->head % PAGE_SIZE;
		size_t part = min(n - done, PAGE_SIZE - at);
		int err = 0;

		if (!*page)
			*page = (char *)__get_free_page(GFP_KERNEL);
		if (!*page)
			err = -ENOMEM;
		else if (copy_from_user(*page + at, buf + done, part))
			err = -EFAULT;
		if (err) {
			if (n <= PIPE_BUF) { /* all or nothing */
				pipe->head = begin;
				done = 0;
			}
			return done ? (ssize_t)done : err;
		}
		pipe->head += part;
		done += part;
	}
	return done;
}

static ssize_t pipe_read(struct file *file, char __user *buf, size_t n, loff_t *pos)
{
	struct pipe_inode_info *pipe = file->private_data;
	ssize_t ret;

	if (!n)
		return 0;
	mutex_lock(&pipe->mutex);
	while (pipe->head == pipe->tail) {
		ret = !pipe->writers ? 0 : file->f_flags & O_NONBLOCK ? -EAGAIN : 1;
		if (ret <= 0)
			goto out;
		mutex_unlock(&pipe->mutex);
		ret = wait_event_interruptible(pipe->wait, pipe->head != pipe->tail ||
							   !pipe->writers);
		if (ret)
			return ret;
		mutex_lock(&pipe->mutex);
	}
	ret = take(pipe, buf, n);
	wake_up(&pipe->wait);
out:
	mutex_unlock(&pipe->mutex);
	return ret;
}

static ssize_t pipe_write(struct file *file, const char __user *buf, size_t n, loff_t *pos)
{
	struct pipe_inode_info *pipe = file->private_data;
	unsigned long wanted = n <= PIPE_BUF ? n : 1;
	size_t done = 0;
	ssize_t ret = 0;

	mutex_lock(&pipe->mutex);
	while (done < n) {
		if (!pipe->readers) {
			send_sig(SIGPIPE, current);
			ret = -EPIPE;
			break;
		}
		if (room(pipe) >= wanted) {
			ret = put(pipe, buf + done, min(n - done, room(pipe)));
			if (ret < 0)
				break;
			done += ret;
			wake_up(&pipe->wait);
			continue;
		}
		ret = -EAGAIN;
		if (file->f_flags & O_NONBLOCK)
			break;
		mutex_unlock(&pipe->mutex);
		ret = wait_event_interruptible(pipe->wait, room(pipe) >= wanted || !pipe->readers);
		mutex_lock(&pipe->mutex);
		if (ret)
			break;
	}
	mutex_unlock(&pipe->mutex);
	return done ? (ssize_t)done : ret;
}

static unsigned int pipe_poll(struct file *file, poll_table *pt)
{
	struct pipe_inode_info *pipe = file->private_data;
	unsigned int mask = 0;

	poll_wait(file, &pipe->wait, pt);
	if (may_read(file)) {
		if (pipe->head != pipe->tail)
			mask |= POLLIN | POLLRDNORM;
		/* a FIFO that nobody has opened for writing yet has not ended */
		if (!pipe->writers && (unsigned long)file->f_pos != pipe->w_counter)
			mask |= POLLHUP;
	}
	if (may_write(file)) {
		if (room(pipe) >= PIPE_BUF)
			mask |= POLLOUT | POLLWRNORM;
		if (!pipe->readers)
			mask |= POLLERR;
	}
	return mask;
}

static long pipe_ioctl(struct file *file, unsigned int cmd, unsigned long arg)
{
	struct pipe_inode_info *pipe = file->private_data;

	if (cmd != FIONREAD)
		return -ENOTTY;
	return put_user((int)(pipe->head - pipe->tail), (int __user *)arg);
}

static int pipe_release(struct inode *inode, struct file *file)
{
	struct pipe_inode_info *pipe = file->private_data;

	bool last;

	preempt_disable(); /* others may close it, too, or open it as a FIFO */
	pipe->readers -= may_read(file);
	pipe->writers -= may_write(file);
	wake_up(&pipe->wait);
	last = --pipe->files == 0;
	if (last && inode)
		inode->i_pipe = NULL;
	preempt_enable();
	if (last)
		free_pipe_info(pipe);
	return 0;
}

static const struct file_operations pipefifo_fops = {
	.read = pipe_read,
	.write = pipe_write,
	.poll = pipe_poll,
	.unlocked_ioctl = pipe_ioctl,
	.release = pipe_release
};

/* The FIFO's pipe gets one file more; if it has none, it takes that one. */
static struct pipe_inode_info *join_fifo(struct inode *inode, struct file *file,
					 struct pipe_inode_info *pipe)
{
	if (!inode->i_pipe)
		inode->i_pipe = pipe;
	pipe = inode->i_pipe;
	pipe->files++;
	pipe->readers += may_read(file);
	pipe->r_counter += may_read(file);
	pipe->writers += may_write(file);
	pipe->w_counter += may_write(file);
	wake_up(&pipe->wait);
	return pipe;
}

/*
 * A FIFO: opening one end waits for the other, unless O_NONBLOCK: then readers need not
 * wait, and a writer without a reader is refused.
 */
int fifo_open(struct inode *inode, struct file *file)
{
	struct pipe_inode_info *fresh = alloc_pipe_info(), *pipe;
	unsigned long *partners, before; /* how many there have been at the other end */
	bool alone;
	int err = 0;

	if (!fresh)
		return -ENOMEM;
	preempt_disable(); /* others may come or go at the same time */
	pipe = join_fifo(inode, file, fresh);
	alone = may_read(file) ? !pipe->writers : !pipe->readers;
	partners = may_read(file) ? &pipe->w_counter : &pipe->r_counter;
	before = *partners;
	preempt_enable();
	if (pipe != fresh)
		free_pipe_info(fresh);
	file->private_data = pipe;
	file->f_op = &pipefifo_fops;
	file->f_pos = -1;
	if (alone && !(file->f_flags & O_NONBLOCK))
		/* until somebody has opened the other end, if only for a moment */
		err = wait_event_interruptible(pipe->wait, *partners != before);
	else if (alone && may_write(file))
		err = -ENXIO;
	else if (alone)
		file->f_pos = before;
	if (err)
		pipe_release(inode, file);
	return err;
}

/* One end of a pipe: it has one file more then. NULL: no memory. */
static struct file *open_end(struct pipe_inode_info *pipe, int flags)
{
	struct file *file = alloc_file(&pipefifo_fops, NULL, flags);

	if (IS_ERR(file))
		return NULL;
	file->private_data = pipe;
	file->f_name = "pipe";
	pipe->files++;
	pipe->readers += may_read(file);
	pipe->writers += may_write(file);
	pipe->w_counter += may_write(file);
	return file;
}

/* Both get a number, or neither. */
static int install_both(struct file *in, struct file *out, int fds[2])
{
	preempt_disable(); /* another thread may want the same numbers */
	fds[0] = get_unused_fd_from(0);
	fds[1] = fds[0] < 0 ? fds[0] : get_unused_fd_from(fds[0] + 1);
	if (fds[1] >= 0) {
		fd_install(fds[0], in);
		fd_install(fds[1], out);
	}
	preempt_enable();
	return fds[1] < 0 ? fds[1] : 0;
}

long sys_pipe2(int *ufds, int flags)
{
	struct pipe_inode_info *pipe;
	struct file *in, *out;
	int fds[2], err;

	if (flags & ~(O_NONBLOCK | O_CLOEXEC))
		return -EINVAL;
	pipe = alloc_pipe_info();
	if (!pipe)
		return -ENOMEM;
	in = open_end(pipe, O_RDONLY | flags);
	out = open_end(pipe, O_WRONLY | flags);
	err = in && out ? install_both(in, out, fds) : -ENOMEM;
	if (err) {
		if (!in && !out)
			free_pipe_info(pipe);
		if (in)
			fput(in);
		if (out)
			fput(out);
		return err;
	}
	if (!copy_to_user(ufds, fds, sizeof(fds)))
		return 0;
	sys_close(fds[0]);
	sys_close(fds[1]);
	return -EFAULT;
}

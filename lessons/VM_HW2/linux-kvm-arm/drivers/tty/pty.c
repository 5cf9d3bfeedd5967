/*
 * Pseudo-terminals: two terminals back to back. What a program writes to the slave,
 * /dev/pts/N, somebody reads at the master, and what he writes there the slave's
 * line discipline receives, as if it had been typed. Each open of /dev/ptmx makes a pair.
 */
#include <linux/kernel.h>
#include <linux/err.h>
#include <linux/fs.h>
#include <linux/init.h>
#include <linux/kdev_t.h>
#include <linux/sched.h>
#include <linux/tty.h>
#include <linux/uaccess.h>

static unsigned int pty_write(struct tty_struct *tty, const char *s, unsigned int n)
{
	return tty_receive(tty->link, s, n);
}

static unsigned int pty_write_room(struct tty_struct *tty)
{
	struct tty_struct *to = tty->link;
	unsigned int used = to->read_head - to->read_tail;

	/* an unfinished line takes more than there is room for: it may be corrected */
	if (has_flag(to->termios.c_lflag, ICANON) && to->canon_head == to->read_tail)
		return N_TTY_BUF_SIZE;
	return used < N_TTY_BUF_SIZE - 1 ? N_TTY_BUF_SIZE - 1 - used : 0;
}

/* The last user of a half has gone: the other hears of it. Without both there is no pair. */
static void pty_close(struct tty_struct *tty)
{
	struct tty_struct *link = tty->link;

	link->other_closed = true;
	tty_wake(link);
	if (tty->master) {
		devpts_pty_kill(link);
		tty_vhangup(link, false);
	}
	if (!tty->count && !link->count) {
		free_tty(link);
		free_tty(tty);
	}
}

static const struct tty_operations pty_ops = {
	.write = pty_write,
	.write_room = pty_write_room,
	.close = pty_close
};

/* The master has no line discipline to speak of. */
static struct tty_struct *alloc_pair(void)
{
	struct tty_struct *master = alloc_tty(&pty_ops), *slave = alloc_tty(&pty_ops);

	if (!master || !slave) {
		if (master)
			free_tty(master);
		if (slave)
			free_tty(slave);
		return NULL;
	}
	master->master = true;
	master->link = slave;
	slave->link = master;
	slave->locked = true;
	master->termios.c_iflag = master->termios.c_oflag = master->termios.c_lflag = 0;
	return master;
}

static int ptmx_open(struct inode *inode, struct file *file)
{
	struct tty_struct *master = alloc_pair();
	int err;

	if (!master)
		return -ENOMEM;
	mutex_lock(&tty_mutex);
	err = devpts_pty_new(master->link);
	if (!err) {
		master->index = master->link->index;
		err = tty_attach_file(master, file);
		if (err)
			devpts_pty_kill(master->link);
	}
	mutex_unlock(&tty_mutex);
	if (err) {
		free_tty(master->link);
		free_tty(master);
	}
	return err;
}

static const struct file_operations ptmx_fops = { .open = ptmx_open };

long pty_ioctl(struct tty_struct *tty, unsigned int cmd, unsigned long arg)
{
	int value;

	switch (cmd) {
	case TIOCGPTN:
		return put_user((unsigned int)tty->index, (unsigned int __user *)arg);
	case TIOCSPTLCK:
		if (get_user(value, (int __user *)arg))
			return -EFAULT;
		tty->link->locked = value != 0;
		return 0;
	case TIOCGPTLCK:
		return put_user((int)tty->link->locked, (int __user *)arg);
	}
	return -ENOTTY;
}

static int pty_init(void)
{
	return device_create("/dev/ptmx", S_IFCHR | 0666, MKDEV(5, 2), &ptmx_fops, NULL);
}
fs_initcall(pty_init);

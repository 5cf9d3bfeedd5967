/*
 * Terminals as files: opening and closing them, /dev/tty and /dev/console, and hanging
 * up. What is read and written goes through the line discipline, n_tty.c.
 */
#include <linux/kernel.h>
#include <linux/err.h>
#include <linux/fs.h>
#include <linux/gfp.h>
#include <linux/init.h>
#include <linux/irqflags.h>
#include <linux/jobctl.h>
#include <linux/kdev_t.h>
#include <linux/poll.h>
#include <linux/sched.h>
#include <linux/slab.h>
#include <linux/string.h>
#include <linux/tty.h>

DEFINE_MUTEX(tty_mutex);
static struct tty_struct *console_tty;

const struct termios tty_std_termios = {
	.c_iflag = ICRNL | IXON,
	.c_oflag = OPOST | ONLCR,
	.c_cflag = B38400 | CS8 | CREAD | HUPCL,
	.c_lflag = ISIG | ICANON | ECHO | ECHOE | ECHOK | ECHOCTL | ECHOKE | IEXTEN,
	.c_cc = { [VINTR] = 'C' & 037, [VQUIT] = '\\' & 037, [VERASE] = 0x7f, [VKILL] = 'U' & 037,
		  [VEOF] = 'D' & 037, [VMIN] = 1, [VSTART] = 'Q' & 037, [VSTOP] = 'S' & 037,
		  [VSUSP] = 'Z' & 037, [VREPRINT] = 'R' & 037, [VDISCARD] = 'O' & 037,
		  [VWERASE] = 'W' & 037, [VLNEXT] = 'V' & 037 }
};

struct tty_struct *alloc_tty(const struct tty_operations *ops)
{
	struct tty_struct *tty = kzalloc(sizeof(*tty), GFP_KERNEL);

	if (!tty)
		return NULL;
	tty->ops = ops;
	tty->termios = tty_std_termios;
	tty->read_buf = kmalloc(N_TTY_BUF_SIZE, GFP_KERNEL);
	tty->read_flags = kzalloc(N_TTY_BUF_SIZE / 8, GFP_KERNEL);
	init_waitqueue_head(&tty->read_wait);
	init_waitqueue_head(&tty->write_wait);
	if (!tty->read_buf || !tty->read_flags) {
		free_tty(tty);
		return NULL;
	}
	return tty;
}

void free_tty(struct tty_struct *tty)
{
	kfree(tty->read_buf);
	kfree(tty->read_flags);
	kfree(tty);
}

struct tty_struct *file_tty(struct file *file)
{
	return ((struct tty_file *)file->private_data)->tty;
}

bool tty_hung_up_p(struct file *file)
{
	struct tty_file *tf = file->private_data;

	return !tf->console && tf->hangups != tf->tty->hangups;
}

void tty_wake(struct tty_struct *tty)
{
	wake_up(&tty->read_wait);
	wake_up(&tty->write_wait);
}

int tty_attach_file(struct tty_struct *tty, struct file *file)
{
	struct tty_file *tf = kmalloc(sizeof(*tf), GFP_KERNEL);

	if (!tf)
		return -ENOMEM;
	*tf = (struct tty_file){ .tty = tty, .hangups = tty->hangups };
	file->private_data = tf;
	file->f_op = &tty_fops;
	tty->count++;
	return 0;
}

/* A pseudo-terminal's slave: is it there, may it be opened? */
static int may_open_tty(struct tty_struct *tty)
{
	if (tty->exclusive)
		return -EBUSY;
	if (tty->link && (!tty->link->count || tty->locked))
		return -EIO;
	return 0;
}

/* tty_mutex is held. */
static int open_tty(struct tty_struct *tty, struct file *file)
{
	int err = tty ? may_open_tty(tty) : -ENXIO;

	if (!err)
		err = tty_attach_file(tty, file);
	if (!err && tty->link)
		tty->link->other_closed = false;
	return err;
}

/* private_data is the driver's tty_struct; only a node of /dev/pts may lose its own. */
static int tty_open(struct inode *inode, struct file *file)
{
	struct tty_struct *tty;
	int err;

	mutex_lock(&tty_mutex);
	tty = inode->i_fop == &tty_fops ? inode->i_private : file->private_data;
	err = open_tty(tty, file);
	if (!err && !(file->f_flags & O_NOCTTY))
		tty_open_ctty(tty);
	mutex_unlock(&tty_mutex);
	return err;
}

/* /dev/tty: whatever the controlling terminal is. */
static int current_tty_open(struct inode *inode, struct file *file)
{
	int err;

	mutex_lock(&tty_mutex);
	err = open_tty(current->tty, file);
	mutex_unlock(&tty_mutex);
	return err;
}

static int console_open(struct inode *inode, struct file *file)
{
	int err;

	mutex_lock(&tty_mutex);
	err = open_tty(console_tty, file);
	mutex_unlock(&tty_mutex);
	if (!err)
		((struct tty_file *)file->private_data)->console = true;
	return err;
}

/* Nobody has it open any more: it is nobody's controlling terminal either. */
static void last_close(struct tty_struct *tty)
{
	unsigned long flags;

	local_irq_save(flags);
	if (tty->session)
		session_set_tty(tty->session, NULL);
	tty->session = tty->pgrp = 0;
	tty->exclusive = false;
	local_irq_restore(flags);
	if (tty->ops->close)
		tty->ops->close(tty);
}

static int tty_release(struct inode *inode, struct file *file)
{
	struct tty_struct *tty = file_tty(file);

	kfree(file->private_data);
	mutex_lock(&tty_mutex);
	if (--tty->count == 0)
		last_close(tty);
	mutex_unlock(&tty_mutex);
	return 0;
}

void tty_vhangup(struct tty_struct *tty, bool exit_session)
{
	unsigned long flags;

	local_irq_save(flags);
	tty->hangups++;
	tty_signal_session(tty, exit_session);
	tty->session = tty->pgrp = 0;
	tty->termios = tty_std_termios;
	tty->stopped = false;
	local_irq_restore(flags);
	n_tty_flush(tty);
	tty_wake(tty);
}

static unsigned int tty_poll(struct file *file, poll_table *pt)
{
	struct tty_struct *tty = file_tty(file);
	unsigned int mask = 0;

	poll_wait(file, &tty->read_wait, pt);
	poll_wait(file, &tty->write_wait, pt);
	if (tty_hung_up_p(file))
		return POLLIN | POLLRDNORM | POLLOUT | POLLWRNORM | POLLERR | POLLHUP;
	if (n_tty_readable(tty, true))
		mask |= POLLIN | POLLRDNORM;
	if (tty->other_closed)
		mask |= POLLHUP;
	if (!tty->stopped && tty->ops->write_room(tty))
		mask |= POLLOUT | POLLWRNORM;
	return mask;
}

const struct file_operations tty_fops = {
	.open = tty_open,
	.release = tty_release,
	.read = n_tty_read,
	.write = n_tty_write,
	.unlocked_ioctl = tty_ioctl,
	.poll = tty_poll
};

static const struct file_operations current_tty_fops = { .open = current_tty_open };
static const struct file_operations console_fops = { .open = console_open };

/* A node below /dev, and the number by which nodes elsewhere are the same device. */
static void tty_node(const char *name, umode_t mode, unsigned long dev,
		     const struct file_operations *fops, void *private)
{
	char path[32];

	snprintf(path, sizeof(path), "/dev/%s", name);
	device_create(path, S_IFCHR | mode, dev, fops, private);
}

struct tty_struct *tty_register(const char *name, unsigned long dev,
				const struct tty_operations *ops)
{
	struct tty_struct *tty = alloc_tty(ops);
	size_t len = strlen(name);
	char wanted[16];

	if (!tty)
		return NULL;
	tty->dev = dev;
	tty_node(name, 0600, dev, &tty_fops, tty);
	/* the first one, or the one that console= names, is the console */
	if (!console_tty || (cmdline_param("console", wanted, sizeof(wanted)) &&
			     !strncmp(wanted, name, len)))
		console_tty = tty;
	return tty;
}

static int tty_init(void)
{
	tty_node("tty", 0666, MKDEV(5, 0), &current_tty_fops, NULL);
	tty_node("console", 0600, MKDEV(5, 1), &console_fops, NULL);
	return 0;
}
fs_initcall(tty_init);

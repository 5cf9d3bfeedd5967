/*
 * The terminal between a serial driver and the programs. In canonical mode a line is
 * kept and may be corrected until Enter; Ctrl-C sends SIGINT, Ctrl-D ends the input.
 * Raw mode (ICANON off) hands over each character at once.
 */
#include <linux/kernel.h>
#include <linux/fs.h>
#include <linux/init.h>
#include <linux/sched.h>
#include <linux/signal.h>
#include <linux/slab.h>
#include <linux/string.h>
#include <linux/tty.h>
#include <linux/uaccess.h>
#include <linux/err.h>
#include <linux/irqflags.h>
#include <uapi/linux/poll.h>

#define EOF_MARK '\0' /* a Ctrl-D in the buffer: ends a read, is not handed over */

static struct tty_struct *console_tty;

static const struct termios default_termios = {
	.c_iflag = ICRNL,
	.c_oflag = OPOST | ONLCR,
	.c_lflag = ISIG | ICANON | ECHO,
	.c_cc = { [VINTR] = 3, [VQUIT] = 28, [VERASE] = 127, [VKILL] = 21, [VEOF] = 4, [VMIN] = 1 }
};

static void echo(struct tty_struct *tty, const char *s)
{
	if (tty->termios.c_lflag & ECHO)
		tty->write(s, strlen(s));
}

static void queue_char(struct tty_struct *tty, char c)
{
	if (tty->head - tty->tail < TTY_BUF_SIZE)
		tty->buf[tty->head++ % TTY_BUF_SIZE] = c;
}

/* The line is finished: readers may have it. */
static void queue_line(struct tty_struct *tty, char end)
{
	for (unsigned int i = 0; i < tty->line_len; i++)
		queue_char(tty, tty->line[i]);
	queue_char(tty, end);
	tty->line_len = 0;
	tty->lines++;
	wake_up(&tty->read_wait);
}

void tty_insert_char(struct tty_struct *tty, unsigned char c)
{
	const struct termios *t = &tty->termios;
	char text[2] = { c, 0 };

	if (c == '\r' && (t->c_iflag & ICRNL))
		c = text[0] = '\n';
	if ((t->c_lflag & ISIG) && c == t->c_cc[VINTR]) {
		echo(tty, "^C\r\n");
		tty->line_len = 0;
		kill_pgrp(tty->pgrp, SIGINT);
		wake_up(&tty->read_wait);
	} else if (!(t->c_lflag & ICANON)) {
		queue_char(tty, c);
		echo(tty, c == '\n' ? "\r\n" : text);
		wake_up(&tty->read_wait);
	} else if (c == '\n') {
		echo(tty, "\r\n");
		queue_line(tty, '\n');
	} else if (c == t->c_cc[VEOF]) {
		queue_line(tty, EOF_MARK);
	} else if (c == t->c_cc[VERASE] || c == '\b') {
		if (tty->line_len) {
			tty->line_len--;
			echo(tty, "\b \b");
		}
	} else if (c == t->c_cc[VKILL]) {
		for (; tty->line_len; tty->line_len--)
			echo(tty, "\b \b");
	} else if (c && tty->line_len < TTY_LINE_SIZE - 1) {
		tty->line[tty->line_len++] = c;
		echo(tty, text);
	}
}

static bool readable(struct tty_struct *tty)
{
	return tty->termios.c_lflag & ICANON ? tty->lines : tty->head != tty->tail;
}

static ssize_t tty_read(struct file *file, char __user *buf, size_t n, loff_t *pos)
{
	struct tty_struct *tty = console_tty;
	bool canonical = tty->termios.c_lflag & ICANON;
	size_t got = 0;

	if (!n)
		return 0;
	if (!readable(tty)) {
		int err;

		if (file->f_flags & O_NONBLOCK)
			return -EAGAIN;
		err = wait_event_interruptible(tty->read_wait, readable(tty));
		if (err)
			return err;
	}
	while (got < n && tty->head != tty->tail) {
		char c = tty->buf[tty->tail++ % TTY_BUF_SIZE];
		unsigned long flags;

		if (canonical && (c == '\n' || c == EOF_MARK)) {
			local_irq_save(flags);
			tty->lines--;
			local_irq_restore(flags);
			if (c == EOF_MARK)
				break;
		}
		if (put_user(c, buf + got))
			return -EFAULT;
		got++;
		if (canonical && c == '\n')
			break;
	}
	return got;
}

static ssize_t tty_write(struct file *file, const char __user *buf, size_t n, loff_t *pos)
{
	struct tty_struct *tty = console_tty;
	bool crlf = (tty->termios.c_oflag & (OPOST | ONLCR)) == (OPOST | ONLCR);
	char in[128], out[256];

	for (size_t done = 0; done < n;) {
		size_t part = min(n - done, sizeof(in)), len = 0;

		if (copy_from_user(in, buf + done, part))
			return done ? (ssize_t)done : -EFAULT;
		for (size_t i = 0; i < part; i++) {
			if (in[i] == '\n' && crlf)
				out[len++] = '\r';
			out[len++] = in[i];
		}
		tty->write(out, len);
		done += part;
	}
	return n;
}

static long tty_ioctl(struct file *file, unsigned int cmd, unsigned long arg)
{
	static const struct winsize size = { .ws_row = 24, .ws_col = 80 };
	struct tty_struct *tty = console_tty;
	unsigned long flags;
	struct termios t;

	switch (cmd) {
	case TCGETS:
		return copy_to_user((void *)arg, &tty->termios, sizeof(t)) ? -EFAULT : 0;
	case TCSETS:
	case TCSETSW:
	case TCSETSF:
		if (copy_from_user(&t, (void *)arg, sizeof(t)))
			return -EFAULT;
		local_irq_save(flags);
		if ((t.c_lflag ^ tty->termios.c_lflag) & ICANON || cmd == TCSETSF) {
			/* what was typed under the other rules is forgotten */
			tty->line_len = tty->lines = 0;
			tty->tail = tty->head;
		}
		tty->termios = t;
		local_irq_restore(flags);
		return 0;
	case TIOCGPGRP:
		return put_user(tty->pgrp, (int *)arg);
	case TIOCSPGRP:
		return get_user(tty->pgrp, (int *)arg);
	case TIOCSCTTY:
		tty->pgrp = current->pgrp;
		return 0;
	case TIOCGWINSZ:
		return copy_to_user((void *)arg, &size, sizeof(size)) ? -EFAULT : 0;
	case FIONREAD:
		return put_user((int)(tty->head - tty->tail), (int *)arg);
	}
	return -ENOTTY;
}

static unsigned int tty_poll(struct file *file, wait_queue_head_t **wq)
{
	*wq = &console_tty->read_wait;
	return POLLOUT | (readable(console_tty) ? POLLIN : 0);
}

static int tty_open(struct inode *inode, struct file *file)
{
	return console_tty ? 0 : -ENXIO;
}

static const struct file_operations tty_fops = {
	.open = tty_open,
	.read = tty_read,
	.write = tty_write,
	.unlocked_ioctl = tty_ioctl,
	.poll = tty_poll
};

struct tty_struct *tty_register(const char *name, void (*write)(const char *s, unsigned int n))
{
	struct tty_struct *tty = kzalloc(sizeof(*tty), GFP_KERNEL);
	char path[32], wanted[16];
	size_t len = strlen(name);

	if (!tty)
		return NULL;
	tty->name = name;
	tty->write = write;
	tty->termios = default_termios;
	init_waitqueue_head(&tty->read_wait);
	snprintf(path, sizeof(path), "/dev/%s", name);
	fs_mknod(path, S_IFCHR | 0600, &tty_fops, NULL);
	/* the first one, or the one that console= names, is the console */
	if (!console_tty || (cmdline_param("console", wanted, sizeof(wanted)) &&
			     !strncmp(wanted, name, len)))
		console_tty = tty;
	return tty;
}

static int tty_init(void)
{
	fs_mknod("/dev/console", S_IFCHR | 0600, &tty_fops, NULL);
	fs_mknod("/dev/tty", S_IFCHR | 0666, &tty_fops, NULL);
	return 0;
}
fs_initcall(tty_init);

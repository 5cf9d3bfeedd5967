/* What can be asked of a terminal, and set. */
#include <linux/kernel.h>
#include <linux/fs.h>
#include <linux/sched.h>
#include <linux/signal.h>
#include <linux/string.h>
#include <linux/tty.h>
#include <linux/uaccess.h>

static long set_termios(struct tty_struct *tty, unsigned int cmd, const void __user *arg)
{
	struct termios t;
	int err = tty_check_change(tty, SIGTTOU);

	if (err)
		return err;
	if (copy_from_user(&t, arg, sizeof(t)))
		return -EFAULT;
	t.c_line = tty->termios.c_line; /* there is one line discipline */
	if (cmd == TCSETSF)
		n_tty_flush(tty);
	n_tty_set_termios(tty, &t);
	return 0;
}

static void resize(struct tty_struct *tty, const struct winsize *ws)
{
	tty->winsize = *ws;
	if (tty->pgrp)
		kill_pgrp(tty->pgrp, SIGWINCH);
}

/* Both halves of a pseudo-terminal have the same size. */
static long set_winsize(struct tty_struct *tty, const void __user *arg)
{
	struct winsize ws;

	if (copy_from_user(&ws, arg, sizeof(ws)))
		return -EFAULT;
	if (!memcmp(&ws, &tty->winsize, sizeof(ws)))
		return 0;
	resize(tty, &ws);
	if (tty->link)
		resize(tty->link, &ws);
	return 0;
}

static long flush(struct tty_struct *tty, unsigned long which)
{
	int err;

	if (which > TCIOFLUSH)
		return -EINVAL;
	err = tty_check_change(tty, SIGTTOU);
	if (err)
		return err;
	if (which != TCOFLUSH)
		n_tty_flush(tty); /* and output is never kept */
	return 0;
}

static long flow(struct tty_struct *tty, unsigned long what)
{
	int err = tty_check_change(tty, SIGTTOU);
	char c;

	if (err)
		return err;
	switch (what) {
	case TCOOFF:
		stop_tty(tty);
		return 0;
	case TCOON:
		start_tty(tty);
		return 0;
	case TCIOFF:
	case TCION:
		c = tty->termios.c_cc[what == TCION ? VSTART : VSTOP];
		if (c)
			tty->ops->write(tty, &c, 1);
		return 0;
	}
	return -EINVAL;
}

/* As if it had been typed. */
static long simulate(struct tty_struct *tty, const char __user *arg)
{
	char c;

	if (get_user(c, arg))
		return -EFAULT;
	tty_receive(tty, &c, 1);
	return 0;
}

long tty_ioctl(struct file *file, unsigned int cmd, unsigned long arg)
{
	struct tty_struct *tty = file_tty(file), *real_tty = tty->master ? tty->link : tty;
	void __user *p = (void __user *)arg;

	if (tty_hung_up_p(file))
		return cmd == TIOCSPGRP ? -ENOTTY : -EIO;
	switch (cmd) {
	case TCGETS:
		return copy_to_user(p, &real_tty->termios, sizeof(struct termios)) ? -EFAULT : 0;
	case TCSETS:
	case TCSETSW:
	case TCSETSF:
		return set_termios(real_tty, cmd, p);
	case TIOCGWINSZ:
		return copy_to_user(p, &tty->winsize, sizeof(struct winsize)) ? -EFAULT : 0;
	case TIOCSWINSZ:
		return set_winsize(real_tty, p);
	case FIONREAD:
		return put_user((int)n_tty_count(tty), (int __user *)p);
	case TIOCOUTQ:
		return put_user(0, (int __user *)p);
	case TIOCGDEV:
		return put_user((unsigned int)real_tty->dev, (unsigned int __user *)p);
	case TCSBRK: /* tcdrain() and breaks: output is out when write() is through */
		return tty_check_change(tty, SIGTTOU);
	case TCFLSH:
		return flush(tty, arg);
	case TCXONC:
		return flow(tty, arg);
	case TIOCSTI:
		return simulate(tty, p);
	case TIOCEXCL:
	case TIOCNXCL:
		tty->exclusive = cmd == TIOCEXCL;
		return 0;
	case TIOCNOTTY:
	case TIOCSCTTY:
	case TIOCGPGRP:
	case TIOCSPGRP:
	case TIOCGSID:
		return tty_jobctrl_ioctl(tty, real_tty, cmd, arg);
	}
	return tty->master ? pty_ioctl(tty, cmd, arg) : -ENOTTY;
}

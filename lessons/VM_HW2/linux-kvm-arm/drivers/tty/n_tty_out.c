/*
 * The line discipline's way out: what a program writes, and the echo of what is typed,
 * with OPOST's changes. The column is counted, for tabs that become spaces or are erased.
 */
#include <linux/kernel.h>
#include <linux/fs.h>
#include <linux/irqflags.h>
#include <linux/sched.h>
#include <linux/string.h>
#include <linux/tty.h>
#include <linux/uaccess.h>

#define IN_SIZE 128U
#define OUT_SIZE 256U

static bool iscntrl(unsigned char c)
{
	return c < ' ' || c == 0x7f;
}

/* What leaves for c; its length, 8 at most. *column is where the cursor is then. */
static unsigned int expand(struct tty_struct *tty, unsigned char c, char *out)
{
	unsigned int n = 8 - tty->column % 8;

	out[0] = c;
	switch (c) {
	case '\n':
		if (O_FLAG(tty, ONLRET))
			tty->column = 0;
		if (O_FLAG(tty, ONLCR)) {
			tty->canon_column = tty->column = 0;
			memcpy(out, "\r\n", 2);
			return 2;
		}
		tty->canon_column = tty->column;
		break;
	case '\r':
		if (O_FLAG(tty, ONOCR) && tty->column == 0)
			return 0;
		if (O_FLAG(tty, OCRNL))
			out[0] = '\n';
		if (!O_FLAG(tty, OCRNL) || O_FLAG(tty, ONLRET))
			tty->canon_column = tty->column = 0;
		break;
	case '\t':
		tty->column += n;
		if ((tty->termios.c_oflag & TABDLY) == XTABS) {
			memset(out, ' ', n);
			return n;
		}
		break;
	case '\b':
		if (tty->column)
			tty->column--;
		break;
	default:
		if (O_FLAG(tty, OLCUC) && c >= 'a' && c <= 'z')
			out[0] = c - 'a' + 'A';
		if (!iscntrl(c) && !(I_FLAG(tty, IUTF8) && (c & 0xc0) == 0x80))
			tty->column++;
	}
	return 1;
}

/* As much of in as fits into out when it is processed: how much is left in *n and *len. */
static void process(struct tty_struct *tty, const char *in, unsigned int *n, char *out,
		    unsigned int *len)
{
	unsigned int done, used = 0, room = *len;
	unsigned long flags;

	local_irq_save(flags); /* the column is the echo's, too */
	for (done = 0; done < *n; done++) {
		char text[8];
		unsigned int column = tty->column, canon = tty->canon_column;
		unsigned int size = expand(tty, in[done], text);

		if (used + size > room) {
			tty->column = column;
			tty->canon_column = canon;
			break;
		}
		memcpy(out + used, text, size);
		used += size;
	}
	local_irq_restore(flags);
	*n = done;
	*len = used;
}

/* Room for output: for one character at least, whatever becomes of it. */
static unsigned int output_room(struct tty_struct *tty)
{
	unsigned int room = tty->stopped ? 0 : tty->ops->write_room(tty);

	return O_FLAG(tty, OPOST) && room < 8 ? 0 : room;
}

/* Writes up to IN_SIZE characters, as the terminal has room; how many. */
static unsigned int write_some(struct tty_struct *tty, const char *in, unsigned int n)
{
	unsigned int room = output_room(tty), len = min(room, OUT_SIZE);
	char out[OUT_SIZE];

	if (!O_FLAG(tty, OPOST))
		return room ? tty->ops->write(tty, in, n) : 0;
	process(tty, in, &n, out, &len);
	if (len)
		tty->ops->write(tty, out, len);
	return n;
}

/* One write() at a time, so that lines of two programs do not mix. */
static int write_lock(struct tty_struct *tty, bool nonblock)
{
	unsigned long flags;
	int err = 0;

	local_irq_save(flags);
	while (tty->writing && !err) {
		local_irq_restore(flags);
		err = nonblock ? -EAGAIN
			       : wait_event_interruptible(tty->write_wait, !tty->writing);
		local_irq_save(flags);
	}
	if (!err)
		tty->writing = true;
	local_irq_restore(flags);
	return err;
}

static void write_unlock(struct tty_struct *tty)
{
	tty->writing = false;
	if (waitqueue_active(&tty->write_wait))
		wake_up(&tty->write_wait);
}

/* All n characters of in; an error only if none could be written. */
static ssize_t write_all(struct file *file, struct tty_struct *tty, const char *in,
			 unsigned int n)
{
	unsigned int done = 0;
	int err = 0;

	for (;;) {
		if (tty_hung_up_p(file))
			err = -EIO;
		else
			done += write_some(tty, in + done, n - done);
		if (err || done == n)
			break;
		if (file->f_flags & O_NONBLOCK)
			err = -EAGAIN;
		else
			err = wait_event_interruptible(tty->write_wait, tty_hung_up_p(file) ||
									output_room(tty));
		if (err)
			break;
	}
	return done ? (ssize_t)done : err;
}

ssize_t n_tty_write(struct file *file, const char __user *buf, size_t n, loff_t *pos)
{
	struct tty_struct *tty = file_tty(file);
	struct tty_file *tf = file->private_data;
	char in[IN_SIZE];
	ssize_t err;

	if (tty_hung_up_p(file))
		return -EIO;
	if (L_FLAG(tty, TOSTOP) && !tf->console && (err = tty_check_change(tty, SIGTTOU)))
		return err;
	err = write_lock(tty, file->f_flags & O_NONBLOCK);
	if (err)
		return err;
	for (size_t done = 0; !err && done < n;) {
		size_t part = min(n - done, sizeof(in));
		ssize_t took;

		if (copy_from_user(in, buf + done, part)) {
			err = done ? (ssize_t)done : -EFAULT;
			break;
		}
		took = write_all(file, tty, in, part);
		if (took > 0)
			done += took;
		if (took < (ssize_t)part)
			err = done ? (ssize_t)done : took;
		/* a long text must not keep Ctrl-C waiting */
		else if (done < n && signal_pending(current))
			err = done;
	}
	write_unlock(tty);
	return err ? err : (ssize_t)n;
}

/* The echo of one key goes out at once, tty_echo_flush(): the wire is slow enough. */
void tty_echo_raw(struct tty_struct *tty, char c)
{
	if (tty->echo_len + 8 > TTY_ECHO_SIZE)
		tty_echo_flush(tty);
	if (O_FLAG(tty, OPOST))
		tty->echo_len += expand(tty, c, tty->echo_buf + tty->echo_len);
	else
		tty->echo_buf[tty->echo_len++] = c;
}

void tty_echo(struct tty_struct *tty, unsigned char c)
{
	if (L_FLAG(tty, ECHOCTL) && iscntrl(c) && c != '\t') {
		tty_echo_raw(tty, '^');
		c ^= 0100;
	}
	tty_echo_raw(tty, c);
}

/* Takes the character that stood last in the line off the screen. */
void tty_echo_erase(struct tty_struct *tty, unsigned char c)
{
	unsigned int cells = !iscntrl(c) ? 1 : L_FLAG(tty, ECHOCTL) ? 2 : 0;

	if (c == '\t') {
		/* back to where what is left of the line ends */
		unsigned int width = tty->canon_column;

		for (unsigned int i = tty->canon_head; i != tty->read_head; i++) {
			unsigned char before = tty->read_buf[i % N_TTY_BUF_SIZE];

			if (before == '\t')
				width += 8 - width % 8;
			else if (iscntrl(before))
				width += L_FLAG(tty, ECHOCTL) ? 2 : 0;
			else if (!I_FLAG(tty, IUTF8) || (before & 0xc0) != 0x80)
				width++;
		}
		for (cells = 8 - width % 8; cells; cells--)
			tty_echo_raw(tty, '\b');
		return;
	}
	while (cells--) {
		tty_echo_raw(tty, '\b');
		tty_echo_raw(tty, ' ');
		tty_echo_raw(tty, '\b');
	}
}

void tty_echo_flush(struct tty_struct *tty)
{
	if (tty->echo_len)
		tty->ops->write(tty, tty->echo_buf, tty->echo_len);
	tty->echo_len = 0;
}

void stop_tty(struct tty_struct *tty)
{
	tty->stopped = true;
}

void start_tty(struct tty_struct *tty)
{
	tty->stopped = false;
	wake_up(&tty->write_wait);
}

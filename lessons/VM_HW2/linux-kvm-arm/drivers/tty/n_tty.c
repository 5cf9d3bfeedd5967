/*
 * The line discipline's way in. In canonical mode a line is kept and may be corrected
 * until Enter; Ctrl-C, Ctrl-\ and Ctrl-Z send signals, Ctrl-D ends the input. Raw mode
 * (ICANON off) hands over each character at once. What is echoed is in n_tty_out.c.
 */
#include <linux/kernel.h>
#include <linux/fs.h>
#include <linux/hrtimer.h>
#include <linux/irqflags.h>
#include <linux/sched.h>
#include <linux/signal.h>
#include <linux/string.h>
#include <linux/tty.h>
#include <linux/uaccess.h>

#define EOF_MARK '\0' /* with a bit in read_flags: ends a read, is not handed over */
#define TENTH_NS (NSEC_PER_SEC / 10)

static char *read_buf(struct tty_struct *tty, unsigned int i)
{
	return &tty->read_buf[i % N_TTY_BUF_SIZE];
}

static unsigned int read_cnt(struct tty_struct *tty)
{
	return tty->read_head - tty->read_tail;
}

static bool is_char(struct tty_struct *tty, int which, unsigned char c)
{
	return c && c == tty->termios.c_cc[which];
}

/* One place is kept for the end of a line. What does not fit is lost; the last one typed. */
static void put_char(struct tty_struct *tty, unsigned char c)
{
	if (read_cnt(tty) == N_TTY_BUF_SIZE - 1) {
		if (I_FLAG(tty, IMAXBEL))
			tty_echo_raw(tty, '\a');
		return;
	}
	*read_buf(tty, tty->read_head) = c;
	clear_bit(tty->read_head++ % N_TTY_BUF_SIZE, tty->read_flags);
}

/* The line is finished: readers may have it. */
static void end_line(struct tty_struct *tty, unsigned char c)
{
	if (read_cnt(tty) == N_TTY_BUF_SIZE)
		return;
	*read_buf(tty, tty->read_head) = c;
	set_bit(tty->read_head++ % N_TTY_BUF_SIZE, tty->read_flags);
	tty->canon_head = tty->read_head;
}

void n_tty_flush(struct tty_struct *tty)
{
	unsigned long flags;

	local_irq_save(flags);
	tty->read_tail = tty->canon_head = tty->read_head;
	tty->lnext = false;
	local_irq_restore(flags);
	if (tty->link)
		wake_up(&tty->link->write_wait);
}

static void signal_char(struct tty_struct *tty, int sig, unsigned char c)
{
	if (!L_FLAG(tty, NOFLSH)) {
		n_tty_flush(tty);
		tty->echo_len = 0;
	}
	if (I_FLAG(tty, IXON))
		start_tty(tty);
	if (L_FLAG(tty, ECHO))
		tty_echo(tty, c);
	if (tty->pgrp)
		kill_pgrp(tty->pgrp, sig);
}

static bool continues(struct tty_struct *tty, unsigned char c)
{
	return I_FLAG(tty, IUTF8) && (c & 0xc0) == 0x80;
}

/* The last character of the line goes, all of its bytes. It must not be empty. */
static unsigned char unput_char(struct tty_struct *tty)
{
	unsigned char c;

	do
		c = *read_buf(tty, --tty->read_head);
	while (continues(tty, c) && tty->read_head != tty->canon_head);
	return c;
}

static bool is_word_char(unsigned char c)
{
	return (c >= '0' && c <= '9') || ((c | 32) >= 'a' && (c | 32) <= 'z') || c == '_';
}

static void erase_char(struct tty_struct *tty, unsigned char key)
{
	unsigned char c;

	if (tty->read_head == tty->canon_head)
		return;
	c = unput_char(tty);
	if (L_FLAG(tty, ECHO) && L_FLAG(tty, ECHOE))
		tty_echo_erase(tty, c);
	else if (L_FLAG(tty, ECHO))
		tty_echo(tty, key);
}

/* Ctrl-W: what is no word, and the word before it. */
static void erase_word(struct tty_struct *tty)
{
	bool word = false;

	while (tty->read_head != tty->canon_head) {
		unsigned char c = unput_char(tty);

		if (word && !is_word_char(c)) {
			tty->read_head++;
			break;
		}
		word |= is_word_char(c);
		if (L_FLAG(tty, ECHO) && L_FLAG(tty, ECHOE))
			tty_echo_erase(tty, c);
		else if (L_FLAG(tty, ECHO))
			tty_echo(tty, tty->termios.c_cc[VERASE]);
	}
}

static void kill_line(struct tty_struct *tty, unsigned char key)
{
	if (tty->read_head == tty->canon_head)
		return;
	if (L_FLAG(tty, ECHO) && L_FLAG(tty, ECHOK) && L_FLAG(tty, ECHOKE) && L_FLAG(tty, ECHOE)) {
		while (tty->read_head != tty->canon_head)
			tty_echo_erase(tty, unput_char(tty));
		return;
	}
	tty->read_head = tty->canon_head;
	if (!L_FLAG(tty, ECHO))
		return;
	tty_echo(tty, key);
	if (L_FLAG(tty, ECHOK))
		tty_echo_raw(tty, '\n');
}

static void reprint_line(struct tty_struct *tty, unsigned char key)
{
	tty_echo(tty, key);
	tty_echo_raw(tty, '\n');
	for (unsigned int i = tty->canon_head; i != tty->read_head; i++)
		tty_echo(tty, *read_buf(tty, i));
}

static void ordinary_char(struct tty_struct *tty, unsigned char c)
{
	if (L_FLAG(tty, ECHO)) {
		if (tty->read_head == tty->canon_head)
			tty->canon_column = tty->column;
		if (c == '\n')
			tty_echo_raw(tty, c);
		else
			tty_echo(tty, c);
	}
	if (I_FLAG(tty, PARMRK) && c == 0377)
		put_char(tty, c);
	put_char(tty, c);
}

/* A line is being typed: does c mean something else than itself? */
static bool editing_char(struct tty_struct *tty, unsigned char c)
{
	bool extended = L_FLAG(tty, IEXTEN), echo = L_FLAG(tty, ECHO);

	if (is_char(tty, VERASE, c)) {
		erase_char(tty, c);
	} else if (is_char(tty, VKILL, c)) {
		kill_line(tty, c);
	} else if (extended && is_char(tty, VWERASE, c)) {
		erase_word(tty);
	} else if (extended && is_char(tty, VLNEXT, c)) {
		tty->lnext = true;
		if (echo && L_FLAG(tty, ECHOCTL)) {
			tty_echo_raw(tty, '^');
			tty_echo_raw(tty, '\b');
		}
	} else if (extended && echo && is_char(tty, VREPRINT, c)) {
		reprint_line(tty, c);
	} else if (c == '\n') {
		if (echo || L_FLAG(tty, ECHONL))
			tty_echo_raw(tty, c);
		end_line(tty, c);
	} else if (is_char(tty, VEOF, c)) {
		end_line(tty, EOF_MARK);
	} else if (is_char(tty, VEOL, c) || (extended && is_char(tty, VEOL2, c))) {
		if (echo)
			tty_echo(tty, c);
		end_line(tty, c);
	} else {
		return false;
	}
	return true;
}

static void receive_char(struct tty_struct *tty, unsigned char c)
{
	if (tty->lnext) {
		tty->lnext = false;
		ordinary_char(tty, c);
		return;
	}
	if (I_FLAG(tty, ISTRIP))
		c &= 0x7f;
	if (I_FLAG(tty, IUCLC) && L_FLAG(tty, IEXTEN) && c >= 'A' && c <= 'Z')
		c += 'a' - 'A';
	if (I_FLAG(tty, IXON)) {
		if (is_char(tty, VSTART, c)) {
			start_tty(tty);
			return;
		}
		if (is_char(tty, VSTOP, c)) {
			stop_tty(tty);
			return;
		}
	}
	if (L_FLAG(tty, ISIG)) {
		int sig = is_char(tty, VINTR, c) ? SIGINT : is_char(tty, VQUIT, c) ? SIGQUIT :
			  is_char(tty, VSUSP, c) ? SIGTSTP : 0;

		if (sig) {
			signal_char(tty, sig, c);
			return;
		}
	}
	if (tty->stopped && I_FLAG(tty, IXON) && I_FLAG(tty, IXANY))
		start_tty(tty);
	if (c == '\r') {
		if (I_FLAG(tty, IGNCR))
			return;
		if (I_FLAG(tty, ICRNL))
			c = '\n';
	} else if (c == '\n' && I_FLAG(tty, INLCR)) {
		c = '\r';
	}
	if (!L_FLAG(tty, ICANON) || !editing_char(tty, c))
		ordinary_char(tty, c);
}

/* In canonical mode an unfinished line always takes more, so that it can be corrected. */
static bool takes_more(struct tty_struct *tty)
{
	return read_cnt(tty) < N_TTY_BUF_SIZE - 1 ||
	       (L_FLAG(tty, ICANON) && tty->canon_head == tty->read_tail);
}

unsigned int tty_receive(struct tty_struct *tty, const char *s, unsigned int n)
{
	unsigned long flags;
	unsigned int done;

	for (done = 0; done < n && takes_more(tty); done++) {
		local_irq_save(flags);
		receive_char(tty, s[done]);
		tty_echo_flush(tty);
		local_irq_restore(flags);
	}
	if (done && n_tty_readable(tty, false) && waitqueue_active(&tty->read_wait))
		wake_up(&tty->read_wait);
	return done;
}

/* poll: raw mode's VMIN counts only for those who ask, not for the read() itself. */
bool n_tty_readable(struct tty_struct *tty, bool poll)
{
	unsigned char min = tty->termios.c_cc[VMIN];

	if (L_FLAG(tty, ICANON))
		return tty->canon_head != tty->read_tail;
	return read_cnt(tty) >= (poll && min && !tty->termios.c_cc[VTIME] ? min : 1U);
}

/* FIONREAD. */
unsigned int n_tty_count(struct tty_struct *tty)
{
	unsigned int n = 0;

	if (!L_FLAG(tty, ICANON))
		return read_cnt(tty);
	for (unsigned int i = tty->read_tail; i != tty->canon_head; i++)
		if (*read_buf(tty, i) != EOF_MARK || !test_bit(i % N_TTY_BUF_SIZE, tty->read_flags))
			n++;
	return n;
}

static bool take_end_mark(struct tty_struct *tty)
{
	if (*read_buf(tty, tty->read_tail) != EOF_MARK ||
	    !test_bit(tty->read_tail % N_TTY_BUF_SIZE, tty->read_flags))
		return false;
	tty->read_tail++;
	return true;
}

/* Up to n characters into out; *line_end: do not read on, a line has ended. */
static unsigned int take(struct tty_struct *tty, char *out, unsigned int n, bool *line_end)
{
	bool canonical = L_FLAG(tty, ICANON);
	unsigned int got = 0, end = canonical ? tty->canon_head : tty->read_head;
	unsigned long flags;

	local_irq_save(flags);
	while (tty->read_tail != end && !*line_end) {
		/* a Ctrl-D right behind the last byte asked for is no end of file of its own */
		if (canonical && take_end_mark(tty)) {
			*line_end = true;
			break;
		}
		if (got == n)
			break;
		*line_end = canonical && test_bit(tty->read_tail % N_TTY_BUF_SIZE, tty->read_flags);
		out[got++] = *read_buf(tty, tty->read_tail++);
	}
	local_irq_restore(flags);
	return got;
}

/* Sleeps until there is something; deadline 0: however long. 0, or why there is nothing. */
static int wait_for_input(struct file *file, struct tty_struct *tty, ktime_t deadline)
{
	DEFINE_WAIT(wait);
	int err = 1;

	while (err > 0) {
		prepare_to_wait(&tty->read_wait, &wait, TASK_INTERRUPTIBLE);
		if (n_tty_readable(tty, false))
			err = 0;
		else if (tty_hung_up_p(file))
			err = -EPIPE; /* end of file */
		else if (tty->other_closed)
			err = -EIO;
		else if (deadline && ktime_get() >= deadline)
			err = -EPIPE;
		else if (file->f_flags & O_NONBLOCK)
			err = -EAGAIN;
		else if (signal_pending(current))
			err = -ERESTARTSYS;
		else if (deadline)
			schedule_until(deadline);
		else
			schedule();
	}
	finish_wait(&tty->read_wait, &wait);
	return err == -EPIPE ? 0 : err ? err : 1;
}

ssize_t n_tty_read(struct file *file, char __user *buf, size_t n, loff_t *pos)
{
	struct tty_struct *tty = file_tty(file);
	struct tty_file *tf = file->private_data;
	unsigned int minimum = tty->termios.c_cc[VMIN], time = tty->termios.c_cc[VTIME];
	bool canonical = L_FLAG(tty, ICANON), line_end = false;
	ktime_t deadline = !canonical && !minimum ? ktime_get() + time * TENTH_NS : 0;
	size_t got = 0;
	char part[64];
	int err = 0;

	if (tty_hung_up_p(file))
		return 0;
	if (!tf->console && (err = tty_check_change(tty, SIGTTIN)))
		return err;
	if (canonical || !minimum)
		minimum = 1;
	while (got < n && !line_end) {
		unsigned int len = take(tty, part, min(n - got, sizeof(part)), &line_end);

		if (copy_to_user(buf + got, part, len))
			return got ? (ssize_t)got : -EFAULT;
		got += len;
		if (len == sizeof(part))
			continue;
		if (line_end || got == n || got >= minimum)
			break;
		if (len && time && tty->termios.c_cc[VMIN])
			deadline = ktime_get() + time * TENTH_NS;
		err = wait_for_input(file, tty, deadline);
		if (err <= 0)
			break;
	}
	if (tty->link)
		wake_up(&tty->link->write_wait);
	return got ? (ssize_t)got : err < 0 ? err : 0;
}

/* What waits under the old rules is one line under the new ones, or no line at all. */
void n_tty_set_termios(struct tty_struct *tty, const struct termios *t)
{
	bool changes = has_flag(t->c_lflag ^ tty->termios.c_lflag, ICANON);
	unsigned long flags;

	local_irq_save(flags);
	tty->termios = *t;
	if (changes) {
		memset(tty->read_flags, 0, N_TTY_BUF_SIZE / 8);
		tty->canon_head = tty->read_tail;
		tty->lnext = false;
		if (L_FLAG(tty, ICANON) && read_cnt(tty)) {
			set_bit((tty->read_head - 1) % N_TTY_BUF_SIZE, tty->read_flags);
			tty->canon_head = tty->read_head;
		}
	}
	if (tty->stopped && !I_FLAG(tty, IXON))
		start_tty(tty);
	local_irq_restore(flags);
	tty_wake(tty);
}

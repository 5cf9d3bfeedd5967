/*
 * Terminals. A driver at one end (a serial port, or the other half of a pseudo-terminal),
 * programs at the other, and the line discipline in between:
 *
 *	driver ── tty_receive() ──> n_tty.c: echo, editing, signals ──> read()
 *	driver <── ops->write() ─── n_tty_out.c: \n to \r\n, tabs  <─── write()
 */
#ifndef _LINUX_TTY_H
#define _LINUX_TTY_H

#include <linux/wait.h>
#include <linux/types.h>
#include <linux/bitops.h>
#include <linux/mutex.h>
#include <uapi/linux/termios.h>

struct file;
struct inode;
struct file_operations;
struct tty_struct;

#define N_TTY_BUF_SIZE 4096 /* a line is one shorter at most */
#define TTY_ECHO_SIZE 64

struct tty_operations {
	/* To the wire; how many it took. Never sleeps: also called for echo, in interrupts. */
	unsigned int (*write)(struct tty_struct *tty, const char *s, unsigned int n);
	unsigned int (*write_room)(struct tty_struct *tty);
	/* The last user of tty has gone. */
	void (*close)(struct tty_struct *tty);
};

struct tty_struct {
	const struct tty_operations *ops;
	struct tty_struct *link; /* a pseudo-terminal's other half */
	bool master; /* the half of the program that plays the terminal */
	int index; /* N of /dev/pts/N */
	unsigned long dev; /* the device number */
	int count; /* open files */
	unsigned int hangups; /* files opened before the last one are dead */
	bool locked; /* TIOCSPTLCK: the slave cannot be opened */
	bool other_closed;
	bool exclusive;
	bool stopped; /* Ctrl-S */
	bool writing; /* somebody is in the middle of a write() */
	struct termios termios;
	struct winsize winsize;
	pid_t session; /* whose controlling terminal it is; 0: nobody's */
	pid_t pgrp; /* the foreground group of it */
	wait_queue_head_t read_wait, write_wait;

	/*
	 * What arrived. The line that is being typed lies between canon_head and read_head;
	 * before it, from read_tail, what read() may have. All three only grow. Where a line
	 * ends read_flags has a bit; a zero there is Ctrl-D, the end without a character.
	 */
	char *read_buf;
	unsigned int read_head, canon_head, read_tail;
	unsigned long *read_flags;
	bool lnext; /* Ctrl-V: the next one means nothing special */
	unsigned int column; /* of the cursor */
	unsigned int canon_column; /* where the line being typed began */
	char echo_buf[TTY_ECHO_SIZE];
	unsigned int echo_len;
};

/* One open file of a terminal. */
struct tty_file {
	struct tty_struct *tty;
	unsigned int hangups; /* tty->hangups when it was opened */
	bool console; /* /dev/console: no job control, no hang-up */
};

static inline bool has_flag(unsigned int flags, unsigned int flag)
{
	return (flags & flag) != 0;
}
#define L_FLAG(tty, f) has_flag((tty)->termios.c_lflag, f)
#define I_FLAG(tty, f) has_flag((tty)->termios.c_iflag, f)
#define O_FLAG(tty, f) has_flag((tty)->termios.c_oflag, f)

extern const struct termios tty_std_termios;
extern const struct file_operations tty_fops;
/* Who opens, closes or loses a terminal holds this: nobody else sees it go. */
extern struct mutex tty_mutex;

/* drivers/tty/tty_io.c */
struct tty_struct *alloc_tty(const struct tty_operations *ops);
void free_tty(struct tty_struct *tty);
/* The driver of a serial line: makes /dev/<name>, and /dev/console if it is the console. */
struct tty_struct *tty_register(const char *name, unsigned long dev,
				const struct tty_operations *ops);
/* A file for tty; takes over a place in tty->count. */
int tty_attach_file(struct tty_struct *tty, struct file *file);
struct tty_struct *file_tty(struct file *file);
bool tty_hung_up_p(struct file *file);
/*
 * The terminal is gone for all who have it open; exit_session: because the leader ends,
 * who cannot tell the foreground group himself any more.
 */
void tty_vhangup(struct tty_struct *tty, bool exit_session);
void tty_wake(struct tty_struct *tty);
long tty_ioctl(struct file *file, unsigned int cmd, unsigned long arg);

/* drivers/tty/n_tty.c. Characters arrived; how many there was room for. Allowed in interrupts. */
unsigned int tty_receive(struct tty_struct *tty, const char *s, unsigned int n);
static inline void tty_insert_char(struct tty_struct *tty, char c)
{
	tty_receive(tty, &c, 1);
}
ssize_t n_tty_read(struct file *file, char __user *buf, size_t n, loff_t *pos);
bool n_tty_readable(struct tty_struct *tty, bool poll);
unsigned int n_tty_count(struct tty_struct *tty);
void n_tty_flush(struct tty_struct *tty);
void n_tty_set_termios(struct tty_struct *tty, const struct termios *t);

/* drivers/tty/n_tty_out.c */
ssize_t n_tty_write(struct file *file, const char __user *buf, size_t n, loff_t *pos);
void tty_echo_raw(struct tty_struct *tty, char c);
void tty_echo(struct tty_struct *tty, unsigned char c);
void tty_echo_erase(struct tty_struct *tty, unsigned char c);
void tty_echo_flush(struct tty_struct *tty);
void start_tty(struct tty_struct *tty);
void stop_tty(struct tty_struct *tty);

/* drivers/tty/tty_jobctrl.c */
/* May current do this, or is it in the background? sig: SIGTTIN or SIGTTOU. */
int tty_check_change(struct tty_struct *tty, int sig);
void tty_open_ctty(struct tty_struct *tty);
void tty_signal_session(struct tty_struct *tty, bool exit_session);
long tty_jobctrl_ioctl(struct tty_struct *tty, struct tty_struct *real_tty, unsigned int cmd,
		       unsigned long arg);

/* drivers/tty/pty.c */
long pty_ioctl(struct tty_struct *tty, unsigned int cmd, unsigned long arg);

/* fs/devpts.c */
int devpts_pty_new(struct tty_struct *slave);
void devpts_pty_kill(struct tty_struct *slave);

#endif

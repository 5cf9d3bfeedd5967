/*
 * Our own console, which we lend to the guest: what it prints goes out, keys go to its
 * serial port or virtio console. A thread waits for keys, because the others are in KVM_RUN
 * most of the time. Ctrl-A X ends the VM, Ctrl-A Ctrl-A is one Ctrl-A for the guest.
 */
#include <signal.h>
#include <sys/ioctl.h>
#include <termios.h>
#include <unistd.h>

#include "lkvm.h"

#define CTRL_A		0x01

static struct termios saved;
static int is_raw;
static void (*receive)(uint8_t c);

void term_restore(void)
{
	if (is_raw)
		tcsetattr(0, TCSANOW, &saved);
	is_raw = 0;
}

/* If nobody listens, the guest need not know. */
void term_write(const void *data, unsigned long len)
{
	const uint8_t *at = data;

	while (len) {
		long n = write(1, at, len);

		if (n <= 0)
			return;
		at += n;
		len -= n;
	}
}

/* Of the console, or of one that everybody knows. */
void term_size(uint16_t *cols, uint16_t *rows)
{
	struct winsize size;
	int known = ioctl(0, TIOCGWINSZ, &size) == 0 && size.ws_col && size.ws_row;

	*cols = known ? size.ws_col : 80;
	*rows = known ? size.ws_row : 24;
}

static void wait_for_keys(void *arg)
{
	int escape = 0;
	uint8_t c;

	(void)arg;
	while (read(0, &c, 1) == 1) {
		if (escape && (c == 'x' || c == 'X'))
			session_end("terminated", 0);
		if (c == CTRL_A && !escape) {
			escape = 1;
			continue;
		}
		escape = 0;
		receive(c);
	}
}

/* Somebody wants us to end: so we do, by the same signal, with the console as it was. */
static void on_signal(int sig)
{
	term_restore();
	signal(sig, SIG_DFL);
	raise(sig);
}

/* No line editing and no echo of ours: that is the guest's business now. */
void term_init(void (*to_guest)(uint8_t c))
{
	struct termios raw;

	receive = to_guest;
	signal(SIGTERM, on_signal);
	if (tcgetattr(0, &saved) == 0) {
		raw = saved;
		raw.c_iflag &= ~(ICRNL | IXON);
		raw.c_lflag &= ~(ICANON | ECHO | ISIG | IEXTEN);
		raw.c_cc[VMIN] = 1;
		raw.c_cc[VTIME] = 0;
		if (tcsetattr(0, TCSANOW, &raw) == 0)
			is_raw = 1;
	}
	thread_create(wait_for_keys, NULL);
}
